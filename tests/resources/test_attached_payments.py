"""Payments that are made apart from an invoice and attached to it: partial payments, and what others have taken."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

HALF_PAID = ("open", 600, 400)
PAID = ("paid", 1000, 0)


@pytest.fixture
def stripe() -> Client:
    """A client."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card that nobody has made the default."""
    return str(stripe.post("/v1/customers", {"email": "ada@example.com", "payment_method": "pm_card_visa"})["id"])


@pytest.fixture
def invoice(stripe: Client, ada: str) -> str:
    """An open invoice of ten dollars."""
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 1000, "currency": "usd"})
    draft = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})["id"]
    stripe.post(f"/v1/invoices/{draft}/finalize", {"auto_advance": False})
    return str(draft)


def begun(stripe: Client, customer: str, amount: int, **more: Any) -> str:
    """A payment that waits to be confirmed."""
    method = stripe.get(f"/v1/customers/{customer}/payment_methods")["data"][0]["id"]
    terms = {"amount": amount, "currency": "usd", "customer": customer, "payment_method": method, **more}
    return str(stripe.post("/v1/payment_intents", {**terms, "allowed_payment_method_types": ["card"]})["id"])


def attach(stripe: Client, invoice: str, **money: str) -> Any:
    """The payment as it stands on the invoice."""
    attached = stripe.post(f"/v1/invoices/{invoice}/attach_payment", {**money, "expand": ["payments"]})
    return attached["payments"]["data"][-1]


def standing(stripe: Client, invoice: str) -> tuple[str, int, int]:
    """What an invoice is, what was paid of it and what remains."""
    now = stripe.get(f"/v1/invoices/{invoice}")
    return now["status"], now["amount_paid"], now["amount_remaining"]


def test_a_payment_counts_once_it_succeeds(stripe: Client, ada: str, invoice: str) -> None:
    """Six dollars, then four: the payment that the invoice had asked for follows, and is given up. [documented]"""
    first, second = begun(stripe, ada, 600), begun(stripe, ada, 400)
    payment = attach(stripe, invoice, payment_intent=first)
    assert (payment["status"], payment["amount_paid"], payment["amount_requested"]) == ("open", None, 600)
    assert (payment["is_default"], payment["payment"]["payment_intent"]) == (False, first)
    assert standing(stripe, invoice) == ("open", 0, 1000)
    stripe.post(f"/v1/payment_intents/{first}/confirm")
    assert standing(stripe, invoice) == HALF_PAID
    now = stripe.get(f"/v1/invoice_payments/{payment['id']}")
    assert (now["status"], now["amount_paid"], now["status_transitions"]["paid_at"]) == ("paid", 600, NOW)
    default = stripe.get("/v1/invoice_payments", {"invoice": invoice, "status": "open"})["data"]
    assert [(row["is_default"], row["amount_requested"]) for row in default] == [(True, 400)]
    attach(stripe, invoice, payment_intent=second)
    told = len(stripe.events())
    stripe.post(f"/v1/payment_intents/{second}/confirm")
    assert standing(stripe, invoice) == PAID
    events = stripe.events()[told:]
    changed = events[2]["data"]["previous_attributes"]
    assert (changed["amount_paid"], changed["amount_remaining"], changed["status"]) == (600, 400, "open")
    assert [event["type"] for event in events] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.updated",
        "invoice.paid",
        "payment_intent.canceled",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ]


def test_a_payment_that_is_held_counts_when_it_is_captured(stripe: Client, ada: str, invoice: str) -> None:
    """And what of it is captured."""
    held = begun(stripe, ada, 1000, capture_method="manual")
    attach(stripe, invoice, payment_intent=held)
    stripe.post(f"/v1/payment_intents/{held}/confirm")
    assert standing(stripe, invoice) == ("open", 0, 1000)
    stripe.post(f"/v1/payment_intents/{held}/capture", {"amount_to_capture": 600})
    assert standing(stripe, invoice) == HALF_PAID


def test_what_comes_too_late_is_the_customers(stripe: Client, ada: str, invoice: str) -> None:
    """The invoice was paid meanwhile: six dollars are credit, and the invoice says so. [inferred]"""
    late = begun(stripe, ada, 600)
    attach(stripe, invoice, payment_intent=late)
    stripe.post(f"/v1/invoices/{invoice}/pay", {"paid_out_of_band": True})
    stripe.post(f"/v1/payment_intents/{late}/confirm")
    now = stripe.get(f"/v1/invoices/{invoice}")
    assert (now["status"], now["amount_overpaid"]) == ("paid", 600)
    assert stripe.get(f"/v1/customers/{ada}")["balance"] == -600


