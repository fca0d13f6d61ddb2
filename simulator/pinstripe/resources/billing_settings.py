"""The account's billing settings, kept as an object of its world that no operation shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.billing.settings import BillingSettings
from pinstripe.resources import settings
from pinstripe.resources.resource import Resource
from pinstripe.world import Kind, Transaction

KIND = "pinstripe.billing_settings"
DEFAULT = BillingSettings()


def of(tx: Transaction) -> BillingSettings:
    """The settings in force."""
    return settings.of(tx, KIND, DEFAULT)


def change(tx: Transaction, given: Mapping[str, Any]) -> BillingSettings:
    """Set some of them; raises SettingError.

    Tries that are planned stay where they are; the next failure plans by the new days. [inferred]
    """
    return settings.change(tx, KIND, DEFAULT, given)


SETTINGS = Resource(Kind(KIND, "settings"))
