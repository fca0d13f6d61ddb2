"""A preview is what is billed when nothing happens in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from tests.laws.life import Command, Life
from tests.laws.lives import CHANGE, NUMBER, lives, on_lives
from tests.laws.snapshot import snapshot

Body = Mapping[str, Any]


def substance(invoice: Body) -> dict[str, Any]:
    """What an invoice bills, without what only one of the two can have."""
    lines = [
        {key: line[key] for key in ("amount", "currency", "description", "period", "pricing", "quantity")}
        for line in invoice["lines"]["data"]
    ]
    keys = ("currency", "customer", "period_start", "period_end", "subtotal", "total")
    return {**{key: invoice[key] for key in keys}, "lines": lines}


def next_to_renew(life: Life) -> Any | None:
    """A subscription whose period ends before all others of its customer, if there is one; of two at once the older."""
    ends: dict[str, list[tuple[int, str]]] = {}
    for id_ in life.ids("subscription"):
        row = life.world.get("subscription", id_)
        assert row is not None
        if row["status"] in ("active", "past_due"):
            end = min(item["current_period_end"] for item in row["items"])
            ends.setdefault(row["customer"], []).append((end, id_))
    for rows in ends.values():
        _, first = min(rows, key=lambda row: row[0])
        row = life.world.get("subscription", first)
        return life.world.get("subscription", first)
    return None


@on_lives
def test_a_preview_comes_true(commands: list[Command]) -> None:
    """The preview of the next invoice and the draft at the end of the period bill the same, be it the last of all."""
    life = Life().live(commands)
    subscription = next_to_renew(life)
    if subscription is None:
        return
    seen = life.ask("POST", "/v1/invoices/create_preview", subscription=subscription["id"])
    end = min(item["current_period_end"] for item in subscription["items"])
    clock = subscription["test_clock"]
    if clock is None:
        life.travel(end)
    elif "id" not in life.advance(clock, end):
        return  # the shortest subscription on this clock does not let it go so far at once
    renewed = life.ask("GET", f"/v1/subscriptions/{subscription['id']}")
    if renewed["cancellation_details"]["reason"] == "payment_failed":
        return  # an older invoice was tried for the last time on the way
    if "error" in seen:
        assert renewed["status"] == "canceled"
        assert renewed["latest_invoice"] == subscription["latest_invoice"]
        return
    event("came true" if renewed["status"] != "canceled" else "came true to the last")
    made = life.ask("GET", f"/v1/invoices/{renewed['latest_invoice']}")
    assert substance(seen) == substance(made)
    if seen["starting_balance"] == made["starting_balance"]:
        assert seen["amount_due"] == made["amount_due"]


@given(lives(), CHANGE, NUMBER, st.sampled_from([None, 40]))
def test_a_previewed_change_costs_what_it_costs(commands: list[Command], how: str, number: int, share: int) -> None:
    """A change that is invoiced at once bills what its preview said; a change that is refused was refused before.

    Where nothing is invoiced at once and nothing after, there is nothing to preview and still something to change.
    """
    life = Life().live(commands)
    subscription = life.pick("subscription", 0)
    if subscription is None or subscription["status"] not in ("active", "past_due"):
        return
    change = {
        "items": life.changed_items(subscription, how, number),
        "proration_behavior": "always_invoice",
        "proration_date": life.moment_in_period(subscription, share),
    }
    seen = life.ask("POST", "/v1/invoices/create_preview", subscription=subscription.id, subscription_details=change)
    before = subscription["latest_invoice"]
    done = life.ask("POST", f"/v1/subscriptions/{subscription.id}", **change)
    if "error" in done or life.answers[-2].status != 404:
        assert ("error" in done) == ("error" in seen)
    if "error" in done or done["latest_invoice"] == before:
        return
    event("invoiced at once")
    made = life.ask("GET", f"/v1/invoices/{done['latest_invoice']}")
    assert substance(seen) == substance(made)
    assert (seen["starting_balance"], seen["amount_due"]) == (made["starting_balance"], made["amount_due"])


@given(lives(), st.none() | CHANGE, NUMBER)
def test_a_preview_leaves_no_trace(commands: list[Command], how: str | None, number: int) -> None:
    """A preview makes nothing, changes nothing and tells nothing; only ids are used up."""
    life = Life().live(commands)
    subscription = life.pick("subscription", 0)
    if subscription is None:
        return
    details = None if how is None else {"items": life.changed_items(subscription, how, number)}
    before = {**snapshot(life.world), "counters": None}
    life.ask("POST", "/v1/invoices/create_preview", subscription=subscription.id, subscription_details=details)
    assert {**snapshot(life.world), "counters": None} == before
