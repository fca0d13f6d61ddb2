"""What the operations of invoices, their items and lines need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.surface.core import customer, draft, first, open_invoice, paid_invoice, price, subscription
from tests.surface.driver import Driver, Table


def invoice_item(driver: Driver) -> str:
    """Ten dollars that wait for an invoice."""
    body = {"customer": customer(driver), "amount": 1000, "currency": "usd"}
    return str(driver.ok("POST", "/v1/invoiceitems", body)["id"])


def payment(driver: Driver) -> str:
    """The payment of a paid invoice."""
    paid_invoice(driver)
    return first(driver, "/v1/invoice_payments")


def template(driver: Driver) -> str:
    """A template, which only the Dashboard makes."""
    tx = driver.simulator.accounts.of(driver.key).world.transaction()
    members = {
        "created": tx.now(),
        "livemode": False,
        "metadata": {},
        "nickname": None,
        "status": "active",
        "version": 1,
    }
    made = tx.new("invoice_rendering_template", members)
    tx.commit()
    return made.id


def an_open_invoice(driver: Driver) -> Mapping[str, Any]:
    """An invoice that waits for its money."""
    return {"invoice": open_invoice(driver)}


def a_line(driver: Driver) -> Mapping[str, Any]:
    """A line of a draft."""
    id_ = draft(driver)
    return {"invoice": id_, "line_item_id": line(driver, id_)}


def a_draft_to_fill(driver: Driver) -> Mapping[str, Any]:
    """A draft, and a line to come."""
    return {"invoice": draft(driver), "params": {"lines": [{"amount": 500, "description": "Gold"}]}}


def a_line_to_update(driver: Driver) -> Mapping[str, Any]:
    """A draft, and a line that is to say something else."""
    id_ = draft(driver)
    return {"invoice": id_, "params": {"lines": [{"id": line(driver, id_), "description": "Gold"}]}}


def a_line_to_remove(driver: Driver) -> Mapping[str, Any]:
    """A draft, and a line that is to go."""
    id_ = draft(driver)
    return {"invoice": id_, "params": {"lines": [{"id": line(driver, id_), "behavior": "delete"}]}}


def an_invoice_to_send(driver: Driver) -> Mapping[str, Any]:
    """A draft that is sent."""
    terms = {"customer": customer(driver), "collection_method": "send_invoice", "days_until_due": 30}
    return {"invoice": driver.ok("POST", "/v1/invoices", terms)["id"]}


def a_payment_apart(driver: Driver) -> Mapping[str, Any]:
    """An open invoice, and a payment by the same customer that has nothing to do with it yet."""
    id_ = open_invoice(driver)
    whose = driver.ok("GET", f"/v1/invoices/{id_}")["customer"]
    method = driver.ok("GET", f"/v1/customers/{whose}/payment_methods")["data"][0]["id"]
    terms = {"amount": 1000, "currency": "usd", "customer": whose, "payment_method": method, "confirm": True}
    return_url = {"return_url": "https://example.com"}
    intent = driver.ok("POST", "/v1/payment_intents", terms | return_url)["id"]
    return {"invoice": id_, "params": {"payment_intent": intent}}


def an_offer(driver: Driver) -> Mapping[str, Any]:
    """A quote that was finalized."""
    terms = {"customer": customer(driver), "line_items": [{"price": price(driver), "quantity": 1}]}
    id_ = driver.ok("POST", "/v1/quotes", terms)["id"]
    driver.ok("POST", f"/v1/quotes/{id_}/finalize")
    return {"quote": id_}


def a_classic_subscription(driver: Driver) -> Mapping[str, Any]:
    """A subscription of the older billing mode."""
    body = {"customer": customer(driver), "items": [{"price": price(driver)}], "billing_mode": {"type": "classic"}}
    id_ = driver.ok("POST", "/v1/subscriptions", body)["id"]
    return {"subscription": id_, "params": {"billing_mode": {"type": "flexible"}}}


def a_paused_subscription(driver: Driver) -> Mapping[str, Any]:
    """A subscription at rest."""
    id_ = subscription(driver)
    driver.ok("POST", f"/v1/subscriptions/{id_}/pause")
    return {"subscription": id_}


def line(driver: Driver, invoice: str) -> str:
    """The first line of an invoice."""
    return str(driver.ok("GET", f"/v1/invoices/{invoice}/lines")["data"][0]["id"])


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
        "/v1/invoice_rendering_templates/{}": template,
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
        "POST /v1/subscriptions/{subscription}/migrate": a_classic_subscription,
        "POST /v1/subscriptions/{subscription}/resume": a_paused_subscription,
        "POST /v1/invoices/{invoice}/attach_payment": a_payment_apart,
        "POST /v1/invoices/{invoice}/mark_uncollectible": an_open_invoice,
        "POST /v1/invoices/{invoice}/void": an_open_invoice,
    },
)
