"""How deliveries to the app go astray: held back, in another order, answered in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from math import factorial
from typing import Literal, get_args

from pinstripe.wire import rules
from pinstripe.world.ids import text
from pinstripe_scenarios.feed import Parcel

Order = Literal["happened", "reversed", "shuffled"]
"""In what order events come."""
Bad = Literal["signature"]
"""What may be wrong with a delivery."""


class Astray:
    """What a test has ordered to become of the next deliveries."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._status = 500
        self._failing = 0

    def hold(self, types: Sequence[str]) -> None:
        """Keep back events of these types; of all where none is named."""
        self._held += types or ["*"]

    def release(self) -> None:
        """Keep nothing back."""
        self._held.clear()

    def holds(self, type_: str) -> bool:
        """Whether events of a type are kept back."""
        return any(rules.fits(pattern, type_) for pattern in self._held)

    def fits(self, type_: str, types: Sequence[str]) -> bool:
        """Whether a type is one of these, or any where none is named."""
        return not types or any(rules.fits(pattern, type_) for pattern in types)

    def fail(self, status: int, times: int) -> None:
        """Answer so many of the next deliveries in the app's place."""
        self._status, self._failing = status, times

    def answer(self) -> int | None:
        """What is answered in the app's place now, if anything."""
        if not self._failing:
            return None
        self._failing -= 1
        return self._status

    def ordered(self, parcels: list[Parcel], order: Order, seed: str) -> list[Parcel]:
        """Parcels in an order; raises ValueError for a word that is none."""
        if order not in get_args(Order):
            raise ValueError(f"There is no order {order!r}; there are {', '.join(get_args(Order))}.")
        if order == "reversed":
            return parcels[::-1]
        return shuffled(parcels, seed) if order == "shuffled" else parcels


def shuffled(parcels: Sequence[Parcel], seed: str) -> list[Parcel]:
    """An order that a seed decides: always the same for the same seed and ids."""
    ranked = enumerate(parcels)
    return [parcel for _, parcel in sorted(ranked, key=lambda row: text(f"{seed}:{row[0]}:{row[1].id}", 32))]


def orders(parcels: Sequence[Parcel], most: int, seed: str) -> Iterator[Sequence[Parcel]]:
    """Different orders: as it happened, the other way round, and others; all where there are no more than `most`."""
    if factorial(len(parcels)) <= most:
        yield from permutations(parcels)
        return
    told: set[tuple[str, ...]] = set()
    number = 0
    while len(told) < most:
        order = (list(parcels), list(parcels)[::-1])[number] if number < 2 else shuffled(parcels, f"{seed}:{number}")
        number += 1
        ids = tuple(parcel.id for parcel in order)
        if ids not in told:
            told.add(ids)
            yield order
