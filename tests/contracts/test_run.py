"""A whole contract run: over loopback, seeded, bounded; clean against the simulator, not against a spoilt one."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest
from tests.contracts.loopback import KEY, NOW, Spoil, changed, client

from pinstripe import Simulator
from pinstripe.contracts_cli import served
from pinstripe.http.server import running
from pinstripe_contracts.exchange import new_client
from pinstripe_contracts.report import Report
from pinstripe_contracts.run import RIGHT, WRONG, Run

GROUPS = ("/v1/products",)


def run(asked: httpx.Client, paths: Sequence[str] = GROUPS, *, seed: int = 1, rounds: int = 1) -> Report:
    """The report of a run of so many rounds."""
    chosen = [operation for operation in served() if operation.path.startswith(tuple(paths))]
    return Run(asked, KEY, chosen, seed=seed, is_over=lambda: False).execute(rounds)


def spoilt(spoil: Spoil) -> httpx.Client:
    """A client of a fresh simulator that has something wrong with it."""
    return client(Simulator(seed="contracts", now=NOW), spoil)


def test_the_simulator_keeps_the_contract_over_loopback() -> None:
    """Every operation is asked and succeeds at least once, and no check has anything to say."""
    with running(Simulator(seed="contracts", now=NOW)) as url, new_client(url) as asked:
        report = run(asked)
    assert [(found.check, found.operation, found.text) for found in report.violations.values()] == []
    assert report.never_answered == []
    assert all(report.cases[name] >= RIGHT for name in report.operations)
    assert report.total > len(report.operations) * (RIGHT + WRONG) * 0.8
    assert report.calls > report.total
    assert report.rounds == 1


def test_the_same_seed_asks_the_same() -> None:
    """Two runs of one seed against one seed of the simulator are the same run; another seed is another."""
    paths = ["/v1/plans/"]
    first, second, other = (run(client(Simulator(seed="contracts", now=NOW)), paths, seed=seed) for seed in (7, 7, 8))
    assert first == second
    assert first != other


@pytest.mark.parametrize(
    "spoil, check",
    [
        (
            lambda _, response: changed(response, livemode=None) if "livemode" in response.text else response,
            "answer_shape",
        ),
        (lambda _, response: httpx.Response(500) if response.status_code == 404 else response, "no_server_error"),
    ],
    ids=["shape", "server error"],
)
def test_a_spoilt_simulator_is_found_out(spoil: Spoil, check: str) -> None:
    """A run against a server with a fault names the check, counts it once for each operation, and shows a request."""
    report = run(spoilt(spoil), ["/v1/plans"])
    found = [violation for violation in report.violations.values() if violation.check == check]
    assert found
    assert len({(violation.operation, violation.text.split(":")[0]) for violation in found}) == len(found)
    assert all(violation.curl.startswith("curl -X ") for violation in found)
    assert all(KEY not in violation.curl for violation in found)


def test_a_run_that_nobody_answers_does_not_start() -> None:
    """Without a server there is no run, and the reason is said."""
    with new_client("http://127.0.0.1:9") as asked, pytest.raises(LookupError, match="nothing: ConnectError"):
        run(asked)


def test_a_server_that_falls_silent_ends_the_run() -> None:
    """When nobody answers any more the run says so and stops."""
    answered = 0

    def dying(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        """Answer a hundred requests and no more."""
        nonlocal answered
        answered += 1
        if answered > 100:
            raise httpx.ConnectError("gone")
        return response

    report = run(spoilt(dying), ["/v1/test_helpers"], rounds=3)
    assert {violation.check for violation in report.violations.values()} >= {"answered"}
    assert report.total < 200


def test_time_that_is_up_ends_the_run() -> None:
    """A run without time makes its catalogue, asks each path for what it must refuse, and ends."""
    chosen = [operation for operation in served() if operation.path.startswith("/v1/plans")]
    report = Run(client(), KEY, chosen, seed=1, is_over=lambda: True).execute()
    assert report.rounds == 0
    assert report.total == sum(report.statuses.values())
    assert set(report.statuses) == {401, 404}
