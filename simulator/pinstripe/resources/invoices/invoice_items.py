"""Invoice items: what waits to be put on an invoice, by hand or because a subscription changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text
from pinstripe.billing.periods import Period
from pinstripe.resources import refusals
from pinstripe.resources.catalog import product_taxes
from pinstripe.resources.customers import ledger
from pinstripe.resources.discounts import applying
from pinstripe.resources.invoices import item_prices
from pinstripe.resources.params import Params
from pinstripe.resources.resource import (
    merged_metadata,
    named,
)
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction

MOST_ON_ONE = 250
"""Items of one invoice. [documented]"""


def require_place(invoice: Object, more: int, param: str) -> None:
    """A draft takes only so many items by hand. [documented; inferred: all of its lines count]"""
    if len(invoice["lines"]) + more > MOST_ON_ONE:
        raise refusals.invoice_is_full(MOST_ON_ONE, param)


def prorated(
    tx: Transaction,
    subscription: Object,
    item: str,
    price: Object,
    *,
    amount: int,
    description: str,
    period: Period,
    quantity: int,
    credited: Mapping[str, str] | None,
    at: int,
    discounted: Sequence[tuple[str, int]] = (),
    itemized: bool = False,
    rates: Sequence[str] = (),
    proration: bool = True,
) -> Object:
    """A pending entry for a part of a period; `credited` says which billed line it gives back. [recorded]

    Its amount already holds what discounts take off, of which `discounted` tells, unless they are itemized.
    [documented]
    """
    entry = tx.new(
        "invoiceitem",
        {
            "amount": amount,
            "currency": subscription["currency"],
            "customer": subscription["customer"],
            "date": at,
            "description": description,
            "discountable": False,
            "discounts": [],
            "frozen_fields": ["pricing", "quantity", "discounts"],
            "invoice": None,
            "invoicing_rules": [],
            "livemode": False,
            "metadata": subscription["metadata"],
            "period": {"end": period.end, "start": period.start},
            "proration": proration,
            "quantity": quantity,
            "quantity_decimal": str(quantity),
            "tax_rates": rates,
            "test_clock": subscription["test_clock"],
            "_discounted": [{"amount": off if itemized else 0, "discount": id_} for id_, off in discounted],
            "_price": price.id,
            "_credited": _credited(tx, credited),
            "_subscription": subscription.id,
            "_subscription_item": item,
            "_unit_amount_decimal": None,
        },
    )
    tx.emit("invoiceitem.created", entry)
    return entry


def _credited(tx: Transaction, billed: Mapping[str, str] | None) -> Mapping[str, Any] | None:
    """What a credit gives back: a line that was invoiced, or an entry that still waits."""
    if billed is None:
        return None
    if "entry" in billed:
        entry = tx.get("invoiceitem", billed["entry"])
        invoice_id = None if entry is None else entry["invoice"]
        if invoice_id is None:
            return {"invoice_item": billed["entry"], "type": "invoice_item"}
        lines = tx.read("invoice", invoice_id)["lines"]
        line = next(row["id"] for row in lines if entry_of(row) == billed["entry"])
        return _lines_credited(invoice_id, line)
    return _lines_credited(billed["invoice"], billed["id"])


def _lines_credited(invoice: str, line: str) -> Mapping[str, Any]:
    """A credit of one line of an invoice."""
    return {
        "invoice_line_item_details": {"invoice": invoice, "invoice_line_items": [line]},
        "type": "invoice_line_items",
    }


def entry_of(line: Mapping[str, Any]) -> str | None:
    """The pending entry a line came from."""
    parent = line["parent"]
    details = parent["subscription_item_details"] or parent["invoice_item_details"] or {}
    return details.get("invoice_item")


def new(tx: Transaction, params: Params, customer: Object, invoice: Object | None) -> Object:
    """A new item from the parameters of a request, or of one of its lines; it is on no invoice yet."""
    now = tx.now(customer["test_clock"])
    quantity = item_prices.quantity_of(params, Decimal(1))
    usual = invoice["currency"] if invoice else customer["currency"] or "usd"
    price, unit, amount = item_prices.money(tx, params, quantity, usual)
    automatic_tax.refuse_negative(invoice, amount)
    currency = price["currency"]
    customer = ledger.first_purchase(tx, customer, currency)
    given = params.get("period")
    subscription = params.get("subscription")
    if subscription is not None:
        named(tx, "subscription", subscription, "subscription")
    data = params.hash("price_data")
    bare = not params.hash("pricing") and not data.get("product") and not data.peek("product_data")  # a mere amount
    named_by = None if bare else _product_name(tx, price)  # [recorded: both]
    id_ = tx.new_id("ii")
    return tx.new(
        "invoiceitem",
        {
            **applying.to_entry(tx, params, id_, customer, currency),
            "amount": amount,
            "currency": currency,
            "customer": customer.id,
            "date": now,
            "description": params.get("description") or named_by,
            "discountable": params.get("discountable", amount >= 0),
            "frozen_fields": [],
            "invoice": None,
            "invoicing_rules": [],
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "period": given or {"end": now, "start": now},
            "proration": False,
            "quantity": int(quantity),
            "quantity_decimal": decimal_text(quantity),
            "test_clock": customer["test_clock"],
            "_price": price.id,
            "_credited": None,
            "_subscription": subscription,
            "_tax_behavior": params.get("tax_behavior"),
            "_tax_code": product_taxes.checked(params.get("tax_code"), params.name("tax_code")),
            "_unit_amount_decimal": decimal_text(unit),
        },
        id=id_,
    )


def of_usage(
    tx: Transaction, subscription: Object, item: str, price: Object, line: Mapping[str, Any], at: int
) -> Object:
    """A pending entry for what was used of a metered item, which its next invoice lists as this line. [inferred]

    Discounts, tax rates and billing credits treat it as they would the line. [inferred]
    """
    entry = prorated(
        tx,
        subscription,
        item,
        price,
        amount=line["amount"],
        description=line["description"],
        period=Period(line["period"]["start"], line["period"]["end"]),
        quantity=line["quantity"],
        credited=None,
        at=at,
        rates=line["_tax_rates"],
        proration=False,
    )
    return tx.put(
        entry,
        discountable=True,
        discounts=line["discounts"],
        quantity_decimal=line["quantity_decimal"],
        _usage_of=item,
        _takes_back=line.get("_takes_back", False),
        _unit_amount_decimal=line["pricing"]["unit_amount_decimal"],
    )


def extras(tx: Transaction, rows: Sequence[Params], customer: Object, subscription: Object) -> list[Object]:
    """`add_invoice_items`: what goes on a subscription's next invoice besides its items, told of as it is made."""
    entries = []
    now = tx.now_of(subscription)
    for row in rows:
        quantity = row.get("quantity", 1)
        given = row.get("price")
        if given is not None:
            price = named(tx, "price", given, row.name("price"))
            if price["type"] != "one_time":
                raise refusals.price_is_recurring(row.name("price"))
            price = item_prices.in_currency(price, subscription["currency"], row.name("price"))
            unit = Decimal(price["unit_amount_decimal"])
        else:
            if "price_data" not in row:
                raise errors.missing_parameter(row.name("price"))
            unit, product = item_prices.unit_amount_of(row)
            price = item_prices.hidden_price(tx, row.hash("price_data").get("currency").lower(), unit, row, product)
        if price["currency"] != subscription["currency"]:
            raise refusals.mismatch("currency")
        amount = item_prices.times(unit, Decimal(quantity))
        id_ = tx.new_id("ii")
        entry = tx.new(
            "invoiceitem",
            {
                **applying.to_entry(tx, row, id_, customer, price["currency"]),
                "amount": amount,
                "currency": price["currency"],
                "customer": customer.id,
                "date": now,
                "description": _product_name(tx, price),
                "discountable": amount >= 0,
                "frozen_fields": [],
                "invoice": None,
                "invoicing_rules": [],
                "livemode": False,
                "metadata": merged_metadata({}, row),
                "period": _period_of(row.hash("period"), subscription, now),
                "proration": False,
                "quantity": quantity,
                "quantity_decimal": str(quantity),
                "test_clock": customer["test_clock"],
                "_price": price.id,
                "_credited": None,
                "_subscription": subscription.id,
                "_unit_amount_decimal": decimal_text(unit),
            },
            id=id_,
        )
        tx.emit("invoiceitem.created", entry)
        entries.append(entry)
    return entries


