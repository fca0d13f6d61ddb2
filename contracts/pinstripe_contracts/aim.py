"""A document aimed at one account: its parameters draw ids, moments and amounts that mean something there.

Most words drawn by chance name nothing and are refused at the door. So a parameter that names an object draws from the
known ones and one that is missing, a moment lies around now, and a request carries a handful of optional parameters,
not thirty. What is wrong in form comes from the negative half of a run.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pinstripe_contracts.lookup import Operation, contract, match, object_names, shape
from pinstripe_contracts.openapi import Json
from pinstripe_contracts.stock import placeholders
from pinstripe_contracts.types import AnyOf, Expandable, ListOf, Nullable, Type

OPTIONAL = 4
"""How many parameters beside the required ones a generated hash has at most."""
DAY = 86_400

KINDS: Mapping[str, str] = {
    "customer": "customer",
    "product": "product",
    "default_price": "price",
    "ids": "product",
    "price": "price",
    "plan": "price",
    "subscription": "subscription",
    "item": "subscription_item",
    "subscription_item": "subscription_item",
    "invoice": "invoice",
    "invoiceitem": "invoiceitem",
    "meter": "billing.meter",
    "event_name": "event_name",
    "payment_method": "payment_method",
    "default_payment_method": "payment_method",
    "test_clock": "test_helpers.test_clock",
    "charge": "charge",
    "payment_intent": "payment_intent",
    "entitlement_feature": "entitlements.feature",
}
"""Parameters that name an object whose own name is another; see `_nouns` for the rest."""

PAST, AROUND, FUTURE = (-40 * DAY, -DAY, 0), (-40 * DAY, -DAY, 0, DAY), (3600, DAY, 20 * DAY, 45 * DAY, 400 * DAY)
MOMENTS: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("backdate_start_date", "gt", "gte", "period_start", "start", "start_time", "timestamp"), PAST),
    **dict.fromkeys(("created", "effective_at", "proration_date"), AROUND),
    **dict.fromkeys(("automatically_finalizes_at", "billing_cycle_anchor", "cancel_at", "due_date", "end"), FUTURE),
    **dict.fromkeys(("end_time", "frozen_time", "lt", "lte", "period_end", "trial_end"), FUTURE),
}
"""Seconds from now, now being a whole hour: usage is summed by the hour."""

VALUES: Mapping[str, Sequence[Any]] = {
    "api_version": (contract().version,),
    "amount": (0, 1, 500, 1999, -500),
    "country": ("US", "DE"),
    "currency": ("usd", "eur", "jpy", "USD", "xyz"),
    "days_until_due": (0, 1, 30),
    "email": ("ada@example.com", "nobody"),
    "exp_month": (1, 12, 13),
    "exp_year": (2019, 2040),
    "interval_count": (0, 1, 3, 12),
    "limit": (0, 1, 2, 3, 100, 101),
    "lookup_key": ("gold", "silver"),
    "lookup_keys": ("gold", "silver"),
    "number": ("4242424242424242", "4000000000000002", "5555555555554444", "1234"),
    "quantity": (0, 1, 2, 10),
    "query": ("metadata['a']:'b'", "-metadata['a']:'b'", "metadata['a']:null", "colour:'red'"),
    "type": ("card",),
    "success_url": ("https://example.com/thanks",),
    "token": ("tok_visa", "tok_chargeDeclined"),
    "trial_period_days": (0, 7, 30, 731),
    "unit_amount": (0, 1, 999, 2000, 99_999_999, -1),
    "unit_amount_decimal": ("0", "0.5", "12.345", "1e3"),
    "up_to": (1, 10, 100),
    "url": ("http://127.0.0.1:9/", "nowhere"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "POST /v1/checkout/sessions": ("line_items", "mode", "success_url"),
    "POST /v1/invoiceitems": ("customer", "amount", "currency"),
    "POST /v1/invoices": ("customer",),
    "POST /v1/invoices/create_preview": ("subscription",),
    "POST /v1/payment_links": ("line_items",),
    "POST /v1/payment_methods": ("type", "card"),
    "POST /v1/payment_methods/{payment_method}/attach": ("customer",),
    "POST /v1/plans": ("product", "amount"),
    "POST /v1/prices": ("product", "unit_amount"),
    "POST /v1/subscription_items": ("subscription", "price"),
    "POST /v1/subscriptions": ("customer", "items"),
}
"""Parameters that nothing works without, though each alone may be left out."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "card": ("exp_month", "exp_year", "number"),
    "items": ("price",),
    "line_items": ("price", "quantity"),
}
"""The same inside hashes."""
RECURRING = ("items.price", "line_items.price", "subscription_details.items.price", "price")
"""Parameters that name a price which recurs."""
DRAFT, OPEN = {"invoice": "draft_invoice"}, {"invoice": "open_invoice"}
FEATURED = {"product": "featured_product", "id": "attached_feature"}
IN_PATH: Mapping[str, Mapping[str, str]] = {
    "DELETE /v1/invoices/{invoice}": DRAFT,
    "DELETE /v1/products/{product}/features/{id}": FEATURED,
    "GET /v1/products/{product}/features/{id}": FEATURED,
    "GET /v1/customers/{customer}/balance_transactions/{transaction}": {"customer": "indebted_customer"},
    "GET /v1/customers/{customer}/payment_methods/{payment_method}": {
        "customer": "paying_customer",
        "payment_method": "attached_payment_method",
    },
    "POST /v1/invoices/{invoice}": DRAFT,
    "POST /v1/invoices/{invoice}/finalize": DRAFT,
    "POST /v1/invoices/{invoice}/mark_uncollectible": OPEN,
    "POST /v1/invoices/{invoice}/pay": OPEN,
    "POST /v1/invoices/{invoice}/void": OPEN,
    "POST /v1/payment_methods/{payment_method}": {"payment_method": "attached_payment_method"},
}
"""What a placeholder must stand for if the operation is ever to succeed."""
CARDS = ("pm_card_visa", "pm_card_chargeDeclined", "pm_card_chargeCustomerFail")


