"""A contract run: fair requests, and seeded ones drawn by schemathesis, sent to one API, every answer checked.

A round asks every operation one question that nobody has a reason to refuse, then a few that are right in form and a
few that are not, then walks along the links of the document. Nothing that a server answers changes what is drawn next,
so a seed asks the same questions of every server; the time that a run is given only decides how many rounds there are.
What a simulator says it does not model is left out of most later requests, lest every second question end there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from pinstripe_contracts import checks
from pinstripe_contracts.aim import aimed
from pinstripe_contracts.catalogue import Catalogue
from pinstripe_contracts.declined import ONE_IN, Declined
from pinstripe_contracts.exchange import Caller, Exchange, Request
from pinstripe_contracts.fair.calling import Calling
from pinstripe_contracts.lookup import Operation, path_known
from pinstripe_contracts.openapi import document
from pinstripe_contracts.report import Report
from pinstripe_contracts.stock import Stock

RIGHT, WRONG = 8, 4
"""Cases that an operation gets in a round: data that fits its parameters, and data that does not."""
REFILL = 6
"""After so many operations the catalogue is filled again: what is paid, deleted or cancelled is used up."""
FAIR_ONE_IN = 2
"""Of so many right cases all but one have what the fair request of their operation has beside what was drawn."""
SILENCES = 3
"""After so many requests without an answer there is nobody to ask."""
WALKS, STEPS = 8, 6
"""Walks along the links in a round, and the requests of one at most."""
ENCODED = ("content-encoding", "transfer-encoding")
"""Headers that no longer hold of a body that has been read."""
HEALTHY = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
"""What hypothesis need not complain of: large forms are drawn slowly, and wrong data is drawn by filtering."""
METHODS = ("DELETE", "GET", "POST", "PUT", "PATCH")


class Run:
    """One run against one API. `is_over` is asked between requests; the first round's catalogue always is made."""

    def __init__(
        self, client: httpx.Client, key: str, served: Sequence[Operation], *, seed: int, is_over: Callable[[], bool]
    ) -> None:
        self.caller = Caller(client, key)
        self.stock = Stock()
        self.catalogue = Catalogue(self.caller, self.stock)
        self.served = served
        self.seed = seed
        self.is_over = is_over
        self.base_url = str(client.base_url).rstrip("/")
        self.report = Report(operations=tuple(operation.name for operation in served))
        self.declined = Declined()
        self._has_links = False
        self.tokens: dict[str, str] = {}
        """The session's token of each path that is asked by one instead of a key."""
        self._is_right = False
        self._fair: dict[str, Mapping[str, Any]] = {}
        """The bodies of the last fair requests, by operation."""
        self._strategies: dict[tuple[str, GenerationMode], Any] = {}

    def execute(self, rounds: int | None = None) -> Report:
        """Rounds until it is over; raises LookupError where no start was possible."""
        self.catalogue.begin()
        self._probe()
        described = aimed(document(self.served, server=self.base_url), self.served, self.catalogue.now)
        self._has_links = any(
            "links" in one["responses"]["200"] for path in described["paths"].values() for one in path.values()
        )
        schema = schemathesis.openapi.from_dict(described)
        while not self._stops() and (rounds is None or self.report.rounds < rounds):
            self._round(schema, f"{self.seed}:{self.report.rounds}")
            self.report.rounds += not self._stops()
        self.report.calls = self.caller.calls
        self.report.declined = len(self.declined)
        return self.report

    def _stops(self) -> bool:
        """Whether there is no time left, or nobody left to ask."""
        return self.report.statuses[0] >= SILENCES or self.is_over()

    # --- what is asked -----------------------------------------------------------------------------------------------

    def _probe(self) -> None:
        """Each path without a key, and by the methods it does not have."""
        for path in sorted({operation.path for operation in self.served}):
            sample = re.sub(r"\{\w+\}", "missing", path)
            known = path_known(sample)
            self._try(Request(min(known), sample, key=""), path)
            for method in METHODS:
                if method not in known:
                    self._try(Request(method, sample), path)

    def _round(self, schema: Any, seed: str) -> None:
        """Fair requests, then right and wrong cases of every operation, what ends something last, then the links."""
        drawn = int.from_bytes(seed.encode(), "big")
        in_order = sorted(self.served, key=_last_deletes)
        self._ask_fairly(in_order)
        for number, operation in enumerate(in_order):
            if number % REFILL == REFILL - 1:
                self._refill()
            for mode, count in ((GenerationMode.POSITIVE, RIGHT), (GenerationMode.NEGATIVE, WRONG)):
                if self._stops():
                    return
                strategy = self._strategies.get((operation.name, mode))
                if strategy is None:
                    strategy = schema[operation.path][operation.method].as_strategy(generation_mode=mode)
                    self._strategies[operation.name, mode] = strategy
                self._is_right = mode is GenerationMode.POSITIVE
                self._draw(strategy, count, drawn)
        if self._has_links:
            self._walk(schema, drawn)

    def _ask_fairly(self, served: Sequence[Operation]) -> None:
        """Of every operation one request that nobody has a reason to refuse; what it made is known from then on."""
        run = f"{self.catalogue.run}x{self.report.rounds}x"
        fair = Calling(self.caller, self.stock.note, now=self.catalogue.now, run=run)
        for operation in served:
            request = None if self._stops() else fair.request(operation)
            if request is None:
                continue
            if request.key is not None:
                self.tokens[operation.path] = request.key
            self._fair[operation.name] = request.body or {}
            self._try(self._with_key(request), operation.path)

    def _refill(self) -> None:
        """Fill the catalogue again; a server that no longer can is broken."""
        try:
            self.catalogue.fill()
        except LookupError as error:
            self.report.violated("catalogue", str(error).partition(" answered")[0], str(error), "")

    def _draw(self, strategy: Any, count: int, seed: int) -> None:
        """Draw cases and try them; an operation without parameters has no wrong ones."""

        @hypothesis.seed(seed)
        @_settings(count)
        @hypothesis.given(case=strategy)
        def draw(case: Any) -> None:
            """Try one case."""
            if not self._stops():
                self.send(case)

        try:
            draw()
        except Unsatisfiable:
            return

    def _walk(self, schema: Any, seed: int) -> None:
        """Walks of a few steps, each taking the id that an earlier one made."""
        run = self
        machine: Any = schema.as_state_machine()

        class Walk(machine):  # type: ignore[misc]  # made while it runs
            """Goes through the run's own caller and leaves judging to its checks."""

            def call(self, case: Any, **_: Any) -> Any:
                """The answer to one step."""
                return run.respond(case)

            def validate_response(self, *_: Any, **__: Any) -> None:
                """Judged already."""

        if not self._stops():
            hypothesis.seed(seed)(Walk)
            Walk.run(settings=_settings(WALKS, stateful_step_count=STEPS))

    # --- one case ----------------------------------------------------------------------------------------------------

    def send(self, case: Any) -> Exchange:
        """Ask what a case says, and judge the answer."""
        request = self._request(case)
        return self._try(request, case.operation.path)

    def respond(self, case: Any) -> Any:
        """The answer to a step of a walk, in schemathesis's own terms."""
        exchange = self.send(case)
        made = httpx.Request(exchange.request.method, f"{self.base_url}{exchange.request.url}")
        headers = {name: value for name, value in exchange.headers.items() if name not in ENCODED}
        answer = httpx.Response(exchange.status, headers=headers, content=exchange.content, request=made)
        answer.elapsed = timedelta(0)
        return schemathesis.Response.from_any(answer)

    def _request(self, case: Any) -> Request:
        """A case with known ids in it and, mostly, without what the server declines."""
        resolve = self.stock.resolve
        segments = {name: quote(resolve(unquote(str(value))), safe="") for name, value in case.path_parameters.items()}
        path = re.sub(r"\{(\w+)\}", lambda found: segments.get(found[1], "missing"), case.path)
        name = f"{case.method} {case.path}"
        body = None if isinstance(case.body, NotSet) else resolve(case.body)
        if isinstance(body, dict):
            if self._is_right and self.report.cases[name] % FAIR_ONE_IN:
                body |= self._fair.get(name, {})
            body = self.declined.without(name, body)
        query = self.declined.without(name, resolve(dict(case.query or {})))
        if self.caller.calls % ONE_IN and "starting_after" in query:
            query.pop("ending_before", None)  # they exclude each other
        if case.method == "POST" and body is None:
            body = {}
        return self._with_key(Request(case.method, path, query, body))

    def _with_key(self, request: Request) -> Request:
        """A request with an idempotency key where one means something."""
        request = replace(request, key=request.key or self.tokens.get(request.path))
        if request.method != "POST":
            return request
        return replace(request, idempotency_key=f"contracts-{self.catalogue.run}-{self.caller.calls}")

    def _try(self, request: Request, path: str) -> Exchange:
        """Send a request and judge its answer by every check."""
        exchange = self.caller.call(request)
        name = f"{request.method} {path}"
        self.report.case(name, exchange.status)
        self.declined.learn(name, exchange)
        if exchange.status == 200:
            self.stock.note(exchange.json)
        found = [(check.__name__, text) for check in checks.CHECKS for text in check(exchange)]
        found += [(check.__name__, text) for check in checks.FOLLOW_UPS for text in check(exchange, self.caller)]
        for check, text in found:
            self.report.violated(check, name, text, request.curl(self.base_url))
        return exchange


def _settings(count: int, **more: Any) -> hypothesis.settings:
    """Draw so many examples and keep nothing: no shrinking, no database, no deadline."""
    return hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=HEALTHY,
        **more,
    )


def _last_deletes(operation: Operation) -> tuple[bool, bool, str, str]:
    """What makes objects first, what deletes them last."""
    return operation.method == "DELETE", "{" in operation.path, operation.path, operation.method
