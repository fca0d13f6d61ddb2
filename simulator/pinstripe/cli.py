"""The command line: `pinstripe serve`, `pinstripe demo` and `pinstripe contracts`.

Every command loads what it needs when it runs: half of the time to the first answer of a server is imports.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import click

from pinstripe import __version__, contracts_cli

T = TypeVar("T")

DEFAULT_PORT = 12111
"""The port that users of stripe-mock have in their settings already."""
DEFAULT_KEY = "sk_test_pinstripe"


def moment(text: str) -> int:
    """Seconds since 1970 UTC, written as a number or as a date with or without a time; without a zone it is UTC."""
    from pinstripe.http.control import LATEST

    try:
        seconds = int(text) if text.isdecimal() else _seconds(datetime.fromisoformat(text))
    except ValueError:
        raise click.BadParameter("give seconds since 1970, or a date such as 2027-01-31T12:00:00Z") from None
    if not 0 <= seconds <= LATEST:
        raise click.BadParameter("clocks go from 1970 to the year 3000")
    return seconds


def served(text: str) -> str:
    """An API version that pinstripe speaks."""
    from pinstripe.wire import versions

    if text not in versions.SERVED:
        raise click.BadParameter(f"there are {', '.join(versions.SERVED)}")
    return text


def reading(rule: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str | None], T | None]:
    """What click calls with the text of an option, or with None where there is none."""
    return lambda context, param, text: None if text is None else rule(text)  # noqa: ARG005 - as click calls it


def _seconds(when: datetime) -> int:
    """A date in seconds since 1970."""
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


@click.group(context_settings={"show_default": True})
@click.version_option(__version__, message="pinstripe %(version)s", help="Show the version and exit.")
def app() -> None:
    """A local fake Stripe that bills like Stripe."""


app.add_command(contracts_cli.app)


@app.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    help="Port on this machine; 0 takes any.",
    metavar="PORT",
)
@click.option(
    "--now",
    callback=reading(moment),
    metavar="SECONDS|DATE",
    help="Where every account's clock starts and stands still; without it clocks follow this machine's.",
)
@click.option("--seed", help="What ids are drawn from: the same seed and calls give the same ids.")
@click.option(
    "--api-version",
    callback=reading(served),
    metavar="VERSION",
    help="The API version of requests and webhook endpoints that name none; without it the newest.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    help="Address to listen on; 0.0.0.0 lets other machines call the API, such as from outside of a container.",
)
@click.option("--open-control", is_flag=True, help="Let other machines call the control plane too, not this one alone.")
@click.option(
    "--unix-socket",
    type=click.Path(dir_okay=False),
    metavar="PATH",
    help="Listen on this socket as well: STRIPE_CLI_UNIX_SOCKET=PATH leads the Stripe CLI here.",
)
def serve(  # click hands over each option by its name
    port: int,
    now: int | None,
    seed: str | None,
    api_version: str | None,
    host: str,
    open_control: bool,
    unix_socket: str | None,
) -> None:
    """Start a local Stripe and serve until interrupted."""
    with loading():
        from pinstripe.http.server import new_server
        from pinstripe.http.simulator import Simulator
        from pinstripe.world import Seed

        chosen = seed or Seed.fresh().value
        simulator = Simulator(seed=chosen, now=now, api_version=api_version)
    spoken = simulator.accounts.version
    server = new_server(
        simulator,
        port,
        lambda url: _banner(url, chosen, now, spoken),
        unix_socket,
        host=host,
        open_control=open_control,
    )
    try:
        server.run()
    except KeyboardInterrupt:
        return
    except OSError as error:
        click.echo(f"{error.strerror}. Choose another port with --port, or any with --port 0.", err=True)
        raise SystemExit(1) from None


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Nothing that is loaded becomes garbage, and looking for some is a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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
    click.echo("\n".join(lines))


@app.command()
def demo() -> None:
    """Bill a customer for a month over HTTP with the official SDK, and print what happens."""
    from rich.console import Console

    from pinstripe.demo import tell

    tell(Console())


def main() -> None:
    """The entry point."""
    app(prog_name="pinstripe")
