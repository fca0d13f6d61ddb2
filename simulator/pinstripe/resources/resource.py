"""How a noun is written down: its kind, its routes, how it is shown. Most nouns are a row and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pinstripe import errors
from pinstripe.resources.params import Params
from pinstripe.wire.params import METADATA_KEYS
from pinstripe.wire.render import complete
from pinstripe.world import Kind, Object, Transaction
from pinstripe_contracts import shape


@dataclass(slots=True)
class Call:
    """One request on its way through a rule."""

    operation: str
    """The contract's name, such as `POST /v1/customers/{customer}`."""
    url: str
    """The path as asked, which list objects repeat."""
    path: Mapping[str, str]
    """The ids in the path by the contract's names."""
    params: Params
    tx: Transaction


@dataclass(frozen=True, slots=True)
class Listing:
    """The answer of a list operation before it is cut into pages: objects, newest first."""

    objects: Iterable[Object]
    show: View | None = None
    """How the objects are shown, where the request says so; complete as it is."""
    url: str | None = None
    """What the list calls itself where that is not the path that was asked."""
    counted: bool = False
    """Whether each page says how many objects are on it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a search before it is cut into pages: objects, newest first."""

    objects: Sequence[Object]


@dataclass(frozen=True, slots=True)
class Document:
    """The answer of the few operations that answer a file."""

    content: bytes
    media_type: str


Answer = Object | Listing | Found | Document | Mapping[str, Any]
"""An object to be shown, a list of them, what a search found, a file, or a body that is complete as it is."""

Handler = Callable[[Call], Answer]
View = Callable[[Transaction, Object], Mapping[str, Any]]
Include = Callable[[Transaction, Object], Any]


def as_stored(_: Transaction, obj: Object) -> Mapping[str, Any]:
    """Show an object as it is kept."""
    return obj


@dataclass(frozen=True, slots=True)
class Resource:
    """One noun of the API."""

    kind: Kind
    routes: Mapping[str, Handler] = field(default_factory=dict)
    view: View = as_stored
    """The body before nulls are filled in and ids expanded."""
    includes: Mapping[str, Include] = field(default_factory=dict)
    """Members that are absent until `expand` asks for them."""
    inside: bool = False
    """Whether its objects live inside others, so that `includes` get them as they are shown."""
    noun: str = ""
    """The word in Stripe's "No such ...", where it is not the object's name."""

    @property
    def called(self) -> str:
        """The word in "No such ..."."""
        return self.noun or self.kind.name


def shaped(name: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """Members as Stripe shows them: in its order, with nulls filled in and our own left out."""
    return complete(members, shape(name))


def named(tx: Transaction, kind: str, id_: str, param: str, noun: str = "") -> Object:
    """The object a parameter names; 400 resource_missing where there is none."""
    obj = tx.get(kind, id_)
    if obj is None or obj.get("deleted"):
        raise errors.no_such(noun or kind, id_, param=param)
    return obj


def addressed(call: Call, kind: str, *, key: str = "", noun: str = "", param: str = "id") -> Object:
    """The object the path names; 404 resource_missing where there is none."""
    id_ = call.path[key] if key else next(iter(call.path.values()))
    obj = call.tx.get(kind, id_)
    if obj is None or obj.get("deleted"):
        raise errors.no_such(noun or kind, id_, param=param, in_path=True)
    return obj


def retrieve(kind: str, *, noun: str = "", param: str = "id") -> Handler:
    """GET one object."""

    def run(call: Call) -> Answer:
        """Answer the object as it is."""
        return addressed(call, kind, noun=noun, param=param)

    return run


def listing(kind: str, *, by: Mapping[str, str] | None = None, equal: tuple[str, ...] = ()) -> Handler:
    """GET a list, newest first.

    `by` names filters that are indexes of the kind (parameter -> index), `equal` those that compare one member.
    Objects under a test clock show only when a filter leads to them. [documented] A customer must be one, though he may
    be deleted. [second-hand; inferred: the latter]
    """

    def run(call: Call) -> Answer:
        """Choose the rows the filters leave."""
        tx, params = call.tx, call.params
        narrowed = False
        rows: Iterable[Object]
        keys = {index: params.get(name) for name, index in (by or {}).items() if name in params}
        if "customer" in keys and tx.get("customer", str(keys["customer"])) is None:
            raise errors.no_such("customer", str(keys["customer"]), param="customer")
        if require_account(call):
            return Listing([])
        if keys:
            index, key = next(iter(keys.items()))
            rows = reversed(tx.find(kind, index, str(key)))
            narrowed = True
            for other, value in list(keys.items())[1:]:
                wanted = tx.world.kinds[kind].indexes[other]
                rows = [obj for obj in rows if str(value) in wanted(obj)]
        else:
            rows = tx.all(kind)
        for name in equal:
            if name in params:
                value = params.get(name)
                rows = [obj for obj in rows if obj.get(name) == value]
        return Listing([obj for obj in rows if not obj.get("deleted") and (narrowed or obj.get("test_clock") is None)])

    return run


def counted_listing(kind: str, *, by: Mapping[str, str]) -> Handler:
    """GET a list whose pages say how many objects are on each, as `count`, at the list's own path. [recorded]"""
    run = listing(kind, by=by)

    def counted(call: Call) -> Answer:
        """Choose the rows, and have them counted."""
        answer = run(call)
        assert isinstance(answer, Listing)
        return replace(answer, counted=call.url == call.operation.partition(" ")[2])

    return counted


def require_account(call: Call) -> bool:
    """Whether `customer_account` names a customer, which must be an account; none of them has bought anything here.

    An account of API v2 is sold nothing, because whoever would sell it something is refused. [inferred: the error]
    """
    id_ = call.params.get("customer_account")
    return id_ is not None and bool(named(call.tx, "v2.core.account", id_, "customer_account", "account"))


def refuse_account(call: Call) -> None:
    """Refuse a sale to a `customer_account`: as one that does not exist, or as what is not modelled."""
    if require_account(call):
        raise errors.unsupported_parameter(call.operation, "customer_account")


def deleted(obj: Object) -> dict[str, Any]:
    """What Stripe answers when something is gone."""
    return {"id": obj.id, "object": obj.kind, "deleted": True}


def merged_metadata(old: Mapping[str, str] | None, params: Params) -> dict[str, str]:
    """Metadata after an update: keys merge, an empty value removes its key, an empty hash clears all. [documented]

    There are 50 keys at most, however they came. [documented; inferred: after an update, in a request's words]
    """
    if "metadata" not in params:
        return dict(old or {})
    new = params.get("metadata")
    if new is None:
        return {}
    merged = {**(old or {}), **{key: value for key, value in new.items() if value is not None}}
    kept = {key: value for key, value in merged.items() if not (key in new and new[key] in (None, ""))}
    if len(kept) > METADATA_KEYS:
        raise errors.too_many_metadata_keys(params.name("metadata"), len(kept))
    return kept


def list_object(url: str, data: Sequence[Mapping[str, Any]], *, shown: int = 10) -> dict[str, Any]:
    """A list inside an object; those carry `total_count` unasked. [recorded]"""
    return {
        "object": "list",
        "data": list(data[:shown]),
        "has_more": len(data) > shown,
        "total_count": len(data),
        "url": url,
    }
