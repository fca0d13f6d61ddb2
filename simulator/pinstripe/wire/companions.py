"""Parameters that demand each other, as a table: a hash whose `type` names one of its own members must hold that one.

A shape cannot say so: `dropdown` is optional in a custom field, and required in one of that type. What a noun checks in
its own order or with a sentence of its own stands with the noun. [documented: each "if `type` is ..."; inferred: that
the sentence is the one of any parameter that is missing]
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pinstripe.errors import missing_parameter
from pinstripe.wire import hashes
from pinstripe_contracts import operations

DEMANDED: Mapping[str, frozenset[str]] = {
    "after_completion": frozenset(("redirect",)),
    "bank_transfer": frozenset(("eu_bank_transfer",)),
    "custom_fields": frozenset(("dropdown",)),
    "customer_acceptance": frozenset(("online",)),
    "icon": frozenset(("file", "url")),
    "issuer": frozenset(("account",)),
    "liability": frozenset(("account",)),
    "logo": frozenset(("file", "url")),
}
"""Hashes by the name of the parameter that they are, and the types that demand a member of their own name."""


def check(operation: str, given: Mapping[str, Any]) -> None:
    """Refuse the first hash that says its type and not what belongs to the type."""
    if not _concerned(operation):
        return
    for hash_, name, at in hashes.inside(given):
        type_ = str(hash_.get("type"))
        if type_ in DEMANDED.get(name, ()) and hash_.get(type_) is None:
            raise missing_parameter(f"{at}[{type_}]")


@cache
def _concerned(operation: str) -> bool:
    """Whether an operation has a parameter of the table; one that is gone may."""
    known = next((known for known in operations() if known.name == operation), None)
    return known is None or any(name in DEMANDED for name in hashes.names(known.params))
