"""An open invoice tried again by the clock, unless asking the same card once more is known to be in vain."""

from __future__ import annotations

from pinstripe.billing import dunning
from pinstripe.resources import billing_settings
from pinstripe.resources.invoices import invoicing
from pinstripe.resources.subscriptions import announcements, lifecycle
from pinstripe.world import Object, Transaction


def retry(tx: Transaction, invoice: Object) -> None:
    """The next planned try. In vain it is counted and nobody is asked. [documented; inferred: what is told of it]"""
    method = invoicing.payment_method_for(tx, invoice)
    if method is not None and _in_vain(tx.read("payment_intent", invoice["_intent"]), method):
        counted = tx.put(invoice, attempt_count=invoice["attempt_count"] + 1)
        settled = invoicing.plan_retry(tx, counted, tx.now_of(invoice))
        tx.emit("invoice.updated", settled, before=invoice)
        lifecycle.failed(tx, settled)
        return
    attempt, settled = invoicing.attempt_payment(tx, invoice, method, automatic=True)
    announcements.tried(tx, invoice, attempt, settled)


def taken_up(tx: Transaction, invoice: Object) -> int | None:
    """When an open invoice that is to be collected again is tried next. [documented: that it is; inferred: when]"""
    now = tx.now_of(invoice)
    known, tries = invoice["next_payment_attempt"], invoice["_automatic_attempts"]
    if known is not None or invoice["collection_method"] != "charge_automatically":
        return None if known is None else int(known)
    if not tries:
        return now + invoicing.GRACE
    due = dunning.next_attempt_at(invoice["_first_failure_at"], tries, billing_settings.of(tx).retry_days)
    return None if due is None else max(due, now)


def _in_vain(intent: Object, method: Object) -> bool:
    """Whether this card waits for its holder, or was declined for good. [documented]"""
    if intent["status"] == "requires_action":
        return bool(intent["payment_method"] == method.id)
    error = intent["last_payment_error"]
    if error is None or error["payment_method"]["id"] != method.id:
        return False
    return not dunning.is_retried(error.get("decline_code") or error["code"])
