"""What the state of an invoice or a subscription forbids, in the sentences that Stripe answered with."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.tale import CARD, DAY

LOCKED = "Can't delete an invoice item that is attached to an invoice that is no longer editable"
NO_METHOD = "This customer has no attached payment source or default payment method."


@pytest.fixture
def stripe() -> Client:
    """An account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card."""
    return str(stripe.post("/v1/customers", {**CARD, "email": "ada@example.com"})["id"])


def said(stripe: Client, method: str, path: str, params: Any = None) -> tuple[int, str, Any]:
    """The status, the sentence and the parameter of a refusal."""
    status, error = stripe.refused(method, path, params)
    return status, error["message"], error.get("param")


def in_state(stripe: Client, ada: str, *steps: str) -> str:
    """The path of a one-off invoice over 20.00 after these steps."""
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 2000, "currency": "usd"})
    made = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})
    for step in steps:
        stripe.post(f"/v1/invoices/{made['id']}/{step}")
    return f"/v1/invoices/{made['id']}"


TWICE = "This invoice has already been marked uncollectible."
NOT_OPEN = "You can only pass in open invoices. This invoice isn't open."
UNSENDABLE = (
    "This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact with details, so "
    "we can help."
)
OF_INVOICES = [
    # the steps before, the call, what it says
    ((), "POST void", NOT_OPEN),
    ((), "POST mark_uncollectible", NOT_OPEN),
    (("finalize",), "POST finalize", "This invoice is already finalized, you can't re-finalize a non-draft invoice."),
    (("finalize",), "DELETE", "You can only delete draft invoices."),
    (("finalize",), "POST add_lines", "Invalid invoice: This invoice is no longer editable"),
    (("finalize", "mark_uncollectible"), "POST mark_uncollectible", TWICE),
    (("pay",), "POST pay", "Invoice is already paid"),
    (("pay",), "POST void", "Invoices with `paid` payments cannot be voided."),
    (("pay",), "POST mark_uncollectible", NOT_OPEN),
    (("pay",), "POST send", UNSENDABLE),
]


@pytest.mark.parametrize("steps, call, sentence", OF_INVOICES)
def test_an_invoice_says_why_not(stripe: Client, ada: str, steps: tuple[str, ...], call: str, sentence: str) -> None:
    """And stays as it is."""
    path = in_state(stripe, ada, *steps)
    before = stripe.get(path)
    verb, _, step = call.partition(" ")
    params = {"lines": [{"amount": 100}]} if step == "add_lines" else None
    assert said(stripe, verb, f"{path}/{step}".rstrip("/"), params)[:2] == (400, sentence)
    assert stripe.get(path) == before


def test_what_a_finalized_invoice_says_stays_said(stripe: Client, ada: str) -> None:
    """Metadata are no words of it."""
    path = in_state(stripe, ada, "finalize")
    final = "Finalized invoices can't be updated in this way"
    assert said(stripe, "POST", path, {"description": "Pens"}) == (400, final, "description")
    assert stripe.post(path, {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}


def test_items_go_with_their_draft(stripe: Client, ada: str) -> None:
    """They do not wait again."""
    path = in_state(stripe, ada)
    item = stripe.get(path)["lines"]["data"][0]["parent"]["invoice_item_details"]["invoice_item"]
    stripe.delete(path)
    assert stripe.get("/v1/invoiceitems", {"customer": ada, "pending": True})["data"] == []
    assert said(stripe, "DELETE", f"/v1/invoiceitems/{item}")[:2] == (400, LOCKED)
    gone = "This invoice item has been deleted."
    assert said(stripe, "POST", f"/v1/invoiceitems/{item}", {"description": "x"})[:2] == (400, gone)


@pytest.mark.parametrize(
    "call, param",
    [("GET", "invoice"), ("DELETE", "invoice"), ("POST send", "invoice"), ("POST", "id"), ("POST pay", "id")],
)
def test_a_missing_invoice_is_missed_by_another_name_here_and_there(stripe: Client, call: str, param: str) -> None:
    """As Stripe has it."""
    verb, _, step = call.partition(" ")
    path = f"/v1/invoices/in_nope/{step}".rstrip("/")
    assert said(stripe, verb, path) == (404, "No such invoice: 'in_nope'", param)


def test_what_is_charged_has_no_day_to_be_paid_by(stripe: Client, ada: str) -> None:
    """And what is sent needs one."""
    rule = "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'."
    assert said(stripe, "POST", "/v1/invoices", {"customer": ada, "days_until_due": 3}) == (400, rule, None)
    needs = "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'."
    sent = {"customer": ada, "collection_method": "send_invoice"}
    assert said(stripe, "POST", "/v1/invoices", sent) == (400, needs, None)


def test_a_subscription_says_why_it_does_not_begin(stripe: Client, ada: str) -> None:
    """A customer who does not exist is a 404, unlike elsewhere."""
    price = monthly(stripe)
    one = {"customer": ada, "items": [{"price": price}]}
    path = "/v1/subscriptions"
    pending = "Setting `payment_behavior` to `pending_if_incomplete` has no effect when creating a subscription."
    twice = f"Cannot create a Subscription with multiple Subscription Items with the same Price: {price}"
    days = "You can only specify 'days_until_due' if invoice collection method is 'send_invoice'."
    assert said(stripe, "POST", path, {**one, "payment_behavior": "pending_if_incomplete"}) == (
        400,
        pending,
        "payment_behavior",
    )
    assert said(stripe, "POST", path, {**one, "items": [{"price": price}] * 2}) == (400, twice, "plan")
    assert said(stripe, "POST", path, {**one, "customer": "cus_no"}) == (404, "No such customer: 'cus_no'", "customer")
    assert said(stripe, "POST", path, {**one, "days_until_due": 5}) == (400, days, None)
    assert stripe.get(path)["data"] == []


def test_what_is_over_is_as_good_as_gone(stripe: Client, ada: str) -> None:
    """It cannot be resumed or added to, and an item nobody knows has a sentence of its own."""
    made = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": monthly(stripe)}]})
    path = f"/v1/subscriptions/{made['id']}"
    assert said(stripe, "POST", f"{path}/resume")[1] == "You can only resume a subscription if it is `paused`."
    stripe.delete(path)
    gone = f"No such subscription: '{made['id']}'"
    assert said(stripe, "POST", f"{path}/resume") == (404, gone, "id")
    more = {"subscription": made["id"], "price": monthly(stripe)}
    assert said(stripe, "POST", "/v1/subscription_items", more) == (404, gone, "subscription")
    unknown = (404, "Invalid subscription_item id: si_nope", None)
    assert said(stripe, "GET", "/v1/subscription_items/si_nope") == unknown


def test_a_trial_that_nobody_pays_after_is_not_ended_by_hand(stripe: Client) -> None:
    """It waits for a payment method from the first day; paused instead, it begins anew by being paid. [recorded]"""
    bob = stripe.post("/v1/customers", {"email": "bob@example.com"})["id"]
    asked = {"customer": bob, "items": [{"price": monthly(stripe)}], "trial_period_days": 9}
    trial = stripe.post("/v1/subscriptions", asked)
    assert trial["pending_setup_intent"].startswith("seti_")
    path = f"/v1/subscriptions/{trial['id']}"
    status, sentence, _ = said(stripe, "POST", path, {"trial_end": "now"})
    assert (status, sentence.startswith(NO_METHOD)) == (400, True)
    assert stripe.get(path) == trial
    pauses = {"trial_settings": {"end_behavior": {"missing_payment_method": "pause"}}}
    paused = stripe.post(path, {**pauses, "trial_end": "now"})
    item = paused["items"]["data"][0]
    assert (paused["status"], paused["billing_cycle_anchor"], item["current_period_end"]) == ("paused", NOW, NOW)
    waiting = stripe.post(f"{path}/resume")
    assert (waiting["status"], waiting["pending_update"]["expires_at"]) == ("paused", NOW + 23 * 3600)
    owed = stripe.get(f"/v1/invoices/{waiting['latest_invoice']}")
    assert (owed["status"], owed["billing_reason"], owed["total"]) == ("open", "subscription_cycle", 500)
    stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": bob})
    card = stripe.get("/v1/payment_methods", {"customer": bob, "type": "card"})["data"][0]["id"]
    stripe.post(f"/v1/invoices/{owed['id']}/pay", {"payment_method": card})
    after = stripe.get(path)
    assert (after["status"], after["pending_update"]) == ("active", None)
    assert after["items"]["data"][0]["current_period_end"] == NOW + 28 * DAY


def monthly(stripe: Client) -> str:
    """A price of 5.00 a month."""
    price = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Gold"}}
    return str(stripe.post("/v1/prices", {**price, "recurring": {"interval": "month"}})["id"])


def test_one_thing_is_not_said_in_two_ways(stripe: Client, ada: str) -> None:
    """A price by its older name beside it, or what only the flexible mode knows of a classic one."""
    price = monthly(stripe)
    body: dict[str, Any] = {"customer": ada, "items": [{"price": price, "plan": price}]}
    assert said(stripe, "POST", "/v1/subscriptions", body)[::2] == (400, "items[0][plan]")
    both = {"type": "classic", "flexible": {"proration_discounts": "itemized"}}
    body = {"customer": ada, "items": [{"price": price}], "billing_mode": both}
    assert said(stripe, "POST", "/v1/subscriptions", body)[::2] == (400, "billing_mode[flexible]")
    stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price}]})
    counted = [len(stripe.get("/v1/subscriptions", {"automatic_tax": {"enabled": on}})["data"]) for on in (True, False)]
    assert counted == [0, 1]
