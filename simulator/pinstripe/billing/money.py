"""Rounding, reading and printing money; the limits Stripe puts on it.

Amounts are minor units (cents, yen). Two roundings exist and they differ only on exact halves: a price times a quantity
rounds halves away from zero, a proration rounds them towards minus infinity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

MAXIMUM_DECIMAL_PLACES: Final = 12
"""How finely a `*_decimal` parameter may be given. [documented]"""

ZERO_DECIMAL: Final = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
"""Currencies whose minor unit is the currency itself: 500 is 500 yen. [documented]

ISK and UGX have no fractions either, but Stripe still counts them in hundredths: 5 UGX is 500. [documented]
"""

THREE_DECIMAL: Final = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
"""Currencies with thousandths. Stripe wants the last digit to be 0. [documented]"""

MINIMUM_CHARGE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "usd": 50,
        "aed": 200,
        "ars": 50,
        "aud": 50,
        "brl": 50,
        "cad": 50,
        "chf": 50,
        "cop": 50,
        "czk": 1500,
        "dkk": 250,
        "eur": 50,
        "gbp": 30,
        "hkd": 400,
        "huf": 17500,
        "idr": 50,
        "ils": 50,
        "inr": 50,
        "jpy": 50,
        "krw": 50,
        "mxn": 1000,
        "myr": 200,
        "nok": 300,
        "nzd": 50,
        "php": 50,
        "pln": 200,
        "ron": 200,
        "rub": 50,
        "sek": 300,
        "sgd": 50,
        "thb": 1000,
        "zar": 50,
    }
)
"""The least that can be charged, in minor units. [documented, 2026]

Stripe converts a currency that is not listed to the account's own and applies that one's minimum; pinstripe converts
nothing and lets it pass. [inferred]
"""

_CURRENCIES: Final = (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn "
    "bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf "
    "gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp "
    "lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr "
    "pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl "
    "thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw usdc btn "
    "ghs eek lvl svc vef ltl sll mro"
)
SUPPORTED_CURRENCIES: Final = tuple(_CURRENCIES.split())
"""Every currency an amount may be in, in the order of Stripe's "Invalid currency" error. [recorded]"""

_SYMBOLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "usd": "$",
        "eur": "€",
        "gbp": "£",
        "jpy": "¥",
        "aud": "A$",
        "brl": "R$",
        "cad": "CA$",
        "cny": "CN¥",
        "hkd": "HK$",
        "ils": "₪",
        "inr": "₹",
        "krw": "₩",
        "mxn": "MX$",
        "nzd": "NZ$",
        "php": "₱",
        "twd": "NT$",
        "vnd": "₫",
        "xaf": "FCFA",
        "xcd": "EC$",
        "xpf": "CFPF",
    }
)

_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def round_half_up(x: Fraction) -> int:
    """Round to the nearest minor unit, exact halves away from zero: 2.5 -> 3, -2.5 -> -3.

    For a unit price times a quantity, once per line. Nearest is [documented]; the half is [inferred].
    """
    whole = math.floor(abs(x) + Fraction(1, 2))
    return whole if x >= 0 else -whole


def round_half_down(x: Fraction) -> int:
    """Round to the nearest minor unit, exact halves towards minus infinity: 4.5 -> 4, -2.5 -> -3.

    For prorations, once per line. [recorded, 2026-08-26.dahlia: -666.67 -> -667 and 333.33 -> 333, and the exact
    halves -2.5 -> -3, 4.5 -> 4, 7.5 -> 7; 2025-10-29.clover: 24999.997 -> 25000, so it is no floor]
    """
    return math.ceil(x - Fraction(1, 2))


def decimal_text(x: Decimal) -> str:
    """Print a number as Stripe prints its `*_decimal` strings: "2000", "0.5"; no exponent, no trailing zeros."""
    text = format(x, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def parse_decimal(text: str) -> Decimal:
    """Read a `*_decimal` parameter: plain digits, a point, at most twelve places. Anything else is a `ValueError`."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"Invalid decimal: {text}")
    if len(text.partition(".")[2]) > MAXIMUM_DECIMAL_PLACES:
        raise ValueError(f"Invalid decimal: {text} has more than {MAXIMUM_DECIMAL_PLACES} decimal places")
    return Decimal(text)


def is_zero_decimal(currency: str) -> bool:
    """Tell whether an amount is shown undivided: 500 in `jpy` is ¥500."""
    return currency.lower() in ZERO_DECIMAL


def decimals(currency: str) -> int:
    """How many digits the minor unit has: 2 for most currencies, 0 or 3 for some."""
    if is_zero_decimal(currency):
        return 0
    return 3 if currency.lower() in THREE_DECIMAL else 2


def format_money(amount: Decimal, currency: str) -> str:
    """Print minor units as on an English invoice: "$10.00", "$1,880.00", "€75.00", "¥500", "$0.036".

    Parts of a minor unit are printed in full. `$` and `€` are [recorded]; thousands commas and `¥` without decimals
    are second-hand, from descriptions of real invoices. The other symbols follow the English locale, and a currency
    without a symbol stands after the number, "10.00 CHF": both [inferred].
    """
    places = decimals(currency)
    value = abs(amount).scaleb(-places)
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    number = f"{int(whole):,}" + (f".{fraction}" if fraction else "")
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency.lower())
    return f"{sign}{number} {currency.upper()}" if symbol is None else f"{sign}{symbol}{number}"
