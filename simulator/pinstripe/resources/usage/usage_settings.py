"""How an account takes usage in: at once, as tests like it, or with the delays of Stripe's.

| setting | default | what it is |
|---|---|---|
| `lag_seconds` | 0 | how long an accepted event is not yet in summaries, previews and invoices |
| `report_seconds` | 0 | what stretch of time an error report speaks of; 0 is a report for each call, at once |
| `timestamps_by` | `customer` | whose time a timestamp is judged by: the customer's test clock, or the `account` |

Stripe aggregates in its own time and promises none, and its reports speak of ten seconds each. [documented]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pinstripe.billing.settings import SettingError
from pinstripe.resources import settings
from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Transaction

KIND = "pinstripe.usage_settings"
LONGEST: Final = 86_400
WHOSE: Final = ("customer", "account")


@dataclass(frozen=True, slots=True)
class UsageSettings:
    """The settings of one account."""

    lag_seconds: int = 0
    report_seconds: int = 0
    timestamps_by: str = "customer"

    def changed(self, given: Mapping[str, Any]) -> UsageSettings:
        """These settings with others in their place; raises SettingError."""
        for name, value in given.items():
            if name not in asdict(self):
                raise SettingError(f"There is no setting {name}; there are {', '.join(asdict(self))}.")
            if name == "timestamps_by":
                if value not in WHOSE:
                    raise SettingError(f"{name} is one of {', '.join(WHOSE)}.")
            elif type(value) is not int or not 0 <= value <= LONGEST:
                raise SettingError(f"{name} is a number of seconds from 0 to {LONGEST}.")
        return replace(self, **given)

    def shown(self) -> dict[str, Any]:
        """The settings as JSON."""
        return asdict(self)


DEFAULT = UsageSettings()


def of(tx: Transaction) -> UsageSettings:
    """The settings in force."""
    return settings.of(tx, KIND, DEFAULT)


def change(tx: Transaction, given: Mapping[str, Any]) -> UsageSettings:
    """Set some of them, for events that come from now on; raises SettingError."""
    return settings.change(tx, KIND, DEFAULT, given)


SETTINGS = Resource(Kind(KIND, "settings"))
