"""Operations and parameters that no SDK lists, at every version: for the Stripe CLI's triggers, files, and charges.

The refunds and the dispute of a charge were at its path before they had one of their own.
[second-hand: the requests of `stripe trigger` and of `stripe events resend`; documented: the `url` of a file, and in
the OpenAPI file the refunds of a charge; recorded: that one is made there at 2020-08-27, and the dispute, and
the charge that answers a refund, at 2026-08-26.dahlia; second-hand: that the dispute is answered there]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import OlderOperation
from pinstripe_contracts import match
from pinstripe_contracts.types import Enum, Field, Hash, Scalar

TEXT = Field(Scalar("str"), required=False)
COUNT = Field(Scalar("int"), required=False)
SWITCH = Field(Scalar("bool"), required=False)

INTENTS = ("POST /v1/payment_intents", "POST /v1/payment_intents/{intent}", "POST /v1/payment_intents/{intent}/confirm")


def _of_charge(given: Mapping[str, Tree], ids: Mapping[str, str]) -> Mapping[str, Tree]:
    """The charge in the path, among the parameters."""
    return {**given, "charge": ids["charge"]}


REFUND = "/v1/charges/{charge}/refund"
REFUNDS = "/v1/charges/{charge}/refunds"
DISPUTE = "/v1/charges/{charge}/dispute"

UNLISTED = (
    OlderOperation("POST", REFUND, "charge", served_by="POST /v1/refunds", translate=_of_charge),
    OlderOperation("POST", REFUNDS, "refund", served_by="POST /v1/refunds", translate=_of_charge),
    OlderOperation("GET", REFUNDS, "refund", served_by="GET /v1/refunds", translate=_of_charge),
    OlderOperation("GET", f"{REFUNDS}/{{refund}}", "refund"),
    OlderOperation("GET", DISPUTE, "dispute"),
    OlderOperation("POST", DISPUTE, "dispute", served_by="POST /v1/disputes/{dispute}"),
    OlderOperation("POST", f"{DISPUTE}/close", "dispute", served_by="POST /v1/disputes/{dispute}/close"),
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
    OlderOperation("GET", "/v1/files/{file}/contents", "file"),
    OlderOperation(
        "POST",
        "/v1/events/{id}/retry",
        "event",
        params=Hash({"account": TEXT, "for_stripecli": SWITCH, "webhook_endpoint": TEXT}),
    ),
)


def lift(operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
    """Parameters in which a tool uses a word that no SDK lists, in the listed words.

    A Japanese bank transfer is a `jp_bank_account` to the Stripe CLI; that it is understood at every version is our
    reading. [second-hand: `stripe trigger payment_intent.partially_funded`; inferred]
    """
    if operation == "POST /v1/charges":  # known at every version, and asked for nothing [recorded]
        return {name: value for name, value in params.items() if name != "payment_method"}
    if operation not in INTENTS:
        return params
    options = params.get("payment_method_options")
    cash = options.get("customer_balance") if isinstance(options, Mapping) else None
    transfer = cash.get("bank_transfer") if isinstance(cash, Mapping) else None
    if not isinstance(transfer, Mapping) or transfer.get("type") != "jp_bank_account":
        return params
    assert isinstance(options, Mapping)
    assert isinstance(cash, Mapping)
    named = {**cash, "bank_transfer": {**transfer, "type": "jp_bank_transfer"}}
    return {**params, "payment_method_options": {**options, "customer_balance": named}}


CARDS = (
    *INTENTS,
    "POST /v1/setup_intents",
    "POST /v1/setup_intents/{intent}",
    "POST /v1/setup_intents/{intent}/confirm",
    "POST /v1/test_helpers/confirmation_tokens",
)
"""Operations whose `payment_method_data` may be a card."""


def carried(operation: str, params: Hash) -> Hash:
    """What a request may carry though no SDK lists it: a card in `payment_method_data`, by token or number.

    [second-hand: an error of Stripe's advises it, and payment libraries send it; inferred: the operations]
    """
    if operation not in CARDS:
        return params
    found = match("POST", "/v1/payment_methods")
    assert found is not None
    card, data = found[0].params.fields["card"].type, params.fields["payment_method_data"].type
    assert isinstance(data, Hash)
    kinds = data.fields["type"].type
    assert isinstance(kinds, Enum)
    words = Field(replace(kinds, values=("card", *kinds.values)), data.fields["type"].required)
    whole = Hash({**data.fields, "card": Field(card, required=False), "type": words})
    return Hash({**params.fields, "payment_method_data": Field(whole, required=False)})


def find(method: str, path: str) -> tuple[OlderOperation, dict[str, str]] | None:
    """The operation a request means, with its placeholders."""
    segments = [segment for segment in path.split("/") if segment]
    found = ((operation, operation.match(method, segments)) for operation in UNLISTED)
    return next(((operation, ids) for operation, ids in found if ids is not None), None)
