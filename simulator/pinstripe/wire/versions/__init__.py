"""API versions: the rules know the newest shape only; a ladder lifts older requests up and takes answers down.

A rung is one incompatible change. What Stripe only adds (a key of an answer, an optional parameter, an event type) is
no rung: additions belong to the day of the call, not to its version, so they show at every version. [documented: "API
upgrades" counts them as compatible; recorded: a customer and a payment intent asked for at 2023-10-16 in May 2026
carry `customer_account`, which came with 2025-12-15.clover, and invoices asked for at 2025-02-24.acacia days before
basil came carry basil's `parent` and `pricing` beside what basil took away]
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions import (
    acacia,
    basil,
    checkout_2022,
    clover,
    dahlia,
    endive,
    unlisted,
    year_2022,
    year_2023,
    year_2024,
)
from pinstripe.wire.versions.ladder import Ladder, Look, OlderOperation, Rung
from pinstripe_contracts import older, operations
from pinstripe_contracts import shape as newest_shape
from pinstripe_contracts.types import Hash

__all__ = [
    "DEFAULT",
    "LADDER",
    "SERVED",
    "Ladder",
    "Look",
    "OlderOperation",
    "Rung",
    "carried",
    "changes_answers",
    "find_older",
    "lift",
    "lower",
    "of_request",
    "param",
    "params_of",
    "sentence",
    "shape",
    "translated",
]

LADDER = Ladder(
    (
        *endive.RELEASES,
        *dahlia.RELEASES,
        *clover.RELEASES,
        *basil.RELEASES,
        *acacia.RELEASES,
        *year_2024.RELEASES,
        *year_2023.RELEASES,
        *year_2022.RELEASES,
    )
)

SERVED = LADDER.versions
"""Versions whose shapes pinstripe answers in, newest first."""

DEFAULT = SERVED[0]
"""The version of an account that was given none, which speaks where a request or an endpoint names none."""


def of_request(header: str | None, default: str = DEFAULT) -> str:
    """The version a request asks for; one that cannot be answered truly is refused."""
    if header is None or header == "":
        return default
    if header not in SERVED:
        raise errors.unsupported_version(header, SERVED)
    return header


def find_older(method: str, path: str, version: str) -> tuple[OlderOperation, dict[str, str]] | None:
    """The operation a version still has and the newest one has not, or that no SDK lists, with its placeholders."""
    return LADDER.older(method, path, version) or unlisted.find(method, path)


def lift(operation: str, params: Mapping[str, Tree], version: str) -> Mapping[str, Tree]:
    """Parameters of an older version in the newest one's words."""
    if version >= checkout_2022.SINCE:
        checkout_2022.refuse_amounts(operation, params)
    return LADDER.lift(operation, unlisted.lift(operation, params), version)


def translated(operation: OlderOperation, given: Mapping[str, Tree], ids: Mapping[str, str]) -> Mapping[str, Tree]:
    """Parameters of an operation that is gone, in the words of the one that serves it."""
    return given if operation.translate is None else operation.translate(given, ids)


@cache
def params_of(operation: OlderOperation) -> Hash:
    """What an operation that is gone may carry, in the words of the one that serves it, and beside them."""
    known = next(known for known in operations() if known.name == operation.served_by)
    return Hash({**known.params.fields, **operation.params.fields})


def carried(operation: str, params: Hash, version: str) -> Hash:
    """What a lifted request of a version may carry; the same tree every time, as checks are made once for each."""
    known = _carried.get((operation, version))
    if known is None or known[0] is not params:
        listed = unlisted.carried(operation, params)
        known = _carried[operation, version] = (params, LADDER.carried(operation, listed, version))
    return known[1]


_carried: dict[tuple[str, str], tuple[Hash, Hash]] = {}


def param(operation: str, name: str, version: str) -> str:
    """What a version calls a parameter that the newest one knows by this name."""
    return LADDER.param(operation, name, version)


def sentence(message: str, version: str) -> str:
    """What a version says where an error of the newest one says this."""
    return LADDER.sentence(message, version)


def changes_answers(version: str) -> bool:
    """Whether anything is answered otherwise than at the newest version."""
    return LADDER.changes_answers(version)


def lower(body: Mapping[str, Any], version: str, look: Look) -> Mapping[str, Any]:
    """An answer in an older version's shape."""
    return LADDER.lower(body, version, look)


def shape(name: str, version: str) -> Hash:
    """An object as a request of a version may speak of it in `expand`."""
    return older.understood(name, version) if changes_answers(version) else newest_shape(name)
