"""Drafts that cannot be finalized because nobody can tell what tax they bear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.taxes import automatic_tax, outcomes
from pinstripe.world import Object, Transaction


def require_place(tx: Transaction, draft: Object) -> None:
    """Refuse to finalize on request without a place; the draft keeps the error, and it is told of. [documented]"""
    customer = tx.read("customer", draft["customer"])
    if automatic_tax.wants(draft) and automatic_tax.place_of(tx, draft, customer) is None:
        error = refusals.tax_location_invalid(keeps_changes=True)
        _failed(tx, draft, error)
        raise error


def stops_the_clock(tx: Transaction, draft: Object) -> bool:
    """Whether a one-off draft stays one when its hour is over; somebody has to finalize it then. [documented]

    Its tax is not known for want of a place, or of a rate in the declared table.
    """
    if draft["_subscription"] is not None or not automatic_tax.wants(draft):
        return False
    customer = tx.read("customer", draft["customer"])
    found = outcomes.of(tx, draft, draft["lines"], customer)
    if found.status == "complete":
        return False
    _failed(tx, draft, refusals.tax_location_invalid() if found.place is None else refusals.tax_calculation_failed())
    return True


def _failed(tx: Transaction, draft: Object, error: StripeError) -> None:
    """The draft with what went wrong; the clock does not try again. [documented; inferred: that it does not]

    A subscription's keeps its hour: then it is finalized without tax.
    """
    stays = {} if draft["_subscription"] else {"automatically_finalizes_at": None, "next_payment_attempt": None}
    after = tx.put(draft, last_finalization_error=error.body(), **stays)
    tx.emit("invoice.finalization_failed", after)


def _tell_schedule(tx: Transaction, subscription: Object, told: Mapping[str, Any]) -> None:
    """Turn it off for a schedule as well: in its current phase and by default. [documented]"""
    id_ = subscription.get("schedule")
    if id_ is None:
        return
    before = tx.read("subscription_schedule", id_)
    settings, span = before["default_settings"], before["current_phase"]
    off = {**settings["automatic_tax"], **told}
    phases = [
        {**phase, "automatic_tax": {**(phase.get("automatic_tax") or off), **told}}
        if span is not None and phase["start_date"] == span["start_date"]
        else phase
        for phase in before["phases"]
    ]
    after = tx.put(before, default_settings={**settings, "automatic_tax": off}, phases=phases)
    tx.emit("subscription_schedule.updated", after, before=before)


def without_tax(tx: Transaction, draft: Object) -> Object:
    """A subscription's draft that the clock finalizes all the same: automatic tax is turned off, and says why.

    Without a place, the subscription's and its schedule's too. [documented; a rate that is in no table is told as
    Stripe's own trouble: inferred]
    """
    nowhere = draft["automatic_tax"]["status"] == "requires_location_inputs"
    reason = "finalization_requires_location_inputs" if nowhere else "finalization_system_error"
    off = {**draft["automatic_tax"], "disabled_reason": reason, "enabled": False}
    if nowhere and draft["_subscription"] is not None:
        before = tx.read("subscription", draft["_subscription"])
        told = {"disabled_reason": "requires_location_inputs", "enabled": False}
        after = tx.put(before, automatic_tax={**before["automatic_tax"], **told})
        tx.emit("customer.subscription.updated", after, before=before)
        _tell_schedule(tx, after, told)
    return tx.put(draft, automatic_tax=off)
