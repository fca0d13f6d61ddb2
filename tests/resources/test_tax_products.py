"""Stories of Stripe Tax by itself: what is reckoned, what is recorded, and what is refused."""

from __future__ import annotations

import pytest
from tests.client import NOW, Client

from pinstripe_contracts.fair.tax_products import BERLIN, REGISTRATION, SETTINGS

DAY = 86_400


@pytest.fixture
def client() -> Client:
    """An account of its own, on Sunday 31 January 2027 at noon."""
    return Client()


def turn(client: Client, to: int) -> None:
    """Turn the account's clock."""
    client.simulator.accounts.of(client.key).set_clock(to)


SALES = [
    # amount, behavior, country -> tax on top, tax inside, total, reason
    (1000, "exclusive", "DE", 190, 0, 1190, "standard_rated"),  # 19 % of 1000
    (1190, "inclusive", "DE", 0, 190, 1190, "standard_rated"),  # 1190 - 1190 / 1.19
    (1000, "exclusive", "FR", 0, 0, 1000, "not_collecting"),  # registered in Germany alone
]


@pytest.mark.parametrize("amount, behavior, country, on_top, inside, total, reason", SALES)
def test_tax_is_reckoned_where_the_account_collects(
    client: Client, amount: int, behavior: str, country: str, on_top: int, inside: int, total: int, reason: str
) -> None:
    """The national rate on top or inside, and nothing where there is no registration."""
    client.post("/v1/tax/settings", SETTINGS)
    client.post("/v1/tax/registrations", REGISTRATION)
    sale = {
        "currency": "eur",
        "customer_details": {"address": {**BERLIN, "country": country}, "address_source": "billing"},
        "line_items": [{"amount": amount, "tax_behavior": behavior}],
    }
    made = client.post("/v1/tax/calculations", sale)
    assert (made["tax_amount_exclusive"], made["tax_amount_inclusive"]) == (on_top, inside)
    assert (made["amount_total"], made["tax_breakdown"][0]["taxability_reason"]) == (total, reason)


def test_a_sale_is_recorded_and_taken_back(client: Client) -> None:
    """Once under a reference; the reversal has every amount the other way."""
    client.post("/v1/tax/settings", SETTINGS)
    client.post("/v1/tax/registrations", REGISTRATION)
    sale = {"currency": "eur", "customer_details": {"address": BERLIN}, "line_items": [{"amount": 1000}]}
    calculation = client.post("/v1/tax/calculations", sale)["id"]
    record = {"calculation": calculation, "reference": "order 1"}
    made = client.post("/v1/tax/transactions/create_from_calculation", record)["id"]
    assert client.refused("POST", "/v1/tax/transactions/create_from_calculation", record)[1]["param"] == "reference"
    reversal = {"original_transaction": made, "mode": "full", "reference": "back 1"}
    back = client.post("/v1/tax/transactions/create_reversal", reversal)
    lines = client.get(f"/v1/tax/transactions/{back['id']}/line_items")["data"]
    assert [(line["amount"], line["amount_tax"]) for line in lines] == [(-1000, -190)]


def test_tax_that_depends_on_a_state_is_refused(client: Client) -> None:
    """California collects at rates that are not known here; without set-up there is nothing to reckon with."""
    sale = {
        "currency": "usd",
        "customer_details": {"address": {"country": "US", "state": "CA", "postal_code": "94111"}},
        "line_items": [{"amount": 1000}],
    }
    assert client.refused("POST", "/v1/tax/calculations", sale)[1]["code"] == "stripe_tax_inactive"
    client.post("/v1/tax/settings", SETTINGS)
    assert client.post("/v1/tax/calculations", sale)["tax_amount_exclusive"] == 0
    options = {"us": {"state": "CA", "type": "state_sales_tax"}}
    client.post("/v1/tax/registrations", {"country": "US", "active_from": "now", "country_options": options})
    status, error = client.refused("POST", "/v1/tax/calculations", sale)
    assert (status, error["code"]) == (501, "unsupported_parameter")


def test_registrations_expire(client: Client) -> None:
    """The status is read off the two moments."""
    made = client.post("/v1/tax/registrations", {**REGISTRATION, "active_from": NOW + DAY})
    assert made["status"] == "scheduled"
    turn(client, NOW + DAY)
    assert client.get("/v1/tax/registrations", {"status": "active"})["data"][0]["id"] == made["id"]
    client.post(f"/v1/tax/registrations/{made['id']}", {"expires_at": "now"})
    assert client.get("/v1/tax/registrations", {"status": "active"})["data"] == []
