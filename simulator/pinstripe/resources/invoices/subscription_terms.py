"""What an invoice has from the subscription that makes it."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.invoices import payment_settings
from pinstripe.world import Object, Transaction

DAY = 86400


def terms(tx: Transaction, subscription: Object | None, created: int) -> dict[str, Any]:
    """What the invoices of a subscription say and how they are collected. [documented]

    On the statement stands what the product of the first item says. [documented]
    """
    if subscription is None:
        return {}
    settings = subscription["invoice_settings"]
    sold = tx.read("price", subscription["items"][0]["price"])["product"]
    members: dict[str, Any] = {
        "account_tax_ids": settings["account_tax_ids"],
        "custom_fields": settings["custom_fields"],
        "description": settings["description"],
        "footer": settings["footer"],
        "statement_descriptor": tx.read("product", sold).get("statement_descriptor"),
    }
    members["payment_settings"] = payment_settings.inherited(subscription)
    if subscription["collection_method"] == "send_invoice":
        days = subscription["days_until_due"]
        members |= {
            "collection_method": "send_invoice",
            "due_date": created + days * DAY,
            "next_payment_attempt": None,
            "_days_until_due": days,
        }
    return members


def parent(subscription: Object | None) -> dict[str, Any] | None:
    """What made the invoice; it keeps the subscription's metadata as they were. [documented]"""
    if subscription is None:
        return None
    return {
        "quote_details": None,
        "subscription_details": {
            "metadata": subscription["metadata"],
            "subscription": subscription.id,
        },
        "type": "subscription_details",
    }
