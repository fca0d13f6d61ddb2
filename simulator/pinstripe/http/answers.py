"""From what a rule answers to the body that is sent: objects shown, lists cut into pages, ids expanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import registry
from pinstripe.resources.dialects import Dialect
from pinstripe.resources.resource import Answer, Call, Document, Found, Listing
from pinstripe.wire import expand, pages, pages_v2, versions
from pinstripe.wire.versions import OlderOperation
from pinstripe.world import Object
from pinstripe_contracts import Operation

SEVERAL = ("account",)
"""What lists of several nouns, such as a customer's sources, are called after in the contract."""


class Wanted:
    """How the caller wants an answer: at which version, with what expanded, and of a v2 list which page."""

    def __init__(
        self, version: str, tree: expand.ExpandTree, query: Sequence[tuple[str, str]], page: str | None
    ) -> None:
        self.version = version
        self.tree = tree
        self.query = query
        """What the address said beside the page, which the addresses of other pages repeat."""
        self.page = page


def body_of(operation: Operation | OlderOperation, answer: Answer, call: Call, wanted: Wanted) -> Mapping[str, Any]:
    """The body of an answer at the caller's version.

    Everything is taken down before it is expanded, so that paths speak of what the version knows.
    """
    tx, tree, name = call.tx, wanted.tree, operation.returns
    if not tree and isinstance(answer, dict) and not versions.changes_answers(wanted.version):
        assert name is not None or answer == {}, f"{operation.name} answers with no object"
        return registry.body(tx, answer) if isinstance(answer, Object) else answer
    dialect = Dialect(tx, wanted.version)
    lower, shape = dialect.lower, dialect.shape

    def fetch(name: str, id_: str) -> Any:
        """The object an id names."""
        found = registry.fetch(tx, name, id_)
        return found and (lower(found[0]), shape(name) if not found[0].get("deleted") else found[1])

    def include(name: str, shown: Mapping[str, Any], key: str) -> Any | None:
        """A member that is absent until asked for."""
        if isinstance(answer, Found) and shown.get("object") == "search_result" and key == "total_count":
            return len(answer.objects)
        return lower(registry.include(tx, name, shown, key))

    assert not isinstance(answer, Document)  # a file needs no words
    if name is None:
        assert answer == {}, f"{operation.name} answers with no object"
        return {}
    if isinstance(answer, Listing) and call.url.startswith("/v2/"):
        return _page_v2(answer, call, wanted)
    if isinstance(answer, Listing | Found):
        page = lower(_page(name, answer, call) if isinstance(answer, Listing) else _found(answer, call))
        if name in SEVERAL and page["data"]:
            name = page["data"][0]["object"]
        return expand.expand_page(page, name, tree, fetch, shape, include)
    if isinstance(answer, Object):
        shown = lower(registry.body(tx, answer))
        return expand.expand(shown, shape(answer.kind), tree, fetch, shape, include)
    return expand.expand(lower(answer), shape(name), tree, fetch, shape, include)


def _page(name: str, answer: Listing, call: Call) -> dict[str, Any]:
    """One page of a list."""
    params = call.params
    created = params.get("created")
    rows = list(answer.objects)
    if created is not None:  # invoice items call the moment `date`, and some nouns do not show it
        rows = [obj for obj in rows if pages.in_range(created, _moment(obj))]
    for cursor in (params.get("starting_after"), params.get("ending_before")):
        if cursor is not None and name in registry.BY_NAME:
            rows = _with_gone(rows, name, cursor, call)
    page = pages.page(
        rows,
        id_of=lambda obj: obj.id,
        limit=params.get("limit"),
        starting_after=params.get("starting_after"),
        ending_before=params.get("ending_before"),
        noun=registry.BY_NAME[name].called if name in registry.BY_NAME else name,
    )
    envelope = pages.envelope(answer.url or call.url, _shown(answer, call, page.data), page.has_more)
    return {"object": "list", "count": len(page.data), **envelope} if answer.counted else envelope


def _with_gone(rows: list[Object], name: str, cursor: str, call: Call) -> list[Object]:
    """The rows with the cursor where it stood before it was deleted; a page never holds its cursor. [recorded]"""
    gone = call.tx.get(name, cursor)
    if gone is None or not (gone.get("deleted") or gone.get("_removed")) or any(row.id == cursor for row in rows):
        return rows
    order = [obj.id for obj in call.tx.all(name)]
    older = set(order[order.index(cursor) :])
    place = next((at for at, row in enumerate(rows) if row.id in older), len(rows))
    return [*rows[:place], gone, *rows[place:]]


def _page_v2(answer: Listing, call: Call, wanted: Wanted) -> dict[str, Any]:
    """One page of a list of API v2."""
    data, further, back = pages_v2.page(
        list(answer.objects), id_of=lambda obj: obj.id, limit=call.params.get("limit"), page_token=wanted.page
    )
    return pages_v2.envelope(call.url, wanted.query, _shown(answer, call, data), further, back)


def _shown(answer: Listing, call: Call, rows: Sequence[Object]) -> list[Mapping[str, Any]]:
    """The objects of a page as the API shows them."""
    show = answer.show or registry.body
    return [show(call.tx, obj) for obj in rows]


def _found(answer: Found, call: Call) -> dict[str, Any]:
    """One page of what a search found."""
    size, rows = pages.window(call.params.get("limit")), answer.objects
    start, page_token = 0, call.params.get("page")
    if page_token is not None:
        place = pages.named(page_token)
        after = next((index for index, obj in enumerate(rows) if place == (obj.id, False)), None)
        if after is None:
            raise errors.search_page_unknown(page_token)
        start = after + 1
    data = rows[start : start + size]
    further = pages.token(data[-1].id) if len(rows) > start + size else None
    return pages.found(call.url, [registry.body(call.tx, obj) for obj in data], further)


def _moment(obj: Object) -> int:
    """When an object was made."""
    return int(next(obj[name] for name in ("created", "date", "_created") if name in obj))
