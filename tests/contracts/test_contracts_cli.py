"""`pinstripe contracts`: its exit codes, what it prints, and what it writes."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from tests.contracts.loopback import NOW

from pinstripe import Simulator
from pinstripe.cli import app
from pinstripe.contracts_cli import tell
from pinstripe.http.server import running
from pinstripe_contracts.exchange import new_client
from pinstripe_contracts.report import Report


def invoke(*words: str) -> tuple[int, str]:
    """The exit code of a command and all it printed."""
    done = CliRunner().invoke(app, ["contracts", *words])
    return done.exit_code, done.output


def test_a_run_without_violations_passes() -> None:
    """Exit code 0, with the cases of each operation and the total."""
    with running(Simulator(seed="contracts", now=NOW)) as url:
        code, printed = invoke("check", "--url", url, "--seconds", "1", "--operation", "^GET /v1/plans$")
    assert code == 0, printed
    assert "GET /v1/plans " in printed
    assert "cases of 1 operations" in printed
    assert "No violations." in printed


@pytest.mark.parametrize(
    "words, says",
    [
        (("--url", "http://127.0.0.1:9"), "could not be made ready: POST /v1/customers answered nothing"),
        (("--key", "sk_live_x"), "Give a test key"),
        (("--operation", "^TRACE"), "No operation that pinstripe serves matches"),
        (("--operation", "("), "no regular expression"),
    ],
    ids=["no server", "live key", "no operation", "no expression"],
)
def test_a_run_that_cannot_start_says_why(words: tuple[str, ...], says: str) -> None:
    """Exit code 2 where nothing was checked."""
    code, printed = invoke("check", *words)
    assert code == 2
    assert says in " ".join(printed.replace("│", " ").split())


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without schemathesis the command says what to install; exporting needs nothing."""
    monkeypatch.setitem(sys.modules, "schemathesis", None)
    monkeypatch.delitem(sys.modules, "pinstripe_contracts.run", raising=False)
    code, printed = invoke("check")
    assert code == 2
    assert "install 'pinstripe[contracts]'" in printed
    assert invoke("export")[0] == 0


def test_violations_are_told_with_a_request_that_shows_them() -> None:
    """Each kind of violation is one line, and below it stands a command that asks the same."""
    report = Report(operations=("GET /v1/plans",), rounds=1, calls=3)
    for status in (200, 500):
        report.case("GET /v1/plans", status)
        report.violated("answer_shape", "GET /v1/plans", f"data[{status}].id: missing", "curl -X GET http://x/v1/plans")
    console = Console(width=200, file=StringIO())
    tell(report, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "2 cases of 1 operations in 1 whole rounds" in printed
    assert "answer_shape  GET /v1/plans  (2x)  data[200].id: missing\n  curl -X GET http://x/v1/plans\n" in printed
    assert "1 kinds of violations" in printed


def test_the_document_is_written(tmp_path: Path) -> None:
    """`export` writes what is served, to a file or to standard output."""
    code, printed = invoke("export")
    assert code == 0
    assert json.loads(printed)["openapi"] == "3.1.0"
    assert invoke("export", "--output", str(tmp_path / "openapi.json")) == (0, "")
    assert (tmp_path / "openapi.json").read_text(encoding="utf-8") == printed


def test_a_client_goes_nowhere_else() -> None:
    """A run follows no redirect and no proxy."""
    with new_client("http://127.0.0.1:9") as asked:
        assert not asked.follow_redirects
        assert not asked.trust_env
