"""What a VAT number of Europe or Britain looks like: its country, then so many digits.

Stripe refuses a number that cannot be one of its type. [documented; second-hand: DE123] Formats are those the countries
publish, and wide where Stripe's own samples are; spaces, dots and hyphens don't count. What is refused of other types
is not known, and they take any value. [inferred]
"""

from __future__ import annotations

import re

_BRITISH = r"(\d{9}|\d{12}|GD\d{3}|HA\d{3})"
_EUROPEAN = {
    "AT": r"U\d{8}",
    "BE": r"\d{9,10}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z\d]\d{7}[A-Z\d]",
    "FI": r"\d{8}",
    "FR": r"[A-Z\d]{2}\d{9}",
    "GB": _BRITISH,
    "GR": r"\d{9}",
    "HR": r"\d{11}",
    "HU": r"(\d{8}|\d{11})",
    "IE": r"\d[A-Z\d+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"[A-Z\d+*]{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": _BRITISH,
}
"""What follows each country's two letters; Northern Ireland's are XI."""

_TEST = re.compile(r"([A-Z]{2}U?)?(0{9}|1{9}|2{9})")
"""The numbers whose outcome is known in test mode, of any country. [documented; inferred: without one too]"""

_PATTERNS = {
    "eu_vat": re.compile("|".join(f"{country}{rest}" for country, rest in _EUROPEAN.items())),
    "gb_vat": re.compile(f"(GB)?{_BRITISH}"),
}


def fits(type_: str, value: str) -> bool:
    """Whether a value can be a tax id of this type."""
    written = re.sub(r"[\s.-]", "", value).upper()
    pattern = _PATTERNS.get(type_)
    if not written or pattern is None:
        return bool(written)
    return bool(pattern.fullmatch(written) or _TEST.fullmatch(written))
