"""What a subscription may be told beside what it is of: how it begins, what is changed of it, how it rests and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.laws.life import Life

HOUR, DAY = 3600, 86400
Terms = Callable[["Life", int], Mapping[str, Any]]
"""Parameters, made from the life and the subscription's time."""

BEGINNINGS: Mapping[str, Terms] = {
    "trial": lambda _life, _now: {"trial_period_days": 14},
    "trial without a card": lambda _life, _now: {
        "trial_period_days": 3,
        "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
    },
    "trial to the end": lambda _life, now: {
        "trial_end": now + 5 * DAY,
        "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
    },
    "classic": lambda _life, _now: {"billing_mode": {"type": "classic"}},
    "backdated": lambda _life, now: {"backdate_start_date": now - 40 * DAY},
    "backdated and anchored": lambda _life, now: {
        "backdate_start_date": now - 10 * DAY,
        "billing_cycle_anchor": now + 5 * DAY,
    },
    "anchored": lambda _life, now: {"billing_cycle_anchor": now + 10 * DAY},
    "anchored for nothing": lambda _life, now: {
        "billing_cycle_anchor": now + 10 * DAY,
        "proration_behavior": "none",
    },
    "by the calendar": lambda _life, _now: {"billing_cycle_anchor_config": {"day_of_month": 31}},
    "sent": lambda _life, _now: {"collection_method": "send_invoice", "days_until_due": 7},
    "to be canceled": lambda _life, now: {"cancel_at": now + 40 * DAY},
    "one month": lambda _life, _now: {"cancel_at_period_end": True},
    "with something once": lambda life, _now: {"add_invoice_items": [{"price": life.price("once"), "quantity": 2}]},
    "mixed": lambda life, _now: {
        "billing_mode": {"type": "flexible"},
        "items": [{"price": life.price("gold")}, {"price": life.price("yearly")}],
    },
    "collecting weekly": lambda _life, _now: {"pending_invoice_item_interval": {"interval": "week"}},
    "itemized": lambda _life, _now: {
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    },
    "off session": lambda _life, _now: {"off_session": True},
    "taxed by itself": lambda _life, _now: {"automatic_tax": {"enabled": True}},
    "with a threshold": lambda _life, _now: {"billing_thresholds": {"amount_gte": 1500}},
}
"""How a subscription may begin."""

AMENDMENTS: Mapping[str, Terms] = {
    "trial ends": lambda _life, _now: {"trial_end": "now"},
    "trial": lambda _life, now: {"trial_end": now + 9 * DAY},
    "trial for nothing": lambda _life, now: {"trial_end": now + 9 * DAY, "proration_behavior": "none"},
    "new cycle": lambda _life, _now: {"billing_cycle_anchor": {"type": "now"}},
    "new cycle at once": lambda _life, _now: {
        "billing_cycle_anchor": {"type": "now"},
        "proration_behavior": "always_invoice",
    },
    "new cycle for nothing": lambda _life, _now: {
        "billing_cycle_anchor": {"type": "now"},
        "proration_behavior": "none",
    },
    "end": lambda _life, now: {"cancel_at": now + 12 * DAY},
    "end prorated": lambda _life, now: {"cancel_at": now + 12 * DAY, "proration_behavior": "always_invoice"},
    "no end": lambda _life, _now: {"cancel_at": ""},
    "keep drafts": lambda _life, _now: {"pause_collection": {"behavior": "keep_as_draft"}},
    "write off": lambda _life, _now: {"pause_collection": {"behavior": "mark_uncollectible"}},
    "void for a while": lambda _life, now: {"pause_collection": {"behavior": "void", "resumes_at": now + 35 * DAY}},
    "collect": lambda _life, _now: {"pause_collection": ""},
    "send": lambda _life, _now: {"collection_method": "send_invoice", "days_until_due": 3},
    "charge": lambda _life, _now: {"collection_method": "charge_automatically"},
    "off session": lambda _life, _now: {"off_session": True},
    "taxed by itself": lambda _life, _now: {"automatic_tax": {"enabled": True}},
    "with a threshold": lambda _life, _now: {"billing_thresholds": {"amount_gte": 3000}},
    "metadata": lambda _life, _now: {"metadata": {"told": "yes"}, "description": "Gold"},
    "something once": lambda life, _now: {"add_invoice_items": [{"price": life.price("once")}]},
    "collect weekly": lambda _life, _now: {"pending_invoice_item_interval": {"interval": "week"}},
    "yearly": lambda life, _now: {"items": [{"price": life.price("yearly")}]},
}
"""What may be changed of a subscription."""

