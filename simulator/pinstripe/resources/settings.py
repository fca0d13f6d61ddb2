"""Settings of an account that no call of Stripe's API makes: one object for each group, changed by its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self, TypeVar

from pinstripe.world import Transaction


class Settings(Protocol):
    """One group of settings, as a value."""

    def changed(self, given: Mapping[str, Any]) -> Self:
        """These settings with others in their place; raises SettingError."""
        ...

    def shown(self) -> dict[str, Any]:
        """The settings as JSON."""
        ...


S = TypeVar("S", bound=Settings)


def of(tx: Transaction, kind: str, default: S) -> S:
    """The settings in force: what was said of them, and the default for the rest."""
    kept = tx.get(kind, kind)
    return default if kept is None else default.changed(kept["settings"])


def change(tx: Transaction, kind: str, default: S, given: Mapping[str, Any]) -> S:
    """Set some of them from now on; raises SettingError and changes nothing."""
    settings = of(tx, kind, default).changed(given)
    kept = tx.get(kind, kind)
    if kept is None:
        tx.new(kind, {"settings": settings.shown()}, id=kind)
    else:
        tx.put(kept, settings=settings.shown())
    return settings
