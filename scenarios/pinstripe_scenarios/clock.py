"""A test clock in the words of a calendar: days and months, renewals and retries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from dateutil.relativedelta import relativedelta

from pinstripe_scenarios.account import Account

PATH = "/v1/test_helpers/test_clocks"
MOST_POLLS = 240
MOST_RETRIES = 30
FINAL = ("canceled", "incomplete_expired")
Moment = Literal["renewal", "period_end", "finalize", "retry", "dunning_exhausted"]
MOMENTS = ("renewal", "period_end", "finalize", "retry", "dunning_exhausted")


class ClockError(Exception):
    """The clock cannot go there; the message says why."""


class Frozen(Protocol):
    """The app's clock, held by freezegun."""

    def move_to(self, target_datetime: datetime) -> None:
        """Turn it."""
        ...


class Clock:
    """One Stripe test clock.

    Stripe lets a clock go no further at once than two intervals of its shortest subscription; longer ways are gone in
    hops. Months in a row are counted from where the first one began: 31 January, 28 February, 31 March.
    """

    def __init__(self, account: Account, begins: int, pause: Callable[[int], None]) -> None:
        self.account = account
        self._pause = pause
        made = account.call("post", PATH, frozen_time=begins, name="pinstripe")
        self.id: str = made["id"]
        self._at: int = made["frozen_time"]
        self._months_from: tuple[datetime, int] | None = None
        self._frozen: Frozen | None = None
        account.clock, account.clock_time = self.id, self._at

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return datetime.fromtimestamp(self._at, UTC)

    def advance(
        self, *, months: int = 0, days: float = 0, hours: float = 0, minutes: float = 0, settle: bool = True
    ) -> datetime:
        """Go on by calendar months, then by days, hours and minutes; the time it is then.

        With `settle`, drafts that are made on the way's last hour are waited for: an hour more, and they are final and
        paid. Without it the clock stops where you said, to send late usage for example.
        """
        whole_months = bool(months) and not (days or hours or minutes)
        start, counted = self._months_from if whole_months and self._months_from else (self.now, 0)
        target = start + relativedelta(months=counted + months) + timedelta(days=days, hours=hours, minutes=minutes)
        if target <= self.now:
            start, counted = self.now, 0
            target = start + relativedelta(months=months) + timedelta(days=days, hours=hours, minutes=minutes)
        self.advance_to_moment(target)
        if settle:
            self.settle()
        self._months_from = (start, counted + months) if whole_months else None
        return self.now

    def advance_to_moment(self, target: datetime) -> None:
        """Go to a moment, in as many hops as Stripe asks for; raises ClockError for one that is not ahead."""
        if target.tzinfo is None:
            raise ClockError(f"{target} has no time zone: say which, e.g. tzinfo=UTC")
        goal = int(target.timestamp())
        if goal <= self._at:
            raise ClockError(f"A test clock only goes forward: it is {self.now:%Y-%m-%d %H:%M:%S} already.")
        self._months_from = None
        while self._at < goal:
            self._hop(min(goal, self._furthest()))

    def advance_to(self, subscription: Any, moment: Moment) -> datetime:
        """Go to a named moment of a subscription; the time it is then. Raises ClockError where there is none ahead.

        `period_end`: the renewal is a draft. `renewal`: it is final, and paid or failed. `finalize`: the newest draft
        is finalized. `retry`: the open invoice is tried again. `dunning_exhausted`: it was tried for the last time.
        """
        id_ = subscription if isinstance(subscription, str) else subscription.id
        match moment:
            case "period_end":
                self._go(self._period_end(id_), "period end", id_)
            case "renewal":
                self._go(self._period_end(id_), "period end", id_)
                self.settle()
            case "finalize":
                self._go(self._invoice(id_, "draft").get("automatically_finalizes_at"), "draft", id_)
            case "retry":
                self._go(self._invoice(id_, "open").get("next_payment_attempt"), "planned retry", id_)
            case "dunning_exhausted":
                self._exhaust(id_)
            case _:
                raise ClockError(f"There is no moment {moment!r}; there are {', '.join(MOMENTS)}.")
        return self.now

    def settle(self) -> None:
        """Let drafts become final and be paid, if that is due within the hour."""
        for draft in sorted(self._drafts(), key=lambda row: row["automatically_finalizes_at"]):
            due = draft["automatically_finalizes_at"]
            if self._at < due <= self._at + 3600:
                self._hop(due)

    @contextlib.contextmanager
    def app_time(self) -> Iterator[None]:
        """Let the app's clock (`datetime.now()`, `time.time()`) follow this one for as long as the block lasts."""
        import freezegun  # noqa: PLC0415 - it reads every loaded module when it is imported

        # pytest measures tests in `_pytest.timing`, also while a fixture holds this open. No more of pytest may be left
        # out: whatever pytest calls, which is every test, would then see the machine's time.
        with freezegun.freeze_time(self.now, real_asyncio=True, ignore=["_pytest.timing"]) as frozen:
            self._frozen = frozen
            try:
                yield
            finally:
                self._frozen = None

    def delete(self) -> None:
        """Remove the clock, and with it what lives on it."""
        self.account.quietly("delete", f"{PATH}/{self.id}")

    # --- the way there -----------------------------------------------------------------------------------------------

    def _go(self, at: int | None, what: str, subscription: str) -> None:
        """Go to a moment that was found."""
        if at is None or at <= self._at:
            raise ClockError(f"{subscription} has no {what} ahead of {self.now:%Y-%m-%d %H:%M:%S}.")
        self.advance_to_moment(datetime.fromtimestamp(at, UTC))

    def _hop(self, to: int) -> None:
        """One advance, until the clock is ready."""
        self.account.call("post", f"{PATH}/{self.id}/advance", frozen_time=to)
        for attempt in range(MOST_POLLS):
            clock = self.account.quietly("get", f"{PATH}/{self.id}")
            if clock["status"] == "ready":
                break
            if clock["status"] == "internal_failure":
                raise ClockError(f"Stripe could not advance {self.id}: internal_failure")
            self._pause(attempt)
        else:
            raise ClockError(f"{self.id} was still not ready after {MOST_POLLS} looks")
        self._at = self.account.clock_time = to
        self.account.timeline.clock(to)
        if self._frozen is not None:
            self._frozen.move_to(self.now)

    def _furthest(self) -> int:
        """How far one hop may go: two intervals of the shortest subscription, two years without one. [documented]"""
        reach = [self.now + relativedelta(years=2)]
        for subscription in self._subscriptions():
            for item in subscription["items"]["data"]:
                recurring = item["price"]["recurring"]
                length = {f"{recurring['interval']}s": 2 * recurring["interval_count"]}
                reach.append(self.now + relativedelta(**length))
        return int(min(reach).timestamp())

    def _subscriptions(self) -> list[dict[str, Any]]:
        """The living subscriptions on this clock."""
        rows = self.account.quietly("get", "/v1/subscriptions", test_clock=self.id, status="all", limit=100)["data"]
        return [row for row in rows if row["status"] not in FINAL]

    def _drafts(self) -> list[dict[str, Any]]:
        """The drafts of this clock's customers that become final by themselves."""
        found = []
        for customer in self.account.quietly("get", "/v1/customers", test_clock=self.id, limit=100)["data"]:
            rows = self.account.quietly("get", "/v1/invoices", customer=customer["id"], status="draft", limit=20)[
                "data"
            ]
            found += [row for row in rows if row["automatically_finalizes_at"] is not None]
        return found

    def _period_end(self, id_: str) -> int:
        """When the first period of a subscription's items ends; before basil the subscription says it itself."""
        subscription = self.account.quietly("get", f"/v1/subscriptions/{id_}")
        ends = [item.get("current_period_end") for item in subscription["items"]["data"]]
        return min(int(end or subscription["current_period_end"]) for end in ends)

    def _invoice(self, id_: str, status: str) -> dict[str, Any]:
        """The newest invoice of a subscription in a state."""
        rows = self.account.quietly("get", "/v1/invoices", subscription=id_, status=status, limit=1)["data"]
        if not rows:
            raise ClockError(f"{id_} has no invoice that is {status}.")
        return dict(rows[0])

    def _exhaust(self, id_: str) -> None:
        """Try again and again, until nothing is planned any more."""
        self._go(self._invoice(id_, "open").get("next_payment_attempt"), "planned retry", id_)
        for _ in range(MOST_RETRIES):
            rows = self.account.quietly("get", "/v1/invoices", subscription=id_, status="open", limit=1)["data"]
            at = rows[0].get("next_payment_attempt") if rows else None
            if at is None:
                return
            self._go(at, "planned retry", id_)
        raise ClockError(f"{id_} is still tried after {MOST_RETRIES} tries")
