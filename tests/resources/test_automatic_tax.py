"""Automatic tax: where somebody is taxed, what no table tells, and what becomes of invoices without a place."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.shop import CARD
from tests.resources.taxed import BERLIN, OAKLAND, ON, PARIS, Taxed

from pinstripe.http.control import ControlError


def test_several_codes_on_one_invoice_are_rounded_line_by_line() -> None:
    """Three lines of 33 at 19 % are 6.27 -> 6 each; what is not taxed tells so beside them."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    invoice = stripe.post("/v1/invoices", {"customer": ada, "currency": "eur", "automatic_tax": ON})["id"]
    item = {"customer": ada, "invoice": invoice, "currency": "eur", "amount": 33}
    for extra in ({}, {}, {}, {"tax_code": "txcd_00000000"}, {"tax_behavior": "inclusive"}):
        stripe.post("/v1/invoiceitems", {**item, **extra})
    drawn = stripe.get(f"/v1/invoices/{invoice}")
    sums = {(row["taxability_reason"], row["tax_behavior"]): row["amount"] for row in drawn["total_taxes"]}
    assert sums == {
        ("standard_rated", "exclusive"): 18,
        ("not_subject_to_tax", "exclusive"): 0,
        ("standard_rated", "inclusive"): 5,  # 33 * 19 / 119 = 5.27
    }
    assert drawn["total"] == 5 * 33 + 18
    assert stripe.post(f"/v1/invoices/{invoice}/finalize")["total"] == 183


def test_the_behavior_of_a_price_is_its_own_or_the_accounts() -> None:
    """Dollars on top, euros inside, where the account infers it by currency; without any default it is refused."""
    stripe = Taxed(behavior="inferred_by_currency")
    euros = stripe.preview(stripe.customer(BERLIN), stripe.price(1190))
    assert (euros["total"], euros["total_taxes"][0]["tax_behavior"]) == (1190, "inclusive")
    dollars = stripe.preview(stripe.customer(BERLIN), stripe.price(1000, currency="usd"))
    assert (dollars["total"], dollars["total_taxes"][0]["tax_behavior"]) == (1190, "exclusive")
    bare = Client()
    bare.post("/v1/tax/settings", {"defaults[tax_code]": "txcd_10000000", "head_office": {"address": BERLIN}})
    ada = bare.post("/v1/customers", {**CARD, "address": BERLIN})["id"]
    bare.post("/v1/tax/registrations", REGISTERED)
    price = {"currency": "eur", "unit_amount": 1000, "recurring[interval]": "month", "product_data[name]": "Gold"}
    body = {"customer": ada, "items": [{"price": bare.post("/v1/prices", price)["id"]}], "automatic_tax": ON}
    status, error = bare.refused("POST", "/v1/subscriptions", body)
    assert (status, error["param"]) == (400, "automatic_tax")
    assert bare.get("/v1/subscriptions")["data"] == []


REGISTERED = {
    "country": "DE",
    "active_from": "now",
    "country_options[de][type]": "standard",
    "country_options[de][standard][place_of_supply_scheme]": "standard",
}


# --- where somebody is -----------------------------------------------------------------------------------------------


PLACES = [
    # address, recognized
    (None, False),
    ({"country": "DE"}, True),  # a country is enough
    ({"country": "US"}, False),  # not in the United States
    ({"country": "US", "state": "CA"}, False),
    ({"country": "US", "postal_code": "94607"}, True),
    ({"country": "US", "postal_code": "94607-1234"}, True),
    ({"country": "US", "postal_code": "9460"}, False),
    ({"country": "CA"}, False),
    ({"country": "CA", "state": "ON"}, True),
    ({"country": "CA", "postal_code": "K1A 0B1"}, True),
    ({"city": "Berlin"}, False),
]


