"""What a Checkout Session's page asks for, as fields of a form; and what was typed, as the control plane takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.http.hosted import html
from pinstripe.world import Object, World
from pinstripe_contracts import shape
from pinstripe_contracts.types import Enum

FIELD, SHIP, BILL, ITEM, OPTIONAL = "custom_", "ship_", "bill_", "item_", "optional_"
"""How the names of fields begin: a session's own, of where it ships to, of the bill, of what is sold and offered."""
AUTHENTICATE, SEEN = "authenticate", "seen"
SAVED = "saved:"
"""How the value of a saved card begins."""
ADDRESS = {
    "line1": ("Address", "address-line1"),
    "city": ("City", "address-level2"),
    "postal_code": ("Postal code", "postal-code"),
    "state": ("State", "address-level1"),
}
PLAIN = ("email", "name", "phone", "business_name", "individual_name")


def needs_card(session: Object) -> bool:
    """Whether the page asks for a card: where nothing is due it may not. [documented]"""
    return bool(session["payment_method_collection"] == "always" or session["amount_total"] != 0)


def fields(world: World, session: Object, typed: Mapping[str, str]) -> list[str]:
    """Everything the session asks for, with what had been typed."""
    details = session["customer_details"] or {}

    def text(label: str, name: str, **more: html.Attribute) -> str:
        """One thing to type, filled with what is known."""
        return html.field(label, name, typed.get(name) or details.get(name) or "", **more)

    typed = {**({"email": session["_prefilled_email"]} if session.get("_prefilled_email") else {}), **typed}
    known, card = details.get("email") is not None, needs_card(session)
    parts = [
        html.paragraph(details["email"])
        if known
        else text("Email", "email", type_="email", required=True, autocomplete="email"),
        text("Name on card" if card else "Name", "name", autocomplete="cc-name" if card else "name"),
    ]
    if session["phone_number_collection"]["enabled"]:
        parts.append(text("Phone", "phone", type_="tel", required=True, autocomplete="tel"))
    for name, asked in (session.get("name_collection") or {}).items():
        if asked and asked["enabled"]:
            parts.append(text(f"{name.title()} name", f"{name}_name", required=not asked.get("optional")))
    required = session.get("billing_address_collection") == "required"
    if required or (session.get("automatic_tax") or {}).get("enabled"):  # tax is by where somebody lives
        parts.append(html.group("Billing address", *_address(BILL, typed, required=required), _country(BILL, typed)))
    if session.get("shipping_address_collection"):
        parts.append(html.group("Shipping address", *_shipping(session, typed)))
    if (session.get("tax_id_collection") or {}).get("enabled"):
        parts.append(html.group("Buying as a business", *_tax_id(typed)))
    parts += [_own(field, typed) for field in session["custom_fields"]]
    parts += _consent(session)
    return [*parts, _card(world, session, typed) if card else ""]


def _address(prefix: str, typed: Mapping[str, str], *, required: bool = False) -> list[str]:
    """Where somebody lives, without the country."""
    return [
        html.field(
            label, f"{prefix}{name}", typed.get(f"{prefix}{name}", ""), required=required and name == "line1",
            autocomplete=f"{'shipping' if prefix == SHIP else 'billing'} {hint}",
        )
        for name, (label, hint) in ADDRESS.items()
    ]  # fmt: skip


def _country(prefix: str, typed: Mapping[str, str]) -> str:
    """A country by its two letters."""
    name = f"{prefix}country"
    more: dict[str, html.Attribute] = {"required": True, "maxlength": 2, "pattern": "[A-Z]{2}", "placeholder": "US"}
    return html.field("Country (two letters)", name, typed.get(name, ""), **more)


def _shipping(session: Object, typed: Mapping[str, str]) -> list[str]:
    """Where the goods go: one of the countries the session ships to."""
    countries = session["shipping_address_collection"]["allowed_countries"]
    text = (session["custom_text"].get("shipping_address") or {}).get("message") or ""
    return [
        html.field("Name", f"{SHIP}name", typed.get(f"{SHIP}name", ""), autocomplete="shipping name"),
        *_address(SHIP, typed),
        html.choice(
            "Country", f"{SHIP}country", {country: country for country in countries}, typed.get(f"{SHIP}country")
        ),
        html.paragraph(text, "hint"),
    ]


def _tax_id(typed: Mapping[str, str]) -> list[str]:
    """For a business: its name and its number."""
    return [
        html.field("Business name", "business_name", typed.get("business_name", "")),
        html.choice("Tax ID type", "tax_type", tax_types(), typed.get("tax_type")),
        html.field("Tax ID", "tax_value", typed.get("tax_value", "")),
    ]