def _period_of(given: Params, subscription: Object, now: int) -> dict[str, int]:
    """The time an added item is for: what the periods of all items share, unless ends are named. [documented]"""
    items = subscription["items"]
    start, end = given.hash("start"), given.hash("end")
    first, last = start.get("timestamp"), end.get("timestamp")
    if start.get("type", "max_item_period_start") == "max_item_period_start":
        first = max(item["current_period_start"] for item in items)
    if end.get("type", "min_item_period_end") == "min_item_period_end":
        last = min(item["current_period_end"] for item in items)
    return {"end": now if last is None else int(last), "start": now if first is None else int(first)}


def _product_name(tx: Transaction, price: Object) -> str:
    """What an item without a description is called."""
    return str(tx.read("product", price["product"])["name"])


def pending(tx: Transaction, customer: str, subscription: str | None) -> list[Object]:
    """The entries that wait for the next invoice, of this subscription and of none, as it will list them.

    The newest comes first [documented]; what one change prorates stays together, the credit before the debit.
    [recorded]
    """
    rows = tx.find("invoiceitem", "pending", customer)
    return newest_first(entry for entry in rows if entry["_subscription"] in (None, subscription))


_CHANGE = ("proration", "date", "_subscription")
"""What entries of one change share."""


def newest_first(entries: Iterable[Object]) -> list[Object]:
    """Entries, given from the oldest, as Stripe lists them: what one change prorates stays in order. [recorded]"""
    runs: list[list[Object]] = []
    for entry in entries:
        change = (entry["proration"], entry["date"], entry["_subscription"])
        if entry["proration"] and runs and change == tuple(runs[-1][-1][name] for name in _CHANGE):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return [entry for run in reversed(runs) for entry in run]


def put_on(tx: Transaction, entries: Sequence[Object], invoice: Object) -> Object:
    """Let entries know the invoice that took them."""
    for entry in entries:
        tx.put(entry, invoice=invoice.id)
    return invoice
