"""Accounts: one world for each API key, so that tests which run side by side never meet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pinstripe.http.idempotency import IdempotencyKeys
from pinstripe.http.message import Request
from pinstripe.resources.registry import new_world
from pinstripe.world import Clock, ControlledClock, Seed, WallClock, World
from pinstripe.world.ids import text

JOURNAL_LENGTH = 10_000
"""How many requests are remembered for a replay."""


class Account:
    """What belongs to one API key: its world, its idempotency keys and the list of what was asked of it."""

    def __init__(self, key: str, seed: Seed, clock: Clock) -> None:
        self.key = key
        self.seed = seed
        self.world: World = new_world(seed, clock)
        self.idempotency = IdempotencyKeys()
        self.journal: deque[tuple[int, Request]] = deque(maxlen=JOURNAL_LENGTH)
        self.requests = 0

    def begin(self, request: Request) -> str:
        """Note a request in the journal with the account's time, and give it an id, whether it succeeds or not."""
        self.requests += 1
        self.journal.append((max(self.world.now, self.world.clock.now()), request))
        return f"req_{text(f'{self.seed.value}:req:{self.requests}', 14)}"

    def set_clock(self, now: int) -> None:
        """Turn the account's own clock, ringing what comes due; back only while nothing has happened.

        Raises ValueError if the time asked for is before the account's.
        """
        world = self.world
        if now < world.now:
            if not world.is_empty:
                raise ValueError(
                    f"The clock of this account stands at {world.now} and cannot go back to {now}; reset it first."
                )
            world.rewind(now)
        world.clock = ControlledClock(now)
        world.catch_up()


class Accounts:
    """All accounts of one simulator, made on first use."""

    def __init__(self, seed: Seed, clock: Callable[[], Clock] = WallClock) -> None:
        self.seed = seed
        self.clock = clock
        self.by_key: dict[str, Account] = {}
        self.wake: Callable[[], object] = lambda: None
        """Called when there is an account to look at; a server's heart sets it."""
        self._touched: dict[str, None] = {}

    def of(self, key: str) -> Account:
        """The account of a key."""
        self.touch(key)
        account = self.by_key.get(key)
        if account is None:
            account = self.by_key[key] = Account(key, self.seed.account(key), self.clock())
        return account

    def touch(self, key: str) -> None:
        """Note that something may have happened in an account, or is about to."""
        if not self._touched:
            self.wake()
        self._touched[key] = None

    def take_touched(self) -> list[str]:
        """The keys of the accounts touched since this was last asked, in the order of their first touch."""
        touched, self._touched = list(self._touched), {}
        return touched

    def reset(self, key: str) -> None:
        """Forget everything of one account."""
        self.by_key.pop(key, None)
