"""A batch of the stream counts as its events do one by one, whether all of them look alike or not."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.resources.usage.ledger import Ledger
from pinstripe.wire.moments import rfc3339
from tests.client import NOW
from tests.usage.metered import Metered

FORMULAS = ("sum", "count", "last")


class Shop(Metered):
    """Two customers, and a meter for each formula."""

    def __init__(self) -> None:
        super().__init__(on_clock=False)
        self.customers = [self.customer, self.stripe.post("/v1/customers", {})["id"]]
        self.meters = {formula: self._meter(formula) for formula in FORMULAS}
        self.token = self.session()["authentication_token"]

    def _meter(self, formula: str) -> str:
        """A meter that is called after its formula."""
        terms = {"display_name": formula, "event_name": formula, "default_aggregation": {"formula": formula}}
        return str(self.stripe.post("/v1/billing/meters", terms)["id"])

    def some(self, *, alike: bool) -> list[dict[str, Any]]:
        """A hundred events, in no order; unless they look alike, some have no identifier, moment or value."""
        events = []
        for number in range(100):
            formula, at = FORMULAS[number * 7 % 3], NOW - 86_400 + number * 3571 % 80_000
            payload = {"stripe_customer_id": self.customers[number * 5 % 2], "value": f"{number}.5"}
            event = {"event_name": formula, "identifier": f"e{number}", "payload": payload, "timestamp": at}
            if not alike:
                for name in ("identifier",) * (number % 7 == 1) + ("timestamp",) * (number % 5 == 2):
                    del event[name]
                if formula == "count":
                    del payload["value"]
            events.append(event)
        return events

    def totals(self) -> list[float]:
        """What each meter says of each customer."""
        bounds = {"start_time": NOW - 2 * 86_400, "end_time": NOW + 60}
        return [
            self.stripe.get(
                f"/v1/billing/meters/{self.meters[formula]}/event_summaries", {"customer": customer, **bounds}
            )["data"][0]["aggregated_value"]
            for formula in FORMULAS
            for customer in self.customers
        ]

    def ledger(self) -> Ledger:
        """The book of usage."""
        book = self.stripe.simulator.account(self.stripe.key).world.books["usage"]
        assert isinstance(book, Ledger)
        return book

    def events(self) -> list[Any]:
        """For what each event counts, when it happened, and how much."""
        book = self.ledger()
        return list(zip([book.kept[place] for place in book.owners], book.log.stamps, book.log.values, strict=True))


def in_words(event: dict[str, Any]) -> dict[str, Any]:
    """An event as the stream has it."""
    return {**event, "timestamp": rfc3339(event["timestamp"])} if "timestamp" in event else event


@pytest.mark.parametrize("alike", [True, False])
def test_a_batch_counts_as_its_events_do(*, alike: bool) -> None:
    """The same totals, events and order as by v1; the identifiers that were given are taken by the same events."""
    batch, singles = Shop(), Shop()
    assert batch.stream(*map(in_words, batch.some(alike=alike)), token=batch.token).status == 200
    for event in singles.some(alike=alike):
        singles.stripe.post("/v1/billing/meter_events", event)
    assert batch.reports() == []
    assert batch.totals() == singles.totals()
    assert batch.events() == singles.events()
    day, other = batch.ledger().today, singles.ledger().today
    assert all(day.number(identifier) == other.number(identifier) for identifier in day.taken)
    assert len(day.taken) == (100 if alike else 85)  # 1, 8, ..., 99 have none


@pytest.mark.parametrize(
    "place, change, reports",
    [
        (99, {"identifier": "e0"}, 0),  # one of the same batch, dropped in silence
        (99, {"identifier": "earlier"}, 0),
        (50, {"event_name": "none"}, 1),
        (0, {"payload": {"stripe_customer_id": "cus_none", "value": "1"}}, 1),
        (7, {"payload": {"value": "1"}}, 1),
        (99, {"timestamp": NOW + 301}, 1),
        (99, {"timestamp": NOW - 35 * 86_400 - 1}, 1),
    ],
)
def test_one_that_is_wrong_does_not_keep_the_others_from_counting(
    place: int, change: dict[str, Any], reports: int
) -> None:
    """Of a batch that looks alike, 99 count."""
    shop = Shop()
    first = {**shop.some(alike=True)[0], "identifier": "earlier", "event_name": "calls"}
    assert shop.stream(in_words(first), token=shop.token).status == 200
    events = shop.some(alike=True)
    events[place] = {**events[place], **change}
    assert shop.stream(*map(in_words, events), token=shop.token).status == 200
    assert len(shop.ledger().log) == 1 + 99
    assert len(shop.reports()) == reports


def test_an_empty_payload_is_refused_whichever_way_it_comes() -> None:
    """It cannot be unset; by the stream the whole batch is refused."""
    shop = Shop()
    event = {**shop.some(alike=True)[0], "payload": ""}
    status, body = shop.stripe.refused("POST", "/v1/billing/meter_events", event)
    assert (status, body["code"], body["param"]) == (400, "parameter_invalid_empty", "payload")
    assert shop.v2("/v2/billing/meter_events", in_words(event)).status == 400
    refused = shop.stream(*map(in_words, [*shop.some(alike=True)[1:], event]), token=shop.token)
    assert refused.status == 400
    assert b"'events[99][payload]'" in refused.body
    assert len(shop.ledger().log) == 0
