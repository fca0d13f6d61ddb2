"""Deliveries that go astray on command: told twice, late, never, wrongly signed, to a receiver that fails.

    {"effect": "duplicate", "type": "invoice.*", "times": 3, "copies": 1}

A rule meets deliveries when they become owed, by the `type` of the event and the `endpoint` (its id or its URL, with
stars). It lets the first ones pass up to the `nth`, meets `times` of them, and is gone. What it makes of a delivery is
a member of the delivery, so it is undone by a savepoint, shown by the list of deliveries and repeated by a replay.

| effect | the delivery |
|---|---|
| `duplicate` | goes out `copies` times more |
| `drop` | never goes out |
| `hold` | waits until it is released |
| `delay` | goes out `seconds` later, by the account's clock |
| `wrong_signature` | is signed with another secret, its first `tries` times |
| `old_timestamp` | is signed as of `seconds` ago, its first `tries` times |
| `api_version` | tells its event in the words of another `api_version` |
| `fail` | is answered `status` in the receiver's place, which hears nothing, its first `tries` times |
| `answer_lost` | reaches the receiver, whose answer is lost, its first `tries` times; so it comes again |

Who listens by the command line is met by all of them. A delivery to it is tried once, so one that is to `fail` never
goes out, and one whose answer is lost comes again at once. What is told thinly has no version, and `api_version` waits
for something that has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pinstripe.resources.resource import Resource
from pinstripe.wire import rules, versions
from pinstripe.wire.rules import MOST, RuleError
from pinstripe.world import Kind, Object, Transaction

NAME = "misbehaviour"
EFFECTS = (
    *("duplicate", "drop", "hold", "delay"),
    *("wrong_signature", "old_timestamp", "api_version", "fail", "answer_lost"),
)
MOST_RULES = 100
"""How many wait: each delivery is held against all of them."""
MOST_COPIES = 10
MOST_TRIES = 100
LONGEST_SECONDS = 30 * 86400


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What deliveries of a kind will meet."""

    effect: str
    type: str = "*"
    endpoint: str = "*"
    nth: int = 1
    times: int = 1
    copies: int = 1
    seconds: int = 3600
    api_version: str | None = None
    status: int = 500
    tries: int = 1

    @classmethod
    def read(cls, given: object) -> Misbehaviour:
        """A rule from its JSON; raises RuleError."""
        rule = cls(**{"effect": "", **rules.words(cls, given, "misbehaviour")})
        rules.one_of("effect", rule.effect, EFFECTS)
        rules.texts("type and endpoint", {"type": rule.type, "endpoint": rule.endpoint})
        rules.whole("nth", rule.nth, 1, MOST)
        rules.whole("times", rule.times, 1, MOST)
        rules.whole("copies", rule.copies, 1, MOST_COPIES)
        rules.whole("seconds", rule.seconds, 1, LONGEST_SECONDS)
        rules.whole("status", rule.status, 300, 599)
        rules.whole("tries", rule.tries, 1, MOST_TRIES)
        if rule.api_version is not None or rule.effect == "api_version":
            rules.one_of("api_version", rule.api_version, versions.SERVED)
        return rule

    def is_about(self, type_: str, names: tuple[str, ...]) -> bool:
        """Whether it waits for an event of this type for an endpoint of these names."""
        return rules.fits(self.type, type_) and any(rules.fits(self.endpoint, name) for name in names)


def order(tx: Transaction, rule: Misbehaviour) -> Object:
    """Have a rule wait; raises RuleError for one too many."""
    if sum(1 for _ in tx.all(NAME)) >= MOST_RULES:
        raise RuleError(f"{MOST_RULES} rules wait already; DELETE them first.")
    return tx.new(NAME, {"_rule": asdict(rule), "_passing": rule.nth - 1, "_left": rule.times})


def forget(tx: Transaction) -> None:
    """Forget all rules; what they made of deliveries stays."""
    for waiting in list(tx.all(NAME)):
        tx.delete(waiting)


def waiting(tx: Transaction) -> list[dict[str, Any]]:
    """The rules that wait, oldest first, with what is left of each."""
    rows = reversed(list(tx.all(NAME)))
    return [{**row["_rule"], "nth": row["_passing"] + 1, "times": row["_left"]} for row in rows]


def told(
    tx: Transaction, type_: str, names: tuple[str, ...], delivery: Mapping[str, Any], *, thinly: bool = False
) -> Iterator[dict[str, Any]]:
    """What becomes of a delivery that is about to be owed: the members of none, of one or of several."""
    rule = _met(tx, type_, names, thinly=thinly)
    members = dict(delivery)
    if rule is None:
        yield members
        return
    match rule.effect:
        case "drop":
            yield {**members, "next_attempt": None, "_state": "dropped"}
        case "hold":
            yield {**members, "next_attempt": None, "_state": "held"}
        case "delay":
            yield {**members, "next_attempt": members["next_attempt"] + rule.seconds}
        case "duplicate":
            for _ in range(1 + rule.copies):
                yield members
        case _:
            yield {**members, "_twist": twist(rule)}


def twist(rule: Misbehaviour) -> dict[str, Any]:
    """What is to be done to the tries of one delivery."""
    kept: dict[str, dict[str, Any]] = {
        "old_timestamp": {"seconds": rule.seconds, "tries": rule.tries},
        "api_version": {"api_version": rule.api_version, "tries": MOST_TRIES},
        "fail": {"status": rule.status, "tries": rule.tries},
    }
    return {"effect": rule.effect, **kept.get(rule.effect, {"tries": rule.tries})}


def twisted(delivery: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be done to the next try of a delivery; nothing where its effect is null."""
    made: Mapping[str, Any] = delivery.get("_twist") or {}
    return made if made and len(delivery["attempts"]) < made["tries"] else {"effect": None}


def _met(tx: Transaction, type_: str, names: tuple[str, ...], *, thinly: bool) -> Misbehaviour | None:
    """The first rule that is about a delivery, used up once; those before it that let it pass have counted it."""
    for row in reversed(list(tx.all(NAME))):
        rule = Misbehaviour(**row["_rule"])
        if not rule.is_about(type_, names) or (thinly and rule.effect == "api_version"):
            continue
        if row["_passing"]:
            tx.put(row, _passing=row["_passing"] - 1)
            continue
        if row["_left"] > 1:
            tx.put(row, _left=row["_left"] - 1)
        else:
            tx.delete(row)
        return rule
    return None


MISBEHAVIOURS = Resource(Kind(NAME, "mis"))
