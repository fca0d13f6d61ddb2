"""Disputes: a customer's bank takes the money back, and the merchant may answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.payment_methods.behaviour import Dispute
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER
from pinstripe.resources.payments import balance, charging, dispute_evidence, early_warnings, refunds
from pinstripe.resources.resource import Answer, Call, Resource, addressed, counted_listing, merged_metadata, retrieve
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

DAY = 86400
ANSWER_WITHIN = 8
"""Days until evidence is due, at the end of the last. [recorded of Visa; inferred of others: seven to 21]"""
DECIDED_AFTER = 5
"""Seconds in which the bank decides by a test text: a win, a loss, or the chargeback that an inquiry becomes.

[second-hand of the last: four to eight; recorded of a win: not yet after three; inferred of the others]
"""
STILL_PENDING = 60
"""Seconds for which a refund is caught by a chargeback. [second-hand: seven are few enough, 300 too many]"""

REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
"""Visa's code for each reason. [documented sample for fraudulent; Visa's own list]"""

OPEN = frozenset(("needs_response", "warning_needs_response"))


def begin(tx: Transaction, charge: Object) -> None:
    """Dispute a charge of a card that always is, once the money was taken. [documented; second-hand: the moment]"""
    number = charge.get("_number")
    card = BY_NUMBER.get(number) if number else None
    if card is None or not charge["captured"] or charge["status"] != "succeeded":
        return
    if card.warned:
        early_warnings.send(tx, charge)
    if card.dispute is not None and not charge["disputed"]:
        for amount in _shares(charge["amount_captured"], card.dispute.times):
            open_dispute(tx, tx.read("charge", charge.id), card.dispute, amount)


def _shares(amount: int, times: int) -> Iterable[int]:
    """What each of several disputes is about: they share the charge. [inferred]"""
    share = amount // times
    return (*(share for _ in range(times - 1) if share), amount - share * (times - 1))


def debited(tx: Transaction, charge: Object) -> None:
    """A bank takes a debit back, and that is final. [documented for SEPA; inferred: for others, and as three events]"""
    end(tx, open_dispute(tx, charge, Dispute("debit_not_authorized"), charge["amount"]), "lost")


def open_dispute(tx: Transaction, charge: Object, how: Dispute, amount: int) -> Object:
    """Take the money and the fee, unless the bank only asks. [documented]"""
    counts = balance.with_its_charge(tx, charge)
    charge = charge if how.inquiry else charging.caught_up(tx, charge)
    id_ = tx.new_id("du")
    details = charge["payment_method_details"]
    evidence = {**dispute_evidence.blank(how.eligible), **dispute_evidence.known(tx, charge, inquiry=how.inquiry)}
    members: dict[str, Any] = {
        "amount": amount,
        "balance_transactions": [],
        "charge": charge.id,
        "created": tx.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [how.eligible] if how.eligible else [],
        "evidence": evidence,
        "evidence_details": {
            "due_by": _due(tx),
            "enhanced_eligibility": dispute_evidence.eligibility(how.eligible, evidence),
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": how.inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": how.reason,
        "status": "warning_needs_response" if how.inquiry else "needs_response",
    }
    if details["type"] == "card":
        case_type = "inquiry" if how.inquiry else "compliance" if how.compliance else "chargeback"
        brand = details["card"]["brand"]
        members["payment_method_details"] = {
            "card": {
                "brand": brand,
                "case_type": case_type,
                "network": details["card"]["network"],
                "network_reason_code": _reason_code(how) if brand == "visa" else None,
            },
            "type": "card",
        }
    dispute = tx.new("dispute", members, id=id_)
    if not how.inquiry:
        dispute = _withdraw(tx, dispute, counts)
    charge = tx.put(tx.read("charge", charge.id), disputed=True, dispute=dispute.id)
    tx.emit("charge.dispute.created", dispute)
    if not how.inquiry:
        tx.emit("charge.dispute.funds_withdrawn", dispute)
    early_warnings.settled(tx, charge)
    return dispute


def _reason_code(how: Dispute) -> str | None:
    """Visa's code; an inquiry has only its category. [recorded of a fraudulent one; inferred of others]"""
    code = REASON_CODES.get(how.reason)
    return code.partition(".")[0] if code is not None and how.inquiry else code


