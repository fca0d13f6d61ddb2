"""Search: `GET /v1/{noun}/search`, and what each noun may be searched by.

The fields and their types are Stripe's. [documented] Everything is found the moment it is there, where Stripe takes up
to a minute. Objects under a test clock are found like any other, and the newest comes first. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.resource import Answer, Call, Found, Handler
from pinstripe.wire import search as language
from pinstripe.wire.search import Field, Type, at


def _fields(numeric: str = "", string: str = "", token: str = "") -> dict[str, Field]:
    """Fields that are members of their own name; every noun has metadata beside them."""
    rows = [(numeric, Type.NUMERIC), (string, Type.STRING), (f"{token} metadata", Type.TOKEN)]
    return {name: Field(type_, at(name)) for names, type_ in rows for name in names.split()}


def _refunded(charge: Mapping[str, Any]) -> bool | None:
    """Whether a charge is refunded wholly (true), in part (false) or not at all (null). [documented]"""
    return bool(charge["refunded"]) if charge["amount_refunded"] else None


CHARGES = {
    **_fields(numeric="amount created", token="billing_details.address.postal_code currency customer disputed status"),
    "refunded": Field(Type.TOKEN, _refunded),
    **{
        name: Field(Type.TOKEN, at(name))
        for source in ("card", "card_present", "interac_present")
        for member in ("brand", "exp_month", "exp_year", "fingerprint", "last4")
        for name in [f"payment_method_details.{source}.{member}"]
    },
}

INVOICES = {
    **_fields(numeric="created total", string="number receipt_number status", token="currency customer"),
    "last_finalization_error_code": Field(Type.TOKEN, at("last_finalization_error.code")),
    "last_finalization_error_type": Field(Type.TOKEN, at("last_finalization_error.type")),
    "subscription": Field(Type.STRING, at("parent.subscription_details.subscription")),
}

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "charge": CHARGES,
    "customer": _fields(numeric="created", string="email name phone"),
    "invoice": INVOICES,
    "payment_intent": _fields(numeric="amount created", token="currency customer status"),
    "price": _fields(string="lookup_key product", token="active currency type"),
    "product": _fields(string="description name url", token="active shippable"),
    "subscription": _fields(numeric="canceled_at created", token="status"),
}
"""What each noun may be searched by; `{noun}s` is its word in Stripe's sentences."""


def search(kind: str) -> Handler:
    """GET the objects of a kind that a query describes, newest first."""

    def run(call: Call) -> Answer:
        """Ask the question of every object as it is shown."""
        tx = call.tx
        asks = language.question(language.parse(call.params.get("query")), FIELDS[kind], f"{kind}s")
        rows = (obj for obj in tx.all(kind) if not obj.get("deleted"))
        return Found([obj for obj in rows if asks(tx.world.render(tx, obj))])

    return run