def tax_types() -> dict[str, str]:
    """The kinds of numbers that a business may have, or none."""
    kind = shape("tax_id").fields["type"].type
    types = kind.values if isinstance(kind, Enum) else ()
    return {"": "none", **{one: one for one in types}}


def _own(field: Mapping[str, Any], typed: Mapping[str, str]) -> str:
    """A field of the session's own."""
    label, name, kind = str(field["label"]["custom"]), f"{FIELD}{field['key']}", field["type"]
    bounds = field[kind]
    value = typed.get(name, bounds.get("default_value") or "")
    if kind == "dropdown":
        options = {option["value"]: option["label"] for option in bounds["options"]}
        return html.choice(label, name, {"": "", **options} if field["optional"] else options, value)
    more: dict[str, html.Attribute] = {
        "required": not field["optional"],
        "minlength": bounds.get("minimum_length"),
        "maxlength": bounds.get("maximum_length"),
    }
    if kind == "numeric":
        more |= {"inputmode": "numeric", "pattern": "[0-9]*"}
    return html.field(label, name, value, **more)


def _consent(session: Object) -> list[str]:
    """Agreements."""
    wanted = session.get("consent_collection") or {}
    own = (session["custom_text"].get("terms_of_service_acceptance") or {}).get("message")
    parts = []
    if wanted.get("terms_of_service") == "required":
        parts.append(html.tick(own or "I agree to the terms of service", "terms", required=True))
    if wanted.get("promotions") == "auto":
        parts.append(html.tick("Send me news and offers", "promotions"))
    return parts


def _card(world: World, session: Object, typed: Mapping[str, str]) -> str:
    """A test card, or a saved one that may be shown again. [documented: which]"""
    options = dict(html.TEST_CARDS)
    shown = (session["saved_payment_method_options"] or {}).get("allow_redisplay_filters") or ()
    for id_ in world.filed("payment_method", "customer", session["customer"]) if session["customer"] else ():
        method = world.get("payment_method", id_)
        if method is not None and method["type"] == "card" and method["allow_redisplay"] in shown:
            options[f"{SAVED}{id_}"] = f"Saved: {method['card']['brand']} ending in {method['card']['last4']}"
    return html.choice("Test card", "number", options, typed.get("number")) + html.field(
        "or the number of another test card", "other", typed.get("other", ""), inputmode="numeric"
    )


# --- what was typed --------------------------------------------------------------------------------------------------


def chosen(session: Object, typed: Mapping[str, str]) -> dict[str, Any]:
    """The body of a control call that chooses; an amount is typed in dollars, and told in cents."""
    body: dict[str, Any] = {name: typed[name] for name in ("promotion_code", "shipping_rate") if name in typed}
    if typed.get("amount"):
        body["amount"] = html.minor(typed["amount"], session["currency"])
    for name, prefix in (("quantities", ITEM), ("optional_items", OPTIONAL)):
        if found := _prefixed(typed, prefix):
            body[name] = found
    return body


def bought(session: Object, typed: Mapping[str, str]) -> dict[str, Any]:
    """The body of a control call that completes the session."""
    body: dict[str, Any] = {name: typed[name] for name in PLAIN if typed.get(name)}
    answered = typed.get(AUTHENTICATE)
    body["authenticate"] = None if answered is None else answered == "yes"
    if needs_card(session):
        number = typed.get("other") or typed.get("number", "")
        saved = number.startswith(SAVED)
        body["payment_method" if saved else "number"] = number.removeprefix(SAVED)
    if fields_ := _prefixed(typed, FIELD):
        body["custom_fields"] = fields_
    if address := _prefixed(typed, BILL):
        body["address"] = address
    if shipping := _prefixed(typed, SHIP):
        body["shipping"] = {"name": shipping.pop("name", typed.get("name")), "address": shipping}
    if typed.get("tax_type") or typed.get("tax_value"):
        body["tax_id"] = {"type": typed.get("tax_type", ""), "value": typed.get("tax_value", "")}
    if session.get("consent_collection"):
        body["consent"] = {
            "promotions": "opt_in" if typed.get("promotions") else "opt_out",
            "terms_of_service": "accepted" if typed.get("terms") else None,
        }
    return body


def _prefixed(typed: Mapping[str, str], prefix: str) -> dict[str, str]:
    """What was typed into the fields whose names begin so."""
    return {name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix) and value}
