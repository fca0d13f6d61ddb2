"""The heart of a server: what is due happens while nobody asks, and nobody waits for a receiver.

Time is the test's: the clock stands until the heart naps, and then goes an hour for every minute of the nap.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from tests.http.calls import KEY, NOW, call, made
from tests.webhooks.receiver import PATIENCE_SECONDS, receiving

from pinstripe import Simulator
from pinstripe.http.heart import LONGEST_NAP_SECONDS, Heart, pause
from pinstripe.webhooks.delivery import Sender

HOUR = 3600


class RunningClock:
    """A clock that goes by itself as far as the heart can tell: a nap makes it go."""

    def __init__(self) -> None:
        self.time = NOW
        self.naps: list[float] = []

    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return self.time

    async def pause(self, woken: asyncio.Event, seconds: float) -> None:
        """Let the others run, and let the nap pass unless somebody wakes the heart."""
        for _ in range(3):
            await asyncio.sleep(0)
        if not woken.is_set():
            self.naps.append(seconds)
            self.time += 60 * int(seconds)


def running_simulator() -> tuple[Simulator, RunningClock]:
    """A simulator whose accounts follow a running clock."""
    simulator, clock = Simulator(), RunningClock()
    simulator.accounts.clock = lambda: clock
    return simulator, clock


async def until(happened: Callable[[], bool]) -> None:
    """Let the others run until something has happened, for a bounded time."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - what happens may be the doing of a thread
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def beating(simulator: Simulator, **how: Any) -> AsyncIterator[Heart]:
    """A heart that beats for as long as the block lasts."""
    async with Sender() as sender:
        heart = Heart(simulator, sender, **how)
        task = asyncio.create_task(heart.beat())
        try:
            yield heart
        finally:
            assert not task.done(), "the heart stands still"
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert not heart.couriers


def subscribe(simulator: Simulator, key: str = KEY) -> None:
    """A customer who pays every month."""
    who = {"Authorization": f"Bearer {key}"}

    def make(path: str, form: str) -> str:
        """The id of a new object."""
        return str(json.loads(call(simulator, "POST", path, form, who).body)["id"])

    customer = make("/v1/customers", "email=ada%40example.com")
    card = make("/v1/payment_methods/pm_card_visa/attach", f"customer={customer}")
    price = make("/v1/prices", "product_data[name]=A&currency=usd&unit_amount=2000&recurring[interval]=month")
    make("/v1/subscriptions", f"customer={customer}&default_payment_method={card}&items[0][price]={price}")


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run an asynchronous story."""

    async def told() -> None:
        await story()

    asyncio.run(told())


def test_a_renewal_happens_while_nobody_asks() -> None:
    """On a running clock an idle account's alarms ring at their moments: the draft, and its payment an hour later."""
    simulator, clock = running_simulator()
    subscribe(simulator)

    async def story() -> None:
        """Nothing but time passes."""
        world = simulator.account(KEY).world
        async with beating(simulator, pause=clock.pause):
            await until(lambda: clock.time > NOW + 29 * 86400)
        invoices = list(world.transaction().all("invoice"))
        assert [invoice["status"] for invoice in invoices] == ["paid", "paid"]
        assert max(clock.naps) == LONGEST_NAP_SECONDS

    run(story)


def test_an_account_whose_clock_is_controlled_is_not_waited_for() -> None:
    """Time that stands still comes to no moment, so nothing is planned."""
    simulator, clock = running_simulator()
    subscribe(simulator)
    simulator.account(KEY).set_clock(NOW + 1)

    async def story() -> None:
        """A day of the machine's time passes."""
        async with beating(simulator, pause=clock.pause) as heart:
            await until(lambda: clock.time > NOW + 86400)
            assert simulator.accounts.by_key[KEY].world.now == NOW + 1
            assert heart._planned == {}

    run(story)


def test_only_accounts_that_were_touched_or_are_due_are_looked_at() -> None:
    """A thousand idle accounts cost a request nothing."""
    simulator, clock = running_simulator()
    for number in range(1000):
        simulator.account(f"sk_test_{number}")
    simulator.accounts.take_touched()
    subscribe(simulator)
    looked: list[str] = []

    async def story() -> None:
        """One account is used, and its subscription renews."""
        async with beating(simulator, pause=clock.pause) as heart:
            look = heart._look

            def noted(key: str) -> None:
                """Look, and remember where."""
                looked.append(key)
                look(key)

            heart._look = noted  # type: ignore[method-assign]
            await until(lambda: clock.time > NOW + 29 * 86400)

    run(story)
    assert set(looked) == {KEY}
    assert 2 <= len(looked) <= 10


