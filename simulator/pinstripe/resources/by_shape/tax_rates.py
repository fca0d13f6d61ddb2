"""Where tax is owed and how much: the national standard rates, and whether the account collects there at all.

Public facts of 2026. What they do not settle is refused: sales tax in the United States and Canada is a matter of
states, counties and cities, and goods other than the plain ones may be taxed less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

_UNION = (
    "AT 20, BE 21, BG 20, CY 19, CZ 21, DE 19, DK 25, EE 24, ES 21, FI 25.5, FR 20, GR 24, HR 25, HU 27, IE 23, IT 22, "
    "LT 21, LU 17, LV 21, MT 18, NL 21, PL 23, PT 23, RO 21, SE 25, SI 22, SK 23"
)
EU: Final[Mapping[str, str]] = {row[:2]: row[3:] for row in _UNION.split(", ")}
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

PLAIN: Final = frozenset({"txcd_10000000", "txcd_10103001", "txcd_20030000", "txcd_99999999"})
"""Electronic services, software as a service for businesses, services and tangible goods in general: standard-rated."""
UNTAXED: Final = "txcd_00000000"
"""The code for what is never taxed. [documented]"""

ONE_STOP: Final = frozenset({"oss_union", "oss_non_union", "ioss"})
"""Registrations in one country of the Union that count for all of it. [documented]"""


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