def test_a_payment_that_will_never_come(stripe: Client, ada: str, invoice: str) -> None:
    """Canceled, it is canceled on the invoice; declined, it may still come; a void invoice counts nothing."""
    given_up, declined = begun(stripe, ada, 600), begun(stripe, ada, 400)
    payment = attach(stripe, invoice, payment_intent=given_up)["id"]
    stripe.post(f"/v1/payment_intents/{given_up}/cancel")
    assert stripe.get(f"/v1/invoice_payments/{payment}")["status"] == "canceled"
    other = attach(stripe, invoice, payment_intent=declined)["id"]
    wrong = {"payment_method": "pm_card_chargeDeclined"}
    assert stripe.refused("POST", f"/v1/payment_intents/{declined}/confirm", wrong)[0] == 402
    assert stripe.get(f"/v1/invoice_payments/{other}")["status"] == "open"
    stripe.post(f"/v1/invoices/{invoice}/void")
    stripe.post(f"/v1/payment_intents/{declined}/confirm", {"payment_method": "pm_card_visa"})
    assert standing(stripe, invoice) == ("void", 0, 1000)


def report(stripe: Client, value: int, outcome: str | None = "guaranteed", **more: Any) -> str:
    """A payment that somebody else has taken, as it is reported."""
    body: dict[str, Any] = {
        "amount_requested": {"currency": "usd", "value": value},
        "initiated_at": NOW,
        "payment_method_details": {"type": "custom", "custom": {"display_name": "Check"}},
        **({} if outcome is None else {"outcome": outcome, outcome: {f"{outcome}_at": NOW}}),
        **more,
    }
    return str(stripe.post("/v1/payment_records/report_payment", body)["id"])


def test_what_somebody_else_has_taken_counts(stripe: Client, invoice: str) -> None:
    """A check of six dollars at once, and the rest as soon as it is guaranteed; both were paid off Stripe."""
    check, later = report(stripe, 600), report(stripe, 400, None)
    payment = attach(stripe, invoice, payment_record=check)
    assert payment["payment"] == {"payment_record": check, "type": "payment_record"}
    assert standing(stripe, invoice) == HALF_PAID
    attach(stripe, invoice, payment_record=later)
    stripe.post(f"/v1/payment_records/{later}/report_payment_attempt_guaranteed", {"guaranteed_at": NOW})
    assert standing(stripe, invoice) == PAID
    shown = stripe.get(f"/v1/invoices/{invoice}", {"expand": ["amount_paid_off_stripe"]})
    assert shown["amount_paid_off_stripe"] == 1000
    assert "amount_paid_off_stripe" not in stripe.get(f"/v1/invoices/{invoice}")
    wanted = {"payment": {"type": "payment_record", "payment_record": later}}
    (found,) = stripe.get("/v1/invoice_payments", wanted)["data"]
    assert found["amount_paid"] == 400
    of_type = stripe.get("/v1/invoice_payments", {"payment": {"type": "payment_record"}})["data"]
    assert len(of_type) == 2


def test_paid_out_of_band_is_paid_off_stripe(stripe: Client, invoice: str) -> None:
    """All that remained."""
    stripe.post(f"/v1/invoices/{invoice}/pay", {"paid_out_of_band": True})
    shown = stripe.get(f"/v1/invoices/{invoice}", {"expand": ["amount_paid_off_stripe"]})
    assert shown["amount_paid_off_stripe"] == 1000


def test_what_cannot_be_attached(stripe: Client, ada: str, invoice: str) -> None:
    """Nothing, two things, somebody else's, what is attached or canceled already."""
    eve = stripe.post("/v1/customers", {"email": "eve@example.com", "payment_method": "pm_card_visa"})["id"]
    gone, twice = begun(stripe, ada, 600), begun(stripe, ada, 600)
    stripe.post(f"/v1/payment_intents/{gone}/cancel")
    attach(stripe, invoice, payment_intent=twice)
    table: list[tuple[dict[str, str], str]] = [
        ({}, "Missing required param: payment_intent."),
        ({"payment_intent": gone, "payment_record": report(stripe, 600)}, "You may only specify one of these"),
        ({"payment_intent": begun(stripe, eve, 600)}, "The PaymentIntent must belong to the invoice's customer."),
        ({"payment_record": report(stripe, 600, customer_details={"customer": eve})}, "The PaymentRecord must belong"),
        ({"payment_intent": twice}, "This PaymentIntent is already attached to an invoice."),
        ({"payment_intent": gone}, "This PaymentIntent is canceled"),
    ]
    for money, sentence in table:
        status, error = stripe.refused("POST", f"/v1/invoices/{invoice}/attach_payment", money)
        assert (status, error["message"][: len(sentence)]) == (400, sentence)
