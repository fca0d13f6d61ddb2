"""Events come twice, late, in any order and at once; what they leave behind is the same."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import permutations
from random import Random
from time import monotonic
from typing import Any

import pytest
import stripe
from sqlalchemy import Engine, delete, text
from sqlalchemy.orm import Session

from pinstripe_flags import Store, upgrade
from pinstripe_flags.projection import plain
from pinstripe_flags.subscription import Subscription
from pinstripe_flags.tables import INVOICES, METADATA, SUBSCRIPTIONS
from tests.flags.shop import Shop

TIMES = pytest.mark.parametrize("test_clock", [False, True], ids=["account's time", "test clock"])
WORKERS = 8
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def recovered(shop: Shop) -> tuple[str, list[stripe.Event], list[stripe.Event]]:
    """A subscription paid in January, declined in February, paid in March: its beginning, and the rest."""
    customer = shop.customer("ada")
    shop.subscribe(customer, "pro")
    shop.pay_with(customer, "chargeCustomerFail")
    beginning = shop.withhold()
    with shop.withholding() as rest:
        shop.turn(days=28, hours=1)
        shop.pay_with(customer, "visa")
        shop.turn(days=1)
    return customer, beginning, rest


def types(events: Iterable[stripe.Event]) -> list[str]:
    """The types of events, in their order."""
    return [event.type for event in events]


def emptied(shop: Shop) -> None:
    """Forget all billing state."""
    with shop.session() as session:
        for table in METADATA.sorted_tables:
            session.execute(delete(table))


@TIMES
def test_every_order_of_a_recovery_ends_in_the_same_state(lite: Engine, test_clock: bool) -> None:
    """Five events, 120 orders, one picture: active, nothing owed, the period that runs until the end of March."""
    shop = Shop(lite, test_clock=test_clock)
    _, beginning, told = recovered(shop)
    rest = [plain(event) for event in told if event.type != "invoice.updated"]
    assert [event["type"] for event in rest] == [
        "customer.subscription.updated",
        "invoice.payment_failed",
        "customer.subscription.updated",
        "invoice.paid",
        "customer.subscription.updated",
    ]
    shop.take_in([*beginning, *rest])
    expected = shop.picture()
    details = shop.ask("sso", "ada")
    assert (details.value, details.flag_metadata["status"]) == (True, "active")
    billing = {table.name: table for table in (SUBSCRIPTIONS, INVOICES)}
    emptied(shop)
    shop.take_in(beginning)
    for order in permutations(rest):
        with Session(lite) as session:
            for event in order:
                shop.store.apply(session, event)
            left = {name: shop.picture_in(session.connection(), table)[name] for name, table in billing.items()}
            assert left == {name: expected[name] for name in billing}, [event["id"] for event in order]
            session.rollback()


@TIMES
def test_a_doubled_and_shuffled_life_ends_in_the_same_state(database: Engine, test_clock: bool) -> None:
    """From the first payment to the end of dunning, everything twice, in five random orders."""
    shop = Shop(database, test_clock=test_clock)
    customer, beginning, rest = recovered(shop)
    shop.pay_with(customer, "chargeCustomerFail")
    with shop.withholding() as end:
        shop.turn(days=50)
    life = [*beginning, *rest, *end]
    assert types(life)[-1] == "customer.subscription.deleted"
    shop.take_in(life)
    expected = shop.picture()
    assert expected["pinstripe_flags_subscription"][0]["status"] == "canceled"
    for seed in range(5):
        emptied(shop)
        order = [*life, *life]
        Random(seed).shuffle(order)
        shop.take_in(order)
        with shop.session() as session:
            shop.store.link(session, "ada", customer)
        assert shop.picture() == expected, seed


def test_an_event_that_is_known_changes_nothing(shop: Shop) -> None:
    """The second time every event of a story answers so."""
    _, beginning, rest = recovered(shop)
    assert any(shop.take_in([*beginning, *rest]))
    assert not any(shop.take_in([*beginning, *rest]))


def test_workers_at_once_never_meet_a_unique_violation(shop: Shop) -> None:
    """Eight workers, each with every event of a story in an order of its own, all starting at the same moment."""
    customer, beginning, rest = recovered(shop)
    shop.take_in([*beginning, *rest])
    expected = shop.picture()
    emptied(shop)
    barrier = threading.Barrier(WORKERS)

    def work(seed: int) -> None:
        order = [*beginning, *rest]
        Random(seed).shuffle(order)
        barrier.wait()
        shop.take_in(order)
        with shop.session() as session:
            shop.store.link(session, "ada", customer)

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))
    assert shop.picture() == expected


def test_a_worker_waits_for_another_that_holds_the_same_subscription(flags_postgres: Engine) -> None:
    """While one worker asks Stripe, between reading and writing, another brings the next event; none is lost."""
    upgrade(flags_postgres)
    shop = Shop(flags_postgres)
    emptied(shop)
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    shop.turn(days=1)
    for wanted in (True, False, True):
        shop.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": wanted})
    cancelled, undone, again = shop.withhold()
    shop.take_in([cancelled])
    others: list[Future[list[bool]]] = []

    def slowly(id_: str) -> stripe.Subscription:
        others.append(workers.submit(shop.take_in, [again]))
        deadline = monotonic() + 30
        with flags_postgres.connect() as connection:
            while not (connection.execute(WAITING).scalar_one() or others[0].done()):
                assert monotonic() < deadline, "the other worker neither waits nor ends"
        return shop.stripe.v1.subscriptions.retrieve(id_)

    with ThreadPoolExecutor(1) as workers, shop.session() as session:
        assert not others
        Store(flags_postgres, refetch=slowly).apply(session, undone)
        assert not others[0].done()
    (row,) = shop.picture()["pinstripe_flags_subscription"]
    assert (row["cancel_at_period_end"], len(row["lineage"])) == (True, 3)


def test_where_events_of_one_second_leave_a_doubt_stripe_is_asked(shop: Shop) -> None:
    """Cancelled, undone and cancelled for good within one second, and the first event is lost: a circle."""
    asked: list[str] = []

    def refetch(id_: str) -> stripe.Subscription:
        asked.append(id_)
        return shop.stripe.v1.subscriptions.retrieve(id_)

    shop.store = Store(shop.database, refetch=refetch)
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    shop.turn(days=1)
    assert asked == []
    for wanted in (True, False, True):
        shop.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": wanted})
    _, undone, cancelled = shop.withhold()
    shop.take_in([cancelled, undone])
    assert asked == [subscription]
    (row,) = shop.picture()["pinstripe_flags_subscription"]
    assert row["cancel_at_period_end"] is True


def test_what_the_sdk_hands_over_and_what_json_says_are_the_same(shop: Shop) -> None:
    """An event of the SDK's classes, and the same as a dictionary: the second changes nothing."""
    shop.subscribe(shop.customer("ada"), "pro")
    (created, paid) = shop.withhold()
    assert not isinstance(created, dict)
    assert shop.take_in([created]) == [True]
    assert shop.take_in([plain(created), plain(paid)]) == [False, False]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "customer.created", "data": {"object": {"id": "cus_1"}}},
        {"type": "v1.billing.meter.error_report_triggered", "related_object": {"id": "mtr_1"}},
        {
            "type": "invoice.payment_failed",
            "created": 1,
            "data": {"object": {"id": "in_1", "status": "open", "parent": None, "next_payment_attempt": None}},
        },
    ],
    ids=["another object", "a thin event", "an invoice of no subscription"],
)
def test_events_of_no_concern_change_nothing(lite: Engine, event: dict[str, Any]) -> None:
    """A webhook may hand over everything it gets."""
    with Session(lite) as session, session.begin():
        assert Store(lite).apply(session, event) is False


def test_what_is_rolled_back_was_never_told(shop: Shop) -> None:
    """The picture belongs to the transaction of the webhook handler; Stripe will deliver the event again."""
    shop.subscribe(shop.customer("ada"), "pro")
    (created, _) = shop.withhold()
    with Session(shop.database) as session:
        assert shop.store.apply(session, created)
        session.rollback()
    assert not shop.has("sso", "ada")
    assert shop.take_in([created]) == [True]
    assert shop.has("sso", "ada")


def test_periods_are_read_where_older_versions_have_them() -> None:
    """Before 2025-03-31.basil the period stood on the subscription, and anything may be expanded."""
    price = {"id": "price_1", "lookup_key": None, "product": {"id": "prod_1", "object": "product"}}
    subscription = {
        "id": "sub_1",
        "customer": {"id": "cus_1", "object": "customer"},
        "status": "active",
        "current_period_start": 1,
        "current_period_end": 2,
        "items": {"data": [{"id": "si_1", "price": price, "quantity": 3}]},
    }
    read = Subscription.from_stripe(subscription)
    assert (read.customer, read.current_period_start, read.current_period_end) == ("cus_1", 1, 2)
    assert read.names == {"prod_1", "price_1"}
