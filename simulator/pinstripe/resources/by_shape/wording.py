"""Objects of API v2 with their moments in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.resource import View
from pinstripe.wire.moments import rfc3339
from pinstripe.world import Object, Transaction


def in_words(*names: str) -> View:
    """A view that writes these members, which are kept in seconds, as API v2 writes moments; dots lead inside."""
    paths = [name.split(".") for name in names]

    def show(_: Transaction, obj: Object) -> Mapping[str, Any]:
        """The object with its moments in words."""
        shown: Mapping[str, Any] = obj
        for path in paths:
            shown = _worded(shown, path)
        return shown

    return show


def _worded(members: Mapping[str, Any], path: list[str]) -> Mapping[str, Any]:
    """Members of which one, perhaps deep inside, is a moment in words; as they are where it is not there."""
    value = members.get(path[0])
    if value is None:
        return members
    return {**members, path[0]: rfc3339(value) if len(path) == 1 else _worded(value, path[1:])}
