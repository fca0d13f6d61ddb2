"""Which state of a subscription is the last one, whatever the order in which its events arrive.

Stripe promises no order of delivery, and `created` of an event counts whole seconds, so several changes of one
subscription often carry the same moment; under a test clock a whole year can. The state is therefore computed from the
*set* of events of the newest second: each says where it came from (`previous_attributes`) and where it led to, and the
last state of such a walk is the one entered more often than left. A function of a set cannot depend on order, and a
duplicate changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe_flags.subscription import ENDED, Subscription

BEST_FIRST = ("active", "trialing", "past_due", "paused", "unpaid", "incomplete", "canceled", "incomplete_expired")
"""Statuses from the best to the worst, for whoever has to choose."""


def rank(status: str) -> int:
    """How good a status is; one that is not known yet is the worst."""
    return len(BEST_FIRST) - BEST_FIRST.index(status) if status in BEST_FIRST else 0


@dataclass(frozen=True, slots=True)
class Step:
    """One event: the state it led to, and the one it came from if it says so. The first of all comes from nowhere."""

    event: str
    at: int
    after: Subscription
    before: Subscription | None = None
    first: bool = False

    @property
    def weight(self) -> tuple[bool, int]:
        """Nothing leads out of an ended subscription, so an end outweighs whatever is told later or earlier."""
        return self.after.status in ENDED, self.at


@dataclass(frozen=True, slots=True)
class Lineage:
    """The events that could still be the last word."""

    steps: tuple[Step, ...] = ()

    def add(self, step: Step) -> Lineage:
        """The lineage that knows of one more event; itself if that makes no difference."""
        if any(known.event == step.event for known in self.steps):
            return self
        if self.steps and step.weight < self.steps[0].weight:
            return self
        return Lineage((*(known for known in self.steps if known.weight == step.weight), step))

    def latest(self) -> tuple[Subscription, bool]:
        """The last state, and whether the events leave no doubt.

        There is doubt while one of them is missing, and when they lead round in a circle. Then the state that is best
        for the customer stands in.
        """
        entered, left, first = Counter[Subscription](), Counter[Subscription](), set[Subscription]()
        for step in self.steps:
            if step.first or (step.before is not None and step.before != step.after):
                entered[step.after] += 1
            if step.before is not None and step.before != step.after:
                left[step.before] += 1
            if step.first:
                first.add(step.after)
        for step in self.steps:
            entered[step.after] = max(entered[step.after], 1)
        last = [state for state in entered if entered[state] > left[state]]
        if len(last) == 1:
            return last[0], True
        return max(last or entered, key=lambda state: _preference(state, is_first=state in first)), False

    @property
    def at(self) -> int:
        """The moment of the last word, in seconds since 1970 UTC."""
        return self.steps[0].at

    def to_json(self) -> list[dict[str, Any]]:
        """The events as JSON."""
        return [
            {
                "event": step.event,
                "at": step.at,
                "after": step.after.to_json(),
                "before": step.before and step.before.to_json(),
                "first": step.first,
            }
            for step in self.steps
        ]

    @classmethod
    def from_json(cls, steps: Iterable[Mapping[str, Any]]) -> Lineage:
        """The lineage that `to_json` wrote."""
        return cls(
            tuple(
                Step(
                    event=step["event"],
                    at=step["at"],
                    after=Subscription.from_json(step["after"]),
                    before=step["before"] and Subscription.from_json(step["before"]),
                    first=step["first"],
                )
                for step in steps
            )
        )


def _preference(state: Subscription, *, is_first: bool) -> tuple[bool, int, bool, str]:
    """Later than the first of all, the better status, not about to end; then anything, but always the same."""
    text = json.dumps(state.to_json(), sort_keys=True)
    return not is_first, rank(state.status), not state.cancel_at_period_end, text
