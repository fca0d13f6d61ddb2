"""Lists of API v2: `data` with the addresses of the next and the previous page, null where there is none. [documented]

The addresses repeat the request's filters, which cannot be changed on the way. [documented] A page holds 20 objects
unless `limit` says otherwise, between 1 and 100. [inferred]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from pinstripe.errors import search_page_unknown
from pinstripe.wire.pages import GREATEST_LIMIT, named, token

T = TypeVar("T")

DEFAULT_LIMIT = 20


def page(
    items: Sequence[T], *, id_of: Callable[[T], str], limit: int | None, page_token: str | None
) -> tuple[list[T], str | None, str | None]:
    """The window a token names, and the tokens of the next and the previous one."""
    size = DEFAULT_LIMIT if limit is None else min(max(limit, 1), GREATEST_LIMIT)
    start = _start(items, id_of, page_token, size)
    data = list(items[start : start + size])
    further = token(id_of(data[-1])) if len(items) > start + size else None
    back = token(id_of(data[0]), before=True) if start and data else None
    return data, further, back


def _start(items: Sequence[T], id_of: Callable[[T], str], page_token: str | None, size: int) -> int:
    """Where a token's window begins."""
    if page_token is None:
        return 0
    place = named(page_token)
    position = next((index for index, item in enumerate(items) if place and id_of(item) == place[0]), None)
    if place is None or position is None:
        raise search_page_unknown(page_token)
    return max(position - size, 0) if place[1] else position + 1


def envelope(
    url: str, query: Sequence[tuple[str, str]], data: Sequence[Any], further: str | None, back: str | None
) -> dict[str, Any]:
    """A list object; `query` is what the caller asked, without `page`."""

    def address(page_token: str | None) -> str | None:
        """Where a page is to be had."""
        return page_token and f"{url}?{urlencode([*query, ('page', page_token)], safe='[]')}"

    return {"data": list(data), "next_page_url": address(further), "previous_page_url": address(back)}