RESUMPTIONS: tuple[Mapping[str, Any], ...] = (
    {},
    {"payment_behavior": "resume_on_payment_success"},
    {"payment_behavior": "resume_on_payment_attempt"},
    {"billing_cycle_anchor": {"type": "unchanged"}},
    {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"},
    {"billing_cycle_anchor": {"type": "now"}, "proration_behavior": "always_invoice"},
)
PAUSES: tuple[Mapping[str, Any], ...] = (
    {},
    {"bill_for": {"unused_time_from": {"type": "none"}}},
    {"invoicing_behavior": "invoice"},
)


def begin(life: Life, which: int, plan: str, terms: str, behavior: str | None) -> None:
    """A new subscription on other terms than the usual."""
    if life.customers:
        customer = life.somebody(which)
        made = BEGINNINGS[terms](life, life.now_of(life.world.get("customer", customer) or {}))
        basics = {"items": [life.item(plan, 2)], "payment_behavior": behavior}
        life.ask("POST", "/v1/subscriptions", customer=customer, **{**basics, **made})


def amend(life: Life, which: int, terms: str, quantity: int | None, behavior: str | None) -> None:
    """Change the terms of a subscription, perhaps with the quantity of its first item."""
    subscription = life.pick("subscription", which)
    if subscription is not None:
        items = [{"id": subscription["items"][0]["id"], "quantity": quantity}] if quantity is not None else None
        made = AMENDMENTS[terms](life, life.now_of(subscription))
        basics = {"items": items, "payment_behavior": behavior}
        life.ask("POST", f"/v1/subscriptions/{subscription.id}", **{**basics, **made})


def wait_for_money(life: Life, which: int, number: int) -> None:
    """A change that is made only once it is paid for."""
    subscription = life.pick("subscription", which)
    if subscription is not None:
        life.ask(
            "POST",
            f"/v1/subscriptions/{subscription.id}",
            items=life.changed_items(subscription, "quantity", number),
            payment_behavior="pending_if_incomplete",
            proration_behavior="always_invoice",
        )


def pause(life: Life, which: int, number: int) -> None:
    """Let a subscription rest."""
    life.act("subscription", which, "pause", **PAUSES[number % len(PAUSES)])


def resume(life: Life, which: int, number: int) -> None:
    """Let it go on."""
    life.act("subscription", which, "resume", **RESUMPTIONS[number % len(RESUMPTIONS)])


def migrate(life: Life, which: int) -> None:
    """Leave classic billing."""
    life.act("subscription", which, "migrate", billing_mode={"type": "flexible"})


def add_item(life: Life, which: int, plan: str, behavior: str | None) -> None:
    """One more item, by a call of its own."""
    subscription = life.pick("subscription", which)
    if subscription is not None:
        asked = {**life.item(plan, 2), "proration_behavior": behavior}
        life.ask("POST", "/v1/subscription_items", subscription=subscription.id, **asked)


def drop_item(life: Life, which: int, number: int, behavior: str | None, clear: bool) -> None:
    """One item less, by a call of its own."""
    subscription = life.pick("subscription", which)
    if subscription is not None:
        item = subscription["items"][number % len(subscription["items"])]["id"]
        asked = {"proration_behavior": behavior, "clear_usage": clear or None}
        life.ask("DELETE", f"/v1/subscription_items/{item}", **asked)


def schedule(life: Life, which: int, plans: tuple[str, ...], end: str, later: int) -> None:
    """A new customer's phases of a month each, from now or later."""
    if not life.customers:
        return
    customer = life.somebody(which)
    now = life.now_of(life.world.get("customer", customer) or {})
    month = {"interval": "month", "interval_count": 1}
    phases: list[dict[str, Any]] = [{"items": [life.item(plan, 1)], "duration": month} for plan in plans]
    if len(phases) > 1:
        phases[1] |= {"proration_behavior": "always_invoice", "metadata": {"phase": "second"}}
    if len(phases) > 2:
        phases[0] |= {"trial": True}
    start: int | str = now + later if later else "now"
    asked = {"start_date": start, "phases": phases, "end_behavior": end}
    life.ask("POST", "/v1/subscription_schedules", customer=customer, **asked)


def schedule_around(life: Life, which: int, plan: str, days: int) -> None:
    """Plan that an existing subscription becomes another after so many days of its period."""
    subscription = life.pick("subscription", which)
    if subscription is None:
        return
    made = life.ask("POST", "/v1/subscription_schedules", from_subscription=subscription.id)
    if "error" in made:
        return
    first = made["phases"][0]
    first_items = [{"price": item["price"], "quantity": item.get("quantity")} for item in first["items"]]
    phases = [
        {"items": first_items, "start_date": first["start_date"], "end_date": first["start_date"] + days * DAY},
        {"items": [life.item(plan, 1)], "duration": {"interval": "month", "interval_count": 2}},
    ]
    life.ask("POST", f"/v1/subscription_schedules/{made['id']}", phases=phases)


def end_schedule(life: Life, which: int, how: str) -> None:
    """Release or cancel a schedule."""
    life.act("subscription_schedule", which, how)


MOVES: Mapping[str, Callable[..., None]] = {
    "begin": begin,
    "amend": amend,
    "wait_for_money": wait_for_money,
    "pause": pause,
    "resume": resume,
    "migrate": migrate,
    "add_item": add_item,
    "drop_item": drop_item,
    "schedule": schedule,
    "schedule_around": schedule_around,
    "end_schedule": end_schedule,
}