def aimed(document: Json, served: Sequence[Operation], now: int) -> Json:
    """A copy of the document that speaks of what a run knows; `now` is the account's time."""
    copied = copy.deepcopy(document)
    for operation in served:
        described = copied["paths"][operation.path][operation.method.lower()]
        own, expandable = _kind(operation), _expandable(operation)
        for parameter in described["parameters"]:
            name = parameter["name"]
            if parameter["in"] == "path":
                parameter["schema"] = _words(_names(_kind_in_path(operation, name)))
            elif name in ("starting_after", "ending_before"):
                parameter["schema"] = _words(_names(own))
            else:
                parameter["schema"] = _aim(parameter["schema"], name, now, expandable)
        for form in described.get("requestBody", {}).get("content", {}).values():
            schema = _aim(form["schema"], "", now, expandable)
            needed = [name for name in NEEDED.get(operation.name, ()) if name not in schema.get("required", ())]
            form["schema"] = _requiring(schema, needed)
    return copied


def _requiring(schema: Json, names: Sequence[str]) -> Json:
    """A hash that has these members too."""
    if not names:
        return schema
    required = [*schema.get("required", ()), *names]
    return {**schema, **_object(schema["properties"], required)}


def _aim(schema: Json, path: str, now: int, expandable: Sequence[str]) -> Json:
    """One schema, its parts aimed by their names; the name of a member of `items` begins with `items.`."""
    name = path.rpartition(".")[2]
    if "anyOf" in schema:
        return {"anyOf": [_aim(option, path, now, expandable) for option in schema["anyOf"]]}
    if schema.get("type") == "array":
        return {**schema, "items": _aim(schema["items"], path, now, expandable), "minItems": 1, "maxItems": 2}
    if schema.get("type") == "object":
        if name == "payload":
            return _payload()
        given = schema.get("properties", {}).items()
        members = {key: _aim(inner, f"{path}.{key}".lstrip("."), now, expandable) for key, inner in given}
        required = schema.get("required", [])
        if set(PARTS.get(name, ("",))) <= set(members):
            required = [*required, *(part for part in PARTS[name] if part not in required)]
        return {**schema, **_object(members, required)}
    if "enum" in schema and not set(VALUES.get(name, ())) < set(schema["enum"]):
        return schema
    return _plain(schema, path, now, expandable)


