"""`pinstripe demo`: a month of billing in about a second, over real HTTP with the official SDK."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import stripe
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pinstripe.demo.inbox import Inbox, listening
from pinstripe.demo.story import BEGINS, ENDS, Story
from pinstripe.demo.timeline import Timeline, bill, money, summary, when
from pinstripe.http.server import running
from pinstripe.http.simulator import Simulator

KEY = "sk_test_pinstripe"


@contextlib.contextmanager
def client_of(
    url: str, around: Callable[[stripe.HTTPClient], stripe.HTTPClient] = lambda http: http
) -> Iterator[stripe.StripeClient]:
    """The official client of a server on this machine, past the proxies that this machine may use.

    `around` may put another HTTP client around the one that sends.
    """
    session = stripe.RequestsClient().requests.Session()
    session.trust_env = False
    addresses = {"api": url, "connect": url, "files": url, "meter_events": url}
    with session:
        yield stripe.StripeClient(
            KEY,
            base_addresses=addresses,  # type: ignore[arg-type]  # a TypedDict that the SDK does not export
            http_client=around(stripe.RequestsClient(session=session)),
        )


def tell(console: Console) -> None:
    """Start a server and a webhook receiver on free ports, and print the story while it happens."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running(Simulator(seed="demo", now=BEGINS)))
        client = stack.enter_context(client_of(url))
        inbox = Inbox(client)
        webhook_url = stack.enter_context(listening(inbox))
        console.print("[bold]pinstripe demo[/bold]: a customer, a plan, metered usage, and a clock that is turned")
        console.print(
            summary(
                [
                    ("stripe", f"{url}, called over HTTP by the official SDK, stripe {stripe.VERSION}"),
                    ("webhooks", f"{webhook_url}, verified with stripe.Webhook.construct_event"),
                ]
            )
        )
        console.print()
        story = Story(client, inbox, webhook_url)
        seconds = _play(console, story)
    console.print()
    console.print(bill(story.renewal))
    console.print()
    rows = [
        ("billed", f"{money(story.renewal.amount_paid)} for the first renewal, late usage included"),
        ("anchored", "to the last day of every month, 29 February 2028 too"),
        ("webhooks", f"{len(inbox.happened)} happened, {len(inbox.events)} arrived and were verified"),
        ("calls", f"{len(story.calls)} of the official SDK"),
        ("time", f"{when(BEGINS)} to {when(story.now)} in {seconds:.1f} s"),
    ]
    console.print(summary(rows))
    console.print("\nNow yours: [bold]pinstripe serve[/bold]")


def _play(console: Console, story: Story) -> float:
    """Tell every beat as it happens, a bar of progress below; how many seconds it took."""
    columns = (
        TextColumn("[magenta]{task.description}"),
        BarColumn(None, complete_style="magenta"),
        TimeElapsedColumn(),
    )
    timeline = Timeline(console)
    progress = Progress(*columns, console=console, transient=True, expand=True, disable=not console.is_terminal)
    with progress:
        task = progress.add_task(when(BEGINS), total=ENDS - BEGINS)
        for beat in story.first_month():
            timeline.tell(beat)
            progress.update(task, completed=beat.at - BEGINS, description=when(beat.at))
        console.print()
        for beat in story.leap_year():
            timeline.tell_renewal(beat, story.anchors[-1][1])
            progress.update(task, completed=beat.at - BEGINS, description=when(beat.at))
        return progress.tasks[0].elapsed or 0.0
