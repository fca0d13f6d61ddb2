"""The part of the control plane that holds an account's billing settings, which in Stripe only its Dashboard does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources import billing_settings
from pinstripe.resources.subscriptions import upcoming


def shown(account: Account) -> dict[str, Any]:
    """The settings in force."""
    return billing_settings.of(account.world.transaction()).shown()


def change(account: Account, path: str, given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Set some of them and answer all; raises SettingError. The call stands in the account's journal like any other."""
    request = Request("POST", path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": account.begin(request), "idempotency_key": None})
    settings = billing_settings.change(tx, given)
    upcoming.replan(tx, settings.upcoming_days)
    tx.commit()
    return settings.shown()
