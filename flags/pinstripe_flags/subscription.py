"""What is kept of a Stripe subscription: enough to answer every flag, and nothing about money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ENDED = frozenset({"canceled", "incomplete_expired"})
"""The states nothing leads out of. [documented]"""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a subscription: which price, under which names features know it, how many."""

    price: str
    lookup_key: str | None
    product: str
    quantity: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a feature may mean this item, the most readable first."""
        return tuple(name for name in (self.lookup_key, self.product, self.price) if name)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One state of a subscription, as a value."""

    id: str
    customer: str
    status: str
    items: tuple[Item, ...]
    collection_paused: bool
    cancel_at_period_end: bool
    cancel_at: int | None
    trial_end: int | None
    current_period_start: int | None
    current_period_end: int | None
    ended_at: int | None
    latest_invoice: str | None

    @property
    def names(self) -> frozenset[str]:
        """Every name its items go by."""
        return frozenset(name for item in self.items for name in item.names)

    def to_json(self) -> dict[str, Any]:
        """The state as JSON."""
        return {**asdict(self), "items": [asdict(item) for item in self.items]}

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Subscription:
        """The state that `to_json` wrote."""
        return cls(**{**state, "items": tuple(Item(**item) for item in state["items"])})

    @classmethod
    def from_stripe(cls, subscription: Mapping[str, Any]) -> Subscription:
        """The state in Stripe's words. Periods belong to items; before 2025-03-31.basil, to the whole. [documented]"""
        items = subscription["items"]["data"]
        starts, ends = (
            [start for start in (item.get(name, subscription.get(name)) for item in items) if start is not None]
            for name in ("current_period_start", "current_period_end")
        )
        return cls(
            id=subscription["id"],
            customer=_id(subscription["customer"]),
            status=subscription["status"],
            items=tuple(
                Item(
                    price=item["price"]["id"],
                    lookup_key=item["price"].get("lookup_key"),
                    product=_id(item["price"]["product"]),
                    quantity=item.get("quantity"),
                )
                for item in items
            ),
            collection_paused=subscription.get("pause_collection") is not None,
            cancel_at_period_end=bool(subscription.get("cancel_at_period_end")),
            cancel_at=subscription.get("cancel_at"),
            trial_end=subscription.get("trial_end"),
            current_period_start=max(starts, default=None),
            current_period_end=max(ends, default=None),
            ended_at=subscription.get("ended_at"),
            latest_invoice=_id(subscription.get("latest_invoice")),
        )


def _id(value: Any) -> Any:
    """The id of an object that may be expanded."""
    return value["id"] if isinstance(value, Mapping) else value


def overlay(current: Any, previous: Any) -> Any:
    """The object before an event: its members as they are, where `previous_attributes` does not say otherwise.

    Hashes are laid over each other member by member, and so are lists of the same objects; anything else is replaced.
    """
    if isinstance(current, Mapping) and isinstance(previous, Mapping):
        laid = {name: overlay(current.get(name), value) for name, value in previous.items()}
        return {**current, **laid}
    if isinstance(current, list) and isinstance(previous, list) and _ids(current) == _ids(previous) is not None:
        return [overlay(now, before) for now, before in zip(current, previous, strict=True)]
    return previous


def _ids(values: list[Any]) -> list[str] | None:
    """The ids of a list of objects; None where they have none."""
    ids = [str(value["id"]) for value in values if isinstance(value, Mapping) and value.get("id")]
    return ids if len(ids) == len(values) else None
