"""Tax rates, tax ids and shipping rates: made, changed, verified, refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

VAT = {"display_name": "VAT", "inclusive": False, "percentage": 19}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer."""
    return str(stripe.post("/v1/customers", {"email": "ada@example.com"})["id"])


def test_an_archived_rate_stays_where_it_is(stripe: Client, ada: str) -> None:
    """It still taxes the draft it is on, and goes on no other."""
    rate = stripe.post("/v1/tax_rates", VAT)["id"]
    draft = stripe.post("/v1/invoices", {"customer": ada, "default_tax_rates": [rate]})["id"]
    stripe.post(f"/v1/tax_rates/{rate}", {"active": False})
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 799})
    assert stripe.get(f"/v1/invoices/{draft}")["total"] == 951  # 799 + 152
    status, error = stripe.refused("POST", "/v1/invoices", {"customer": ada, "default_tax_rates": [rate]})
    assert (status, error["param"]) == (400, "default_tax_rates[0]")
    assert stripe.get("/v1/tax_rates", {"active": True})["data"] == []


@pytest.mark.parametrize(
    "percentage, status", [(0, 200), (100, 200), (8.8754, 200), (8.87541, 400), (101, 400), (-1, 400)]
)
def test_a_percentage_has_four_decimals_at_most(stripe: Client, percentage: float, status: int) -> None:
    """From 0 to 100."""
    assert stripe.ask("POST", "/v1/tax_rates", {**VAT, "percentage": percentage})[0] == status


def test_what_a_rate_is_worth_never_changes(stripe: Client) -> None:
    """The percentage is no parameter of an update."""
    rate = stripe.post("/v1/tax_rates", VAT)
    assert stripe.refused("POST", f"/v1/tax_rates/{rate['id']}", {"percentage": 7})[1]["code"] == "parameter_unknown"
    renamed = stripe.post(f"/v1/tax_rates/{rate['id']}", {"display_name": "MwSt."})
    assert renamed == {**rate, "display_name": "MwSt."}
    assert [event["type"] for event in stripe.events()] == ["tax_rate.created", "tax_rate.updated"]


@pytest.mark.parametrize("place", ["default_tax_rates", "items[0][tax_rates]"])
def test_ten_rates_at_most_each_once_and_known(stripe: Client, ada: str, place: str) -> None:
    """Eleven, the same twice, and one that is not there are refused."""
    product = stripe.post("/v1/products", {"name": "Gold"})["id"]
    price = {"product": product, "unit_amount": 1000, "currency": "usd", "recurring[interval]": "month"}
    body = {"customer": ada, "items[0][price]": stripe.post("/v1/prices", price)["id"]}
    rates = [stripe.post("/v1/tax_rates", VAT)["id"] for _ in range(11)]
    for wrong, param in ((rates, place), ([rates[0]] * 2, f"{place}[1]"), (["txr_x"], f"{place}[0]")):
        listed = {f"{place}[{index}]": rate for index, rate in enumerate(wrong)}
        status, error = stripe.refused("POST", "/v1/subscriptions", {**body, **listed})
        assert (status, error["param"]) == (400, param)


@pytest.mark.parametrize(
    "type_, value, country, first, later",
    [
        ("eu_vat", "DE000000000", "DE", "pending", "verified"),
        ("eu_vat", "EL111111111", "GR", "pending", "unverified"),
        ("gb_vat", "GB980780684", "GB", "pending", "pending"),
        ("us_ein", "12-3456789", "US", "unavailable", "unavailable"),
    ],
)
def test_a_register_answers_later(
    stripe: Client, ada: str, type_: str, value: str, country: str, first: str, later: str
) -> None:
    """A number begins pending where somebody verifies it, and the magic ones get their answer with the clock."""
    made = stripe.post(f"/v1/customers/{ada}/tax_ids", {"type": type_, "value": value})
    assert (made["country"], made["verification"]["status"]) == (country, first)
    account = stripe.simulator.accounts.of(stripe.key)
    account.world.advance(None, NOW + 1)
    assert stripe.get(f"/v1/tax_ids/{made['id']}")["verification"]["status"] == later
    told = [event["type"] for event in stripe.events() if "tax_id" in event["type"]]
    assert told == ["customer.tax_id.created", *["customer.tax_id.updated"] * (first != later)]


@pytest.mark.parametrize(
    "type_, value, fits",
    [
        ("eu_vat", "DE123", False),
        ("eu_vat", "DE1234567890", False),
        ("eu_vat", "XX123456789", False),
        ("eu_vat", "123456789", False),
        ("eu_vat", "ATU12345678", True),
        ("eu_vat", "FRAB123456789", True),
        ("eu_vat", "ESA1234567Z", True),
        ("eu_vat", "IE1234567AB", True),
        ("eu_vat", "nl123456789b12", True),
        ("eu_vat", "XI123456789", True),
        ("eu_vat", "FR000000000", True),
        ("eu_vat", "111111111", True),
        ("gb_vat", "GB123", False),
        ("gb_vat", "GB 123 4567 89", True),
        ("us_ein", "  ", False),
    ],
)
def test_a_vat_number_looks_like_one(stripe: Client, ada: str, type_: str, value: str, fits: bool) -> None:
    """As Stripe's samples do; anything else is refused wherever it is given."""
    body = {"type": type_, "value": value}
    path = f"/v1/customers/{ada}/tax_ids"
    if fits:
        stripe.post(path, body)
        return
    status, error = stripe.refused("POST", path, body)
    assert (status, error["code"], error["message"]) == (400, "tax_id_invalid", f"Invalid value for {type_}.")
    assert stripe.refused("POST", "/v1/customers", {"tax_id_data": [body]})[1]["param"] == "tax_id_data[0][value]"
    assert stripe.get(path)["data"] == []


