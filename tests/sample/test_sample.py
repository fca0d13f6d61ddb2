"""The sample's tests, as its developers would write them: sign up, use, renew, fail to pay, cancel."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import stripe
from openfeature import api
from sqlalchemy import Engine
from tests.sample.app import payments
from tests.sample.conftest import Browser, User

from pinstripe_flags import for_customer
from pinstripe_metering import MeterEvent, Outcome, Pump, State, StripeSender
from pinstripe_scenarios import Clock, Webhooks

Renewal = Callable[[User], dict[str, Any]]
SignUp = Callable[..., User]


def test_signing_up_subscribes_and_pays(ada: User, stripe_client: stripe.StripeClient, renewal: Renewal) -> None:
    """Whoever signs up has a subscription at Stripe and has paid for the first month."""
    assert stripe_client.v1.subscriptions.retrieve(ada.subscription).status == "active"
    assert renewal(ada) == {"reason": "subscription_create", "status": "paid", "paid": 2000, "jobs": 0}


def test_the_flag_opens_after_the_webhook(ada: User, stripe_webhooks: Webhooks) -> None:
    """The app knows of a subscription when Stripe tells it, not before."""
    assert ada.export() == 402
    stripe_webhooks.deliver()
    assert ada.export() == 200


def test_a_logged_out_request_gets_no_paid_feature(ada: User, browser: Browser, stripe_webhooks: Webhooks) -> None:
    """A global evaluation context that is a customer lends its plan to nobody."""
    stripe_webhooks.deliver()
    api.set_evaluation_context(for_customer(ada.id))
    assert browser.get("/export").status_code == 403
    assert ada.export() == 200


def test_usage_is_billed_on_the_renewal(ada: User, pump: Pump, stripe_clock: Clock, renewal: Renewal) -> None:
    """The renewal bills as many jobs as were recorded: 20.00 + 7 x 0.05 = 20.35 USD."""
    for number in range(7):
        stripe_clock.advance(days=1)
        assert ada.job(number) == 200
    assert pump.run_once()[State.SENT] == 7
    stripe_clock.advance_to(ada.subscription, "renewal")
    assert renewal(ada) == {"reason": "subscription_cycle", "status": "paid", "paid": 2035, "jobs": 7}


def test_a_rolled_back_job_bills_nothing(ada: User, pump: Pump, stripe_clock: Clock, renewal: Renewal) -> None:
    """A job that fails takes its usage with it."""
    assert ada.job(1, text="") == 422
    assert pump.run_once().tries == 0
    stripe_clock.advance_to(ada.subscription, "renewal")
    assert renewal(ada) == {"reason": "subscription_cycle", "status": "paid", "paid": 2000, "jobs": 0}


def test_a_retried_job_bills_once(ada: User, pump: Pump, stripe_clock: Clock, renewal: Renewal) -> None:
    """The same job twice is one job, also when it comes back after its usage was sent."""
    assert (ada.job(1), ada.job(1)) == (200, 200)
    assert pump.run_once().tries == 1
    stripe_clock.advance(days=1)
    assert ada.job(1) == 200
    assert pump.run_once().tries == 0
    stripe_clock.advance_to(ada.subscription, "renewal")
    assert renewal(ada)["jobs"] == 1


def test_a_lost_reply_bills_once(ada: User, pump: Pump, stripe_clock: Clock, renewal: Renewal) -> None:
    """Stripe counts a job and the connection breaks: the pump sends it again, and it counts once."""

    class BreaksOnce(StripeSender):
        """Loses the first answer, after Stripe has done its part."""

        calls = 0

        def send(self, event: MeterEvent) -> Outcome:
            """Send it, and fail to hear the answer the first time."""
            outcome, self.calls = super().send(event), self.calls + 1
            if self.calls == 1:
                raise ConnectionResetError("the reply was lost")
            return outcome

    pump.sender = sender = BreaksOnce(payments)
    assert ada.job(1) == 200
    assert pump.run_once()[State.RETRY_WAIT] == 1
    stripe_clock.advance(minutes=1)
    assert pump.run_once().backlog.open == 0
    assert sender.calls == 2
    stripe_clock.advance_to(ada.subscription, "renewal")
    assert renewal(ada) == {"reason": "subscription_cycle", "status": "paid", "paid": 2005, "jobs": 1}


def test_a_failed_renewal_keeps_access_until_dunning_ends(
    ada: User, stripe_client: stripe.StripeClient, stripe_clock: Clock, stripe_webhooks: Webhooks
) -> None:
    """A card that is declined costs nobody the export while Stripe still tries; when it gives up, it does."""
    declined = stripe_client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": ada.customer})
    settings: Any = {"invoice_settings": {"default_payment_method": declined.id}}
    stripe_client.v1.customers.update(ada.customer, settings)
    stripe_clock.advance_to(ada.subscription, "renewal")
    assert "invoice.payment_failed" in stripe_webhooks.deliver().types
    assert ada.export() == 200
    stripe_clock.advance_to(ada.subscription, "retry")
    stripe_webhooks.deliver()
    assert ada.export() == 200
    stripe_clock.advance_to(ada.subscription, "dunning_exhausted")
    assert "customer.subscription.deleted" in stripe_webhooks.deliver().types
    assert ada.export() == 402


def test_a_cancelled_plan_lasts_until_the_period_ends(
    sign_up: SignUp, stripe_client: stripe.StripeClient, stripe_clock: Clock, stripe_webhooks: Webhooks
) -> None:
    """Who cancels keeps what is paid for, and who thinks better of it keeps everything."""
    ada, ben = sign_up("ada@example.com"), sign_up("ben@example.com")
    for user in (ada, ben):
        stripe_client.v1.subscriptions.update(user.subscription, {"cancel_at_period_end": True})
    stripe_webhooks.deliver()
    assert (ada.export(), ben.export()) == (200, 200)
    stripe_clock.advance(days=20)
    stripe_client.v1.subscriptions.update(ben.subscription, {"cancel_at_period_end": False})
    stripe_webhooks.deliver()
    assert (ada.export(), ben.export()) == (200, 200)
    stripe_clock.advance_to(ada.subscription, "period_end")
    stripe_webhooks.deliver()
    assert (ada.export(), ben.export()) == (402, 200)


def test_webhooks_delivered_twice_change_nothing(
    ada: User, database: Engine, stripe_clock: Clock, stripe_webhooks: Webhooks
) -> None:
    """Every event of a month once more, and no row of the database is another."""

    def rows() -> list[str]:
        """The whole database, as SQL."""
        with contextlib.closing(database.raw_connection()) as connection:
            dump: Any = connection.driver_connection
            return list(dump.iterdump())

    assert ada.job(1) == 200
    stripe_clock.advance_to(ada.subscription, "renewal")
    delivered, before = stripe_webhooks.deliver(), rows()
    assert len(delivered) > 10
    assert stripe_webhooks.redeliver(*delivered).types == delivered.types
    assert rows() == before
    assert ada.export() == 200
