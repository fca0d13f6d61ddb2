"""Webhooks reach the app when the test says so: signed, in order, in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pinstripe_scenarios import Clock, DeliveryError, Subscribe, Target, Webhooks

SECRET = "whsec_of_the_app"


class App:
    """A little app: it verifies what it gets, remembers it, and may call Stripe while it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.loops: set[int] = set()
        self.fails: dict[str, Exception | int] = {}
        self.asgi = Starlette(routes=[Route("/hooks/stripe", self.hook, methods=["POST"])])

    async def hook(self, request: Request) -> Response:
        """Take one event."""
        self.loops.add(id(asyncio.get_running_loop()))
        event = stripe.Webhook.construct_event(await request.body(), request.headers["Stripe-Signature"], SECRET)
        match self.fails.get(event.type):
            case Exception() as error:
                raise error
            case int() as status:
                return Response("sorry", status)
        if event.type == "customer.created":
            await stripe.Customer.modify_async(event.data.object["id"], api_key="sk_test_app", name="told")
        self.told.append(event.type)
        return Response()


@pytest.fixture
def app() -> App:
    """The app under test."""
    return App()


@pytest.fixture
def stripe_webhook_target(app: App) -> Target:
    """Where events go."""
    return ("asgi", app.asgi, "/hooks/stripe")


@pytest.fixture
def stripe_webhook_secret() -> str:
    """The app's own secret."""
    return SECRET


def test_events_are_delivered_in_order_and_only_when_asked_for(
    app: App, subscribe: Subscribe, stripe_webhooks: Webhooks
) -> None:
    """Nothing arrives inside a call; each `deliver` brings what is new, also what the handler itself caused."""
    subscribe("pro")
    assert app.told == []
    first = stripe_webhooks.deliver()
    assert first.types == app.told
    assert first.types[-2:] == ["invoice.payment_succeeded", "invoice_payment.paid"]
    assert stripe_webhooks.deliver().types == ["customer.updated"]  # the handler gave the customer another name
    assert stripe_webhooks.deliver().types == []
    assert len(app.loops) == 1


def test_what_happened_is_known_without_delivery(subscribe: Subscribe, stripe_webhooks: Webhooks, app: App) -> None:
    """Assertions speak about what Stripe did; the app need not have heard of it."""
    subscription = subscribe("pro")
    clock, *rest = stripe_webhooks.types
    assert (clock, rest[:2]) == (
        "test_helpers.test_clock.created",
        ["payment_method.attached", "customer.created"],
    )
    event = stripe_webhooks.one("invoice.paid", where={"billing_reason": "subscription_create"})
    assert isinstance(event, stripe.Event)
    assert event.data.object["customer"] == subscription.customer
    stripe_webhooks.assert_in_order("customer.subscription.created", "invoice.finalized", "invoice.paid")
    stripe_webhooks.assert_none("charge.refunded", "charge.failed")
    assert app.told == []


@pytest.mark.parametrize(
    "claim, complaint",
    [
        (
            lambda inbox: inbox.one("charge.refunded"),
            "no charge.refunded; there were test_helpers.test_clock.created",
        ),
        (lambda inbox: inbox.one("invoice.paid", {"total": 1}), "no invoice.paid where {'total': 1}"),
        (lambda inbox: inbox.one("customer.updated"), "2 times customer.updated"),
        (
            lambda inbox: inbox.assert_in_order("invoice.paid", "invoice.created"),
            "no invoice.created after invoice.paid",
        ),
        (lambda inbox: inbox.assert_none("invoice.paid"), "there was invoice.paid, 1 times"),
    ],
)
def test_an_assertion_that_fails_says_what_there_was(
    claim: Any, complaint: str, subscribe: Subscribe, stripe_webhooks: Webhooks
) -> None:
    """A claim that does not hold is an AssertionError with the types that did happen."""
    customer = subscribe("pro").customer
    stripe_webhooks.account.quietly("post", f"/v1/customers/{customer}", name="Bob")
    with pytest.raises(AssertionError) as raised:
        claim(stripe_webhooks)
    assert complaint in str(raised.value)


class TestSignedUpEarlier:
    """Whoever signs up in a fixture does so before the test asks for its webhooks."""

    @pytest.fixture
    def ada(self, subscribe: Subscribe, app: App) -> stripe.Subscription:
        """Ada, who has a plan already."""
        assert app.told == []
        return subscribe("pro")

    def test_the_app_still_hears_of_it(
        self, ada: stripe.Subscription, app: App, request: pytest.FixtureRequest
    ) -> None:
        """The first `deliver` begins where the account began, also when the fixture is asked for in the middle."""
        inbox: Webhooks = request.getfixturevalue("stripe_webhooks")
        assert app.told == []
        assert inbox.deliver().types == app.told
        assert inbox.one("customer.subscription.created").data.object["id"] == ada.id
        assert app.told.index("customer.created") < app.told.index("invoice.paid")


