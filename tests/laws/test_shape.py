"""Law 8: whatever is answered or told fits the contract."""

from __future__ import annotations

from tests.laws.life import Command, Life
from tests.laws.lives import on_lives
from tests.laws.shapes import conforming, event_misfits

RETRIEVABLE = {
    "billing.meter": "/v1/billing/meters/{}",
    "charge": "/v1/charges/{}",
    "customer": "/v1/customers/{}",
    "event": "/v1/events/{}",
    "invoice": "/v1/invoices/{}",
    "invoice_payment": "/v1/invoice_payments/{}",
    "invoiceitem": "/v1/invoiceitems/{}",
    "payment_intent": "/v1/payment_intents/{}",
    "payment_method": "/v1/payment_methods/{}",
    "price": "/v1/prices/{}",
    "product": "/v1/products/{}",
    "subscription": "/v1/subscriptions/{}",
    "test_helpers.test_clock": "/v1/test_helpers/test_clocks/{}",
}
"""Where an object of each kind is asked for."""

LISTS = {
    "/v1/charges": ["data.customer", "data.payment_intent", "data.balance_transaction"],
    "/v1/customers": ["data.invoice_settings.default_payment_method", "data.test_clock"],
    "/v1/events": [],
    "/v1/invoice_payments": ["data.invoice", "data.payment.payment_intent"],
    "/v1/invoiceitems": ["data.customer"],
    "/v1/invoices": ["data.customer", "data.payments"],
    "/v1/payment_intents": ["data.latest_charge", "data.customer"],
    "/v1/prices": ["data.product", "data.tiers"],
    "/v1/subscriptions": ["data.customer", "data.latest_invoice"],
    "/v1/test_helpers/test_clocks": [],
}
"""The lists, and what is expanded in them."""


@on_lives
def test_every_answer_and_event_fits_the_contract(commands: list[Command]) -> None:
    """Answers, lists, expanded answers and the objects inside events have exactly the keys and values of the shape."""
    life = Life(watch=conforming).live(commands)
    assert not list(event_misfits(life))
    for kind, path in RETRIEVABLE.items():
        for id_ in life.ids(kind):
            life.ask("GET", path.format(id_))
    for path, expand in LISTS.items():
        life.ask("GET", path)
        life.ask("GET", path, expand=expand, limit=100)
