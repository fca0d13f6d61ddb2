"""Refusals that nouns served by shape share; their sentences are pinstripe's unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinstripe.errors import StripeError

__all__ = ["id_taken", "wrong_state"]


def wrong_state(verb: str, kind: str, id_: str, member: str, state: Any, allowed: Sequence[Any]) -> StripeError:
    """400: the object's state does not allow it. [inferred: the sentence; documented for each noun: the states]"""
    words = " or ".join(str(value) for value in allowed)
    what = verb.rpartition("/")[2].replace("_", " ")
    return StripeError(
        f"You cannot {what} this {kind.rpartition('.')[2].replace('_', ' ')} ({id_}) because its {member} is {state}; "
        f"it must be {words}."
    )


def id_taken(noun: str) -> StripeError:
    """400 resource_already_exists: a chosen id that is in use. [inferred: the sentence, after coupons and plans]"""
    return StripeError(
        f"{noun.replace('_', ' ').capitalize()} already exists.", code="resource_already_exists", param="id"
    )
