"""The command line: `pinstripe serve` and `pinstripe demo`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pinstripe.http import versions
from pinstripe.http.server import new_server
from pinstripe.http.simulator import Simulator
from pinstripe.world import Seed

DEFAULT_PORT = 12111
"""The port that users of stripe-mock have in their settings already."""
DEFAULT_KEY = "sk_test_pinstripe"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="A local fake Stripe that bills like Stripe.")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 lets the system choose.")] = DEFAULT_PORT,
    now: Annotated[
        int | None,
        typer.Option(help="Start every account's clock at these seconds since 1970 UTC, and let it stand still there."),
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="What ids are drawn from. The same seed and calls give the same ids.")
    ] = None,
) -> None:
    """Start a local Stripe and serve until interrupted."""
    chosen = seed or Seed.fresh().value
    server = new_server(Simulator(seed=chosen, now=now), port, lambda url: _banner(url, chosen))
    server.run()
    if not server.started:
        raise typer.Exit(code=1)


def _banner(url: str, seed: str) -> None:
    """What a caller must know."""
    console = Console(soft_wrap=True)
    rows = Table.grid(padding=(0, 2))
    rows.add_row("base URL", f"[bold]{url}[/bold]")
    rows.add_row("API key", f"{DEFAULT_KEY} [dim](any sk_test_... is an account of its own)[/dim]")
    rows.add_row("version", versions.DEFAULT)
    rows.add_row("seed", seed)
    rows.add_row("clock", f"POST {url}/_pinstripe/clock?key={DEFAULT_KEY} " + '{"now": UNIX_SECONDS}')
    console.print("[bold]pinstripe[/bold] is a local Stripe: no network, no real money. Stop it with Ctrl-C.")
    console.print(rows)
    console.file.flush()


@app.command()
def demo() -> None:
    """Bill a customer for a month over HTTP with the official SDK, and print what happens."""
    from pinstripe.demo import tell  # noqa: PLC0415 - the official SDK takes half a second to load

    tell(Console())


def main() -> None:
    """The entry point."""
    app()
