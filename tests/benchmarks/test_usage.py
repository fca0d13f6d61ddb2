"""What usage costs: events by the second beside a server that only reads them, and by the million.

Measured by `pytest tests/benchmarks --benchmark-enable -s`; otherwise everything runs once and small. Throughput is
compared by the processor time of the servers, batch by batch in turns, so that a busy machine slows both.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from tests.benchmarks.beside import Served, served
from tests.benchmarks.test_speed import BIRTH, DAY, KEY, request, say, seconds

from pinstripe import Simulator
from pinstripe.http.message import Request

VERSION = "2026-10-28.endive"
FORM = {
    "Authorization": f"Bearer {KEY}",
    "Content-Type": "application/x-www-form-urlencoded",
    "Stripe-Version": VERSION,
}
JSON = {**FORM, "Content-Type": "application/json"}
METER = {"display_name": "Calls", "event_name": "calls", "default_aggregation[formula]": "sum"}
CUSTOMERS = 50
BATCH = 100
"""Events in one call to the stream, which takes no more."""


def stocked(server: Served) -> tuple[list[str], str]:
    """Customers of a metered account, and a token for its stream."""
    server.ask("POST", "/v1/billing/meters", FORM, urlencode(METER).encode())
    made = [server.json("POST", "/v1/customers", FORM, b"name=Ada")["id"] for _ in range(CUSTOMERS)]
    return made, server.json("POST", "/v2/billing/meter_event_session", JSON)["authentication_token"]


def single(customers: list[str], batch: int, number: int) -> bytes:
    """One event as v1 takes it."""
    payload = {"payload[stripe_customer_id]": customers[number % CUSTOMERS], "payload[value]": "1"}
    event = {"event_name": "calls", "identifier": f"v1-{batch}-{number}", "timestamp": int(time.time()) - 60}
    return urlencode({**event, **payload}).encode()


def streamed(customers: list[str], batch: int, number: int) -> bytes:
    """A hundred as the stream takes them."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    events = [
        {
            "event_name": "calls",
            "identifier": f"v2-{batch}-{number}-{place}",
            "payload": {"stripe_customer_id": customers[place % CUSTOMERS], "value": "1"},
            "timestamp": moment,
        }
        for place in range(BATCH)
    ]
    return json.dumps({"events": events}).encode()


def least(servers: Sequence[Served], path: str, batches: list[list[bytes]], token: str) -> list[float]:
    """The least processor time that a request took each of the servers, in microseconds."""
    best = dict.fromkeys(servers, 1e9)
    headers = {**(FORM if path.startswith("/v1/") else JSON), "Authorization": f"Bearer {token}"}
    for number, bodies in enumerate(batches):
        for server in reversed(servers):
            before = server.cpu()
            for place, body in enumerate(bodies):
                server.ask("POST", path, {**headers, "Idempotency-Key": f"{path}-{number}-{place}"}, body)
            best[server] = min(best[server], (server.cpu() - before) / len(bodies) * 1e6)
    return [*best.values()]


def test_events_beside_a_server_that_only_reads(benchmark: Any) -> None:
    """v1 events half as fast as a bare server at least, and the stream two fifths; the strictest is for the record."""
    batches, each = (30, 100) if benchmark.enabled else (1, 2)
    with served("simulator") as ours, served("bare") as bare, served("strict") as strict:
        customers, token = stocked(ours)
        v1 = [[single(customers, batch, number) for number in range(each)] for batch in range(batches)]
        v2 = [[streamed(customers, batch, number) for number in range(each)] for batch in range(batches)]
        servers = (ours, bare, strict)

        def compare() -> list[list[float]]:
            """Microseconds for each of them, by v1 and by the stream."""
            one = least(servers, "/v1/billing/meter_events", v1, KEY)
            return [one, least(servers, "/v2/billing/meter_event_stream", v2, token)]

        one, many = benchmark.pedantic(compare, rounds=1)
    say(
        benchmark,
        f"v1: {one[0]:.0f} us an event, {one[1] / one[0]:.2f} times as fast as bare ({one[2] / one[0]:.2f} strict); "
        f"stream: {many[0] / BATCH:.1f} us an event, {many[1] / many[0]:.2f} times as fast as bare "
        f"({many[2] / many[0]:.2f} strict)",
        v1=one[1] / one[0],
        stream=many[1] / many[0],
        v1_strict=one[2] / one[0],
        stream_strict=many[2] / many[0],
    )


