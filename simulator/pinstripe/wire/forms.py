"""Request bodies and query strings, read the way Stripe reads them: by Rack's rules.

    a=1            {"a": "1"}                        the last of several wins
    a[b][c]=1      {"a": {"b": {"c": "1"}}}
    a[]=1&a[]=2    {"a": ["1", "2"]}
    a[0]=1&a[2]=3  {"a": {"0": "1", "2": "3"}}       a list only where the shape wants one: see params
    a[][b]=1&a[][c]=2&a[][b]=3   {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}    a key that repeats starts a new element

Indexed arrays stay hashes here because only the shape can tell a list from a hash whose keys are digits; they come out
in numeric order, and gaps close. Query string and body share one bucket, as in Rack. [documented: stripe-mock's
parameter package; recorded: both array notations]

Stricter than Rack in one way: brackets that do not pair up are refused, where Rack would guess a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from pinstripe.errors import malformed_form

Tree = str | list["Tree"] | dict[str, "Tree"]
"""What a form holds before the shape gives it types."""

DEPTH_LIMIT = 32
"""How deep brackets may nest: Rack's `param_depth_limit` [inferred]."""

_PLAIN_KEY = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])*")
_SEGMENT = re.compile(r"\[([^\[\]]*)")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decode(text: str | bytes) -> dict[str, Tree]:
    """A form body or query string as nested hashes, lists and strings; what cannot be read is a 400."""
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError:
            raise malformed_form("the body is not valid UTF-8") from None
    pairs = []
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        if key:
            pairs.append((_written(key), _unescape(value) if "%" in value or "+" in value else value))
    return _grown(pairs)


def grown(pairs: Iterable[tuple[str, str]]) -> dict[str, Tree]:
    """Fields by their names, brackets and all, as nested hashes, lists and strings."""
    return _grown((_path(key), value) for key, value in pairs)


def _grown(pairs: Iterable[tuple[Sequence[str], str]]) -> dict[str, Tree]:
    """Fields by the paths that their names are."""
    root: dict[str, Tree] = {}
    has_numbers = False
    for path, value in pairs:
        if len(path) == 1:
            root[path[0]] = value
        else:
            has_numbers = has_numbers or any(map(str.isdigit, path))
            _plant(root, path, value)
    return {key: _in_order(value) for key, value in root.items()} if has_numbers else root


@lru_cache(maxsize=4096)
def _written(key: str) -> Sequence[str]:
    """The path that an escaped name is; the same few hundred names come again and again."""
    return _path(_unescape(key))


def merge(query: Mapping[str, Tree], body: Mapping[str, Tree]) -> dict[str, Tree]:
    """One bucket of parameters; where both name one, the body wins [documented: Rack's GET.merge(POST)]."""
    return {**query, **body}


def _unescape(text: str) -> str:
    """Plus signs are spaces, percent escapes are UTF-8 bytes."""
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    if bad := _BAD_PERCENT.search(text):
        raise malformed_form(f"invalid %-encoding ({text[bad.start() : bad.start() + 3]})")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise malformed_form("invalid UTF-8 in a percent escape") from None


def _path(key: str) -> Sequence[str]:
    """`a[b][]` as ["a", "b", ""]; brackets inside a bracket (`metadata[a[b]]`) nest, as in Rack."""
    head, bracket, rest = key.partition("[")
    if bracket and not _PLAIN_KEY.fullmatch(key):
        depth = 0
        for character in key:
            depth += (character == "[") - (character == "]")
            if depth < 0:
                break
        if not head or depth or not key.endswith("]"):
            raise malformed_form(f"the brackets of the parameter {key!r} do not pair up")
    elif not bracket and "]" in key:
        raise malformed_form(f"the brackets of the parameter {key!r} do not pair up")
    path = [head, *_SEGMENT.findall(bracket + rest)]
    if len(path) > DEPTH_LIMIT:
        raise malformed_form(f"the parameter {head!r} nests deeper than {DEPTH_LIMIT} levels")
    return path


def _plant(node: dict[str, Tree], path: Sequence[str], value: str) -> None:
    """Put one value where its path leads, making hashes and lists on the way."""
    if len(path) == 2 and path[1]:  # as nearly all are
        inner = node.setdefault(path[0], {})
        if type(inner) is dict:
            inner[path[1]] = value
            return
    name, *rest = path
    while rest:
        if rest[0] == "":
            items = node.setdefault(name, [])
            if not isinstance(items, list):
                raise malformed_form(f"expected an array and got {_kind(items)} for the parameter {name!r}")
            rest = rest[1:]
            if not rest:
                items.append(value)
                return
            last = items[-1] if items else None
            if not isinstance(last, dict) or _holds(last, rest):
                last = {}
                items.append(last)
            node, name, rest = last, rest[0], rest[1:]
        else:
            inner = node.setdefault(name, {})
            if not isinstance(inner, dict):
                raise malformed_form(f"expected a hash and got {_kind(inner)} for the parameter {name!r}")
            node, name, rest = inner, rest[0], rest[1:]
    node[name] = value


def _holds(item: Tree, path: list[str]) -> bool:
    """Whether an element already has this path, so that the next value belongs to a new element."""
    for name in path:
        if name == "":
            return False
        if not isinstance(item, dict) or name not in item:
            return False
        item = item[name]
    return True


def _kind(tree: Tree) -> str:
    return {str: "a string", list: "an array", dict: "a hash"}[type(tree)]


def _in_order(tree: Tree) -> Tree:
    """The same tree with the keys of indexed arrays in numeric order."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, list):
        return [_in_order(item) for item in tree]
    keys = sorted(tree, key=_index) if is_indexed(tree) else list(tree)
    return {key: _in_order(tree[key]) for key in keys}


def is_indexed(tree: Mapping[str, Any]) -> bool:
    """Whether a hash may be read as an array: every key is a number."""
    return all(key.isascii() and key.isdigit() for key in tree)


def _index(key: str) -> tuple[int, str]:
    """Digits in numeric order, however many there are: `int` refuses very long ones."""
    digits = key.lstrip("0")
    return len(digits), digits
