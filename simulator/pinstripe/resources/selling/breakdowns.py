"""Which discounts and which taxes the sums of a Checkout Session or a quote hold: members that show when asked for.

Items keep both by id. What a session takes off is redeemed when it is completed; until then its discounts are those of
its rehearsal, which the session keeps. [inferred: that they have other ids then]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe.resources.resource import Include, shaped
from pinstripe.resources.taxes import outcomes
from pinstripe.world import Object, Transaction

Row = Mapping[str, Any]
SUMMED = ("amount", "taxable_amount")


def of_lines(lines: Sequence[Row]) -> dict[str, Any]:
    """What an item keeps of the lines that an invoice has for it."""
    off = _discounts(row for line in lines for row in line["discount_amounts"])
    return {"_off": off, "_taxes": _taxes(outcomes.by_id([one for line in lines for one in line["taxes"]]))}


def of_items(items: Iterable[Row], cost: Row | None = None) -> dict[str, Any]:
    """The same of several items, and of what sending them costs."""
    rows = list(items)
    taxes = [one for item in rows for one in item.get("_taxes", ())]
    return {
        "_off": _discounts(one for item in rows for one in item.get("_off", ())),
        "_taxes": _taxes([*taxes, *outcomes.by_id((cost or {}).get("_taxes", ()))]),
    }


def _discounts(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What each discount takes off in all."""
    return _added(rows, "discount")


def _taxes(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What each rate comes to in all, for each reason."""
    return _added(rows, "rate", "taxability_reason")


def _added(rows: Iterable[Row], *names: str) -> tuple[Row, ...]:
    """Rows with the same values of these members, added up."""
    sums: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        of = tuple(row[name] for name in names)
        before = sums.get(of)
        sums[of] = row if before is None else {**row, **{n: before[n] + row[n] for n in SUMMED if n in row}}
    return tuple(sums.values())


def rehearsed(scratch: Transaction, session: Object, items: Iterable[Row]) -> dict[str, Any]:
    """The discounts of a rehearsal, for its session to keep: of the session, and of nothing that does not exist yet."""
    nowhere = dict.fromkeys(("invoice", "invoice_item", "subscription", "subscription_item"))
    of = {"checkout_session": session.id, "customer": session["customer"]}
    kept = {}
    for id_ in dict.fromkeys(row["discount"] for item in items for row in item["_off"]):
        discount = scratch.read("discount", id_)
        coupon = discount["source"]["coupon"]
        own = f"di_1{scratch.world.seed.secret(f'{session.id} {coupon}', 23)}"
        kept[id_] = shaped("discount", Object({**discount, **nowhere, **of, "id": own}))
    return {"_rehearsed": kept}


# --- showing ---------------------------------------------------------------------------------------------------------


def includes(*places: str) -> dict[str, Include]:
    """`breakdown` of the sums at these places: every discount and every rate with its amount. [documented]"""

    def of(place: str) -> Include:
        """The member of one of them."""

        def include(tx: Transaction, owner: Object) -> dict[str, Any]:
            """Whole objects, and what each comes to."""
            sums: Row = owner
            for name in place.split("."):
                sums = sums[name]
            return {"discounts": discounts_of(tx, owner, sums), "taxes": taxes_of(tx, sums)}

        return include

    return {f"{place}.breakdown": of(place) for place in places}


def discounts_of(tx: Transaction, owner: Object, kept: Row) -> list[dict[str, Any]]:
    """What each discount takes off."""
    return [
        {"amount": row["amount"], "discount": _discount(tx, owner, row["discount"])} for row in kept.get("_off", ())
    ]


def taxes_of(tx: Transaction, kept: Row) -> list[dict[str, Any]]:
    """What each tax rate comes to."""
    return outcomes.whole(tx, kept.get("_taxes", ()))


def _discount(tx: Transaction, owner: Object, id_: str) -> Mapping[str, Any]:
    """A discount: the one that the sale has made of it, else the one of the rehearsal."""
    kept: Mapping[str, Any] | None = owner.get("_rehearsed", {}).get(id_)
    if kept is None:
        return shaped("discount", tx.read("discount", id_))
    made = (tx.read("discount", one) for one in _made(tx, owner))
    same = next((one for one in made if one["source"]["coupon"] == kept["source"]["coupon"]), None)
    return kept if same is None else shaped("discount", same)


def _made(tx: Transaction, session: Object) -> Sequence[str]:
    """The discounts that a completed session has redeemed."""
    if session.get("_redeemed"):
        return tuple(session["_redeemed"])
    invoice = None if session["invoice"] is None else tx.read("invoice", session["invoice"])
    return [] if invoice is None else [row["discount"] for row in invoice["total_discount_amounts"]]
