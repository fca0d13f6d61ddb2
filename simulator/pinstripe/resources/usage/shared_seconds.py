"""A second that two bills share: what was used in it before the first bill is on that, what came after it on the next.

A removal and a pause bill the usage of their very second. Where counting goes on in that second, by another item or
after a resumption, what they have billed of it is left out. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pinstripe.billing.money import decimal_text
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.usage import summaries
from pinstripe.world import Object, Transaction


def billed(tx: Transaction, subscription: Object, item: Mapping[str, Any], now: int) -> dict[str, Any]:
    """What an item has to know that goes on counting in a second which was billed.

    A sum or a count leaves out what there is already; other ways to count begin with the next second.
    """
    price = tx.read("price", item["price"])
    if not is_metered(price) or price["recurring"]["meter"] is None:
        return {}
    meter = tx.read("billing.meter", price["recurring"]["meter"])
    if meter["default_aggregation"]["formula"] == "last" or meter["event_time_window"] is not None:
        return {"_counts_from": now + 1, "_skips": None}
    quantity = summaries.used(tx, meter, subscription["customer"], now, now + 1)
    return {"_counts_from": now, "_skips": Object({"at": now, "quantity": decimal_text(quantity)})}


def remember(tx: Transaction, subscription: Object, item: Object, now: int) -> None:
    """Let the customer know of a meter whose usage was billed up to and with this second, even if it cost nothing."""
    customer = tx.read("customer", subscription["customer"])
    known = customer.get("_billed_now")
    others = known["meters"] if known and known["now"] == now else {}
    meter = tx.read("price", item["price"])["recurring"]["meter"]
    if meter is not None:
        meters = Object({**others, meter: Object(billed(tx, subscription, item, now))})
        tx.put(customer, _billed_now=Object({"meters": meters, "now": now}))


def going_on(tx: Transaction, subscription: Object, item: Object, now: int) -> Object:
    """An item that is added, after one of the same meter was removed in this very second."""
    meter = tx.read("price", item["price"])["recurring"]["meter"]
    known = tx.read("customer", subscription["customer"]).get("_billed_now")
    if not known or known["now"] != now:
        return item
    return Object({**item, **known["meters"].get(meter, {})})


def left_out(item: Mapping[str, Any], start: int, end: int) -> Decimal:
    """What of an item's usage in a stretch of time was billed before."""
    skips = item.get("_skips")
    return Decimal(skips["quantity"]) if skips and start <= skips["at"] < end else Decimal(0)
