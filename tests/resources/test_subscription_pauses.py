"""Pauses: of the collection of invoices, and of a subscription as a whole."""

from __future__ import annotations

import pytest
from tests.client import NOW
from tests.resources.tale import DAY, HOUR, MONTH, Tale


@pytest.mark.parametrize(
    "behavior, status, told",
    [
        ("void", "void", ["invoice.created", "customer.subscription.updated", "invoice.voided"]),
        ("keep_as_draft", "draft", ["invoice.created", "customer.subscription.updated", "invoice.updated"]),
        (
            "mark_uncollectible",
            "uncollectible",
            [
                "invoice.created",
                "customer.subscription.updated",
                "invoice.finalized",
                "payment_intent.created",
                "invoice.marked_uncollectible",
            ],
        ),
    ],
)
def test_invoices_of_a_paused_collection_are_not_collected(behavior: str, status: str, told: list[str]) -> None:
    """The subscription stays active, and after `resumes_at` the next invoice is paid as ever."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    tale.change(pause_collection={"behavior": behavior, "resumes_at": NOW + MONTH + DAY})
    tale.told()
    tale.go(MONTH + HOUR)
    assert tale.told() == told
    assert (tale.now()["status"], tale.bill()[0]) == ("active", status)
    tale.go(MONTH + DAY)
    assert tale.now()["pause_collection"] is None
    tale.go(MONTH + 31 * DAY + HOUR)
    assert tale.bill()[0] == "paid"


@pytest.mark.parametrize(
    "behavior, status", [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")]
)
def test_neither_are_those_of_a_change(behavior: str, status: str) -> None:
    """All invoices made during the pause are kept back, also one that is asked for at once. [documented]"""
    tale = Tale()
    item = tale.subscribe(tale.price(2800))["items"]["data"][0]["id"]
    tale.change(pause_collection={"behavior": behavior})
    tale.go(14 * DAY)
    tale.told()
    changed = tale.change(items=[{"id": item, "quantity": 2}], proration_behavior="always_invoice")
    assert (changed["status"], changed["quantity"], tale.bill()[0]) == ("active", 2, status)
    assert "charge.succeeded" not in tale.told()


def test_a_voided_invoice_leaves_the_balance_alone() -> None:
    """The credit waits for an invoice that is collected."""
    tale = Tale()
    tale.subscribe(tale.price(1000))
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"balance": -300})
    tale.change(pause_collection={"behavior": "void"})
    tale.go(MONTH + HOUR)
    assert tale.bill()[0] == "void"
    void = tale.invoices()[0]
    assert (void["starting_balance"], void["ending_balance"]) == (-300, -300)
    assert tale.stripe.get(f"/v1/customers/{tale.customer}")["balance"] == -300
    assert tale.change(pause_collection="")["pause_collection"] is None


def test_a_pause_on_request_credits_what_is_not_used() -> None:
    """After 14 of 28 days 14.00 of 28.00 wait; there are no invoices while it rests."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.go(14 * DAY)
    tale.told()
    paused = tale.stripe.post(f"{tale.path}/pause")
    assert tale.told() == [
        "invoiceitem.created",
        "customer.subscription.updated",
        "customer.subscription.paused",
    ]
    details = paused["status_details"]["paused"]
    assert (paused["status"], details["subscription"]["type"]) == ("paused", "pause_requested")
    assert tale.period() == (0, 14 * DAY)
    tale.go(40 * DAY)
    assert (len(tale.invoices()), tale.told()) == (1, [])


