"""Items that are changed or taken away in the middle of a period: metered ones, and classic subscriptions."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Tale

USED = "5 \u00d7 Calls (at $0.10 / month)"
"""What was used of the metered price before it went."""


def metered(tale: Tale, cents: int = 10, name: str = "Calls", *, event: str = "calls") -> str:
    """A metered price over a meter of its own."""
    meter = {"display_name": name, "event_name": event, "default_aggregation": {"formula": "sum"}}
    id_ = tale.stripe.post("/v1/billing/meters", meter)["id"]
    return another(tale, id_, cents, name)


def another(tale: Tale, meter: str, cents: int, name: str) -> str:
    """A metered price over a meter."""
    recurring = {"interval": "month", "usage_type": "metered", "meter": meter}
    terms = {"currency": "usd", "unit_amount": cents, "product_data": {"name": name}, "recurring": recurring}
    return str(tale.stripe.post("/v1/prices", terms)["id"])


def meter_of(tale: Tale, price: str) -> str:
    """The meter behind a price."""
    return str(tale.stripe.get(f"/v1/prices/{price}")["recurring"]["meter"])


def use(tale: Tale, value: int) -> None:
    """Report usage now."""
    payload = {"stripe_customer_id": tale.customer, "value": value}
    now = tale.stripe.get(f"/v1/test_helpers/test_clocks/{tale.clock}")["frozen_time"]
    tale.stripe.post("/v1/billing/meter_events", {"event_name": "calls", "payload": payload, "timestamp": now})


def begun(tale: Tale, mode: str) -> tuple[dict[str, Any], str]:
    """A subscription to a licensed and a metered price, five used on the third day; its items and the metered price."""
    calls = metered(tale)
    made = tale.subscribe(tale.price(2800), billing_mode={"type": mode})
    tale.change(items=[{"price": calls}])
    items = {item["price"]["recurring"]["usage_type"]: item for item in tale.now()["items"]["data"]}
    assert made["billing_mode"]["type"] == mode
    tale.go(3 * DAY)
    use(tale, 5)
    tale.go(7 * DAY)
    return items, calls


def pending(tale: Tale) -> list[tuple[str, int]]:
    """What waits for the next invoice."""
    rows = tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer, "pending": True})["data"]
    return [(row["description"], row["amount"]) for row in reversed(rows)]


@pytest.mark.parametrize(
    "mode, how, waiting",
    [
        ("flexible", {}, [(USED, 50)]),
        ("flexible", {"proration_behavior": "none"}, []),
        ("flexible", {"proration_behavior": "always_invoice"}, []),
        ("classic", {}, []),
    ],
)
def test_a_metered_item_that_goes_is_billed_for_its_usage(
    mode: str, how: dict[str, str], waiting: list[tuple[str, int]]
) -> None:
    """Five at 0.10 with the next invoice, or at once; not without prorations, nor in classic mode. [documented]"""
    tale = Tale()
    items, _ = begun(tale, mode)
    tale.change(items=[{"id": items["metered"]["id"], "deleted": True}], **how)
    assert pending(tale) == waiting
    assert (USED, 50) in tale.bill()[1] or how != {"proration_behavior": "always_invoice"}
    tale.go(MONTH)
    cost = [amount for text, amount in tale.bill()[1] if "Calls" in text]
    assert cost == [amount for _, amount in waiting]


@pytest.mark.parametrize("mode, first", [("flexible", [50]), ("classic", [])])
def test_a_metered_price_changes_in_the_middle(mode: str, first: list[int]) -> None:
    """Five at the old price, then three at 1.00; classic mode bills only what came after. [documented]"""
    tale = Tale()
    items, calls = begun(tale, mode)
    dear = another(tale, meter_of(tale, calls), 100, "Calls")
    tale.change(items=[{"id": items["metered"]["id"], "price": dear}])
    tale.go(8 * DAY)
    use(tale, 3)
    tale.go(MONTH)
    assert [amount for text, amount in tale.bill()[1] if "Calls" in text] == [*first, 300]


def test_from_a_metered_price_to_a_licensed_one_and_back() -> None:
    """After 7 of 28 days: 0.50 used, and three quarters of 28.00; after 14 two thirds of that come back."""
    tale = Tale()
    calls = metered(tale)
    item = tale.subscribe(calls)["items"]["data"][0]["id"]
    use(tale, 5)
    tale.go(7 * DAY)
    changed = tale.change(items=[{"id": item, "price": tale.price(2800)}])
    assert changed["items"]["data"][0]["quantity"] == 1
    assert pending(tale) == [(USED, 50), ("Remaining time on Gold after 07 Feb 2027", 2100)]
    tale.go(14 * DAY)
    changed = tale.change(items=[{"id": item, "price": calls}])
    assert "quantity" not in changed["items"]["data"][0]
    assert pending(tale)[2:] == [("Unused time on Gold after 14 Feb 2027", -1400)]
    use(tale, 2)
    tale.go(MONTH)
    assert sum(amount for _, amount in tale.bill()[1]) == 50 + 2100 - 1400 + 20


@pytest.mark.parametrize("mode, credit", [("classic", -250), ("flexible", -417)])
def test_an_amount_off_counts_whole_for_each_item_in_classic_mode(mode: str, credit: int) -> None:
    """5.00 off 10.00 and 20.00: half of 10.00 - 5.00 comes back, or half of the 8.34 that were billed. [documented]"""
    tale = Tale()
    coupon = tale.stripe.post("/v1/coupons", {"amount_off": 500, "currency": "usd", "duration": "forever"})["id"]
    prices = [tale.price(1000), tale.price(2000, name="Plat")]
    made = tale.stripe.post(
        "/v1/subscriptions",
        {
            "billing_mode": {"type": mode},
            "customer": tale.customer,
            "discounts": [{"coupon": coupon}],
            "items": [{"price": price} for price in prices],
        },
    )
    tale.path = f"/v1/subscriptions/{made['id']}"
    tale.go(14 * DAY)
    tale.change(items=[{"id": made["items"]["data"][0]["id"], "deleted": True}])
    assert pending(tale) == [("Unused time on Gold after 14 Feb 2027", credit)]


def test_classic_credits_are_rounded_once() -> None:
    """Three at 0.335: half of 1.005 is 50.25 cents, not half of 1.01."""
    tale = Tale()
    terms = {"currency": "usd", "unit_amount_decimal": "33.5", "product_data": {"name": "Gold"}}
    price = tale.stripe.post("/v1/prices", {**terms, "recurring": {"interval": "month"}})["id"]
    made = tale.subscribe(tale.price(2800, name="Base"), billing_mode={"type": "classic"})
    tale.change(items=[{"price": price, "quantity": 3}], proration_behavior="none")
    item = next(row["id"] for row in tale.now()["items"]["data"] if row["price"]["id"] == price)
    tale.go(14 * DAY)
    tale.change(items=[{"id": item, "deleted": True}])
    assert (made["created"], pending(tale)) == (NOW, [("Unused time on 3 \u00d7 Gold after 14 Feb 2027", -50)])


@pytest.mark.parametrize("mode, billed", [("classic", True), ("flexible", False)])
def test_one_time_charges_of_a_change(mode: str, billed: bool) -> None:
    """They wait, also with `always_invoice`, unless the mode is classic; they are for the period. [documented]"""
    tale = Tale()
    once = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Setup"}}
    setup = tale.stripe.post("/v1/prices", once)["id"]
    tale.subscribe(tale.price(2800), billing_mode={"type": mode})
    tale.go(DAY)
    tale.change(add_invoice_items=[{"price": setup}], proration_behavior="always_invoice")
    assert pending(tale) == ([] if billed else [("Setup", 500)])
    item = tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer})["data"][0]
    assert (item["period"]["start"], item["period"]["end"]) == (NOW, NOW + MONTH)
