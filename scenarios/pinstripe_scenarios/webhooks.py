"""The events of a test's account, and their delivery to the app: signed, in order, and only when the test says so.

Stripe tells an app of an event some time after the call that caused it. So nothing is ever delivered inside a call of
the app's; a test says when, and what the app's handler raises reaches the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, overload

import httpx
import stripe

from pinstripe.webhooks.outbox import USER_AGENT
from pinstripe.wire.signature import HEADER, sign
from pinstripe.world import WallClock
from pinstripe_scenarios.account import Account
from pinstripe_scenarios.feed import Feed, Parcel
from pinstripe_scenarios.portal import Portal

Handler = Callable[[bytes, dict[str, str]], int | None]
Target = tuple[str, Any, str] | Handler | None


class DeliveryError(AssertionError):
    """The app answered something else than 2xx; Stripe would try again for days."""


class Deliveries(Sequence[stripe.Event]):
    """The events that one `deliver()` took to the app; each becomes the SDK's object when somebody looks at it."""

    def __init__(self, event_of: Callable[[Parcel], stripe.Event]) -> None:
        self._event_of = event_of
        self._parcels: list[Parcel] = []

    @property
    def types(self) -> list[str]:
        """Their types, in order."""
        return [parcel.type for parcel in self._parcels]

    def add(self, parcel: Parcel) -> None:
        """The app has taken one more."""
        self._parcels.append(parcel)

    @overload
    def __getitem__(self, index: int) -> stripe.Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[stripe.Event]: ...
    def __getitem__(self, index: int | slice) -> stripe.Event | list[stripe.Event]:
        if isinstance(index, slice):
            return [self._event_of(parcel) for parcel in self._parcels[index]]
        return self._event_of(self._parcels[index])

    def __len__(self) -> int:
        return len(self._parcels)

    def __repr__(self) -> str:
        return f"Deliveries({', '.join(self.types)})"


class Webhooks:
    """The inbox of a test: what has happened, what the app has been told, and what the test says about it."""

    def __init__(self, account: Account, feed: Feed, target: Target, secret: str, portal: Portal) -> None:
        self.account = account
        self.secret = secret
        self._feed = feed
        self._target = _checked(target)
        self._portal = portal
        self._happened: dict[str, Parcel] = {}
        self._events: dict[str, stripe.Event] = {}

    # --- delivery ----------------------------------------------------------------------------------------------------

    def deliver(self) -> Deliveries:
        """Take every event the app has not heard of to it, in order; raises what its handler raises.

        What the handler's own calls cause is delivered by the next `deliver()`, and so is what was not delivered
        because the app raised or answered no.
        """
        return self._hand_over(self._collect())

    def redeliver(self, *events: stripe.Event | str) -> Deliveries:
        """Take events to the app once more, in the order given: the same bodies, signed anew, as Stripe does it.

        They are named by their ids or as they come out of `events`, `one` and `deliver`; raises LookupError for an
        event that did not happen in this test. The app need not have heard of them before.
        """
        return self._hand_over(self._named(events))

    async def adeliver(self) -> Deliveries:
        """`deliver` from an async test, in the test's own event loop."""
        return await self._ahand_over(self._collect())

    async def aredeliver(self, *events: stripe.Event | str) -> Deliveries:
        """`redeliver` from an async test, in the test's own event loop."""
        return await self._ahand_over(self._named(events))

    def _hand_over(self, parcels: Sequence[Parcel]) -> Deliveries:
        """Deliver one after the other."""
        done = Deliveries(self._event)
        for parcel in parcels:
            with _Note(self.account, parcel) as note:
                if isinstance(self._target, tuple):
                    note.answer = self._portal.call(self._post(parcel))
                else:
                    note.answer = _Answer.of(self._target, parcel, self._headers(parcel))
            self._done(parcel, note.answer, done)
        return done

    async def _ahand_over(self, parcels: Sequence[Parcel]) -> Deliveries:
        """The same, awaited."""
        done = Deliveries(self._event)
        for parcel in parcels:
            with _Note(self.account, parcel) as note:
                if isinstance(self._target, tuple):
                    note.answer = await self._post(parcel)
                else:
                    note.answer = _Answer.of(self._target, parcel, self._headers(parcel))
            self._done(parcel, note.answer, done)
        return done

    def _named(self, events: Sequence[stripe.Event | str]) -> list[Parcel]:
        """The parcels of events."""
        self._collect()
        ids = [event if isinstance(event, str) else event.id for event in events]
        if unknown := [id_ for id_ in ids if id_ not in self._happened]:
            raise LookupError(f"There was no event {', '.join(unknown)} in this test.")
        return [self._happened[id_] for id_ in ids]

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        """What Stripe sends along; signed now, by the clock that the app sees."""
        signed_at = max(WallClock().now(), self.account.now)
        return {
            "Content-Type": "application/json; charset=utf-8",
            HEADER: sign(parcel.body, self.secret, signed_at),
            "User-Agent": USER_AGENT,
        }

    async def _post(self, parcel: Parcel) -> _Answer:
        """Hand a parcel to an ASGI app."""
        assert isinstance(self._target, tuple)
        _, app, path = self._target
        request = httpx.Request("POST", f"http://testserver{path}", content=parcel.body, headers=self._headers(parcel))
        answer = await httpx.ASGITransport(app, raise_app_exceptions=True).handle_async_request(request)
        return _Answer(answer.status_code, (await answer.aread()).decode(errors="replace"))

    def _done(self, parcel: Parcel, answer: _Answer, done: Deliveries) -> None:
        """The app has answered."""
        if not 200 <= answer.status < 300:
            raise DeliveryError(f"The app answered {answer.status} to {parcel.type} ({parcel.id}): {answer.text[:500]}")
        self._feed.settle(parcel)
        done.add(parcel)

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


class _Answer:
    """What the app said."""

    def __init__(self, status: int, text: str = "") -> None:
        self.status = status
        self.text = text

    @classmethod
    def of(cls, handler: Handler | None, parcel: Parcel, headers: dict[str, str]) -> _Answer:
        """What a function says; one that says nothing is content, and so is nobody."""
        return cls(200 if handler is None else handler(parcel.body, headers) or 200)


class _Note:
    """Tells the timeline of one delivery, also when the app raised."""

    def __init__(self, account: Account, parcel: Parcel) -> None:
        self.account = account
        self.parcel = parcel
        self.answer = _Answer(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        status = self.answer.status if error is None else None
        self.account.timeline.delivery(self.account.story_time, self.parcel.type, status)
        if error is not None:
            error.add_note(f"while the app was told of {self.parcel.type} ({self.parcel.id})")


def _checked(target: Any) -> Target:
    """A target that can be delivered to; raises TypeError for anything else."""
    match target:
        case None:
            return None
        case ("asgi", app, str(path)):
            return ("asgi", app, path)
    if callable(target):
        return target  # type: ignore[no-any-return]
    raise TypeError(
        f'stripe_webhook_target is ("asgi", app, "/path") or a function of body and headers, not {target!r}'
    )


def _fits(obj: Mapping[str, Any], where: Mapping[str, Any] | None) -> bool:
    """Whether an object has these members."""
    return all(obj.get(name) == value for name, value in (where or {}).items())


def _lines(types: Sequence[str]) -> str:
    """Types, readable when there are many."""
    return "\n  " + "\n  ".join(types) if types else "no events"
