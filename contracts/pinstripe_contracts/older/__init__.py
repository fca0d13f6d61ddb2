"""What Stripe promised at older API versions: the shapes of all objects of API v1, release by release.

Derived from the type declarations of the npm package of each time by `pinstripe_contracts.older.derive`. Words are not
kept: which of them were known when is no question of shape.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pinstripe_contracts.lookup import object_names, parse
from pinstripe_contracts.lookup import shape as newest
from pinstripe_contracts.types import Field, Hash

__all__ = ["RELEASES", "objects", "promised", "release_of", "understood"]

DATA = Path(__file__).with_name("data")

RELEASES = tuple(sorted((file.stem for file in DATA.glob("*.json")), reverse=True))
"""The releases there are shapes of, newest first; each stands for the versions between it and the one before."""


ANYTHING = parse("any")
"""The type of what an SDK does not describe."""

SOMETIMES = {
    "charge": {"refunds": "2022-11-15"},  # 20 of 20 charges that were not asked for them are without [recorded]
    "line_item": {"subscription": "2025-03-31.basil"},  # 110 of 110 lines are without it [recorded]
    "product": {"caption": "2020-08-27", "deactivate_on": "2020-08-27"},  # of goods only [documented]
}
"""Fields that may be absent from a version on, whatever its SDK says."""


def release_of(version: str) -> str | None:
    """The release whose shapes a version has: its own, or the next newer one that differs in nothing but additions."""
    candidates = [release for release in RELEASES if release >= version]
    return candidates[-1] if candidates else None


def objects(release: str) -> tuple[str, ...]:
    """The objects whose shape at a release is known."""
    return tuple(_table(release))


def promised(name: str, version: str) -> Hash | None:
    """An object as the SDK of a version's time declares it; None for objects that nobody wrote down."""
    release = release_of(version)
    return None if release is None else _promised(name, release)


@cache
def understood(name: str, version: str) -> Hash:
    """An object as a request of a version may speak of it: what its SDK declares, and what was added since.

    Where that SDK says no more than that there is something, the newest one tells what.
    """
    old = promised(name, version)
    if old is None:
        return newest(name)
    new = newest(name).fields if name in object_names() else {}
    told = {name: field for name, field in old.fields.items() if field.type != ANYTHING or name not in new}
    return Hash({**new, **told})


@cache
def _promised(name: str, release: str) -> Hash | None:
    fields = _table(release).get(name)
    if fields is None:
        return None
    loose = {field for field, since in SOMETIMES.get(name, {}).items() if release >= since}
    parsed = {key: Field(parse(type_), required=key[-1] != "?" and key not in loose) for key, type_ in fields.items()}
    return Hash({key.removesuffix("?"): field for key, field in parsed.items()})


@cache
def _table(release: str) -> dict[str, dict[str, Any]]:
    """Every object of a release: those of the release after it, with what differs."""
    newer = RELEASES[: RELEASES.index(release)]
    known: dict[str, dict[str, Any]] = dict(_table(newer[-1])) if newer else {}
    for name, changes in json.loads((DATA / f"{release}.json").read_bytes()).items():
        merged = {**known.get(name, {}), **changes}
        known[name] = {key: type_ for key, type_ in merged.items() if type_ is not None}
    return known
