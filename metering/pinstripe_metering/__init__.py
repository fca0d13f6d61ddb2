"""pinstripe_metering: every billable fact reaches Stripe once, or somebody knows why not."""

from __future__ import annotations

from pinstripe_metering.claims import Backlog
from pinstripe_metering.decisions import problems, requeue, write_off
from pinstripe_metering.diagnosis import doctor
from pinstripe_metering.errors import (
    FactChangedError,
    MeteringError,
    OutcomeUnknownError,
    ReconcileError,
    UnknownIdentifierError,
    UnsupportedDatabaseError,
    UsageError,
)
from pinstripe_metering.events import MeterEvent, Outcome, Result, Sender
from pinstripe_metering.meter import Meter, Recorded
from pinstripe_metering.metrics import Metrics
from pinstripe_metering.migrations import upgrade
from pinstripe_metering.outbox import State
from pinstripe_metering.policy import Policy
from pinstripe_metering.pump import Pump, Report
from pinstripe_metering.reconciliation import Reconciled, Verdict, confirm, reconcile
from pinstripe_metering.stripe_sender import StripeSender

__all__ = [
    "Backlog",
    "FactChangedError",
    "Meter",
    "MeterEvent",
    "MeteringError",
    "Metrics",
    "Outcome",
    "OutcomeUnknownError",
    "Policy",
    "Pump",
    "ReconcileError",
    "Reconciled",
    "Recorded",
    "Report",
    "Result",
    "Sender",
    "State",
    "StripeSender",
    "UnknownIdentifierError",
    "UnsupportedDatabaseError",
    "UsageError",
    "Verdict",
    "confirm",
    "doctor",
    "problems",
    "reconcile",
    "requeue",
    "upgrade",
    "write_off",
]
