"""The clock turns as a calendar does, and Stripe bills on the way."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import stripe
from tests.scenarios.conftest import Run

from pinstripe_scenarios import Account, Clock, ClockError, Customers, Subscribe

at_month_end = pytest.mark.stripe(now="2027-01-31T12:00")


def days(clock: Clock, *steps: int) -> list[str]:
    """The day and hour after each advance by months."""
    return [f"{clock.advance(months=step):%m-%d %H}" for step in steps]


@at_month_end
def test_months_in_a_row_are_counted_from_where_the_first_began(stripe_clock: Clock) -> None:
    """31 January, 28 February, 31 March; a step by days begins a new count."""
    assert stripe_clock.now == datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert days(stripe_clock, 1, 1, 2) == ["02-28 12", "03-31 12", "05-31 12"]
    stripe_clock.advance(days=30)
    assert days(stripe_clock, 1) == ["07-30 12"]


@at_month_end
def test_an_advance_ends_when_the_bill_is_settled(
    stripe_client: stripe.StripeClient, stripe_clock: Clock, subscribe: Subscribe
) -> None:
    """A month later the renewal is paid: the hour of grace is waited for, and does not shift the next month."""
    subscription = subscribe("pro")
    assert days(stripe_clock, 1, 1) == ["02-28 13", "03-31 13"]
    invoices = stripe_client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(row.status, row.billing_reason) for row in invoices] == [
        ("paid", "subscription_cycle"),
        ("paid", "subscription_cycle"),
        ("paid", "subscription_create"),
    ]


@at_month_end
def test_an_advance_can_stop_in_the_hour_of_grace(
    stripe_client: stripe.StripeClient, stripe_clock: Clock, subscribe: Subscribe
) -> None:
    """Without settling the renewal is a draft, and `finalize` goes on to the hour's end."""
    subscription = subscribe("pro")
    stripe_clock.advance(months=1, settle=False)
    newest = {"subscription": subscription.id, "limit": 1}
    assert stripe_client.v1.invoices.list(newest).data[0].status == "draft"  # type: ignore[arg-type]
    assert stripe_clock.advance_to(subscription, "finalize") == datetime(2027, 2, 28, 13, tzinfo=UTC)
    assert stripe_client.v1.invoices.list(newest).data[0].status == "paid"  # type: ignore[arg-type]


@at_month_end
def test_long_ways_are_gone_in_hops(stripe_account: Account, stripe_clock: Clock, subscribe: Subscribe) -> None:
    """Stripe refuses more than two intervals at once; a year from month's end takes seven hops, and an hour."""
    subscribe("pro")
    assert stripe_clock.advance(months=12) == datetime(2028, 1, 31, 13, tzinfo=UTC)
    hops = [entry.text for entry in stripe_account.timeline.entries if "/advance ->" in entry.text]
    assert len(hops) == 8


@at_month_end
def test_named_moments_of_a_failing_card(
    stripe_client: stripe.StripeClient, stripe_clock: Clock, subscribe: Subscribe
) -> None:
    """The renewal fails, is tried again a day later, and after the last try the subscription is over."""
    subscription = subscribe("pro", card="fails_later")
    assert subscription.status == "active"

    def status() -> str:
        """The subscription's state."""
        return stripe_client.v1.subscriptions.retrieve(subscription.id).status

    assert stripe_clock.advance_to(subscription, "period_end") == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert status() == "active"
    assert stripe_clock.advance_to(subscription.id, "finalize") == datetime(2027, 2, 28, 13, tzinfo=UTC)
    assert status() == "past_due"
    assert stripe_clock.advance_to(subscription, "retry") == datetime(2027, 3, 1, 13, tzinfo=UTC)
    assert status() == "past_due"
    assert stripe_clock.advance_to(subscription, "dunning_exhausted") == datetime(2027, 3, 14, 13, tzinfo=UTC)
    assert status() == "canceled"


def test_what_is_not_ahead_is_an_error(stripe_clock: Clock, subscribe: Subscribe) -> None:
    """A moment that is past, or that a subscription does not have, is refused with the reason."""
    subscription = subscribe("pro")
    with pytest.raises(ClockError, match="no invoice that is open"):
        stripe_clock.advance_to(subscription, "retry")
    with pytest.raises(ClockError, match="there are renewal, period_end"):
        stripe_clock.advance_to(subscription, "christmas")  # type: ignore[arg-type]
    with pytest.raises(ClockError, match="only goes forward"):
        stripe_clock.advance_to_moment(stripe_clock.now)
    with pytest.raises(ClockError, match="no time zone"):
        stripe_clock.advance_to_moment(datetime(2040, 1, 1))  # noqa: DTZ001 - that is the mistake


@at_month_end
def test_the_apps_clock_follows(stripe_clock: Clock, subscribe: Subscribe) -> None:
    """Inside `app_time` the app's `datetime.now()` and `time.time()` are the clock's, and afterwards the machine's."""
    subscribe("pro")
    before = time.time()
    with stripe_clock.app_time():
        assert datetime.now(UTC) == stripe_clock.now == datetime(2027, 1, 31, 12, tzinfo=UTC)
        stripe_clock.advance(months=1)
        assert datetime.now(UTC) == datetime(2027, 2, 28, 13, tzinfo=UTC)
        assert time.time() == stripe_clock.now.timestamp()
    assert 0 <= time.time() - before < 600


def test_pytest_measures_by_the_machines_clock(run: Run) -> None:
    """A fixture that holds `app_time` open for a whole test does not make it last for decades."""
    result = run(
        """
        import pytest
        from datetime import datetime

        @pytest.fixture
        def app(stripe_clock):
            with stripe_clock.app_time():
                yield

        @pytest.mark.stripe(now="2047-01-31")
        def test_long(app, stripe_clock):
            stripe_clock.advance(days=30)
            assert datetime.now().year == 2047
        """,
        "--durations=0",
        "-vv",
    )
    result.assert_outcomes(passed=1)
    spans = {line.split()[1]: float(line.split("s ")[0]) for line in result.outlines if line.endswith("::test_long")}
    assert set(spans) == {"setup", "call", "teardown"}
    assert max(spans.values()) < 600


@at_month_end
def test_customers_of_the_app_live_on_the_clock(stripe_clock: Clock, stripe_customer: Customers) -> None:
    """An app knows nothing of test clocks: the customers it makes while a test has one are put on it."""
    made = stripe.Customer.create(email="ada@example.com", metadata={"a": "b & c"}, api_key="sk_test_app")
    assert made.metadata is not None
    assert (made.test_clock, made.email, made.metadata["a"]) == (stripe_clock.id, "ada@example.com", "b & c")
    assert stripe_customer(card=None).test_clock == stripe_clock.id
