"""`pinstripe contracts`: does an API keep Stripe's contract, and the contract of what is served as OpenAPI.

Every command loads what it needs when it runs, because `pinstripe serve` passes by here on its way up.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pinstripe_contracts import Operation, contract, operations

if TYPE_CHECKING:
    from rich.console import Console

    from pinstripe_contracts.report import Report

DEFAULT_URL = "http://127.0.0.1:12111"
DEFAULT_KEY = "sk_test_contracts"
PASSED, VIOLATIONS, NO_START = 0, 1, 2


@click.group(name="contracts", context_settings={"show_default": True})
def app() -> None:
    """Check an API against Stripe's contract, compare it, or write it down."""


@app.command()
@click.option("--url", default=DEFAULT_URL, help="Base URL of the API.")
@click.option("--key", default=DEFAULT_KEY, help="A test key; the run makes objects in its account.")
@click.option("--seconds", type=click.IntRange(min=1), default=60, help="How long to go on asking.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, help="What requests are drawn from: the same seed asks the same."
)
@click.option("--operation", default="", metavar="REGEX", help="Only operations whose method and path match.")
def check(url: str, key: str, seconds: int, seed: int, operation: str) -> None:
    """Ask an API right and wrong questions and check every answer; exits 0 if all is well, 1 if not, 2 unstarted."""
    from rich.console import Console

    from pinstripe.world import WallClock
    from pinstripe_contracts.exchange import new_client

    console = Console(soft_wrap=True)
    if not re.match(r"(sk|rk)_test_", key):
        raise _no_start("Give a test key with --key: a contract run makes and deletes objects.")
    chosen = [one for one in served() if _matches(operation, one)]
    if not chosen:
        raise _no_start(f"No operation that pinstripe serves matches {operation!r}.")
    try:
        from pinstripe_contracts.run import Run
    except ImportError as error:
        raise _no_start(f"{error}: install 'pinstripe[contracts]'.") from None
    clock = WallClock()
    end = clock.now() + seconds
    with new_client(url) as client, console.status(f"Asking {url} ..."):
        run = Run(client, key, chosen, seed=seed, is_over=lambda: clock.now() >= end)
        try:
            report = run.execute()
        except LookupError as error:
            raise _no_start(f"{url} could not be made ready: {error}") from None
    tell(report, console)
    raise SystemExit(VIOLATIONS if report.violations else PASSED)


@app.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it, if not to standard output."
)
def export(output: Path | None) -> None:
    """Write what pinstripe serves as an OpenAPI 3.1 document."""
    from pinstripe_contracts.openapi import document

    text = json.dumps(document(served()), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@app.command()
@click.option(
    "--spec",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="An official OpenAPI file of Stripe's.",
)
@click.option("--only", default="", metavar="REGEX", help="Only places that match.")
def compare(spec: Path, only: str) -> None:
    """Compare the contract with an OpenAPI file of Stripe's; exits 0 if they agree, 1 if not, 2 if it is none."""
    from pinstripe_contracts.drift import differences
    from pinstripe_contracts.official import Official

    try:
        official = Official.load(spec)
    except ValueError as error:
        raise _no_start(str(error)) from None
    found = [difference for difference in differences(official) if _found(only, difference.where)]
    for difference in found:
        click.echo(str(difference))
    kept = contract()
    click.echo(
        f"{len(found)} differences between the contract ({kept.version}, from stripe-python {kept.sdk_version}) and "
        f"{spec.name} ({official.version})."
    )
    raise SystemExit(VIOLATIONS if found else PASSED)


def served() -> list[Operation]:
    """The operations that pinstripe serves."""
    from pinstripe.resources.registry import HANDLERS

    return [operation for operation in operations() if operation.name in HANDLERS]


def tell(report: Report, console: Console) -> None:
    """Cases and successes of each operation, then the figures, then one line for each kind of violation."""
    from rich.table import Table
    from rich.text import Text

    rows = Table.grid(padding=(0, 2))
    rows.add_row("operation", "cases", "succeeded", style="bold")
    for name, cases in sorted(report.cases.items(), key=lambda row: row[0].split()[::-1]):
        if name in report.operations:
            rows.add_row(Text(name), str(cases), str(report.answered[name]))
    console.print(rows)
    statuses = ", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(report.statuses.items()))
    console.print(
        f"\n{report.total} cases of {len(report.operations)} operations in {report.rounds} whole rounds: {statuses}.\n"
        f"{report.calls} requests with repetitions and set-up. {report.declined} parameters are not modelled.",
        highlight=False,
    )
    if not report.rounds:
        console.print("Time was up before every operation had its turn; give it more with --seconds.")
    elif report.never_answered:
        console.print(Text(f"Never succeeded: {', '.join(report.never_answered)}"))
    for violation in sorted(report.violations.values(), key=lambda one: (one.check, one.operation)):
        said = " ".join(violation.text.split())[:300]
        console.print(Text(f"\n{violation.check}  {violation.operation}  ({violation.count}x)  {said}", style="red"))
        console.print(Text(f"  {violation.curl}"))
    console.print(Text(f"\n{len(report.violations)} kinds of violations" if report.violations else "\nNo violations."))


def _matches(pattern: str, operation: Operation) -> bool:
    return _found(pattern, operation.name)


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error as error:
        raise click.BadParameter(f"{pattern!r} is no regular expression: {error}") from None


def _no_start(message: str) -> SystemExit:
    click.echo(message, err=True)
    return SystemExit(NO_START)
