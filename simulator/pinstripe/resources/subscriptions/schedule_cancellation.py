"""Schedules of which nothing comes any more, because of what became of their customer or subscription."""

from __future__ import annotations

from pinstripe.world import Object, Transaction

KIND = "subscription_schedule"


def abandon(tx: Transaction, id_: str, reason: str | None) -> None:
    """A schedule whose subscription is over is canceled with it: aborted where nobody paid. [documented: the events]"""
    before = tx.read(KIND, id_)
    if before["status"] == "active":
        call_off(tx, before, "aborted" if reason == "payment_failed" else "canceled")


def call_off(tx: Transaction, before: Object, told: str = "canceled") -> None:
    """End a schedule with nothing, and tell."""
    schedule = tx.put(before, canceled_at=tx.now_of(before), current_phase=None, status="canceled")
    tx.emit(f"{KIND}.{told}", schedule)


def call_off_plans(tx: Transaction, customer: Object) -> None:
    """Schedules of a customer who is deleted do not begin. [inferred: running ones end with their subscriptions]"""
    for schedule in tx.find(KIND, "customer", customer.id):
        if schedule["status"] == "not_started":
            call_off(tx, schedule)
