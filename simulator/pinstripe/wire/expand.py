"""`expand`: ids replaced by the objects they name, and keys that are left out until somebody asks for them.

    customer                        an id becomes the object
    discounts                       each id of a list becomes its object; a list of ids takes no `data`
    items.data.price.product        through a page by its `data`; what is there already is walked through
    payments                        a key that may be absent is included

At most four names deep, a leading `data` counted. [documented] What may be named: whatever the official OpenAPI file
lists as expandable, which is every field that holds an id, an object, a page or a hash of fixed keys; text, numbers and
metadata may not. [documented] Every object met on the way is checked; null and deleted objects end the way in silence,
so only names below them stay unchecked. [inferred] The input is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe.errors import cannot_expand, cannot_expand_unknown, expansion_too_deep
from pinstripe_contracts.types import (
    AnyOf,
    Expandable,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Type,
    Unsettable,
)

DEPTH_LIMIT = 4

ExpandTree = dict[str, "ExpandTree"]
"""The paths asked for, by their first name; an empty tree is the end of one."""

Fetch = Callable[[str, str], tuple[dict[str, Any], Hash] | None]
"""Finds an object by its name in the contract and its id, complete, with its shape; None where there is none."""
Resolve = Callable[[str], Hash]
"""The shape of an object by its name in the contract."""
Include = Callable[[str, Mapping[str, Any], str], Any | None]
"""Makes the value of a key that was left out: (name of the object, the object, dotted key), None to leave it out."""


def paths(values: list[str]) -> ExpandTree:
    """The paths of one request as a tree; a path of more than four names is refused."""
    tree: ExpandTree = {}
    for path in values:
        names = path.split(".")
        if len(names) > DEPTH_LIMIT:
            raise expansion_too_deep(path)
        node = tree
        for name in names:
            node = node.setdefault(name, {})
    return tree


def expand(
    body: Mapping[str, Any], shape: Hash, tree: ExpandTree, fetch: Fetch, resolve: Resolve, include: Include
) -> dict[str, Any]:
    """One object with what the tree asks for in place."""
    return _Expander(fetch, resolve, include).object(body, shape, tree)


def expand_page(
    page: Mapping[str, Any], name: str, tree: ExpandTree, fetch: Fetch, resolve: Resolve, include: Include
) -> dict[str, Any]:
    """A list of objects of one name, with what the tree asks for in each; every path begins with `data`."""
    return _Expander(fetch, resolve, include).page(page, name, tree)


@dataclass(frozen=True, slots=True)
class _Expander:
    fetch: Fetch
    resolve: Resolve
    include: Include

    def object(self, body: Mapping[str, Any], shape: Hash, tree: ExpandTree) -> dict[str, Any]:
        """A Stripe object: the owner of what is included in it and in its hashes."""
        if not tree or body.get("deleted") is True:
            return dict(body)
        return self._hash(body, shape, tree, body, "")

    def page(self, page: Mapping[str, Any], name: str, tree: ExpandTree) -> dict[str, Any]:
        """A list object: `data` leads to its objects, `total_count` is counted when asked for."""
        full = dict(page)
        for key, below in tree.items():
            if key == "data":
                shape = self.resolve(name)
                known = {one: deeper for one, deeper in below.items() if (name, one) not in GONE or one in shape.fields}
                _check(shape, known)
                full[key] = [self.object(item, shape, known) for item in page["data"]]
            elif key == "total_count":
                counted = page.get(key, self.include("list", page, key))
                full = _in_place(full, {} if counted is None else {key: counted}, PAGE_ORDER.index)
            elif key in self.resolve(name).fields:
                raise cannot_expand(key, hint=f"data.{key}")
            elif key in page:
                raise cannot_expand(key)
            else:
                raise cannot_expand_unknown(key)
        return full

    def _hash(
        self, body: Mapping[str, Any], shape: Hash, tree: ExpandTree, owner: Mapping[str, Any], at: str
    ) -> dict[str, Any]:
        """A hash of fixed keys; `owner` is the object it belongs to, `at` its dotted place there."""
        _check(shape, tree)
        full = dict(body)
        included = {}
        for key, below in tree.items():
            name = f"{at}.{key}" if at else key
            if key not in body:
                value = self.include(str(owner.get("object", "")), owner, name)
                if value is None:
                    continue
                included[key] = self._value(value, shape.fields[key].type, below, owner, name)
            else:
                full[key] = self._value(body[key], shape.fields[key].type, below, owner, name)
        return _in_place(full, included, _alphabetical) if included else full

    def _value(self, value: Any, kind: Type, tree: ExpandTree, owner: Mapping[str, Any], at: str) -> Any:
        if value is None:
            return None
        match _settle(kind, value):
            case Expandable(names=names):
                return self._linked(value, names, tree)
            case ObjectRef(name=name) if isinstance(value, Mapping):
                return self.object(value, self.resolve(name), tree)
            case Page(name=name) if isinstance(value, Mapping):
                return self.page(value, name, tree)
            case Hash() as shape if isinstance(value, Mapping):
                return self._hash(value, shape, tree, owner, at)
            case ListOf(inner=inner) if isinstance(value, list | tuple):
                return [self._value(item, inner, tree, owner, at) for item in value]
            case MapOf(inner=inner) if isinstance(value, Mapping):
                walked = {
                    key: self._value(value[key], inner, below, owner, f"{at}.{key}")
                    for key, below in tree.items()
                    if key in value
                }
                return {**value, **walked}
        return value

    def _linked(self, value: Any, names: tuple[str, ...], tree: ExpandTree) -> Any:
        """An id becomes the object it names; an object that is there already is walked through."""
        if isinstance(value, Mapping):
            name = next((name for name in names if name == value.get("object")), names[0])
            return self.object(value, self.resolve(name), tree)
        for name in names:
            found = self.fetch(name, value)
            if found is not None:
                body, shape = found
                return self.object(body, shape, tree)
        return value


PAGE_ORDER = ("object", "data", "has_more", "next_page", "total_count", "url")

GONE = frozenset({("line_item", "price")})
"""What may still be named at versions that have it no more, for nothing. [second-hand: a billing library does]"""

ASKED_FOR = frozenset({"amount_paid_off_stripe", "billed_until", "cvc", "number", "payload"})
"""Plain values that are shown only when asked for: of invoices, of subscription items, of issued cards, and the secrets
of apps. [documented]"""


def _check(shape: Hash, tree: ExpandTree) -> None:
    """Refuse the first name the shape does not have, or has as a plain value."""
    for key in tree:
        field = shape.fields.get(key)
        if field is None and key == "data":  # a list's path on a single object [documented: `(data)`]
            raise cannot_expand(key)
        if field is None:
            raise cannot_expand_unknown(key)
        hides = not field.required and (key in ASKED_FOR or (isinstance(field.type, MapOf) and key != "metadata"))
        if not _leads_on(field.type) and not hides:
            raise cannot_expand(key)


def _leads_on(kind: Type) -> bool:
    """Whether a value of this type can hold something to expand."""
    match kind:
        case Expandable() | ObjectRef() | Page() | Hash():
            return True
        case Nullable(inner=inner) | Unsettable(inner=inner) | ListOf(inner=inner) | MapOf(inner=inner):
            return _leads_on(inner)
        case AnyOf(options=options):
            return any(_leads_on(option) for option in options)
        case _:
            return False


def _settle(kind: Type, value: Any) -> Type:
    """The one type of several that a value has, null left aside."""
    match kind:
        case Nullable(inner=inner) | Unsettable(inner=inner):
            return _settle(inner, value)
        case AnyOf(options=options):
            settled = [_settle(option, value) for option in options]
            said = value.get("object") if isinstance(value, Mapping) else None
            fitting = [option for option in settled if _may_be(option, value)]
            named = [option for option in fitting if isinstance(option, ObjectRef) and option.name == said]
            return (named or fitting or settled)[0]
        case _:
            return kind


def _may_be(kind: Type, value: Any) -> bool:
    """Whether a value of this form can hold something to expand by this type."""
    if isinstance(value, str):
        return isinstance(kind, Expandable)
    if isinstance(value, list | tuple):
        return isinstance(kind, ListOf)
    return _leads_on(kind) and not isinstance(kind, ListOf)


def _alphabetical(key: str) -> tuple[bool, bool, str]:
    return key != "id", key != "object", key


def _in_place(full: Mapping[str, Any], included: Mapping[str, Any], order: Callable[[str], Any]) -> dict[str, Any]:
    """The body with more keys, each where Stripe would have put it."""
    everything = {**full, **included}
    return {key: everything[key] for key in sorted(everything, key=order)}
