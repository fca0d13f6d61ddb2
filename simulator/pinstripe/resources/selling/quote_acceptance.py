"""What becomes of a quote that is accepted: a subscription, a schedule that begins one, or an invoice."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.connect import offer_shares
from pinstripe.resources.customers import ledger
from pinstripe.resources.discounts import applying, discounts, offered_discounts
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.invoices import drafts, invoice_items, invoicing
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.selling import checkout_items
from pinstripe.resources.subscriptions import schedule_settings, schedules, signup
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction


def made(tx: Transaction, quote: Object) -> dict[str, Any]:
    """The members that name what was made. [documented; inferred: a subscription's first invoice waits its hour]"""
    recurring = [item for item in quote["_items"] if checkout_items.recurs(tx, item)]
    once = [item for item in quote["_items"] if item not in recurring]
    if not recurring:
        return {"invoice": _invoice(tx, quote).id}
    effective = quote["subscription_data"]["effective_date"]
    if effective is not None and effective > tx.now_of(quote):
        return {"subscription_schedule": _schedule(tx, quote, recurring, once, effective).id}
    return {"subscription": _subscription(tx, quote, recurring, once).id}


def _rows(items: list[Object]) -> list[dict[str, Any]]:
    """Items as the parameters of a request."""
    rows = []
    for item in items:
        row: dict[str, Any] = {"price": item["price"]}
        if item["quantity"]:
            row["quantity"] = item["quantity"]
        if item["_discounts"]:
            row["discounts"] = offered_discounts.asked(item["_discounts"])
        if item["_tax_rates"]:
            row["tax_rates"] = list(item["_tax_rates"])
        rows.append(row)
    return rows


def _subscription(tx: Transaction, quote: Object, recurring: list[Object], once: list[Object]) -> Object:
    """The subscription that was offered."""
    data = quote["subscription_data"]
    values: dict[str, Any] = {
        "add_invoice_items": _rows(once),
        "billing_mode": data["billing_mode"],
        "collection_method": quote["collection_method"],
        "customer": quote["customer"],
        "description": data["description"],
        "items": _rows(recurring),
        "metadata": dict(data["metadata"]),
        **offer_shares.of_sale(quote, recurs=True),
    }
    if quote["collection_method"] == "send_invoice":
        values["days_until_due"] = quote["invoice_settings"]["days_until_due"]
    if _words(quote):
        values["invoice_settings"] = _words(quote)
    if data["trial_period_days"]:
        values["trial_period_days"] = data["trial_period_days"]
    if quote["default_tax_rates"]:
        values["default_tax_rates"] = list(quote["default_tax_rates"])
    if quote["_discounts"]:
        values["discounts"] = offered_discounts.asked(quote["_discounts"])
    if automatic_tax.wants(quote):
        values["automatic_tax"] = {"enabled": True}
    call = Call("POST /v1/subscriptions", "/v1/subscriptions", {}, Params(values), tx)
    return signup.begin(call, waits=True)


def _words(quote: Object) -> dict[str, Any]:
    """What the quote has its invoices say."""
    said = {name: quote["invoice_settings"][name] for name in (*schedule_settings.WORDS, "issuer")}
    return {name: value for name, value in said.items() if value not in (None, schedule_settings.SELF)}


def _schedule(tx: Transaction, quote: Object, recurring: list[Object], once: list[Object], effective: int) -> Object:
    """The schedule that begins the subscription when it was offered for."""
    data, settings = quote["subscription_data"], _words(quote)
    phase: dict[str, Any] = {
        "add_invoice_items": _rows(once),
        "collection_method": quote["collection_method"],
        "description": data["description"],
        "items": _rows(recurring),
        "metadata": dict(data["metadata"]),
    }
    if quote["collection_method"] == "send_invoice":
        settings["days_until_due"] = quote["invoice_settings"]["days_until_due"]
    if data["trial_period_days"]:
        phase["trial_end"] = effective + data["trial_period_days"] * invoicing.DAY
    phase |= offer_shares.of_sale(quote, recurs=True)
    if quote["default_tax_rates"]:
        phase["default_tax_rates"] = list(quote["default_tax_rates"])
    if quote["_discounts"]:
        phase["discounts"] = offered_discounts.asked(quote["_discounts"])
    if automatic_tax.wants(quote):
        phase["automatic_tax"] = {"enabled": True}
    if settings:
        phase["invoice_settings"] = settings
    values = {
        "billing_mode": data["billing_mode"],
        "customer": quote["customer"],
        "phases": [phase],
        "start_date": effective,
    }
    call = Call("POST /v1/subscription_schedules", "/v1/subscription_schedules", {}, Params(values), tx)
    return schedules.begin(call)


def _invoice(tx: Transaction, quote: Object) -> Object:
    """A draft of what was offered once, to be finalized by hand. [documented: a draft; inferred: by hand]"""
    customer = ledger.first_purchase(tx, tx.read("customer", quote["customer"]), quote["currency"])
    now = tx.now_of(customer)
    entries = []
    for item in quote["_items"]:
        params = Params(
            {
                "discounts": offered_discounts.asked(item["_discounts"]),
                "pricing": {"price": item["price"]},
                "quantity": item["quantity"],
            }
        )
        entry = invoice_items.new(tx, params, customer, None)
        entries.append(tx.put(entry, tax_rates=item["_tax_rates"]))
    days = quote["invoice_settings"]["days_until_due"]
    sent = quote["collection_method"] == "send_invoice"
    amount = sum(entry["amount"] for entry in entries)
    purchase = Purchase(customer, quote["currency"], now, "invoice", None, amount)
    rows = [
        Params(row, f"discounts[{index}]") for index, row in enumerate(offered_discounts.asked(quote["_discounts"]))
    ]
    own = {"discounts": discounts.redeem(tx, rows, purchase)} if rows else {}
    draft = drafts.of_customer(
        tx,
        customer,
        entries,
        reason="quote_accept",
        currency=quote["currency"],
        given={
            **own,
            "automatic_tax": automatic_tax.member(automatic_tax.wants(quote)),
            "collection_method": quote["collection_method"],
            "default_tax_rates": quote["default_tax_rates"],
            "description": quote["description"],
            "due_date": now + days * invoicing.DAY if sent and days else None,
            "footer": quote["footer"],
            **_words(quote),
            **offer_shares.of_invoice(quote),
            "parent": {"quote_details": {"quote": quote.id}, "subscription_details": None, "type": "quote_details"},
            "_days_until_due": days if sent else None,
        },
    )
    applying.name_invoice(tx, draft)
    for entry in entries:
        tx.emit("invoiceitem.created", tx.read("invoiceitem", entry.id))
    tx.emit("invoice.created", draft)
    return draft
