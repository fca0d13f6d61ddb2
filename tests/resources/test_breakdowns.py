"""What the sums of sessions and quotes hold, discount by discount and rate by rate, and that they are then billed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.resources.buying import THANKS
from tests.resources.shop import CARD, Shop
from tests.resources.taxed import BERLIN, ON, Taxed

TOLD = ["total_details.breakdown", "line_items.data.discounts", "line_items.data.taxes"]


@pytest.fixture
def shop() -> Shop:
    """A shop with a customer on a test clock."""
    return Shop()


def once(shop: Shop, amount: int) -> str:
    """A price that is paid once."""
    body = {"product": shop.product, "unit_amount": amount, "currency": "usd"}
    return str(shop.stripe.post("/v1/prices", body)["id"])


def rate(shop: Shop, percentage: float, *, inclusive: bool = False) -> str:
    """A tax rate."""
    body = {"display_name": "VAT", "inclusive": inclusive, "percentage": percentage}
    return str(shop.stripe.post("/v1/tax_rates", body)["id"])


def opened(shop: Shop, mode: str, items: list[dict[str, Any]], **more: Any) -> Any:
    """A session of a customer without a clock, with all that it tells when asked."""
    buyer = shop.stripe.post("/v1/customers", {**CARD, "email": "bob@example.com"})["id"]
    body = {"mode": mode, "customer": buyer, "success_url": THANKS, "line_items": items, "expand": TOLD}
    return shop.stripe.post("/v1/checkout/sessions", {**body, **more})


def bought(shop: Shop, session: Any) -> Any:
    """The session after its customer has paid."""
    sent = json.dumps({"payment_method": "pm_card_visa"}).encode()
    shop.stripe.simulator.control.handle(
        "POST", f"/_pinstripe/checkout/{session['id']}/complete", shop.stripe.key, sent
    )
    return shop.stripe.get(f"/v1/checkout/sessions/{session['id']}", {"expand": [*TOLD, "invoice"]})


@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_a_session_tells_what_it_takes_off_and_adds(shop: Shop, mode: str) -> None:
    """Two at 30.00 and one at 10.00: 10 % off are 6.00 and 1.00; 19 % of 54.00 are 10.26, 5 % of 9.00 are 0.45."""
    high, low = rate(shop, 19), rate(shop, 5)
    prices = [shop.price(3000) if mode == "subscription" else once(shop, 3000), once(shop, 1000)]
    items = [
        {"price": prices[0], "quantity": 2, "tax_rates": [high]},
        {"price": prices[1], "quantity": 1, "tax_rates": [low]},
    ]
    coupon = shop.coupon(percent_off=10)
    invoiced = {"invoice_creation": {"enabled": True}} if mode == "payment" else {}
    session = opened(shop, mode, items, discounts=[{"coupon": coupon}], **invoiced)
    done = bought(shop, session)
    for shown in (session, done):
        sums = shown["total_details"]["breakdown"]
        assert [(row["amount"], row["discount"]["source"]["coupon"]) for row in sums["discounts"]] == [(700, coupon)]
        taxes = [(row["amount"], row["taxable_amount"], row["rate"]["percentage"]) for row in sums["taxes"]]
        assert taxes == [(1026, 5400, 19), (45, 900, 5)]
        rows = shown["line_items"]["data"]
        assert [[row["amount"] for row in item["discounts"]] for item in rows] == [[600], [100]]
        assert [[row["amount"] for row in item["taxes"]] for item in rows] == [[1026], [45]]
        assert shown["amount_total"] == 7000 - 700 + 1026 + 45
    (discount,) = done["total_details"]["breakdown"]["discounts"]
    assert discount["discount"]["id"] == done["invoice"]["total_discount_amounts"][0]["discount"]
    assert discount["discount"]["checkout_session"] == session["id"]
    page = shop.stripe.get(f"/v1/checkout/sessions/{session['id']}/line_items", {"expand": ["data.taxes"]})
    assert [row["amount"] for item in page["data"] for row in item["taxes"]] == [1026, 45]
    assert "discounts" not in page["data"][0]


@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_who_is_exempt_is_not_asked_for_tax_inside(shop: Shop, mode: str) -> None:
    """12.00 with 20 % inside are 10.00 for who owes none: on the page, on the invoice, and on a quote."""
    inside = [{"tax_rates": [rate(shop, 20, inclusive=True)], "quantity": 1}]
    inside[0]["price"] = shop.price(1200) if mode == "subscription" else once(shop, 1200)
    buyer = shop.stripe.post("/v1/customers", {**CARD, "email": "eve@example.com", "tax_exempt": "exempt"})["id"]
    invoiced = {"invoice_creation": {"enabled": True}} if mode == "payment" else {}
    session = opened(shop, mode, inside, customer=buyer, **invoiced)
    assert (session["amount_subtotal"], session["amount_total"]) == (1200, 1000)
    (tax,) = session["total_details"]["breakdown"]["taxes"]
    assert (tax["amount"], tax["taxability_reason"]) == (0, "customer_exempt")
    done = bought(shop, session)
    assert done["amount_total"] == done["invoice"]["amount_paid"] == 1000
    quote = shop.stripe.post("/v1/quotes", {"customer": buyer, "line_items": inside})
    assert (quote["amount_subtotal"], quote["amount_total"]) == (1200, 1000)


def test_a_quote_tells_it_too(shop: Shop) -> None:
    """What begins and what recurs. 40.00 less 1.00 once, then 10 %: 30.00 lose 0.75 and 2.93, 10.00 0.25 and 0.98.

    19 % of 26.32 are 5.00; again and again 10 % of 30.00 is 3.00, and 19 % of 27.00 are 5.13.
    """
    first, always = shop.coupon(amount_off=100, currency="usd"), shop.coupon(percent_off=10, duration="forever")
    items = [{"price": shop.price(3000), "tax_rates": [rate(shop, 19)]}, {"price": once(shop, 1000)}]
    sums = ["computed.recurring.total_details.breakdown", "computed.upfront.total_details.breakdown"]
    body = {"customer": shop.ada, "line_items": items, "discounts": [{"coupon": first}, {"coupon": always}]}
    quote = shop.stripe.post("/v1/quotes", {**body, "expand": [*TOLD, *sums]})
    for told in (quote["total_details"], quote["computed"]["upfront"]["total_details"]):
        assert [row["amount"] for row in told["breakdown"]["discounts"]] == [100, 391]
        assert [row["amount"] for row in told["breakdown"]["taxes"]] == [500]
    again = quote["computed"]["recurring"]["total_details"]["breakdown"]
    assert [(row["amount"], row["discount"]["id"]) for row in again["discounts"]] == [(300, quote["discounts"][1])]
    assert [(row["amount"], row["taxable_amount"]) for row in again["taxes"]] == [(513, 2700)]
    own = [[row["amount"] for row in item["discounts"]] for item in quote["line_items"]["data"]]
    assert own == [[75, 293], [25, 98]]


def test_the_odd_unit_of_a_quote_is_where_its_invoice_has_it(shop: Shop) -> None:
    """5.00 over 30.00, 1.11, 2.22 and 4.00; the invoice has 1.11 and 2.22 first, and 4.00 last.

    500 of 3733: 401.82, 14.87, 29.74 and 53.58, rounded down 401, 14, 29 and 53; the rest of 3 goes to the last.
    """
    prices = [shop.price(3000), once(shop, 111), once(shop, 222), shop.price(400)]
    # the one-time prices last in the quote: there the odd unit would be theirs
    rows = [{"price": prices[at]} for at in (0, 3, 1, 2)]
    off = [{"coupon": shop.coupon(amount_off=500, currency="usd")}]
    body = {"customer": shop.ada, "line_items": rows, "discounts": off, "expand": TOLD}
    quote = shop.stripe.post("/v1/quotes", body)
    told = {row["amount_subtotal"]: row["amount_discount"] for row in quote["line_items"]["data"]}
    assert told == {3000: 401, 400: 56, 111: 14, 222: 29}
    shop.stripe.post(f"/v1/quotes/{quote['id']}/finalize")
    accepted = {"expand": ["subscription.latest_invoice"]}
    done = shop.stripe.post(f"/v1/quotes/{quote['id']}/accept", accepted)
    lines = done["subscription"]["latest_invoice"]["lines"]["data"]
    assert {line["amount"]: line["discount_amounts"][0]["amount"] for line in lines} == told


def test_sending_has_its_taxes_told() -> None:
    """19 % on 5.00 in the shipping cost of a session and of an invoice, and in the sums of both."""
    stripe = Taxed()
    stripe.declare(country="DE", tax_code="txcd_92010001", percentage="19")
    ada = stripe.customer(BERLIN)
    data = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}, "tax_behavior": "exclusive"}
    body = {"customer": ada, "currency": "eur", "automatic_tax": ON, "shipping_cost": {"shipping_rate_data": data}}
    invoice = stripe.post("/v1/invoices", {**body, "expand": ["shipping_cost.taxes"]})
    (tax,) = invoice["shipping_cost"]["taxes"]
    assert (tax["amount"], tax["taxable_amount"], tax["rate"]["percentage"]) == (95, 500, 19)
    assert [(row["amount"], row["taxable_amount"]) for row in invoice["total_taxes"]] == [(95, 500)]
    page = {
        "mode": "payment",
        "customer": ada,
        "success_url": THANKS,
        "automatic_tax": ON,
        "line_items": [{"price": stripe.price(1000, interval=None), "quantity": 1}],
        "shipping_options": [{"shipping_rate_data": {**data, "type": "fixed_amount"}}],
        "expand": ["shipping_cost.taxes", "total_details.breakdown"],
    }
    session = stripe.post("/v1/checkout/sessions", page)
    assert [row["amount"] for row in session["shipping_cost"]["taxes"]] == [95]
    # the same rate on goods and on sending: 190 + 95
    assert [row["amount"] for row in session["total_details"]["breakdown"]["taxes"]] == [285]
    assert session["total_details"]["amount_tax"] == 285
