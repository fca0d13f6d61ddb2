"""Updates that wait for their money, and subscriptions whose invoices are sent."""

from __future__ import annotations

from tests.client import NOW
from tests.resources.tale import DAY, HOUR, Tale

UPGRADE = {"payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}


def upgraded(tale: Tale) -> None:
    """A subscription to 28.00 that wants 56.00, with a card that does not pay."""
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tale.change(items=[{"id": item, "price": tale.price(5600)}], **UPGRADE)


def amount(tale: Tale) -> int:
    """What the subscription costs."""
    return int(tale.now()["items"]["data"][0]["price"]["unit_amount"])


def test_a_change_that_is_not_paid_for_waits() -> None:
    """The subscription is as it was, and says what it would be until the day after."""
    tale = Tale()
    upgraded(tale)
    waiting = tale.now()
    assert (waiting["status"], amount(tale)) == ("active", 2800)
    update = waiting["pending_update"]
    assert update["expires_at"] == NOW + 23 * HOUR
    assert [item["price"]["unit_amount"] for item in update["subscription_items"]] == [5600]


def test_paying_for_it_applies_it() -> None:
    """The invoice's money is what it waited for."""
    tale = Tale()
    upgraded(tale)
    tale.told()
    good = tale.stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": tale.customer})["id"]
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay", {"payment_method": good})
    assert (amount(tale), tale.now()["pending_update"]) == (5600, None)
    assert "customer.subscription.pending_update_applied" in tale.told()


def test_after_23_hours_it_is_given_up() -> None:
    """The invoice is void and nothing has changed."""
    tale = Tale()
    upgraded(tale)
    tale.told()
    tale.go(23 * HOUR)
    assert (amount(tale), tale.now()["pending_update"], tale.bill()[0]) == (2800, None, "void")
    assert "customer.subscription.pending_update_expired" in tale.told()


def test_only_what_is_billed_can_wait() -> None:
    """Anything else beside it is refused. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    status, error = tale.stripe.refused("POST", tale.path, {"description": "Gold", **UPGRADE})
    assert (status, error["param"]) == (400, "description")


def test_what_is_sent_cannot_wait() -> None:
    """Neither by the subscription nor by its item. [documented; the sentence inferred]"""
    tale = Tale()
    made = tale.subscribe(tale.price(2800), collection_method="send_invoice", days_until_due=7)
    item = made["items"]["data"][0]["id"]
    two = {"items": [{"id": item, "quantity": 2}], **UPGRADE}
    assert tale.stripe.refused("POST", tale.path, two)[1]["param"] == "payment_behavior"
    path = f"/v1/subscription_items/{item}"
    assert tale.stripe.refused("POST", path, {"quantity": 2, **UPGRADE})[1]["param"] == "payment_behavior"
    assert tale.now()["pending_update"] is None


def test_metadata_wait_with_it() -> None:
    """Neither the price nor the metadata are there before the money is; then they are merged. [documented]"""
    tale = Tale()
    item = tale.subscribe(tale.price(2800), metadata={"kept": "1"})["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    waits = tale.change(items=[{"id": item, "price": tale.price(5600)}], metadata={"tier": "2"}, **UPGRADE)
    assert (waits["metadata"], waits["pending_update"]["metadata"]) == ({"kept": "1"}, {"kept": "1", "tier": "2"})
    tale.stripe.post(f"/v1/invoices/{waits['latest_invoice']}/pay", {"paid_out_of_band": True})
    assert (amount(tale), tale.now()["metadata"]) == (5600, {"kept": "1", "tier": "2"})


def test_a_new_cycle_can_wait() -> None:
    """Periods begin anew with the money only: 56.00 from the 14th, less 14 of 28 days of 28.00."""
    tale = Tale()
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tale.go(14 * DAY)
    now = {"billing_cycle_anchor": {"type": "now"}, **UPGRADE}
    waits = tale.change(items=[{"id": item, "price": tale.price(5600)}], **now)
    assert (amount(tale), tale.period(), waits["billing_cycle_anchor"]) == (2800, (0, 28 * DAY), NOW)
    assert waits["pending_update"]["billing_cycle_anchor"] == NOW + 14 * DAY
    assert sum(cents for _, cents in tale.bill()[1]) == 5600 - 1400
    tale.stripe.post(f"/v1/invoices/{waits['latest_invoice']}/pay", {"paid_out_of_band": True})
    assert (amount(tale), tale.period()) == (5600, (14 * DAY, 42 * DAY))


def test_another_change_takes_the_place_of_the_one_that_waits() -> None:
    """Its invoice is void, and a day later the clock finds nothing left to give up."""
    tale = Tale()
    upgraded(tale)
    item = tale.now()["items"]["data"][0]["id"]
    tale.change(items=[{"id": item, "quantity": 3}], **UPGRADE)
    assert [row["quantity"] for row in tale.now()["pending_update"]["subscription_items"]] == [3]
    assert [row["status"] for row in tale.invoices()] == ["open", "void", "paid"]
    tale.change(items=[{"id": item, "quantity": 2}], proration_behavior="always_invoice")
    assert (tale.now()["pending_update"], tale.now()["status"]) == (None, "past_due")
    assert [row["status"] for row in tale.invoices()] == ["open", "void", "void", "paid"]
    tale.go(23 * HOUR)
    assert (amount(tale), tale.now()["quantity"]) == (2800, 2)


def test_paid_after_a_later_invoice_it_still_applies() -> None:
    """What waits for its invoice does not mind that another one is the latest by then."""
    tale = Tale()
    item = tale.subscribe(tale.price(2800), pending_invoice_item_interval={"interval": "day"})["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tale.go(20 * HOUR)
    waits = tale.change(items=[{"id": item, "price": tale.price(5600)}], **UPGRADE)
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 700, "currency": "usd"})
    tale.go(25 * HOUR)
    assert tale.now()["latest_invoice"] != waits["latest_invoice"]
    tale.stripe.post(f"/v1/invoices/{waits['latest_invoice']}/pay", {"paid_out_of_band": True})
    assert (amount(tale), tale.now()["pending_update"]) == (5600, None)


def test_a_change_whose_payment_is_left_to_the_customer_is_past_due() -> None:
    """`default_incomplete` asks nobody; paid by the customer the subscription is active again. [documented]"""
    tale = Tale()
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    left = {"payment_behavior": "default_incomplete", "proration_behavior": "always_invoice"}
    changed = tale.change(items=[{"id": item, "price": tale.price(5600)}], **left)
    assert (changed["status"], amount(tale), tale.bill()[0]) == ("past_due", 5600, "open")
    tale.stripe.post(f"/v1/invoices/{changed['latest_invoice']}/pay")
    assert tale.now()["status"] == "active"


def test_an_invoice_that_is_sent_is_told_of_and_becomes_overdue() -> None:
    """A draft for an hour, then sent; a week later it is overdue, and paid the subscription is active again."""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), collection_method="send_invoice", days_until_due=7)
    assert (made["status"], made["days_until_due"], tale.bill()[0]) == ("active", 7, "draft")
    tale.told()
    tale.go(HOUR)
    assert tale.told() == ["invoice.updated", "invoice.finalized", "payment_intent.created", "invoice.sent"]
    tale.go(7 * DAY)
    assert tale.told() == ["invoice.overdue", "customer.subscription.updated"]
    assert tale.now()["status"] == "past_due"
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay", {"paid_out_of_band": True})
    assert tale.now()["status"] == "active"
