"""Renewals that fail: what is tried when, and what becomes of it. Days are counted from the first failure.

The renewal of 28 February is tried an hour later and fails. Then it is tried on days 1, 3, 5, 7, 9, 11, 13 and 14:
eight tries in two weeks are documented, the days are pinstripe's.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale

FAILED = MONTH + HOUR
"""When the first try fails, in seconds after NOW."""
BROKE = "pm_card_chargeCustomerFail"


class Debt(Tale):
    """A customer whose card has stopped working after the first payment."""

    def __init__(self, card: str = BROKE, **settings: Any) -> None:
        super().__init__()
        if settings:
            self.set(**settings)
        self.subscribe(self.price(1000))
        self.card(card)

    def set(self, **settings: Any) -> Any:
        """Change the account's billing settings."""
        handle = self.stripe.simulator.control.handle
        return handle("POST", "/_pinstripe/billing_settings", self.stripe.key, json.dumps(settings).encode())

    def card(self, card: str) -> None:
        """Let another card be the default."""
        attached = self.stripe.post(f"/v1/payment_methods/{card}/attach", {"customer": self.customer})["id"]
        settings = {"default_payment_method": attached}
        self.stripe.post(f"/v1/customers/{self.customer}", {"invoice_settings": settings})

    def day(self, day: float) -> None:
        """Let so many days pass since the first failure."""
        self.go(FAILED + round(day * DAY))

    def play(self, *steps: float | str) -> None:
        """Days to wait for, cards to change to, and what is done with the newest invoice or the subscription."""
        for step in steps:
            path = f"/v1/invoices/{self.invoices()[0]['id']}"
            match step:
                case int() | float():
                    self.day(step)
                case "cancel":
                    self.stripe.delete(self.path)
                case "out of band":
                    self.stripe.post(f"{path}/pay", {"paid_out_of_band": True})
                case "pay" | "void" | "mark_uncollectible" | "finalize":
                    self.stripe.ask("POST", f"{path}/{step}")
                case _:
                    self.card(step)

    def state(self) -> tuple[str, str, int, float | None]:
        """The subscription's state, the newest invoice's, its tries, and the day of the next."""
        newest = self.invoices()[0]
        due = newest["next_payment_attempt"]
        planned = None if due is None else (due - NOW - FAILED) / DAY
        return self.now()["status"], newest["status"], newest["attempt_count"], planned


