"""What is kept of an invoice that a subscription failed to pay: when that began, and until when it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice of a subscription, as far as access depends on it."""

    id: str
    subscription: str
    failed_at: int | None = None
    retries_at: int | None = None
    settled: bool = False

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Invoice | None:
        """What an event says of an invoice; None if it is a draft or belongs to no subscription.

        An automatic invoice is charged the moment it is finalized [documented], so that moment is when the first
        payment failed. It is the same in every retry's event and it is in the customer's own time under a test clock;
        the event's moment is neither.
        """
        invoice = event["data"]["object"]
        subscription = _subscription(invoice)
        if subscription is None or invoice["status"] == "draft":
            return None
        has_failed = event["type"] == "invoice.payment_failed"
        finalized_at = (invoice.get("status_transitions") or {}).get("finalized_at")
        return cls(
            id=invoice["id"],
            subscription=subscription,
            failed_at=(finalized_at or event["created"]) if has_failed else None,
            retries_at=invoice.get("next_payment_attempt"),
            settled=invoice["status"] != "open",
        )

    def merged(self, other: Invoice) -> Invoice:
        """Both taken together, in any order: the first failure, the last try planned, and settled once is settled.

        A plan is never taken back by its absence: some accounts learn of the next try only by a later
        `invoice.updated`, and until then the invoice plans none. [inferred]
        """
        failures = [at for at in (self.failed_at, other.failed_at) if at is not None]
        plans = [at for at in (self.retries_at, other.retries_at) if at is not None]
        return Invoice(
            id=self.id,
            subscription=self.subscription,
            failed_at=min(failures, default=None),
            retries_at=max(plans, default=None),
            settled=self.settled or other.settled,
        )


def _subscription(invoice: Mapping[str, Any]) -> str | None:
    """The subscription's id, where it stands since 2025-03-31.basil, and where it stood before. [documented]"""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    subscription = details.get("subscription") or invoice.get("subscription")
    return subscription["id"] if isinstance(subscription, Mapping) else subscription
