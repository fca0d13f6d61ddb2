"""The declared table of taxes: national standard rates, and where registrations make an account collect.

Public facts of 2026. What they do not settle is refused unless a test declares it (declared.py): sales tax in the
United States and Canada is a matter of states, counties and cities, and goods other than the plain ones may be taxed
less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

_UNION = (
    "AT 20 Austria, BE 21 Belgium, BG 20 Bulgaria, CY 19 Cyprus, CZ 21 Czech Republic, DE 19 Germany, DK 25 Denmark, "
    "EE 24 Estonia, ES 21 Spain, FI 25.5 Finland, FR 20 France, GR 24 Greece, HR 25 Croatia, HU 27 Hungary, "
    "IE 23 Ireland, IT 22 Italy, LT 21 Lithuania, LU 17 Luxembourg, LV 21 Latvia, MT 18 Malta, NL 21 Netherlands, "
    "PL 23 Poland, PT 23 Portugal, RO 21 Romania, SE 25 Sweden, SI 22 Slovenia, SK 23 Slovakia"
)
_ROWS = [row.split(" ", 2) for row in _UNION.split(", ")]
EU: Final[Mapping[str, str]] = {country: percentage for country, percentage, _ in _ROWS}
"""Value added tax in the European Union, in per cent."""

ELSEWHERE: Final[Mapping[str, tuple[str, str]]] = {
    "AU": ("10", "gst"),
    "CH": ("8.1", "vat"),
    "GB": ("20", "vat"),
    "JP": ("10", "jct"),
    "NO": ("25", "vat"),
    "NZ": ("15", "gst"),
    "SG": ("9", "gst"),
}
"""Per cent and kind of tax in other countries with one rate."""

BY_STATE: Final[Mapping[str, str]] = {"US": "sales_tax", "CA": "gst"}
"""Countries whose tax depends on the state or province, with its kind."""

NAMES: Final[Mapping[str, str]] = {
    **{country: name for country, _, name in _ROWS},
    "AU": "Australia",
    "CA": "Canada",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "JP": "Japan",
    "NO": "Norway",
    "NZ": "New Zealand",
    "SG": "Singapore",
    "US": "United States",
}

KINDS: Final = (
    "amusement_tax",
    "communications_tax",
    "gst",
    "hst",
    "igst",
    "jct",
    "lease_tax",
    "mass_transit_parking_tax",
    "parking_tax",
    "pst",
    "qst",
    "retail_delivery_fee",
    "rst",
    "sales_tax",
    "service_tax",
    "vat",
)
"""What a tax rate's `tax_type` can be. [SDK types]"""

CALLED: Final[Mapping[str, str]] = {"gst": "GST", "jct": "JCT", "sales_tax": "Sales Tax", "vat": "VAT"}
"""What a kind of tax is called on a bill. [documented sample: VAT]"""

PLAIN: Final = frozenset({"txcd_10000000", "txcd_10103000", "txcd_10103001", "txcd_20030000", "txcd_99999999"})
"""Electronic services, software as a service, services and tangible goods in general: standard-rated."""
GOODS: Final = "txcd_99999999"
UNTAXED: Final = "txcd_00000000"
"""The code for what is never taxed. [documented]"""
SHIPPING: Final = "txcd_92010001"

ONE_STOP: Final = frozenset({"oss_union", "oss_non_union", "ioss"})
"""Registrations in one country of the Union that count for all of it. [documented]"""

BUSINESS_IDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(EU, "eu_vat"),
    "AU": "au_abn",
    "GB": "gb_vat",
    "NO": "no_vat",
    "NZ": "nz_gst",
    "SG": "sg_gst",
}
"""The tax id by which a buyer from another country is known as a business that owes the tax himself.

[documented: the Union and Australia; inferred: the others]
"""


def kind_of_tax(country: str) -> str | None:
    """What the tax of a country is called."""
    if country in EU:
        return "vat"
    return BY_STATE.get(country) or (ELSEWHERE[country][1] if country in ELSEWHERE else None)


def rate(country: str) -> Decimal | None:
    """The standard rate in per cent, or None where there is no single one."""
    if country in EU:
        return Decimal(EU[country])
    return Decimal(ELSEWHERE[country][0]) if country in ELSEWHERE else None


def is_precise(country: str, state: str | None) -> bool:
    """Whether it is known which of a country's rules count: where states have their own, by a code of two letters."""
    return country not in BY_STATE or (state is not None and len(state) == 2 and state.isupper())


def collects(registrations: Iterable[Mapping[str, Any]], country: str, state: str | None) -> bool:
    """Whether one of the active registrations makes the account collect at an address. [documented]"""
    return any(_covers(registration, country, state) for registration in registrations)


def _covers(registration: Mapping[str, Any], country: str, state: str | None) -> bool:
    options = registration["country_options"].get(registration["country"].lower()) or {}
    if registration["country"] == country:
        if country not in BY_STATE:
            return True
        area = options.get("state") or (options.get("province_standard") or {}).get("province")
        return area is None or area == state
    return country in EU and options.get("type") in ONE_STOP