def test_a_bug_in_one_account_stays_in_that_account(caplog: pytest.LogCaptureFixture) -> None:
    """The heart logs it once and goes on: the other account renews."""
    simulator, clock = running_simulator()
    subscribe(simulator)
    subscribe(simulator, "sk_test_other")
    heapq.heappush(simulator.account(KEY).world.timelines[None].alarms, (NOW + 60, 0, 1, "nonsense", "non_1"))

    async def story() -> None:
        """The bug comes first, the renewal later."""
        other = simulator.account("sk_test_other").world
        async with beating(simulator, pause=clock.pause):
            await until(lambda: clock.time > NOW + 29 * 86400)
        assert len(list(other.transaction().all("invoice"))) == 2

    run(story)
    assert caplog.text.count("could not be done") == 1
    assert KEY in caplog.text


def endpoint(simulator: Simulator, url: str) -> str:
    """A new endpoint for customers."""
    return str(made(simulator, "/v1/webhook_endpoints", f"url={url}&enabled_events[]=customer.created")["id"])


def test_a_receiver_that_hangs_holds_up_nobody_else() -> None:
    """Its own events wait in order; the other endpoint, the other account and the API go on meanwhile."""
    simulator = Simulator(now=NOW)
    other = {"Authorization": "Bearer sk_test_other"}
    with receiving() as receiver:
        gate = receiver.closed["/slow"] = threading.Event()
        for path in ("/slow", "/quick"):
            endpoint(simulator, receiver.url + path)
        call(simulator, "POST", "/v1/webhook_endpoints", f"url={receiver.url}/other&enabled_events[]=*", other)

        async def story() -> None:
            """Three events here, one there, while the first hangs."""
            async with beating(simulator) as heart:
                names = ["a", "b", "c"]
                for name in names:
                    made(simulator, "/v1/customers", f"name={name}")
                call(simulator, "POST", "/v1/customers", "name=z", other)
                arrivals = [await asyncio.to_thread(receiver.arrival) for _ in range(5)]
                arrived = {
                    path: [_name(a) for a in arrivals if a.path == path] for path in ("/slow", "/quick", "/other")
                }
                assert arrived == {"/slow": ["a"], "/quick": names, "/other": ["z"]}
                await until(lambda: len(heart.couriers) == 1)
                gate.set()
                assert [_name(await asyncio.to_thread(receiver.arrival)) for _ in range(2)] == ["b", "c"]
                await until(lambda: not heart.couriers)
                assert b'"pending_webhooks": 0' in call(simulator, "GET", "/v1/events", "limit=1").body

        run(story)


def _name(arrival: Any) -> str:
    """The name of the customer an event is about."""
    return str(arrival.event["data"]["object"]["name"])


def test_a_retry_comes_by_itself_on_a_running_clock_and_by_a_turn_on_a_controlled_one() -> None:
    """The account's own time decides, whoever moves it."""
    for controlled in (False, True):
        simulator, clock = running_simulator()
        if controlled:
            simulator.account(KEY).set_clock(NOW)
        with receiving() as receiver:
            receiver.statuses["/hooks"] = 500
            endpoint(simulator, f"{receiver.url}/hooks")

            async def story(
                simulator: Simulator = simulator, clock: RunningClock = clock, controlled: bool = controlled
            ) -> None:
                """A first try fails, a second succeeds."""
                async with beating(simulator, pause=clock.pause) as heart:
                    made(simulator, "/v1/customers", "name=a")
                    assert _name(await asyncio.to_thread(receiver.arrival)) == "a"
                    receiver.statuses["/hooks"] = 200
                    await until(lambda: not heart.couriers)
                    if controlled:
                        simulator.control.handle("POST", "/_pinstripe/clock", KEY, b'{"now": %d}' % (NOW + HOUR))
                    assert _name(await asyncio.to_thread(receiver.arrival)) == "a"
                    await until(lambda: not heart.couriers)

            run(story)


