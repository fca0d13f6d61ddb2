"""Discounts and automatic tax of what comes later: quotes, and the phases of schedules with their items."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.shop import DAY, Shop
from tests.resources.taxed import BERLIN, ON, Taxed

HOUR = 3600
MONTH = 28 * DAY
"""From 31 January to 28 February 2027."""


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


# --- quotes ----------------------------------------------------------------------------------------------------------


def quote(shop: Shop, *prices: str, **more: Any) -> Any:
    """A draft offer of one of each price."""
    rows = [{"price": price} for price in prices]
    return shop.stripe.post("/v1/quotes", {"customer": shop.ada, "line_items": rows, **more})


def once(shop: Shop, amount: int) -> str:
    """A one-time price in dollars."""
    body = {"currency": "usd", "unit_amount": amount, "product": shop.product}
    return str(shop.stripe.post("/v1/prices", body)["id"])


def test_a_quote_tells_what_its_discounts_come_to(shop: Shop) -> None:
    """25 % for ever and 5.00 once off 30.00 a month and 10.00 once. [documented: what recurs knows the former only]"""
    lasting, one = shop.coupon(percent_off=25, duration="forever"), shop.coupon(amount_off=500, currency="usd")
    offers = {"discounts": [{"coupon": lasting}, {"coupon": one}]}
    made = quote(shop, shop.price(3000), once(shop, 1000), **offers)
    upfront, again = made["computed"]["upfront"], made["computed"]["recurring"]
    assert (upfront["amount_subtotal"], upfront["total_details"]["amount_discount"]) == (4000, 1500)  # 1000 + 500
    assert (upfront["amount_total"], made["amount_total"]) == (2500, 2500)
    assert (again["amount_subtotal"], again["amount_total"]) == (3000, 2250)  # 3000 - 25 %
    shown = shop.stripe.get(f"/v1/quotes/{made['id']}", {"expand": ["discounts"]})["discounts"]
    assert [row["source"]["coupon"] for row in shown] == [lasting, one]
    assert [shop.stripe.get(f"/v1/coupons/{coupon}")["times_redeemed"] for coupon in (lasting, one)] == [0, 0]
    cleared = shop.stripe.post(f"/v1/quotes/{made['id']}", {"discounts": ""})
    assert (cleared["amount_total"], cleared["discounts"]) == (4000, [])


def test_an_accepted_quote_redeems_them(shop: Shop) -> None:
    """The first invoice costs what was offered, the second what recurs; both coupons are redeemed once."""
    lasting, one = shop.coupon(percent_off=25, duration="forever"), shop.coupon(amount_off=500, currency="usd")
    offers = {"discounts": [{"coupon": lasting}, {"coupon": one}]}
    made = quote(shop, shop.price(3000), once(shop, 1000), **offers)
    for verb in ("finalize", "accept"):
        made = shop.stripe.post(f"/v1/quotes/{made['id']}/{verb}")
    shop.advance(NOW + HOUR + 60)
    shop.advance(NOW + MONTH + HOUR + 60)
    assert shop.totals() == [2500, 2250]
    assert [shop.stripe.get(f"/v1/coupons/{coupon}")["times_redeemed"] for coupon in (lasting, one)] == [1, 1]


def test_a_line_of_a_quote_has_discounts_of_its_own(shop: Shop) -> None:
    """50 % off the book alone: 2000 and 500; as an invoice it is billed so too."""
    half = shop.coupon(percent_off=50)
    rows = [{"price": once(shop, 2000)}, {"price": once(shop, 1000), "discounts": [{"coupon": half}]}]
    made = shop.stripe.post("/v1/quotes", {"customer": shop.ada, "line_items": rows})
    items = shop.stripe.get(f"/v1/quotes/{made['id']}/line_items")["data"]
    assert [item["amount_discount"] for item in items] == [0, 500]
    assert made["amount_total"] == 2500
    for verb in ("finalize", "accept"):
        made = shop.stripe.post(f"/v1/quotes/{made['id']}/{verb}")
    invoice = shop.stripe.get(f"/v1/invoices/{made['invoice']}")
    assert (invoice["subtotal"], invoice["total"]) == (2500, 2500)  # a line's own is off before the subtotal


def test_a_quote_refuses_what_redeeming_would(shop: Shop) -> None:
    """An unknown coupon, a code that is over, one of another currency: by name, and no quote is made."""
    euros = shop.coupon(amount_off=500, currency="eur")
    code = shop.code(shop.coupon(percent_off=10), active=False)
    price = shop.price(3000)
    for row, param in (
        ({"coupon": "nix"}, "discounts[0][coupon]"),
        ({"coupon": euros}, "discounts[0][coupon]"),
        ({"promotion_code": code}, "discounts[0][promotion_code]"),
    ):
        body = {"customer": shop.ada, "line_items": [{"price": price}], "discounts": [row]}
        assert shop.stripe.refused("POST", "/v1/quotes", body)[1]["param"] == param
    assert shop.stripe.get("/v1/quotes")["data"] == []


def test_a_quote_with_automatic_tax() -> None:
    """19 % of 900 is 171; without a place there is no offer; accepted, the subscription is taxed."""
    stripe = Taxed()
    price = stripe.price(1000)
    coupon = stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    body = {"line_items": [{"price": price}], "automatic_tax": ON, "discounts": [{"coupon": coupon}]}
    somewhere = stripe.post("/v1/quotes", {**body, "customer": stripe.customer()})
    assert somewhere["automatic_tax"]["status"] == "requires_location_inputs"
    refused = stripe.refused("POST", f"/v1/quotes/{somewhere['id']}/finalize")[1]
    assert refused["code"] == "customer_tax_location_invalid"
    made = stripe.post("/v1/quotes", {**body, "customer": stripe.customer(BERLIN)})
    assert made["automatic_tax"] == {**ON, "liability": {"type": "self"}, "provider": "stripe", "status": "complete"}
    assert (made["amount_total"], made["total_details"]["amount_tax"]) == (1071, 171)
    for verb in ("finalize", "accept"):
        made = stripe.post(f"/v1/quotes/{made['id']}/{verb}")
    subscription = stripe.get(f"/v1/subscriptions/{made['subscription']}", {"expand": ["latest_invoice"]})
    assert subscription["automatic_tax"]["enabled"] is True
    assert subscription["latest_invoice"]["total"] == 1071


# --- phases ----------------------------------------------------------------------------------------------------------


def phased(shop: Shop, *phases: dict[str, Any], **more: Any) -> Any:
    """A schedule that begins now, each phase a month of one price."""
    return shop.stripe.post("/v1/subscription_schedules", {"customer": shop.ada, "phases": list(phases), **more})


def test_items_of_phases_have_discounts_of_their_own(shop: Shop) -> None:
    """20 % of the first item, then 10 % of it, then nothing: 800 + 500, 900 + 500, 1000 + 500."""
    first, second = (shop.coupon(percent_off=share, duration="forever") for share in (20, 10))
    gold, tin = shop.price(1000), shop.price(500)

    def phase(*coupons: str) -> dict[str, Any]:
        """A month of both."""
        off = {"discounts": [{"coupon": coupon} for coupon in coupons]} if coupons else {}
        return {"items": [{"price": gold, **off}, {"price": tin}], "duration": {"interval": "month"}}

    made = phased(shop, phase(first), phase(second), phase())
    assert [row["items"][0]["discounts"] for row in made["phases"]] == [
        [{"coupon": first, "discount": None, "promotion_code": None}],
        [{"coupon": second, "discount": None, "promotion_code": None}],
        [],
    ]
    for days in (28, 59):
        shop.advance(NOW + days * DAY + HOUR + 60)
    assert shop.totals() == [1300, 1400, 1500]
    item = shop.stripe.get(f"/v1/subscriptions/{made['subscription']}")["items"]["data"][0]
    assert item["discounts"] == []


def test_the_discounts_of_a_phase_end_with_it(shop: Shop) -> None:
    """30 % in the first month alone; a charge of 200 in the second has half off. [documented: of the phase]"""
    third, half = shop.coupon(percent_off=30, duration="forever"), shop.coupon(percent_off=50)
    month = {"items": [{"price": shop.price(1000)}], "duration": {"interval": "month"}}
    extra = {"price": once(shop, 200), "discounts": [{"coupon": half}]}
    phased(shop, {**month, "discounts": [{"coupon": third}]}, {**month, "add_invoice_items": [extra]})
    shop.advance(NOW + MONTH + HOUR + 60)
    assert shop.totals() == [700, 1100]


def test_a_schedule_around_a_subscription_keeps_its_terms(shop: Shop) -> None:
    """Discounts and rates stand in its only phase, and changing what comes after leaves them alone."""
    rate = shop.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 10})["id"]
    coupon = shop.coupon(percent_off=20, duration="forever")
    made = shop.subscribe(1000, discounts=[{"coupon": coupon}], default_tax_rates=[rate])
    assert made["latest_invoice"]["total"] == 880  # 800 + 10 %
    schedule = shop.stripe.post("/v1/subscription_schedules", {"from_subscription": made["id"]})
    (phase,) = schedule["phases"]
    assert phase["discounts"] == [{"coupon": None, "discount": made["discounts"][0], "promotion_code": None}]
    assert [row["id"] for row in phase["default_tax_rates"]] == [rate]
    shop.advance(NOW + MONTH + HOUR + 60)
    assert shop.totals() == [880, 880]


def test_a_phase_with_automatic_tax() -> None:
    """Taxed in the first month by the phase, not in the second; by default settings it would be in both."""
    stripe = Taxed()
    for settings, totals in (({}, [1190, 1000]), ({"default_settings": {"automatic_tax": ON}}, [1190, 1190])):
        ada = stripe.customer(BERLIN)
        month = {"items": [{"price": stripe.price(1000)}], "duration": {"interval": "month"}}
        phases = [{**month, "automatic_tax": ON}, month]
        start = stripe.control("GET", "clock")["now"]
        body = {"customer": ada, "phases": phases, "start_date": "now", **settings}
        made = stripe.post("/v1/subscription_schedules", body)
        assert made["phases"][0]["automatic_tax"]["enabled"] is True
        end = made["phases"][0]["end_date"]
        assert end > start
        stripe.control("POST", "clock", {"now": end + HOUR + 60})
        rows = stripe.get("/v1/invoices", {"customer": ada})["data"]
        assert [row["total"] for row in reversed(rows)] == totals
