"""Invoices that were not paid: what giving them up, or paying them late, does to their subscription."""

from __future__ import annotations

import pytest
from tests.resources.tale import HOUR, MONTH, Tale

TWO_MONTHS = 59 * 86400
"""To 31 March."""
BAD = "/v1/payment_methods/pm_card_chargeCustomerFail/attach"


def owing(tale: Tale, **terms: object) -> list[str]:
    """A subscription whose last two months nobody paid; its open invoices, the newest first."""
    tale.subscribe(tale.price(1000), **terms)
    if not terms:
        tale.change(default_payment_method=tale.stripe.post(BAD, {"customer": tale.customer})["id"])
    tale.go(MONTH + HOUR)
    for invoice in tale.invoices():
        if invoice["status"] == "open":  # the retries would be used up within a month
            tale.stripe.post(f"/v1/invoices/{invoice['id']}", {"auto_advance": False})
    tale.go(TWO_MONTHS + HOUR)
    assert tale.now()["status"] == "past_due"
    return [invoice["id"] for invoice in tale.invoices() if invoice["status"] == "open"]


@pytest.mark.parametrize(
    "action, given, which, status",
    [
        ("pay", {"paid_out_of_band": True}, 0, "active"),
        ("mark_uncollectible", {}, 0, "active"),
        ("void", {}, 0, "active"),  # the one before is merely open, and the one before that is paid
        ("pay", {"paid_out_of_band": True}, 1, "past_due"),
        ("void", {}, 1, "past_due"),
    ],
)
def test_only_the_newest_debt_counts(action: str, given: dict[str, object], which: int, status: str) -> None:
    """Paid or given up, the newest makes the subscription active again, whatever is still open. [documented]"""
    tale = Tale()
    debts = owing(tale)
    assert len(debts) == 2
    tale.stripe.post(f"/v1/invoices/{debts[which]}/{action}", given)
    assert tale.now()["status"] == status


def test_an_older_invoice_that_is_overdue_still_counts() -> None:
    """Where invoices are sent, one that is late keeps the subscription past due when a newer one is void."""
    tale = Tale()
    newest, *older = owing(tale, collection_method="send_invoice", days_until_due=1)
    assert len(older) == 2
    tale.stripe.post(f"/v1/invoices/{newest}/void")
    assert tale.now()["status"] == "past_due"
    tale.stripe.post(f"/v1/invoices/{older[1]}/pay", {"paid_out_of_band": True})
    assert tale.now()["status"] == "past_due"
    tale.stripe.post(f"/v1/invoices/{older[0]}/pay", {"paid_out_of_band": True})
    assert tale.now()["status"] == "active"  # the newest that is not void


def test_a_card_that_waits_for_its_holder_is_not_asked_again() -> None:
    """The tries are counted as planned; once there is another card the next one charges it. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    asks = tale.stripe.post("/v1/payment_methods/pm_card_authenticationRequired/attach", {"customer": tale.customer})
    tale.change(default_payment_method=asks["id"])
    tale.go(MONTH + HOUR)
    tale.told()
    for days, count in ((1, 1), (3, 2)):
        tale.go(MONTH + HOUR + days * 86400)
        assert (tale.told(), tale.invoices()[0]["attempt_count"]) == (["invoice.updated"], count)
    good = tale.stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=good)
    tale.go(MONTH + HOUR + 5 * 86400)
    assert (tale.bill()[0], tale.now()["status"]) == ("paid", "active")


def test_a_card_that_waits_for_its_holder_ends_it_all_the_same() -> None:
    """After the last planned try the subscription is canceled."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    asks = tale.stripe.post("/v1/payment_methods/pm_card_authenticationRequired/attach", {"customer": tale.customer})
    tale.change(default_payment_method=asks["id"])
    tale.go(MONTH + HOUR + 14 * 86400)
    assert (tale.now()["status"], tale.now()["cancellation_details"]["reason"]) == ("canceled", "payment_failed")
    assert tale.invoices()[0]["attempt_count"] == 8


def test_what_has_not_begun_bills_nothing_else() -> None:
    """Before its first invoice is paid a subscription keeps its items; a day later it is void. [documented]"""
    tale = Tale()
    bad = tale.stripe.post(BAD, {"customer": tale.customer})["id"]
    made = tale.subscribe(tale.price(1000), default_payment_method=bad)
    item = made["items"]["data"][0]["id"]
    assert made["status"] == "incomplete"
    assert tale.stripe.refused("POST", tale.path, {"items": [{"id": item, "quantity": 2}]})[0] == 400
    assert tale.stripe.refused("POST", f"/v1/subscription_items/{item}", {"quantity": 2})[0] == 400
    assert tale.change(metadata={"a": "b"})["metadata"] == {"a": "b"}
    tale.go(23 * HOUR)
    assert (tale.now()["status"], [row["status"] for row in tale.invoices()]) == ("incomplete_expired", ["void"])


def test_a_draft_that_advances_already_keeps_its_hour() -> None:
    """Saying `auto_advance` again, or anew, does not put the end of its grace off: it counts from its creation."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    tale.go(MONTH + HOUR // 2)
    draft = tale.invoices()[0]
    again = tale.stripe.post(f"/v1/invoices/{draft['id']}", {"auto_advance": True})
    assert again["automatically_finalizes_at"] == draft["automatically_finalizes_at"] == draft["created"] + HOUR
    tale.stripe.post(f"/v1/invoices/{draft['id']}", {"auto_advance": False})
    later = tale.stripe.post(f"/v1/invoices/{draft['id']}", {"auto_advance": True})
    assert later["automatically_finalizes_at"] == draft["created"] + HOUR


def test_why_somebody_leaves_is_asked_of_who_leaves() -> None:
    """Details of a cancellation that is none are refused."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    details = {"cancellation_details": {"feedback": "too_expensive"}}
    status, error = tale.stripe.refused("POST", tale.path, details)
    assert (status, "set to cancel" in error["message"]) == (400, True)
    tale.change(cancel_at_period_end=True, **details)
    assert tale.now()["cancellation_details"]["feedback"] == "too_expensive"


@pytest.mark.parametrize("free", [{"trial_period_days": 3}, {"discounts": True}])
def test_what_begins_with_nothing_to_pay_can_be_paid_for_later(free: dict[str, object]) -> None:
    """With `default_incomplete` there is an intent to set a payment method up, on trial or for nothing. [documented]"""
    tale = Tale(name="Ada")
    if "discounts" in free:
        coupon = tale.stripe.post("/v1/coupons", {"percent_off": 100, "duration": "once"})["id"]
        free = {"discounts": [{"coupon": coupon}]}
    made = tale.subscribe(tale.price(1000), payment_behavior="default_incomplete", **free)
    assert made["status"] in ("trialing", "active")
    intent = tale.stripe.get(f"/v1/setup_intents/{made['pending_setup_intent']}")
    assert (intent["status"], intent["customer"]) == ("requires_payment_method", tale.customer)
