"""The events that one `deliver()` took to the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import stripe

from pinstripe_scenarios.feed import Parcel


class DeliveryError(AssertionError):
    """The app answered something else than 2xx; Stripe would try again for days."""


class Deliveries(Sequence[stripe.Event]):
    """The events that one `deliver()` took to the app; each becomes the SDK's object when somebody looks at it."""

    def __init__(self, event_of: Callable[[Parcel], stripe.Event]) -> None:
        self._event_of = event_of
        self._parcels: list[Parcel] = []
        self.statuses: list[int] = []
        """What the app answered to each."""

    @property
    def types(self) -> list[str]:
        """Their types, in order."""
        return [parcel.type for parcel in self._parcels]

    def add(self, parcel: Parcel, status: int) -> None:
        """The app has been told of one more."""
        self._parcels.append(parcel)
        self.statuses.append(status)

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
