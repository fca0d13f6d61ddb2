"""Subscriptions: what they show of their only item, and what a request of an older version may say."""

from __future__ import annotations

import pytest
from tests.client import Client
from tests.resources.tale import Tale

CARD = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card that pays."""
    return str(stripe.post("/v1/customers", CARD)["id"])


def price(stripe: Client, amount: int) -> str:
    """A monthly price."""
    terms = {"currency": "usd", "unit_amount": amount, "recurring[interval]": "month", "product_data[name]": "Weather"}
    return str(stripe.post("/v1/prices", terms)["id"])


def test_the_only_item_shows_its_plan_and_quantity(stripe: Client, ada: str) -> None:
    """A subscription with one item still shows what it showed before there were items."""
    gold = price(stripe, 900)
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": gold, "quantity": 3}]})
    assert (subscription["plan"]["id"], subscription["quantity"]) == (gold, 3)
    assert subscription["plan"] == subscription["items"]["data"][0]["plan"]


def test_several_items_show_no_single_plan(stripe: Client, ada: str) -> None:
    """With two items neither plan nor quantity says anything."""
    items = [{"price": price(stripe, 900)}, {"price": price(stripe, 500)}]
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": items})
    assert (subscription["plan"], subscription["quantity"]) == (None, None)


def test_a_changed_quantity_is_told_of_the_subscription_too(stripe: Client, ada: str) -> None:
    """The event names the old quantity beside the old items."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    item = subscription["items"]["data"][0]["id"]
    stripe.post(f"/v1/subscription_items/{item}", {"quantity": 2, "proration_behavior": "none"})
    previous = stripe.events()[-1]["data"]["previous_attributes"]
    assert previous.keys() == {"items", "quantity"}
    assert previous["quantity"] == 1


def test_managed_payments_are_off(stripe: Client, ada: str) -> None:
    """What Stripe says of every subscription of an account without them."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    assert subscription["managed_payments"] == {"enabled": False}


def test_ending_a_trial_that_does_not_run_changes_nothing(stripe: Client, ada: str) -> None:
    """`trial_end=now` is taken in silence."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    path = f"/v1/subscriptions/{subscription['id']}"
    assert stripe.post(path, {"trial_end": "now"}) == subscription


def test_a_debit_stands_behind_its_credit_and_younger_changes_come_first(stripe: Client, ada: str) -> None:
    """What one change prorates stays together; an item made by hand afterwards is listed before it."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    item = subscription["items"]["data"][0]["id"]
    stripe.post(f"/v1/subscription_items/{item}", {"quantity": 2})
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 77, "currency": "usd"})
    invoice = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})
    assert [line["amount"] for line in invoice["lines"]["data"]] == [77]
    preview = stripe.post("/v1/invoices/create_preview", {"subscription": subscription["id"]})
    assert [line["amount"] for line in preview["lines"]["data"]] == [-900, 1800, 1800]


@pytest.mark.parametrize(
    "version, anchor",
    [
        ("2025-09-30.clover", "unchanged"),
        ("2026-08-26.dahlia", "unchanged"),
        ("2026-09-30.endive", {"type": "unchanged"}),
        (None, {"type": "unchanged"}),
    ],
)
def test_an_anchor_is_written_as_the_version_writes_it(
    stripe: Client, ada: str, version: str | None, anchor: object
) -> None:
    """Before endive a word, since then a hash: the answer is the same, and so is the version it is given at."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    older = Client(stripe.simulator, version=version)
    assert older.post(f"/v1/subscriptions/{subscription['id']}", {"billing_cycle_anchor": anchor}) == subscription


@pytest.mark.parametrize(
    "version, anchor, message",
    [
        ("2026-08-26.dahlia", {"type": "now"}, 'Invalid string: {:type=>"now"}'),
        ("2026-09-30.endive", "now", "Invalid object"),
    ],
)
def test_an_anchor_written_as_another_version_writes_it_is_refused(
    stripe: Client, ada: str, version: str, anchor: object, message: str
) -> None:
    """Code that was not moved to the version it names hears of it."""
    subscription = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price(stripe, 900)}]})
    older = Client(stripe.simulator, version=version)
    path = f"/v1/subscriptions/{subscription['id']}"
    status, error = older.refused("POST", path, {"billing_cycle_anchor": anchor})
    assert (status, error["message"], error["param"]) == (400, message, "billing_cycle_anchor")


def test_a_source_pays_where_it_is_named() -> None:
    """A subscription's own source goes before the customer's default method, and so does an invoice's. [documented]"""
    tale = Tale()
    good, broke = (
        tale.stripe.post(f"/v1/customers/{tale.customer}/sources", {"source": token})["id"]
        for token in ("tok_visa", "tok_chargeCustomerFail")
    )
    made = tale.subscribe(tale.price(1000), default_source=broke)
    assert (made["status"], made["default_source"]) == ("incomplete", broke)
    tale.stripe.post(f"/v1/invoices/{made['latest_invoice']}/pay", {"source": good})
    assert tale.now()["status"] == "active"
    assert tale.change(default_source=good)["default_source"] == good
    draft = tale.stripe.post("/v1/invoices", {"customer": tale.customer, "default_source": good})
    assert draft["default_source"] == good
    status, error = tale.stripe.refused("POST", tale.path, {"default_source": "pm_card_visa"})
    assert (status, error["message"]) == (400, "No such source: 'pm_card_visa'")


def test_the_ways_to_pay_are_those_of_every_invoice() -> None:
    """Each of them offers what the subscription names. [documented]"""
    tale = Tale()
    types = ["card", "link"]
    made = tale.subscribe(tale.price(1000), payment_settings={"payment_method_types": types})
    assert made["payment_settings"]["payment_method_types"] == types
    invoice = tale.stripe.get(f"/v1/invoices/{made['latest_invoice']}", {"expand": ["payments"]})
    assert invoice["payment_settings"]["payment_method_types"] == types
    intent = tale.stripe.get(f"/v1/payment_intents/{invoice['payments']['data'][0]['payment']['payment_intent']}")
    assert (intent["payment_method_types"], intent["status"]) == (types, "succeeded")


def test_a_customer_has_500_subscriptions(stripe: Client, ada: str) -> None:
    """Those that are over make room. [documented]"""
    body = {"customer": ada, "items": [{"price": price(stripe, 900)}]}
    first = stripe.post("/v1/subscriptions", body)
    tx = stripe.simulator.accounts.of(stripe.key).world.transaction()
    kept = {name: value for name, value in tx.read("subscription", first["id"]).items() if name not in ("id", "object")}
    for _ in range(499):
        tx.new("subscription", kept)
    tx.commit()
    error = stripe.refused("POST", "/v1/subscriptions", body)[1]
    assert error["message"] == f"Customer {ada} already has the maximum 500 current subscriptions."
    stripe.delete(f"/v1/subscriptions/{first['id']}")
    stripe.post("/v1/subscriptions", body)
