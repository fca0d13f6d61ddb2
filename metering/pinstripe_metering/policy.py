"""What to do with a row, before it is sent and after: pure rules over a claim, an outcome and the time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pinstripe_metering.claims import Claim
from pinstripe_metering.events import Outcome, Result
from pinstripe_metering.jitter import Jitter
from pinstripe_metering.outbox import State

HOUR, DAY = 3_600, 86_400
ACCEPTED_PAST_SECONDS: Final = 35 * DAY
"""How old a timestamp may be. [documented]"""
ACCEPTED_FUTURE_SECONDS: Final = 300
"""How far ahead a timestamp may be. [documented]"""
MOST_DOUBLINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the pump is. Every default is ours, chosen within what Stripe documents."""

    lease_seconds: int = 120
    """How long a worker may take for one call: longer than the SDK's own timeout of 80 seconds."""
    first_delay_seconds: int = 2
    longest_delay_seconds: int = HOUR
    patience_seconds: int = 3 * DAY
    """How long a fact waits for its meter or customer to exist before somebody has to look."""
    give_up_age_seconds: int = 34 * DAY
    """Age of a fact at which a failing row is no longer tried: one day before Stripe refuses its timestamp."""
    resend_window_seconds: int = 23 * HOUR
    """How long a row that may have been counted is sent again: Stripe forgets an identifier after 24 hours."""


def refusal(claim: Claim, now: int, policy: Policy) -> Mapping[str, Any] | None:
    """Why a claimed row must not be sent, as changes to the row; None when it may be."""
    uncertain = claim.uncertain_since
    if uncertain is not None and now - uncertain >= policy.resend_window_seconds:
        detail = "It may have been counted, and so long ago that Stripe would count it again: reconcile, then decide."
        return _dead("outcome_unknown", detail)
    if claim.occurred_at < now - ACCEPTED_PAST_SECONDS:
        return _dead(
            "too_old", "Stripe takes no usage older than 35 days: bill it with an invoice item or write it off."
        )
    if claim.occurred_at > now + ACCEPTED_FUTURE_SECONDS:
        return _dead("in_the_future", "It happened more than 5 minutes from now: check the clock that recorded it.")
    return None


def settlement(claim: Claim, outcome: Outcome, now: int, policy: Policy, jitter: Jitter) -> Mapping[str, Any]:
    """What becomes of a row after a try, as changes to the row."""
    kept: dict[str, Any] = {"answers": claim.answers + outcome.answered}
    match outcome.result:
        case Result.SENT | Result.DUPLICATE:
            state = State.SENT if outcome.result is Result.SENT else State.DUPLICATE
            return kept | {"state": state, "reason": None, "detail": None, "sent_at": now, "uncertain_since": None}
        case Result.REJECTED:
            return kept | {"state": State.REJECTED, "reason": outcome.reason, "detail": outcome.detail}
        case Result.TOO_OLD:
            return kept | _dead("too_old", outcome.detail)
        case Result.RETRY | Result.UNKNOWN:
            return kept | _again(claim, outcome, now, policy, jitter)


def _again(claim: Claim, outcome: Outcome, now: int, policy: Policy, jitter: Jitter) -> dict[str, Any]:
    """Plan the next try, unless patience has run out."""
    since = claim.uncertain_since
    if since is None and outcome.uncertain:
        since = now
    kept: dict[str, Any] = {"reason": outcome.reason, "detail": outcome.detail, "uncertain_since": since}
    if outcome.result is Result.UNKNOWN and now - claim.queued_at >= policy.patience_seconds:
        return kept | {"state": State.DEAD}
    if now - claim.occurred_at >= policy.give_up_age_seconds:
        return kept | {"state": State.DEAD}
    return kept | {"state": State.RETRY_WAIT, "due_at": now + delay(claim.attempts, policy, jitter)}


def delay(attempts: int, policy: Policy, jitter: Jitter) -> int:
    """Seconds until the next try: any up to a limit that doubles with every attempt, and never none."""
    doubled = policy.first_delay_seconds * 2 ** min(attempts - 1, MOST_DOUBLINGS)
    return max(1, math.ceil(jitter(min(doubled, policy.longest_delay_seconds))))


def _dead(reason: str, detail: str) -> dict[str, Any]:
    """Give up, and say why."""
    return {"state": State.DEAD, "reason": reason, "detail": detail}
