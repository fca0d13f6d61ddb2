"""Telling the story in both worlds, with everything that was answered and delivered kept for comparison."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import stripe

from pinstripe import Simulator
from pinstripe.demo import KEY, client_of
from pinstripe.demo.inbox import Inbox, listening
from pinstripe.demo.story import BEGINS, QUANTITY_DOUBLES, Beat, Story
from pinstripe.http.server import running
from pinstripe.http.transport import InProcessHTTPClient, client
from pinstripe.webhooks.delivery import hand_over

NOBODY = "http://127.0.0.1:9/webhooks"
"""An address at which nobody listens; in process it is only a name."""


class Recorder(stripe.HTTPClient):
    """Keeps every answer, and numbers the idempotency keys, which the SDK would draw at random."""

    name = "recorder"

    def __init__(self, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self.inner = inner
        self.answers: list[tuple[str, int, str]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Ask the inner client."""
        sent = dict(headers or {})
        if "Idempotency-Key" in sent:
            sent["Idempotency-Key"] = f"story-{len(self.answers)}"
        body, status, answered = self.inner.request(method, url, sent, post_data)
        text = str(body, "utf-8") if isinstance(body, bytes) else body  # type: ignore[redundant-expr, unreachable]
        self.answers.append((method, status, text))
        return body, status, answered


@dataclass(frozen=True)
class Telling:
    """A story that has been told, and what was seen of it from every side."""

    simulator: Simulator
    story: Story
    beats: list[Beat]
    inbox: Inbox
    answers: list[tuple[str, int, str]]


def in_process_inbox(simulator: Simulator) -> Inbox:
    """An inbox that is handed its deliveries when it asks for them."""

    def post(_: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The app's webhook view."""
        return inbox.receive(body, headers["Stripe-Signature"])

    inbox = Inbox(client(simulator, KEY), lambda: hand_over(simulator.account(KEY).world, post), patience_seconds=0.0)
    return inbox


def tell_in_process(
    webhook_url: str = NOBODY,
    *,
    pages: str | None = None,
    quantity_doubles: int = QUANTITY_DOUBLES,
    first_month_only: bool = False,
) -> Telling:
    """The story without a socket; its invoices may name the pages of a server."""
    simulator = Simulator(seed="story", now=BEGINS)
    simulator.accounts.pages = pages
    recorder = Recorder(InProcessHTTPClient(simulator))
    inbox = in_process_inbox(simulator)
    story = Story(stripe.StripeClient(KEY, http_client=recorder), inbox, webhook_url, quantity_doubles=quantity_doubles)
    beats = list(story.first_month() if first_month_only else story.beats())
    return Telling(simulator, story, beats, inbox, recorder.answers)


def tell_over_http() -> Telling:
    """The story through two sockets: the SDK's calls go in, signed webhooks come out."""
    simulator = Simulator(seed="story", now=BEGINS)
    recorders: list[Recorder] = []

    def record(http: stripe.HTTPClient) -> stripe.HTTPClient:
        """The client that sends, with a recorder around it."""
        recorders.append(Recorder(http))
        return recorders[-1]

    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running(simulator))
        inbox = Inbox(stack.enter_context(client_of(url)))
        webhook_url = stack.enter_context(listening(inbox))
        story = Story(stack.enter_context(client_of(url, record)), inbox, webhook_url)
        return Telling(simulator, story, list(story.beats()), inbox, recorders[0].answers)


def answered_by(telling: Telling) -> Iterator[str]:
    """Every request the simulator saw from the story itself, as method and path."""
    for _, request in telling.simulator.account(KEY).journal:
        if request.path != "/v1/events":
            yield f"{request.method} {request.path}"
