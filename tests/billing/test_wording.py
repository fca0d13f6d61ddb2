"""The words on invoice lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pinstripe.billing import wording
from pinstripe.billing.periods import Interval
from pinstripe.billing.pricing import Rate, Tier, charges

NOV_10 = 1_762_799_355  # 2025-11-10 18:29:15 UTC
JAN_2 = 1_767_398_399  # 2026-01-02 23:59:59 UTC
GITPOD = Rate(
    "usd",
    tiers=(Tier(1000, Decimal(0), Decimal(900)), Tier(None, Decimal("3.6"), Decimal(0))),
    tiers_mode="graduated",
)
TEN_DOLLARS = Rate("usd", Decimal(1000))

LINES: list[tuple[Rate, str, str, str | None, Interval, int, list[str]]] = [
    # rate, quantity, product, unit label, interval, count, descriptions
    (TEN_DOLLARS, "1", "Default", None, "month", 1, ["1 × Default (at $10.00 / month)"]),
    (TEN_DOLLARS, "1", "Default", "", "month", 1, ["1 × Default (at $10.00 / month)"]),
    (
        Rate("usd", Decimal(2500)),
        "10",
        "Test Subscription",
        "user",
        "month",
        1,
        ["10 user × Test Subscription (at $25.00 / month)"],
    ),
    (Rate("eur", Decimal(10000)), "1", "Basic", None, "year", 1, ["1 × Basic (at €100.00 / year)"]),
    (Rate("usd", Decimal(3000)), "1", "Pro", None, "month", 3, ["1 × Pro (at $30.00 every 3 months)"]),
    (Rate("usd", Decimal(500)), "2", "Pro", None, "week", 2, ["2 × Pro (at $5.00 every 2 weeks)"]),
    (Rate("usd", Decimal("0.2")), "1500", "Calls", "call", "month", 1, ["1500 call × Calls (at $0.002 / month)"]),
    (Rate("usd", Decimal(10)), "2.50", "Hours", None, "month", 1, ["2.5 × Hours (at $0.10 / month)"]),
    (
        Rate("eur", Decimal(7500), divide_by=50, round="up"),
        "0",
        "Additional active users",
        None,
        "month",
        1,
        ["0 × Additional active users (at €75.00 per 50 units / month)"],
    ),
    (
        GITPOD,
        "1031",
        "Gitpod Usage",
        "credit",
        "month",
        1,
        [
            "1000 credit × Gitpod Usage (Tier 1 at $0.00 / month)",
            "Gitpod Usage (Tier 1 at $9.00 / month)",
            "31 credit × Gitpod Usage (Tier 2 at $0.036 / month)",
            "Gitpod Usage (Tier 2 at $0.00 / month)",
        ],
    ),
    (
        Rate("usd", tiers=(Tier(None, Decimal(0), Decimal(999)),), tiers_mode="graduated"),
        "0",
        "Basic",
        "character",
        "day",
        1,
        ["0 character × Basic (Tier 1 at $0.00 / day)", "Basic (Tier 1 at $9.99 / day)"],
    ),
]


@pytest.mark.parametrize("rate, quantity, product, unit_label, interval, count, expected", LINES)
def test_lines_read_as_stripes(
    rate: Rate,
    quantity: str,
    product: str,
    unit_label: str | None,
    interval: Interval,
    count: int,
    expected: list[str],
) -> None:
    """Quantity, unit label, product, tier, price and interval stand where Stripe puts them."""
    made = charges(rate, Decimal(quantity))
    assert [wording.line(charge, rate, product, unit_label, interval, count) for charge in made] == expected


@pytest.mark.parametrize(
    "sentence, expected",
    [
        (wording.unused_time("Default", Decimal(1), NOV_10), "Unused time on Default after 10 Nov 2025"),
        (wording.remaining_time("Default", Decimal(1), NOV_10), "Remaining time on Default after 10 Nov 2025"),
        (wording.remaining_time("Default", Decimal(3), NOV_10), "Remaining time on 3 × Default after 10 Nov 2025"),
        (wording.unused_time("Team", Decimal("1.00"), NOV_10), "Unused time on Team after 10 Nov 2025"),
        (wording.unused_time("Default", Decimal("0.5"), NOV_10), "Unused time on 0.5 × Default after 10 Nov 2025"),
        (wording.unused_time("Default", Decimal(2), JAN_2), "Unused time on 2 × Default after 02 Jan 2026"),
        (wording.unused_time("Default", Decimal(2), JAN_2 + 1), "Unused time on 2 × Default after 03 Jan 2026"),
        (wording.free_trial("Test", Decimal(1), "user"), "Free trial for 1 user × Test"),
        (wording.free_trial("Test", Decimal(10)), "Free trial for 10 × Test"),
        (wording.trial_period("Test"), "Trial period for Test"),
        (wording.trial_period("Test", "user"), "Trial period for Test (per user)"),
    ],
)
def test_prorations_and_trials_read_as_stripes(sentence: str, expected: str) -> None:
    """A quantity of one goes without saying in a proration, and the day is the UTC day with two digits."""
    assert sentence == expected


def test_the_sign_is_the_multiplication_sign() -> None:
    """Stripe writes U+00D7 and not the letter x."""
    assert wording.TIMES == "\N{MULTIPLICATION SIGN}"
