"""Where the contract and an official OpenAPI file say different things: each difference with what both say.

The two look at the same API from different sides, so only what both can say is compared: which operations there are,
the names, the words and the demands of their parameters, the members of objects, and whether those may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinstripe_contracts.conformance import is_nullable
from pinstripe_contracts.lookup import object_names, operations, shape
from pinstripe_contracts.official import Official
from pinstripe_contracts.types import AnyOf, Enum, Field, Hash, ListOf, MapOf, Nullable, Scalar, Type, Unsettable


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about which they do not agree."""

    where: str
    """`POST /v1/coupons duration` or `coupon.duration`; the name alone where the whole is missing."""
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.where}: {self.ours} here, {self.theirs} there"


MISSING, PRESENT = "missing", "present"


def differences(official: Official) -> Iterator[Difference]:
    """Every difference: operations with their parameters, then objects; of API v2 the files say nothing."""
    ours = {operation.name: operation for operation in operations() if operation.path.startswith("/v1/")}
    for name in sorted({*ours, *official.operations}):
        if name not in official.operations:
            yield Difference(name, PRESENT, MISSING)
        elif name not in ours:
            yield Difference(name, MISSING, PRESENT)
        else:
            yield from _hashes(ours[name].params, official.params(name), f"{name} ", answers=False)
    known = [name for name in object_names() if not name.startswith(("v1.", "v2."))]
    for name in sorted({*known, *official.objects}):
        if name not in official.objects:
            yield Difference(name, PRESENT, MISSING)
        elif name not in known:
            yield Difference(name, MISSING, PRESENT)
        else:
            yield from _hashes(shape(name), official.shape(name), f"{name}.", answers=True)


def _hashes(ours: Hash, theirs: Hash, at: str, *, answers: bool) -> Iterator[Difference]:
    for name in sorted({*ours.fields, *theirs.fields}):
        where = f"{at}{name}"
        if name not in theirs.fields:
            yield Difference(where, PRESENT, MISSING)
        elif name not in ours.fields:
            yield Difference(where, MISSING, PRESENT)
        else:
            mine, other = ours.fields[name], theirs.fields[name]
            yield from _presence(mine, other, where, answers=answers)
            yield from _types(mine.type, other.type, where, answers=answers)


def _presence(ours: Field, theirs: Field, where: str, *, answers: bool) -> Iterator[Difference]:
    """Of answers the file knows only what must be there; that a key is not demanded says nothing."""
    if theirs.required and not ours.required:
        yield Difference(where, "may be absent", "required")
    if ours.required and not theirs.required and not answers:
        yield Difference(where, "required", "may be absent")
    if answers and is_nullable(ours.type) != is_nullable(theirs.type) and (theirs.required or is_nullable(theirs.type)):
        yield Difference(where, *(_nullness(field.type) for field in (ours, theirs)))


def _nullness(kind: Type) -> str:
    return "may be null" if is_nullable(kind) else "is never null"


def _types(ours: Type, theirs: Type, where: str, *, answers: bool) -> Iterator[Difference]:
    """The words of lists and the members of hashes; types that the two spell differently are not compared."""
    mine, other = _bare(ours), _bare(theirs)
    match mine, other:
        case Hash(), Hash():
            yield from _hashes(mine, other, f"{where}.", answers=answers)
        case ListOf(inner=one), ListOf(inner=another):
            yield from _types(one, another, f"{where}[]", answers=answers)
        case MapOf(inner=one), MapOf(inner=another):
            yield from _types(one, another, f"{where}{{}}", answers=answers)
        case Enum(values=words), Enum(values=others) if set(words) != set(others):
            more, fewer = sorted({*words} - {*others}), sorted({*others} - {*words})
            yield Difference(where, ", ".join(more) or "nothing more", ", ".join(fewer) or "nothing more")
        case Scalar(name=name), Scalar(name=other_name) if _plainest(name) != _plainest(other_name):
            yield Difference(where, name, other_name)
        case AnyOf(), AnyOf():
            yield from _options(mine, other, where, answers=answers)


def _options(ours: AnyOf, theirs: AnyOf, where: str, *, answers: bool) -> Iterator[Difference]:
    """The only hash among several types, against the other's."""
    mine = [option for option in map(_bare, ours.options) if isinstance(option, Hash)]
    others = [option for option in map(_bare, theirs.options) if isinstance(option, Hash)]
    if len(mine) == len(others) == 1:
        yield from _hashes(mine[0], others[0], f"{where}.", answers=answers)


def _plainest(name: str) -> str:
    """Decimals are text on the wire, and `any` stands for whatever the other says."""
    return {"decimal": "str", "float": "str"}.get(name, name)


def _bare(kind: Type) -> Type:
    while isinstance(kind, Nullable | Unsettable):
        kind = kind.inner
    return kind
