"""Invoice items: what waits to be put on an invoice, by hand or because a subscription changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal, round_half_up
from pinstripe.billing.periods import Period
from pinstripe.resources import invoice_lines, invoicing, ledger, prices, refusals
from pinstripe.resources.params import Params
from pinstripe.resources.resource import (
    Answer,
    Call,
    Resource,
    addressed,
    deleted,
    listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


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
) -> Object:
    """A pending entry for a part of a period; `credited` says which billed line it gives back. [recorded]"""
    entry = tx.new(
        "invoiceitem",
        {
            "amount": amount,
            "currency": price["currency"],
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
            "proration": True,
            "quantity": quantity,
            "quantity_decimal": str(quantity),
            "tax_rates": [],
            "test_clock": subscription["test_clock"],
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


def create(call: Call) -> Answer:
    """POST /v1/invoiceitems: an amount, or a price and how many; pending unless a draft is named."""
    tx, params = call.tx, call.params
    customer = named(tx, "customer", params.get("customer"), "customer")
    invoice = _draft(tx, params, customer)
    now = tx.now(customer["test_clock"])
    quantity = params.get("quantity", 1)
    usual = invoice["currency"] if invoice else customer["currency"] or "usd"
    price, unit, amount = _money(tx, params, quantity, usual)
    currency = price["currency"]
    customer = ledger.first_purchase(tx, customer, currency)
    given = params.get("period")
    subscription = params.get("subscription")
    if subscription is not None:
        named(tx, "subscription", subscription, "subscription")
    entry = tx.new(
        "invoiceitem",
        {
            "amount": amount,
            "currency": currency,
            "customer": customer.id,
            "date": now,
            "description": params.get("description") or _product_name(tx, price),
            "discountable": params.get("discountable", amount >= 0),
            "discounts": [],
            "invoice": None,
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "period": given or {"end": now, "start": now},
            "proration": False,
            "quantity": quantity,
            "quantity_decimal": str(quantity),
            "tax_rates": [],
            "test_clock": customer["test_clock"],
            "_price": price.id,
            "_credited": None,
            "_subscription": subscription,
            "_unit_amount_decimal": decimal_text(unit),
        },
    )
    if invoice is None:
        tx.emit("invoiceitem.created", entry)
        return entry
    entry = tx.put(entry, invoice=invoice.id)
    line = invoice_lines.of_entry(tx, entry, None)
    after = invoicing.with_lines(tx, invoice, [line, *invoice["lines"]], customer)  # the newest on top [recorded]
    tx.emit("invoiceitem.created", entry)
    tx.emit("invoice.updated", after, before=invoice)
    return entry


def _draft(tx: Transaction, params: Params, customer: Object) -> Object | None:
    """The draft the item goes on at once, if one is named."""
    id_ = params.get("invoice")
    if id_ is None:
        return None
    invoice = named(tx, "invoice", id_, "invoice")
    if invoice["customer"] != customer.id:
        raise refusals.invoice_of_another_customer()
    if invoice["status"] != "draft":
        raise refusals.invoice_not_editable()
    return invoice


def _money(tx: Transaction, params: Params, quantity: int, usual: str) -> tuple[Object, Decimal, int]:
    """The price behind an item, its unit amount, and what the item comes to; `usual` is the currency unsaid."""
    given = params.hash("pricing").get("price")
    if given is not None:
        price = named(tx, "price", given, "pricing[price]")
        if price["type"] != "one_time":
            raise refusals.price_is_recurring("pricing[price]")
        unit = Decimal(price["unit_amount_decimal"])
    else:
        unit, product = _unit_amount(params)
        if quantity != 1 and "amount" in params:
            raise refusals.amount_and_quantity()
        currency = params.get("currency") or params.hash("price_data").get("currency") or usual
        price = _hidden_price(tx, currency.lower(), unit, params, product)
    return price, unit, round_half_up(Fraction(unit) * quantity)


def _unit_amount(params: Params) -> tuple[Decimal, str | None]:
    """What one unit costs by the parameters, and the product they name."""
    data = params.hash("price_data")
    if params.get("amount") is not None:
        return Decimal(params.get("amount")), None
    for source, product in ((params, None), (data, data.get("product"))):
        exact = source.get("unit_amount_decimal")
        if exact is not None:
            try:
                return parse_decimal(str(exact)), product
            except ValueError:
                raise refusals.invalid_decimal(source.name("unit_amount_decimal"), str(exact)) from None
    if data.get("unit_amount") is not None:
        return Decimal(data.get("unit_amount")), data.get("product")
    raise errors.missing_parameter("amount")


def _hidden_price(tx: Transaction, currency: str, unit: Decimal, params: Params, product_id: str | None) -> Object:
    """The inactive one-time price Stripe makes for a bare amount. [recorded]"""
    if product_id is not None:
        product = named(tx, "product", product_id, "price_data[product]")
    else:
        product = prices.new_product(tx, params.get("description") or "Invoice item", active=False)
    whole = int(unit) if unit == unit.to_integral_value() else None
    behavior = params.hash("price_data").get("tax_behavior") or "unspecified"
    return prices.new_price(tx, product, currency, whole, decimal_text(unit), active=False, tax_behavior=behavior)


def _product_name(tx: Transaction, price: Object) -> str:
    """What an item without a description is called."""
    return str(tx.read("product", price["product"])["name"])


def delete(call: Call) -> Answer:
    """DELETE /v1/invoiceitems/{invoiceitem}, while it is pending or on a draft."""
    tx = call.tx
    entry = addressed(call, "invoiceitem", param="invoiceitem")
    if entry["invoice"] is not None:
        invoice = tx.read("invoice", entry["invoice"])
        if invoice["status"] != "draft":
            raise refusals.item_is_invoiced()
        kept = [line for line in invoice["lines"] if entry_of(line) != entry.id]
        after = invoicing.with_lines(tx, invoice, kept, tx.read("customer", invoice["customer"]))
        tx.emit("invoice.updated", after, before=invoice)
    tx.delete(entry)
    tx.emit("invoiceitem.deleted", entry)
    return deleted(entry)


def view(tx: Transaction, entry: Object) -> Mapping[str, Any]:
    """An invoice item as Stripe shows it."""
    details = {"credited_items": entry["_credited"], "discount_amounts": []}
    return {
        **entry,
        **({"proration_details": details} if entry["proration"] else {}),
        **({} if entry["discountable"] else {"net_amount": entry["amount"]}),
        "parent": _parent(entry),
        "pricing": {
            "price_details": {"price": entry["_price"], "product": tx.read("price", entry["_price"])["product"]},
            "type": "price_details",
            "unit_amount_decimal": entry["_unit_amount_decimal"],
        },
    }


def _parent(entry: Object) -> dict[str, Any] | None:
    """The subscription an item belongs to."""
    if entry["_subscription"] is None:
        return None
    item = entry.get("_subscription_item")
    details = {"subscription": entry["_subscription"], **({"subscription_item": item} if item else {})}
    return {"subscription_details": details, "type": "subscription_details"}


def pending(tx: Transaction, customer: str, subscription: str | None) -> list[Object]:
    """The entries that wait for the next invoice, of this subscription and of none, as it will list them.

    The newest comes first [documented]; what one change prorates stays together, the credit before the debit.
    [recorded]
    """
    runs: list[list[Object]] = []
    for entry in tx.find("invoiceitem", "pending", customer):
        if entry["_subscription"] not in (None, subscription):
            continue
        if runs and entry["proration"] and runs[-1][-1]["proration"] and runs[-1][-1]["date"] == entry["date"]:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return [entry for run in reversed(runs) for entry in run]


def put_on(tx: Transaction, entries: Sequence[Object], invoice: Object) -> Object:
    """Let entries know the invoice that took them."""
    for entry in entries:
        tx.put(entry, invoice=invoice.id)
    return invoice


def _pending_of(entry: Object) -> tuple[str, ...]:
    """The customer whose next invoice takes the entry."""
    return (entry["customer"],) if entry["invoice"] is None else ()


INVOICE_ITEMS = Resource(
    Kind(
        "invoiceitem",
        "ii",
        indexes={"customer": by("customer"), "invoice": by("invoice"), "pending": _pending_of},
    ),
    {
        "POST /v1/invoiceitems": create,
        "GET /v1/invoiceitems": listing("invoiceitem", by={"customer": "customer", "invoice": "invoice"}),
        "GET /v1/invoiceitems/{invoiceitem}": retrieve("invoiceitem", param="invoiceitem"),
        "DELETE /v1/invoiceitems/{invoiceitem}": delete,
    },
    view=view,
)