STORIES: dict[str, tuple[dict[str, Any], list[float | str], tuple[str, str, int, float | None]]] = {
    # settings; what happens; subscription, invoice, tries, the day of the next
    #
    # The schedule. The first failure is a try. [documented: attempt_count]
    "the first failure": ({}, [0], ("past_due", "open", 1, 1)),
    "the second": ({}, [1], ("past_due", "open", 2, 3)),
    "the day between two tries": ({}, [2], ("past_due", "open", 2, 3)),
    "the seventh": ({}, [11], ("past_due", "open", 7, 13)),  # 0 1 3 5 7 9 11
    "one try is left": ({}, [13], ("past_due", "open", 8, 14)),  # and 13
    "the last try": ({}, [14], ("canceled", "open", 9, None)),  # the default outcome [documented]
    # Outcomes that an account can choose. [documented]
    "then unpaid": ({"after_retries": "unpaid"}, [14], ("unpaid", "open", 9, None)),
    "then past due for good": ({"after_retries": "past_due"}, [14], ("past_due", "open", 9, None)),
    "then paused": ({"after_retries": "pause"}, [14], ("paused", "open", 9, None)),
    "a bad debt": ({"invoice_after_retries": "uncollectible"}, [14], ("canceled", "uncollectible", 9, None)),
    # Schedules of one's own: up to three days. [documented]
    "three tries: the first": ({"retry_days": [3, 5, 7]}, [3], ("past_due", "open", 2, 5)),
    "three tries: the last": ({"retry_days": [3, 5, 7]}, [7], ("canceled", "open", 4, None)),
    "no second try": ({"retry_days": []}, [0], ("canceled", "open", 1, None)),
    # Ways out.
    "a new card waits for the next try": ({}, [2, "pm_card_visa"], ("past_due", "open", 2, 3)),  # [inferred for cards]
    "a new card is charged on its day": ({}, [2, "pm_card_visa", 3], ("active", "paid", 3, None)),
    "a new card is charged at once": ({}, [2, "pm_card_visa", "pay"], ("active", "paid", 2, None)),  # uncounted
    "a try by hand fails": ({}, [2, "pay"], ("past_due", "open", 2, 3)),  # neither counted nor in the way [documented]
    "paid in cash": ({}, [2, "out of band"], ("active", "paid", 2, None)),
    "voided": ({}, [2, "void"], ("active", "void", 2, None)),  # nothing else is owed [documented]
    "marked uncollectible": ({}, [2, "mark_uncollectible"], ("active", "uncollectible", 2, None)),  # as good as paid
    "canceled by hand": ({}, [2, "cancel", 14], ("canceled", "open", 2, None)),  # nobody collects it any more
    # Too late.
    "unpaid, then paid": (
        {"after_retries": "unpaid"},
        [14, "pm_card_visa", "pay"],
        ("active", "paid", 9, None),
    ),
    "canceled, then paid": ({}, [14, "pm_card_visa", "pay"], ("canceled", "paid", 9, None)),
    "paused, then paid": (
        {"after_retries": "pause"},
        [14, "pm_card_visa", "pay"],
        ("paused", "paid", 9, None),  # only a resumption ends a pause [documented]
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_renewal_that_fails(story: str) -> None:
    """What is left of subscription and invoice at the end of the story."""
    settings, steps, state = STORIES[story]
    debt = Debt(**settings)
    debt.play(*steps)
    assert debt.state() == state


def test_the_end_names_its_reason() -> None:
    """A subscription that ends for want of payment says so, once. [documented]"""
    debt = Debt()
    debt.day(13)
    debt.told()
    debt.day(14)
    assert [type_ for type_ in debt.told() if type_ != "invoice.updated"] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.deleted",
    ]
    assert debt.now()["cancellation_details"]["reason"] == "payment_failed"


def test_what_cannot_be_paused_is_canceled_instead() -> None:
    """Billing mode classic knows no pause. [documented]"""
    debt = Debt(after_retries="pause", retry_days=[])
    debt.stripe.delete(debt.path)
    debt.card("pm_card_visa")
    debt.subscribe(debt.price(1000), billing_mode={"type": "classic"})
    debt.card(BROKE)
    debt.day(0)
    assert debt.state()[0] == "canceled"


def test_a_pause_for_want_of_payment_names_its_reason() -> None:
    """`status_details` tells why. [documented]"""
    debt = Debt(after_retries="pause", retry_days=[])
    debt.day(0)
    assert debt.now()["status_details"]["paused"]["subscription"]["type"] == "final_payment_failure"
    assert debt.told()[-1] == "customer.subscription.paused"


def test_an_unpaid_subscription_makes_drafts_that_nobody_collects() -> None:
    """The newest one, paid, makes it active again, whatever else is owed. [documented]"""
    debt = Debt(after_retries="unpaid", retry_days=[1])
    debt.day(0)
    debt.go(MONTH + 31 * DAY + 2 * HOUR)
    assert debt.state() == ("unpaid", "draft", 0, None)
    assert debt.invoices()[0]["auto_advance"] is False
    debt.play("pm_card_visa", "pay")
    assert debt.state()[:2] == ("active", "paid")
    assert [row["status"] for row in debt.invoices()] == ["paid", "open", "paid"]


@pytest.mark.parametrize("outcome, status", [("past_due", "past_due"), ("unpaid", "unpaid")])
def test_voiding_the_newest_looks_at_the_older(outcome: str, status: str) -> None:
    """An older invoice that was tried for the last time still makes of it what the account is set to. [documented]"""
    debt = Debt(after_retries=outcome, retry_days=[1])
    debt.day(0)
    debt.go(MONTH + 31 * DAY + 2 * HOUR)
    if outcome == "unpaid":
        debt.play("finalize")
    debt.play("void")
    assert debt.state()[:2] == (status, "void")


def test_a_card_that_is_declined_for_good_is_not_asked_again() -> None:
    """Tries go on and are counted, and ask once there is another card. [documented]"""
    debt = Debt("pm_card_authenticationRequiredOnSetup")
    debt.day(0)
    assert debt.state() == ("past_due", "open", 0, 1)  # one that waits for its holder is no try yet [recorded]
    debt.told()
    debt.day(1)
    assert debt.state() == ("past_due", "open", 1, 3)
    assert debt.told() == ["invoice.updated"]
    debt.play("pm_card_visa", 3)
    assert debt.state() == ("active", "paid", 2, None)


def test_an_invoice_that_was_sent_is_told_of_and_given_up_by_the_settings() -> None:
    """Due on day 5: told of on day 3, overdue on day 5, over ten days later. [documented: settings and automations]"""
    debt = Debt(will_be_due_days=2, after_due_days=10, after_due="cancel")
    debt.change(collection_method="send_invoice", days_until_due=5)
    debt.go(MONTH + 2 * DAY)
    debt.told()
    seen = {}
    for hour in (71, 72, 119, 120, 359, 360):
        debt.go(MONTH + hour * HOUR)
        seen[hour] = [*debt.told(), debt.now()["status"]]
    assert seen == {
        71: ["active"],
        72: ["invoice.will_be_due", "active"],
        119: ["active"],
        120: ["invoice.overdue", "customer.subscription.updated", "past_due"],
        359: ["past_due"],
        360: ["invoice.updated", "customer.subscription.deleted", "canceled"],
    }


def test_by_default_nothing_is_told_before_a_due_date() -> None:
    """`invoice.will_be_due` comes of automations, which an account begins without. [documented]"""
    debt = Debt()
    debt.change(collection_method="send_invoice", days_until_due=5)
    debt.go(MONTH + 30 * DAY)
    assert "invoice.will_be_due" not in debt.told()
    assert debt.now()["status"] == "past_due"


@pytest.mark.parametrize(
    "given, why",
    [
        ({"retry_days": [3, 3]}, "retry_days"),
        ({"retry_days": [0]}, "retry_days"),
        ({"upcoming_days": 0}, "upcoming_days"),
        ({"after_retries": "forgive"}, "cancel, unpaid, past_due, pause"),
        ({"invoice_after_retries": "cancel"}, "open, uncollectible"),
        ({"grace_weeks": 2}, "There is no setting grace_weeks"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(given: dict[str, Any], why: str) -> None:
    """The message says what would do, and nothing is changed."""
    debt = Debt()
    known = debt.set()
    with pytest.raises(Exception, match=why):
        debt.set(**given)
    assert debt.set() == known
