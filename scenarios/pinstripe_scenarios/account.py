"""The Stripe account of one test: its key, its HTTP client for the SDK, and what has happened in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import stripe

from pinstripe.http.message import Request, Response
from pinstripe.http.transport import InProcessHTTPClient
from pinstripe.world import WallClock
from pinstripe_scenarios.timeline import Timeline

EVENT_PAGE = 100
MOST_PAGES = 100


class News(Protocol):
    """Tells which events are new, where asking costs nothing."""

    def __call__(self) -> Iterable[tuple[str, str]]:
        """The type and id of each event since the last time."""
        ...


class Control(Protocol):
    """Has a simulator do what Stripe itself does not offer."""

    def __call__(self, call: str, body: Mapping[str, Any], /) -> Any:
        """The JSON of one control call."""
        ...


class Account:
    """An account as a test sees it.

    Every call to Stripe, whichever client of the app or of the test makes it, comes through `handle`: it gets the
    account's own key, so that tests never meet, and customers get the test's clock.
    """

    def __init__(
        self,
        key: str,
        send: Callable[[Request], Response],
        *,
        now: Callable[[], int] | None = None,
        news: News = tuple,
        control: Control | None = None,
        reaches_stripe: bool = False,
    ) -> None:
        self.key = key
        self.timeline = Timeline()
        self.control = control
        """What only a simulator can be told to do: a control call by its name, with its JSON."""
        self.reaches_stripe = reaches_stripe
        """Whether calls leave this machine, to real test mode."""
        self.clock: str | None = None
        """The test clock on which customers are made that name none."""
        self.clock_time: int | None = None
        self.seen: set[str] = set()
        """The ids that calls of this test made."""
        self.began_after: str | None = None
        """The newest event from before the test, in an account that is not empty then."""
        self._send = send
        self._news = news
        self._now = now or WallClock().now
        self._quiet = False

    @property
    def now(self) -> int:
        """The account's own time, in seconds since 1970 UTC; a test clock has a time of its own."""
        return self._now()

    @property
    def story_time(self) -> int:
        """The time by which the test's story is told: its clock's, if it has one."""
        return self.now if self.clock_time is None else self.clock_time

    @cached_property
    def http_client(self) -> stripe.HTTPClient:
        """What stands below the SDK while the test runs."""
        return InProcessHTTPClient(self)

    @cached_property
    def client(self) -> stripe.StripeClient:
        """The official client of this account."""
        return stripe.StripeClient(self.key, http_client=self.http_client)

    def handle(self, request: Request) -> Response:
        """Answer one call."""
        headers = dict(request.headers)
        if "_test_" in headers.get("authorization", ""):
            headers["authorization"] = f"Bearer {self.key}"
        body = self._with_clock(request)
        response = self._send(Request(request.method, request.path, request.query, headers, body))
        if not self._quiet:
            self._note(request, response)
        return response

    def call(self, method: str, path: str, **params: Any) -> Any:
        """One call through the SDK, its answer as plain JSON; works with every release of the SDK alike."""
        return json.loads(self.client.raw_request(method, path, **params).body)

    def fetch(self, method: str, path: str, **params: Any) -> Any:
        """One call through the SDK, its answer as the SDK's own object."""
        return self.client.deserialize(self.client.raw_request(method, path, **params), api_mode="V1")

    def quietly(self, method: str, path: str, **params: Any) -> Any:
        """One call of our own that is no part of the test's story."""
        self._quiet = True
        try:
            return self.call(method, path, **params)
        finally:
            self._quiet = False

    def begin(self) -> None:
        """What has happened so far in a shared account is not this test's."""
        newest = self.quietly("get", "/v1/events", limit=1)["data"]
        self.began_after = newest[0]["id"] if newest else None

    def events_after(self, id_: str | None) -> list[dict[str, Any]]:
        """The account's events that are newer than one, the oldest first."""
        found: list[dict[str, Any]] = []
        bound = {"ending_before": id_} if id_ else {}
        for _ in range(MOST_PAGES):
            page = self.quietly("get", "/v1/events", limit=EVENT_PAGE, **bound)
            rows = page["data"]
            found = [*found, *reversed(rows)] if id_ else [*reversed(rows), *found]
            if not page["has_more"]:
                break
            bound = {"ending_before": rows[0]["id"]} if id_ else {"starting_after": rows[-1]["id"]}
        return found

    def _with_clock(self, request: Request) -> bytes:
        """The body of a call; a customer that names no clock lives on the test's."""
        if self.clock is None or (request.method, request.path) != ("POST", "/v1/customers"):
            return request.body
        fields = parse_qsl(request.body.decode(), keep_blank_values=True)
        if any(name == "test_clock" for name, _ in fields):
            return request.body
        return urlencode([*fields, ("test_clock", self.clock)]).encode()

    def _note(self, request: Request, response: Response) -> None:
        """Tell the timeline."""
        answer = _json(response.body)
        id_ = str(answer.get("id") or "")
        if request.method == "POST" and response.status < 300 and id_:
            self.seen.add(id_)
        error = answer.get("error")
        what = str(error.get("message", "")) if isinstance(error, Mapping) else id_
        now = self.story_time
        self.timeline.call(now, request.method, request.path, response.status, what)
        for type_, event_id in self._news():
            self.timeline.event(now, type_, event_id)


def _json(body: bytes) -> Mapping[str, Any]:
    """An answer as far as it is a JSON object."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