@pytest.mark.parametrize("address, recognized", PLACES)
def test_a_place_is_known_or_not(address: dict[str, str] | None, recognized: bool) -> None:
    """An address that is too vague is customer_tax_location_invalid, and the customer tells. [documented]"""
    stripe = Taxed()
    said = {} if address is None else {"address": address}
    ada = stripe.post("/v1/customers", {"expand": ["tax"], **said})
    assert ada["tax"]["automatic_tax"] == (
        "unrecognized_location" if not recognized else "supported" if address == {"country": "DE"} else "not_collecting"
    )
    draft = stripe.post("/v1/invoices", {"customer": ada["id"], "automatic_tax": ON, "currency": "eur"})
    assert draft["automatic_tax"]["status"] == ("complete" if recognized else "requires_location_inputs")
    if not recognized:
        price = stripe.price(1000)
        body = {"customer": ada["id"], "items": [{"price": price}], "automatic_tax": ON}
        status, error = stripe.refused("POST", "/v1/subscriptions", body)
        assert (status, error["code"]) == (400, "customer_tax_location_invalid")
        strict = {**said, "tax": {"validate_location": "immediately"}}
        assert stripe.refused("POST", "/v1/customers", strict)[1]["code"] == "customer_tax_location_invalid"


def test_a_card_tells_where_its_owner_is() -> None:
    """Without any address: that of the payment method, or where the card was issued. [documented]"""
    stripe = Taxed()
    stripe.register("GB")
    ada = stripe.customer()  # a card from the United States, which is not precise enough
    assert stripe.get(f"/v1/customers/{ada}", {"expand": ["tax"]})["tax"]["location"] is None
    method = stripe.get(f"/v1/customers/{ada}/payment_methods")["data"][0]["id"]
    stripe.post(f"/v1/payment_methods/{method}", {"billing_details": {"address": {"country": "GB"}}})
    tax = stripe.get(f"/v1/customers/{ada}", {"expand": ["tax"]})["tax"]
    assert tax["location"] == {"country": "GB", "source": "payment_method", "state": None}
    assert stripe.preview(ada, stripe.price(1000))["total"] == 1200
    own = {"type": "card", "card": {"token": "tok_visa"}, "billing_details": {"address": {"country": "DE"}}}
    card = stripe.post("/v1/payment_methods", own)["id"]
    stripe.post(f"/v1/payment_methods/{card}/attach", {"customer": ada})
    body = {
        "customer": ada,
        "items": [{"price": stripe.price(1000)}],
        "automatic_tax": ON,
        "expand": ["latest_invoice"],
    }
    made = stripe.post("/v1/subscriptions", {**body, "default_payment_method": card})
    assert made["latest_invoice"]["total"] == 1190  # by the card that pays


# --- what is in no table ---------------------------------------------------------------------------------------------


def test_what_no_table_tells_is_refused_until_it_is_declared() -> None:
    """Californian sales tax is 501 with the way to declare it, and changes nothing; declared, it is reckoned."""
    stripe = Taxed()
    stripe.register("US", type="state_sales_tax", state="CA")
    ada, price = stripe.customer(OAKLAND), stripe.price(1000, currency="usd")
    body = {"customer": ada, "items": [{"price": price}], "automatic_tax": ON, "expand": ["latest_invoice"]}
    status, error = stripe.refused("POST", "/v1/subscriptions", body)
    assert (status, error["code"]) == (501, "unsupported_parameter")
    assert "US-CA" in error["message"]
    assert "/_pinstripe/tax_rates" in error["message"]
    assert stripe.get("/v1/subscriptions")["data"] == []
    stripe.declare(country="US", state="CA", percentage="10.75")
    stripe.declare(country="US", state="CA", tax_code="txcd_20030000", percentage="0")
    made = stripe.post("/v1/subscriptions", body)["latest_invoice"]
    assert made["total"] == 1108  # 107.5 -> 108, the half away from zero
    rate = stripe.get(f"/v1/tax_rates/{made['total_taxes'][0]['tax_rate_details']['tax_rate']}")
    assert (rate["display_name"], rate["state"], rate["percentage"]) == ("Sales Tax", "CA", 10.75)
    service = stripe.price(1000, currency="usd", product_data={"name": "Hour", "tax_code": "txcd_20030000"})
    assert stripe.preview(ada, service)["total_taxes"][0]["taxability_reason"] == "zero_rated"


