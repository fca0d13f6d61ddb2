"""The same tests run against the fake, over HTTP, and as test mode against somebody else's server; in parallel too."""

from __future__ import annotations

import pytest
from tests.scenarios.conftest import Run

SUITE = """
    import pytest, stripe

    early = stripe.StripeClient("sk_test_app")

    @pytest.fixture(scope="session")
    def stripe_webhook_target():
        def hear(body, headers):
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_pinstripe")
        return hear

    @pytest.mark.parametrize("n", range(3))
    def test_renewal(n, subscribe, stripe_clock, stripe_webhooks):
        sub = subscribe("pro")
        stripe_webhooks.deliver()
        stripe_clock.advance(months=1)
        assert early.v1.invoices.list({"subscription": sub.id}).data[0].status == "paid"
        assert stripe_webhooks.deliver().types.count("invoice.paid") == 1
        stripe_webhooks.one("invoice.paid", where={"billing_reason": "subscription_cycle"})

    def test_dunning(subscribe, stripe_clock, stripe_webhooks):
        sub = subscribe("pro", card="fails_later")
        stripe_clock.advance_to(sub, "renewal")
        assert early.v1.subscriptions.retrieve(sub.id).status == "past_due"
        stripe_clock.advance_to(sub, "dunning_exhausted")
        assert early.v1.subscriptions.retrieve(sub.id).status == "canceled"
        stripe_webhooks.assert_in_order("invoice.payment_failed", "customer.subscription.deleted")

    @pytest.fixture
    def ada(subscribe):
        return subscribe("pro")

    def test_earlier(ada, stripe_webhooks):
        told = stripe_webhooks.deliver()
        assert stripe_webhooks.one("customer.subscription.created").data.object["id"] == ada.id
        assert stripe_webhooks.redeliver(*told).types == told.types
        assert told.types.count("invoice.paid") == 1

    def test_refusal(stripe_client):
        with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
            stripe_client.v1.customers.retrieve("cus_nobody")

    @pytest.mark.stripe_fake_only(reason="counts what is there")
    def test_empty(stripe_client):
        assert stripe_client.v1.customers.list().data == []
    """


@pytest.mark.parametrize("backend", ["fake", "http"])
def test_the_suite_passes_on_our_own_simulator(run: Run, backend: str) -> None:
    """In this process or behind a socket, a test cannot tell."""
    run(SUITE, f"--stripe-backend={backend}").assert_outcomes(passed=7)


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["serial", "two workers"])
def test_the_suite_passes_as_test_mode(
    run: Run, monkeypatch: pytest.MonkeyPatch, server: str, workers: tuple[str, ...]
) -> None:
    """One account for all tests, reached by a base URL: tests see their own events, and leave no clock behind."""
    monkeypatch.setenv("STRIPE_TEST_KEY", "sk_test_shared")
    code = (
        SUITE
        + """
    def test_mode(stripe_account, stripe_server):
        assert stripe_account.key == "sk_test_shared"
        assert stripe_server.startswith("http://127.0.0.1:")
    """
    )
    args = ("--stripe-backend=testmode", f"--stripe-server-url={server}", "-rs", *workers)
    result = run(code, *args)
    result.assert_outcomes(passed=7, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * needs the simulator: counts what is there"])
    check = """
        def test_clocks(stripe_client):
            assert stripe_client.v1.test_helpers.test_clocks.list().data == []
        """
    run(check, "--stripe-backend=testmode", f"--stripe-server-url={server}").assert_outcomes(passed=1)


def test_the_suite_passes_in_parallel(run_apart: Run) -> None:
    """Under two workers every test still has its own account and the guard stands in every process."""
    blocked = """
    def test_blocked():
        early.v1.customers.list()
    """
    result = run_apart(SUITE + blocked, "-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=7, failed=1)
    result.stdout.fnmatch_lines(["*A call to api.stripe.com was stopped at test_*.py:*in test_blocked*"])
