"""What a request says of a draft: its words, number and settings, how it is collected, when it is finalized."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.catalog import descriptors
from pinstripe.resources.connect import invoice_shares
from pinstripe.resources.customers import tax_ids
from pinstripe.resources.invoices import payment_settings
from pinstripe.resources.invoices.invoicing import DAY
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.resource import Call, named
from pinstripe.resources.subscriptions import cycles
from pinstripe.world import Object, Transaction

SOURCES = ("ba_", "card_", "src_")
"""How the ids of sources begin."""
PLAIN = ("custom_fields", "description", "effective_at", "footer", "shipping_details", "statement_descriptor")
"""Members that are kept as given."""
NO_RENDERING: Mapping[str, Any] = {
    "amount_tax_display": None,
    "pdf": {"page_size": "auto"},
    "template": None,
    "template_version": None,
}
"""How a one-off invoice is printed when nothing is said. [recorded]"""


def of_draft(call: Call, customer: Object, before: Object | None = None) -> dict[str, Any]:
    """The members a request gives of a draft."""
    tx, params = call.tx, call.params
    given = given_words(call, before)
    if "default_payment_method" in params:
        id_ = params.get("default_payment_method")
        given["default_payment_method"] = (
            id_ and payment_methods.of_customer(tx, id_, customer, "default_payment_method").id
        )
    if "default_source" in params:
        given["default_source"] = source(tx, params, customer)
    method = params.get("collection_method")
    days, due = params.get("days_until_due"), params.get("due_date")
    if method is not None:
        given["collection_method"] = method
    if method == "send_invoice":
        given["next_payment_attempt"] = None
    charged = (method or (before and before["collection_method"]) or "charge_automatically") != "send_invoice"
    if charged and (days is not None or due is not None):
        raise refusals.due_without_sending()
    if days is not None or due is not None:
        given["due_date"] = due
        given["_days_until_due"] = days
    if method == "send_invoice":
        if not customer["email"]:
            raise refusals.missing_email()
        if due is None:
            if days is None:
                raise refusals.needs_days_until_due()
            given["due_date"] = tx.now(customer["test_clock"]) + days * DAY
    return given


def source(tx: Transaction, params: Params, customer: Object) -> str | None:
    """The source of the customer's that is to pay, from before payment methods, if a request names one. [documented]"""
    id_ = params.get("default_source")
    if id_ is None:
        return None
    if not id_.startswith(SOURCES):
        raise errors.no_such("source", id_, param=params.name("default_source"))
    return payment_methods.of_customer(tx, id_, customer, params.name("default_source")).id


def finalizing(call: Call, method: str, now: int) -> dict[str, Any]:
    """When a draft is to finalize by itself, if the request names a moment. [documented]"""
    params = call.params
    if params.get("automatically_finalizes_at") is None:
        return {}
    at = cycles.require_future(params, "automatically_finalizes_at", now)
    return {"automatically_finalizes_at": at, "next_payment_attempt": at if method == "charge_automatically" else None}


def given_words(call: Call, before: Object | None = None) -> dict[str, Any]:
    """The members a request gives of a draft, besides how it is collected."""
    params = call.params
    descriptors.require(params)
    members = params.pick(*PLAIN)
    if "number" in params:
        members["number"] = params.get("number")
    members |= invoice_shares.of_invoice(call.tx, params, before) | tax_ids.of_account(call.tx, params)
    if "rendering" in params:
        members["rendering"] = _rendering(call.tx, params.hash("rendering"), before)
    if "payment_settings" in params:
        known = payment_settings.NOTHING if before is None else before["payment_settings"]
        members["payment_settings"] = payment_settings.of_invoice(call, params.hash("payment_settings"), known)
    return members


def _rendering(tx: Transaction, given: Params, before: Object | None) -> dict[str, Any]:
    """How the invoice is printed."""
    if given.get("template"):  # only the Dashboard makes one
        named(tx, "invoice_rendering_template", given.get("template"), given.name("template"))
    known: Mapping[str, Any] = (before and before["rendering"]) or NO_RENDERING
    pdf = given.hash("pdf")
    return {
        **known,
        **given.pick("amount_tax_display", "template", "template_version"),
        "pdf": {"page_size": pdf.get("page_size") or known["pdf"]["page_size"]},
    }
