"""Bodies of API v2: one JSON object without duplicate names, whose long arrays of alike hashes are tables."""

from __future__ import annotations

import json
from typing import Any

import orjson

from pinstripe.errors import invalid_json
from pinstripe.wire.tables import Table, tabled, written


def read(body: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The object of a body; an empty body is an empty object.

    Beside it the same as `tables.written` has it, if it was read quickly.
    """
    if not body.strip():
        return {}, None
    plain = _plain(body)
    return (_with_tables(exact(body)), None) if plain is None else plain


def exact(body: bytes) -> dict[str, Any]:
    """The same read slowly, and to the letter: an integer beyond 64 bits stays one."""
    try:
        value = json.loads(body, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise invalid_json(f"the body is not valid JSON ({problem})") from None
    if not isinstance(value, dict):
        raise invalid_json("the body must be a JSON object")
    return value


def _plain(body: bytes) -> tuple[dict[str, Any], bytes] | None:
    """The object of a body that surely names nothing twice, and the same written; None where one has to look closer.

    Of a name that is there twice the parser keeps one, so what it found has fewer quotation marks than the body.
    """
    try:
        value = orjson.loads(body)
        if not isinstance(value, dict) or (b"\\" in body and b"\\u0022" in body):
            return None
        value = _with_tables(value)
        text = written(value)
    except (orjson.JSONDecodeError, TypeError):  # the writer does not go as deep as the parser
        return None
    names_saved = sum(each.names_saved for each in value.values() if isinstance(each, Table))
    return (value, text) if body.count(b'"') == text.count(b'"') + 2 * names_saved else None


def _with_tables(params: dict[str, Any]) -> dict[str, Any]:
    """The same, with tables for its arrays where they are worth it."""
    return {name: tabled(value) if type(value) is list else value for name, value in params.items()}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"duplicate key {next(name for name in names if names.count(name) > 1)!r}")
    return found


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
