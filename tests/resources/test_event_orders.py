"""The order in which each story is told: every row is a subsequence of what is told.

The rows are the order that logs of real accounts and Stripe's guides suggest; Stripe promises none. [second-hand]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.resources.paying import customer_acts
from tests.resources.tale import DAY, HOUR, MONTH, Tale

BROKE = "pm_card_chargeCustomerFail"
SCA = "pm_card_authenticationRequired"
PAID = ["charge.succeeded", "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded"]


def with_card(card: str) -> Tale:
    """A customer with this card as the default."""
    tale = Tale()
    change(tale, card)
    return tale


def change(tale: Tale, card: str) -> None:
    """Another default card."""
    attached = tale.stripe.post(f"/v1/payment_methods/{card}/attach", {"customer": tale.customer})["id"]
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"invoice_settings": {"default_payment_method": attached}})
    tale.told()


def subscribed(**terms: Any) -> Tale:
    """A customer who has just subscribed."""
    tale = Tale()
    tale.subscribe(tale.price(1000), **terms)
    tale.told()
    return tale


def creation(tale: Tale, **terms: Any) -> Tale:
    """A subscription is created."""
    tale.subscribe(tale.price(1000), **terms)
    return tale


def gone(to: int, **terms: Any) -> Tale:
    """Time passes after a subscription was created."""
    tale = subscribed(**terms)
    tale.go(to)
    return tale


def renewal_fails() -> Tale:
    """The card has stopped working when the first renewal is finalized."""
    tale = subscribed()
    tale.go(MONTH)
    change(tale, BROKE)
    tale.go(MONTH + HOUR)
    return tale


def authentication_fails() -> Tale:
    """The holder of the card does not prove who they are, so nobody charges it."""
    tale = creation(with_card(SCA))
    tale.told()
    customer_acts(tale.stripe, tale.stripe.get("/v1/payment_intents")["data"][0]["id"], succeed=False)
    return tale


def recovery() -> Tale:
    """It works again on the day of the next try."""
    tale = renewal_fails()
    change(tale, "pm_card_visa")
    tale.go(MONTH + HOUR + DAY)
    return tale


def exhaustion() -> Tale:
    """It never works again."""
    tale = renewal_fails()
    tale.go(MONTH + HOUR + 13 * DAY)
    tale.told()
    tale.go(MONTH + HOUR + 14 * DAY)
    return tale


def upgrade(prorates: str) -> Tale:
    """Two instead of one, in mid-period."""
    tale = gone(14 * DAY)
    tale.told()
    item = tale.now()["items"]["data"][0]["id"]
    tale.change(items=[{"id": item, "quantity": 2}], proration_behavior=prorates)
    return tale


def cancellation(to: int) -> Tale:
    """Canceled at the end of the period."""
    tale = subscribed()
    tale.change(cancel_at_period_end=True)
    if to:
        tale.told()
        tale.go(to)
    return tale


def gone_unpaid() -> Tale:
    """The first invoice is never paid."""
    tale = Tale()
    tale.subscribe(tale.price(1000), payment_behavior="default_incomplete")
    tale.told()
    tale.go(23 * HOUR)
    return tale


STORIES: dict[str, tuple[Callable[[], Tale], Sequence[str]]] = {
    "created, a good card": (
        lambda: creation(Tale()),
        [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    "created, declined": (
        lambda: creation(with_card(BROKE)),
        [
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "customer.subscription.created",
            "invoice.updated",
            "invoice.payment_failed",
        ],
    ),
    "created, 3D Secure": (
        lambda: creation(with_card(SCA)),
        [
            "payment_intent.created",
            "payment_intent.requires_action",
            "customer.subscription.created",
            "invoice.payment_action_required",
            "invoice.payment_failed",
        ],
    ),
    "3D Secure fails": (
        authentication_fails,
        ["payment_intent.payment_failed", "invoice.updated", "invoice.payment_failed"],
    ),
    "created, a trial": (
        lambda: creation(Tale(), trial_period_days=10),
        [
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.created",
        ],
    ),
    "three days before the end of a trial": (
        lambda: gone(7 * DAY, trial_period_days=10),
        ["invoice.upcoming", "customer.subscription.trial_will_end"],
    ),
    "the end of a trial": (
        lambda: gone(10 * DAY, trial_period_days=10),
        ["customer.subscription.trial_will_end", "invoice.created", "customer.subscription.updated"],
    ),
    "an hour after the end of a trial": (
        lambda: gone(10 * DAY + HOUR, trial_period_days=10),
        ["invoice.created", "customer.subscription.updated", "invoice.finalized", "payment_intent.created", *PAID],
    ),
    "a renewal": (
        lambda: gone(MONTH + HOUR),
        [
            "invoice.upcoming",
            "invoice.created",
            "customer.subscription.updated",
            "invoice.finalized",
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    "a renewal that fails": (
        renewal_fails,
        [
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.updated",
            "invoice.payment_failed",
            "customer.subscription.updated",
        ],
    ),
    "a recovery": (
        recovery,
        [
            "charge.succeeded",
            "payment_intent.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
        ],
    ),
    "the last try": (exhaustion, ["charge.failed", "invoice.payment_failed", "customer.subscription.deleted"]),
    "a change, invoiced at once": (
        lambda: upgrade("always_invoice"),
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            *PAID,
            "customer.subscription.updated",
        ],
    ),
    "a change that waits": (
        lambda: upgrade("create_prorations"),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
    ),
    "a cancellation at the end of the period": (lambda: cancellation(0), ["customer.subscription.updated"]),
    "and that end": (lambda: cancellation(MONTH), ["customer.subscription.deleted"]),
    "23 hours without payment": (
        gone_unpaid,
        ["payment_intent.canceled", "invoice.voided", "customer.subscription.updated"],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_told_in_its_order(story: str) -> None:
    """The row is found in what is told, in its order."""
    play, row = STORIES[story]
    told = play().told()
    rest = iter(told)
    missing = [type_ for type_ in row if type_ not in rest]
    assert not missing, f"{missing} not in their place in {told}"


def test_a_story_of_nothing_has_nothing_to_tell() -> None:
    """The search for a subsequence finds what is not there: an order reversed is missed."""
    rest = iter(["invoice.finalized", "invoice.created"])
    assert [type_ for type_ in ("invoice.created", "invoice.finalized") if type_ not in rest] == ["invoice.finalized"]
