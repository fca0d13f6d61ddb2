"""What a Checkout Session's page asks for beside the card: an address to ship to, fields of its own, agreements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.world import Object

NOTHING: Mapping[str, Any] = {"consent_collection": None, "custom_fields": (), "shipping_address_collection": None}
"""A session whose page asks for none of it."""
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def collect(session: Object, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The session's members after the customer has typed; what is asked for and not typed is refused.

    A customer who completes the page has agreed to its terms. Offers stay undecided. [inferred: that]
    """
    changes: dict[str, Any] = {}
    if session.get("shipping_address_collection"):
        changes["collected_information"] = {
            **(session["collected_information"] or {}),
            "shipping_details": _shipping(session["shipping_address_collection"]["allowed_countries"], typed),
        }
    if session["custom_fields"]:
        values = typed.get("custom_fields") or {}
        changes["custom_fields"] = [_filled(field, values) for field in session["custom_fields"]]
    if session.get("consent_collection"):
        agreed = session["consent_collection"].get("terms_of_service") == "required"
        changes["consent"] = {"promotions": None, "terms_of_service": "accepted" if agreed else None}
    return changes


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
    return {"address": {name: address.get(name) for name in ADDRESS}, "name": given["name"]}


def _filled(field: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A field of the session's own with what was typed, which is text also for numbers. [documented]"""
    kind, value = field["type"], values.get(field["key"])
    if value is None and not field["optional"]:
        raise errors.missing_parameter(f"custom_fields[{field['key']}]")
    options = [option["value"] for option in field[kind]["options"]] if kind == "dropdown" else None
    if value is not None and options is not None and value not in options:
        raise errors.invalid_choice(f"custom_fields[{field['key']}]", tuple(options))
    return {**field, kind: {**field[kind], "value": None if value is None else str(value)}}
