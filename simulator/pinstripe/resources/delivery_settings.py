"""How often an account's events are tried again that an endpoint did not take.

| `retries` | a failed delivery is tried again |
|---|---|
| `sandbox` | three times within a few hours, as in a sandbox: the default |
| `live` | with growing gaps for three days, as in live mode |
| `none` | never |

[documented: both of Stripe's; the moments within them are inferred] An endpoint that has taken nothing for days is
disabled. [documented: for live mode; inferred: after how many days, and that it goes by every failed try]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pinstripe.billing.settings import SettingError
from pinstripe.resources import settings
from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Transaction

KIND = "pinstripe.delivery_settings"
HOUR: Final = 3600
RETRIES: Final[Mapping[str, tuple[int, ...]]] = {
    "sandbox": (1 * HOUR, 2 * HOUR, 4 * HOUR),
    "live": (1 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 32 * HOUR),
    "none": (),
}
"""Seconds from one failed try to the next; the live ones add up to 63 hours of the 72."""
GIVEN_UP_SECONDS: Final = 9 * 24 * HOUR
"""How long an endpoint may take nothing before it is disabled."""


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """The settings of one account."""

    retries: str = "sandbox"

    @property
    def gaps(self) -> tuple[int, ...]:
        """Seconds from one failed try to the next."""
        return RETRIES[self.retries]

    def changed(self, given: Mapping[str, Any]) -> DeliverySettings:
        """These settings with others in their place; raises SettingError."""
        for name, value in given.items():
            if name not in asdict(self):
                raise SettingError(f"There is no setting {name}; there are {', '.join(asdict(self))}.")
            if value not in RETRIES:
                raise SettingError(f"{name} is one of {', '.join(RETRIES)}.")
        return replace(self, **given)

    def shown(self) -> dict[str, Any]:
        """The settings as JSON."""
        return asdict(self)


DEFAULT = DeliverySettings()


def of(tx: Transaction) -> DeliverySettings:
    """The settings in force."""
    return settings.of(tx, KIND, DEFAULT)


def change(tx: Transaction, given: Mapping[str, Any]) -> DeliverySettings:
    """Set some of them, for tries that fail from now on; raises SettingError."""
    return settings.change(tx, KIND, DEFAULT, given)


SETTINGS = Resource(Kind(KIND, "settings"))