def _object(members: Json, required: Sequence[str]) -> Json:
    """The keywords of a hash with a handful of members."""
    known = {"properties": members} if members else {}
    return {**known, "required": list(required), "maxProperties": len(required) + OPTIONAL}


def _plain(schema: Json, path: str, now: int, expandable: Sequence[str]) -> Json:
    """One plain value by its name."""
    name = path.rpartition(".")[2]
    if schema.get("type") == "integer" and name in MOMENTS:
        hour = now - now % 3600
        return {"type": "integer", "enum": [hour + offset for offset in MOMENTS[name]]}
    if path == "expand":
        return _words(expandable)
    if schema.get("type") == "string" and path in RECURRING:
        return _words(_names("recurring_price"))
    if schema.get("type") == "string" and path.endswith("items.id"):
        return _words(_names("subscription_item"))
    kind = KINDS.get(name) or _nouns().get(name) if schema.get("type") == "string" else None
    if kind is not None:
        return _words(_names(kind))
    if name in VALUES:
        fitting = [value for value in VALUES[name] if isinstance(value, str) == (schema.get("type") == "string")]
        return {**schema, "enum": fitting} if fitting else schema
    return schema


@cache
def _nouns() -> Mapping[str, str]:
    """The objects by the last part of their names, `cardholder` for `issuing.cardholder`; not what several share."""
    found: dict[str, list[str]] = {}
    for name in object_names():
        found.setdefault(name.rpartition(".")[2], []).append(name)
    return {part: names[0] for part, names in found.items() if len(names) == 1 and part not in VALUES}


def _payload() -> Json:
    """What a meter event says: who used how much."""
    members = {
        "stripe_customer_id": _words(_names("customer")),
        "value": _words(["0", "1", "25", "0.5", "-1", "much"]),
    }
    return {"type": "object", "properties": members, "required": [*members], "additionalProperties": False}


def _names(kind: str) -> list[str]:
    """The known ids of a kind, and one of nothing."""
    names = [*placeholders(kind), f"missing_{kind.replace('.', '_')}"]
    return [*names, *CARDS] if kind == "payment_method" else names


def _words(words: Sequence[str]) -> Json:
    return {"type": "string", "enum": list(words)}


def _expandable(operation: Operation) -> list[str]:
    """What may be expanded in an answer, and one name that may not."""
    fields = shape(operation.names[0]).fields if operation.names else {}
    found = [name for name, field in fields.items() if _is_expandable(field.type)]
    prefix = "data." if operation.kind in ("page", "search") else ""
    return [*(f"{prefix}{name}" for name in found), f"{prefix}created"]


def _is_expandable(kind: Type) -> bool:
    match kind:
        case Nullable(inner=inner) | ListOf(inner=inner):
            return _is_expandable(inner)
        case AnyOf(options=options):
            return any(map(_is_expandable, options))
    return isinstance(kind, Expandable)


def _kind(operation: Operation) -> str:
    """The object an operation is about."""
    return (operation.returns or "").removeprefix("deleted_")


def _kind_in_path(operation: Operation, name: str) -> str:
    """The object that a placeholder stands for: what the path up to it retrieves."""
    if name in (particular := IN_PATH.get(operation.name, {})):
        return particular[name]
    upto = operation.path.partition(f"{{{name}}}")[0] + "x"
    found = match("GET", re.sub(r"\{\w+\}", "x", upto))
    return _kind(found[0]) if found else _kind(operation)
