"""Invoices as they are promised: what they say on a statement, what is revised, collected again, or cannot be said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.tale import DAY, HOUR, MONTH, Tale

CARD = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card that pays."""
    return str(stripe.post("/v1/customers", {**CARD, "email": "ada@example.com"})["id"])


def opened(stripe: Client, customer: str, amount: int = 1000) -> str:
    """The path of an open invoice."""
    path = f"/v1/invoices/{stripe.post('/v1/invoices', {'customer': customer})['id']}"
    stripe.post("/v1/invoiceitems", {"customer": customer, "invoice": path[13:], "amount": amount, "currency": "usd"})
    stripe.post(f"{path}/finalize")
    return path


def test_the_statement_of_a_subscription_says_its_first_product(stripe: Client, ada: str) -> None:
    """And so do its charge and an invoice by hand. [documented]"""
    product = stripe.post("/v1/products", {"name": "Gold", "statement_descriptor": "ACME GOLD"})["id"]
    terms = {"product": product, "currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}}
    items = [{"price": stripe.post("/v1/prices", terms)["id"]}]
    made = stripe.post("/v1/subscriptions", {"customer": ada, "items": items})
    invoices = [
        stripe.get(f"/v1/invoices/{made['latest_invoice']}"),
        stripe.post("/v1/invoices", {"customer": ada, "subscription": made["id"]}),
    ]
    assert [invoice["statement_descriptor"] for invoice in invoices] == ["ACME GOLD", "ACME GOLD"]
    assert stripe.get("/v1/charges")["data"][0]["calculated_statement_descriptor"] == "ACME GOLD"


@pytest.mark.parametrize("said", ["12345", "ACME <GOLD>"])
def test_a_statement_has_a_letter_and_nothing_odd(stripe: Client, ada: str, said: str) -> None:
    """On products and invoices alike. [documented]"""
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/products", {"name": "Gold"}),
        ("/v1/invoices", {"customer": ada}),
        ("/v1/prices", {"currency": "usd", "unit_amount": 5, "product_data": {"name": "Gold"}}),
    ]
    bodies[2][1]["product_data"]["statement_descriptor"] = said
    for path, body in bodies:
        extra = {} if "product_data" in body else {"statement_descriptor": said}
        assert stripe.refused("POST", path, {**body, **extra})[0] == 400


def test_what_is_paid_is_not_revised_and_what_was_given_up_is(stripe: Client, ada: str) -> None:
    """The invoice that was given up is void once its revision is finalized. [documented]"""
    path = opened(stripe, ada)
    stripe.post(f"{path}/mark_uncollectible")
    revision = stripe.post("/v1/invoices", {"from_invoice": {"action": "revision", "invoice": path[13:]}})["id"]
    stripe.post(f"/v1/invoices/{revision}/finalize")
    assert stripe.get(path)["status"] == "void"
    stripe.post(f"/v1/invoices/{revision}/pay")
    again = {"from_invoice": {"action": "revision", "invoice": revision}}
    assert stripe.refused("POST", "/v1/invoices", again)[0] == 400


def test_the_invoice_of_a_subscription_is_not_revised() -> None:
    """Open as it is. [documented]"""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), payment_behavior="default_incomplete")
    body = {"from_invoice": {"action": "revision", "invoice": made["latest_invoice"]}}
    status, error = tale.stripe.refused("POST", "/v1/invoices", body)
    assert (status, error["param"]) == (400, "from_invoice")


def test_what_a_canceled_subscription_owes_can_be_collected_again() -> None:
    """Its third of eight tries was planned for 5 March; taken up on the 10th, it is made at once. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    good = tale.stripe.get(f"/v1/customers/{tale.customer}/payment_methods")["data"][-1]["id"]
    path = f"/v1/customers/{tale.customer}"
    tale.stripe.post(path, {"invoice_settings": {"default_payment_method": bad}})
    tale.go(MONTH + HOUR + 4 * DAY)
    tale.stripe.delete(tale.path)
    owed = tale.invoices()[0]
    assert (owed["status"], owed["auto_advance"], owed["next_payment_attempt"]) == ("open", False, None)
    tale.go(MONTH + 10 * DAY)
    tale.stripe.post(path, {"invoice_settings": {"default_payment_method": good}})
    resumed = tale.stripe.post(f"/v1/invoices/{owed['id']}", {"auto_advance": True})
    assert resumed["next_payment_attempt"] == NOW + MONTH + 10 * DAY
    tale.go(MONTH + 10 * DAY + HOUR)
    assert (tale.invoices()[0]["status"], tale.now()["status"]) == ("paid", "canceled")


def test_what_was_refunded_is_not_credited_once_more(stripe: Client, ada: str) -> None:
    """7.00 of 10.00 went back without a note, so 3.00 are left; a note may name that refund. [documented]"""
    path = opened(stripe, ada)
    stripe.post(f"{path}/pay")
    intent = stripe.get("/v1/payment_intents")["data"][0]["id"]
    refund = stripe.post("/v1/refunds", {"payment_intent": intent, "amount": 700})["id"]
    notes, invoice = "/v1/credit_notes", path[13:]
    assert stripe.refused("POST", notes, {"invoice": invoice, "amount": 301, "credit_amount": 301})[0] == 400
    named = [{"refund": refund, "amount_refunded": 700}]
    assert stripe.post(notes, {"invoice": invoice, "amount": 700, "refunds": named})["amount"] == 700
    assert stripe.post(notes, {"invoice": invoice, "amount": 300, "credit_amount": 300})["amount"] == 300


def test_items_are_not_negative_in_number_and_prorations_have_their_discounts(stripe: Client, ada: str) -> None:
    """Both are refused. [documented]"""
    body = {"customer": ada, "quantity": -1, "unit_amount_decimal": "5", "currency": "usd"}
    assert stripe.refused("POST", "/v1/invoiceitems", body)[1]["param"] == "quantity"
    tale = Tale()
    item = tale.subscribe(tale.price(1000))["items"]["data"][0]["id"]
    tale.go(DAY)
    tale.change(items=[{"id": item, "quantity": 2}])
    entry = tale.stripe.get("/v1/invoiceitems", {"customer": tale.customer})["data"][0]["id"]
    assert tale.stripe.refused("POST", f"/v1/invoiceitems/{entry}", {"discountable": True})[0] == 400


def test_what_was_paid_in_part_is_not_voided(stripe: Client, ada: str) -> None:
    """The invoice is open as before. [second-hand: the sentence]"""
    path = opened(stripe, ada)
    method = stripe.get(f"/v1/customers/{ada}/payment_methods")["data"][0]["id"]
    terms = {"amount": 400, "currency": "usd", "customer": ada, "payment_method": method, "confirm": True}
    intent = stripe.post("/v1/payment_intents", {**terms, "return_url": "https://example.com"})["id"]
    stripe.post(f"{path}/attach_payment", {"payment_intent": intent})
    assert stripe.refused("POST", f"{path}/void")[1]["message"] == "Invoices with `paid` payments cannot be voided."
    assert stripe.get(path)["status"] == "open"
