"""Parameters that exclude each other, as a table: of each group a request may name one.

Groups that a noun checks in its own order stand with the noun. The sentence is Stripe's wherever it was seen quoted;
which of the names `param` repeats is known for some and inferred for the rest. [second-hand]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pinstripe.errors import only_one_parameter
from pinstripe.wire import hashes
from pinstripe_contracts import operations
from pinstripe_contracts.types import AnyOf, Hash, ListOf, MapOf, Nullable, Type, Unsettable

EVERYWHERE = (
    ("customer", "customer_account"),
    ("price", "price_data"),
    ("product", "product_data"),
    ("amount", "pricing"),
    ("amount", "price_data"),
    ("price_data", "pricing"),
)
"""Groups that hold in every hash of every request. [second-hand: the first two; inferred: the others]"""

_EXACT = tuple((name, "unit_amount_decimal") for name in ("amount", "price_data", "pricing"))

GROUPS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "POST /v1/invoices": (("days_until_due", "due_date"),),  # second-hand
    "POST /v1/invoiceitems": _EXACT,
    "POST /v1/invoiceitems/{invoiceitem}": _EXACT,
    "POST /v1/invoices/create_preview": (("schedule", "subscription"),),
    "POST /v1/subscriptions": (("trial_end", "trial_period_days"),),  # second-hand
}
"""Groups of one operation. [inferred, unless it says otherwise]"""


def check(operation: str, given: Mapping[str, Any]) -> None:
    """Refuse a request that names two of a group; what is unset is not named."""
    for group in GROUPS.get(operation, ()):
        _one_of(given, group, "")
    if not _concerned(operation):
        return
    for inner, at in [(given, ""), *((row, place) for row, _, place in hashes.inside(given))]:
        for group in EVERYWHERE:
            _one_of(inner, group, at)


@cache
def _concerned(operation: str) -> bool:
    """Whether any hash of an operation's parameters knows two names of a group; one that is gone may."""
    known = next((known for known in operations() if known.name == operation), None)
    return known is None or any(
        len(hash_.fields.keys() & group) > 1 for hash_ in _shapes(known.params) for group in EVERYWHERE
    )


def _shapes(kind: Type) -> Iterator[Hash]:
    """Every hash of fixed keys within a type."""
    match kind:
        case Hash(fields=fields):
            yield kind
            for field in fields.values():
                yield from _shapes(field.type)
        case ListOf(inner=inner) | MapOf(inner=inner) | Nullable(inner=inner) | Unsettable(inner=inner):
            yield from _shapes(inner)
        case AnyOf(options=options):
            for option in options:
                yield from _shapes(option)


def _one_of(given: Mapping[str, Any], group: tuple[str, ...], at: str) -> None:
    """At most one name of a group in one hash."""
    named = [f"{at}[{name}]" if at else name for name in group if given.get(name) is not None]
    if len(named) > 1:
        raise only_one_parameter(named, at or named[0])
