"""The heart of a server: it rings what comes due while nobody asks, and sees to it that events are sent.

It looks only at accounts that were touched since it last looked, and at those whose next moment has come. Each endpoint
has a courier, a task that sends it what it is due in order, so neither an answer of the API nor another endpoint ever
waits for a receiver.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
from collections.abc import Awaitable, Callable

from pinstripe.http.accounts import Account
from pinstripe.http.simulator import Simulator
from pinstripe.webhooks import outbox
from pinstripe.webhooks.delivery import TIMEOUT_SECONDS, Sender, deliver
from pinstripe.world import ControlledClock, World

LONGEST_NAP_SECONDS = 60.0
"""The machine may have slept meanwhile, and its clock may have been set."""

LISTENERS = ("webhook_endpoint", "v2.core.event_destination")
"""Kinds that deliveries go to."""

Pause = Callable[[asyncio.Event, float], Awaitable[None]]
"""Waits for the event, so many seconds at most."""

log = logging.getLogger("pinstripe")


async def pause(event: asyncio.Event, seconds: float) -> None:
    """Wait in real time. Not by `wait_for`, which may lose a cancellation that comes with the event (Python 3.11)."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class Heart:
    """Beats when something is due: an alarm of an account that follows the machine's clock, or a delivery."""

    def __init__(
        self,
        simulator: Simulator,
        sender: Sender,
        *,
        pause: Pause = pause,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.simulator = simulator
        self.sender = sender
        self.pause = pause
        self.timeout_seconds = timeout_seconds
        self.clock = simulator.accounts.clock()
        self.couriers: dict[tuple[World, str], asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._agenda: list[tuple[int, str]] = []
        self._planned: dict[str, int] = {}

    async def beat(self) -> None:
        """Look, and sleep until something happens or the next moment comes; ends when it is cancelled."""
        loop = asyncio.get_running_loop()
        self.simulator.accounts.wake = lambda: loop.call_soon_threadsafe(self._woken.set)
        try:
            while True:
                self._woken.clear()
                for key in self._to_look_at():
                    self._look(key)
                await self.pause(self._woken, self._nap())
        finally:
            self.simulator.accounts.wake = lambda: None
            couriers = list(self.couriers.values())
            for courier in couriers:
                courier.cancel()
            await asyncio.gather(*couriers, return_exceptions=True)

    def _to_look_at(self) -> list[str]:
        """The accounts that were touched, and those whose moment has come."""
        with self.simulator.turn:
            keys = dict.fromkeys(self.simulator.accounts.take_touched())
        now = self.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            at, key = heapq.heappop(self._agenda)
            if self._planned.get(key) == at:
                del self._planned[key]
                keys[key] = None
        return list(keys)

    def _nap(self) -> float:
        """Seconds until the next moment of any account."""
        if not self._agenda:
            return LONGEST_NAP_SECONDS
        return min(max(float(self._agenda[0][0] - self.clock.now()), 0.0), LONGEST_NAP_SECONDS)

    def _look(self, key: str) -> None:
        """Do what is due in one account, send couriers, and plan when to look again; a bug stays in its account."""
        with self.simulator.turn:
            account = self.simulator.accounts.by_key.get(key)
            if account is None:
                return
            world = account.world
            free = [id_ for kind in LISTENERS for id_ in world.ids(kind) if (world, id_) not in self.couriers]
            try:
                account.catch_up()
                self._plan(account, waiting=bool(free or world.listening))
            except Exception:
                # Not planned again: the alarm that failed stays, and the next request hears of it.
                log.exception("A bug in pinstripe: what came due in the account of %s could not be done", key)
            self.simulator.sessions.wake(key)
            if free:
                for endpoint in {delivery["endpoint"]: None for delivery in outbox.due(world)}:
                    if not outbox.is_inbox(world, endpoint):
                        self._send(account, endpoint)

    def _plan(self, account: Account, *, waiting: bool) -> None:
        """Note when the account next has something to do, if its clock gets there by itself.

        Deliveries count only where somebody is `waiting` for them: a courier that is back has us look again.
        """
        world = account.world
        if isinstance(world.clock, ControlledClock):
            return
        moments = [at for at in (world.next_alarm(None), outbox.next_try(world) if waiting else None) if at is not None]
        if moments and self._planned.get(account.key) != min(moments):
            self._planned[account.key] = min(moments)
            heapq.heappush(self._agenda, (min(moments), account.key))

    def _send(self, account: Account, endpoint: str) -> None:
        """Give an endpoint a courier, unless it has one."""
        name = account.world, endpoint
        if name not in self.couriers:
            self.couriers[name] = asyncio.create_task(self._courier(account, endpoint))

    async def _courier(self, account: Account, endpoint: str) -> None:
        """Send one endpoint what it is due, then have the account looked at again."""
        sent = 0
        accounts = self.simulator.accounts

        def kept() -> bool:
            """Whether the account was not reset meanwhile."""
            return accounts.by_key.get(account.key) is account

        try:
            turn, patience = self.simulator.turn, self.timeout_seconds
            sent = await deliver(account.world, endpoint, self.sender, turn, patience, kept=kept)
        except Exception:
            log.exception("A bug in pinstripe: events for %s in the account of %s", endpoint, account.key)
        finally:
            del self.couriers[account.world, endpoint]
        if sent:
            with self.simulator.turn:
                self.simulator.accounts.touch(account.key)
