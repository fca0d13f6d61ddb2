"""What the operations of invoices, their items and lines need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.fair.asker import Asker, Table
from pinstripe_contracts.fair.core import customer, draft, first, open_invoice, paid_invoice, price, subscription


def invoice_item(asker: Asker) -> str:
    """Ten dollars that wait for an invoice."""
    body = {"customer": customer(asker), "amount": 1000, "currency": "usd"}
    return str(asker.ok("POST", "/v1/invoiceitems", body)["id"])


def payment(asker: Asker) -> str:
    """The payment of a paid invoice."""
    paid_invoice(asker)
    return first(asker, "/v1/invoice_payments")


def an_open_invoice(asker: Asker) -> Mapping[str, Any]:
    """An invoice that waits for its money."""
    return {"invoice": open_invoice(asker)}


def a_line(asker: Asker) -> Mapping[str, Any]:
    """A line of a draft."""
    id_ = draft(asker)
    return {"invoice": id_, "line_item_id": line(asker, id_)}


def a_draft_to_fill(asker: Asker) -> Mapping[str, Any]:
    """A draft, and a line to come."""
    return {"invoice": draft(asker), "params": {"lines": [{"amount": 500, "description": "Gold"}]}}


def a_line_to_update(asker: Asker) -> Mapping[str, Any]:
    """A draft, and a line that is to say something else."""
    id_ = draft(asker)
    return {"invoice": id_, "params": {"lines": [{"id": line(asker, id_), "description": "Gold"}]}}


def a_line_to_remove(asker: Asker) -> Mapping[str, Any]:
    """A draft, and a line that is to go."""
    id_ = draft(asker)
    return {"invoice": id_, "params": {"lines": [{"id": line(asker, id_), "behavior": "delete"}]}}


def an_invoice_to_send(asker: Asker) -> Mapping[str, Any]:
    """A draft that is sent."""
    terms = {"customer": customer(asker), "collection_method": "send_invoice", "days_until_due": 30}
    return {"invoice": asker.ok("POST", "/v1/invoices", terms)["id"]}


def a_payment_apart(asker: Asker) -> Mapping[str, Any]:
    """An open invoice, and a payment by the same customer that has nothing to do with it yet."""
    id_ = open_invoice(asker)
    whose = asker.ok("GET", f"/v1/invoices/{id_}")["customer"]
    method = asker.ok("GET", f"/v1/customers/{whose}/payment_methods")["data"][0]["id"]
    terms = {"amount": 1000, "currency": "usd", "customer": whose, "payment_method": method, "confirm": True}
    return_url = {"return_url": "https://example.com"}
    intent = asker.ok("POST", "/v1/payment_intents", terms | return_url)["id"]
    return {"invoice": id_, "params": {"payment_intent": intent}}


def an_offer(asker: Asker) -> Mapping[str, Any]:
    """A quote that was finalized."""
    terms = {"customer": customer(asker), "line_items": [{"price": price(asker), "quantity": 1}]}
    id_ = asker.ok("POST", "/v1/quotes", terms)["id"]
    asker.ok("POST", f"/v1/quotes/{id_}/finalize")
    return {"quote": id_}


def a_classic_subscription(asker: Asker) -> Mapping[str, Any]:
    """A subscription of the older billing mode."""
    body = {"customer": customer(asker), "items": [{"price": price(asker)}], "billing_mode": {"type": "classic"}}
    id_ = asker.ok("POST", "/v1/subscriptions", body)["id"]
    return {"subscription": id_, "params": {"billing_mode": {"type": "flexible"}}}


def a_paused_subscription(asker: Asker) -> Mapping[str, Any]:
    """A subscription at rest."""
    id_ = subscription(asker)
    asker.ok("POST", f"/v1/subscriptions/{id_}/pause")
    return {"subscription": id_}


def line(asker: Asker, invoice: str) -> str:
    """The first line of an invoice."""
    return str(asker.ok("GET", f"/v1/invoices/{invoice}/lines")["data"][0]["id"])


TABLE = Table(
    requests={
        "POST /v1/quotes": {"customer": "$customer", "line_items": [{"price": "$price", "quantity": 1}]},
        "POST /v1/subscription_schedules": {
            "customer": "$customer",
            "start_date": "now",
            "phases": [{"items": [{"price": "$price"}], "duration": {"interval": "month", "interval_count": 2}}],
        },
        "POST /v1/credit_notes": {"invoice": "$open_invoice", "amount": 400},
        "GET /v1/credit_notes/preview": {"invoice": "$open_invoice", "amount": 400},
        "GET /v1/credit_notes/preview/lines": {"invoice": "$open_invoice", "amount": 400},
        "POST /v1/invoiceitems": {"customer": "$customer", "amount": 1000, "currency": "usd"},
        "POST /v1/invoices": {"customer": "$customer"},
        "POST /v1/invoices/create_preview": {"subscription": "$subscription"},
    },
    makers={
        "/v1/invoice_payments/{}": payment,
        "/v1/invoiceitems/{}": invoice_item,
    },
    before={
        "POST /v1/invoices/{invoice}/add_lines": a_draft_to_fill,
        "POST /v1/invoices/{invoice}/lines/{line_item_id}": a_line,
        "POST /v1/invoices/{invoice}/remove_lines": a_line_to_remove,
        "POST /v1/invoices/{invoice}/send": an_invoice_to_send,
        "POST /v1/invoices/{invoice}/update_lines": a_line_to_update,
        "POST /v1/quotes/{quote}/accept": an_offer,
        "GET /v1/quotes/{quote}/pdf": an_offer,
        "POST /v1/subscriptions/{subscription}/migrate": a_classic_subscription,
        "POST /v1/subscriptions/{subscription}/resume": a_paused_subscription,
        "POST /v1/invoices/{invoice}/attach_payment": a_payment_apart,
        "POST /v1/invoices/{invoice}/mark_uncollectible": an_open_invoice,
        "POST /v1/invoices/{invoice}/void": an_open_invoice,
    },
)