def test_a_declared_rate_goes_before_the_table_and_can_be_forgotten() -> None:
    """The narrower declaration counts; the same again takes the place of the first."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    books = stripe.price(1000, product_data={"name": "Book", "tax_code": "txcd_35010000"})
    assert stripe.ask("POST", "/v1/invoices/create_preview", preview_of(ada, books))[0] == 501
    stripe.declare(country="DE", tax_code="txcd_35010000", percentage="5")
    stripe.declare(country="DE", tax_code="txcd_35010000", percentage="7")
    assert stripe.preview(ada, books)["total"] == 1070
    assert stripe.preview(ada, stripe.price(1000))["total"] == 1190
    assert len(stripe.control("GET", "tax_rates")["tax_rates"]) == 1
    assert stripe.control("DELETE", "tax_rates") == {"tax_rates": []}
    for wrong in ({"country": "de", "percentage": 7}, {"country": "DE", "percentage": "seven"}, {"land": "DE"}):
        with pytest.raises(ControlError):
            stripe.control("POST", "tax_rates", wrong)


def preview_of(customer: str, price: str) -> dict[str, Any]:
    """A request for a preview."""
    details = {"items": [{"price": price}]}
    return {"customer": customer, "subscription_details": details, "automatic_tax": ON}


def test_it_takes_settings_and_leaves_manual_rates_alone() -> None:
    """400 stripe_tax_inactive without settings; manual rates and amounts below nothing are refused beside it."""
    bare = Client()
    ada = bare.post("/v1/customers", {"address": BERLIN})["id"]
    wanted = {"customer": ada, "automatic_tax": ON}
    assert bare.refused("POST", "/v1/invoices", wanted)[1]["code"] == "stripe_tax_inactive"
    assert bare.post("/v1/invoices", {"customer": ada, "automatic_tax": {"enabled": False}})["total"] == 0
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 19})["id"]
    both = {"customer": ada, "automatic_tax": ON, "default_tax_rates": [rate]}
    assert stripe.refused("POST", "/v1/invoices", both)[1]["param"] == "default_tax_rates"
    subscribe = {**both, "items": [{"price": stripe.price(1000)}]}
    assert stripe.refused("POST", "/v1/subscriptions", subscribe)[1]["param"] == "default_tax_rates"
    draft = stripe.post("/v1/invoices", {"customer": ada, "automatic_tax": ON, "currency": "eur"})["id"]
    item = {"customer": ada, "invoice": draft, "currency": "eur"}
    assert stripe.refused("POST", "/v1/invoiceitems", {**item, "amount": -5})[1]["param"] == "amount"
    taxed = {**item, "amount": 5, "tax_rates": [rate]}
    assert stripe.refused("POST", "/v1/invoiceitems", taxed)[1]["param"] == "tax_rates"
    assert stripe.get(f"/v1/invoices/{draft}")["lines"]["data"] == []


def test_a_credit_note_gives_the_tax_back() -> None:
    """One of two of 1000: 1000 and its 190 by the same rate."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    draft = stripe.post("/v1/invoices", {"customer": ada, "currency": "eur", "automatic_tax": ON})["id"]
    item = {"customer": ada, "invoice": draft, "currency": "eur", "unit_amount_decimal": "1000", "quantity": 2}
    stripe.post("/v1/invoiceitems", item)
    paid = stripe.post(f"/v1/invoices/{draft}/pay")
    line = paid["lines"]["data"][0]
    row = {"type": "invoice_line_item", "invoice_line_item": line["id"], "quantity": 1}
    note = stripe.post("/v1/credit_notes", {"invoice": draft, "lines": [row], "refund_amount": 1190})
    assert (note["subtotal"], note["total"]) == (1000, 1190)
    (tax,) = note["total_taxes"]
    assert (tax["amount"], tax["tax_rate_details"]) == (190, line["taxes"][0]["tax_rate_details"])


