"""Where customers are sent: addresses must say how they are reached, and must not be programs."""

from __future__ import annotations

import re

from pinstripe.resources import refusals
from pinstripe.resources.params import Params

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_WHOLE = re.compile(_SCHEME.pattern + r"[^\s/?#]+\S*")
_RUN = ("data", "javascript", "vbscript")
"""Schemes of what a browser would run instead of going there."""


def leads(url: str) -> bool:
    """Whether a page may lead there: the web, or an app such as `myapp://thanks`."""
    scheme = _SCHEME.match(url)
    return scheme is not None and scheme[1].lower() not in _RUN


def require(params: Params, *names: str) -> None:
    """Refuse parameters that are no addresses. [second-hand; inferred: that programs are none]"""
    for name in names:
        value = params.peek(name)
        if value is None:
            continue
        if not _SCHEME.match(value):
            raise refusals.url_without_scheme(params.name(name))
        if not (_WHOLE.fullmatch(value) and leads(value)):
            raise refusals.url_is_invalid(params.name(name))
