"""How fast the simulator is: figures to read and ratios to compare, never a limit on a clock.

Measured by `pytest tests/benchmarks --benchmark-enable -s`; otherwise everything runs once and small.
"""

from __future__ import annotations

import gc
import heapq
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe.wire import forms, params
from pinstripe.world import World
from pinstripe_contracts import match

KEY = "sk_test_speed"
BIRTH = 1_801_353_600
"""31 January 2027, 00:00 UTC."""
DAY = 86400
MONTHS = (29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31)
"""Days from 31 January 2027 to the first of March and on: each holds one renewal, finalized and paid."""
YEAR = 365 * DAY + 2 * 3600
"""A year and the two hours in which its last renewal is finalized and paid."""


class Shop:
    """A simulator with one price and so many customers who pay it monthly."""

    def __init__(self, subscriptions: int) -> None:
        self.simulator = Simulator(seed="speed", now=BIRTH)
        product = self.ask("POST", "/v1/products", {"name": "Gold"})
        terms = {"product": product["id"], "currency": "usd", "unit_amount": 2000, "recurring[interval]": "month"}
        price = self.ask("POST", "/v1/prices", terms)
        card = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
        for _ in range(subscriptions):
            customer = self.ask("POST", "/v1/customers", card)
            self.ask("POST", "/v1/subscriptions", {"customer": customer["id"], "items[0][price]": price["id"]})

    @property
    def world(self) -> World:
        """What is behind it."""
        return self.simulator.account(KEY).world

    def ask(self, method: str, path: str, form: dict[str, Any]) -> Any:
        """Send one request that must succeed."""
        response = self.simulator.handle(request(method, path, form))
        assert response.status == 200, response.body
        return orjson.loads(response.body)

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        return len(self.world.tables[kind].objects)

    def wait(self, seconds: int) -> None:
        """Let time go by."""
        self.simulator.account(KEY).set_clock(self.world.now + seconds)


def request(method: str, path: str, form: dict[str, Any]) -> Request:
    """A request as a client sends it."""
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/x-www-form-urlencoded"}
    return Request(method, path, "", headers, urlencode(form).encode())


def seconds(action: Callable[[], object]) -> float:
    """How much of a processor's time something takes, whatever else the machine does meanwhile."""
    gc.collect()
    start = time.process_time()
    action()
    return time.process_time() - start


