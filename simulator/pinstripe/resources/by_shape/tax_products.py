"""Stripe Tax by itself: settings, registrations and places; and what is sold, reckoned and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.by_shape import tax_associations, tax_calculations, tax_transactions
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.resource import Answer, Call, Listing
from pinstripe.world import Object, Transaction

# --- settings --------------------------------------------------------------------------------------------------------


def _missing(members: Members) -> list[str]:
    """What Stripe Tax cannot do without. [documented]"""
    missing = [] if members["defaults"].get("tax_code") else ["defaults.tax_code"]
    return missing if members.get("head_office") else [*missing, "head_office"]


def _details(_: Call, members: Members) -> Mapping[str, Any]:
    missing = _missing(members)
    return {"pending": {"missing_fields": missing}} if missing else {"active": {}}


SETTINGS = Noun(
    "tax.settings",
    path="/v1/tax/settings",
    singleton=True,
    starts={"defaults": {"provider": "stripe", "tax_behavior": None, "tax_code": None}, "head_office": None},
    recomputed={
        "status": lambda _, members: "pending" if _missing(members) else "active",
        "status_details": _details,
    },
)


# --- registrations ---------------------------------------------------------------------------------------------------


def _moment(name: str) -> Any:
    """A rule for a moment that may be said to be now."""

    def rule(call: Call, members: Members) -> int | None:
        """Seconds, or what was there."""
        if name not in call.params:
            return members.get(name)
        value = call.params.get(name)
        return call.tx.now() if value == "now" else value

    return rule


def _status(tx: Transaction, registration: Object) -> str:
    """Read off its two moments. [documented]"""
    if registration["active_from"] > tx.now():
        return "scheduled"
    expires = registration.get("expires_at")
    return "expired" if expires is not None and expires <= tx.now() else "active"


def _list(call: Call) -> Answer:
    """GET /v1/tax/registrations: those in one status, or all."""
    wanted = call.params.get("status", "all")
    rows = call.tx.all("tax.registration")
    return Listing([row for row in rows if wanted in ("all", _status(call.tx, row))])


def _known(_: Call, members: Members) -> None:
    """The options are those of the country. [documented]"""
    if members["country"].lower() not in members["country_options"]:
        raise errors.missing_parameter(f"country_options[{members['country'].lower()}]")


REGISTRATIONS = Noun(
    "tax.registration",
    "taxreg",
    "/v1/tax/registrations",
    starts={"status": "active"},
    recomputed={"active_from": _moment("active_from"), "expires_at": _moment("expires_at")},
    check=_known,
    view=lambda tx, obj: {**obj, "status": _status(tx, obj)},
    routes={"GET /v1/tax/registrations": _list},
)
LOCATIONS = Noun("tax.location", "taxloc", "/v1/tax/locations")


NOUNS = (
    SETTINGS,
    REGISTRATIONS,
    LOCATIONS,
    tax_associations.ASSOCIATIONS,
    *tax_calculations.NOUNS,
    *tax_transactions.NOUNS,
)
