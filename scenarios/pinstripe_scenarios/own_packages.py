"""Our own packages, found by Python's own finder before pytest's import hook sees them.

pytest rewrites the assertions of every package in a distribution that has a plugin, and reads back what it rewrote at a
millisecond for each module: a tenth of a second before the first test that needs the simulator.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

NAMES = frozenset({"pinstripe", "pinstripe_contracts", "pinstripe_flags", "pinstripe_metering", "pinstripe_scenarios"})


class OwnPackages:
    """A finder of modules, as `sys.meta_path` has them; where Python's own finds nothing, the others are asked."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module of ours is."""
        return PathFinder.find_spec(fullname, path, target) if fullname.partition(".")[0] in NAMES else None
