"""Updates that wait for their money, and subscriptions whose invoices are sent."""

from __future__ import annotations

from tests.client import NOW
from tests.resources.tale import DAY, HOUR, Tale

UPGRADE = {"payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}


def upgraded(tale: Tale) -> None:
    """A subscription to 28.00 that wants 56.00, with a card that does not pay."""
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    bad = tale.stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": tale.customer})["id"]
    tale.change(default_payment_method=bad)
    tale.change(items=[{"id": item, "price": tale.price(5600)}], **UPGRADE)


def amount(tale: Tale) -> int:
    """What the subscription costs."""
    return int(tale.now()["items"]["data"][0]["price"]["unit_amount"])


def test_a_change_that_is_not_paid_for_waits() -> None:
    """The subscription is as it was, and says what it would be until the day after."""
    tale = Tale()
    upgraded(tale)
    waiting = tale.now()
    assert (waiting["status"], amount(tale)) == ("active", 2800)
    update = waiting["pending_update"]
    assert update["expires_at"] == NOW + 23 * HOUR
    assert [item["price"]["unit_amount"] for item in update["subscription_items"]] == [5600]


def test_paying_for_it_applies_it() -> None:
    """The invoice's money is what it waited for."""
    tale = Tale()
    upgraded(tale)
    tale.told()
    good = tale.stripe.post("/v1/payment_methods/pm_card_visa/attach", {"customer": tale.customer})["id"]
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay", {"payment_method": good})
    assert (amount(tale), tale.now()["pending_update"]) == (5600, None)
    assert "customer.subscription.pending_update_applied" in tale.told()


def test_after_23_hours_it_is_given_up() -> None:
    """The invoice is void and nothing has changed."""
    tale = Tale()
    upgraded(tale)
    tale.told()
    tale.go(23 * HOUR)
    assert (amount(tale), tale.now()["pending_update"], tale.bill()[0]) == (2800, None, "void")
    assert "customer.subscription.pending_update_expired" in tale.told()


def test_only_items_can_wait() -> None:
    """Anything else beside them is refused. [documented]"""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    status, error = tale.stripe.refused("POST", tale.path, {"metadata": {"a": "b"}, **UPGRADE})
    assert (status, error["param"]) == (400, "metadata")


def test_an_invoice_that_is_sent_is_told_of_and_becomes_overdue() -> None:
    """A draft for an hour, then sent; a week later it is overdue, and paid the subscription is active again."""
    tale = Tale()
    made = tale.subscribe(tale.price(1000), collection_method="send_invoice", days_until_due=7)
    assert (made["status"], made["days_until_due"], tale.bill()[0]) == ("active", 7, "draft")
    tale.told()
    tale.go(HOUR)
    assert tale.told() == ["invoice.updated", "invoice.finalized", "payment_intent.created", "invoice.sent"]
    tale.go(7 * DAY)
    assert tale.told() == ["invoice.overdue", "customer.subscription.updated"]
    assert tale.now()["status"] == "past_due"
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay", {"paid_out_of_band": True})
    assert tale.now()["status"] == "active"
