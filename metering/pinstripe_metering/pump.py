"""The pump: takes due rows out of the outbox, one by one, sends them, and writes down what became of each.

A claim is committed before the call and the outcome after it, in transactions of their own. So a worker may die at any
point: before the call nothing was sent; after it the lease runs out, the same event is sent again under the same
idempotency key and identifier, and Stripe counts it once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from pinstripe_metering.claims import Backlog, Claim, backlog, claim, keep
from pinstripe_metering.clock import Clock, unix_seconds, utc_now
from pinstripe_metering.errors import MeteringError
from pinstripe_metering.events import MeterEvent, Outcome, Result, Sender
from pinstripe_metering.jitter import Jitter, full_jitter
from pinstripe_metering.metrics import Metrics
from pinstripe_metering.outbox import PROBLEMS, State
from pinstripe_metering.policy import Policy, refusal, settlement

log = logging.getLogger(__name__)

Customers = Callable[[str], str | None]
"""Finds Stripe's customer id (`cus_...`) of the application's own; None while there is none."""


def same_id(customer: str) -> str | None:
    """For applications that record Stripe's own ids."""
    return customer


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did: how many tries ended in each state, and what is left."""

    ended: Mapping[State, int]
    backlog: Backlog
    halted: str | None
    """Why the run ended early: the next event would have fared no better."""

    def __getitem__(self, state: State) -> int:
        """How many tries ended in a state."""
        return self.ended.get(state, 0)

    @property
    def tries(self) -> int:
        """How many rows were taken up."""
        return sum(self.ended.values())


class Pump:
    """Brings the outbox to Stripe. Any number may run, in any number of processes; each sends one event at a time."""

    def __init__(
        self,
        database: Engine | sessionmaker[Session],
        sender: Sender,
        *,
        customers: Customers = same_id,
        policy: Policy | None = None,
        clock: Clock = utc_now,
        jitter: Jitter = full_jitter,
        metrics: Metrics | None = None,
    ) -> None:
        self.engine = database if isinstance(database, Engine) else _engine_of(database)
        self.sender = sender
        self.customers = customers
        self.policy = policy or Policy()
        self.clock = clock
        self.jitter = jitter
        self.metrics = metrics or Metrics()

    def run_once(self, limit: int = 100) -> Report:
        """Send what is due, at most `limit` tries, without waiting for anything; call it again and again."""
        ended: Counter[State] = Counter()
        halted: str | None = None
        lane: tuple[str, str] | None = None
        while ended.total() < limit and halted is None:
            claimed = self._claim(lane) if lane else None  # stay with a customer while there is more: no search
            claimed = claimed or self._claim(None)
            if claimed is None:
                break
            lane = claimed.lane
            state, halted = self._settle(claimed)
            ended[state] += 1
        now = self._now()
        with self.engine.connect() as connection:
            left = backlog(connection, now)
        self.metrics.ran(ended, left)
        return Report(ended, left, halted)

    def _now(self) -> int:
        """Seconds since 1970 UTC."""
        return unix_seconds(self.clock())

    def _claim(self, lane: tuple[str, str] | None) -> Claim | None:
        """The next row of a lane, or of all."""
        return claim(self.engine, self._now(), self.policy.lease_seconds, lane)

    def _settle(self, claimed: Claim) -> tuple[State, str | None]:
        """Try one row and write down the outcome: the state it ended in, and why to stop if so."""
        changes, halted = refusal(claimed, self._now(), self.policy), None
        if changes is None:
            outcome = self._send(claimed)
            halted = outcome.reason if outcome.halts else None
            changes = settlement(claimed, outcome, self._now(), self.policy, self.jitter)
        state: State = changes["state"]
        if not keep(self.engine, claimed, changes):
            log.warning("%s: the lease ran out during the call; another attempt will settle it", claimed.identifier)
            return State.LEASED, halted
        level = logging.ERROR if state in PROBLEMS else logging.INFO if state is State.RETRY_WAIT else logging.DEBUG
        log.log(level, "%s: %s %s %s", claimed.identifier, state, changes.get("reason"), changes.get("detail"))
        return state, halted

    def _send(self, claimed: Claim) -> Outcome:
        """Find the customer and make the call; an exception of either costs one try, not the run."""
        customer = claimed.stripe_customer if claimed.uncertain_since else None  # a repetition must be word for word
        try:
            customer = customer or self.customers(claimed.customer)
        except Exception as error:
            log.exception("%s: looking up customer %s failed", claimed.identifier, claimed.customer)
            return Outcome(Result.RETRY, "customer_lookup", repr(error), answered=False)
        if customer is None:
            detail = f"No Stripe customer is known for {claimed.customer} yet."
            return Outcome(Result.UNKNOWN, "customer_not_mapped", detail, answered=False)
        if customer != claimed.stripe_customer and not keep(self.engine, claimed, {"stripe_customer": customer}):
            return Outcome(Result.RETRY, "lease_lost", answered=False)
        try:
            return self.sender.send(event_of(claimed, customer))
        except Exception as error:
            log.exception("%s: the sender failed", claimed.identifier)
            return Outcome(Result.RETRY, "sender_failed", repr(error), uncertain=True, answered=False)


def event_of(claimed: Claim, customer: str) -> MeterEvent:
    """The call for a row. The idempotency key stays while Stripe's answer is missing and changes once there was one."""
    payload: dict[str, Any] = {claimed.customer_key: customer, claimed.value_key: claimed.value}
    return MeterEvent(
        event_name=claimed.meter,
        identifier=claimed.identifier,
        timestamp=claimed.occurred_at,
        payload=payload,
        idempotency_key=f"pinstripe-usage:{claimed.identifier}:{claimed.answers}",
    )


def _engine_of(sessions: sessionmaker[Session]) -> Engine:
    """The engine that a session factory is bound to."""
    bind = sessions.kw.get("bind")
    if not isinstance(bind, Engine):
        raise MeteringError("This sessionmaker is bound to no engine: hand the Engine of the outbox to the pump.")
    return bind