def test_a_pause_gives_up_what_waits() -> None:
    """The change that the card's holder has not agreed to is nothing that a payment could still bring about."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    card = tale.stripe.post("/v1/payment_methods/pm_card_authenticationRequired/attach", {"customer": tale.customer})
    item = tale.now()["items"]["data"][0]["id"]
    more = {"items": [{"id": item, "quantity": 2}], "proration_behavior": "always_invoice"}
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"invoice_settings": {"default_payment_method": card["id"]}})
    assert tale.change(**more, payment_behavior="pending_if_incomplete")["pending_update"] is not None
    paused = tale.stripe.post(f"{tale.path}/pause")
    assert (paused["status"], paused["pending_update"], tale.bill()[0]) == ("paused", None, "void")


def test_it_is_resumed_by_a_payment_in_the_request() -> None:
    """28.00 for the new period less the 14.00 that wait."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.go(14 * DAY)
    tale.stripe.post(f"{tale.path}/pause")
    tale.go(20 * DAY)
    resumed = tale.stripe.post(f"{tale.path}/resume", {"payment_behavior": "resume_on_payment_success"})
    assert (resumed["status"], resumed["billing_cycle_anchor"]) == ("active", NOW + 20 * DAY)
    assert "status_details" not in resumed
    assert tale.bill() == (
        "paid",
        [("Unused time on Gold after 14 Feb 2027", -1400), ("1 \u00d7 Gold (at $28.00 / month)", 2800)],
    )
    assert "customer.subscription.resumed" in tale.told()


def test_an_invoice_nobody_pays_is_voided_after_23_hours() -> None:
    """The subscription stays paused, and can be resumed again."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.stripe.post(f"{tale.path}/pause", {"bill_for": {"unused_time_from": {"type": "none"}}})
    waiting = tale.stripe.post(f"{tale.path}/resume")
    assert (waiting["status"], tale.bill()[0]) == ("paused", "open")
    assert waiting["pending_update"]["expires_at"] == NOW + 23 * HOUR
    tale.told()
    tale.go(23 * HOUR)
    assert (tale.now()["status"], tale.now()["pending_update"], tale.bill()[0]) == ("paused", None, "void")
    assert tale.told()[-2:] == ["customer.subscription.pending_update_expired", "customer.subscription.updated"]
    tale.stripe.post(f"{tale.path}/resume")
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay")
    assert tale.now()["status"] == "active"


def test_a_payment_that_comes_too_late_resumes_nothing() -> None:
    """The subscription was canceled while its resumption waited, and stays so."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.stripe.post(f"{tale.path}/pause", {"bill_for": {"unused_time_from": {"type": "none"}}})
    tale.stripe.post(f"{tale.path}/resume")
    tale.stripe.ask("DELETE", tale.path)
    tale.stripe.post(f"/v1/invoices/{tale.invoices()[0]['id']}/pay")
    assert (tale.bill()[0], tale.now()["status"]) == ("paid", "canceled")


def test_unchanged_periods_are_as_if_it_had_never_rested() -> None:
    """14 days of the period are left when it goes on after 14: half of 28.00 waits for the next invoice."""
    tale = Tale()
    tale.subscribe(tale.price(2800))
    tale.stripe.post(f"{tale.path}/pause", {"bill_for": {"unused_time_from": {"type": "none"}}})
    tale.go(14 * DAY)
    resumed = tale.stripe.post(f"{tale.path}/resume", {"billing_cycle_anchor": {"type": "unchanged"}})
    assert (resumed["status"], tale.period()) == ("active", (0, MONTH))
    tale.go(MONTH + HOUR)
    assert tale.bill()[1][0] == ("Remaining time on Gold after 14 Feb 2027", 1400)


def test_only_what_is_paused_is_resumed() -> None:
    """And a subscription that is sent its invoices cannot be paused."""
    tale = Tale()
    tale.subscribe(tale.price(1000), collection_method="send_invoice", days_until_due=7)
    assert tale.stripe.refused("POST", f"{tale.path}/resume")[0] == 400
    status, error = tale.stripe.refused("POST", f"{tale.path}/pause")
    assert (status, "send_invoice" in error["message"]) == (400, True)


def test_classic_billing_can_be_left_for_good() -> None:
    """Once."""
    tale = Tale()
    tale.subscribe(tale.price(1000), billing_mode={"type": "classic"})
    flexible = {"billing_mode": {"type": "flexible"}}
    assert tale.stripe.post(f"{tale.path}/migrate", flexible)["billing_mode"]["type"] == "flexible"
    assert tale.stripe.refused("POST", f"{tale.path}/migrate", flexible)[0] == 400