class Account:
    """An account in process whose customer uses a lot."""

    def __init__(self) -> None:
        self.simulator = Simulator(seed="usage", now=BIRTH)
        self.meter = self.ask("POST", "/v1/billing/meters", METER)["id"]
        self.customer = self.ask("POST", "/v1/customers", {})["id"]
        self.token = self.ask("POST", "/v2/billing/meter_event_session", {}, JSON)["authentication_token"]
        self.sent = 0

    def ask(self, method: str, path: str, form: dict[str, Any], headers: dict[str, str] = FORM) -> Any:
        """Send one request that must succeed."""
        asked = request(method, path, form)
        named = {name.lower(): value for name, value in headers.items()}
        response = self.simulator.handle(Request(method, path, asked.query, named, asked.body))
        assert response.status == 200, response.body
        return orjson.loads(response.body)

    def use(self, events: int) -> None:
        """Report so many events of the last thirty days, a second or two apart, in any order."""
        headers = {name.lower(): value for name, value in {**JSON, "Authorization": f"Bearer {self.token}"}.items()}
        for _ in range(events // BATCH):
            rows = []
            for _ in range(BATCH):
                self.sent += 1
                at = BIRTH - self.sent * 7919 % (30 * DAY)
                moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
                payload = {"stripe_customer_id": self.customer, "value": "0.25"}
                event = {"event_name": "calls", "payload": payload, "timestamp": moment, "identifier": f"e{self.sent}"}
                rows.append(event)
            body = orjson.dumps({"events": rows})
            answer = self.simulator.handle(Request("POST", "/v2/billing/meter_event_stream", "", headers, body))
            assert answer.status == 200, answer.body

    def summary(self) -> float:
        """What the meter says of the last month but one minute at both ends."""
        path = f"/v1/billing/meters/{self.meter}/event_summaries"
        form = {"customer": self.customer, "start_time": BIRTH - 30 * DAY + 60, "end_time": BIRTH - 60}
        sent = request("GET", path, {})
        response = self.simulator.handle(Request("GET", path, urlencode(form), sent.headers))
        assert response.status == 200, response.body
        return float(orjson.loads(response.body)["data"][0]["aggregated_value"])


def test_a_million_events_in_one_account(benchmark: Any) -> None:
    """A summary takes as long over a million events as over a thousand, and an event some hundred bytes."""
    few, many, rounds = (1_000, 1_000_000, 200) if benchmark.enabled else (200, 400, 1)

    def compare() -> tuple[float, float, float]:
        """Seconds for summaries of each, and bytes of one event."""
        account = Account()
        account.use(few)
        account.summary()
        short = min(seconds(lambda: [account.summary() for _ in range(rounds)]) for _ in range(3))
        account.simulator.account(KEY).journal.clear()
        tracemalloc.start()
        account.use(many - few)
        account.simulator.account(KEY).journal.clear()
        size = tracemalloc.get_traced_memory()[0] / (many - few)
        tracemalloc.stop()
        assert account.summary() == sum(
            0.25 for number in range(1, many + 1) if 60 < number * 7919 % (30 * DAY) <= 30 * DAY - 60
        )
        long = min(seconds(lambda: [account.summary() for _ in range(rounds)]) for _ in range(3))
        return short / rounds, long / rounds, size

    short, long, size = benchmark.pedantic(compare, rounds=1)
    say(
        benchmark,
        f"a summary takes {short * 1e6:.0f} us over {few} events, {long * 1e6:.0f} us over {many}: ratio "
        f"{long / short:.2f}; an event with its identifier takes {size:.0f} bytes",
        ratio=long / short,
        bytes_per_event=size,
    )
