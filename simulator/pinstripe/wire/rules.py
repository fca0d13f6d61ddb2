"""The language of the rules that a test orders, for requests that meet trouble and for deliveries that go astray.

A rule names what it is about by texts in which a star stands for anything, lets the first ones pass (`nth`), and meets
a number of them (`times`). Rules are asked in the order in which they were made, and the first that fits is met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableSequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

R = TypeVar("R")

MOST = 1_000
"""How many times one rule may be met, and how many rules may wait."""


class RuleError(ValueError):
    """A rule that makes no sense; the message says what would."""


def words(cls: Any, given: object, noun: str) -> dict[str, Any]:
    """The members of a rule's JSON; raises RuleError where it is no object, or has a member that no rule has."""
    names = [field.name for field in fields(cls)]
    if not isinstance(given, dict):
        raise RuleError(f"A {noun} is an object with {', '.join(names)}.")
    for name in given:
        if name not in names:
            raise RuleError(f"A {noun} has no {name}; it is an object with {', '.join(names)}.")
    return given


def one_of(name: str, value: object, allowed: Iterable[str]) -> None:
    """Raise RuleError unless a word is allowed."""
    if value not in (known := list(allowed)):
        raise RuleError(f"{name} is one of {', '.join(known)}.")


def whole(name: str, value: object, least: int, most: int) -> None:
    """Raise RuleError unless this is a whole number in a range."""
    if type(value) is not int or not least <= value <= most:
        raise RuleError(f"{name} is a whole number from {least} to {most}.")


def number(name: str, value: object, most: float) -> None:
    """Raise RuleError unless this is a number of seconds, none or more."""
    if type(value) not in (int, float) or not 0 <= float(str(value)) <= most:
        raise RuleError(f"{name} is a number from 0 to {most:g}.")


def texts(name: str, value: object) -> None:
    """Raise RuleError unless this is an object of texts."""
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for pair in value.items() for each in pair):
        raise RuleError(f"{name} is an object whose values are texts, which may hold stars.")


def fits(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern describes; a star stands for anything, nothing included."""
    return pattern == "*" or _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern with stars; what stands between two of them is found where it first comes, and not looked for again."""
    first, *rest = map(re.escape, pattern.split("*"))
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(first + between + "".join(f".*{part}" for part in rest[-1:]), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[R]):
    """A rule with how many it still lets pass, and how many it still meets."""

    rule: R
    passing: int
    left: int


def met(waiting: MutableSequence[Waiting[R]], about: Callable[[R], bool]) -> R | None:
    """The first rule that is `about` something, used up once; a rule before it that lets this pass has counted it."""
    for position, each in enumerate(waiting):
        if not about(each.rule):
            continue
        if each.passing:
            waiting[position] = replace(each, passing=each.passing - 1)
            continue
        if each.left > 1:
            waiting[position] = replace(each, left=each.left - 1)
        else:
            del waiting[position]
        return each.rule
    return None
