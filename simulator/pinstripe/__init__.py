"""pinstripe: a local fake Stripe that keeps state, turns its own clock and bills like Stripe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinstripe.http.simulator import Simulator

__all__ = ["Simulator", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the simulator when it is first asked for, so that importing the package costs nothing."""
    if name == "Simulator":
        from pinstripe.http.simulator import Simulator  # noqa: PLC0415 - lazy on purpose

        return Simulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
