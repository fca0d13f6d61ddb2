"""Fates of cards: what a test declares that any test card shall do from some payment on, so that dunning is a story.

Stripe has nothing like it: its test cards do the same each time. A fate lies over a card's own behaviour; it counts the
payments that were kept, and a request that is refused whole counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinstripe.resources.payment_methods.behaviour import (
    AUTHENTICATION_REQUIRED,
    EXPIRED,
    GENERIC,
    INSUFFICIENT_FUNDS,
    LOST_CARD,
    PROCESSING_ERROR,
    STOLEN_CARD,
    VELOCITY,
    Authentication,
    Card,
)
from pinstripe.world import Object, Transaction

FAILS_LATER = "fails_later"
"""Every payment is declined."""
RECOVERS_AFTER = "recovers_after"
"""So many payments are declined, and then the card is well again."""
NEEDS_AUTHENTICATION = "needs_authentication_on_renewal"
"""Payments without the customer want them to be authenticated; with them they go well."""
FATES = (FAILS_LATER, RECOVERS_AFTER, NEEDS_AUTHENTICATION)

DECLINES = {
    decline.decline_code or decline.code: decline
    for decline in (GENERIC, INSUFFICIENT_FUNDS, LOST_CARD, STOLEN_CARD, VELOCITY, EXPIRED, PROCESSING_ERROR)
}
"""Why a card may be told to refuse, by the issuer's word or else Stripe's."""


class FateError(ValueError):
    """A fate there is not; the message says which there are."""


def read(given: Mapping[str, Any], *, used: bool) -> dict[str, Any] | None:
    """A fate from JSON: `fate`, `times`, `pays_first`, `decline_code`; None lifts it. Raises FateError.

    `pays_first` payments go well before it begins: one if the card was never charged, none if it was `used`.
    """
    unknown = sorted(set(given) - {"fate", "times", "pays_first", "decline_code"})
    if unknown:
        raise FateError(f"a fate has no {', '.join(unknown)}; it has fate, times, pays_first and decline_code")
    name = given.get("fate")
    if name is None:
        return None
    if name not in FATES:
        raise FateError(f"there is no fate {name!r}; there are {', '.join(FATES)}, and null for none")
    decline = given.get("decline_code", "generic_decline")
    if decline not in DECLINES:
        raise FateError(f"a card cannot be told to decline with {decline!r}, but with {', '.join(DECLINES)}")
    times = _count(given, "times", 1, least=1)
    if "times" in given and name != RECOVERS_AFTER:
        raise FateError(f"times is for {RECOVERS_AFTER}: how many payments are declined")
    pays = _count(given, "pays_first", 0 if used else 1, least=0)
    return {"fate": name, "times": times, "pays_first": pays, "decline_code": decline}


def _count(given: Mapping[str, Any], name: str, otherwise: int, *, least: int) -> int:
    """A whole number that is large enough."""
    value = given.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise FateError(f"{name} is a whole number, {least} or more")
    return value


def over(card: Card, method: Mapping[str, Any]) -> Card:
    """The card as its fate has it behave now."""
    fate = method.get("_fate")
    if fate is None or fate["pays_first"] > 0:
        return card
    if fate["fate"] == NEEDS_AUTHENTICATION:
        return replace(card, authentication=Authentication.OFF_SESSION, off_session=AUTHENTICATION_REQUIRED)
    return replace(card, on_charge=DECLINES[fate["decline_code"]])


def lived(tx: Transaction, id_: str, *, paid: bool) -> None:
    """Count a payment that was tried."""
    method = tx.get("payment_method", id_)
    fate = None if method is None else method.get("_fate")
    if method is None or fate is None:
        return
    if fate["pays_first"] > 0:
        tx.put(method, _fate={**fate, "pays_first": fate["pays_first"] - paid})
    elif fate["fate"] == RECOVERS_AFTER and not paid:
        left = fate["times"] - 1
        tx.put(method, _fate={**fate, "times": left} if left else None)


def declare(tx: Transaction, method: Object, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give a card its fate, or lift it; answers what it is then. Raises FateError."""
    if method["type"] != "card":
        raise FateError(f"only cards have fates, and {method.id} is a {method['type']}")
    used = any(charge["payment_method"] == method.id and charge["paid"] for charge in tx.all("charge"))
    fate = read(given, used=used)
    tx.put(method, _fate=fate)
    return {"payment_method": method.id, **(fate or {"fate": None})}
