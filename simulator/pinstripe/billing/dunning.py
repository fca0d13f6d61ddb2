"""When a failed payment is tried again.

Stripe's Smart Retries choose their moments by a model nobody can reproduce; the documented default is eight tries
within two weeks. pinstripe keeps the number and the span and fixes the days. [days inferred]
"""

from __future__ import annotations

from typing import Final

_DAY: Final = 86_400

RETRY_DAYS: Final = (1, 3, 5, 7, 9, 11, 13, 14)
"""Days after the first failure: eight tries within two weeks [documented], on days of our choice [inferred]."""

NEVER_RETRIED: Final = frozenset(
    (
        "authentication_required",
        "highest_risk_level",
        "incorrect_number",
        "lost_card",
        "pickup_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "transaction_not_allowed",
    )
)
"""Decline codes after which Stripe does not charge the same payment method again. [documented]

The schedule goes on: tries stay planned and are counted, and they charge again once there is a new payment method.
"""


def next_attempt_at(first_failure_at: int, attempts: int, days: tuple[int, ...] = RETRY_DAYS) -> int | None:
    """Return when the next try is due (unix seconds), or None when the tries are used up.

    `attempts` counts the tries made so far and the first failure is one of them, as in `attempt_count`.
    """
    assert attempts > 0, attempts
    return first_failure_at + days[attempts - 1] * _DAY if attempts <= len(days) else None


def is_retried(decline_code: str | None) -> bool:
    """Tell whether the next planned try really charges the payment method that was declined with this code."""
    return decline_code not in NEVER_RETRIED
