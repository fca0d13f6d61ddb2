"""What issued cards have paid: captures and refunds, and disputes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.by_shape.booking import book
from pinstripe.resources.by_shape.merchants import merchant
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, addressed, named
from pinstripe.world import Object, Transaction
from pinstripe.world.kinds import by
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash, Nullable

TRANSACTION = "issuing.transaction"


def issued_card(call: Call) -> Object:
    """The card that a request is about; 400 where there is none."""
    return named(call.tx, "issuing.card", call.params.get("card"), "card")


def purchase(call: Call) -> dict[str, Any]:
    """What was bought, as far as the request says it; what it leaves out of fuel cannot be known."""
    if "purchase_details" not in call.params:
        return {}
    kind = shape(TRANSACTION).fields["purchase_details"].type
    assert isinstance(kind, Nullable)
    assert isinstance(kind.inner, Hash)
    details = making.members_of(call, call.params.hash("purchase_details"), kind.inner)
    for lacking in making.lacking(details, kind.inner, "purchase_details"):
        raise errors.unsupported_member(call.operation, TRANSACTION, lacking)
    return {"purchase_details": details}


def new_transaction(tx: Transaction, members: Mapping[str, Any]) -> Object:
    """A capture or a refund, booked on the Issuing balance."""
    id_ = tx.new_id("ipi")
    entry = book(tx, id_, members["amount"], members["currency"], "issuing_transaction", of="issuing")
    made = tx.new(
        TRANSACTION,
        {
            "created": tx.now(),
            "livemode": False,
            "merchant_amount": members["amount"],
            "merchant_currency": members["currency"],
            "metadata": {},
            **members,
            "balance_transaction": entry,
        },
        id=id_,
    )
    tx.emit("issuing_transaction.created", made)
    if (made.get("purchase_details") or {}).get("receipt"):
        tx.emit("issuing_transaction.purchase_details_receipt_updated", made)  # [documented: it has or gets a receipt]
    return made


def _unasked(type_: str, sign: int) -> Any:
    """A capture or a refund that no authorization came before. [documented]"""

    def run(call: Call) -> Answer:
        """Make it of the card's currency."""
        card = issued_card(call)
        amount = call.params.get("amount")
        if amount < 1:
            raise errors.too_small("amount", 1)
        return new_transaction(
            call.tx,
            {
                "amount": sign * amount,
                "card": card.id,
                "cardholder": card["cardholder"],
                "currency": call.params.get("currency", card["currency"]),
                "merchant_data": merchant(call, call.params.get("merchant_data")),
                "type": type_,
                **purchase(call),
            },
        )

    return run


def _refund(call: Call) -> Answer:
    """POST /v1/test_helpers/issuing/transactions/{transaction}/refund: a transaction the other way, part or whole.

    [documented: the rule; inferred: that the refund is what is answered]
    """
    tx = call.tx
    paid = addressed(call, TRANSACTION)
    refunded = sum(row["amount"] for row in tx.all(TRANSACTION) if row.get("_refund_of") == paid.id)
    left = -paid["amount"] - refunded
    amount = call.params.get("refund_amount", left)
    if paid["type"] != "capture" or amount > left or left == 0:
        raise refusals.more_than_captured(paid.id, max(left, 0))
    kept = {name: paid.get(name) for name in ("authorization", "card", "cardholder", "currency", "merchant_data")}
    return new_transaction(tx, {**kept, "amount": amount, "type": "refund", "_refund_of": paid.id})


TRANSACTIONS = Noun(
    TRANSACTION,
    "ipi",
    "/v1/issuing/transactions",
    routes={
        "POST /v1/test_helpers/issuing/transactions/create_force_capture": _unasked("capture", -1),
        "POST /v1/test_helpers/issuing/transactions/create_unlinked_refund": _unasked("refund", 1),
        "POST /v1/test_helpers/issuing/transactions/{transaction}/refund": _refund,
    },
    indexes={"authorization": by("authorization"), "card": by("card"), "cardholder": by("cardholder")},
)


# --- disputes --------------------------------------------------------------------------------------------------------


def _disputed(call: Call, members: Members) -> None:
    """A capture may be disputed, whole unless less is named. [documented]"""
    if "transaction" not in members:
        raise errors.missing_parameter("transaction")
    paid = call.tx.read(TRANSACTION, members["transaction"])
    if paid.get("dispute") is not None:
        raise refusals.transaction_already_disputed(paid.id)
    members.setdefault("amount", abs(paid["amount"]))
    members["currency"] = paid["currency"]


def _after_dispute(call: Call, dispute: Object) -> None:
    """The transaction names it."""
    call.tx.put(call.tx.read(TRANSACTION, dispute["transaction"]), dispute=dispute.id)


DISPUTES = Noun(
    "issuing.dispute",
    "idp",
    "/v1/issuing/disputes",
    starts={"status": "unsubmitted", "balance_transactions": []},
    verbs={
        "submit": Verb(
            {"status": "submitted"}, only={"status": ("unsubmitted",)}, events=("issuing_dispute.submitted",)
        )
    },
    check=_disputed,
    changing=lambda _, dispute: _unsubmitted(dispute),
    after=_after_dispute,
)
"""A dispute that was submitted stays so: no network decides it here."""


def _unsubmitted(dispute: Object) -> None:
    if dispute["status"] != "unsubmitted":
        raise refusals.wrong_state("update", dispute.kind, dispute.id, "status", dispute["status"], ("unsubmitted",))


NOUNS = (TRANSACTIONS, DISPUTES)
