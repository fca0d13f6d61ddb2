"""What is known about a subject when a flag is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pinstripe_flags.subscription import Subscription

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription, how recent that knowledge is, and what it owes."""

    subscription: Subscription
    as_of: int
    failed_at: int | None = None
    retries_at: int | None = None

    def dunning_ended(self, now: int) -> bool:
        """A day has passed since the last try that was planned for anything owed, and no other was told of.

        Most accounts let Stripe cancel, or mark unpaid, at that point, and the status says it sooner. Where no plan was
        ever told, the status has the word.
        """
        return self.retries_at is not None and now >= self.retries_at + DAY

    @property
    def unpaid_since(self) -> int | None:
        """When the first payment failed that is still owed; before that is told, when the period began."""
        return self.subscription.current_period_start if self.failed_at is None else self.failed_at


@dataclass(frozen=True, slots=True)
class Override:
    """A value set by hand for one scope and flag, until it expires."""

    value: Any
    expires_at: int | None = None

    def holds(self, now: int) -> bool:
        """Whether it still counts."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was read about one scope. `flags` names those whose overrides were read; None means all."""

    standings: tuple[Standing, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    flags: frozenset[str] | None = None

    def cover(self, flag: str) -> bool:
        """Whether these facts are enough to answer a flag."""
        return self.flags is None or flag in self.flags