def floor(invoices: int, events: int, body: dict[str, Any]) -> None:
    """The loop without an engine: two alarms for each invoice, and for each event a copy of an invoice, appended."""
    heap = [(number, number) for number in range(1000)]
    log: list[dict[str, Any]] = []
    for number in range(invoices):
        for _ in range(2):
            heapq.heappush(heap, (number + 1000, number))
            heapq.heappop(heap)
        for _ in range(events // invoices):
            log.append({**body})  # noqa: PERF401 - the loop is what is measured


def say(benchmark: Any, line: str, **figures: float) -> None:
    """Print a line of the table and put its figures into the report."""
    benchmark.extra_info.update(figures)
    if benchmark.enabled:
        sys.stdout.write(f"\n{line}\n")


def test_a_year_of_a_thousand_subscriptions(benchmark: Any) -> None:
    """Renewals, invoices, payments and all their events, next to the same loop without the engine."""
    subscriptions, span = (1000, YEAR) if benchmark.enabled else (5, 62 * DAY)
    shop = Shop(subscriptions)
    before = shop.count("invoice"), shop.count("event")
    took = benchmark.pedantic(lambda: seconds(lambda: shop.wait(span)), rounds=1)
    invoices, events = shop.count("invoice") - before[0], shop.count("event") - before[1]
    assert invoices == subscriptions * (12 if benchmark.enabled else 2)
    settled = len([1 for event in shop.world.tables["event"].objects.values() if event["type"] == "balance.available"])
    assert settled == (12 if benchmark.enabled else 2), "once for each day with payments, seven days later"
    assert events == 12 * invoices + settled
    assert all(invoice["status"] == "paid" for invoice in shop.world.tables["invoice"].objects.values())
    body = shop.ask("GET", f"/v1/invoices/{next(shop.world.ids('invoice'))}", {})
    bare = seconds(lambda: floor(invoices, events, body))
    say(
        benchmark,
        f"year of {subscriptions}: {invoices} invoices, {events} events in {took:.1f} s = {invoices / took:,.0f} "
        f"invoices/s, {events / took:,.0f} events/s; the bare loop {invoices / bare:,.0f} invoices/s, "
        f"{took / bare:.0f} times as fast",
        invoices_per_second=invoices / took,
        bare_invoices_per_second=invoices / bare,
    )


def memory() -> int:
    """Bytes that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def test_a_renewal_costs_the_same_among_many(benchmark: Any, pytestconfig: pytest.Config) -> None:
    """The time of one renewal does not grow with the number of subscriptions: 1,000 beside 10,000.

    Two renewals of each; `--months 12` makes it a year of 10,000, which takes minutes and gigabytes.
    """
    few, many = (1000, 10_000) if benchmark.enabled else (3, 6)
    months = int(pytestconfig.getoption("--months") or 2) if benchmark.enabled else 2

    def renewal(subscriptions: int) -> tuple[float, float]:
        """Seconds for one renewal, and bytes that are kept of it."""
        shop = Shop(subscriptions)
        before = memory()
        took = sum(seconds(partial(shop.wait, days * DAY)) for days in MONTHS[:months])
        renewals = subscriptions * months
        assert shop.count("invoice") == subscriptions + renewals
        return took / renewals, (memory() - before) / renewals

    def compare() -> tuple[float, float, float]:
        """Few before and after many, lest the machine's mood decide."""
        (before, _), (among_many, kept), (after, _) = renewal(few), renewal(many), renewal(few)
        return (before + after) / 2, among_many, kept

    one, other, kept = benchmark.pedantic(compare, rounds=1)
    say(
        benchmark,
        f"one renewal: {one * 1000:.2f} ms among {few}, {other * 1000:.2f} ms among {many}: ratio {other / one:.2f}; "
        f"{1 / other:,.0f} invoices/s and {kept / 1000:,.0f} kB an invoice among {many}, {months} months",
        ratio=other / one,
        invoices_per_second_among_many=1 / other,
        bytes_per_invoice=kept,
    )


@pytest.mark.parametrize("method, path", [("POST", "/v1/customers"), ("GET", "/v1/customers/{id}")])
def test_requests(benchmark: Any, method: str, path: str) -> None:
    """One request through the whole pipeline, without a socket."""
    shop = Shop(1)
    customer = shop.ask("POST", "/v1/customers", {"email": "ada@example.com"})
    form = {"email": "ada@example.com", "name": "Ada", "metadata[plan]": "gold"} if method == "POST" else {}
    sent = request(method, path.format(id=customer["id"]), form)
    response = benchmark(shop.simulator.handle, sent)
    assert response.status == 200
    if benchmark.enabled:
        rate = 1 / benchmark.stats["median"]
        say(benchmark, f"{method} {path}: {rate:,.0f} requests/s", requests_per_second=rate)


def test_what_checking_costs(benchmark: Any) -> None:
    """A request with many parameters, beside the same without the time its checks take."""
    shop = Shop(1)
    address = {f"address[{part}]": part for part in ("city", "country", "line1", "line2", "postal_code", "state")}
    form = {"email": "ada@example.com", "name": "Ada", "metadata[plan]": "gold", **address}
    sent = request("POST", "/v1/customers", form)
    known = match("POST", "/v1/customers")
    assert known is not None
    tree, fields = forms.decode(urlencode(form).encode()), known[0].params
    rounds = range(2000 if benchmark.enabled else 1)

    def compare() -> tuple[float, float]:
        """Seconds for whole requests, and for their checks alone."""
        whole = seconds(lambda: [shop.simulator.handle(sent) for _ in rounds])
        return whole, seconds(lambda: [params.check(tree, fields) for _ in rounds])

    whole, checks = benchmark.pedantic(compare, rounds=1)
    ratio = whole / (whole - checks)
    say(benchmark, f"a checked request takes {ratio:.2f} times as long as an unchecked one", ratio=ratio)
