"""pinstripe_scenarios: billing scenarios under pytest, against the fake or against Stripe's test mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinstripe_scenarios.catalog import Catalog, Meter, Price

__all__ = ["Catalog", "Meter", "Price"]


def __getattr__(name: str) -> object:
    """Load the catalogue's words when they are first asked for: the plugin is part of every run of its user."""
    if name in __all__:
        from pinstripe_scenarios import catalog  # noqa: PLC0415 - lazy on purpose

        return getattr(catalog, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
