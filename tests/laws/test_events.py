"""Law 7: events tell what happened, in the order in which it happened, as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tests.laws.drawing import DAY
from tests.laws.life import Answer, Command, Life
from tests.laws.lives import on_lives

TOLD = {
    "billing.meter": "/v1/billing/meters/{}",
    "charge": "/v1/charges/{}",
    "invoice": "/v1/invoices/{}",
    "payment_intent": "/v1/payment_intents/{}",
    "price": "/v1/prices/{}",
    "product": "/v1/products/{}",
    "subscription": "/v1/subscriptions/{}",
}
"""Kinds whose every change is told, and where they are asked for. A customer's currency and invoice sequence change in
silence."""

UNTOLD = {
    "invoice": ("lines",),  # a subscription's lines show the metadata that it has now [documented]
    "payment_intent": ("amount",),  # a credit note lowers what is asked for, and no event of an intent says so
    "subscription": (
        "items",
        "plan",
        "pending_update",
        "discounts",
    ),  # their prices' own events tell of them; discounts run out by the clock
}
"""Members that change without an event of their kind."""

ONCE = {"created", "finalized", "paid", "voided", "succeeded", "deleted", "canceled"}


def events(life: Life) -> list[Any]:
    """All events, oldest first."""
    return list(life.world.tables["event"].objects.values())


class Historian(Life):
    """A life that writes down every event as it finds it after each request."""

    def __init__(self) -> None:
        super().__init__(watch=self.write)
        self.written: dict[str, bytes] = {}

    def write(self, _: Life, __: Answer) -> None:
        """Write down what is new."""
        table = self.world.tables["event"].objects
        for id_ in list(table)[len(self.written) :]:
            self.written[id_] = orjson.dumps(table[id_])


@on_lives
def test_history_is_never_rewritten(commands: list[Command]) -> None:
    """An event reads to the last byte as on the day it was made, and none is lost."""
    life = Historian()
    life.live(commands)
    life.ask("GET", "/v1/events", limit=100)
    assert {event["id"]: orjson.dumps(event) for event in events(life)} == life.written


@on_lives
def test_events_tell_the_truth(commands: list[Command]) -> None:
    """They stand in the order of time, say what really changed, tell once what happens once, and end with what is."""
    life = Life().live(commands)
    assert not [*disorder(life), *false_changes(life), *repetitions(life), *outdated(life)]


def disorder(life: Life) -> Iterator[str]:
    """Events whose `created`, which is the account's time, goes back, or which the API does not list newest first."""
    moments = [event["created"] for event in events(life)]
    if moments != sorted(moments) or moments[-1:] > [life.world.now]:
        yield f"out of order: {moments}"
    listed = [event["id"] for event in life.ask("GET", "/v1/events", limit=100)["data"]]
    kept = [event["id"] for event in events(life) if event["created"] >= life.world.now - 30 * DAY]
    if listed != kept[::-1][:100]:
        yield "the list is not the log backwards"


def false_changes(life: Life) -> Iterator[str]:
    """Events that say of a member that it changed and still show the old value."""
    for event in events(life):
        shown, previous = event["data"]["object"], event["data"].get("previous_attributes")
        if previous is not None:
            yield from (
                f"{event['type']}: {key}" for key, old in previous.items() if key in shown and shown[key] == old
            )
            if not previous:
                yield f"{event['type']}: nothing changed"


def repetitions(life: Life) -> Iterator[str]:
    """What happens once and is told twice: an invoice is finalized and paid once, a subscription ends once."""
    counted = Counter((event["type"], event["data"]["object"].get("id")) for event in events(life))
    for (type_, id_), count in counted.items():
        if count > 1 and type_.split(".")[-1] in ONCE:
            yield f"{type_} {count} times for {id_}"


def outdated(life: Life) -> Iterator[str]:
    """Objects that are not as their last event told, though every change of them is told."""
    told: dict[str, Mapping[str, Any]] = {}
    for event in events(life):
        shown = event["data"]["object"]
        if shown["object"] in TOLD and "id" in shown:  # an upcoming invoice has none
            told[shown["id"]] = shown
    for id_, shown in told.items():
        kept = life.world.get(shown["object"], id_)
        if kept is None or kept.get("deleted"):
            continue
        current = life.ask("GET", TOLD[shown["object"]].format(id_))
        seen = orjson.loads(orjson.dumps(shown))
        silent = [key for key, value in current.items() if seen.get(key) != value]
        if current["object"] == "subscription":
            for one, other in ((seen["items"]["data"], current["items"]["data"]), (pending(seen), pending(current))):
                if bare(one) != bare(other):
                    yield f"{id_}: its items changed in silence"
        if current["object"] == "invoice" and unmarked(seen["lines"]["data"]) != unmarked(current["lines"]["data"]):
            yield f"{id_}: its lines changed in silence"
        if current["object"] == "invoice" and current["status"] == "draft":  # shows its customer as he is [documented]
            silent = [key for key in silent if not key.startswith("customer_")]
        if set(silent).difference(UNTOLD.get(current["object"], ())) or seen.keys() != current.keys():
            yield f"{id_}: {silent} changed in silence"


def pending(subscription: Mapping[str, Any]) -> list[Any]:
    """What waits for a payment: the items, and the rest as one more."""
    waits = subscription["pending_update"] or {}
    rest = {key: value for key, value in waits.items() if key != "subscription_items"}
    return [*(waits.get("subscription_items") or []), rest]


def unmarked(lines: list[Any]) -> list[Any]:
    """The lines of an invoice without their metadata."""
    return [{key: value for key, value in line.items() if key != "metadata"} for line in lines]


def bare(items: list[Any]) -> list[Any]:
    """The items of a subscription without what belongs to their prices."""
    return [{key: value for key, value in item.items() if key not in ("plan", "price")} for item in items]
