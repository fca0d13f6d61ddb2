"""Trial offers: an item at a price of its own for a while, then at another, told as dated stories."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Metered, Tale

PREVIEW = "/v1/invoices/create_preview"


def offer(tale: Tale, price: str, later: str, iterations: int = 1) -> Any:
    """Items of a subscription: one with an offer of so many periods at a price, and then another."""
    terms = {
        "price": price,
        "duration": {"type": "relative", "relative": {"iterations": iterations}},
        "end_behavior": {"transition": {"price": later}},
    }
    made = tale.stripe.post("/v1/product_catalog/trial_offers", terms)
    assert made["id"].startswith("to_")
    return [{"current_trial": {"trial_offer": made["id"]}}]


def begin(tale: Tale, items: Any, **terms: Any) -> Any:
    """A subscription to these items."""
    made = tale.stripe.post("/v1/subscriptions", {"customer": tale.customer, "items": items, **terms})
    tale.path = f"/v1/subscriptions/{made['id']}"
    return made


def lines(invoice: Any) -> list[tuple[int, int, int]]:
    """What the lines of an invoice cost, and from which day to which they are."""
    rows = [(line["amount"], line["period"]) for line in invoice["lines"]["data"]]
    return [(cents, (period["start"] - NOW) // DAY, (period["end"] - NOW) // DAY) for cents, period in rows]


def test_a_week_for_a_dollar() -> None:
    """1.00 for the first week, paid at once; on 7 February a whole month of 20.00, and every month after that day."""
    tale = Tale()
    items = offer(tale, tale.price(100, interval="week", name="Trial"), tale.price(2000))
    seen = tale.stripe.post(PREVIEW, {"customer": tale.customer, "subscription_details": {"items": items}})
    made = begin(tale, items)
    (item,) = made["items"]["data"]
    assert (made["status"], item["price"]["unit_amount"], made["trial_end"]) == ("active", 100, None)
    trial = {"end_date": NOW + 7 * DAY, "start_date": NOW, "trial_offer": items[0]["current_trial"]["trial_offer"]}
    assert item["current_trial"] == trial
    assert lines(tale.invoices()[0]) == lines(seen) == [(100, 0, 7)]
    later = tale.stripe.post(PREVIEW, {"subscription": made["id"]})
    tale.told()
    tale.go(7 * DAY)
    assert lines(tale.invoices()[0]) == lines(later) == [(2000, 7, 35)]
    assert tale.told() == ["invoice.created", "customer.subscription.updated"]
    after = tale.now()
    (item,) = after["items"]["data"]
    assert (after["billing_cycle_anchor"], item["price"]["unit_amount"]) == (NOW + 7 * DAY, 2000)
    assert item["current_trial"] is None
    tale.go(35 * DAY)
    assert lines(tale.invoices()[0]) == [(2000, 35, 66)]


def test_several_periods() -> None:
    """Two months at 5.00, then 20.00."""
    tale = Tale()
    begin(tale, offer(tale, tale.price(500, name="Trial"), tale.price(2000), 2))
    tale.go(MONTH)
    tale.go(59 * DAY)
    assert [invoice["total"] for invoice in tale.invoices()] == [2000, 500, 500]


def test_the_old_anchor_may_stay() -> None:
    """`unchanged`: on 7 February the 21 of 28 days until the 28th, 15.00 of 20.00; then whole months again."""
    tale = Tale()
    items = offer(tale, tale.price(100, interval="week", name="Trial"), tale.price(2000))
    begin(tale, items, trial_settings={"end_behavior": {"billing_cycle_anchor": "unchanged"}})
    tale.go(7 * DAY)
    assert lines(tale.invoices()[0]) == [(1500, 7, 28)]
    assert tale.now()["billing_cycle_anchor"] == NOW
    tale.go(MONTH)
    assert lines(tale.invoices()[0]) == [(2000, 28, 59)]


def test_a_free_week_is_a_trial() -> None:
    """Trialing until the 7th, of which it warns on the 4th; then 20.00."""
    tale = Tale()
    made = begin(tale, offer(tale, tale.price(0, interval="week", name="Trial"), tale.price(2000)))
    assert (made["status"], made["trial_end"], tale.invoices()[0]["total"]) == ("trialing", NOW + 7 * DAY, 0)
    tale.told()
    tale.go(4 * DAY)
    assert tale.told() == ["customer.subscription.trial_will_end"]
    tale.go(7 * DAY)
    assert (tale.now()["status"], lines(tale.invoices()[0])) == ("active", [(2000, 7, 35)])


def test_a_free_week_without_a_card_ends_as_its_settings_say() -> None:
    """Paused, at the price that would have come."""
    tale = Tale(name="Nobody")
    items = offer(tale, tale.price(0, interval="week", name="Trial"), tale.price(2000))
    begin(tale, items, trial_settings={"end_behavior": {"missing_payment_method": "pause"}})
    tale.go(7 * DAY)
    assert (tale.now()["status"], len(tale.invoices())) == ("paused", 1)


def test_an_addon_on_trial_beside_what_is_paid() -> None:
    """A month of the add-on free, a year of 365.00 paid; then all begins anew: 337 of 365 days come back."""
    tale = Tale()
    addon = offer(tale, tale.price(0, name="Trial"), tale.price(500, name="Backup"))
    made = begin(tale, [{"price": tale.price(36500, interval="year")}, *addon])
    assert (made["status"], tale.invoices()[0]["total"]) == ("active", 36500)
    tale.go(MONTH)
    assert sorted(lines(tale.invoices()[0])) == [(-33700, 28, 365), (500, 28, 56), (36500, 28, 393)]


def test_usage_at_the_price_of_the_trial() -> None:
    """30 calls at 0.01 in the first month, 30 at 0.10 in the second."""
    tale = Metered()
    begin(tale, offer(tale, tale.calls(unit_amount=1), tale.calls(unit_amount=10)))
    tale.use(30)
    tale.go(MONTH + HOUR)
    assert tale.invoices()[0]["total"] == 30
    tale.use(30)
    tale.go(59 * DAY + 2 * HOUR)
    assert tale.invoices()[0]["total"] == 300


def test_another_quantity_goes_on_with_the_trial() -> None:
    """Two for the rest of the week, and two at the price that comes."""
    tale = Tale()
    made = begin(tale, offer(tale, tale.price(700, interval="week", name="Trial"), tale.price(2000)))
    item = made["items"]["data"][0]
    changed = tale.change(items=[{"id": item["id"], "quantity": 2}], proration_behavior="none")
    assert changed["items"]["data"][0]["current_trial"] == item["current_trial"]
    tale.go(7 * DAY)
    assert tale.invoices()[0]["total"] == 4000


def test_another_price_ends_it() -> None:
    """What is bought instead has no trial."""
    tale = Tale()
    made = begin(tale, offer(tale, tale.price(700, interval="week", name="Trial"), tale.price(2000)))
    other = {"id": made["items"]["data"][0]["id"], "price": tale.price(3000)}
    changed = tale.change(items=[other], proration_behavior="none")
    assert changed["items"]["data"][0]["current_trial"] is None


@pytest.mark.parametrize(
    "status, terms",
    [
        (400, {"billing_mode": {"type": "classic"}}),
        (400, {"trial_period_days": 3}),
        (400, {"trial_end": NOW + DAY}),
        (501, {"billing_cycle_anchor": NOW + DAY}),
    ],
)
def test_what_does_not_go_with_it(status: int, terms: dict[str, Any]) -> None:
    """Nothing is made. [documented; the sentences inferred]"""
    tale = Tale()
    items = offer(tale, tale.price(100, interval="week", name="Trial"), tale.price(2000))
    body = {"customer": tale.customer, "items": items, **terms}
    assert tale.stripe.refused("POST", "/v1/subscriptions", body)[0] == status
    assert tale.invoices() == []


def test_it_cannot_be_paused() -> None:
    """As long as a trial runs. [documented]"""
    tale = Tale()
    begin(tale, offer(tale, tale.price(100, interval="week", name="Trial"), tale.price(2000)))
    assert tale.stripe.refused("POST", f"{tale.path}/pause", {"type": "subscription"})[0] == 400


def test_a_trial_that_runs_takes_no_other() -> None:
    """Neither an end by hand [documented] nor a new anchor or a schedule, of which nobody tells."""
    tale = Tale()
    made = begin(tale, offer(tale, tale.price(0, interval="week", name="Trial"), tale.price(2000)))
    assert tale.stripe.refused("POST", tale.path, {"trial_end": "now"})[0] == 400
    assert tale.stripe.refused("POST", tale.path, {"billing_cycle_anchor": {"type": "now"}})[0] == 501
    assert tale.stripe.refused("POST", "/v1/subscription_schedules", {"from_subscription": made["id"]})[0] == 501
    assert tale.now()["status"] == "trialing"


def test_an_offer_has_terms() -> None:
    """A length of at least one period, and prices that recur. [inferred: the refusals]"""
    tale = Tale()
    price, later = tale.price(100), tale.price(2000)
    once = tale.stripe.post("/v1/prices", {"currency": "usd", "unit_amount": 1, "product_data": {"name": "Once"}})["id"]
    terms = {"price": price, "end_behavior": {"transition": {"price": later}}}
    fair = {"type": "relative", "relative": {"iterations": 1}}
    refused: dict[str, dict[str, Any]] = {
        "duration[relative]": {**terms, "duration": {"type": "relative"}},
        "duration[relative][iterations]": {**terms, "duration": {**fair, "relative": {"iterations": 0}}},
        "price": {**terms, "duration": fair, "price": once},
        "end_behavior[transition][price]": {**terms, "duration": fair, "end_behavior": {"transition": {"price": once}}},
    }
    for param, body in refused.items():
        status, error = tale.stripe.refused("POST", "/v1/product_catalog/trial_offers", body)
        assert (status, error["param"]) == (400, param)
