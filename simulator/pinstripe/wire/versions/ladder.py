"""The ladder: releases, the rungs that each one added, and the way up and down.

A version's place decides what it climbs: the changes of every newer release, oldest first for a request, newest first
for an answer. Which of them touch answers, and of which objects, is worked out once; where there are none, as at the
newest version, nothing is copied and nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinstripe.wire.forms import Tree


class Rung:
    """One incompatible change. Its name is a verb, its docstring says what changed and where that is known from."""

    objects: frozenset[str] = frozenset()
    """The objects whose answers it changes, by the value of their `object`; none where it changes requests only."""

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Parameters as they were written before the change, as they are written since."""
        del operation
        return params

    def lower(self, members: dict[str, Any]) -> dict[str, Any]:
        """An object of the newer shape in the older one; what an event says changed comes here too, without an id."""
        return members


@dataclass(frozen=True, slots=True)
class Release:
    """One version and what it changed for those that had got used to the one before."""

    version: str
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """Releases, newest first."""

    releases: Sequence[Release]
    _above: dict[str, tuple[Rung, ...]] = field(init=False, default_factory=dict)
    _lowering: dict[str, dict[str, tuple[Rung, ...]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        above: tuple[Rung, ...] = ()
        for release in self.releases:
            self._above[release.version] = above
            names = {name for rung in above for name in rung.objects}
            self._lowering[release.version] = {
                name: tuple(rung for rung in above if name in rung.objects) for name in names
            }
            above = (*above, *release.rungs)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version on the ladder, newest first."""
        return tuple(release.version for release in self.releases)

    def rungs_above(self, version: str) -> tuple[Rung, ...]:
        """The changes a version does not know, newest first."""
        return self._above[version]

    def lift(self, operation: str, params: Mapping[str, Tree], version: str) -> Mapping[str, Tree]:
        """Parameters of a version in the newest one's words; the newest version's come back as they are."""
        for rung in reversed(self._above[version]):
            params = rung.lift(operation, params)
        return params

    def lower(self, body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
        """An answer in a version's shape, objects inside it too; the newest version's comes back as it is.

        Events are answered as they were rendered when they happened, whatever the version of the request. [documented]
        """
        rungs = self._lowering[version]
        if not rungs:
            return body
        lowered: Mapping[str, Any] = _lowered(body, rungs)
        return lowered

    def rendered(self, event: Mapping[str, Any], version: str) -> Mapping[str, Any]:
        """An event as an endpoint of this version gets it: its object, and what changed of it, taken down."""
        rungs = self._lowering[version]
        if not rungs:
            return {**event, "api_version": version}
        data = {key: _lowered(inner, rungs) for key, inner in event["data"].items()}
        if "previous_attributes" in data:
            name = str(data["object"].get("object", ""))
            data["previous_attributes"] = _steps(data["previous_attributes"], name, rungs)
        return {**event, "api_version": version, "data": data}


def _lowered(value: Any, rungs: Mapping[str, tuple[Rung, ...]]) -> Any:
    """A value with every object inside it taken down; inner ones first, as each of them stands for itself."""
    if isinstance(value, Mapping):
        if value.get("object") == "event":
            return value
        members = {key: inner if key == "metadata" else _lowered(inner, rungs) for key, inner in value.items()}
        return _steps(members, str(members.get("object", "")), rungs)
    if isinstance(value, list | tuple):
        return [_lowered(inner, rungs) for inner in value]
    return value


def _steps(members: dict[str, Any], name: str, rungs: Mapping[str, tuple[Rung, ...]]) -> dict[str, Any]:
    for rung in rungs.get(name, ()):
        members = rung.lower(members)
    return members