def test_an_invoice_shows_the_tax_ids_of_its_customer(stripe: Client) -> None:
    """Given with the customer, listed both ways, gone from the next invoice once deleted."""
    data = [{"type": "eu_vat", "value": "DE123456789"}]
    ada = stripe.post("/v1/customers", {"tax_id_data": data, "expand": ["tax_ids"]})
    (known,) = ada["tax_ids"]["data"]
    assert stripe.post("/v1/invoices", {"customer": ada["id"]})["customer_tax_ids"] == data
    owner = {"owner": {"type": "customer", "customer": ada["id"]}}
    assert (
        stripe.get("/v1/tax_ids", owner)["data"] == stripe.get(f"/v1/customers/{ada['id']}/tax_ids")["data"] == [known]
    )
    assert stripe.get("/v1/tax_ids")["data"] == []
    assert stripe.delete(f"/v1/customers/{ada['id']}/tax_ids/{known['id']}")["deleted"] is True
    assert stripe.post("/v1/invoices", {"customer": ada["id"]})["customer_tax_ids"] == []


def test_a_tax_id_of_the_account_has_no_customer(stripe: Client, ada: str) -> None:
    """It is its own, verified by nobody, told of by no event, and found under no customer."""
    own = stripe.post("/v1/tax_ids", {"type": "eu_oss_vat", "value": "EU123456789"})
    assert (own["owner"], own["customer"], own["country"]) == ({"customer_account": None, "type": "self"}, None, None)
    assert stripe.get("/v1/tax_ids")["data"] == [own]
    assert stripe.refused("GET", f"/v1/customers/{ada}/tax_ids/{own['id']}")[0] == 404
    stripe.delete(f"/v1/tax_ids/{own['id']}")
    assert stripe.refused("GET", f"/v1/tax_ids/{own['id']}")[0] == 404
    named = {"type": "us_ein", "value": "12-3456789", "owner": {"type": "customer"}}
    assert stripe.refused("POST", "/v1/tax_ids", named)[1]["param"] == "owner[customer]"
    assert not [event for event in stripe.events() if "tax_id" in event["type"]]


def test_a_customer_has_five_tax_ids_at_most(stripe: Client, ada: str) -> None:
    """The sixth is refused."""
    body = {"type": "eu_vat", "value": "DE123456789"}
    for _ in range(5):
        stripe.post(f"/v1/customers/{ada}/tax_ids", body)
    assert stripe.refused("POST", f"/v1/customers/{ada}/tax_ids", body)[0] == 400
    assert len(stripe.get(f"/v1/customers/{ada}/tax_ids")["data"]) == 5


def test_sending_is_in_the_total_and_bears_no_manual_tax(stripe: Client, ada: str) -> None:
    """1000 and 20 % tax and 5.00 for sending; an empty string takes it off, another currency is refused."""
    rate = stripe.post("/v1/tax_rates", {**VAT, "percentage": 20})["id"]
    data = {"display_name": "Ground", "fixed_amount": {"amount": 500, "currency": "usd"}}
    body = {"customer": ada, "default_tax_rates": [rate], "shipping_cost": {"shipping_rate_data": data}}
    path = f"/v1/invoices/{stripe.post('/v1/invoices', body)['id']}"
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": path.rpartition("/")[2], "amount": 1000})
    draft = stripe.get(path)
    assert (draft["subtotal"], draft["amount_shipping"], draft["total"]) == (1000, 500, 1700)
    assert (draft["total_excluding_tax"], draft["shipping_cost"]["amount_total"]) == (1500, 500)
    euros = {**data, "fixed_amount": {"amount": 500, "currency": "eur"}}
    assert stripe.refused("POST", path, {"shipping_cost": {"shipping_rate_data": euros}})[0] == 400
    assert stripe.post(path, {"shipping_cost": ""})["total"] == 1200
    known = draft["shipping_cost"]["shipping_rate"]
    assert stripe.post(path, {"shipping_cost": {"shipping_rate": known}})["amount_due"] == 1700


def test_a_shipping_rate(stripe: Client) -> None:
    """A fixed amount in several currencies, found by any of them, switched off."""
    fixed = {"amount": 500, "currency": "usd", "currency_options": {"eur": {"amount": 450}}}
    made = stripe.post("/v1/shipping_rates", {"display_name": "Ground", "fixed_amount": fixed})
    assert made["fixed_amount"] == {"amount": 500, "currency": "usd"}
    expanded: Any = stripe.get(f"/v1/shipping_rates/{made['id']}", {"expand": ["fixed_amount.currency_options"]})
    assert {key: row["amount"] for key, row in expanded["fixed_amount"]["currency_options"].items()} == {
        "usd": 500,
        "eur": 450,
    }
    assert len(stripe.get("/v1/shipping_rates", {"currency": "eur"})["data"]) == 1
    assert stripe.get("/v1/shipping_rates", {"currency": "gbp"})["data"] == []
    stripe.post(f"/v1/shipping_rates/{made['id']}", {"active": False})
    assert stripe.get("/v1/shipping_rates", {"active": True})["data"] == []
    lost = {"display_name": "Air", "fixed_amount": fixed, "tax_code": "shipping"}
    status, error = stripe.refused("POST", "/v1/shipping_rates", lost)
    assert (status, error["message"], error["param"]) == (400, "No such tax code: 'shipping'", "tax_code")
    status, error = stripe.refused("POST", "/v1/shipping_rates", {"display_name": "Air"})
    assert (status, error["param"]) == (400, "fixed_amount")
