"""The phase that runs, split where its subscription is changed by hand: what was until now, and what is from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.subscriptions import phase_terms
from pinstripe.world import Object, Transaction

KIND = "subscription_schedule"
OF_ITEMS = ("discounts", "price", "quantity", "tax_rates")
"""What of an item a phase says."""
TAKEN = ("automatic_tax", "default_tax_rates", "discounts", "trial_end")
"""What of a subscription, besides its items, splits a phase when a request changes it. [documented]"""


def follow(tx: Transaction, before: Object, after: Object) -> None:
    """Let the schedule of a subscription that a request has changed know what it sells from now on. [documented]

    The rest of the phase is a phase of its own, with what else the old one says; one that has just begun is changed
    itself. [documented; inferred: the latter] One-time charges stay with the old one. [inferred]
    """
    id_ = after.get("schedule")
    if id_ is None or _sold(before) == _sold(after):
        return
    schedule = tx.read(KIND, id_)
    if schedule["status"] != "active":
        return
    now = tx.now_of(after)
    current = dict(schedule["current_phase"])
    phases: list[Mapping[str, Any]] = []
    for phase in schedule["phases"]:
        if phase["start_date"] != current["start_date"]:
            phases.append(phase)
            continue
        if phase["start_date"] < now:
            phases.append({**phase, "end_date": now})
        current = {"end_date": phase["end_date"], "start_date": now}
        phases.append(_rest(phase, after, now))
    changed = tx.put(schedule, current_phase=current, phases=phases)
    tx.emit(f"{KIND}.updated", changed, before=schedule)


def _sold(subscription: Object) -> list[Any]:
    """What a phase says of a subscription."""
    items = [[item[name] for name in OF_ITEMS] for item in subscription["items"]]
    return [items, [subscription[name] for name in TAKEN], subscription.get("application_fee_percent")]


def _rest(phase: Mapping[str, Any], subscription: Object, now: int) -> dict[str, Any]:
    """A phase from now to its end, selling what the subscription sells."""
    sold = phase_terms.of_subscription(subscription)
    taxed = ("automatic_tax",) if "automatic_tax" in phase or sold["automatic_tax"]["enabled"] else ()
    return {
        **phase,
        **{name: sold[name] for name in ("default_tax_rates", "discounts", "items", "trial_end", *taxed)},
        "add_invoice_items": phase["add_invoice_items"] if phase["start_date"] == now else [],
        "application_fee_percent": subscription.get("application_fee_percent"),
        "start_date": now,
    }
