"""From parameters to members: a parameter becomes the member of its name when the shape can hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, merged_metadata, named
from pinstripe_contracts.conformance import is_nullable
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Scalar,
    Type,
    Unsettable,
)

AUTOMATIC = frozenset({"id", "object", "created", "livemode", "metadata"})
"""Members every object gets without being told."""

NOT_TAKEN: Final = object()
"""What a parameter becomes that the shape has no place for; it stays unread, and so the request is refused."""


def members_of(call: Call, params: Params, shape: Hash, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The members that parameters say, each checked against its place in the shape; metadata is left to the caller."""
    members: dict[str, Any] = {}
    for key in params:
        if key == "metadata" and not params.at:
            continue
        target = (names or {}).get(key, key)
        field = _field_at(shape, target.split("."))
        if field is None:
            continue
        if params.peek(key) is None and not field.required:
            _place(members, target.split("."), params.get(key))
            continue
        value = _fit(call, params, key, field.type)
        if value is not NOT_TAKEN:
            _place(members, target.split("."), _emptied(value, field.type))
    return members


def pruned(members: Mapping[str, Any], shape: Hash) -> dict[str, Any]:
    """Members without those that were unset and may be absent, hashes inside too."""
    kept: dict[str, Any] = {}
    for key, value in members.items():
        field = shape.fields.get(key)
        if field is None:
            kept[key] = value
        elif value is not None or field.required or is_nullable(field.type):
            inner = _hash(field.type)
            kept[key] = pruned(value, inner) if inner is not None and isinstance(value, Mapping) else value
    return kept


def merge(old: Mapping[str, Any], new: Mapping[str, Any], shape: Hash) -> dict[str, Any]:
    """Members with others laid over them; hashes of fixed keys merge key by key, everything else is replaced."""
    merged = dict(old)
    for key, value in new.items():
        field = shape.fields.get(key)
        inner = None if field is None else _hash(field.type)
        before = merged.get(key)
        if inner is not None and isinstance(value, Mapping) and isinstance(before, Mapping):
            merged[key] = merge(before, value, inner)
        else:
            merged[key] = value
    return merged


def filled(members: Mapping[str, Any], starts: Mapping[str, Any]) -> dict[str, Any]:
    """Members with the starting values of those that nothing was said about, hashes inside too.

    A hash that starts filled and is said to be null stays null.
    """
    full = dict(members)
    for key, value in starts.items():
        if key not in full:
            full[key] = value
        elif isinstance(value, Mapping) and isinstance(full[key], Mapping):
            full[key] = filled(full[key], value)
    return full


def metadata(old: Mapping[str, str] | None, params: Params, shape: Hash) -> dict[str, Any]:
    """The metadata member after a request, where the shape has one."""
    field = shape.fields.get("metadata")
    if field is None:
        return {}
    if old is None and "metadata" not in params and is_nullable(field.type):
        return {}
    return {"metadata": merged_metadata(old, params)}


def lacking(members: Mapping[str, Any], shape: Hash, at: str = "") -> Iterator[str]:
    """The members that a shape demands and nobody has said, by path."""
    for key, field in shape.fields.items():
        name = f"{at}.{key}" if at else key
        value = members.get(key)
        if value is None:
            if field.required and not is_nullable(field.type) and field.type != Scalar("any"):
                yield name
        else:
            yield from _lacking_inside(value, field.type, name)


def _lacking_inside(value: Any, kind: Type, at: str) -> Iterator[str]:
    if (inner := _hash(kind)) is not None and isinstance(value, Mapping):
        yield from lacking(value, inner, at)
    elif (row := _row(kind)) is not None and isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                yield from lacking(item, row, f"{at}[{index}]")


