"""What a quote costs: up front, and again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe.billing import pricing
from pinstripe.resources.catalog import prices
from pinstripe.resources.catalog.prices import is_metered, rate
from pinstripe.resources.discounts import offered_discounts, reckoning
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.selling import breakdowns, checkout_items, checkout_totals
from pinstripe.world import Object, Transaction
from pinstripe.world.objects import changed


def reckoned(tx: Transaction, quote: Object) -> Object:
    """The quote with what it costs up front and again and again. [documented; inferred: on trial nothing up front]

    What recurs knows only the discounts that last for ever. [documented]
    """
    quote = _offering(tx, quote)
    items, taxes = _priced(tx, quote, quote["_items"])
    recurring = [item for item in items if checkout_items.recurs(tx, item)]
    later = {item["id"] for item in recurring} if quote["subscription_data"]["trial_period_days"] else set()
    upfront = [item for item in items if item["id"] not in later]
    if later:
        upfront, _ = _priced(tx, quote, upfront)
    sums = _sums(upfront)
    again = None
    if recurring:
        rhythm = tx.read("price", recurring[0]["price"])["recurring"]
        lasting, _ = _priced(tx, quote, recurring, lasting=True)
        again = {**_sums(lasting), "interval": rhythm["interval"], "interval_count": rhythm["interval_count"]}
    return tx.put(
        quote,
        amount_subtotal=sums["amount_subtotal"],
        amount_total=sums["amount_total"],
        computed={"recurring": again, "upfront": sums},
        currency=items[0]["currency"] if items else None,
        total_details=sums["total_details"],
        _items=tuple(items),
        _upfront=tuple(item["id"] for item in upfront),
        **taxes,
    )


def _offering(tx: Transaction, quote: Object) -> Object:
    """The quote and its items with the discounts that they offer."""
    items = quote["_items"]
    if not items:
        return tx.put(quote, discounts=())
    buyer = _buyer(tx, quote)
    currency, now = items[0]["currency"], tx.now_of(quote)
    amounts = {item["id"]: _amount(tx, item) for item in items}
    whole = Purchase(buyer, currency, now, amount=sum(amounts.values()), offers=True)
    own = [
        offered_discounts.shown(
            tx,
            item["_discounts"],
            Purchase(buyer, currency, now, amount=amounts[item["id"]], offers=True),
            f"line_items[{index}][discounts]",
            item["_offers"],
        )
        for index, item in enumerate(items)
    ]
    return tx.put(
        quote,
        discounts=offered_discounts.shown(tx, quote["_discounts"], whole, "discounts", quote.get("discounts", ())),
        _items=tuple(changed(item, {"_offers": ids}) for item, ids in zip(items, own, strict=True)),
    )


def _buyer(tx: Transaction, quote: Object) -> Object:
    """Whom it is offered to, if that is known."""
    return checkout_totals.GUEST if quote["customer"] is None else tx.read("customer", quote["customer"])


def _amount(tx: Transaction, item: Mapping[str, Any]) -> int:
    """What an item's price makes of it; usage costs nothing yet."""
    price = prices.sold(tx, item["price"], item["currency"])
    return 0 if is_metered(price) else pricing.amount(rate(price), Decimal(item["quantity"]))


def _sums(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What items come to."""
    return {
        "amount_subtotal": sum(item["amount_subtotal"] for item in items),
        "amount_total": sum(item["amount_total"] for item in items),
        "total_details": {
            "amount_discount": sum(item["amount_discount"] for item in items),
            "amount_shipping": 0,
            "amount_tax": sum(item["amount_tax"] for item in items),
            **breakdowns.of_items(items),
        },
    }


def _priced(
    tx: Transaction, quote: Object, items: Sequence[Object], *, lasting: bool = False
) -> tuple[list[Object], dict[str, Any]]:
    """Items with what prices, discounts and taxes make of them, as on an invoice; and the quote's own taxes.

    An invoice lists what is sold once before what recurs, and its last line has the odd unit of a discount.
    """
    if not items:
        return [], {}

    def counted(ids: Sequence[str]) -> tuple[str, ...]:
        """The discounts that count."""
        return tuple(id_ for id_ in ids if not lasting or tx.read("discount", id_)["_for_ever"])

    lines = []
    for item in sorted(items, key=lambda item: checkout_items.recurs(tx, item)):
        price = tx.read("price", item["price"])
        details = Object({"price": price.id, "product": price["product"]})
        lines.append(
            Object(
                {
                    "amount": _amount(tx, item),
                    "discountable": True,
                    "discounts": counted(item["_offers"]),
                    "parent": Object({"subscription_item_details": None}),
                    "pricing": Object({"price_details": details}),
                    "_tax_rates": item["_tax_rates"],
                }
            )
        )
    terms = Object(
        {
            "automatic_tax": quote["automatic_tax"],
            "currency": items[0]["currency"],
            "default_tax_rates": quote["default_tax_rates"],
            "discounts": counted(quote["discounts"]),
            "_subscription": None,
        }
    )
    shown, sums = reckoning.reckon(tx, terms, lines, _buyer(tx, quote))
    taxes = {"automatic_tax": sums["automatic_tax"]} if "automatic_tax" in sums else {}
    return checkout_totals.by_invoice(items, {"lines": shown}), taxes
