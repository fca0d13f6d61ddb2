"""What a billing library asks about charges, customers and payment methods, at both API versions that it speaks.

Each story is made of the library's own calls: their paths, their parameters, their `expand`. Every amount is computed.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import turn

VERSIONS = ("2023-10-16", "2025-08-27.basil")
ADDRESS = {
    "line1": "Main Str. 1",
    "line2": "Apt. 5",
    "city": "Little Rock",
    "state": "AR",
    "country": "US",
    "postal_code": "72201",
}
PERSON = {"email": "ada@example.com", "name": "Ada", "address": ADDRESS}
SEPA = {
    "type": "sepa_debit",
    "sepa_debit": {"iban": "BE62510007547061"},
    "billing_details": {"name": "Ada", "email": "ada@example.com"},
}


@pytest.fixture(params=VERSIONS)
def client(request: pytest.FixtureRequest) -> Client:
    """An account that is spoken to in one of the versions."""
    return Client(version=request.param)


def customer(client: Client, **params: Any) -> str:
    """A customer as the library makes one."""
    return str(client.post("/v1/customers", {**PERSON, **params})["id"])


def default_card(client: Client, ada: str, name: str = "pm_card_visa") -> str:
    """Attach a card and make it the default."""
    method = client.post(f"/v1/payment_methods/{name}/attach", {"customer": ada})["id"]
    updated = client.post(f"/v1/customers/{ada}", {"invoice_settings": {"default_payment_method": method}})
    assert updated["invoice_settings"]["default_payment_method"] == method
    assert client.get(f"/v1/payment_methods/{method}")["customer"] == ada
    return str(method)


def charge(ada: str, method: str, **params: Any) -> dict[str, Any]:
    """The body of a single charge."""
    return {
        "amount": 1000,
        "currency": "usd",
        "customer": ada,
        "payment_method": method,
        "confirmation_method": "automatic",
        "confirm": True,
        **params,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"return_url": "https://shop.example/back", "automatic_payment_methods": {"enabled": True}},
        {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
    ],
)
def test_a_single_charge_is_paid_and_refunded(client: Client, more: dict[str, Any]) -> None:
    """10.00 paid with a default card, found again, and given back: the fee of 0.59 stays lost."""
    ada = customer(client)
    paid = client.post("/v1/payment_intents", charge(ada, default_card(client, ada), **more))
    assert (paid["status"], paid["amount_received"], paid["customer"]) == ("succeeded", 1000, ada)
    assert client.get(f"/v1/payment_intents/{paid['id']}")["status"] == "succeeded"
    refund = client.post("/v1/refunds", {"payment_intent": paid["id"]})
    assert (refund["status"], refund["amount"], refund["payment_intent"]) == ("succeeded", 1000, paid["id"])
    turn(client, 60)
    shown = client.get("/v1/balance")
    assert sum(row["amount"] for when in ("available", "pending") for row in shown[when]) == -59


def test_a_charge_without_confirmation_waits(client: Client) -> None:
    """The library's `pay`: an intent for the front end, with a secret."""
    ada = customer(client)
    body = {"amount": 1000, "currency": "usd", "customer": ada, "automatic_payment_methods": {"enabled": True}}
    intent = client.post("/v1/payment_intents", body)
    assert (intent["status"], intent["client_secret"].startswith(intent["id"])) == ("requires_payment_method", True)


@pytest.mark.parametrize(
    "card, status, code",
    [("pm_card_chargeCustomerFail", 402, "card_declined"), ("pm_card_threeDSecure2Required", 200, None)],
)
def test_a_charge_that_fails_says_what_to_do(client: Client, card: str, status: int, code: str | None) -> None:
    """A declined card is a 402 with the whole intent; one that asks for its holder leaves the intent waiting."""
    ada = customer(client)
    body = charge(ada, card, return_url="https://shop.example/back", automatic_payment_methods={"enabled": True})
    answered, shown = client.ask("POST", "/v1/payment_intents", body)
    intent = shown["error"]["payment_intent"] if code else shown
    assert (answered, (shown.get("error") or {}).get("code")) == (status, code)
    assert intent["status"] == ("requires_payment_method" if code else "requires_action")
    assert client.get(f"/v1/payment_intents/{intent['id']}")["id"] == intent["id"]


def test_a_tab_is_invoiced_and_paid(client: Client) -> None:
    """One item of 15.00, billed at once to the default card."""
    ada = customer(client)
    default_card(client, ada)
    item = {"customer": ada, "amount": 1500, "currency": "usd", "description": "Laracon"}
    client.post("/v1/invoiceitems", item)
    body = {"customer": ada, "currency": "usd", "pending_invoice_items_behavior": "include"}
    invoice = client.post("/v1/invoices", body)
    paid = client.post(f"/v1/invoices/{invoice['id']}/pay")
    assert (paid["status"], paid["total"], paid["amount_paid"]) == ("paid", 1500, 1500)
    (found,) = client.get("/v1/invoices", {"customer": ada, "limit": 24})["data"]
    if client.version == "2023-10-16":
        expand = ["account_tax_ids", "discounts", "lines.data.tax_amounts.tax_rate"]
        expand += ["total_discount_amounts.discount", "total_tax_amounts.tax_rate"]
        shown = client.get(f"/v1/invoices/{found['id']}", {"expand": expand})
        assert [line["description"] for line in shown["lines"]["data"]] == ["Laracon"]
        refund = client.post("/v1/refunds", {"payment_intent": shown["payment_intent"]})
    else:
        shown = client.get(f"/v1/invoices/{found['id']}", {"expand": ["payments"]})
        (payment,) = client.get("/v1/invoice_payments", {"invoice": found["id"]})["data"]
        assert [row["id"] for row in shown["payments"]["data"]] == [payment["id"]]
        (line,) = client.get(f"/v1/invoices/{found['id']}/lines", {"expand": ["data.price"]})["data"]
        assert (line["description"], line["amount"]) == ("Laracon", 1500)
        refund = client.post("/v1/refunds", {"payment_intent": payment["payment"]["payment_intent"]})
    assert refund["amount"] == 1500


