"""Previews of sign-ups, trials, resets and cancellations: what would be billed, and nothing is changed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, MONTH, Tale

PATH = "/v1/invoices/create_preview"


def lines(invoice: Any) -> list[tuple[str, int]]:
    """What the lines say and cost."""
    return [(line["description"], line["amount"]) for line in invoice["lines"]["data"]]


@pytest.mark.parametrize(
    "details, expected",
    [
        ({}, [("1 \u00d7 Gold (at $31.00 / month)", 3100)]),
        ({"trial_end": NOW + 10 * DAY}, [("Free trial for 1 \u00d7 Gold", 0)]),
        (
            {"billing_cycle_anchor": {"type": "timestamp", "timestamp": NOW + 10 * DAY}},
            [("Remaining time on Gold after 31 Jan 2027", 1000)],
        ),
    ],
)
def test_a_sign_up_is_previewed_without_signing_up(details: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    """What the first invoice would be, for a customer who has no subscription afterwards either."""
    tale = Tale()
    items = [{"price": tale.price(3100)}]
    shown = tale.stripe.post(PATH, {"customer": tale.customer, "subscription_details": {"items": items, **details}})
    assert lines(shown) == expected
    assert (shown["id"].startswith("upcoming_in"), shown["billing_reason"]) == (True, "upcoming")
    assert tale.stripe.get("/v1/subscriptions", {"customer": tale.customer})["data"] == []


def test_canceling_now_is_previewed_as_it_then_happens() -> None:
    """Half of 28.00 would come back."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    tale.go(14 * DAY)
    shown = tale.stripe.post(PATH, {"subscription": subscription, "subscription_details": {"cancel_now": True}})
    assert lines(shown) == [("Unused time on Gold after 14 Feb 2027", -1400)]
    tale.stripe.delete(tale.path, {"invoice_now": True, "prorate": True})
    assert tale.bill()[1] == lines(shown)


def test_a_reset_of_the_anchor_is_previewed_as_it_then_happens() -> None:
    """The same lines, and the same total."""
    tale = Tale()
    subscription = tale.subscribe(tale.price(2800))["id"]
    tale.go(7 * DAY)
    reset = {"billing_cycle_anchor": {"type": "now"}}
    shown = tale.stripe.post(PATH, {"subscription": subscription, "subscription_details": reset})
    assert shown["total"] == 700
    tale.change(**reset)
    assert tale.bill()[1] == lines(shown)
    assert tale.period() == (7 * DAY, 7 * DAY + MONTH)