def test_an_app_is_told_again_of_what_it_knows(
    app: App, subscribe: Subscribe, stripe_webhooks: Webhooks, stripe_clock: Clock
) -> None:
    """Stripe delivers at least once: the same event comes again, signed anew, and in any order a test likes."""
    subscribe("pro")
    with stripe_clock.app_time():
        first = stripe_webhooks.deliver()
        stripe_clock.advance(days=3, settle=False)  # by now the first signatures are too old
        app.told.clear()
        paid, created = stripe_webhooks.one("invoice.paid"), stripe_webhooks.one("invoice.created")
        assert stripe_webhooks.redeliver(paid, created.id, paid).types == app.told
        assert app.told == ["invoice.paid", "invoice.created", "invoice.paid"]
        again = asyncio.run(stripe_webhooks.aredeliver(*first[:-1], first[-1]))
        assert list(again) == list(first)
        assert repr(again).startswith("Deliveries(test_helpers.test_clock.created, ")
    with pytest.raises(LookupError, match="no event evt_of_somebody_else in this test"):
        stripe_webhooks.redeliver("evt_of_somebody_else")


def test_what_was_told_early_is_not_told_twice(app: App, subscribe: Subscribe, stripe_webhooks: Webhooks) -> None:
    """An event that overtakes the others is missing from the next `deliver`, for the app knows it."""
    subscribe("pro")
    stripe_webhooks.redeliver(stripe_webhooks.one("invoice.paid"))
    assert app.told == ["invoice.paid"]
    assert "invoice.paid" not in stripe_webhooks.deliver().types


def test_what_the_handler_raises_reaches_the_test(app: App, subscribe: Subscribe, stripe_webhooks: Webhooks) -> None:
    """The exception is the app's own, with a note that names the event; the event stays owed."""
    app.fails["invoice.paid"] = KeyError("plan")
    subscribe("pro")
    with pytest.raises(KeyError, match="plan") as raised:
        stripe_webhooks.deliver()
    assert raised.value.__notes__[0].startswith("while the app was told of invoice.paid (evt_")
    app.fails.clear()
    assert stripe_webhooks.deliver().types[0] == "invoice.paid"


def test_an_answer_that_is_no_success_fails_the_test(app: App, subscribe: Subscribe, stripe_webhooks: Webhooks) -> None:
    """Stripe would try for days; a test hears of it at once, and the next `deliver` is the next try."""
    app.fails["invoice.paid"] = 503
    subscribe("pro")
    with pytest.raises(DeliveryError, match=r"answered 503 to invoice.paid \(evt_\w+\): sorry"):
        stripe_webhooks.deliver()
    app.fails.clear()
    assert stripe_webhooks.deliver().types[0] == "invoice.paid"


@pytest.mark.stripe(now="2027-01-31")
def test_signatures_hold_inside_app_time(
    app: App, subscribe: Subscribe, stripe_clock: Clock, stripe_webhooks: Webhooks
) -> None:
    """The SDK's tolerance is judged by the app's clock, months ahead of the machine's."""
    subscribe("pro")
    with stripe_clock.app_time():
        stripe_clock.advance(months=6)
        stripe_webhooks.deliver()
    assert app.told.count("invoice.paid") == 7


def test_an_async_test_delivers_in_its_own_loop(subscribe: Subscribe, stripe_webhooks: Webhooks, app: App) -> None:
    """`adeliver` is the same, awaited."""
    subscribe("pro")

    async def test() -> int:
        """An async test's body."""
        await stripe_webhooks.adeliver()
        return id(asyncio.get_running_loop())

    assert {asyncio.run(test())} == app.loops
    assert "invoice.paid" in app.told


class TestFunctionTarget:
    """A target may be any function of body and headers."""

    @pytest.fixture
    def stripe_webhook_target(self, app: App) -> Target:
        """A function that verifies and remembers."""

        def hear(body: bytes, headers: dict[str, str]) -> int | None:
            """Take one event."""
            event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
            app.told.append(event.type)
            return 500 if event.type == "invoice_payment.paid" else None

        return hear

    def test_a_function_is_called_in_the_tests_thread(
        self, app: App, subscribe: Subscribe, stripe_webhooks: Webhooks
    ) -> None:
        """What it returns is the status; nothing means success."""
        subscribe("pro")
        with pytest.raises(DeliveryError, match=r"answered 500 to invoice_payment\.paid"):
            stripe_webhooks.deliver()
        assert app.told[-1] == "invoice_payment.paid"


def test_a_target_that_is_none_of_these_is_refused(pytestconfig: pytest.Config) -> None:
    """The message says what a target looks like."""
    with pytest.raises(TypeError, match=r'is \("asgi", app, "/path"\) or a function'):
        Webhooks(None, None, "http://localhost", "", None)  # type: ignore[arg-type]
    assert pytestconfig.pluginmanager.has_plugin("pinstripe_scenarios.plugin")
