"""What happens to a paid feature while its subscription lives, told in dates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from pinstripe_flags import Policy, for_customer
from tests.flags.shop import START, Shop, seconds

TIMES = pytest.mark.parametrize("test_clock", [False, True], ids=["account's time", "test clock"])

FAILED = START + timedelta(days=28, hours=1)
"""28 February: the renewal's hour of grace is over, and the card is charged for the first time."""


def declining(database: Engine, policy: Policy, *, test_clock: bool) -> tuple[Shop, str, str]:
    """A shop whose customer `ada` pays on 31 January and whose card declines from then on."""
    shop = Shop(database, policy=policy, test_clock=test_clock)
    customer = shop.customer("ada")
    subscription = shop.subscribe(customer, "pro")
    shop.pay_with(customer, "chargeCustomerFail")
    shop.deliver()
    assert shop.has("sso", "ada")
    return shop, customer, subscription


@TIMES
def test_a_failed_renewal_keeps_access_until_dunning_ends(database: Engine, test_clock: bool) -> None:
    """28 February declined, eight retries until 14 March: access all along, and none once Stripe has given up."""
    shop, _, subscription = declining(database, Policy.until_dunning_ends(), test_clock=test_clock)
    shop.turn(days=28, hours=1)
    for _ in range(14):
        assert shop.status(subscription) == "past_due"
        details = shop.ask("sso", "ada")
        assert (details.value, details.reason, details.variant) == (True, "TARGETING_MATCH", "pro")
        assert details.flag_metadata["status"] == "past_due"
        shop.turn(days=1)
    assert shop.status(subscription) == "canceled"
    details = shop.ask("sso", "ada")
    assert (details.value, details.reason, details.variant) == (False, "DEFAULT", None)
    assert details.flag_metadata["status"] == "canceled"


@TIMES
def test_the_strict_policy_cuts_at_once(database: Engine, test_clock: bool) -> None:
    """The hour before the charge the feature is there; the first decline takes it."""
    shop, _, subscription = declining(database, Policy.strict(), test_clock=test_clock)
    shop.turn(days=28, minutes=59)
    assert (shop.status(subscription), shop.has("sso", "ada")) == ("active", True)
    shop.turn(minutes=1)
    assert (shop.status(subscription), shop.has("sso", "ada")) == ("past_due", False)


@TIMES
def test_a_grace_deadline_does_not_move_on_retries(database: Engine, test_clock: bool) -> None:
    """Seven days from the first failure, although three retries fail in between."""
    shop, _, subscription = declining(database, Policy.grace(days=7), test_clock=test_clock)
    shop.turn(days=28, hours=1)
    deadline = seconds(FAILED + timedelta(days=7))
    for _ in range(7):
        details = shop.ask("sso", "ada")
        assert (details.value, details.flag_metadata["grace_until"]) == (True, deadline)
        shop.turn(days=1)
    details = shop.ask("sso", "ada")
    assert (details.value, details.flag_metadata["grace_until"]) == (False, deadline)
    assert shop.status(subscription) == "past_due"


@TIMES
def test_a_recovery_gives_a_new_grace_to_the_next_failure(database: Engine, test_clock: bool) -> None:
    """Declined in February and paid in March: a decline at the end of March has seven days of its own."""
    shop, customer, subscription = declining(database, Policy.grace(days=7), test_clock=test_clock)
    shop.turn(days=28, hours=1)
    shop.pay_with(customer, "visa")
    shop.turn(days=1)
    details = shop.ask("sso", "ada")
    assert (shop.status(subscription), details.value, "grace_until" in details.flag_metadata) == ("active", True, False)
    shop.pay_with(customer, "chargeCustomerFail")
    shop.turn(days=30)  # 31 March, the second renewal
    failed = START + timedelta(days=59, hours=1)
    details = shop.ask("sso", "ada")
    assert (shop.status(subscription), details.value) == ("past_due", True)
    assert details.flag_metadata["grace_until"] == seconds(failed + timedelta(days=7))


