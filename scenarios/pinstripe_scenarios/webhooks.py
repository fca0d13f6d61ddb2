"""The events of a test's account, and their delivery to the app: signed, in order, and only when the test says so.

Stripe tells an app of an event some time after the call that caused it. So nothing is ever delivered inside a call of
the app's; a test says when, and what the app's handler raises reaches the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import stripe

from pinstripe.control import Client
from pinstripe.webhooks.outbox import USER_AGENT
from pinstripe.wire.signature import HEADER, sign
from pinstripe.world import WallClock
from pinstripe_scenarios.account import Account
from pinstripe_scenarios.answers import Answer, Handler, Note
from pinstripe_scenarios.astray import Astray, Bad, Order, orders
from pinstripe_scenarios.deliveries import Deliveries, DeliveryError
from pinstripe_scenarios.feed import Feed, Parcel
from pinstripe_scenarios.portal import Portal
from pinstripe_scenarios.wsgi import WsgiApp

Target = tuple[str, Any, str] | Handler | None

MOST_ROUNDS = 20
"""How often an app may cause more by what it is told, before its state is looked at."""


class Webhooks:
    """The inbox of a test: what has happened, what the app has been told, and what the test says about it."""

    def __init__(
        self,
        account: Account,
        feed: Feed,
        target: Target,
        secret: str,
        portal: Portal,
        control: Client | None = None,
    ) -> None:
        self.account = account
        self.secret = secret
        self._astray = Astray()
        self._control = control
        self._feed = feed
        self._target = _checked(target)
        self._portal = portal
        self._happened: dict[str, Parcel] = {}
        self._events: dict[str, stripe.Event] = {}

    # --- delivery ----------------------------------------------------------------------------------------------------

    def deliver(
        self, *, order: Order = "happened", seed: str = "", times: int = 1, api_version: str | None = None
    ) -> Deliveries:
        """Take every event the app has not heard of to it, in order; raises what its handler raises.

        What the handler's own calls cause is delivered by the next `deliver()`, and so is what was not delivered
        because the app raised or answered no. The order may also be `reversed`, or `shuffled` by a seed; each event
        comes so many `times`; with an `api_version` the simulator tells it in that version's words.
        """
        return self._hand_over(self._going(order, seed, times, api_version))

    def redeliver(
        self, *events: stripe.Event | str, bad: Bad | None = None, age_seconds: int = 0, api_version: str | None = None
    ) -> Deliveries:
        """Take events to the app once more, in the order given: the same bodies, signed anew, as Stripe does it.

        They are named by their ids or as they come out of `events`, `one` and `deliver`; raises LookupError for an
        event that did not happen in this test. The app need not have heard of them before. `bad="signature"` signs with
        another secret, and `age_seconds` as of so long ago: what the app answers is then for the test to judge, by the
        statuses of what comes back. What it refused it has not heard of.
        """
        parcels = self._told(self._named(events), api_version)
        return self._hand_over(parcels, bad=bad, age_seconds=age_seconds)

    async def adeliver(
        self, *, order: Order = "happened", seed: str = "", times: int = 1, api_version: str | None = None
    ) -> Deliveries:
        """`deliver` from an async test, in the test's own event loop."""
        return await self._ahand_over(self._going(order, seed, times, api_version))

    async def aredeliver(
        self, *events: stripe.Event | str, bad: Bad | None = None, age_seconds: int = 0, api_version: str | None = None
    ) -> Deliveries:
        """`redeliver` from an async test, in the test's own event loop."""
        parcels = self._told(self._named(events), api_version)
        return await self._ahand_over(parcels, bad=bad, age_seconds=age_seconds)

    # --- misbehaviour ------------------------------------------------------------------------------------------------

    def hold(self, *types: str) -> None:
        """Keep back events of these types, stars allowed, until they are released; all where none is named."""
        self._astray.hold(types)

    def release(self) -> None:
        """Let the next `deliver()` take what was held."""
        self._astray.release()

    def drop(self, *types: str) -> list[stripe.Event]:
        """Lose what the app has not heard of, of these types, stars allowed: it will never come. What is lost."""
        lost = [parcel for parcel in self._collect() if self._astray.fits(parcel.type, types)]
        for parcel in lost:
            self._feed.settle(parcel)
        return [self._event(parcel) for parcel in lost]

    @contextmanager
    def while_app_fails(self, status: int = 500, times: int = 1) -> Iterator[None]:
        """Answer in the app's place for the next so many deliveries: it hears nothing until a later `deliver()`.

        Nothing is raised for them; they are not among what `deliver()` gives.
        """
        self._astray.fail(status, times)
        try:
            yield
        finally:
            self._astray.fail(status, 0)

    def check_any_order(
        self, state: Callable[[], Any], *, reset: Callable[[], object], most: int = 24, seed: str = ""
    ) -> int:
        """Deliver what waits in many orders, each from the same savepoint, and compare what `state` says at the end.

        `reset` takes the app back to where it is now; the simulator's account goes back by itself. What the handler's
        own calls cause is delivered too, before the app is looked at. All orders are tried where there are no more than
        `most`, else the reverse and others that `seed` decides; the last is the order in which things happened, and
        remains. How many orders; raises AssertionError for one that ends elsewhere.
        """
        control = self._simulator("check_any_order")
        parcels = self._going("happened", "", 1, None)
        assert parcels, "nothing waits for the app: it was told of everything, or the rest is held"
        expected: tuple[Sequence[Parcel], Any] | None = None
        tried = 0
        for order in orders(parcels, most, seed):
            mark = self._feed.mark()
            reset()
            try:
                with control.rolled_back():
                    ends = self._run_through(order, state)
            except Exception as error:
                error.add_note(f"in this order of events:{_lines([parcel.type for parcel in order])}")
                raise
            finally:
                self._feed.back(mark)
            tried += 1
            expected = expected or (order, ends)
            assert ends == expected[1], (
                f"the end depends on the order of events:{_lines([parcel.type for parcel in expected[0]])}\nends with "
                f"{expected[1]!r}, and{_lines([parcel.type for parcel in order])}\nends with {ends!r}"
            )
        reset()
        self._run_through(parcels, state)
        return tried

    def _run_through(self, parcels: Sequence[Parcel], state: Callable[[], Any]) -> Any:
        """What the app says once it was told, also of what it caused itself."""
        self._hand_over(parcels)
        for _ in range(MOST_ROUNDS):
            if not self.deliver():
                return state()
        raise AssertionError(f"the app still causes events after {MOST_ROUNDS} deliveries of what it caused before")

    def _going(self, order: Order, seed: str, times: int, api_version: str | None) -> list[Parcel]:
        """What waits and is not held, in an order, each so many times."""
        waiting = [parcel for parcel in self._collect() if not self._astray.holds(parcel.type)]
        return self._told(self._astray.ordered(waiting * times if times > 1 else waiting, order, seed), api_version)

    def _told(self, parcels: list[Parcel], api_version: str | None) -> list[Parcel]:
        """Events in the words of another version."""
        if api_version is None:
            return parcels
        control = self._simulator("another api_version")
        return [Parcel.of(control.told(parcel.id, api_version)) for parcel in parcels]

    def _simulator(self, what: str) -> Client:
        """The simulator's control plane; raises LookupError where Stripe is not ours."""
        if self._control is None:
            raise LookupError(f"{what} needs the simulator: mark the test with stripe_fake_only")
        return self._control

    def _hand_over(self, parcels: Sequence[Parcel], *, bad: Bad | None = None, age_seconds: int = 0) -> Deliveries:
        """Deliver one after the other."""
        done = Deliveries(self._event)
        for parcel in parcels:
            headers = self._headers(parcel, bad=bad, age_seconds=age_seconds)
            with Note(self.account, parcel) as note:
                instead = self._astray.answer()
                if instead is not None:
                    note.answer = Answer(instead)
                    continue
                if isinstance(self._target, tuple):
                    note.answer = self._portal.call(self._post(parcel, headers))
                else:
                    note.answer = Answer.of(self._target, parcel, headers)
            self._done(parcel, note.answer, done, may_refuse=bool(bad or age_seconds))
        return done

    async def _ahand_over(
        self, parcels: Sequence[Parcel], *, bad: Bad | None = None, age_seconds: int = 0
    ) -> Deliveries:
        """The same, awaited."""
        done = Deliveries(self._event)
        for parcel in parcels:
            headers = self._headers(parcel, bad=bad, age_seconds=age_seconds)
            with Note(self.account, parcel) as note:
                instead = self._astray.answer()
                if instead is not None:
                    note.answer = Answer(instead)
                    continue
                if isinstance(self._target, tuple):
                    note.answer = await self._post(parcel, headers)
                else:
                    note.answer = Answer.of(self._target, parcel, headers)
            self._done(parcel, note.answer, done, may_refuse=bool(bad or age_seconds))
        return done

    def _named(self, events: Sequence[stripe.Event | str]) -> list[Parcel]:
        """The parcels of events."""
        self._collect()
        ids = [event if isinstance(event, str) else event.id for event in events]
        if unknown := [id_ for id_ in ids if id_ not in self._happened]:
            raise LookupError(f"There was no event {', '.join(unknown)} in this test.")
        return [self._happened[id_] for id_ in ids]

    def _headers(self, parcel: Parcel, *, bad: Bad | None = None, age_seconds: int = 0) -> dict[str, str]:
        """What Stripe sends along; signed now, by the clock that the app sees, or badly if a test wants that."""
        clocks = (WallClock().now(), self.account.now)
        signed_at = min(clocks) - age_seconds if age_seconds else max(clocks)
        secret = f"{self.secret}_of_somebody_else" if bad == "signature" else self.secret
        return {
            "Content-Type": "application/json; charset=utf-8",
            HEADER: sign(parcel.body, secret, signed_at),
            "User-Agent": USER_AGENT,
        }

    async def _post(self, parcel: Parcel, headers: dict[str, str]) -> Answer:
        """Hand a parcel to an ASGI app."""
        assert isinstance(self._target, tuple)
        _, app, path = self._target
        request = httpx.Request("POST", f"http://testserver{path}", content=parcel.body, headers=headers)
        answer = await httpx.ASGITransport(app, raise_app_exceptions=True).handle_async_request(request)
        return Answer(answer.status_code, (await answer.aread()).decode(errors="replace"))

    def _done(self, parcel: Parcel, answer: Answer, done: Deliveries, *, may_refuse: bool) -> None:
        """The app has answered; what was delivered badly it may refuse, and has not heard of then."""
        took = 200 <= answer.status < 300
        if not took and not may_refuse:
            raise DeliveryError(f"The app answered {answer.status} to {parcel.type} ({parcel.id}): {answer.text[:500]}")
        if took:
            self._feed.settle(parcel)
        done.add(parcel, answer.status)

    def _collect(self) -> list[Parcel]:
        """What waits; it is noted among what happened."""
        waiting = self._feed.waiting()
        self._happened |= {parcel.id: parcel for parcel in waiting}
        return waiting

    # --- what happened, whether the app knows or not -----------------------------------------------------------------

    @property
    def events(self) -> list[stripe.Event]:
        """Every event of the account since the test began, in order."""
        self._collect()
        return [self._event(parcel) for parcel in self._happened.values()]

    @property
    def types(self) -> list[str]:
        """Their types."""
        self._collect()
        return [parcel.type for parcel in self._happened.values()]

    def one(self, type_: str, where: Mapping[str, Any] | None = None) -> stripe.Event:
        """The one event of a type whose object has these members; fails where there is none, or more than one."""
        self._collect()
        found = [p for p in self._happened.values() if p.type == type_ and _fits(p.event["data"]["object"], where)]
        told = f"{type_}{f' where {dict(where)}' if where else ''}"
        assert found, f"no {told}; there were {', '.join(dict.fromkeys(self.types)) or 'no events'}"
        assert len(found) == 1, f"{len(found)} times {told}"
        return self._event(found[0])

    def assert_in_order(self, *types: str) -> None:
        """These types happened in this order, whatever happened between them."""
        rest = iter(self.types)
        for position, type_ in enumerate(types):
            assert type_ in rest, (
                f"no {type_} after {' · '.join(types[:position]) or 'the start'} in {_lines(self.types)}"
            )

    def assert_none(self, *types: str) -> None:
        """None of these types happened."""
        found = [type_ for type_ in self.types if type_ in types]
        assert not found, f"there was {found[0]}, {len(found)} times, in {_lines(self.types)}"

    def _event(self, parcel: Parcel) -> stripe.Event:
        """An event as the SDK's object, built once."""
        event = self._events.get(parcel.id)
        if event is None:
            event = self._events[parcel.id] = stripe.Event.construct_from(parcel.event, self.account.key)
        return event


def _checked(target: Any) -> Target:
    """A target that can be delivered to; raises TypeError for anything else."""
    match target:
        case None:
            return None
        case ("asgi", app, str(path)):
            return ("asgi", app, path)
        case ("wsgi", app, str(path)):
            return WsgiApp(app, path)
    if callable(target):
        return target  # type: ignore[no-any-return]  # the app is the user's
    raise TypeError(
        f'stripe_webhook_target is ("asgi", app, "/path") or a function of body and headers, not {target!r}; '
        'an app of Flask or Django is ("wsgi", app, "/path")'
    )


def _fits(obj: Mapping[str, Any], where: Mapping[str, Any] | None) -> bool:
    """Whether an object has these members."""
    return all(obj.get(name) == value for name, value in (where or {}).items())


def _lines(types: Sequence[str]) -> str:
    """Types, readable when there are many."""
    return "\n  " + "\n  ".join(types) if types else "no events"
