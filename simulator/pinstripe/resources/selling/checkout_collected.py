"""What a Checkout Session's page asks for beside the card: where to ship to, a phone number, names, a tax id, and more.

The rest are fields of the session's own and agreements. What is typed is `shipping` (name, address), `phone`,
`business_name`, `individual_name`, `tax_id` (type, value), `custom_fields` by their keys, `consent` (terms_of_service,
promotions), beside email, name and address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.selling.checkout_members import NOBODY
from pinstripe.world import Object

NOTHING: Mapping[str, Any] = {
    "billing_address_collection": "auto",
    "consent_collection": None,
    "custom_fields": (),
    "name_collection": None,
    "phone_number_collection": {"enabled": False},
    "shipping_address_collection": None,
}
"""A session whose page asks for none of it."""
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
NAMES = ("business", "individual")


def collect(session: Object, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The session's members after the customer has typed; what is asked for and not typed is refused.

    A customer who completes the page has agreed to its terms, unless it is said otherwise. An offer that is neither
    taken nor declined stays undecided. [inferred: both]
    """
    changes: dict[str, Any] = {}
    collected: dict[str, Any] = {f"{name}_name": value for name, value in _asked_names(session, typed).items()}
    if session.get("shipping_address_collection"):
        countries = session["shipping_address_collection"]["allowed_countries"]
        told = (session["collected_information"] or {}).get("shipping_details")
        collected["shipping_details"] = told if told and "shipping" not in typed else _shipping(countries, typed)
    if collected:
        changes["collected_information"] = {**NOBODY, **(session["collected_information"] or {}), **collected}
    if session["custom_fields"]:
        values = typed.get("custom_fields") or {}
        changes["custom_fields"] = [_filled(field, values) for field in session["custom_fields"]]
    if session.get("consent_collection"):
        changes["consent"] = _consent(session["consent_collection"], typed.get("consent") or {})
    return changes


def require(session: Object, details: Mapping[str, Any], typed: Mapping[str, Any]) -> None:
    """What must be known of the buyer, wherever it is known from. [documented]"""
    if session["phone_number_collection"]["enabled"] and not details["phone"]:
        raise errors.missing_parameter("phone")
    if session.get("billing_address_collection") == "required":
        for name in ("line1", "country"):
            if not (details["address"] or {}).get(name):
                raise errors.missing_parameter(f"address[{name}]")
    if typed.get("tax_id") and not (session.get("tax_id_collection") or {}).get("enabled"):
        raise refusals.page_does_not_ask("tax_id")


def tax_ids(session: Object, typed: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """The tax id that was typed, as the session shows it. [documented]"""
    given = typed.get("tax_id")
    if not given or not (session.get("tax_id_collection") or {}).get("enabled"):
        return ()
    for name in ("type", "value"):
        if not given.get(name):
            raise errors.missing_parameter(f"tax_id[{name}]")
    return ({"type": str(given["type"]), "value": str(given["value"])},)


def names(session: Object, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The names that `customer_details` has beside the one on the card.

    A business that types its tax id says its name there too. [documented]
    """
    known = {f"{name}_name": value for name, value in _asked_names(session, typed).items()}
    if tax_ids(session, typed) and typed.get("business_name"):
        known["business_name"] = typed["business_name"]
    return known


def _asked_names(session: Object, typed: Mapping[str, Any]) -> dict[str, str | None]:
    """The names that the page asks for. [documented]"""
    asked: dict[str, str | None] = {}
    for name in NAMES:
        wanted = (session.get("name_collection") or {}).get(name) or {}
        if wanted.get("enabled"):
            asked[name] = typed.get(f"{name}_name")
            if not asked[name] and not wanted.get("optional"):
                raise errors.missing_parameter(f"{name}_name")
    return asked


def _consent(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the customer has agreed to. [documented]"""
    consent: dict[str, Any] = {"promotions": None, "terms_of_service": None}
    if wanted.get("terms_of_service") == "required":
        if given.get("terms_of_service", "accepted") != "accepted":
            raise errors.missing_parameter("consent[terms_of_service]")
        consent["terms_of_service"] = "accepted"
    if wanted.get("promotions") == "auto" and given.get("promotions") is not None:
        if given["promotions"] not in ("opt_in", "opt_out"):
            raise errors.invalid_choice("consent[promotions]", ("opt_in", "opt_out"))
        consent["promotions"] = given["promotions"]
    return consent


def _shipping(countries: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Where the goods go, which must be a country that the session ships to. [documented]"""
    given = typed.get("shipping") or {}
    address = given.get("address") or {}
    needed = {"shipping[name]": given.get("name"), "shipping[address][country]": address.get("country")}
    for name, value in needed.items():
        if not value:
            raise errors.missing_parameter(name)
    if address["country"] not in countries:
        raise refusals.country_not_shipped_to(address["country"])
    return shipping_details(given)


def shipping_details(given: Mapping[str, Any]) -> dict[str, Any]:
    """A name and an address with every part of it named."""
    return {"address": {name: given["address"].get(name) for name in ADDRESS}, "name": given["name"]}


def _filled(field: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A field of the session's own with what was typed, which is text also for numbers. [documented]

    One that nobody touches has what it was filled with before. [documented]
    """
    kind, name = field["type"], f"custom_fields[{field['key']}]"
    bounds = field[kind]
    typed = values.get(field["key"], bounds.get("default_value"))
    value = None if typed in (None, "") else str(typed)
    if value is None:
        if not field["optional"]:
            raise errors.missing_parameter(name)
    elif kind == "dropdown":
        options = tuple(option["value"] for option in bounds["options"])
        if value not in options:
            raise errors.invalid_choice(name, options)
    else:
        if kind == "numeric" and not (value.isascii() and value.isdigit()):
            raise errors.invalid_integer(name, value)
        least, most = bounds.get("minimum_length") or 0, bounds.get("maximum_length")
        if len(value) < least:
            raise refusals.custom_field_too_short(name, least)
        if most is not None and len(value) > most:
            raise errors.too_long(name, value, most)
    return {**field, kind: {**bounds, "value": value}}
