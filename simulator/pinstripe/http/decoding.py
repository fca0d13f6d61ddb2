"""From the bytes of a request to its parameters: a form whatever the method, or in API v2 one JSON object."""

from __future__ import annotations

from typing import Any, NamedTuple

from pinstripe import errors
from pinstripe.http.message import Request
from pinstripe.wire import forms, json_bodies, multipart

LARGEST_BODY = 1_000_000
"""Bytes a request body may have; Stripe's own limit is not documented."""
LARGEST_UPLOAD = 16_000_000
"""Bytes a body with a file may have: the most that Stripe takes for any purpose. [documented: 16 MB]"""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Decoded(NamedTuple):
    """The parameters of a request."""

    params: dict[str, Any]
    written: bytes | None = None
    """The same as `tables.written` has it, if that was written already."""


def decoded(request: Request, *, is_v2: bool) -> Decoded:
    """The parameters of query string and body; a body that says nothing about itself is taken for what it should be."""
    body = request.body
    kind = request.headers.get("content-type", "")
    said = kind.partition(";")[0].strip().lower()
    most = LARGEST_UPLOAD if said == multipart.MEDIA_TYPE else LARGEST_BODY
    if len(body) > most:
        raise errors.body_too_large(most)
    query = forms.decode(request.query) if request.query else {}
    if body and said == multipart.MEDIA_TYPE and not is_v2:
        return Decoded(forms.merge(query, multipart.decode(body, kind)))
    if body and said not in ("", JSON if is_v2 else FORM):
        raise errors.json_expected() if is_v2 else errors.malformed_form()
    if not is_v2:
        return Decoded(forms.merge(query, forms.decode(body)))
    params, written = json_bodies.read(body)
    return Decoded({**query, **params}) if query else Decoded(params, written)


def take_page(given: dict[str, Any]) -> str | None:
    """The page of a v2 list that is asked for, taken out because it is no parameter of the operation."""
    page = given.pop("page", None)
    if page is not None and not isinstance(page, str):
        raise errors.search_page_unknown(str(page))
    return page or None
