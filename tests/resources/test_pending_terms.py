"""Updates that wait for their money with more than prices: discounts, trials, one-time charges, a cancellation."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale

SETUP = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}}
UPGRADE = {"payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}


def broke(tale: Tale, **terms: Any) -> tuple[str, str]:
    """A subscription to 28.00 that cannot pay any more: its item, and a price of 56.00."""
    item = tale.subscribe(tale.price(2800), **terms)["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tale.told()
    return item, tale.price(5600)


def pay(tale: Tale, invoice: str) -> None:
    """Pay it somewhere else."""
    tale.stripe.post(f"/v1/invoices/{invoice}/pay", {"paid_out_of_band": True})


def half(tale: Tale, **terms: Any) -> str:
    """A coupon of half the price."""
    return str(tale.stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever", **terms})["id"])


def test_a_discount_is_told_of_when_it_takes_effect() -> None:
    """Twice 56.00 at half price from the start of the period, less 28.00: 28.00 to pay, and then half off it is."""
    tale = Tale()
    item, gold = broke(tale)
    more = {"items": [{"id": item, "price": gold, "quantity": 2}], "discounts": [{"coupon": half(tale)}]}
    waits = tale.change(**more, **UPGRADE)
    update = waits["pending_update"]
    assert (waits["discounts"], update["discounts"]) == ([], [update["discount"]["id"]])
    assert update["discount"]["subscription"] == waits["id"]
    assert [cents for _, cents in tale.bill()[1]] == [-2800, 5600]
    assert "customer.discount.created" not in tale.told()
    pay(tale, waits["latest_invoice"])
    assert tale.now()["discounts"] == update["discounts"]
    told = tale.told()
    assert told[-3:] == [
        "customer.discount.created",
        "customer.subscription.pending_update_applied",
        "customer.subscription.updated",
    ]
    tale.go(MONTH + HOUR)
    assert tale.invoices()[0]["total"] == 5600  # twice 56.00 at half price


def test_what_counts_once_counts_on_the_invoice_that_waits() -> None:
    """5.00 off, once: it is told of while it waits, and used up when it takes effect.

    As in any change the price it is at counts with it, 51.00 less 28.00, and it takes off what is not prorated, 5.00.
    """
    tale = Tale()
    item, gold = broke(tale)
    once = tale.stripe.post("/v1/coupons", {"amount_off": 500, "currency": "usd", "duration": "once"})["id"]
    invoiced = [{"price": tale.stripe.post("/v1/prices", SETUP)["id"]}]
    more = {"discounts": [{"coupon": once}], "add_invoice_items": invoiced, "expand": ["pending_update.discounts"]}
    waits = tale.change(items=[{"id": item, "price": gold}], **more, **UPGRADE)
    (discount,) = waits["pending_update"]["discounts"]
    assert (discount["source"]["coupon"], tale.invoices()[0]["total"]) == (once, 5100 - 2800 + 500 - 500)
    pay(tale, waits["latest_invoice"])
    assert (tale.now()["discounts"], tale.now()["pending_update"]) == ([], None)


def test_a_discount_that_is_paid_for_at_once_is_told_of_at_once() -> None:
    """With a card that pays nothing waits."""
    tale = Tale()
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    more = {"items": [{"id": item, "quantity": 3}], "discounts": [{"coupon": half(tale)}]}
    changed = tale.change(**more, **UPGRADE)
    assert (len(changed["discounts"]), changed["pending_update"]) == (1, None)
    assert "customer.discount.created" in tale.told()
    assert sum(cents for _, cents in tale.bill()[1]) == 4200 - 2800


def test_what_is_replaced_goes_on_until_then() -> None:
    """10 % off the item stays while half off waits, and counts in the renewal after the update is given up."""
    tale = Tale()
    coupon = half(tale, percent_off=10)
    item, gold = broke(tale, items=[{"price": tale.price(2800), "discounts": [{"coupon": coupon}]}])
    known = tale.now()["items"]["data"][0]["discounts"]
    other = [{"coupon": half(tale)}]
    waits = tale.change(items=[{"id": item, "price": gold, "quantity": 2, "discounts": other}], **UPGRADE)
    (row,) = waits["pending_update"]["subscription_items"]
    assert waits["items"]["data"][0]["discounts"] == known != row["discounts"]
    tale.go(24 * HOUR)
    assert tale.now()["pending_update"] is None
    tale.go(MONTH)
    assert tale.invoices()[0]["total"] == 2520


@pytest.mark.parametrize("mode", ["classic", "flexible"])
def test_one_time_charges_come_along(mode: str) -> None:
    """5.00 beside 28.00 more; given up they are never billed."""
    tale = Tale()
    item, gold = broke(tale, billing_mode={"type": mode})
    once = tale.stripe.post("/v1/prices", {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}})
    extra = {"add_invoice_items": [{"price": once["id"]}]}
    waits = tale.change(items=[{"id": item, "price": gold}], **extra, **UPGRADE)
    assert sum(cents for _, cents in tale.bill()[1]) == 500 + 5600 - 2800
    assert waits["pending_update"]["subscription_items"][0]["price"]["unit_amount"] == 5600
    tale.go(23 * HOUR)
    assert tale.invoices()[0]["status"] == "void"
    tale.go(MONTH)
    assert tale.bill() == ("draft", [("1 × Gold (at $28.00 / month)", 2800)])


def test_one_time_charges_alone_wait_in_classic_mode() -> None:
    """`always_invoice` bills them at once there, and in flexible mode leaves them for the renewal. [documented]"""
    once = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}}
    for mode, waits in (("classic", True), ("flexible", False)):
        tale = Tale()
        broke(tale, billing_mode={"type": mode})
        extra = [{"price": tale.stripe.post("/v1/prices", once)["id"]}]
        changed = tale.change(add_invoice_items=extra, **UPGRADE)
        assert (changed["pending_update"] is not None, changed["status"]) == (waits, "active")


def test_a_cancellation_waits_with_it() -> None:
    """`cancel_at_period_end` is told of, and decided when the money is there. Saying otherwise gives all of it up."""
    tale = Tale()
    item, gold = broke(tale)
    waits = tale.change(items=[{"id": item, "price": gold}], cancel_at_period_end=True, **UPGRADE)
    assert (waits["cancel_at_period_end"], waits["canceled_at"]) == (False, None)
    assert waits["pending_update"]["cancel_at_period_end"] is True
    tale.go(HOUR)
    pay(tale, waits["latest_invoice"])
    after = tale.now()
    assert (after["cancel_at_period_end"], after["cancel_at"]) == (True, NOW + MONTH)
    assert after["canceled_at"] == NOW + HOUR

    tale = Tale()
    item, gold = broke(tale)
    waits = tale.change(items=[{"id": item, "price": gold}], cancel_at_period_end=True, **UPGRADE)
    tale.change(cancel_at_period_end=False)
    assert (tale.now()["pending_update"], tale.invoices()[0]["status"]) == (None, "void")


def test_the_trial_of_a_price_waits_with_the_usage_before_it() -> None:
    """100 calls at 0.10 are due when a trial of ten days begins; until they are paid it does not."""
    tale = Metered()
    tale.subscribe(tale.calls(unit_amount=10))
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tried = tale.stripe.post(
        "/v1/prices",
        {
            "currency": "usd",
            "unit_amount": 900,
            "product_data": {"name": "Seat"},
            "recurring": {"interval": "month", "trial_period_days": 10},
        },
    )["id"]
    tale.use(100)
    tale.go(DAY)
    waits = tale.change(items=[{"price": tried}], trial_from_plan=True, **UPGRADE)
    update = waits["pending_update"]
    assert (update["trial_from_plan"], update["trial_end"]) == (True, NOW + 11 * DAY)
    assert (waits["status"], waits["trial_end"], tale.invoices()[0]["total"]) == ("active", None, 1000)
    pay(tale, waits["latest_invoice"])
    assert (tale.now()["status"], tale.now()["trial_end"]) == ("trialing", NOW + 11 * DAY)


@pytest.mark.parametrize("removes", [False, True])
def test_usage_on_an_invoice_that_nobody_pays_is_not_billed_again(removes: bool) -> None:
    """100 calls at 0.10 on the void invoice of a new cycle, or of a removal; 50 after it are 5.00. [documented]"""
    tale = Metered()
    calls = tale.subscribe(tale.calls(unit_amount=10), billing_mode={"type": "flexible"})["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.use(100)
    tale.go(DAY)
    if removes:
        tale.change(items=[{"price": tale.price(2800)}], proration_behavior="none")
    tale.change(default_payment_method=bad)
    gone = {"items": [{"id": calls, "deleted": True}]} if removes else {"billing_cycle_anchor": {"type": "now"}}
    waits = tale.change(**gone, **UPGRADE)
    assert (tale.invoices()[0]["total"], waits["pending_update"] is None) == (1000, False)
    tale.go(2 * DAY)
    assert (tale.invoices()[0]["status"], tale.now()["pending_update"]) == ("void", None)
    tale.use(50)
    tale.go(MONTH)
    assert [line["amount"] for line in tale.invoices()[0]["lines"]["data"] if "Calls" in line["description"]] == [500]


def test_what_cannot_wait_is_named() -> None:
    """In the words that Stripe has for it. [second-hand]"""
    tale = Tale()
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    refused: dict[str, dict[str, Any]] = {
        "description": {"description": "Gold"},
        "items[0][tax_rates]": {"items": [{"id": item, "tax_rates": ""}]},
    }
    for name, terms in refused.items():
        status, error = tale.stripe.refused("POST", tale.path, {**terms, **UPGRADE})
        said = f"you can only pass supported params. `{name}` is not supported."
        assert (status, error["param"], said in error["message"]) == (400, name, True)
    path, terms = f"/v1/subscription_items/{item}", {"quantity": 2, "billing_thresholds": {"usage_gte": 3}}
    assert tale.stripe.refused("POST", path, {**terms, **UPGRADE})[1]["param"] == "billing_thresholds"


def test_a_phase_that_begins_gives_it_up() -> None:
    """The schedule goes on with what there was. [documented]"""
    tale = Tale()
    item, gold = broke(tale)
    schedule = tale.stripe.post("/v1/subscription_schedules", {"from_subscription": tale.now()["id"]})
    phases = [
        {
            "items": [{"price": tale.now()["items"]["data"][0]["price"]["id"]}],
            "start_date": NOW,
            "end_date": NOW + DAY // 2,
        },
        {"items": [{"price": tale.price(3000)}], "proration_behavior": "none", "duration": {"interval": "month"}},
    ]
    tale.stripe.post(f"/v1/subscription_schedules/{schedule['id']}", {"phases": phases})
    tale.change(items=[{"id": item, "price": gold}], **UPGRADE)
    tale.told()
    tale.go(DAY // 2)
    told = tale.told()
    assert told.index("invoice.voided") < told.index("customer.subscription.pending_update_expired")
    assert told.index("customer.subscription.pending_update_expired") < told.index("subscription_schedule.updated")
    assert tale.now()["items"]["data"][0]["price"]["unit_amount"] == 3000
