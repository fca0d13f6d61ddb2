"""Every way in which the SDK calls Stripe leads to the account of the running test."""

from __future__ import annotations

import stripe
from stripe._api_requestor import _APIRequestor
from tests.scenarios.conftest import Run
from tests.tidy.project import PACKAGES

from pinstripe_scenarios import Account
from pinstripe_scenarios.guard import Guard
from pinstripe_scenarios.intercept import Router, patch_clients
from pinstripe_scenarios.own_packages import NAMES


def test_every_style_of_calling_is_caught(run_apart: Run) -> None:
    """Clients made at import or late, with an HTTP client of their own, module-style, raw, async, v2, the stream."""
    result = run_apart(
        """
        import asyncio, contextlib
        import pytest, stripe

        stripe.api_key = "sk_test_module"
        early = stripe.StripeClient("sk_test_early")
        own = stripe.StripeClient("sk_test_own", http_client=stripe.UrllibClient())

        def late():
            return stripe.StripeClient("sk_test_late")

        CALLS = {
            "module": lambda: stripe.Customer.create(),
            "early": lambda: early.v1.customers.create(),
            "late": lambda: late().v1.customers.create(),
            "own": lambda: own.v1.customers.create(),
            "raw": lambda: late().raw_request("post", "/v1/customers"),
            "module async": lambda: asyncio.run(stripe.Customer.create_async()),
            "client async": lambda: asyncio.run(early.v1.customers.create_async()),
        }

        @pytest.mark.parametrize("style", CALLS)
        def test_style(style, stripe_account):
            CALLS[style]()
            assert [entry.text[:20] for entry in stripe_account.timeline.entries][:1] == ["POST   /v1/customers"]
            assert len(stripe_account.client.v1.customers.list().data) == 1

        ELSEWHERE = {
            "/v2/billing/meter_event_stream": lambda: late().v2.billing.meter_event_stream.create({"events": []}),
            "/v2/core/events": lambda: late().v2.core.events.list({"object_id": "cus_1"}),
            "/v1/files": lambda: late().v1.files.list(),
        }

        @pytest.mark.parametrize("path", ELSEWHERE)
        def test_other_hosts(path, stripe_account):
            with contextlib.suppress(stripe.StripeError):
                ELSEWHERE[path]()
            assert f" {path}" in stripe_account.timeline.text()
        """
    )
    result.assert_outcomes(passed=10)


def test_the_sdk_may_be_imported_at_any_time(run_apart: Run) -> None:
    """Whoever imports it inside a test is caught, and loading the plugin does not import it."""
    result = run_apart(
        """
        import sys

        def test_not_yet():
            assert "stripe" not in sys.modules
            assert "pinstripe" not in sys.modules

        def test_now():
            import stripe
            stripe.Customer.list(api_key="sk_test_x")

        def test_later(stripe_account):
            import stripe
            assert stripe.Customer.list(api_key="sk_test_x").data == []
        """
    )
    result.assert_outcomes(passed=2, failed=1)


def test_the_choke_point_exists_in_the_installed_sdk() -> None:
    """The private method that is patched has its name and its job in this release."""
    assert _APIRequestor._get_http_client.__name__ == "_get_http_client"
    assert _APIRequestor._get_http_client.__module__ == "pinstripe_scenarios.intercept", "this very run is watched"


def test_without_the_private_name_the_public_clients_are_patched(stripe_account: Account) -> None:
    """The fallback catches a call at the client's own `request`, and leaves no trace when it is undone."""
    guard = Guard()
    guard.account = stripe_account
    before = {name: vars(stripe.RequestsClient)[name] for name in ("request", "request_stream")}
    undo = patch_clients(stripe, Router(guard))
    try:
        body, status, _ = stripe.RequestsClient().request(
            "post", "https://api.stripe.com/v1/customers", {"Authorization": "Bearer sk_test_x"}, "name=ada"
        )
    finally:
        undo()
    assert (status, '"name": "ada"' in str(body)) == (200, True)
    assert {name: vars(stripe.RequestsClient)[name] for name in before} == before


def test_all_our_packages_are_spared_pytests_rewriting() -> None:
    """A package that was forgotten would load at a millisecond more for each of its modules."""
    assert set(PACKAGES) == NAMES


def test_everything_is_put_back_after_the_run(run: Run) -> None:
    """A run inside this one leaves the SDK as this run has it."""
    before = _APIRequestor._get_http_client
    run("def test_a(stripe_client): assert stripe_client.v1.customers.list().data == []").assert_outcomes(passed=1)
    assert _APIRequestor._get_http_client is before
