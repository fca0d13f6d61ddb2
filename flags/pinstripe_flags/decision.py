"""From facts to an answer; no database and no clock here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe_flags.feature import Feature, Offer
from pinstripe_flags.lineage import rank
from pinstripe_flags.policy import Access, Policy
from pinstripe_flags.standing import Standing
from pinstripe_flags.subscription import Item

Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Decision:
    """The plan's answer: which plan carries the feature, its value, and how that came about."""

    granted: bool
    value: Any
    plan: str | None
    metadata: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One item of one subscription that names the feature."""

    offer: Offer
    item: Item
    standing: Standing
    access: Access

    @property
    def preference(self) -> tuple[bool, float, int, int, str]:
        """Access before none, the better value, the better status, the later period; then always the same."""
        subscription = self.standing.subscription
        period_end = subscription.current_period_end or 0
        return self.access.granted, self.offer.weight, rank(subscription.status), period_end, subscription.id


def decide(feature: Feature, standings: tuple[Standing, ...], policy: Policy, now: int) -> Decision:
    """Every subscription counts and the best one answers, not the first. Without access, the best one says why not."""
    candidates = [
        _Candidate(offer, item, standing, policy.access(standing, now))
        for standing in standings
        for item in standing.subscription.items
        for offer in feature.offers(item.names, item.quantity)
    ]
    best = max(candidates, key=lambda candidate: candidate.preference, default=None)
    if best is None:
        return Decision(granted=False, value=None, plan=None, metadata={"policy": policy.name})
    subscription = best.standing.subscription
    said: dict[str, Scalar | None] = {
        "subscription": subscription.id,
        "customer": subscription.customer,
        "status": subscription.status,
        "as_of": best.standing.as_of,
        "grace_until": best.access.until,
        "quantity": best.item.quantity,
        "policy": policy.name,
    }
    metadata = {name: value for name, value in said.items() if value is not None}
    if not best.access.granted:
        return Decision(granted=False, value=None, plan=None, metadata=metadata)
    return Decision(granted=True, value=best.offer.value, plan=best.offer.plan, metadata=metadata)
