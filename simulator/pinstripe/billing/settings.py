"""What an account's owner sets for the billing of all its subscriptions; in Stripe the Dashboard holds these.

Defaults are Stripe's where it states them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pinstripe.billing.dunning import RETRY_DAYS

CHOICES: Final = {
    "after_retries": ("cancel", "unpaid", "past_due", "pause"),
    "invoice_after_retries": ("open", "uncollectible"),
    "after_due": ("cancel", "unpaid", "past_due"),
    "tax_rounding": ("line_item", "invoice"),
}
"""What may become of a subscription or an invoice that nobody pays, and where tax is rounded. [documented]

Only what is charged by itself can be paused, so nothing that was sent is. [documented]
"""
MOST_DAYS: Final = 366
"""How far a setting may look; nothing that renews takes longer but years by the handful. [inferred]"""
MOST_HOURS: Final = 72
"""How long an invoice of a subscription may stay a draft. [documented]"""


class SettingError(ValueError):
    """A setting that cannot be; the message says which and what would do."""


@dataclass(frozen=True, slots=True)
class BillingSettings:
    """The settings of one account; days are whole, and None switches off."""

    upcoming_days: int | None = 7
    """How long before a renewal `invoice.upcoming` is told. [documented: a setting; its default inferred]"""
    grace_hours: int = 1
    """How long an invoice of a subscription stays a draft, in which usage of its period still counts: but for the first
    one of all. [documented: a setting, up to 72]"""
    will_be_due_days: int | None = None
    """How long before its due date `invoice.will_be_due` is told of one that was sent: only where the account has such
    an automation. [documented]"""
    retry_days: tuple[int, ...] = RETRY_DAYS
    """Days after the first failure on which a payment is tried again."""
    after_retries: str = "cancel"
    """What becomes of the subscription after the last try."""
    invoice_after_retries: str = "open"
    """What becomes of the invoice after the last try."""
    after_due_days: int | None = None
    """How long after its due date an invoice that was sent has a last consequence. [documented: a setting]"""
    after_due: str = "past_due"
    """Which one."""
    tax_rounding: str = "line_item"
    """Whether tax by manual rates is rounded line by line, or once for each invoice. [documented]"""

    def changed(self, given: Mapping[str, Any]) -> BillingSettings:
        """These settings with others in their place; raises SettingError."""
        unknown = sorted(given.keys() - asdict(self).keys())
        if unknown:
            raise SettingError(f"There is no setting {unknown[0]}; there are {', '.join(asdict(self))}.")
        changes = {name: _checked(name, value) for name, value in given.items()}
        return replace(self, **changes)

    def shown(self) -> dict[str, Any]:
        """The settings as JSON."""
        return {**asdict(self), "retry_days": list(self.retry_days)}


def _checked(name: str, value: Any) -> Any:
    """A value that fits its setting."""
    if name == "retry_days":
        rising = isinstance(value, Sequence) and all(_is_days(day) for day in value) and sorted({*value}) == [*value]
        if not rising:
            raise SettingError(f"{name} is a list of days after the first failure, each later than the one before.")
        return tuple(value)
    if name == "grace_hours":
        if type(value) is not int or not 1 <= value <= MOST_HOURS:
            raise SettingError(f"{name} is a number of hours from 1 to {MOST_HOURS}.")
        return value
    if name.endswith("_days"):
        if value is not None and not _is_days(value):
            raise SettingError(f"{name} is a number of days from 1 to {MOST_DAYS}, or null.")
        return value
    if value not in CHOICES[name]:
        raise SettingError(f"{name} is one of {', '.join(CHOICES[name])}.")
    return value


def _is_days(value: Any) -> bool:
    """Whether it is a number of days."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_DAYS
