"""Stories of Stripe Tax by itself: what is reckoned, what is recorded, and what is refused."""

from __future__ import annotations

from typing import Any

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


def test_no_tax_for_what_is_no_vat_number(client: Client) -> None:
    """Of a buyer that is no customer, Stripe names the place."""
    client.post("/v1/tax/settings", SETTINGS)
    buyer = {"address": {"country": "FR"}, "tax_ids": [{"type": "eu_vat", "value": "FR12"}]}
    sale = {"currency": "eur", "customer_details": buyer, "line_items": [{"amount": 1000}]}
    error = client.refused("POST", "/v1/tax/calculations", sale)[1]
    assert (error["code"], error["param"]) == ("tax_id_invalid", "customer_details[tax_ids][0][value]")


def test_registrations_expire(client: Client) -> None:
    """The status is read off the two moments."""
    made = client.post("/v1/tax/registrations", {**REGISTRATION, "active_from": NOW + DAY})
    assert made["status"] == "scheduled"
    turn(client, NOW + DAY)
    assert client.get("/v1/tax/registrations", {"status": "active"})["data"][0]["id"] == made["id"]
    client.post(f"/v1/tax/registrations/{made['id']}", {"expires_at": "now"})
    assert client.get("/v1/tax/registrations", {"status": "active"})["data"] == []


@pytest.fixture
def sold(client: Client) -> str:
    """A recorded sale of 10.00 and 1.90 on top, and of 11.90 with 1.90 inside."""
    client.post("/v1/tax/settings", SETTINGS)
    client.post("/v1/tax/registrations", REGISTRATION)
    lines = [{"amount": 1000}, {"amount": 1190, "tax_behavior": "inclusive"}]
    sale = {"currency": "eur", "customer_details": {"address": BERLIN}, "line_items": lines}
    record = {"calculation": client.post("/v1/tax/calculations", sale)["id"], "reference": "order 1"}
    return str(client.post("/v1/tax/transactions/create_from_calculation", record)["id"])


def test_a_flat_amount_is_taken_back_in_proportion(client: Client, sold: str) -> None:
    """5.00 of 23.80 are 2.50 of each 11.90, of which 40 cents are tax: 2.10 and 2.50. [documented: in proportion]

    190 * 250 / 1190 = 39.9 -> 40.
    """
    part = {"original_transaction": sold, "mode": "partial", "flat_amount": -500, "reference": "back 1"}
    back = client.post("/v1/tax/transactions/create_reversal", {**part, "expand": ["line_items"]})
    rows = sorted((line["amount"], line["amount_tax"]) for line in back["line_items"]["data"])
    assert rows == [(-250, -40), (-210, -40)]
    # 18.80 are left: all of it, then nothing
    rest = {**part, "flat_amount": -1880, "reference": "back 2", "expand": ["line_items"]}
    last = client.post("/v1/tax/transactions/create_reversal", rest)
    rows = sorted((line["amount"], line["amount_tax"]) for line in last["line_items"]["data"])
    assert rows == [(-940, -150), (-790, -150)]
    for more in ({"flat_amount": -1}, {"mode": "full", "flat_amount": 0}, {"flat_amount": 5}):
        refused = client.refused("POST", "/v1/tax/transactions/create_reversal", {**part, "reference": "3", **more})
        assert refused[0] == 400


def test_a_line_is_taken_back_as_far_as_it_is_left(client: Client, sold: str) -> None:
    """6.00 and 1.14 of 10.00 and 1.90, then at most 4.00 and 0.76; all of a sale only while nothing went back."""
    rows = client.get(f"/v1/tax/transactions/{sold}/line_items")["data"]
    line = next(row for row in rows if row["amount"] == 1000)["id"]
    part = {"original_line_item": line, "amount": -600, "amount_tax": -114, "reference": "L1"}
    body = {"original_transaction": sold, "mode": "partial", "reference": "back 1", "line_items": [part]}
    path = "/v1/tax/transactions/create_reversal"
    (shown,) = client.post(path, {**body, "expand": ["line_items"]})["line_items"]["data"]
    assert (shown["amount"], shown["reversal"], shown["reference"]) == (-600, {"original_line_item": line}, "L1")
    assert client.refused("POST", path, {**body, "reference": "back 2"})[1]["param"] == "line_items[0][amount]"
    full = {"original_transaction": sold, "mode": "full", "reference": "back 2"}
    assert client.refused("POST", path, full)[1]["param"] == "original_transaction"
    rest = {**part, "amount": -400, "amount_tax": -76, "reference": "L1 again"}
    twice = client.refused("POST", path, {**body, "reference": "back 3", "line_items": [rest, rest]})
    assert twice[1]["param"] == "line_items[1][amount]"
    assert client.post(path, {**body, "reference": "back 3", "line_items": [rest]})["type"] == "reversal"


