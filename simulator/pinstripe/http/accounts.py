"""Accounts: one world for each API key, so that tests which run side by side never meet.

A key's account may have connected accounts, each a world of its own that shares the platform's clock. One is there as
soon as the platform's world holds an account object with its id, or the control plane has said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pinstripe import errors
from pinstripe.http.asked import Asked
from pinstripe.http.faults import Fault, Faults
from pinstripe.http.idempotency import IdempotencyKeys
from pinstripe.http.journal import MOST_REQUESTS, Journal
from pinstripe.http.message import Request
from pinstripe.resources import belonging, dialects, owing
from pinstripe.resources.registry import new_world
from pinstripe.resources.v2 import meter_events
from pinstripe.wire import versions
from pinstripe.world import Clock, ControlledClock, Object, Seed, WallClock, World
from pinstripe.world.ids import text

if TYPE_CHECKING:
    from pinstripe.http.savepoints import Savepoint

ACCOUNT_KINDS = ("account", "v2.core.account")
"""Objects that make an account of their id exist."""


class Account:
    """What belongs to one API key, or to an account connected to it: its world, and what was asked of it."""

    def __init__(
        self,
        key: str,
        seed: Seed,
        clock: Clock,
        *,
        heard: Callable[[Object], None] | None = None,
        handed: Callable[[str, Object], None] | None = None,
    ) -> None:
        self.key = key
        self.seed = seed
        self.world: World = new_world(seed, clock, heard, handed)
        self.idempotency = IdempotencyKeys()
        self.idempotency_v2 = IdempotencyKeys.v2()
        self.faults = Faults()
        self.registered: dict[str, None] = {}
        """Ids of connected accounts that no object stands for."""
        self.platform: Account | None = None
        """The account that this one is connected to, if it is."""
        self.connected: dict[str, Account] = {}
        """The connected accounts that somebody has asked for."""
        self.journal = Journal()
        self.faulted: dict[int, Fault] = {}
        """Which requests met a fault, by their number."""
        self.requests = 0
        self.asked = Asked()
        self.savepoints: dict[str, Savepoint] = {}
        """Moments that the control plane can go back to."""

    @property
    def version(self) -> str:
        """The API version that speaks where a request or an endpoint names none."""
        return self.world.dialect or versions.DEFAULT

    @version.setter
    def version(self, version: str) -> None:
        """Speak another version from now on; events that have happened stay as they were told."""
        self.world.dialect = version

    @property
    def id(self) -> str:
        """The account's own id."""
        return self.seed.account_id

    def begin(self, request: Request) -> str:
        """Note a request in the journal with the account's time, and give it an id, whether it succeeds or not."""
        self.requests += 1
        self.journal.note(max(self.world.now, self.world.clock.now()), request)
        self.faulted.pop(self.requests - MOST_REQUESTS, None)
        return f"req_{text(f'{self.seed.value}:req:{self.requests}', 14)}"

    def meet(self, request: Request, *, has_key: bool) -> Fault | None:
        """The fault that the request just begun meets, noted in the journal."""
        fault = self.faults.take(request, has_key=has_key)
        if fault is not None:
            self.faulted[self.requests] = fault
        return fault

    def knows(self, account: str) -> bool:
        """Whether a connected account with this id exists."""
        if account in self.registered:
            return True
        kinds = [kind for kind in ACCOUNT_KINDS if kind in self.world.tables]
        found = (self.world.get(kind, account) for kind in kinds)
        return any(obj is not None and not obj.get("deleted") and not obj.get("closed") for obj in found)

    def keeps(self, account: str) -> bool:
        """Whether this platform's world has the object of a connected account."""
        kinds = [kind for kind in ACCOUNT_KINDS if kind in self.world.tables]
        return any(self.world.get(kind, account) is not None for kind in kinds)

    def known(self) -> list[str]:
        """The ids of the connected accounts, those of objects first, newest first."""
        made = [id_ for kind in ACCOUNT_KINDS if kind in self.world.tables for id_ in self.world.ids(kind)]
        return [id_ for id_ in dict.fromkeys([*made, *reversed(self.registered)]) if self.knows(id_)]

    def set_clock(self, now: int) -> None:
        """Turn the account's own clock, ringing what comes due; back only while nothing has happened.

        Connected accounts go along. Raises ValueError if the time asked for is before the account's.
        """
        family = [self, *self.connected.values()]
        if now < self.world.now:
            if not all(account.world.is_empty for account in family):
                raise ValueError(
                    f"The clock of this account stands at {self.world.now} and cannot go back to {now}; reset it first."
                )
            for account in family:
                account.world.rewind(now)
        clock = ControlledClock(now)
        for account in family:
            account.world.clock = clock
        self.catch_up()

    def catch_up(self) -> None:
        """Let the account and its whole family follow their clock, ringing what came due meanwhile.

        Money goes between them, so their alarms ring in one order: one leap equals many small steps, and nobody is
        ahead of what another one's alarm brings.
        """
        if self.platform is not None:
            self.platform.catch_up()
            return
        if self.connected:
            self._ring_together(self.world.clock.now())
        for account in (self, *self.connected.values()):
            account.world.catch_up()

    def _ring_together(self, to: int) -> None:
        """Ring the alarms of the whole family up to a moment, each account's own at their moments."""
        while True:
            worlds = [account.world for account in (self, *self.connected.values())]
            due = [(at, world) for world in worlds if (at := world.next_alarm(None)) is not None and at <= to]
            if not due:
                return
            at, world = min(due, key=lambda row: row[0])
            world.advance(None, max(at, world.now))


