"""Subscribe, meter, travel, get the invoice: one customer's story, in process and over HTTP, to the cent."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import stripe
from tests.story.telling import Telling, answered_by, tell_in_process, tell_over_http

from pinstripe.demo.story import BEGINS, HOUR, QUANTITY_DOUBLES, RENEWS, moment

MARCH_ENDS = moment(2027, 3, 31)

# The period runs from 31 Jan 12:00 to 28 Feb 12:00: 28 days. On 14 Feb 12:00, 14 of them are left, one half.
#   unused time on 1 unit:      -(1 x $20.00) x 14/28 = -$10.00, first
#   remaining time on 2 units:    2 x $20.00  x 14/28 =  $20.00, second
#   March, in advance:            2 x $20.00          =  $40.00
LICENSED = [
    (-1000, "Unused time on Weather API after 14 Feb 2027", 1, QUANTITY_DOUBLES, RENEWS),
    (2000, "Remaining time on 2 × Weather API after 14 Feb 2027", 2, QUANTITY_DOUBLES, RENEWS),
    (4000, "2 × Weather API (at $20.00 / month)", 2, RENEWS, MARCH_ENDS),
]
# At the boundary 400 + 900 + 250 = 1,550 calls are known (the 900 sent twice count once):
#   the first 1,000 x $0.00 = $0.00, the other 550 x $0.02 = $11.00;  -10 + 20 + 40 + 0 + 11 = $61.00
DRAFT = [
    *LICENSED,
    (0, "1000 × Weather API (Tier 1 at $0.00 / month)", 1000, BEGINS, RENEWS),
    (1100, "550 × Weather API (Tier 2 at $0.02 / month)", 550, BEGINS, RENEWS),
]
# Within the hour 50 more arrive, dated a minute before the boundary: 1,600 calls.
#   the first 1,000 x $0.00 = $0.00, the other 600 x $0.02 = $12.00;  -10 + 20 + 40 + 0 + 12 = $62.00
RENEWAL = [
    *LICENSED,
    (0, "1000 × Weather API (Tier 1 at $0.00 / month)", 1000, BEGINS, RENEWS),
    (1200, "600 × Weather API (Tier 2 at $0.02 / month)", 600, BEGINS, RENEWS),
]

# A change at another second of 14 February. The share left is a fraction of 28 x 86,400 = 2,419,200 s, and each line
# is rounded on its own to the nearest cent, an exact half towards minus infinity.
ODD_SECONDS = [
    # 11:09:36 leaves 14 d + 3,024 s = 1,212,624 s = 401/800:  -2000 x 401/800 = -1002.5,  4000 x 401/800 = 2005
    pytest.param(moment(2027, 2, 14, 11, 9, 36), -1003, 2005, id="a credit of exactly half a cent"),
    # 11:34:48 leaves 14 d + 1,512 s = 1,211,112 s = 801/1600: -2000 x 801/1600 = -1001.25,  4000 x 801/1600 = 2002.5
    pytest.param(moment(2027, 2, 14, 11, 34, 48), -1001, 2002, id="a debit of exactly half a cent"),
    # 09:17:43 leaves 14 d + 9,737 s = 1,219,337 s: -2000 x 0.504025... = -1008.05,  4000 x 0.504025... = 2016.10
    pytest.param(moment(2027, 2, 14, 9, 17, 43), -1008, 2016, id="nearest, downwards"),
    # 20:31:07 leaves 14 d - 30,667 s = 1,178,933 s: -2000 x 0.487323... = -974.65,  4000 x 0.487323... = 1949.29
    pytest.param(moment(2027, 2, 14, 20, 31, 7), -975, 1949, id="nearest, upwards and downwards"),
]


@pytest.fixture(scope="module")
def http() -> Telling:
    """The story, told over HTTP."""
    return tell_over_http()


@pytest.fixture(scope="module")
def in_process() -> Telling:
    """The story, told without a socket."""
    return tell_in_process()


@pytest.fixture(params=["in_process", "http"])
def told(request: pytest.FixtureRequest) -> Telling:
    """The story, told each way."""
    telling: Telling = request.getfixturevalue(request.param)
    return telling


def lines(invoice: stripe.Invoice) -> list[tuple[Any, ...]]:
    """What an invoice bills, line by line."""
    return [
        (line.amount, line.description, line.quantity, line.period.start, line.period.end)
        for line in invoice.lines.data
    ]


def test_the_first_invoice_bills_the_licensed_price_in_advance_and_is_paid(told: Telling) -> None:
    """What is used is not known yet, so the first invoice has one line: 1 x $20.00 until the end of February."""
    first = told.story.first
    assert lines(first) == [(2000, "1 × Weather API (at $20.00 / month)", 1, BEGINS, RENEWS)]
    assert (first.status, first.total, first.amount_paid, first.amount_remaining) == ("paid", 2000, 2000, 0)
    assert first.billing_reason == "subscription_create"


def test_a_duplicate_identifier_is_a_400_without_a_code(told: Telling) -> None:
    """A fact that was sent before is refused in Stripe's words and not worth a retry."""
    error = told.story.duplicate
    assert isinstance(error, stripe.InvalidRequestError)
    assert error.error is not None
    assert (error.http_status, error.error.type, error.code) == (400, "invalid_request_error", None)
    assert error.user_message == "An event already exists with identifier usage-0212."
    assert error.headers is not None
    assert error.headers["Stripe-Should-Retry"] == "false"


