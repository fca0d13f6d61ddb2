"""Waits for the SDK to be imported, whoever does it and whenever, and has it patched then (`intercept.py`)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from pinstripe_scenarios.guard import Guard


class Finder:
    """A finder of modules, as `sys.meta_path` has them; `importlib.abc` is not asked to say so, to be quick."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._undo: Callable[[], None] | None = None

    def install(self) -> None:
        """Patch the SDK if it is imported already, else wait for it."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
        self.patch_if_imported()

    def patch_if_imported(self) -> None:
        """Patch the SDK, once, as soon as it is there."""
        stripe = sys.modules.get("stripe")
        if self._undo is None and stripe is not None and hasattr(stripe, "HTTPClient"):
            from pinstripe_scenarios import intercept  # noqa: PLC0415 - for those who have the SDK

            self._undo = intercept.patch(stripe, intercept.Router(self.guard))

    def remove(self) -> None:
        """Take everything out again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        if self._undo is not None:
            self._undo()
            self._undo = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the others find the SDK, and patch it when it has run."""
        if fullname != "stripe":
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find and find(fullname, path, target)
            if spec is not None:
                self._follow(spec)
                return spec  # type: ignore[no-any-return]  # finders are found by name
        return None

    def _follow(self, spec: ModuleSpec) -> None:
        """Patch when the module of a spec has run."""
        loader: Any = spec.loader
        run = getattr(loader, "exec_module", None)
        if run is None:
            return

        def exec_module(module: ModuleType) -> None:
            """Run the module, then patch it."""
            run(module)
            self.patch_if_imported()

        loader.exec_module = exec_module