def _fit(call: Call, params: Params, key: str, kind: Type) -> Any:
    """One parameter as its member holds it; reads it only if it can be held."""
    value = params.peek(key)
    if value is None:
        return params.get(key) if is_nullable(kind) or _emptied(None, kind) is not None else NOT_TAKEN
    kind = _bare(kind)
    if isinstance(kind, AnyOf):
        for option in kind.options:
            fitted = _fit(call, params, key, option)
            if fitted is not NOT_TAKEN:
                return fitted
        return NOT_TAKEN
    if isinstance(kind, Hash) and isinstance(value, Mapping):
        return members_of(call, params.hash(key), kind)
    if isinstance(kind, ListOf) and isinstance(value, list):
        return _fit_list(call, params, key, kind.inner)
    if isinstance(kind, MapOf) and isinstance(value, Mapping):  # a key that is unset has no place
        return {name: item for name, item in params.get(key).items() if item is not None}
    if isinstance(kind, Expandable) and isinstance(value, str):
        return _reference(call, params, key, kind.names)
    if kind == Scalar("float") and isinstance(value, str):  # a decimal, which the shape holds as a number
        return float(params.get(key))
    if isinstance(kind, ObjectRef) and isinstance(value, str):
        return _reference(call, params, key, (kind.name,))
    return params.get(key) if _holds(kind, value) else NOT_TAKEN


def _fit_list(call: Call, params: Params, key: str, kind: Type) -> Any:
    """An array whose rows the shape can hold, all of them."""
    rows = params.peek(key)
    kind = _bare(kind)
    if isinstance(kind, Hash) and all(isinstance(row, Mapping) for row in rows):
        return [members_of(call, row, kind) for row in params.hashes(key)]
    if isinstance(kind, Expandable) and all(isinstance(row, str) for row in rows):
        return _references(call, params, key, kind.names)
    return params.get(key) if all(_holds(kind, row) for row in rows) else NOT_TAKEN


def _reference(call: Call, params: Params, key: str, names: Sequence[str]) -> Any:
    """An id that must name one of these kinds of object; not taken where none of them is served."""
    served = [name for name in names if name in call.tx.world.kinds]
    if not served:
        return NOT_TAKEN
    if "account" in served:  # one that API v2 made is an account to API v1 too [documented]
        served.append("v2.core.account")
    id_ = params.get(key)
    for name in served:
        obj = call.tx.get(name, id_)
        if obj is not None and not obj.get("deleted"):
            return obj.id
    return named(call.tx, served[0], id_, params.name(key)).id


def _references(call: Call, params: Params, key: str, names: Sequence[str]) -> Any:
    """An array of such ids."""
    served = [name for name in names if name in call.tx.world.kinds]
    if not served:
        return NOT_TAKEN
    ids = params.get(key)
    for index, id_ in enumerate(ids):
        if not any(call.tx.get(name, id_) for name in served):
            named(call.tx, served[0], id_, f"{params.name(key)}[{index}]")
    return ids


def _holds(kind: Type, value: Any) -> bool:
    """Whether a plain value is of the type a member has."""
    match kind:
        case Nullable(inner=inner) | Unsettable(inner=inner):
            return _holds(inner, value)
        case Scalar(name="any"):
            return True
        case Scalar(name="bool"):
            return isinstance(value, bool)
        case Scalar(name="int"):
            return isinstance(value, int) and not isinstance(value, bool)
        case Scalar(name="float"):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Scalar():
            return isinstance(value, str)
        case Enum(values=values, is_open=is_open):
            return isinstance(value, str) and (is_open or value in values)
        case MapOf():
            return isinstance(value, Mapping)
        case AnyOf(options=options):
            return any(_holds(option, value) for option in options)
    return False


def _emptied(value: Any, kind: Type) -> Any:
    """What unsetting leaves: null where that may be, else nothing of the member's own type."""
    if value is not None or is_nullable(kind):
        return value
    match _bare(kind):
        case ListOf():
            return []
        case MapOf():
            return {}
    return None


def _bare(kind: Type) -> Type:
    """A type without its "or null"."""
    while isinstance(kind, Nullable | Unsettable):
        kind = kind.inner
    return kind


def _hash(kind: Type) -> Hash | None:
    kind = _bare(kind)
    return kind if isinstance(kind, Hash) else None


def _row(kind: Type) -> Hash | None:
    kind = _bare(kind)
    return _hash(kind.inner) if isinstance(kind, ListOf) else None


def _field_at(shape: Hash, path: Sequence[str]) -> Field | None:
    """The field a dotted name leads to."""
    field = shape.fields.get(path[0])
    if field is None or len(path) == 1:
        return field
    inner = _hash(field.type)
    return None if inner is None else _field_at(inner, path[1:])


def _place(members: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value at a dotted name."""
    for part in path[:-1]:
        members = members.setdefault(part, {})
    members[path[-1]] = value
