"""What becomes of the tax calculations that payments are linked with: sales recorded, and taken back with refunds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.by_shape import tax_transactions
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.tax_transactions import RECORD
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.resources.taxes import payment_hooks
from pinstripe.world import Object, Transaction

ASSOCIATION = "tax.association"


def follow(tx: Transaction, event: Object) -> None:
    """After a payment, a refund, or a refund that failed: record it. [documented: all three; inferred: references]"""
    told = event["data"]["object"]
    intent = tx.get("payment_intent", str(told["id"] if told["object"] == "payment_intent" else told["payment_intent"]))
    if intent is not None and payment_hooks.calculation_of(intent) is not None:
        RULES[event["type"]](tx, intent, str(told["id"]))


def _sold(tx: Transaction, intent: Object, _: str) -> None:
    """The payment has succeeded: its calculation becomes a transaction, if it can."""
    calculation = tx.read("tax.calculation", str(payment_hooks.calculation_of(intent)))
    reason = _obstacle(tx, calculation, intent)
    if reason is None:
        made = tax_transactions.record(tx, calculation, intent.id, tx.now(), None)
        _attempted(tx, intent, intent.id, made)
    else:
        _noted(tx, intent, {"errored": {"reason": reason}, "source": intent.id, "status": "errored"})


def _obstacle(tx: Transaction, calculation: Object, intent: Object) -> str | None:
    """Why a calculation cannot be recorded. [documented: the reasons; inferred: their order]"""
    if calculation["currency"] != intent["currency"]:
        return "currency_mismatch"
    if calculation["expires_at"] <= tx.now():
        return "calculation_expired"
    for record in tx.all(RECORD):
        if record.get("_calculation_of") == calculation.id:
            return "another_payment_associated_with_calculation"
        if record["reference"] == intent.id:
            return "unique_reference_violation"
    return None


def _refunded(tx: Transaction, intent: Object, refund: str) -> None:
    """So much of the sale is taken back, as far as there is that much of it."""
    record = _committed(tx, intent, intent.id)
    if record is not None:
        made = tax_transactions.take_back(tx, record, tx.read("refund", refund)["amount"], refund)
        if made is not None:
            _attempted(tx, intent, refund, made)


def _refund_failed(tx: Transaction, intent: Object, refund: str) -> None:
    """What was taken back is put back."""
    record = _committed(tx, intent, refund)
    if record is not None:
        _attempted(tx, intent, refund, tax_transactions.put_back(tx, record, f"{refund} failed"))


RULES = {"payment_intent.succeeded": _sold, "refund.created": _refunded, "refund.failed": _refund_failed}


def _id(tx: Transaction, intent: Object) -> str:
    """Every intent has one association, which is made when something is recorded."""
    return f"taxa_1{tx.world.seed.secret(f'tax association {intent.id}', 23)}"


def _of(tx: Transaction, intent: Object) -> Object:
    """The association of an intent that is linked with a calculation."""
    known = tx.get(ASSOCIATION, _id(tx, intent))
    if known is not None:
        return known
    members = {"calculation": payment_hooks.calculation_of(intent), "payment_intent": intent.id}
    return Object({"id": _id(tx, intent), "object": ASSOCIATION, **members, "tax_transaction_attempts": ()})


def _committed(tx: Transaction, intent: Object, source: str) -> Object | None:
    """The transaction that came of a payment or a refund."""
    for row in _of(tx, intent)["tax_transaction_attempts"]:
        if row["source"] == source and row["status"] == "committed":
            return tx.read(RECORD, row["committed"]["transaction"])
    return None


def _attempted(tx: Transaction, intent: Object, source: str, made: Object) -> None:
    """One more transaction."""
    _noted(tx, intent, {"committed": {"transaction": made.id}, "source": source, "status": "committed"})


def _noted(tx: Transaction, intent: Object, row: Mapping[str, Any]) -> None:
    """One more attempt."""
    before = _of(tx, intent)
    tx.put(before, tax_transaction_attempts=(*before["tax_transaction_attempts"], row))


def _find(call: Call) -> Answer:
    """GET /v1/tax/associations/find: of a payment that is linked with a calculation."""
    intent = named(call.tx, "payment_intent", call.params.get("payment_intent"), "payment_intent")
    if payment_hooks.calculation_of(intent) is None:
        raise errors.no_such("tax association", intent.id, param="payment_intent", in_path=True)
    return _of(call.tx, intent)


ASSOCIATIONS = Noun(ASSOCIATION, "taxa", routes={"GET /v1/tax/associations/find": _find})