# --- changes, previews, older words ----------------------------------------------------------------------------------


def test_prorations_bear_the_tax_of_their_lines() -> None:
    """Half of 28 days: -500 + 1000; 19 % of each is -95 and 190."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    first = stripe.price(1000)
    made = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": first}], "automatic_tax": ON})
    stripe.control("POST", "clock", {"now": NOW + 14 * 86_400})
    item = made["items"]["data"][0]["id"]
    change = {"items": [{"id": item, "price": stripe.price(2000)}], "proration_behavior": "always_invoice"}
    stripe.post(f"/v1/subscriptions/{made['id']}", change)
    invoice = stripe.get("/v1/invoices", {"customer": ada})["data"][0]
    assert [line["taxes"][0]["amount"] for line in invoice["lines"]["data"]] == [-95, 190]
    assert invoice["total"] == 595


def test_a_preview_asks_what_if() -> None:
    """Another address, an exemption or a tax id of `customer_details` counts for the preview alone. [documented]"""
    stripe = Taxed()
    stripe.register("DE", type="oss_union")
    ada, price = stripe.customer(BERLIN), stripe.price(1000)
    what_if = [
        ({"address": PARIS}, 1200),
        ({"shipping": {"name": "Ada", "address": PARIS}}, 1200),
        ({"tax_exempt": "exempt"}, 1000),
        ({"address": PARIS, "tax_ids": [{"type": "eu_vat", "value": "FR12345678901"}]}, 1000),
    ]
    for details, total in what_if:
        assert stripe.preview(ada, price, customer_details=details)["total"] == total
    assert stripe.preview(ada, price)["total"] == 1190
    assert stripe.get(f"/v1/customers/{ada}")["address"]["country"] == "DE"
    known = len(stripe.get("/v1/customers")["data"])
    body = {"subscription_details": {"items": [{"price": price}]}, "automatic_tax": ON}
    stranger = stripe.post("/v1/invoices/create_preview", {**body, "customer_details": {"address": PARIS}})
    assert (stranger["customer"], stranger["total"]) == (None, 1200)
    assert len(stripe.get("/v1/customers")["data"]) == known


def test_older_versions_tell_it_in_their_words() -> None:
    """`tax`, `total_tax_amounts`, `tax_amounts` and the rate whole on the line."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": stripe.price(1000)}], "automatic_tax": ON})
    for version in ("2024-06-20", "2022-11-15"):
        older = Client(stripe.simulator, version=version)
        (invoice,) = older.get("/v1/invoices", {"customer": ada})["data"]
        (line,) = invoice["lines"]["data"]
        assert invoice["automatic_tax"]["enabled"] is True
        assert (invoice["tax"], invoice["total_tax_amounts"][0]["amount"]) == (190, 190)
        assert line["tax_amounts"][0]["taxability_reason"] == "standard_rated"
        assert line["tax_rates"][0]["display_name"] == "VAT"


def test_sending_goods_is_taxed_by_its_own_code() -> None:
    """In no table until it is declared; then 19 % of 500 is 95 on top. [documented: its tax code]"""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    data = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}, "tax_behavior": "exclusive"}
    body = {"customer": ada, "currency": "eur", "automatic_tax": ON, "shipping_cost": {"shipping_rate_data": data}}
    assert stripe.ask("POST", "/v1/invoices", body)[0] == 501
    stripe.declare(country="DE", tax_code="txcd_92010001", percentage="19")
    made = stripe.post("/v1/invoices", body)
    assert (made["total"], made["amount_shipping"], made["shipping_cost"]["amount_tax"]) == (595, 500, 95)
    assert made["total_excluding_tax"] == 500
