"""What a preview shows is what is then billed, whatever goes with whatever: every beginning with every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, Metered

BEGINNINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "classic": {"billing_mode": {"type": "classic"}},
    "on trial": {"trial_period_days": 14},
    "on trial, then to an anchor": {"trial_end": NOW + 7 * DAY, "billing_cycle_anchor": NOW + 12 * DAY},
    "backdated to an anchor": {"backdate_start_date": NOW - 40 * DAY, "billing_cycle_anchor": NOW + 12 * DAY},
    "backdated to a trial": {"backdate_start_date": NOW - 40 * DAY, "trial_period_days": 7},
    "its past paid": {"backdate_start_date": NOW - 40 * DAY, "proration_behavior": "none"},
    "billed ahead": {"billing_schedules": [{"bill_until": {"type": "timestamp", "timestamp": NOW + 40 * DAY}}]},
    "ending soon": {"cancel_at": NOW + 12 * DAY},
    "ending with its period": {"cancel_at_period_end": True},
}
BEHAVIORS = ("none", "create_prorations", "always_invoice")
Change = Callable[[Metered, str], dict[str, Any]]
CHANGES: dict[str, Change] = {
    "none": lambda _tale, _item: {},
    "another price": lambda tale, item: {"items": [{"id": item, "price": tale.price(2500)}]},
    "by the year": lambda tale, item: {"items": [{"id": item, "price": tale.price(9000, interval="year")}]},
    "one more": lambda tale, _item: {"items": [{"price": tale.price(700, name="Extra")}]},
    "a new cycle": lambda _tale, _item: {"billing_cycle_anchor": {"type": "now"}},
    "a trial": lambda _tale, _item: {"trial_end": NOW + 20 * DAY},
    "paid ahead": lambda _tale, _item: {
        "billing_schedules": [{"bill_until": {"type": "timestamp", "timestamp": NOW + 70 * DAY}}]
    },
    "an end": lambda tale, item: {"cancel_at": NOW + 9 * DAY, "items": [{"id": item, "price": tale.price(2500)}]},
}


def shown(invoice: Any) -> Any:
    """What an invoice asks for, and why."""
    lines = [(row["description"], row["amount"], row["period"], row["quantity"]) for row in invoice["lines"]["data"]]
    return invoice["total"], invoice["amount_due"], invoice["period_start"], invoice["period_end"], lines


def next_invoice(tale: Metered, known: int) -> Any:
    """The first invoice after so many, made at once or by the clock; None where there will be none."""
    while len(tale.invoices()) == known:
        now = tale.now()
        if now["status"] == "canceled":
            return None
        ends = [item["current_period_end"] for item in now["items"]["data"]] + [now["cancel_at"]]
        tale.go(min(end for end in ends if end) - NOW)
    return tale.invoices()[-known - 1]


@pytest.mark.parametrize("first, beginning", list(enumerate(BEGINNINGS)))
def test_a_preview_is_what_is_billed(first: int, beginning: str) -> None:
    """After five days and some usage, for each change: the same lines, periods and sums; or both are refused.

    Each change takes its turn with each way to prorate.
    """
    for turn, change in enumerate(CHANGES.values(), start=first):
        behavior = BEHAVIORS[turn % len(BEHAVIORS)]
        tale = Metered()
        rows = [{"price": tale.price(3100)}, {"price": tale.calls(unit_amount=2)}]
        body = {"customer": tale.customer, "items": rows, **BEGINNINGS[beginning]}
        made = tale.stripe.post("/v1/subscriptions", body)
        tale.path = f"/v1/subscriptions/{made['id']}"
        tale.use(30)
        tale.go(5 * DAY + 7)
        wanted = change(tale, made["items"]["data"][0]["id"])
        details = {"subscription_details": {**wanted, "proration_behavior": behavior}} if wanted else {}
        asked = {"subscription": made["id"], **details}
        status, preview = tale.stripe.ask("POST", "/v1/invoices/create_preview", asked)
        known = len(tale.invoices())
        if wanted:
            done, answer = tale.stripe.ask("POST", tale.path, {**wanted, "proration_behavior": behavior})
            if done != 200:
                assert answer["error"]["message"] == preview["error"]["message"]
                continue
        billed = next_invoice(tale, known)
        assert (None if status == 404 else shown(preview)) == (billed and shown(billed))
