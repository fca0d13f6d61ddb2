"""Whether an issued card may pay: its state, its holder's, and what both are allowed to spend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pinstripe.world import Object, Transaction


def verdict(tx: Transaction, card: Object, request: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a request is approved, and the reason in Stripe's word. [documented]"""
    holder = tx.read("issuing.cardholder", card["cardholder"])
    if card["status"] != "active":
        return False, f"card_{card['status']}"
    if holder["status"] != "active":
        return False, f"cardholder_{holder['status']}"
    month = datetime.fromtimestamp(tx.now(), UTC)
    if (card["exp_year"], card["exp_month"]) < (month.year, month.month):
        return False, "card_expired"
    own = _spent(tx, card=card.id)
    if _forbidden(card["spending_controls"], request, own, tx.now()):
        return False, "spending_controls"
    everyone = _spent(tx, cardholder=holder.id)
    if _forbidden(holder.get("spending_controls") or {}, request, everyone, tx.now()):
        return False, "spending_controls"
    return True, "card_active"


def _forbidden(
    controls: Mapping[str, Any], request: Mapping[str, Any], spent: list[tuple[int, str, int]], now: int
) -> bool:
    """Whether controls say no: to the kind of shop, its country, the way of paying, or the amount."""
    facts = {
        "categories": request["merchant_data"]["category"],
        "merchant_countries": request["merchant_data"].get("country"),
        "card_presences": request.get("card_presence"),
    }
    for name, fact in facts.items():
        allowed, blocked = controls.get(f"allowed_{name}"), controls.get(f"blocked_{name}")
        if (allowed and fact not in allowed) or (blocked and fact in blocked):
            return True
    return any(_over(limit, request, spent, now) for limit in controls.get("spending_limits") or ())


def _over(limit: Mapping[str, Any], request: Mapping[str, Any], spent: list[tuple[int, str, int]], now: int) -> bool:
    """Whether one more purchase goes over a limit in the interval that is running, in UTC. [documented]"""
    category = request["merchant_data"]["category"]
    only = limit.get("categories")
    if only and category not in only:
        return False
    since = _since(limit["interval"], now)
    before = sum(amount for at, of, amount in spent if at >= since and (not only or of in only))
    return bool(request["amount"] + before > limit["amount"])


def _since(interval: str, now: int) -> int:
    """When the interval began; a week begins on Sunday. [documented]"""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0)
    begun = {
        "per_authorization": now + 1,
        "daily": int(today.timestamp()),
        "weekly": int(today.timestamp()) - (today.isoweekday() % 7) * 86_400,
        "monthly": int(today.replace(day=1).timestamp()),
        "yearly": int(today.replace(month=1, day=1).timestamp()),
        "all_time": 0,
    }
    return begun[interval]


def _spent(tx: Transaction, **of: str) -> list[tuple[int, str, int]]:
    """What was authorized or captured and not given back: when, in what kind of shop, how much."""
    return [*_authorized(tx, of), *_captured(tx, of)]


def _authorized(tx: Transaction, of: Mapping[str, str]) -> Iterator[tuple[int, str, int]]:
    for row in _filed(tx, "issuing.authorization", of):
        if row["approved"]:
            yield row["created"], row["merchant_data"]["category"], row["amount"]


def _captured(tx: Transaction, of: Mapping[str, str]) -> Iterator[tuple[int, str, int]]:
    for row in _filed(tx, "issuing.transaction", of):
        yield row["created"], row["merchant_data"]["category"], -row["amount"]


def _filed(tx: Transaction, kind: str, of: Mapping[str, str]) -> list[Object]:
    ((index, id_),) = of.items()
    return tx.find(kind, index, id_)
