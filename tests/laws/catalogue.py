"""What the lives buy: prices of every form, the plans made of them, and cards for better and worse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Form = Mapping[str, Any]

MONTHLY: Form = {"interval": "month"}
WEEKLY: Form = {"interval": "week"}

GRADUATED: Form = {
    "billing_scheme": "tiered",
    "tiers_mode": "graduated",
    "tiers": [
        {"up_to": 100, "unit_amount": 0},
        {"up_to": 1000, "unit_amount_decimal": "1.5", "flat_amount": 500},
        {"up_to": "inf", "unit_amount": 1},
    ],
}
VOLUME: Form = {
    "billing_scheme": "tiered",
    "tiers_mode": "volume",
    "tiers": [
        {"up_to": 5, "unit_amount": 700},
        {"up_to": 50, "unit_amount": 600, "flat_amount": 100},
        {"up_to": "inf", "unit_amount": 500},
    ],
}

PRICES: Mapping[str, Form] = {
    "gold": {"recurring": MONTHLY, "unit_amount": 2000},
    "silver": {"recurring": MONTHLY, "unit_amount": 999},
    "exact": {"recurring": MONTHLY, "unit_amount_decimal": "612.5"},
    "tiny": {"recurring": MONTHLY, "unit_amount": 30},
    "free": {"recurring": MONTHLY, "unit_amount": 0},
    "seats": {"recurring": MONTHLY, **VOLUME},
    "blocks": {"recurring": MONTHLY, "unit_amount": 450, "transform_quantity": {"divide_by": 10, "round": "up"}},
    "bimonthly": {"recurring": {**MONTHLY, "interval_count": 2}, "unit_amount": 3500},
    "yearly": {"recurring": {"interval": "year"}, "unit_amount": 20000},
    "weekly": {"recurring": WEEKLY, "unit_amount": 700},
    "daily": {"recurring": {"interval": "day", "interval_count": 5}, "unit_amount": 333},
    "calls": {"recurring": {**MONTHLY, "usage_type": "metered"}, **GRADUATED},
    "bytes": {"recurring": {**MONTHLY, "usage_type": "metered"}, **VOLUME},
    "cents": {"recurring": {**MONTHLY, "usage_type": "metered"}, "unit_amount_decimal": "0.37"},
    "packs": {
        "recurring": {**MONTHLY, "usage_type": "metered"},
        "unit_amount": 25,
        "transform_quantity": {"divide_by": 100, "round": "down"},
    },
    "weekly calls": {"recurring": {**WEEKLY, "usage_type": "metered"}, "unit_amount": 3},
    "yen": {"recurring": MONTHLY, "unit_amount": 500, "currency": "jpy"},
    "once": {"unit_amount": 1500},
}
"""By a name of our own; those with usage count on the one meter there is."""

PLANS: tuple[tuple[str, ...], ...] = (
    ("gold",),
    ("gold", "calls"),
    ("silver", "seats"),
    ("exact",),
    ("tiny",),
    ("free", "cents"),
    ("calls",),
    ("blocks", "packs"),
    ("bytes", "gold"),
    ("weekly",),
    ("weekly", "weekly calls"),
    ("daily",),
    ("yearly",),
    ("bimonthly",),
    ("yen",),
    ("gold", "gold"),
    ("gold", "weekly"),
    ("once",),
)
"""What a subscription may begin with; the last three are refused."""

COUPONS: Mapping[str, Form] = {
    "once": {"percent_off": 10, "duration": "once"},
    "two months": {"percent_off": "33.33", "duration": "repeating", "duration_in_months": 2},
    "seven off": {"amount_off": 700, "currency": "usd", "duration": "forever"},
    "gone": {"percent_off": 50, "max_redemptions": 1},
}
TAXES: Mapping[str, Form] = {
    "on top": {"display_name": "VAT", "percentage": 19, "inclusive": False},
    "inside": {"display_name": "VAT", "percentage": "7.5", "inclusive": True},
}
TERMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("once",), ()),
    (("seven off", "once"), ("on top",)),
    (("two months",), ("inside",)),
    ((), ("inside", "on top")),
    (("gone",), ()),
    ((), ()),
)
"""Coupons and tax rates a subscription may be given together; the last takes them away."""

CARDS = (
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_chargeCustomerFail",
    None,
    "pm_card_authenticationRequired",
    "pm_usBankAccount_success",
)
"""The payment methods of new customers: pays, refuses later, none, asks the customer each time, takes days."""

NONSENSE: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("POST", "/v1/customers", {"frobnicate": 1}),
    ("POST", "/v1/customers", {"balance": "much"}),
    ("POST", "/v1/customers", {"test_clock": "clock_nobody"}),
    ("GET", "/v1/customers/cus_nobody", {}),
    ("POST", "/v1/subscriptions", {"customer": "cus_nobody", "items": [{"price": "price_nothing"}]}),
    ("POST", "/v1/subscriptions", {}),
    ("DELETE", "/v1/subscriptions/sub_nobody", {}),
    ("POST", "/v1/invoices/in_nobody/pay", {}),
    ("POST", "/v1/invoices/create_preview", {}),
    ("POST", "/v1/prices", {"currency": "usd", "unit_amount": 5}),
    ("POST", "/v1/billing/meter_events", {"event_name": "unheard", "payload": {"value": 1}}),
    ("POST", "/v1/test_helpers/test_clocks/clock_nobody/advance", {"frozen_time": 1}),
    ("GET", "/v1/nothing", {}),
    ("POST", "/v1/invoiceitems", {"customer": "cus_nobody", "amount": 5, "currency": "usd"}),
)
"""Requests that cannot be right: method, path, parameters."""
