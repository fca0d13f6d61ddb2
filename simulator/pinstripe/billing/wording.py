"""What Stripe writes on an invoice line.

All sentences are English, dates are UTC days with two digits, and the sign between quantity and name is U+00D7.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from pinstripe.billing.money import decimal_text, format_money
from pinstripe.billing.periods import Interval
from pinstripe.billing.pricing import Charge, Rate

TIMES: Final = "\u00d7"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def line(
    charge: Charge,
    rate: Rate,
    product: str,
    unit_label: str | None,
    interval: Interval,
    interval_count: int,
) -> str:
    """Describe one charge of a recurring price.

    "1 × Default (at $10.00 / month)", "10 user × Test Subscription (at $25.00 / month)", a tier "31 credit × Gitpod
    Usage (Tier 2 at $0.036 / month)", its flat fee "Gitpod Usage (Tier 1 at $9.00 / month)" [recorded]; a package
    "0 × Additional active users (at €75.00 per 50 units / month)" [second-hand]; volume tiers as graduated [inferred].
    """
    tier = "" if charge.tier is None else f"Tier {charge.tier} "
    package = "" if rate.divide_by is None else f" per {rate.divide_by} units"
    money = format_money(charge.unit_amount or Decimal(0), rate.currency)
    price = f"({tier}at {money}{package} {every(interval, interval_count)})"
    return f"{product} {price}" if charge.is_flat else f"{counted(charge.quantity, product, unit_label)} {price}"


def counted(quantity: Decimal, product: str, unit_label: str | None = None) -> str:
    """Put a quantity before a name: "1 × Default", "10 user × Test Subscription". The label is never inflected."""
    label = f" {unit_label}" if unit_label else ""
    return f"{decimal_text(quantity)}{label} {TIMES} {product}"


def every(interval: Interval, interval_count: int) -> str:
    """Say how often: "/ month" [recorded], "every 3 months" [inferred]."""
    return f"/ {interval}" if interval_count == 1 else f"every {interval_count} {interval}s"


def unused_time(product: str, quantity: Decimal, at: int) -> str:
    """Describe a proration credit: "Unused time on Default after 10 Nov 2025" [recorded]."""
    return f"Unused time on {_several(product, quantity)} after {day(at)}"


def remaining_time(product: str, quantity: Decimal, at: int) -> str:
    """Describe a proration debit: "Remaining time on 3 × Default after 10 Nov 2025" [recorded]."""
    return f"Remaining time on {_several(product, quantity)} after {day(at)}"


def previously_billed(product: str) -> str:
    """Describe what comes off because a threshold invoice has billed it already. [inferred]"""
    return f"{product}: amount previously billed"


def free_trial(product: str, quantity: Decimal, unit_label: str | None = None) -> str:
    """Describe a trial in billing mode flexible: "Free trial for 1 user × Test Subscription" [recorded]."""
    return f"Free trial for {counted(quantity, product, unit_label)}"


def free_usage(product: str, quantity: Decimal, unit_label: str | None = None) -> str:
    """Describe usage on trial in billing mode classic: "10 × Calls (Free trial)". [documented]"""
    return f"{counted(quantity, product, unit_label)} (Free trial)"


def trial_period(product: str, unit_label: str | None = None) -> str:
    """Describe a trial in billing mode classic: "Trial period for Test Subscription (per user)" [recorded]."""
    return f"Trial period for {product}" + (f" (per {unit_label})" if unit_label else "")


def day(at: int) -> str:
    """Print the UTC day of a timestamp, whatever the locale: "02 Jan 2026" [recorded]."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day:02d} {_MONTHS[moment.month - 1]} {moment.year}"


def _several(product: str, quantity: Decimal) -> str:
    """Name the product, with its quantity only where that is not 1; no unit label [recorded for 1, else inferred]."""
    return product if quantity == 1 else counted(quantity, product)
