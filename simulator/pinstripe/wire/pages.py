"""Lists: a window over objects that come newest first, cut by `limit` and a cursor.

    limit=2                     the two newest
    limit=2&starting_after=b    the two after b: older ones
    limit=2&ending_before=b     the two just before b: newer ones, still newest first

`has_more` says whether there is more in the direction of travel. [documented; inferred for ending_before]
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pinstripe.errors import both_cursors, no_such, too_large, too_small

T = TypeVar("T")

DEFAULT_LIMIT, GREATEST_LIMIT = 10, 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One window: its objects, newest first, and whether there is more."""

    data: list[T]
    has_more: bool


def page(
    items: Sequence[T],
    *,
    id_of: Callable[[T], str],
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    noun: str = "object",
    strict: bool = False,
) -> Page[T]:
    """The window a list request asks for; a cursor that is no object of the list is refused by its noun."""
    size = window(limit, strict=strict)
    if starting_after is not None and ending_before is not None:
        raise both_cursors()
    if ending_before is not None:
        end = _position(items, id_of, ending_before, noun, "ending_before")
        start = max(end - size, 0)
        return Page(list(items[start:end]), has_more=start > 0)
    start = 0
    if starting_after is not None:
        start = _position(items, id_of, starting_after, noun, "starting_after") + 1
    return Page(list(items[start : start + size]), has_more=len(items) > start + size)


def window(limit: int | None, *, strict: bool = False) -> int:
    """How many objects a page holds: 10 unless said, between 1 and 100.

    The newest versions clamp what is out of range [reported: probes at 2026-08-26.dahlia]; `strict` refuses it as older
    ones did [recorded: the low side].
    """
    if limit is None:
        return DEFAULT_LIMIT
    if strict and limit < 1:
        raise too_small("limit", 1)
    if strict and limit > GREATEST_LIMIT:
        raise too_large("limit", GREATEST_LIMIT, limit)
    return min(max(limit, 1), GREATEST_LIMIT)


def _position(items: Sequence[T], id_of: Callable[[T], str], cursor: str, noun: str, param: str) -> int:
    for index, item in enumerate(items):
        if id_of(item) == cursor:
            return index
    raise no_such(noun, cursor, param=param)


def envelope(url: str, data: Sequence[Any], has_more: bool, total_count: int | None = None) -> dict[str, Any]:
    """A list object, its keys in Stripe's order; `total_count` only where Stripe counts [recorded]."""
    counted = {} if total_count is None else {"total_count": total_count}
    return {"object": "list", "data": list(data), "has_more": has_more, **counted, "url": url}


def found(url: str, data: Sequence[Any], next_page: str | None) -> dict[str, Any]:
    """A page of what a search found; `total_count` joins it when `expand` asks. [documented]"""
    page = {"object": "search_result", "data": list(data), "has_more": next_page is not None, "next_page": next_page}
    return {**page, "url": url}


def token(id_: str, *, before: bool = False) -> str:
    """The name of the page after an object, or of the one before it: opaque, as Stripe's are."""
    return base64.urlsafe_b64encode(f"{'<' if before else '>'}{id_}".encode()).decode().rstrip("=")


def named(page_token: str) -> tuple[str, bool] | None:
    """The object a page is counted from, and whether the page lies before it; None for what is no token of ours."""
    try:
        text = base64.urlsafe_b64decode(page_token + "=" * (-len(page_token) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return (text[1:], text[0] == "<") if text[:1] in ("<", ">") else None


def in_range(wanted: int | Mapping[str, int] | None, value: int) -> bool:
    """Whether a value passes a filter such as `created`: a number, or bounds by gt, gte, lt and lte [documented]."""
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return value == wanted
    return (
        value > wanted.get("gt", value - 1)
        and value >= wanted.get("gte", value)
        and value < wanted.get("lt", value + 1)
        and value <= wanted.get("lte", value)
    )
