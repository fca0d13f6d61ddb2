"""A payment method asked for while a subscription has nothing to pay, such as on trial."""

from __future__ import annotations

from pinstripe.resources.invoices import invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.payments import setup_intents
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction


def ask(tx: Transaction, subscription: Object, customer: Object) -> Object:
    """What begins with nothing to pay waits for a payment method if it has none. [recorded for a trial]

    Such as a trial, what is metered, or what a coupon pays for. Who is sent invoices needs none. [inferred]
    """
    sent = subscription["collection_method"] == "send_invoice"
    if sent or invoicing.default_payment_method(tx, customer, subscription) is not None:
        return subscription
    types = list(subscription["payment_settings"]["payment_method_types"] or ("card",))
    values = {"customer": customer.id, "allowed_payment_method_types": types, "usage": "off_session"}
    intent = setup_intents.create(Call("POST /v1/setup_intents", "/v1/setup_intents", {}, Params(values), tx))
    assert isinstance(intent, Object)
    return tx.put(subscription, pending_setup_intent=intent.id)
