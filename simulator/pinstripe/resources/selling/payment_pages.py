"""The page of a Checkout Session as Stripe's own tools drive it: looked at, and confirmed with a card.

No SDK has these operations; the Stripe CLI triggers Checkout's events by them. They answer the session itself.
[inferred: Stripe answers an object of its own, of which nothing but the id is used]
"""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.resource import Answer, Call, Handler
from pinstripe.resources.selling import checkout


def confirm(call: Call) -> Answer:
    """POST /v1/payment_pages/{session}/confirm: the customer pays what the page says."""
    tx, params = call.tx, call.params
    session = checkout.addressed(call)
    expected = params.get("expected_amount", session["amount_total"])
    if expected != session["amount_total"]:
        raise refusals.page_amount_differs(expected, session["amount_total"])
    if "payment_method" not in params:
        raise errors.missing_parameter("payment_method")
    method = payment_methods.usable(tx, params.get("payment_method"), "payment_method")
    return checkout.complete(tx, session, payment_method=method)


HANDLERS: Mapping[str, Handler] = {
    "GET /v1/payment_pages/{session}": checkout.addressed,
    "POST /v1/payment_pages/{session}/confirm": confirm,
}
