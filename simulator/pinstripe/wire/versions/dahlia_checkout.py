"""What dahlia changed about Checkout: the kinds of page got new names."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, Rung

OLD_NAMES = {"hosted_page": "hosted", "embedded_page": "embedded", "elements": "custom"}
NEW_NAMES = {old: new for new, old in OLD_NAMES.items()}


class RenameUiModes(Rung):
    """A session's page is a `hosted_page`, an `embedded_page` or `elements`; before, `hosted`, `embedded`, `custom`.

    [documented: changelog of 2026-03-25.dahlia; recorded: `hosted` at 2025-11-17.clover, `hosted_page` at dahlia]
    """

    objects = frozenset({"checkout.session"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """The page under its new name; any other is left to be refused."""
        mode = params.get("ui_mode")
        if operation != "POST /v1/checkout/sessions" or not isinstance(mode, str):
            return params
        return {**params, "ui_mode": NEW_NAMES.get(mode, mode)}

    def lower(self, members: Members, descent: Descent) -> Members:
        """The page under its old name."""
        del descent
        mode = members["ui_mode"]
        return {**members, "ui_mode": OLD_NAMES.get(mode, mode)}


RUNGS: tuple[Rung, ...] = (RenameUiModes(),)