def test_of_two_subscriptions_the_one_that_lives_counts(shop: Shop) -> None:
    """The older one ends; the feature stays, and its variant is the other plan."""
    customer = shop.customer("ada")
    ended, _ = shop.subscribe(customer, "team"), shop.subscribe(customer, "pro")
    shop.deliver()
    assert (shop.ask("seats", "ada").value, shop.ask("seats", "ada").variant) == (50, "team")
    shop.stripe.v1.subscriptions.cancel(ended)
    shop.deliver()
    assert (shop.ask("seats", "ada").value, shop.ask("seats", "ada").variant) == (5, "pro")
    assert shop.has("sso", "ada")


def test_every_customer_of_a_subject_counts(shop: Shop) -> None:
    """An organization that pays in two currencies is two customers of Stripe's, and one of ours."""
    shop.subscribe(shop.customer("ada"), "pro")
    shop.subscribe(shop.customer("ada"), "team")
    shop.deliver()
    assert shop.ask("seats", "ada").value == 50


def test_a_customer_that_nobody_linked_is_its_own_subject(shop: Shop) -> None:
    """The subscription is told of first; a link that comes later moves it to the organization."""
    customer = shop.stripe.v1.customers.create(
        {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    ).id
    shop.subscribe(customer, "pro")
    shop.deliver()
    assert (shop.has("sso", customer), shop.has("sso", "ada")) == (True, False)
    with shop.session() as session:
        shop.store.link(session, "ada", customer)
    assert (shop.has("sso", customer), shop.has("sso", "ada")) == (False, True)


@pytest.mark.parametrize("subject, customer", [("", "cus_1"), (" ", "cus_1"), ("ada", "")])
def test_a_link_has_two_ends(shop: Shop, subject: str, customer: str) -> None:
    """Nobody's customers would all be one subject."""
    with shop.session() as session, pytest.raises(ValueError, match="needs a subject and a customer"):
        shop.store.link(session, subject, customer)


def test_a_cancellation_at_period_end_keeps_then_ends(shop: Shop) -> None:
    """Cancelled on 10 February: paid until 28 February, over at that second."""
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    shop.turn(days=10)
    shop.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    shop.turn(days=17, hours=23)
    assert shop.has("sso", "ada")
    shop.turn(hours=1)
    assert not shop.has("sso", "ada")


def test_a_cancellation_that_is_undone_never_happened(shop: Shop) -> None:
    """Cancelled and undone within the same second; in March the feature is still there."""
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    shop.turn(days=10)
    shop.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    shop.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": False})
    shop.turn(days=40)
    assert shop.has("sso", "ada")


def test_an_upgrade_changes_the_value_at_once(shop: Shop) -> None:
    """From pro to team in mid-period: 50 seats with the event."""
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    shop.turn(days=10)
    item = shop.stripe.v1.subscription_items.list({"subscription": subscription}).data[0].id
    shop.stripe.v1.subscriptions.update(subscription, {"items": [{"id": item, "price": shop.prices["team"]}]})
    assert shop.ask("seats", "ada").value == 5
    shop.deliver()
    assert (shop.ask("seats", "ada").value, shop.ask("support", "ada").value) == (50, "phone")


def test_a_first_payment_that_fails_gives_nothing(shop: Shop) -> None:
    """`incomplete` is no access; paying within the day makes it active."""
    customer = shop.customer("ada")
    shop.pay_with(customer, "chargeCustomerFail")
    subscription = shop.subscribe(customer, "pro")
    shop.deliver()
    details = shop.ask("sso", "ada")
    assert (details.value, details.flag_metadata["status"]) == (False, "incomplete")
    shop.pay_with(customer, "visa")
    latest = shop.stripe.v1.subscriptions.retrieve(subscription).latest_invoice
    shop.stripe.v1.invoices.pay(str(latest))
    shop.deliver()
    assert shop.has("sso", "ada")


def test_a_feature_attached_to_a_plan_later_is_there_for_everybody(shop: Shop) -> None:
    """Nothing is remembered: a new line in the catalogue holds for those who subscribed before."""
    shop.subscribe(shop.customer("ada"), "pro")
    shop.deliver()
    shop.sell({"audit_log": ["pro"]})
    assert shop.flags.get_boolean_value("audit_log", False, for_customer("ada")) is True
