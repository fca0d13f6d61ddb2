"""The command line: `pinstripe serve`, `pinstripe demo` and `pinstripe contracts`.

Every command loads what it needs when it runs: half of the time to the first answer of a server is imports.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pinstripe import __version__, contracts_cli

DEFAULT_PORT = 12111
"""The port that users of stripe-mock have in their settings already."""
DEFAULT_KEY = "sk_test_pinstripe"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="A local fake Stripe that bills like Stripe.")
app.add_typer(contracts_cli.app, name="contracts")


def moment(text: str) -> int:
    """Seconds since 1970 UTC, written as a number or as a date with or without a time; without a zone it is UTC."""
    from pinstripe.http.control import LATEST  # noqa: PLC0415 - lazy on purpose

    try:
        seconds = int(text) if text.isdecimal() else _seconds(datetime.fromisoformat(text))
    except ValueError:
        raise typer.BadParameter("give seconds since 1970, or a date such as 2027-01-31T12:00:00Z") from None
    if not 0 <= seconds <= LATEST:
        raise typer.BadParameter("clocks go from 1970 to the year 3000")
    return seconds


def served(text: str) -> str:
    """An API version that pinstripe speaks."""
    from pinstripe.wire import versions  # noqa: PLC0415

    if text not in versions.SERVED:
        raise typer.BadParameter(f"there are {', '.join(versions.SERVED)}")
    return text


def _seconds(when: datetime) -> int:
    """A date in seconds since 1970."""
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _show_version(wanted: bool) -> None:
    """Print the version of pinstripe and end."""
    if wanted:
        typer.echo(f"pinstripe {__version__}")
        raise typer.Exit


@app.callback()
def pinstripe(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A local fake Stripe that bills like Stripe."""


@app.command()
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="Port on this machine; 0 takes any.")
    ] = DEFAULT_PORT,
    now: Annotated[
        int | None,
        typer.Option(
            parser=moment,
            metavar="SECONDS|DATE",
            help="Where every account's clock starts and stands still; without it clocks follow this machine's.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(help="What ids are drawn from: the same seed and calls give the same ids.", show_default=False),
    ] = None,
    api_version: Annotated[
        str | None,
        typer.Option(
            parser=served,
            metavar="VERSION",
            help="The API version of requests and webhook endpoints that name none; without it the newest.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Start a local Stripe and serve until interrupted."""
    from pinstripe.http.server import new_server  # noqa: PLC0415
    from pinstripe.http.simulator import Simulator  # noqa: PLC0415
    from pinstripe.world import Seed  # noqa: PLC0415

    chosen = seed or Seed.fresh().value
    simulator = Simulator(seed=chosen, now=now, api_version=api_version)
    spoken = simulator.accounts.version
    server = new_server(simulator, port, lambda url: _banner(url, chosen, now, spoken))
    try:
        server.run()
    except KeyboardInterrupt:
        return
    except OSError as error:
        typer.echo(f"{error.strerror}. Choose another port with --port, or any with --port 0.", err=True)
        raise typer.Exit(code=1) from None


def _banner(url: str, seed: str, now: int | None, api_version: str) -> None:
    """What a caller must know, as plain lines that a script can read at once."""
    clock = (
        "follows this machine's" if now is None else f"stands at {datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
    lines = [
        f"pinstripe {__version__}: a local Stripe. No network, no real money. Ctrl-C stops it.",
        "",
        f"  base URL  {url}",
        f"  API key   {DEFAULT_KEY} (any sk_test_... is an account of its own)",
        f"  version   {api_version}",
        f"  seed      {seed}",
        f"  clock     {clock}; to turn it, POST " + '{"now": SECONDS}',
        f"            to /_pinstripe/clock?key={DEFAULT_KEY}",
        "",
    ]
    typer.echo("\n".join(lines))


@app.command()
def demo() -> None:
    """Bill a customer for a month over HTTP with the official SDK, and print what happens."""
    from rich.console import Console  # noqa: PLC0415

    from pinstripe.demo import tell  # noqa: PLC0415 - the official SDK takes half a second to load

    tell(Console())


def main() -> None:
    """The entry point."""
    app()
