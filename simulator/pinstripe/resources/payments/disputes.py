"""Disputes: a customer's bank takes the money back, and the merchant may answer."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.payments import balance, charging
from pinstripe.resources.resource import Answer, Call, Resource, addressed, listing, merged_metadata, retrieve
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

DAY = 86400
ANSWER_WITHIN = 9
"""Days until evidence is due, at the end of the last. [inferred: between seven and 21, by the network]"""

REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
"""Visa's code for each reason. [documented sample for fraudulent; Visa's own list]"""

WON, LOST = "winning_evidence", "losing_evidence"
"""Evidence texts that end a test dispute. [documented]"""

OPEN = frozenset(("needs_response", "warning_needs_response"))


def begin(tx: Transaction, charge: Object) -> None:
    """Dispute a charge that was made with a card which always is. [documented]"""
    number = charge.get("_number")
    card = BY_NUMBER.get(number) if number else None
    if card is not None and card.dispute is not None:
        open_dispute(tx, charge, card.dispute, inquiry=card.inquiry)


def open_dispute(tx: Transaction, charge: Object, reason: str, *, inquiry: bool = False) -> Object:
    """Take the money and the fee, unless the bank only asks. [documented]"""
    charge = charge if inquiry else charging.caught_up(tx, charge)
    id_ = tx.new_id("du")
    details = charge["payment_method_details"]
    members: dict[str, Any] = {
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge.id,
        "created": tx.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_texts()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": (tx.now() // DAY + ANSWER_WITHIN + 1) * DAY - 1,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    if details["type"] == "card":
        members["payment_method_details"] = {
            "card": {
                "brand": details["card"]["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": details["card"]["network"],
                "network_reason_code": REASON_CODES.get(reason),
            },
            "type": "card",
        }
    dispute = tx.new("dispute", members, id=id_)
    if not inquiry:
        taken = balance.of_dispute(tx, dispute, -dispute["amount"], fee=balance.DISPUTE_FEE)
        dispute = tx.put(dispute, balance_transactions=[taken])
    charge = tx.put(tx.read("charge", charge.id), disputed=True, dispute=dispute.id)
    tx.emit("charge.dispute.created", dispute)
    if not inquiry:
        tx.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _texts() -> tuple[str, ...]:
    """The names of what can be said in evidence."""
    form = shape("dispute").fields["evidence"].type
    assert isinstance(form, Hash)
    return tuple(name for name, one in form.fields.items() if one.required and name != "enhanced_evidence")


def update(call: Call) -> Answer:
    """POST /v1/disputes/{dispute}: stage evidence, or submit it; the test texts decide at once. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "dispute")
    dispute = tx.put(before, metadata=merged_metadata(before["metadata"], params))
    dispute = tx.put(dispute, **params.pick("intended_submission_method"))
    submit = params.get("submit", True)
    evidence = params.hash("evidence")
    if evidence:
        if before["status"] not in OPEN:
            raise refusals.dispute_closed(before.id)
        dispute = _with_evidence(tx, dispute, evidence, submit=submit)
    tx.emit("charge.dispute.updated", dispute, before=before)
    text = dispute["evidence"]["uncategorized_text"]
    if evidence and submit:
        warning = before["status"].startswith("warning")
        if text == WON:
            return end(tx, dispute, "warning_closed" if warning else "won")
        if text == LOST:
            return end(tx, dispute, "lost")
    return dispute


def _with_evidence(tx: Transaction, dispute: Object, evidence: Params, *, submit: bool) -> Object:
    """The dispute with what is said in its defence."""
    said = {**dispute["evidence"], **evidence.pick(*_texts())}
    details = {**dispute["evidence_details"], "has_evidence": any(said[name] for name in _texts())}
    changes: dict[str, Any] = {"evidence": said}
    if submit:
        details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
        warning = dispute["status"].startswith("warning")
        changes["status"] = "warning_under_review" if warning else "under_review"
    return tx.put(dispute, **changes, evidence_details=details)


def close(call: Call) -> Answer:
    """POST /v1/disputes/{dispute}/close: give in. [documented]"""
    dispute = addressed(call, "dispute")
    if dispute["status"] not in OPEN:
        raise refusals.dispute_closed(dispute.id)
    return end(call.tx, dispute, "lost")


def end(tx: Transaction, dispute: Object, status: str) -> Object:
    """The bank has decided; money that was taken comes back when it was won, and the fee does not. [documented]"""
    ended = tx.put(dispute, status=status)
    if status == "won":
        back = balance.of_dispute(tx, ended, dispute["amount"])
        ended = tx.put(ended, balance_transactions=[*dispute["balance_transactions"], back])
        tx.emit("charge.dispute.funds_reinstated", ended)
    tx.emit("charge.dispute.closed", ended)
    return ended


def view(tx: Transaction, dispute: Object) -> dict[str, Any]:
    """A dispute as it stands now: past due once its day is over."""
    details = dispute["evidence_details"]
    late = dispute["status"] in OPEN and details["due_by"] < tx.now()
    rows = [tx.world.render(tx, tx.read("balance_transaction", row["id"])) for row in dispute["balance_transactions"]]
    return {**dispute, "balance_transactions": rows, "evidence_details": {**details, "past_due": late}}


DISPUTES = Resource(
    Kind("dispute", "du", indexes={"charge": by("charge"), "payment_intent": by("payment_intent")}),
    {
        "GET /v1/disputes": listing("dispute", by={"charge": "charge", "payment_intent": "payment_intent"}),
        "GET /v1/disputes/{dispute}": retrieve("dispute"),
        "POST /v1/disputes/{dispute}": update,
        "POST /v1/disputes/{dispute}/close": close,
    },
    view=view,
)
