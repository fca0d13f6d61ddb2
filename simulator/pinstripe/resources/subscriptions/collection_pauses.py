"""`pause_collection`: the subscription goes on, and its invoices are kept, given up or voided instead of collected."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.invoices import invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.subscriptions import cycles, lifecycle
from pinstripe.world import Object, Transaction


def wanted(params: Params, now: int) -> dict[str, Any]:
    """The member a request sets; empty takes the pause away. [recorded]"""
    if "pause_collection" not in params:
        return {}
    given = params.hash("pause_collection")
    if not given:
        return {"pause_collection": None}
    resumes = cycles.require_future(given, "resumes_at", now) if given.get("resumes_at") is not None else None
    return {"pause_collection": {"behavior": given.get("behavior"), "resumes_at": resumes}}


def hold(tx: Transaction, subscription: Object, draft: Object) -> None:
    """What becomes at once of an invoice made during the pause. [documented; inferred: at once, and the events]

    A voided one leaves the customer's balance alone. One that is given up is paid if the balance covers it.
    """
    pause = subscription.get("pause_collection")
    if pause is None:
        return
    held = tx.put(draft, auto_advance=False, automatically_finalizes_at=None, next_payment_attempt=None)
    if pause["behavior"] == "keep_as_draft":
        tx.emit("invoice.updated", held, before=draft)
        return
    if pause["behavior"] == "void":
        customer = tx.read("customer", draft["customer"])
        sequence = customer["next_invoice_sequence"]
        tx.put(customer, next_invoice_sequence=sequence + 1)
        now = tx.now_of(draft)
        members = invoicing.published(tx, held, f"{customer['invoice_prefix']}-{sequence:04d}", now)
        moments = {**members.pop("status_transitions"), "voided_at": now}
        ending = held["starting_balance"]
        voided = tx.put(held, **members, ending_balance=ending, status="void", status_transitions=moments)
        tx.emit("invoice.voided", voided)
        return
    opened, intent, _ = invoicing.finalize(tx, held)
    tx.emit("invoice.finalized", opened)
    if intent is None:
        paid = invoicing.settle_nothing_due(tx, opened)
        tx.emit("invoice.updated", paid, before=opened)
        tx.emit("invoice.paid", paid)
        tx.emit("invoice.payment_succeeded", paid)
        return
    tx.emit("payment_intent.created", intent)
    lifecycle.mark_uncollectible(tx, opened)
