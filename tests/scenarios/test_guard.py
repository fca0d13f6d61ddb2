"""No test reaches Stripe: what nobody answers is stopped, and the message names the line."""

from __future__ import annotations

import pytest
from tests.scenarios.conftest import Run


def test_a_call_without_a_fixture_fails_and_names_its_line(run_apart: Run) -> None:
    """The SDK is stopped before it opens a connection, and so is a test that swallows every exception."""
    result = run_apart(
        """
        import stripe

        def charge():
            try:
                return stripe.Customer.create(api_key="sk_test_x")
            except Exception:
                return None

        def test_charge():
            charge()

        def test_afterwards(stripe_client):
            assert charge().id.startswith("cus_")
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "A call to api.stripe.com was stopped at test_*.py:5 in charge, in test_*.py::test_charge.",
            "Nothing left this machine. No stripe fixture is in use here:*",
        ]
    )


def test_a_call_at_import_fails_the_collection_and_names_its_line(run_apart: Run) -> None:
    """Tests that are only being collected have no account."""
    result = run_apart(
        """
        import stripe

        customers = stripe.StripeClient("sk_test_x").v1.customers.list()
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*A call to api.stripe.com was stopped at test_*.py:3 in <module>, outside of any*"])


def test_other_http_stacks_are_stopped_at_the_look_up_of_the_host(run_apart: Run) -> None:
    """All four hosts are guarded for whoever asks for their address, also while a fixture is in use."""
    result = run_apart(
        """
        import asyncio, http.client, socket
        import httpx, pytest

        @pytest.mark.parametrize("host", ["api", "files", "connect", "meter-events"])
        def test_lookup(host):
            socket.create_connection((f"{host}.stripe.com", 443))

        def test_httplib(stripe_client):
            http.client.HTTPSConnection("api.stripe.com").request("GET", "/v1/customers")

        def test_httpx():
            httpx.get("https://API.stripe.com/v1/customers", trust_env=False)

        def test_asyncio():
            asyncio.run(asyncio.open_connection("api.stripe.com", 443))
        """
    )
    result.assert_outcomes(failed=7)
    result.stdout.fnmatch_lines(
        [
            "A call to meter-events.stripe.com was stopped at test_*.py:6 in test_lookup, in *",
            "A call to api.stripe.com that did not go through the stripe SDK was stopped at *:9 in test_httplib.*",
        ]
    )


def test_a_refusal_in_a_thread_fails_the_test(run_apart: Run) -> None:
    """A refused call cannot be lost with the thread that made it."""
    result = run_apart(
        """
        import threading
        import stripe

        def background():
            try:
                stripe.Balance.retrieve(api_key="sk_test_x")
            except BaseException:
                pass

        def test_thread():
            thread = threading.Thread(target=background)
            thread.start()
            thread.join()
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["A call to api.stripe.com was stopped at test_*.py:6 in background, in *"])


@pytest.mark.parametrize("key", ["sk_live_51Habc", "rk_live_51Habc"])
def test_live_keys_are_refused_whatever_is_in_use(run: Run, key: str) -> None:
    """With a fixture, without one, and for another host than Stripe's; the key itself is not printed."""
    result = run(
        f"""
        import stripe

        def test_with_an_account(stripe_client):
            stripe.Customer.create(api_key="{key}")

        def test_without():
            stripe.StripeClient("{key}").v1.customers.list()

        def test_loopback():
            stripe.StripeClient("{key}", base_addresses={{"api": "http://127.0.0.1:9"}}).v1.customers.list()
        """,
        "-o",
        "stripe_guard=sockets",
    )
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [f"A live Stripe key ({key[:2]}_live_…) was used at test_*.py:4 in test_with_an_account.*"]
    )
    result.stdout.no_fnmatch_line("Failed:*51Habc*")


def test_what_goes_to_this_machine_passes(run: Run, server: str) -> None:
    """A client of a loopback address and a client with our in-process transport are left alone."""
    result = run(
        f"""
        import stripe
        from pinstripe import Simulator
        from pinstripe.http.transport import client

        def test_loopback():
            mine = stripe.StripeClient("sk_test_mine", base_addresses={{"api": "{server}"}})
            assert mine.v1.customers.list().data == []

        def test_in_process():
            assert client(Simulator()).v1.customers.create().id

        def test_beside_the_fixture(stripe_client):
            client(Simulator()).v1.customers.create()
            assert stripe_client.v1.customers.list().data == []
        """
    )
    result.assert_outcomes(passed=3)


def test_suites_that_fake_http_below_the_sdk_can_go_on(run_apart: Run) -> None:
    """With `stripe_guard = sockets` the SDK runs as far as the socket, and no further."""
    result = run_apart(
        """
        import httpx, stripe

        def answering(status):
            transport = httpx.MockTransport(lambda request: httpx.Response(status, json={"id": "cus_1"}))
            sdk = stripe.HTTPXClient(allow_sync_methods=True)
            sdk._client = httpx.Client(transport=transport)
            return stripe.StripeClient("sk_test_x", http_client=sdk)

        def test_faked():
            assert answering(200).v1.customers.retrieve("cus_1").id == "cus_1"

        def test_real(monkeypatch):
            for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.delenv(name, raising=False)
            stripe.Customer.list(api_key="sk_test_x")
        """,
        "-o",
        "stripe_guard=sockets",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*A call to api.stripe.com was stopped at *"])


def test_a_client_of_ones_own_runs_and_what_it_passes_on_is_stopped(run_apart: Run) -> None:
    """Without a fixture a fake that somebody wrote answers; one that wraps a client of the SDK's does not get out."""
    result = run_apart(
        """
        import stripe

        class Fake(stripe.HTTPClient):
            name = "fake"

            def request(self, method, url, headers, post_data=None, **_):
                return '{"id": "cus_fake"}', 200, {}

        class Recorder(stripe.RequestsClient):
            def request(self, *args, **kwargs):
                return super().request(*args, **kwargs)

        def create(http_client):
            return stripe.StripeClient("sk_test_x", http_client=http_client).v1.customers.create().id

        def test_fake():
            assert create(Fake()) == "cus_fake"

        def test_recorder():
            create(Recorder())

        def test_with_an_account(stripe_account):
            assert create(Fake()) != "cus_fake"
            assert create(Recorder()).startswith("cus_")
        """
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["A call to api.stripe.com was stopped at test_*.py:11 in request, in *::test_recorder."]
    )
