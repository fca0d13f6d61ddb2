"""In which order Stripe tells the words that a parameter may have, where that is known.

Its own order is in none of its types, which are alphabetical; so it is learned from answers, and of what nobody has
seen the alphabet is told. [recorded; second-hand: the last; inferred: that the same words are told in the same order
everywhere]
"""

from __future__ import annotations

ORDERS: tuple[tuple[str, ...], ...] = (
    ("draft", "open", "void", "paid", "uncollectible"),
    ("include", "exclude"),
    ("allow_incomplete", "error_if_incomplete", "pending_if_incomplete", "default_incomplete"),
    (
        "active",
        "past_due",
        "unpaid",
        "canceled",
        "incomplete",
        "incomplete_expired",
        "trialing",
        "paused",
        "all",
        "ended",
    ),
    ("month", "year", "week", "day"),
)

_BY_WORDS: dict[frozenset[str], tuple[str, ...]] = {frozenset(order): order for order in ORDERS}


def in_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same words as Stripe tells them."""
    return _BY_WORDS.get(frozenset(words), words)
