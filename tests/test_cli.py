"""The command line, as a person and as a script sees it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version

import httpx
import pytest
from click.testing import CliRunner

from pinstripe import Simulator, cli
from pinstripe.http.server import running

PATIENCE_SECONDS = 60
NOON = 1_801_396_800
"""31 January 2027, noon UTC."""


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`pinstripe serve` as a process, with the lines of its banner."""
    command = [sys.executable, "-m", "pinstripe", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    output = process.stdout
    assert output is not None

    def banner() -> list[str]:
        """The lines up to the empty one that ends the block."""
        lines: list[str] = []
        for line in output:
            lines.append(line.rstrip("\n"))
            if lines[-1] == "" and len(lines) > 2:
                break
        return lines

    with process, ThreadPoolExecutor() as thread:
        try:
            yield process, thread.submit(banner).result(PATIENCE_SECONDS)
        finally:
            process.kill()


def invoked(*arguments: str) -> tuple[int, str]:
    """The exit code and the output of a command that ends by itself, on a screen of 80 columns."""
    result = CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"})
    return result.exit_code, result.output


def test_the_banner_is_one_block_that_a_script_can_read() -> None:
    """Written at once though nobody looks at a terminal: the URL plain on its line, nothing wider than 80 columns."""
    with serving("--seed", "monday", "--now", "2027-01-31T12:00:00Z") as (_, lines):
        (url,) = [found[1] for line in lines if (found := re.fullmatch(r"  base URL  (http://127\.0\.0\.1:\d+)", line))]
        answer = httpx.post(
            f"{url}/v1/customers", auth=(cli.DEFAULT_KEY, ""), trust_env=False, timeout=PATIENCE_SECONDS
        )
        control = httpx.get(f"{url}/_pinstripe/clock?key={cli.DEFAULT_KEY}", trust_env=False, timeout=PATIENCE_SECONDS)
    assert answer.json()["created"] == NOON
    assert control.json() == {"now": NOON}
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for word in (version("pinstripe"), cli.DEFAULT_KEY, answer.headers["Stripe-Version"], "monday", "2027-01-31T12:00"):
        assert word in text
    assert "/_pinstripe/clock" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_quickly_and_quietly(number: signal.Signals) -> None:
    """An interrupt is the ordinary end; either way nothing is printed, and an open connection holds nobody up."""
    with serving() as (process, lines):
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+$", "\n".join(lines), re.MULTILINE)
        with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            client.get(f"{url}/v1/customers")
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
    assert (out, err) == ("", "")
    assert process.returncode == (0 if number is signal.SIGINT else -signal.SIGTERM)


def test_a_server_may_listen_for_other_machines() -> None:
    """On every address, where `--host` says so; what it shows people is still an address that they can open."""
    with serving("--host", "0.0.0.0", "--open-control") as (_, lines):
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+$", "\n".join(lines), re.MULTILINE)
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.2", port), PATIENCE_SECONDS):
            pass


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    """Exit code 1, which port it was and what to do; no traceback."""
    with running(Simulator()) as url:
        port = url.rpartition(":")[2]
        command = [sys.executable, "-m", "pinstripe", "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another port with --port, or any with "
        "--port 0.\n"
    )


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("1801396800", NOON),
        ("0", 0),
        ("2027-01-31T12:00:00Z", NOON),
        ("2027-01-31T13:00:00+01:00", NOON),
        ("2027-01-31 12:00", NOON),
        ("2027-01-31", NOON - 12 * 3600),
    ],
)
def test_a_moment_is_a_number_or_a_date(text: str, seconds: int) -> None:
    """A date without a zone is UTC, one without a time is midnight."""
    assert cli.moment(text) == seconds


@pytest.mark.parametrize("text", ["tomorrow", "", "-1", "1.5", "2027-02-30", "1969-12-31", "9" * 12, "9" * 5000, "²"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """With an example of what would be one, or the years that clocks know."""
    code, output = invoked("serve", f"--now={text}")
    assert code == 2
    assert "2027-01-31T12:00:00Z" in output or "clocks go from 1970" in output


def test_help_and_version_are_short_answers() -> None:
    """Every option says what it does, and nothing is cut off."""
    assert invoked("--version") == (0, f"pinstripe {version('pinstripe')}\n")
    code, overview = invoked("--help")
    assert code == 0
    assert "serve" in overview
    assert "demo" in overview
    code, output = invoked("serve", "--help")
    assert code == 0
    for option in ("--port", "--now", "--seed"):
        assert option in output
    assert "12111" in output
    assert "…" not in output
