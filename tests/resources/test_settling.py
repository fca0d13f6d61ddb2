"""When money becomes available: told once a day, by the account's clock."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

DAY = 86400
MIDNIGHT = NOW - NOW % DAY + 7 * DAY
"""The seventh midnight: 7 February 2027, 00:00 UTC."""


@pytest.fixture
def stripe() -> Client:
    """An empty account on 31 January 2027, noon."""
    return Client()


def pay(stripe: Client, amount: int, **more: Any) -> Any:
    """A payment intent that has succeeded."""
    form = {"amount": amount, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    return stripe.post("/v1/payment_intents", {**form, "return_url": "https://app.example.com", **more})


def turn(stripe: Client, to: int) -> None:
    """Turn the account's clock."""
    stripe.simulator.account(stripe.key).set_clock(to)


def told(stripe: Client) -> list[tuple[int, int, int]]:
    """When it was told, and what was available and pending then, in dollars' cents."""
    rows = stripe.get("/v1/events", {"type": "balance.available", "limit": 100})["data"]
    found = []
    for row in reversed(rows):
        standing = row["data"]["object"]
        found.append((row["created"], standing["available"][0]["amount"], standing["pending"][0]["amount"]))
    return found


def test_what_a_day_brought_is_available_on_the_seventh_midnight_and_told_once(stripe: Client) -> None:
    """Two payments of one day are one event; that of the next day is another, a day later."""
    pay(stripe, 2500)  # less 2.9 % and 30 cents: 2397
    pay(stripe, 1000)  # 941
    turn(stripe, NOW + DAY)
    pay(stripe, 2000)  # 1912
    turn(stripe, MIDNIGHT - 1)
    assert told(stripe) == []
    turn(stripe, MIDNIGHT)
    assert told(stripe) == [(MIDNIGHT, 2397 + 941, 1912)]
    turn(stripe, MIDNIGHT + 10 * DAY)
    assert told(stripe)[1:] == [(MIDNIGHT + DAY, 2397 + 941 + 1912, 0)]
    assert stripe.get("/v1/balance")["available"][0]["amount"] == 5250


def test_the_balance_is_what_its_transactions_add_up_to(stripe: Client) -> None:
    """At any hour of three weeks: what is there at once, on its way, refunded and paid out, in two currencies."""
    intents = []
    for day in range(21):
        turn(stripe, NOW + day * DAY + day * 1800)
        currency = ("usd", "eur")[day % 2]
        intents.append(pay(stripe, 2000 + day, currency=currency))
        pay(stripe, 3000 + day, payment_method="pm_card_bypassPending")
        if day % 4 == 3:
            stripe.post("/v1/refunds", {"payment_intent": intents[day - 2]["id"], "amount": 700})
        if day % 7 == 6:
            stripe.post("/v1/payouts", {"amount": 1500, "currency": "usd"})
        if day % 3:
            continue
        sums = {"available": {"usd": 0, "eur": 0}, "pending": {"usd": 0, "eur": 0}}
        for row in stripe.get("/v1/balance_transactions", {"limit": 100})["data"]:
            sums[row["status"]][row["currency"]] += row["net"]
        balance = stripe.get("/v1/balance")
        found = {name: {row["currency"]: row["amount"] for row in balance[name]} for name in sums}
        assert {name: {"usd": 0, "eur": 0} | nets for name, nets in found.items()} == sums
    assert len(told(stripe)) == 20 + 14  # what was there at once, three seconds later; fourteen days whose money came


def test_money_that_goes_is_not_told(stripe: Client) -> None:
    """A refund takes what is available at once; nothing becomes available by it. [documented]"""
    intent = pay(stripe, 2500)
    turn(stripe, MIDNIGHT)
    assert len(told(stripe)) == 1
    stripe.post("/v1/refunds", {"payment_intent": intent["id"]})
    turn(stripe, MIDNIGHT + 20 * DAY)
    assert len(told(stripe)) == 1


def test_a_test_clock_moves_no_money(stripe: Client) -> None:
    """Balances go by the account's own time, whatever clock a customer is on."""
    clock = stripe.post("/v1/test_helpers/test_clocks", {"frozen_time": NOW})["id"]
    customer = stripe.post("/v1/customers", {"test_clock": clock})["id"]
    pay(stripe, 2500, customer=customer)
    stripe.post(f"/v1/test_helpers/test_clocks/{clock}/advance", {"frozen_time": NOW + 30 * DAY})
    assert told(stripe) == []
    turn(stripe, MIDNIGHT)
    assert [row[1] for row in told(stripe)] == [2397]
