"""Options, markers and ini values: each does what it says, and they give way to each other in one order."""

from __future__ import annotations

import pytest
from tests.scenarios.conftest import Run

PRINTS_NOW = """
    import pytest
    {fixture}
    {marker}
    def test_now(stripe_clock):
        print("now", stripe_clock.now.date())
    """
FIXTURE = """@pytest.fixture
    def stripe_now(): return "2027-03-03"
    """
LEVELS = [
    (("--stripe-now=2027-05-05",), "2027-05-05"),
    (("@pytest.mark.stripe(now='2027-04-04')",), "2027-04-04"),
    ((FIXTURE,), "2027-03-03"),
    (("-o", "stripe_now=2027-02-02"), "2027-02-02"),
]


@pytest.mark.parametrize("highest", range(len(LEVELS)), ids=["command line", "marker", "fixture", "ini"])
def test_precedence(run: Run, highest: int) -> None:
    """Command line, marker, override fixture, ini file: what stands higher wins over all below it."""
    given = [word for words, _ in LEVELS[highest:] for word in words]
    code = PRINTS_NOW.format(
        fixture=FIXTURE if FIXTURE in given else "", marker=next((word for word in given if word[0] == "@"), "")
    )
    args = [word for word in given if word != FIXTURE and word[0] != "@"]
    result = run(code, "-s", *args)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*now {LEVELS[highest][1]}*"])


def test_without_a_word_a_test_begins_now(run: Run) -> None:
    """The account's time is the machine's when the test begins, and then stands still."""
    run(
        """
        import time

        def test_now(stripe_account, stripe_clock):
            assert abs(stripe_account.now - time.time()) < 60
            assert stripe_clock.now.timestamp() == stripe_account.now
        """
    ).assert_outcomes(passed=1)


def test_the_header_is_one_line(run: Run) -> None:
    """It names the backend, what else was chosen, and how the network is guarded."""
    result = run("def test_a(): pass", "--stripe-backend=http", "--stripe-seed=7", "-o", "stripe_guard=sockets")
    result.stdout.fnmatch_lines(["stripe: backend=http seed=7 guard=sockets"])
    run("def test_b(): pass").stdout.fnmatch_lines(["stripe: backend=fake guard=calls"])


def test_ini_values_stand_in_for_options(run: Run, pytester: pytest.Pytester) -> None:
    """`stripe_backend` and `stripe_seed` can be settled in the project's own file."""
    pytester.makeini("[pytest]\nstripe_backend = http\nstripe_seed = mine\n")
    result = run("def test_a(stripe_backend): assert stripe_backend.name == 'http'")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["stripe: backend=http seed=mine guard=calls"])


def test_markers_are_registered_with_their_signatures(run: Run) -> None:
    """Strict runs accept them, and `--markers` explains them."""
    result = run("def test_a(): pass", "--markers")
    result.stdout.fnmatch_lines(
        ["@pytest.mark.stripe(now=None, seed=None, catalog=None): *", "@pytest.mark.stripe_fake_only(reason): *"]
    )
    code = """
        import pytest, stripe

        @pytest.mark.stripe
        def test_marked():
            assert stripe.Customer.create(api_key="sk_test_app").id

        @pytest.mark.stripe_fake_only("needs an empty account")
        def test_empty():
            assert stripe.Customer.list(api_key="sk_test_app").data == []
        """
    run(code, "--strict-markers").assert_outcomes(passed=2)


def test_a_marker_with_a_word_it_does_not_know_is_an_error(run: Run) -> None:
    """The message shows the marker's signature."""
    result = run(
        """
        import pytest

        @pytest.mark.stripe(today="2027-01-31")
        def test_a(): pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*@pytest.mark.stripe does not take today; stripe(now=None, seed=None, catalog=None)*"]
    )


def test_the_seed_of_a_marker_decides_the_ids(run: Run) -> None:
    """Equal tests with unlike seeds get unlike ids."""
    result = run(
        """
        import pytest
        made = set()

        @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.stripe(seed="a")), 2])
        def test_a(n, stripe_account, monkeypatch):
            from pinstripe_scenarios.backends.fake import key_of
            seed = "a" if n == 1 else "pinstripe"
            assert stripe_account.key == key_of(f"test_the_seed_of_a_marker_decides_the_ids.py::test_a[{n}]", seed)
        """
    )
    result.assert_outcomes(passed=2)


def test_a_failure_shows_the_timeline(run: Run) -> None:
    """Calls with their answers, the events they caused, the clock, and what the app said."""
    result = run(
        """
        import pytest

        @pytest.mark.stripe(now="2027-01-31T12:00")
        def test_fails(stripe_client, stripe_clock, stripe_webhooks):
            stripe_client.v1.customers.create({"name": "ada"})
            stripe_webhooks.deliver()
            stripe_clock.advance(days=1)
            stripe_client.v1.customers.retrieve("cus_nobody")
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- stripe timeline -*",
            "2027-01-31 12:00  POST   /v1/test_helpers/test_clocks -> 200 clock_*",
            "                  POST   /v1/customers -> 200 cus_*",
            "                    event  customer.created evt_*",
            "                  app    customer.created -> 200",
            "                  POST   /v1/test_helpers/test_clocks/clock_*/advance -> 200 clock_*",
            "2027-02-01 12:00  clock  2027-02-01 12:00",
            "                  GET    /v1/customers/cus_nobody -> 404 No such customer: 'cus_nobody'",
        ]
    )


@pytest.mark.parametrize(
    "args, key, complaint",
    [
        (("--stripe-backend=testmode",), "", "needs a test key in the environment: STRIPE_TEST_KEY=sk_test_…"),
        (("--stripe-backend=testmode",), "sk_live_abc", "holds a live key. Live keys are refused"),
        (("--stripe-server-url=http://127.0.0.1:1",), "", "--stripe-server-url goes with --stripe-backend=testmode"),
        (("-o", "stripe_guard=off"), "", "stripe_guard is one of calls, sockets, not 'off'"),
        (("-o", "stripe_backend=live"), "", "stripe_backend is one of fake, http, testmode, not 'live'"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    run_apart: Run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], key: str, complaint: str
) -> None:
    """The run does not begin, and the message says what would be right."""
    monkeypatch.setenv("STRIPE_TEST_KEY", key)
    result = run_apart("def test_a(): pass", *args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{complaint}*"])
