"""Operations that no SDK lists and Stripe's own tools call, at every version: those the Stripe CLI buys with.

[second-hand: the requests of `stripe trigger checkout.session.completed`]
"""

from __future__ import annotations

from pinstripe.wire.versions.ladder import OlderOperation
from pinstripe_contracts.types import Field, Hash, Scalar

TEXT = Field(Scalar("str"), required=False)
COUNT = Field(Scalar("int"), required=False)

UNLISTED = (
    OlderOperation("GET", "/v1/payment_pages/{session}", "checkout.session"),
    OlderOperation(
        "POST",
        "/v1/payment_pages/{session}/confirm",
        "checkout.session",
        params=Hash({"expected_amount": COUNT, "payment_method": TEXT}),
    ),
)


def find(method: str, path: str) -> tuple[OlderOperation, dict[str, str]] | None:
    """The operation a request means, with its placeholders."""
    segments = [segment for segment in path.split("/") if segment]
    found = ((operation, operation.match(method, segments)) for operation in UNLISTED)
    return next(((operation, ids) for operation, ids in found if ids is not None), None)
