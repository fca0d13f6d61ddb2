"""The account's billing settings, kept as an object of its world that no operation shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.settings import BillingSettings
from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Transaction

KIND = "pinstripe.billing_settings"
ID = "billing_settings"
DEFAULT = BillingSettings()


def of(tx: Transaction) -> BillingSettings:
    """The settings in force."""
    kept = tx.get(KIND, ID)
    return DEFAULT if kept is None else DEFAULT.changed(kept["settings"])


def change(tx: Transaction, given: Mapping[str, Any]) -> BillingSettings:
    """Set some of them; raises SettingError.

    Tries that are planned stay where they are; the next failure plans by the new days. [inferred]
    """
    settings = of(tx).changed(given)
    kept = tx.get(KIND, ID)
    if kept is None:
        tx.new(KIND, {"settings": settings.shown()}, id=ID)
    else:
        tx.put(kept, settings=settings.shown())
    return settings


SETTINGS = Resource(Kind(KIND, "settings"))
