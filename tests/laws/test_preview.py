"""A preview is what is billed when nothing happens in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import event, example, given
from hypothesis import strategies as st

from tests.laws.catalogue import PLANS
from tests.laws.drawing import CHANGE, NUMBER
from tests.laws.life import Command, Life
from tests.laws.lives import lives, on_lives, some
from tests.laws.snapshot import snapshot

Body = Mapping[str, Any]
OVER = ("canceled", "incomplete_expired")


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
    found: dict[str, list[tuple[int, str]]] = {}
    for id_ in life.ids("subscription"):
        row = life.world.get("subscription", id_)
        assert row is not None
        if row["status"] in ("active", "past_due"):
            found.setdefault(row["customer"], []).append((ends(row), id_))
    for rows in found.values():
        _, first = min(rows, key=lambda row: row[0])
        return life.world.get("subscription", first)
    return None


def meets_others(life: Life, subscription: Body, moment: int) -> bool:
    """Whether something else of the customer may be billed until then, and take what waits for an invoice."""
    tables = (life.world.tables[kind].objects.values() for kind in ("subscription", "subscription_schedule"))
    subscriptions, schedules = ([row for row in rows if row["customer"] == subscription["customer"]] for rows in tables)
    return any(row["status"] == "not_started" for row in schedules) or any(
        row["id"] != subscription["id"] and row["status"] not in OVER and ends(row) <= moment for row in subscriptions
    )


def ends(subscription: Body) -> int:
    """When the first of its items' periods ends."""
    return int(min(item["current_period_end"] for item in subscription["items"]))


AHEAD: list[Command] = [
    ("customer", (None, 0, 0)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("schedule_around", (0, "yearly", 14)),
]
"""What is monthly at first is yearly from the middle of the month, and next billed a year after it began."""


@example(commands=AHEAD)
@on_lives
def test_a_preview_comes_true(commands: list[Command]) -> None:
    """The preview of the next invoice and the draft made when it says so bill the same, be it the last of all.

    That is the end of the period, unless a schedule changes on the way what the periods are.
    """
    life = Life().live(commands)
    subscription = next_to_renew(life)
    if subscription is None:
        return
    seen = life.ask("POST", "/v1/invoices/create_preview", subscription=subscription["id"])
    end = ends(subscription)
    if (subscription["next_pending_invoice_item_invoice"] or end) < end:
        return  # what waits has an invoice of its own before
    billed = seen.get("created", end)
    if billed != end and meets_others(life, subscription, billed):
        return
    clock = subscription["test_clock"]
    if clock is None:
        life.travel(billed)
    elif "id" not in life.advance(clock, billed):
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


WATCHED: list[Command] = [("customer", (None, 0, 0)), ("begin", (0, "seats", "with a threshold", None))]
"""What more seats cost would reach the threshold at once."""


@some
@given(lives(), CHANGE, NUMBER, st.sampled_from([None, 40]))
@example(WATCHED, "quantity", 7, None)
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


@some
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
