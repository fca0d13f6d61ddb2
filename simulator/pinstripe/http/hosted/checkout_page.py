"""The page of a Checkout Session: what is sold, a form with test cards, and where the customer goes then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pinstripe.errors import StripeError
from pinstripe.http import checkout_control
from pinstripe.http.accounts import Account
from pinstripe.http.hosted import html
from pinstripe.world import Object

FIELD, TO = "custom_", "ship_"
"""How the names of a session's own fields begin in the form, and those of where it ships to."""
OVER = {
    "complete": "You're all done here: the payment was made.",
    "expired": "This page has expired.",
}


def show(session: Object, wrong: str = "") -> str:
    """The page as it is now; `wrong` is what the card said last."""
    if session["status"] != "open":
        return html.page("Checkout", html.paragraph(OVER[session["status"]]))
    sold = [(_described(item), html.money(item["amount_subtotal"], item["currency"])) for item in session["_items"]]
    details = session["customer_details"] or {}
    known = details.get("email") is not None
    button = {"payment": "Pay", "setup": "Save card", "subscription": "Subscribe"}[session["mode"]]
    parts = [
        html.rows(sold + _sums(session)),
        html.paragraph(wrong, "wrong") if wrong else "",
        html.form(
            button,
            html.paragraph(details["email"]) if known else html.field("Email", "email", kind="email", required=True),
            html.field("Name on card", "name"),
            *_asked(session),
            html.choice("Test card", "number", html.TEST_CARDS),
        ),
    ]
    if session.get("cancel_url"):
        parts.append(html.link("Back", session["cancel_url"]))
    return html.page("Checkout", *parts)


def _asked(session: Object) -> list[str]:
    """What else the session asks for: where to ship to, and fields of its own."""
    parts = []
    if session.get("shipping_address_collection"):
        countries = session["shipping_address_collection"]["allowed_countries"]
        parts = [html.field("Ship to", f"{TO}line1"), html.field("City", f"{TO}city")]
        parts.append(html.choice("Country", f"{TO}country", {country: country for country in countries}))
    for field in session["custom_fields"]:
        label, name = str(field["label"]["custom"]), f"{FIELD}{field['key']}"
        if field["type"] == "dropdown":
            options = {option["value"]: option["label"] for option in field["dropdown"]["options"]}
            parts.append(html.choice(label, name, {"": "", **options} if field["optional"] else options))
        else:
            parts.append(html.field(label, name, required=not field["optional"]))
    return parts


def _described(item: Mapping[str, object]) -> str:
    """What is sold and how much of it."""
    return f"{item['description']}" if item["quantity"] is None else f"{item['quantity']} × {item['description']}"


def _sums(session: Object) -> list[tuple[str, str]]:
    """What is taken off and added, and what is due."""
    if session["total_details"] is None:
        return []
    currency, totals = session["currency"], session["total_details"]
    table = [
        ("Discount", -totals["amount_discount"]),
        ("Tax", totals["amount_tax"]),
        ("Shipping", totals["amount_shipping"]),
    ]
    shown = [(name, html.money(amount, currency)) for name, amount in table if amount]
    return [*shown, ("Due today", html.money(session["amount_total"], currency))]


def pay(account: Account, session: Object, typed: Mapping[str, str]) -> str | None:
    """Complete the session; answers what went wrong, or None."""
    body: dict[str, Any] = {name: typed[name] for name in ("email", "name", "number") if typed.get(name)}
    fields = {name.removeprefix(FIELD): value for name, value in typed.items() if name.startswith(FIELD) and value}
    address = {name.removeprefix(TO): value for name, value in typed.items() if name.startswith(TO) and value}
    if fields:
        body["custom_fields"] = fields
    if address:
        body["shipping"] = {"name": typed.get("name"), "address": address}
    path = f"/_pinstripe/checkout/{session.id}/complete"
    try:
        checkout_control.run(account, path, {"session": session.id}, body, orjson.dumps(body))
    except StripeError as error:
        return error.message
    return None


def destination(session: Object) -> str | None:
    """Where the customer goes after buying; the session's id in place of its name. [documented]"""
    url: str | None = session.get("success_url") or session.get("return_url")
    return url and url.replace("{CHECKOUT_SESSION_ID}", session.id)