class Accounts:
    """All accounts of one simulator, made on first use."""

    def __init__(self, seed: Seed, clock: Callable[[], Clock] = WallClock, version: str = versions.DEFAULT) -> None:
        self.seed = seed
        self.version = version
        """The API version that accounts begin with."""
        self.clock = clock
        self.pages: str | None = None
        """The base URL of the pages that people look at, while a server has any."""
        self.listening: dict[str, Sequence[Object]] = {}
        """Who listens to the account of each key by the command line; see `cli/sessions.py`."""
        self.by_key: dict[str, Account] = {}
        """Platforms by their key, connected accounts by the key and their id."""
        self.wake: Callable[[], object] = lambda: None
        """Called when there is an account to look at; a server's heart sets it."""
        self._touched: dict[str, None] = {}

    def of(self, key: str) -> Account:
        """The account of a key, in which something may have happened, or is about to."""
        self.touch(key)
        return self.at(key)

    def at(self, key: str) -> Account:
        """The account of a key; who changes anything in it has to touch it."""
        account = self.by_key.get(key)
        if account is None:
            account = self.by_key[key] = self._found(key)
            account.version = self.version
        account.world.pages = self.pages
        account.world.listening = self.listening.get(key, ())
        return account

    def connected(self, platform: Account, id_: str) -> Account | None:
        """A platform's connected account, or the platform itself; None where there is none."""
        if id_ == platform.id:
            return platform
        if not platform.knows(id_):
            return None
        account = self.world_of(platform, id_)
        self.touch(account.key)
        return account

    def world_of(self, platform: Account, id_: str) -> Account:
        """What belongs to one of a platform's connected accounts, whether it still exists or not; made on first use."""
        account = platform.connected.get(id_)
        if account is None:
            account = platform.connected[id_] = self._connect(platform, id_)
        return account

    def of_session(self, token: str) -> Account:
        """The account that a meter event session belongs to; 401 for a token of nobody's, or too old a one.

        Who changes anything in it has to touch it.
        """
        for account in list(self.by_key.values()):
            session = meter_events.session_of(account.world.transaction(), token)
            if session is not None:
                account.catch_up()
                if account.world.now >= session["expires_at"]:
                    raise errors.meter_event_session_expired()
                return account
        raise errors.invalid_api_key(token)

    def unused_id(self, platform: Account) -> str:
        """An id for a connected account that no object stands for: the same calls give the same ids."""
        number = len(platform.registered) + 1
        return platform.seed.account(f"connected {number}").account_id

    def _found(self, key: str) -> Account:
        """Make the account of a key."""

        def handed(id_: str, event: Object) -> None:
            """Tell of a connected account in its own world."""
            connected = self.connected(platform, id_)
            assert connected is not None, f"{event['type']} is about {id_}, which is no account of {key}"
            belonging.tell(connected.world, event)

        def kin(id_: str | None) -> World | None:
            """The world of an account connected to this one."""
            if id_ is None or not platform.knows(id_):
                return None
            connected = self.world_of(platform, id_)
            self.touch(connected.key)
            return connected.world

        platform = Account(key, self.seed.account(key), self.clock(), handed=handed)
        platform.world.kin = kin
        return platform

    def _connect(self, platform: Account, id_: str) -> Account:
        """Make the world of a connected account, whose events the platform hears of."""

        def heard(event: Object) -> None:
            """Owe the event to the platform's own endpoints for connected accounts."""
            owing.owe_connected(platform.world, id_, dialects.told_elsewhere(account.world, event, platform.world))
            self.touch(platform.key)

        def kin(other: str | None) -> World | None:
            """The platform's world."""
            if other is not None:
                return None
            self.touch(platform.key)
            return platform.world

        key = f"{platform.key}/{id_}"
        account = Account(key, self.seed.account(key).named(id_), platform.world.clock, heard=heard)
        account.platform = platform
        account.version = platform.version
        account.world.kin = kin
        account.world.pages = self.pages
        self.by_key[key] = account
        return account

    def touch(self, key: str) -> None:
        """Note that something may have happened in an account, or is about to."""
        is_first = not self._touched
        self._touched[key] = None
        if is_first:
            self.wake()

    def touch_family(self, key: str) -> None:
        """Note the same of an account and of those connected to it: their clock has moved, or all of them went back."""
        for name in self._family(key):
            self.touch(name)

    def take_touched(self) -> list[str]:
        """The keys of the accounts touched since this was last asked, in the order of their first touch."""
        touched, self._touched = list(self._touched), {}
        return touched

    def reset(self, key: str) -> None:
        """Forget everything of one account and of those connected to it."""
        for name in list(self._family(key)):
            self.by_key.pop(name, None)

    def forget(self, platform: Account, id_: str) -> None:
        """Forget the world of one connected account; where it still exists, it is made anew when somebody asks."""
        self.by_key.pop(platform.connected.pop(id_).key, None)

    def _family(self, key: str) -> Iterator[str]:
        """The names of an account and of those connected to it."""
        yield key
        platform = self.by_key.get(key)
        for account in platform.connected.values() if platform else ():
            yield account.key