def test_a_calculation_is_of_what_is_sold_and_recorded_in_its_time(client: Client) -> None:
    """No amount is negative; tax is owed from the day that was reckoned with until now. [documented]"""
    client.post("/v1/tax/settings", SETTINGS)
    client.post("/v1/tax/registrations", REGISTRATION)
    sale = {"currency": "eur", "customer_details": {"address": BERLIN}, "line_items": [{"amount": 1000}]}
    less = {**sale, "line_items": [{"amount": 1000}, {"amount": -1}]}
    assert client.refused("POST", "/v1/tax/calculations", less)[1]["param"] == "line_items[1][amount]"
    sent = {**sale, "shipping_cost": {"amount": -1}}
    assert client.refused("POST", "/v1/tax/calculations", sent)[1]["param"] == "shipping_cost[amount]"
    calculation = client.post("/v1/tax/calculations", {**sale, "tax_date": NOW - DAY})["id"]
    record, path = {"calculation": calculation, "reference": "order 1"}, "/v1/tax/transactions/create_from_calculation"
    for at in (NOW - DAY - 1, NOW + 1):
        assert client.refused("POST", path, {**record, "posted_at": at})[1]["param"] == "posted_at"
    assert client.post(path, {**record, "posted_at": NOW - DAY})["posted_at"] == NOW - DAY


STAYS = {"enabled": True, "allow_redirects": "never"}


def paid(client: Client, calculation: str, card: str = "pm_card_visa", **more: Any) -> Any:
    """A payment of 11.90 that is linked with a calculation."""
    hooks = {"inputs": {"tax": {"calculation": calculation}}}
    body = {"amount": 1190, "currency": "eur", "payment_method": card, "confirm": True, "hooks": hooks}
    return client.post("/v1/payment_intents", {"automatic_payment_methods": STAYS, **body, **more})


def attempts(client: Client, intent: str) -> list[tuple[str, Any]]:
    """What was recorded of a payment: of which object, and which amounts, or why not."""
    found = client.get("/v1/tax/associations/find", {"payment_intent": intent})
    rows = []
    for row in found["tax_transaction_attempts"]:
        if row["status"] == "errored":
            rows.append((row["source"][:2], row["errored"]["reason"]))
        else:
            made = client.get(f"/v1/tax/transactions/{row['committed']['transaction']}", {"expand": ["line_items"]})
            lines = [(line["amount"], line["amount_tax"]) for line in made["line_items"]["data"]]
            rows.append((row["source"][:2], lines))
    return rows


@pytest.fixture
def calculation(client: Client) -> str:
    """10.00 and 1.90 on top."""
    client.post("/v1/tax/settings", SETTINGS)
    client.post("/v1/tax/registrations", REGISTRATION)
    sale = {"currency": "eur", "customer_details": {"address": BERLIN}, "line_items": [{"amount": 1000}]}
    return str(client.post("/v1/tax/calculations", sale)["id"])


def test_a_payment_records_its_calculation_and_refunds_take_it_back(client: Client, calculation: str) -> None:
    """3.57 of 11.90 are 3.00 and 0.57; then the rest, 7.00 and 1.33. Another payment comes too late. [documented]"""
    intent = paid(client, calculation)
    assert intent["hooks"] == {"inputs": {"tax": {"calculation": calculation}}}
    assert attempts(client, intent["id"]) == [("pi", [(1000, 190)])]
    client.post("/v1/refunds", {"payment_intent": intent["id"], "amount": 357})
    client.post("/v1/refunds", {"payment_intent": intent["id"]})
    assert attempts(client, intent["id"])[1:] == [("re", [(-300, -57)]), ("re", [(-700, -133)])]
    other = paid(client, calculation)["id"]
    client.post("/v1/refunds", {"payment_intent": other, "amount": 100})
    assert attempts(client, other) == [("pi", "another_payment_associated_with_calculation")]
    late = {"hooks": {"inputs": {"tax": {"calculation": calculation}}}}
    assert client.refused("POST", f"/v1/payment_intents/{other}", late)[0] == 400


def test_a_payment_that_cannot_be_recorded_says_why(client: Client, calculation: str) -> None:
    """In dollars, or after its ninety days; before it is paid nothing was tried, and unlinked there is nothing."""
    waiting = paid(client, calculation, confirm=False)["id"]
    assert attempts(client, waiting) == []
    assert attempts(client, paid(client, calculation, currency="usd")["id"]) == [("pi", "currency_mismatch")]
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, f'{{"now": {NOW + 91 * 86_400}}}'.encode())
    client.post(f"/v1/payment_intents/{waiting}/confirm")
    assert attempts(client, waiting) == [("pi", "calculation_expired")]
    plain = paid(client, "", hooks={})["id"]
    assert client.refused("GET", "/v1/tax/associations/find", {"payment_intent": plain})[0] == 404


def test_a_refund_that_fails_puts_the_tax_back(client: Client, calculation: str) -> None:
    """The sale is whole again, and can be taken back again. [documented]"""
    intent = paid(client, calculation, "pm_card_refundFail")["id"]
    client.post("/v1/refunds", {"payment_intent": intent})
    turn(client, NOW + 30 * DAY)
    assert attempts(client, intent) == [("pi", [(1000, 190)]), ("re", [(-1000, -190)]), ("re", [(1000, 190)])]
    client.post("/v1/refunds", {"payment_intent": intent, "amount": 119})
    assert attempts(client, intent)[3] == ("re", [(-100, -19)])