def _due(tx: Transaction) -> int:
    """The last second in which evidence counts."""
    return (tx.now() // DAY + ANSWER_WITHIN + 1) * DAY - 1


def _withdraw(tx: Transaction, dispute: Object, counts: int) -> Object:
    """The dispute once its money was taken; it counts from a moment on."""
    taken = balance.of_dispute(tx, dispute, -dispute["amount"], fee=balance.DISPUTE_FEE, available_on=counts)
    return tx.put(dispute, balance_transactions=[taken])


def update(call: Call) -> Answer:
    """POST /v1/disputes/{dispute}: stage evidence, or submit it; the test texts decide at once.

    [documented; inferred: what is staged is submitted by evidence or by `submit`, and by no other change]
    """
    tx, params = call.tx, call.params
    before = addressed(call, "dispute", param="dispute")
    dispute = tx.put(before, metadata=merged_metadata(before["metadata"], params))
    dispute = tx.put(dispute, **params.pick("intended_submission_method"))
    says = bool(params.hash("evidence"))
    submit = params.get("submit", says)
    if says or submit:
        if before["status"] not in OPEN:
            raise refusals.dispute_closed(before.id, before["status"])
        dispute = _with_evidence(call, dispute, submit=submit)
    tx.emit("charge.dispute.updated", dispute, before=before)
    if not submit:
        return dispute
    warning = before["status"].startswith("warning")
    match dispute["evidence"]["uncategorized_text"]:  # the texts that decide a test dispute [documented]
        case "winning_evidence":
            decision = "warning_closed" if warning else "won"
        case "losing_evidence":
            decision = "warning_closed" if warning else "lost"
        case "escalate_inquiry_evidence" if warning:
            decision = "needs_response"
        case _:
            return dispute
    return tx.put(dispute, _decided_at=tx.now() + DECIDED_AFTER, _decision=decision)


def _with_evidence(call: Call, dispute: Object, *, submit: bool) -> Object:
    """The dispute with what is said in its defence."""
    said = dispute_evidence.said(call, dispute, call.params.hash("evidence"))
    eligible = next(iter(dispute["enhanced_eligibility_types"]), None)
    details = {
        **dispute["evidence_details"],
        "enhanced_eligibility": dispute_evidence.eligibility(eligible, said, submitted=submit),
        "has_evidence": any(said[name] for name in dispute_evidence.texts()),
    }
    changes: dict[str, Any] = {"evidence": said, "evidence_details": details}
    if submit:
        dispute_evidence.require_fee(call.tx, call.tx.put(dispute, **changes))
        details |= {
            "past_due": details["due_by"] < call.tx.now(),
            "submission_count": details["submission_count"] + 1,
            "submission_method": "manual",
        }
        warning = dispute["status"].startswith("warning")
        changes["status"] = "warning_under_review" if warning else "under_review"
    return call.tx.put(dispute, **changes)


def _next_news(dispute: Object) -> int | None:
    """When the bank acts by itself: it has decided, or nobody has answered in time."""
    if dispute["status"] == "needs_response":
        return int(dispute["evidence_details"]["due_by"]) + 1
    return dispute.get("_decided_at")


def _ring(tx: Transaction, dispute: Object) -> None:
    """The bank has decided, or an inquiry escalates; a dispute that nobody answered in time is lost. [documented]"""
    if dispute["status"] == "needs_response":
        end(tx, dispute, "lost")
    elif dispute["_decision"] == "needs_response":
        escalate(tx, dispute)
    else:
        end(tx, tx.put(dispute, _decided_at=None), dispute["_decision"])


def escalate(tx: Transaction, before: Object) -> None:
    """An inquiry becomes a chargeback: the money is taken, and a refund under way is caught. [documented; second-hand]

    What was refunded long enough before is lost twice, and nothing is taken for what was refunded whole. [second-hand;
    documented]
    """
    charge = charging.caught_up(tx, tx.read("charge", before["charge"]))
    for refund in tx.find("refund", "charge", charge.id):
        if refund["status"] in ("pending", "succeeded") and refund["created"] > tx.now() - STILL_PENDING:
            refunds.fail(tx, refund, "charge_for_pending_refund_disputed")
    card = {**before["payment_method_details"]["card"], "case_type": "chargeback"}
    details = {**before["evidence_details"], "due_by": _due(tx)}
    after = tx.put(
        before,
        evidence_details=details,
        is_charge_refundable=False,
        payment_method_details={**before["payment_method_details"], "card": card},
        status="needs_response",
        _decided_at=None,
    )
    if tx.read("charge", charge.id)["refunded"]:
        tx.emit("charge.dispute.updated", after, before=before)
        return
    after = _withdraw(tx, after, balance.with_its_charge(tx, charge))
    tx.emit("charge.dispute.updated", after, before=before)
    tx.emit("charge.dispute.funds_withdrawn", after)


def close(call: Call) -> Answer:
    """POST /v1/disputes/{dispute}/close: give in. [documented]"""
    dispute = addressed(call, "dispute", param="dispute")
    if dispute["status"] not in OPEN:
        raise refusals.dispute_closed(dispute.id, dispute["status"])
    return end(call.tx, dispute, "lost")


def end(tx: Transaction, dispute: Object, status: str) -> Object:
    """The bank has decided; money that was taken comes back when it was won, and the fee does not. [documented]

    Then it can be refunded again. [recorded]
    """
    ended = tx.put(dispute, status=status, is_charge_refundable=dispute["is_charge_refundable"] or status == "won")
    if status == "won" and dispute["balance_transactions"]:
        back = balance.of_dispute(tx, ended, dispute["amount"])
        ended = tx.put(ended, balance_transactions=[*dispute["balance_transactions"], back])
        tx.emit("charge.dispute.funds_reinstated", ended)
    tx.emit("charge.dispute.closed", ended)
    return ended


def view(tx: Transaction, dispute: Object) -> dict[str, Any]:
    """A dispute with its balance transactions as they stand now, the first of them by name too. [recorded]"""
    rows = [tx.world.render(tx, tx.read("balance_transaction", row["id"])) for row in dispute["balance_transactions"]]
    first = rows[0]["id"] if rows else None
    return {**dispute, "balance_transaction": first, "balance_transactions": rows}


DISPUTES = Resource(
    Kind(
        "dispute",
        "du",
        indexes={"charge": by("charge"), "payment_intent": by("payment_intent")},
        alarm=_next_news,
        ring=_ring,
    ),
    {
        "GET /v1/disputes": counted_listing("dispute", by={"charge": "charge", "payment_intent": "payment_intent"}),
        "GET /v1/disputes/{dispute}": retrieve("dispute", param="dispute"),
        "POST /v1/disputes/{dispute}": update,
        "POST /v1/disputes/{dispute}/close": close,
    },
    view=view,
)
