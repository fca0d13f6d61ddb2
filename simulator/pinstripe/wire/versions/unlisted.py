"""Operations that no SDK lists and Stripe's own tools call, at every version: what the Stripe CLI does in its triggers.

[second-hand: the requests of `stripe trigger` and of `stripe events resend`]
"""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import OlderOperation
from pinstripe_contracts.types import Field, Hash, Scalar

TEXT = Field(Scalar("str"), required=False)
COUNT = Field(Scalar("int"), required=False)

INTENTS = ("POST /v1/payment_intents", "POST /v1/payment_intents/{intent}", "POST /v1/payment_intents/{intent}/confirm")

UNLISTED = (
    OlderOperation("GET", "/v1/payment_pages/{session}", "checkout.session"),
    OlderOperation(
        "POST",
        "/v1/payment_pages/{session}/confirm",
        "checkout.session",
        params=Hash({"expected_amount": COUNT, "payment_method": TEXT}),
    ),
    OlderOperation(
        "POST",
        "/v1/issuing/cards/{card}/test/authorizations",
        "issuing.authorization",
        params=Hash({"authorization_method": TEXT, "held_amount": COUNT, "held_currency": TEXT}),
    ),
    OlderOperation("POST", "/v1/events/{id}/retry", "event", params=Hash({"account": TEXT, "webhook_endpoint": TEXT})),
)


def lift(operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
    """Parameters in which a tool uses a word that no SDK lists, in the listed words.

    A Japanese bank transfer is a `jp_bank_account` to the Stripe CLI; that it is understood at every version is our
    reading. [second-hand: `stripe trigger payment_intent.partially_funded`; inferred]
    """
    options = params.get("payment_method_options")
    cash = options.get("customer_balance") if isinstance(options, Mapping) else None
    transfer = cash.get("bank_transfer") if isinstance(cash, Mapping) else None
    if operation not in INTENTS or not isinstance(transfer, Mapping) or transfer.get("type") != "jp_bank_account":
        return params
    assert isinstance(options, Mapping)
    assert isinstance(cash, Mapping)
    named = {**cash, "bank_transfer": {**transfer, "type": "jp_bank_transfer"}}
    return {**params, "payment_method_options": {**options, "customer_balance": named}}


def find(method: str, path: str) -> tuple[OlderOperation, dict[str, str]] | None:
    """The operation a request means, with its placeholders."""
    segments = [segment for segment in path.split("/") if segment]
    found = ((operation, operation.match(method, segments)) for operation in UNLISTED)
    return next(((operation, ids) for operation, ids in found if ids is not None), None)
