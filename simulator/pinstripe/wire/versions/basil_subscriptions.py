"""What basil changed about subscriptions."""

from __future__ import annotations

from pinstripe.wire.versions.ladder import Members, Rung


class MovePeriodsToItems(Rung):
    """The current period belongs to each item; before, the subscription had one.

    [documented: changelog of 2025-03-31.basil; recorded: every older subscription carries the pair] Where items have
    several periods, the one that ends first. [inferred]
    """

    objects = frozenset({"subscription"})

    def reshaped(self, members: Members) -> Members:
        """The period of the items as the subscription's own."""
        items = (members.get("items") or {}).get("data") or []
        if not items:
            return members
        first = min(items, key=lambda item: item["current_period_end"])
        return {
            **members,
            "current_period_end": first["current_period_end"],
            "current_period_start": first["current_period_start"],
        }


RUNGS: tuple[Rung, ...] = (MovePeriodsToItems(),)
