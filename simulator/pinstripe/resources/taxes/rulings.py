"""What the law says of one sale: which percentage, and why, in Stripe's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pinstripe.resources.taxes import declared, table
from pinstripe.resources.taxes.places import Place
from pinstripe.world import Object, Transaction

SETTINGS, SETTINGS_ID = "tax.settings", "tax.settings_only"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Per cent, the reason for it, and the kind of tax."""

    percentage: Decimal
    reason: str
    tax_type: str | None


@dataclass(frozen=True, slots=True)
class Buyer:
    """What of a buyer decides, besides where he is: Stripe's word for why he is exempt, and his tax ids by type."""

    exempt: str | None = None
    tax_ids: frozenset[str] = frozenset()


class UnknownTaxError(Exception):
    """The tax of a place and of what is sold there is in no table; `place` and `code` say of which."""

    def __init__(self, place: Place, code: str) -> None:
        super().__init__(place, code)
        self.place = place
        self.code = code


def settings(tx: Transaction) -> Object | None:
    """The account's tax settings, if they are complete. [documented: head office and default code]"""
    found = tx.get(SETTINGS, SETTINGS_ID)
    return found if found is not None and found["status"] == "active" else None


def registrations(tx: Transaction) -> list[Object]:
    """The registrations that are active now."""
    now = tx.now()
    return [
        row
        for row in tx.all("tax.registration")
        if row["active_from"] <= now and (row.get("expires_at") is None or now < row["expires_at"])
    ]


def rule(tx: Transaction, place: Place, code: str, buyer: Buyer) -> Ruling:
    """What a sale of this kind of goods bears at a place; raises UnknownTaxError where no table tells.

    First whether the account collects there, then what is sold, then who buys. [documented: the reasons; inferred:
    their order]
    """
    country = place["country"]
    kind = table.kind_of_tax(country)
    if not table.collects(_known(tx, place, code), country, place.get("state")):
        return Ruling(NOTHING, "not_collecting", kind)
    if code == table.UNTAXED:
        return Ruling(NOTHING, "not_subject_to_tax", kind)
    if buyer.exempt is not None:
        return Ruling(NOTHING, buyer.exempt, kind)
    said = declared.find(tx, place, code)
    if _owes_it_himself(tx, place, code, buyer, declared=said is not None):
        return Ruling(NOTHING, "reverse_charge", kind)
    if said is not None:
        percentage, own_kind = said
        return Ruling(percentage, "standard_rated" if percentage else "zero_rated", own_kind or kind)
    standard = table.rate(country)
    if standard is None or code not in table.PLAIN:
        raise UnknownTaxError(place, code)
    return Ruling(standard, "standard_rated", kind)


def _known(tx: Transaction, place: Place, code: str) -> Iterable[Mapping[str, Any]]:
    """The active registrations; where a state decides and the address has no code of one, they cannot be told apart."""
    active = registrations(tx)
    here = [row for row in active if row["country"] == place["country"]]
    if here and not table.is_precise(place["country"], place.get("state")):
        raise UnknownTaxError(place, code)
    return active


def _owes_it_himself(tx: Transaction, place: Place, code: str, buyer: Buyer, *, declared: bool) -> bool:
    """Whether a business buys from abroad, which then owes the tax. [documented for services]

    A seller's country is that of his head office. Tax ids in countries whose rule is not known, and goods that cross a
    border to a business, are in no table; there a declared rate is what everybody pays.
    """
    if not buyer.tax_ids:
        return False
    found = settings(tx)
    office = {} if found is None else (found.get("head_office") or {}).get("address") or {}
    country = place["country"]
    if office.get("country") == country:
        return False
    wanted = table.BUSINESS_IDS.get(country)
    if wanted is None or (wanted in buyer.tax_ids and code == table.GOODS):
        if declared:
            return False
        raise UnknownTaxError(place, code)
    return wanted in buyer.tax_ids
