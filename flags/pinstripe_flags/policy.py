"""When a subscription gives access: a policy is data, one rule for each status.

What to do while a payment fails is the choice that applications make wrongly most often: cutting off at the first
decline loses customers whose next try succeeds, and never cutting off gives the product away. So there are presets,
and each rule can be replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, Self

from pinstripe_flags.standing import DAY, Standing
from pinstripe_flags.subscription import ENDED


@dataclass(frozen=True, slots=True)
class Rule:
    """What a status means for access."""

    kind: Literal["always", "never", "until_dunning_ends", "grace"]
    days: int | None = None


ALWAYS = Rule("always")
NEVER = Rule("never")
UNTIL_DUNNING_ENDS = Rule("until_dunning_ends")


def grace(days: int) -> Rule:
    """Access for some days after the first payment failed that is still owed."""
    if days < 1:
        raise ValueError(f"Grace is at least one day, not {days}; for none there is NEVER.")
    return Rule("grace", days)


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a subscription gives access now, and the moment at which that ends by itself, if one is known."""

    granted: bool
    until: int | None = None


_PAID = {"active": ALWAYS, "trialing": ALWAYS, "collection_paused": ALWAYS}

STATUSES = frozenset({*_PAID, "past_due", "unpaid", "paused", "incomplete"})
"""What a policy may rule on; `collection_paused` is Stripe's `pause_collection`, whatever the status beside it."""


@dataclass(frozen=True)
class Policy:
    """A rule for each status; a status without one gives no access, and an ended subscription never does."""

    name: str
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.rules) - STATUSES)
        if unknown:
            raise ValueError(f"No policy can rule on {', '.join(unknown)}; it can on {', '.join(sorted(STATUSES))}.")
        object.__setattr__(self, "rules", MappingProxyType(dict(self.rules)))

    @classmethod
    def strict(cls) -> Self:
        """Paid or on trial; the first failed renewal ends access."""
        return cls("strict", _PAID)

    @classmethod
    def until_dunning_ends(cls) -> Self:
        """As long as Stripe still tries to collect. This is the default."""
        return cls("until_dunning_ends", {**_PAID, "past_due": UNTIL_DUNNING_ENDS})

    @classmethod
    def grace(cls, days: int) -> Self:
        """For some days after the first failure; retries do not move the deadline, and an end is an end."""
        return cls("grace", {**_PAID, "past_due": grace(days), "unpaid": grace(days)})

    def but(self, name: str | None = None, **rules: Rule) -> Policy:
        """This policy with other rules for some statuses: `Policy.strict().but(trialing=NEVER)`."""
        return replace(self, name=name or self.name, rules={**self.rules, **rules})

    def access(self, standing: Standing, now: int) -> Access:
        """Whether a subscription gives access at a moment."""
        subscription = standing.subscription
        if subscription.status in ENDED:
            return Access(granted=False)
        access = self._by(self.rules.get(subscription.status, NEVER), standing, now)
        if access.granted and subscription.collection_paused:
            paused = self._by(self.rules.get("collection_paused", NEVER), standing, now)
            return replace(access, granted=paused.granted)
        return access

    @staticmethod
    def _by(rule: Rule, standing: Standing, now: int) -> Access:
        """What one rule says."""
        match rule.kind:
            case "always":
                return Access(granted=True)
            case "never":
                return Access(granted=False)
            case "until_dunning_ends":
                return Access(granted=not standing.dunning_ended(now))
        since = standing.unpaid_since
        until = None if since is None else since + (rule.days or 0) * DAY
        return Access(granted=until is None or now < until, until=until)
