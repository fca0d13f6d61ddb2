"""`pinstripe demo` tells the story truthfully and leaves nothing running."""

from __future__ import annotations

import io
import threading
from fractions import Fraction

import pytest
from rich.console import Console
from tests.story.telling import tell_in_process
from tests.story.test_story import ODD_SECONDS

from pinstripe.billing.money import round_half_down
from pinstripe.demo import tell
from pinstripe.demo.timeline import arithmetic, is_proration, short


@pytest.fixture(scope="module")
def printed() -> str:
    """What the demo prints where there is no terminal."""
    before = set(threading.enumerate())
    page = io.StringIO()
    tell(Console(file=page, width=110))
    assert set(threading.enumerate()) <= before
    return page.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "31 Jan 2027, 12:00",
        "-1 × $20.00 × 14/28 days = -$10.00",
        "2 × $20.00 × 14/28 days =  $20.00",
        "550 × $0.02 =  $11.00",
        "600 × $0.02 =  $12.00",
        "400 invalid_request_error, no code: An event already exists with identifier usage-0212.",
        "29 Feb 2028, 13:00  paid, renewed to 31 Mar 2028: 2 × $20.00 = $40.00",
        "Total, paid",
        "228 happened, 228 arrived and were verified",
    ],
)
def test_the_demo_prints_dates_sums_and_deliveries(printed: str, words: str) -> None:
    """Each thing that was billed is printed with its date and its arithmetic, in order."""
    assert words in printed


def test_nothing_is_cut_off(printed: str) -> None:
    """At 110 columns every line is whole: only ids are shortened."""
    assert "…" not in printed.replace("_…", "")
    assert max(map(len, printed.splitlines())) <= 110


@pytest.mark.parametrize("quantity_doubles, credit, debit", ODD_SECONDS)
def test_the_arithmetic_that_is_printed_gives_the_amount(quantity_doubles: int, credit: int, debit: int) -> None:
    """Multiplied out and rounded, the factors beside a line are its amount, down to a second's share."""
    renewal = tell_in_process(quantity_doubles=quantity_doubles, first_month_only=True).story.renewal
    results = [result(arithmetic(line, renewal)) for line in renewal.lines.data]
    assert results == [line.amount for line in renewal.lines.data]
    prorations = [line.amount for line in renewal.lines.data if is_proration(line)]
    assert prorations == [credit, debit]


def result(text: str) -> int:
    """Cents of a product such as "-1 × $20.00 × 14/28 days"."""
    product = Fraction(100)
    for factor in text.split(" × "):
        product *= Fraction(factor.strip("$ days").replace(",", ""))
    return round_half_down(product)


def test_a_call_is_printed_without_its_ids() -> None:
    """An id is cut after its prefix; a path without ids stays whole."""
    assert short("POST /v1/subscriptions/sub_1ZraTM3Xm94S9jdygCJWiwBJ") == "POST /v1/subscriptions/sub_…"
    assert short("POST /v1/billing/meter_events") == "POST /v1/billing/meter_events"
