"""Older versions at work: what they still can do, which words they use, and that the money is the same."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.client import NOW, Client
from tests.wire.shop import priced, shop

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe.webhooks import outbox
from pinstripe.wire import versions

DAY = 86400
ACACIA, BASIL, OLDEST, NEWEST = "2025-02-24.acacia", "2025-08-27.basil", "2020-08-27", versions.DEFAULT
BEFORE_BASIL = [version for version in versions.SERVED if version < "2025-03-31"]


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", BEFORE_BASIL)
def test_the_most_common_old_call_works(version: str) -> None:
    """A subscription with the intent of its first invoice inside, ready for a frontend to confirm."""
    stripe, customer = shop(version)
    subscription = stripe.post(
        "/v1/subscriptions",
        {
            "customer": customer,
            "items": [{"price": priced(stripe)}],
            "payment_behavior": "default_incomplete",
            "expand": ["latest_invoice.payment_intent"],
        },
    )
    invoice = subscription["latest_invoice"]
    intent = invoice["payment_intent"]
    assert intent["client_secret"].startswith(f"{intent['id']}_secret_")
    assert (intent["invoice"], invoice["subscription"], invoice["paid"]) == (invoice["id"], subscription["id"], False)
    assert subscription["current_period_end"] == subscription["items"]["data"][0]["current_period_end"]
    assert ("charges" in intent) == (version < "2022-11-15")


def test_paths_speak_the_language_of_their_version() -> None:
    """What a version does not know cannot be expanded, and in lists every path begins with `data`."""
    stripe, customer = shop(ACACIA)
    stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})
    rows = stripe.get(
        "/v1/invoices", {"customer": customer, "expand": ["data.payment_intent.latest_charge", "data.subscription"]}
    )["data"]
    assert rows[0]["payment_intent"]["latest_charge"]["invoice"] == rows[0]["id"]
    assert rows[0]["subscription"]["current_period_start"] == NOW
    assert stripe.get(f"/v1/invoices/{rows[0]['id']}", {"expand": ["charge.payment_intent"]})["charge"]["paid"]
    stripe.version = BASIL
    _, error = stripe.refused("GET", f"/v1/invoices/{rows[0]['id']}", {"expand": ["payment_intent"]})
    assert error["message"].startswith("This property cannot be expanded because it doesn't exist: payment_intent")


def test_a_refusal_names_the_parameter_that_was_written() -> None:
    """The rules know the newest names; the caller reads the own ones."""
    stripe, customer = shop(ACACIA)
    item = {"customer": customer, "price": "price_none"}
    _, error = stripe.refused("POST", "/v1/invoiceitems", item)
    assert (error["code"], error["param"]) == ("resource_missing", "price")


def test_a_declined_payment_tells_its_intent_the_old_way() -> None:
    """The intent inside an error is an answer too."""
    stripe, customer = shop(OLDEST)
    bad = stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": customer})["id"]
    stripe.post("/v1/invoiceitems", {"customer": customer, "amount": 700, "currency": "usd"})
    invoice = stripe.post("/v1/invoices", {"customer": customer})
    assert [line["type"] for line in invoice["lines"]["data"]] == ["invoiceitem"]
    status, error = stripe.refused("POST", f"/v1/invoices/{invoice['id']}/pay", {"payment_method": bad})
    intent = error["payment_intent"]
    assert (status, intent["invoice"], intent["charges"]["data"][0]["paid"]) == (402, invoice["id"], False)
    assert stripe.get(f"/v1/invoices/{invoice['id']}")["charge"] == intent["latest_charge"]


# --- whose version ---------------------------------------------------------------------------------------------------


def test_an_account_speaks_its_own_version_where_none_is_named() -> None:
    """Requests without a header, and the events of the account."""
    stripe, customer = shop(api_version=ACACIA)
    subscription = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})
    assert subscription["billing_mode"]["type"] == "classic"
    (created,) = (event for event in stripe.events() if event["type"] == "customer.subscription.created")
    assert (created["api_version"], created["data"]["object"]["current_period_start"]) == (ACACIA, NOW)
    stripe.version = NEWEST
    (again,) = (event for event in stripe.events() if event["type"] == "customer.subscription.created")
    assert again == created


def test_an_unknown_version_of_an_account_is_refused() -> None:
    """Before anything is served."""
    with pytest.raises(ValueError, match="There is no API version '2020-01-01' here"):
        Simulator(api_version="2020-01-01")


def test_the_control_plane_changes_the_version_of_an_account() -> None:
    """What has happened stays as it was told; what comes next is told the new way."""
    simulator = Simulator(seed="versions", now=NOW)
    stripe = Client(simulator)
    stripe.post("/v1/customers", {"email": "ada@example.com"})
    control = simulator.control
    assert control.handle("GET", "/_pinstripe/version", stripe.key, b"") == {"api_version": NEWEST}
    control.handle("POST", "/_pinstripe/version", stripe.key, b'{"api_version": "2020-08-27"}')
    assert stripe.post("/v1/customers", {"email": "b@example.com"})["default_currency"] is None
    assert [event["api_version"] for event in stripe.events()] == [NEWEST, OLDEST]
    response = simulator.handle(Request("GET", "/v1/customers", "", {"authorization": f"Bearer {stripe.key}"}, b""))
    assert response.headers["Stripe-Version"] == OLDEST


def test_an_endpoint_hears_in_its_own_version() -> None:
    """The object and what changed of it, each as that version has them."""
    stripe, customer = shop()
    endpoint = {"url": "https://example.invalid/hook", "enabled_events": ["*"], "api_version": ACACIA}
    stripe.post("/v1/webhook_endpoints", endpoint)
    begun = {"customer": customer, "items": [{"price": priced(stripe)}], "payment_behavior": "default_incomplete"}
    subscription = stripe.post("/v1/subscriptions", {**begun, "expand": ["latest_invoice"]})
    stripe.post(f"/v1/invoices/{subscription['latest_invoice']['id']}/pay", {"payment_method": "pm_card_visa"})
    world = stripe.simulator.account(stripe.key).world
    parcels = [outbox.parcel(world, owed.id) for owed in outbox.due(world)]
    heard = {parcel.type: orjson.loads(parcel.body) for parcel in parcels if parcel is not None}
    assert {event["api_version"] for event in heard.values()} == {ACACIA}
    paid = heard["invoice.paid"]["data"]["object"]
    assert (paid["paid"], paid["subscription"]) == (True, subscription["id"])
    before = heard["invoice.updated"]["data"]["previous_attributes"]
    assert before["paid"] is False
    assert "payment_intent" not in before
    newest = {event["type"]: event for event in stripe.events()}
    assert "paid" not in newest["invoice.updated"]["data"]["previous_attributes"]


def test_a_platform_hears_of_connected_accounts_in_its_own_version() -> None:
    """What an older event says of other objects is looked up where they are."""
    stripe = Client(Simulator(seed="versions", now=NOW, api_version=ACACIA))
    stripe.simulator.control.handle("POST", "/_pinstripe/accounts", stripe.key, b'{"id": "acct_1Friend"}')
    endpoint = {"url": "https://example.invalid/hook", "enabled_events": ["invoice.paid"], "connect": "true"}
    stripe.post("/v1/webhook_endpoints", endpoint)
    headers = {"authorization": f"Bearer {stripe.key}", "stripe-account": "acct_1Friend"}

    def ask(path: str, form: str) -> Any:
        """Act for the connected account."""
        response = stripe.simulator.handle(Request("POST", path, "", headers, form.encode()))
        return orjson.loads(response.body)

    customer = ask(
        "/v1/customers", "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa"
    )["id"]
    ask("/v1/invoiceitems", f"customer={customer}&amount=700&currency=usd")
    invoice = ask("/v1/invoices", f"customer={customer}&pending_invoice_items_behavior=include")
    paid = ask(f"/v1/invoices/{invoice['id']}/pay", "")
    world = stripe.simulator.account(stripe.key).world
    (parcel,) = (outbox.parcel(world, owed.id) for owed in outbox.due(world))
    assert parcel is not None
    event = orjson.loads(parcel.body)
    assert (event["account"], event["api_version"]) == ("acct_1Friend", ACACIA)
    assert paid["payment_intent"].startswith("pi_")
    assert event["data"]["object"]["payment_intent"] == paid["payment_intent"]
