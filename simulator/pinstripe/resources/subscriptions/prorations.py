"""What a change in the middle of a period gives back and bills, and what an item remembers of its bills."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing import proration, wording
from pinstripe.billing.money import round_half_down
from pinstripe.billing.periods import Period
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.discounts import applying
from pinstripe.resources.invoices import invoice_items, invoice_lines
from pinstripe.resources.subscriptions import cycles
from pinstripe.resources.usage import shared_seconds
from pinstripe.world import Object, Transaction, frozen


@dataclass(frozen=True, slots=True)
class Prorating:
    """How a change is billed: at which moment, under which subscription; `wanted` is false for `none`.

    `anew` says that the periods begin anew after it, whatever the items' own would be.
    """

    subscription: Object
    at: int
    wanted: bool
    anew: bool = False


def credit(tx: Transaction, item: Object, how: Prorating) -> list[Object]:
    """Pending entries that give back what was billed of an item and is not used up: one for each line it had.

    Of a metered one they bill what was used of it until now, which classic mode leaves unbilled. [documented]
    """
    if not how.wanted:
        return []
    if is_metered(tx.read("price", item["price"])):
        now = tx.now_of(how.subscription)
        classic = how.subscription["billing_mode"]["type"] == "classic"
        return [] if classic else usage(tx, how.subscription, item, Period(item["current_period_start"], now))
    entries = []
    for billed in _billed(tx, item, how):
        period = Period(billed["start"], billed["end"])
        left = Period(max(how.at, period.start), period.end)  # all of what was billed ahead
        of = tx.read("price", billed["price"])
        product = tx.read("product", of["product"])
        itemized = is_itemized(how.subscription)
        gross = sum(off for _, off in billed["discounted"]) if itemized else 0
        entries.append(
            invoice_items.prorated(
                tx,
                how.subscription,
                item["id"],
                of,
                amount=proration.unused_credit(billed["amount"] + gross, period, how.at),
                discounted=[(id_, proration.unused_credit(off, period, how.at)) for id_, off in billed["discounted"]],
                itemized=itemized,
                rates=item["tax_rates"],
                description=wording.unused_time(product["name"], Decimal(billed["quantity"]), left.start),
                period=left,
                quantity=billed["quantity"],
                credited=billed["line"],
                at=how.at,
            )
        )
    return entries


def usage(tx: Transaction, subscription: Object, item: Object, period: Period) -> list[Object]:
    """Pending entries for what was used of a metered item in a period: one for each line that costs something."""
    price = tx.read("price", item["price"])
    lines = invoice_lines.of_item(tx, subscription, item, period)
    now = tx.now_of(subscription)
    entries = [
        invoice_items.of_usage(tx, subscription, item["id"], price, line, now) for line in lines if line["amount"]
    ]
    if item.get("_counts_until") is not None:
        shared_seconds.remember(tx, subscription, item, now)
    return entries


def _billed(tx: Transaction, item: Object, how: Prorating) -> Sequence[Mapping[str, Any]]:
    """What a credit gives back: what was billed, or in classic mode what the period costs now. [documented]"""
    if how.subscription["billing_mode"]["type"] == "flexible":
        billed: Sequence[Mapping[str, Any]] = item["_debits"]
        return billed
    full, part = applying.full_price(tx, item, how.subscription, how.at), cycles.part(tx, how.subscription, item)
    return [
        {
            "amount": Fraction(full.net) * part,
            "discounted": [(id_, off * part) for id_, off in full.discounted],
            "end": item["current_period_end"],
            "line": item["_debits"][0]["line"] if item["_debits"] else None,
            "price": item["price"],
            "quantity": item["quantity"],
            "start": item["current_period_start"],
        }
    ]


def debit(tx: Transaction, item: Object, how: Prorating) -> tuple[list[Object], Object]:
    """Pending entries that bill an item for the rest of its period, and the item that remembers it.

    Where that is a part of the period its price is for, it is billed the share of the whole one. [inferred]
    """
    if not how.wanted or is_metered(tx.read("price", item["price"])):
        return [], item
    period = Period(item["current_period_start"], item["current_period_end"])
    whole = cycles.whole(tx, how.subscription, item)
    return _debited(tx, item, how, period.end, lambda amount: proration.debit(amount, period, how.at, whole))


def debit_so_far(tx: Transaction, item: Object, how: Prorating, until: int) -> tuple[list[Object], Object]:
    """The same of an item that a backdated subscription has had since `how.at`: one entry, however long that is.

    [documented: one line, by periods counted from that day; inferred: its words]
    """
    recurring = tx.read("price", item["price"])["recurring"]
    passed = cycles.passed(recurring, Period(how.at, until))
    return _debited(tx, item, how, until, lambda amount: round_half_down(amount * passed))


def _debited(
    tx: Transaction, item: Object, how: Prorating, until: int, share: Callable[[Fraction | int], int]
) -> tuple[list[Object], Object]:
    """An entry for the time up to a moment, which costs such a share of the price, and the item that remembers it."""
    price = tx.read("price", item["price"])
    product = tx.read("product", price["product"])
    full = applying.full_price(tx, item, how.subscription, how.at)
    itemized = is_itemized(how.subscription)
    gross = sum(off for _, off in full.discounted) if itemized else 0
    amount = share(full.net + gross)
    discounted = [(id_, share(off)) for id_, off in full.discounted]
    entry = invoice_items.prorated(
        tx,
        how.subscription,
        item["id"],
        price,
        amount=amount,
        discounted=discounted,
        itemized=itemized,
        rates=item["tax_rates"],
        description=wording.remaining_time(product["name"], Decimal(item["quantity"]), how.at),
        period=Period(how.at, until),
        quantity=item["quantity"],
        credited=None,
        at=how.at,
    )
    net = amount - (sum(off for _, off in discounted) if itemized else 0)
    billed = Billed(net, Period(how.at, until), {"entry": entry.id}, discounted)
    return [entry], remembering(item, [billed])


def is_itemized(subscription: Object) -> bool:
    """Whether its prorations stand before discounts, which are told beside them. [documented]"""
    return (subscription["billing_mode"]["flexible"] or {}).get("proration_discounts") == "itemized"


@dataclass(frozen=True, slots=True)
class Billed:
    """What a line billed of an item: the amount after discounts, its time, the line or entry, its discounts."""

    amount: int
    period: Period
    line: Mapping[str, str]
    discounted: Sequence[tuple[str, int]] = ()


def remembering(item: Object, billed: Sequence[Billed]) -> Object:
    """The item knowing what it was billed, which is what a later credit gives back. [documented for flexible mode]"""
    return Object(
        {
            **item,
            "_debits": frozen(
                [
                    {
                        "amount": one.amount,
                        "discounted": one.discounted,
                        "end": one.period.end,
                        "line": dict(one.line),
                        "price": item["price"],
                        "quantity": item["quantity"],
                        "start": one.period.start,
                    }
                    for one in billed
                ]
            ),
        }
    )
