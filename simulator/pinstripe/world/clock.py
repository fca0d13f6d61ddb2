"""Where time comes from. This is the only file that may read the machine's clock.

Everything else asks a `Clock`, so a test, a control plane or a frozen clock can take its place. All times are whole
seconds since 1970 UTC, as in Stripe's API.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Says what time it is for one account."""

    def now(self) -> int:
        """Seconds since 1970 UTC."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return int(time.time())


class ControlledClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return self._now

    def set(self, now: int) -> None:
        """Turn the hands; whether the world follows is the world's business."""
        self._now = now