def test_the_renewal_is_a_draft_at_the_boundary(told: Telling) -> None:
    """When the period ends, the invoice is a draft without a number; it finalizes by itself an hour later."""
    draft = told.story.draft
    assert lines(draft) == DRAFT
    assert (draft.status, draft.total, draft.amount_paid, draft.number) == ("draft", 6100, 0, None)
    assert (draft.created, draft.automatically_finalizes_at) == (RENEWS, RENEWS + HOUR)
    assert (draft.period_start, draft.period_end) == (BEGINS, RENEWS)


def test_usage_of_the_hour_of_grace_is_billed_when_the_renewal_is_paid(told: Telling) -> None:
    """Usage that arrives while the invoice is a draft is on it when it is finalized and paid an hour later."""
    draft, renewal = told.story.draft, told.story.renewal
    assert renewal.id == draft.id
    assert lines(renewal) == RENEWAL
    assert (renewal.status, renewal.total, renewal.amount_paid, renewal.amount_remaining) == ("paid", 6200, 6200, 0)
    assert renewal.status_transitions.finalized_at == renewal.status_transitions.paid_at == RENEWS + HOUR
    assert renewal.billing_reason == "subscription_cycle"
    assert renewal.number is not None
    assert renewal.number.endswith("-0002")


@pytest.mark.parametrize("quantity_doubles, credit, debit", ODD_SECONDS)
def test_each_proration_is_rounded_on_its_own(quantity_doubles: int, credit: int, debit: int) -> None:
    """Credit and debit take the share of seconds that is left, each to the nearest cent, halves downwards."""
    renewal = tell_in_process(quantity_doubles=quantity_doubles, first_month_only=True).story.renewal
    expected = [
        (credit, "Unused time on Weather API after 14 Feb 2027", 1, quantity_doubles, RENEWS),
        (debit, "Remaining time on 2 × Weather API after 14 Feb 2027", 2, quantity_doubles, RENEWS),
        *RENEWAL[2:],
    ]
    assert lines(renewal) == expected
    assert renewal.total == renewal.amount_paid == credit + debit + 4000 + 0 + 1200


def test_the_anchor_stays_on_the_last_day_of_the_month_through_a_leap_year(told: Telling) -> None:
    """A subscription begun on a 31st renews on each month's last day and never drifts, 29 February 2028 included."""
    days = [
        (2027, 2, 28),
        (2027, 3, 31),
        (2027, 4, 30),
        (2027, 5, 31),
        (2027, 6, 30),
        (2027, 7, 31),
        (2027, 8, 31),
        (2027, 9, 30),
        (2027, 10, 31),
        (2027, 11, 30),
        (2027, 12, 31),
        (2028, 1, 31),
        (2028, 2, 29),
        (2028, 3, 31),
        (2028, 4, 30),
    ]
    noons = [moment(*day) for day in days]
    assert told.story.anchors == list(itertools.pairwise(noons))


def test_every_later_renewal_bills_two_units_and_no_usage(told: Telling) -> None:
    """2 x $20.00 in advance, and for the month behind nothing: no usage still makes a line for the first tier."""
    renewals = [beat.invoice for beat in told.beats if beat.invoice is not None][3:]
    assert len(renewals) == 13
    for (begins, ends), renewal in zip(told.story.anchors[1:], renewals, strict=True):
        (licensed, tier) = lines(renewal)
        assert licensed == (4000, "2 × Weather API (at $20.00 / month)", 2, begins, ends)
        assert tier[:3] == (0, "0 × Weather API (Tier 1 at $0.00 / month)", 0)
        assert tier[4] == begins
        assert (renewal.status, renewal.amount_paid) == ("paid", 4000)


def test_every_event_is_delivered_once_in_order_and_verified(told: Telling) -> None:
    """What the API lists is what the receiver got, one by one, each signed so that the official SDK accepts it."""
    inbox = told.inbox
    assert [event.id for event in inbox.events] == inbox.happened
    assert inbox.refused == 0
    assert len(inbox.events) == len(set(inbox.happened)) == sum(len(beat.told) for beat in told.beats)
    types = [event.type for event in inbox.events]
    assert types.count("invoice.paid") == types.count("charge.succeeded") == 1 + 1 + 13
    assert types.count("invoiceitem.created") == 2


def test_a_renewal_is_told_of_when_it_happens(told: Telling) -> None:
    """The draft is announced at the boundary; finalization and payment only after the hour of grace."""
    drafted, _, paid = (beat for beat in told.beats if RENEWS <= beat.at <= RENEWS + HOUR)
    types = [event.type for event in drafted.told if event.type.startswith("invoice")]
    assert types[-1] == "invoice.created"
    assert set(types) <= {"invoice.upcoming", "invoice.created"}
    types = [event.type for event in paid.told if event.type.startswith("invoice")]
    assert "invoice.created" not in types
    assert types.index("invoice.finalized") < types.index("invoice.paid")


def test_the_story_says_which_calls_it_makes(told: Telling) -> None:
    """The calls that are printed are the calls that were made, in their order."""
    assert told.story.calls == list(answered_by(told))


def test_http_and_in_process_agree_byte_for_byte(http: Telling) -> None:
    """The same seed, clock, calls and address of pages give the same answers and event bodies, socket or none."""
    twin = tell_in_process(http.story.webhook_url, pages=http.simulator.accounts.pages)
    assert http.answers == twin.answers
    assert http.inbox.bodies == twin.inbox.bodies
