"""pinstripe_scenarios: billing scenarios under pytest, against the fake or against Stripe's test mode.

What a test's own fixtures say in their signatures is here by name; each comes out of its module when it is first asked
for, because this package is part of every run of whoever installed it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinstripe_scenarios.account import Account
    from pinstripe_scenarios.backends import Backend
    from pinstripe_scenarios.catalog import Catalog, Meter, Price, Shelf
    from pinstripe_scenarios.clock import Clock, ClockError
    from pinstripe_scenarios.deliveries import Deliveries, DeliveryError
    from pinstripe_scenarios.people import Customers, Subscribe
    from pinstripe_scenarios.webhooks import Target, Webhooks

__all__ = [
    "Account",
    "Backend",
    "Catalog",
    "Clock",
    "ClockError",
    "Customers",
    "Deliveries",
    "DeliveryError",
    "Meter",
    "Price",
    "Shelf",
    "Subscribe",
    "Target",
    "Webhooks",
]

HOMES = {
    "account": ("Account",),
    "backends": ("Backend",),
    "catalog": ("Catalog", "Meter", "Price", "Shelf"),
    "clock": ("Clock", "ClockError"),
    "people": ("Customers", "Subscribe"),
    "deliveries": ("Deliveries", "DeliveryError"),
    "webhooks": ("Target", "Webhooks"),
}
"""The public names of each module."""


def __getattr__(name: str) -> object:
    """A public name, from its module."""
    for module, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