def test_a_turn_of_the_platforms_clock_sends_what_its_connected_accounts_owe() -> None:
    """Their retries too, though nobody asked anything of them; and what is due once more after going back."""
    simulator = Simulator(now=NOW)
    control = simulator.control.handle
    theirs = {"Stripe-Account": control("POST", "/_pinstripe/accounts", KEY, b"")["id"]}
    with receiving() as receiver:
        receiver.statuses["/theirs"] = 500
        form = f"url={receiver.url}/theirs&enabled_events[]=*"
        assert call(simulator, "POST", "/v1/webhook_endpoints", form, theirs).status == 200

        async def story() -> None:
            """Fail, turn the clock, go back, fail and turn it once more."""
            async with beating(simulator) as heart:
                assert call(simulator, "POST", "/v1/customers", "name=a", theirs).status == 200
                await asyncio.to_thread(receiver.arrival)
                await until(lambda: not heart.couriers)
                control("POST", "/_pinstripe/snapshot", KEY, b"")
                for hours in (1, 3):
                    control("POST", "/_pinstripe/clock", KEY, b'{"now": %d}' % (NOW + hours * HOUR))
                    await asyncio.to_thread(receiver.arrival)
                    await until(lambda: not heart.couriers)
                control("POST", "/_pinstripe/restore", KEY, b"")
                control("POST", "/_pinstripe/clock", KEY, b'{"now": %d}' % (NOW + HOUR))
                assert _name(await asyncio.to_thread(receiver.arrival)) == "a"
                await until(lambda: not heart.couriers)

        run(story)


def test_a_heart_that_is_stopped_takes_its_couriers_along() -> None:
    """Stopping does not wait for a receiver that hangs."""
    simulator = Simulator(now=NOW)
    with receiving() as receiver:
        receiver.closed["/slow"] = threading.Event()
        endpoint(simulator, f"{receiver.url}/slow")

        async def story() -> None:
            """A delivery hangs when the heart is stopped."""
            async with beating(simulator) as heart:
                made(simulator, "/v1/customers", "name=a")
                await asyncio.to_thread(receiver.arrival)
                assert len(heart.couriers) == 1

        run(story)


def test_a_reset_in_the_middle_of_a_delivery_starts_afresh() -> None:
    """The new account's events do not wait for a try that the old one began, though its ids are the same."""
    simulator = Simulator(now=NOW)
    with receiving() as receiver:
        receiver.closed["/slow"] = threading.Event()
        old = endpoint(simulator, f"{receiver.url}/slow")

        async def story() -> None:
            """Forget everything, then do it again."""
            async with beating(simulator):
                made(simulator, "/v1/customers", "name=a")
                assert _name(await asyncio.to_thread(receiver.arrival)) == "a"
                simulator.control.handle("POST", "/_pinstripe/reset", KEY, b"")
                assert endpoint(simulator, f"{receiver.url}/quick") == old
                made(simulator, "/v1/customers", "name=b")
                assert (await asyncio.to_thread(receiver.arrival)).path == "/quick"

        run(story)


def test_a_heart_that_is_woken_and_stopped_at_once_stops() -> None:
    """What wakes it does not hide that it is to end."""

    async def story() -> None:
        """Wake a nap and cancel it so many turns of the loop later, unless it is over."""
        for turns in range(5):
            event = asyncio.Event()
            napping = asyncio.create_task(pause(event, PATIENCE_SECONDS))
            for _ in range(3):
                await asyncio.sleep(0)
            event.set()
            for _ in range(turns):
                await asyncio.sleep(0)
            if napping.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await napping

    run(story)


def test_events_for_an_inbox_wait_to_be_collected() -> None:
    """Nobody is sent to a host under `.invalid`: its first event is still there for whoever asks."""
    simulator, clock = running_simulator()
    made(simulator, "/v1/webhook_endpoints", "url=https%3A%2F%2Fapp.invalid%2Fhook&enabled_events[]=*")
    subscribe(simulator)

    async def story() -> None:
        """The heart beats for a while."""
        async with beating(simulator, pause=clock.pause) as heart:
            await until(lambda: clock.time > NOW + 3 * HOUR)
            assert not heart.couriers

    run(story)
    deliveries = list(simulator.account(KEY).world.transaction().all("delivery"))
    assert deliveries
    assert all(delivery["attempts"] == () for delivery in deliveries)
