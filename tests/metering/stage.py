"""The stage of metering's stories: a simulated Stripe behind a wire that can break, a database, and one clock."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl

import stripe
from sqlalchemy import Engine, select

from pinstripe import Simulator
from pinstripe.http.transport import InProcessHTTPClient
from pinstripe_metering import Meter, Policy, Pump, Recorded, Report, StripeSender, confirm
from pinstripe_metering.outbox import outbox
from pinstripe_metering.pump import Customers, same_id

START = datetime(2027, 1, 31, 12, tzinfo=UTC)
KEY = "sk_test_stage"
EVENTS = "/v1/billing/meter_events"


NoAnswer: Any = stripe.APIConnectionError  # untyped in the SDK


class CrashError(BaseException):
    """The worker dies: nothing after this line is run."""


class Fault(Enum):
    """What a wire does to one call: to the way there, or to the way back after Stripe has done its part."""

    LOST_CALL = auto()
    LOST_REPLY = auto()
    ERROR_BEFORE = auto()
    ERROR_AFTER = auto()
    RATE_LIMIT = auto()
    CRASH_BEFORE = auto()
    CRASH_AFTER = auto()


class Wire(InProcessHTTPClient):
    """The SDK's way to the simulator, with faults for the next meter events and a list of those that went out."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.faults: deque[Fault | None] = deque()
        self.sent: list[dict[str, str]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Carry one call, or break as told."""
        if not (method == "post" and url.endswith(EVENTS)):
            return super().request(method, url, headers, post_data)
        self.sent.append({**dict(parse_qsl(post_data)), "key": (headers or {})["Idempotency-Key"]})
        fault = self.faults.popleft() if self.faults else None
        match fault:
            case Fault.LOST_CALL:
                raise NoAnswer("the call was lost", should_retry=True)
            case Fault.ERROR_BEFORE:
                return refusal(500, "api_error", "An unknown error occurred")
            case Fault.RATE_LIMIT:
                return refusal(429, "invalid_request_error", "Request rate limit exceeded")
            case Fault.CRASH_BEFORE:
                raise CrashError
        answer = super().request(method, url, headers, post_data)
        match fault:
            case Fault.LOST_REPLY:
                raise NoAnswer("the reply was lost", should_retry=True)
            case Fault.ERROR_AFTER:
                return refusal(502, "api_error", "Bad gateway")
            case Fault.CRASH_AFTER:
                raise CrashError
        return answer


def refusal(status: int, type_: str, message: str) -> tuple[str, int, Mapping[str, str]]:
    """An error as Stripe words it."""
    return json.dumps({"error": {"type": type_, "message": message}}), status, {}


class Stage:
    """Stripe, an application and a pump; `turn` moves everybody's clock."""

    def __init__(self, database: Engine, *, formula: str = "sum") -> None:
        self.database = database
        self.now = START
        self.simulator = Simulator(now=int(START.timestamp()))
        self.wire = Wire(self.simulator)
        self.client = stripe.StripeClient(KEY, http_client=self.wire)
        self.meter = Meter("api_calls", clock=self.clock)
        self.pump = self.new_pump()
        self.stripe_meter = self.client.v1.billing.meters.create(
            {"display_name": "API calls", "event_name": "api_calls", "default_aggregation": {"formula": formula}}
        )
        self.ada = self.new_customer()

    def clock(self) -> datetime:
        """What time it is for everybody."""
        return self.now

    def turn(self, **by: float) -> None:
        """Let time pass, here and at Stripe."""
        self.now += timedelta(**by)
        self.simulator.account(KEY).set_clock(int(self.now.timestamp()))

    def new_customer(self) -> str:
        """A customer with a card that works."""
        return self.client.v1.customers.create(
            {
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        ).id

    def new_pump(self, customers: Customers = same_id, policy: Policy | None = None) -> Pump:
        """Another worker; its jitter always draws the longest delay."""
        return Pump(
            self.database,
            StripeSender(self.client),
            customers=customers,
            policy=policy,
            clock=self.clock,
            jitter=lambda longest: longest,
        )

    def subscribe(self, customer: str) -> stripe.Subscription:
        """A monthly subscription to the meter, 0.02 USD a call."""
        product = self.client.v1.products.create({"name": "API"})
        price = self.client.v1.prices.create(
            {
                "product": product.id,
                "currency": "usd",
                "unit_amount": 2,
                "recurring": {"interval": "month", "usage_type": "metered", "meter": self.stripe_meter.id},
            }
        )
        return self.client.v1.subscriptions.create({"customer": customer, "items": [{"price": price.id}]})

    def record(self, fact: int | str, value: Decimal | int = 1, **more: Any) -> Recorded:
        """Record a fact of Ada's that happened now, in a transaction of its own."""
        with self.database.begin() as connection:
            given = {"customer": self.ada, "at": self.now, **more}
            return self.meter.record(connection, fact=("job", fact), value=value, **given)

    def drain(self, limit: int = 100) -> list[Report]:
        """Run the pump until nothing is open, letting an hour pass after each run."""
        reports = []
        for _ in range(50):
            reports.append(self.pump.run_once(limit))
            if reports[-1].backlog.open == 0:
                return reports
            self.turn(hours=1)
        raise AssertionError("the outbox does not drain")

    def rows(self) -> list[Any]:
        """The outbox, oldest first."""
        with self.database.connect() as connection:
            return list(connection.execute(select(outbox).order_by(outbox.c.id)))

    def states(self) -> list[str]:
        """Where each row stands, oldest first."""
        return [row.state for row in self.rows()]

    def counted(self, customer: str | None = None) -> float:
        """What Stripe's summary says of a customer, from the start until now."""
        params: Any = {
            "customer": customer or self.ada,
            "start_time": int((START - timedelta(days=40)).timestamp()),
            "end_time": int((self.now + timedelta(hours=1)).timestamp()) // 60 * 60,
        }
        listed = self.client.v1.billing.meters.event_summaries.list(self.stripe_meter.id, params)
        return sum(summary.aggregated_value for summary in listed.data)

    def confirm(self, **more: Any) -> list[Any]:
        """Confirm everything from 40 days before the start until an hour from now."""
        end = (self.now + timedelta(hours=1)).replace(second=0, microsecond=0)
        with self.database.begin() as connection:
            start = START - timedelta(days=40)
            return confirm(connection, self.client, self.meter, start, end, clock=self.clock, **more)
