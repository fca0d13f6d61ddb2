"""Previews of a subscription that is paused, or resumed."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.invoices import drafts, invoice_items
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.subscriptions import subscription_pauses
from pinstripe.world import Object, Transaction

RESUMING = ("billing_cycle_anchor", "proration_behavior", "proration_date")


def preview(tx: Transaction, before: Object, details: Params) -> Object:
    """The invoice of a pause or of a resumption now, in the scratch transaction. [documented]

    A pause that leaves all to wait makes none. [documented] What a resumption leaves to wait is shown on the invoice it
    would be on. [inferred]
    """
    pausing = "pause" in details
    values = details.get("pause") if pausing else details.pick("resume_at", *RESUMING)
    verb = "pause" if pausing else "resume"
    path = f"/v1/subscriptions/{before.id}/{verb}"
    asked = Params({key: value for key, value in values.items() if key != "resume_at"}, details.name("pause"))
    call = Call(f"POST /v1/subscriptions/{{subscription}}/{verb}", path, {"subscription": before.id}, asked, tx)
    (subscription_pauses.pause if pausing else subscription_pauses.resume)(call)
    for name in asked.unread():
        raise errors.unsupported_parameter("POST /v1/invoices/create_preview", name)
    after = tx.read("subscription", before.id)
    if after["latest_invoice"] != before["latest_invoice"]:
        return tx.read("invoice", after["latest_invoice"])
    if pausing:
        raise refusals.no_upcoming_invoice(before["customer"])
    return _waiting(tx, after)


def _waiting(tx: Transaction, subscription: Object) -> Object:
    """What waits for the subscription's next invoice."""
    entries = invoice_items.pending(tx, subscription["customer"], subscription.id)
    if not entries:
        raise refusals.no_upcoming_invoice(subscription["customer"])
    return drafts.of_subscription(tx, subscription, "upcoming", entries=entries, auto_advance=False)