def test_a_customer_is_made_synced_and_described(client: Client) -> None:
    """What the library's own user becomes, and what a later sync changes."""
    ada = customer(client, description="a friend")
    path = f"/v1/customers/{ada}"
    assert client.get(path)["description"] == "a friend"
    moved = {"line1": "Main Str. 2", "city": "Ghent", "country": "BE", "postal_code": "9000"}
    change = {"name": "Ada L.", "email": "ada@example.org", "phone": "+32 499 00 00 00", "address": moved}
    after = client.post(path, {**change, "description": "a good friend"})
    assert (after["name"], after["email"], after["phone"]) == ("Ada L.", "ada@example.org", "+32 499 00 00 00")
    assert (after["address"]["city"], after["address"]["line2"], after["description"]) == (
        "Ghent",
        None,
        "a good friend",
    )


def test_a_customer_balance_is_credited_and_debited(client: Client) -> None:
    """5.00 credit and 2.00 debit leave 3.00 of credit, and the newest line comes first."""
    ada = customer(client)
    path = f"/v1/customers/{ada}/balance_transactions"
    client.post(path, {"amount": -500, "currency": "usd", "description": "Gift"})
    assert client.get(f"/v1/customers/{ada}")["balance"] == -500
    debit = client.post(path, {"amount": 200, "currency": "usd", "description": "Fine"})
    assert (debit["type"], debit["ending_balance"], debit["description"]) == ("adjustment", -300, "Fine")
    rows = client.get(path, {"limit": 1})
    assert ([row["id"] for row in rows["data"]], rows["has_more"]) == ([debit["id"]], True)
    assert client.get(f"/v1/customers/{ada}")["balance"] == -300


def test_tax_ids_come_and_go(client: Client) -> None:
    """One is made, found, listed and deleted."""
    ada = customer(client)
    path = f"/v1/customers/{ada}/tax_ids"
    made = client.post(path, {"type": "eu_vat", "value": "BE0123456789"})
    assert (made["type"], made["value"], made["country"]) == ("eu_vat", "BE0123456789", "BE")
    assert client.get(f"{path}/{made['id']}")["id"] == made["id"]
    assert [row["id"] for row in client.get(path)["data"]] == [made["id"]]
    assert client.delete(f"{path}/{made['id']}") == {"id": made["id"], "object": "tax_id", "deleted": True}
    assert client.get(path)["data"] == []


def test_payment_methods_are_kept_counted_and_given_up(client: Client) -> None:
    """Two cards and a debit: found by type, one the default, all detached in the end."""
    ada = customer(client)
    visa = default_card(client, ada)
    mastercard = client.post("/v1/payment_methods/pm_card_mastercard/attach", {"customer": ada})["id"]
    sepa = client.post("/v1/payment_methods", SEPA)
    assert (sepa["sepa_debit"]["last4"], sepa["sepa_debit"]["country"]) == ("7061", "BE")
    client.post(f"/v1/payment_methods/{sepa['id']}/attach", {"customer": ada})

    def found(**params: Any) -> list[str]:
        """The ids of what the customer has."""
        rows = client.get("/v1/payment_methods", {"customer": ada, "limit": 24, **params})["data"]
        return [row["id"] for row in rows]

    assert found(type="card") == [mastercard, visa]
    assert found(type="sepa_debit") == [sepa["id"]]
    expand = {"expand": ["invoice_settings.default_payment_method", "default_source"]}
    shown = client.get(f"/v1/customers/{ada}", expand)
    assert (shown["invoice_settings"]["default_payment_method"]["card"]["last4"], shown["default_source"]) == (
        "4242",
        None,
    )
    client.post(f"/v1/payment_methods/{visa}/detach")
    assert client.get(f"/v1/customers/{ada}")["invoice_settings"]["default_payment_method"] is None
    for id_ in (mastercard, sepa["id"]):
        assert client.post(f"/v1/payment_methods/{id_}/detach")["customer"] is None
    assert found(type="card") == found(type="sepa_debit") == []


def test_a_card_of_the_old_kind_is_the_default_too(client: Client) -> None:
    """A source becomes the default, and is found as a payment method under the same id."""
    ada = client.post("/v1/customers", {**PERSON, "expand": ["sources"]})
    assert ada["sources"]["data"] == []
    path = f"/v1/customers/{ada['id']}"
    card = client.post(f"{path}/sources", {"source": "tok_visa"})
    assert client.post(path, {"default_source": card["id"]})["default_source"] == card["id"]
    shown = client.get(path, {"expand": ["default_source", "invoice_settings.default_payment_method"]})
    assert (shown["default_source"]["last4"], shown["default_source"]["object"]) == ("4242", "card")
    rows = client.get("/v1/payment_methods", {"customer": ada["id"], "type": "card", "limit": 24})["data"]
    assert [row["id"] for row in rows] == [card["id"]]
    assert client.get(f"/v1/payment_methods/{card['id']}")["card"]["last4"] == "4242"


def test_a_setup_intent_is_made_and_found(client: Client) -> None:
    """Bare, as the library makes it for its front end."""
    made = client.post("/v1/setup_intents")
    found = client.get(f"/v1/setup_intents/{made['id']}")
    assert (found["status"], found["client_secret"]) == ("requires_payment_method", made["client_secret"])
