"""The provider as OpenFeature sees it: types, errors, async twins, events."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC
from queue import Queue
from typing import Any

import pytest
from openfeature import api
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, ProviderFatalError
from openfeature.flag_evaluation import FlagEvaluationDetails
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from pinstripe_flags import Feature, Policy, Store, SubscriptionProvider, anonymous, for_customer
from pinstripe_flags.projection import Change
from tests.flags.shop import FEATURES, Shop, seconds

PATIENCE_SECONDS = 10
STORAGE = {"pro": {"gb": 5, "regions": ["eu"]}}


@pytest.fixture
def paid(lite: Engine) -> Shop:
    """A shop where `ada` has three units of the plan `pro`."""
    shop = Shop(lite)
    shop.subscribe(shop.customer("ada"), "pro", quantity=3)
    shop.deliver()
    shop.sell({**FEATURES, "ratio": {"pro": 0.5}, "storage": STORAGE, "banner": Feature.always("hello")})
    return shop


def test_an_answer_says_where_it_comes_from(paid: Shop) -> None:
    """Reason, variant, and metadata that are scalars all."""
    details = paid.ask("sso", "ada")
    assert (details.value, details.reason, details.variant) == (True, "TARGETING_MATCH", "pro")
    (row,) = paid.picture()["pinstripe_flags_subscription"]
    assert details.flag_metadata == {
        "subscription": row["id"],
        "customer": row["customer"],
        "status": "active",
        "as_of": seconds(paid.now),
        "quantity": 3,
        "policy": "until_dunning_ends",
    }


@pytest.mark.parametrize(
    "kind, flag, default, paid_value, free_value",
    [
        ("boolean", "sso", True, True, False),
        ("integer", "seats", 1, 5, 1),
        ("float", "ratio", 0.1, 0.5, 0.1),
        ("float", "seats", 1.0, 5.0, 1.0),
        ("string", "support", "forum", "mail", "forum"),
        ("object", "storage", {}, {"gb": 5, "regions": ["eu"]}, {}),
        ("string", "banner", "", "hello", "hello"),
    ],
)
def test_each_type_with_and_without_a_plan(
    paid: Shop, kind: str, flag: str, default: Any, paid_value: Any, free_value: Any
) -> None:
    """A paid yes is never the caller's default; and what is awaited is what is called."""
    called = getattr(paid.flags, f"get_{kind}_details")
    awaited = getattr(paid.flags, f"get_{kind}_details_async")
    for context, expected in [
        (for_customer("ada"), paid_value),
        (for_customer("bob"), free_value),
        (anonymous(), free_value),
    ]:
        details: FlagEvaluationDetails[Any] = called(flag, default, context)
        assert (details.value, type(details.value), details.error_code) == (expected, type(expected), None)
        assert asyncio.run(awaited(flag, default, context)) == details


@pytest.mark.parametrize(
    "kind, flag, code",
    [
        ("boolean", "no_such_flag", ErrorCode.FLAG_NOT_FOUND),
        ("boolean", "seats", ErrorCode.TYPE_MISMATCH),
        ("integer", "sso", ErrorCode.TYPE_MISMATCH),
        ("integer", "ratio", ErrorCode.TYPE_MISMATCH),
        ("string", "storage", ErrorCode.TYPE_MISMATCH),
    ],
)
def test_a_question_that_makes_no_sense_gets_the_default(paid: Shop, kind: str, flag: str, code: ErrorCode) -> None:
    """With the code and a sentence, called or awaited."""
    default = {"boolean": False, "integer": 1, "string": ""}[kind]
    details = getattr(paid.flags, f"get_{kind}_details")(flag, default, for_customer("ada"))
    assert (details.value, details.reason, details.error_code) == (default, "ERROR", code)
    assert flag in details.error_message
    assert asyncio.run(getattr(paid.flags, f"get_{kind}_details_async")(flag, default, for_customer("ada"))) == details


def test_a_missing_subject_is_logged(paid: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """So that an application can find the request that forgot who was asking."""
    with caplog.at_level(logging.WARNING, "pinstripe_flags"):
        paid.ask("sso", for_customer(None))
    assert [record.getMessage() for record in caplog.records] == [
        "sso was asked without a subject; its default was answered"
    ]


def test_a_structure_that_is_written_into_stays_as_declared(paid: Shop) -> None:
    """The caller gets a copy."""
    for _ in range(2):
        value: Any = paid.flags.get_object_value("storage", {}, for_customer("ada"))
        assert value == {"gb": 5, "regions": ["eu"]}
        value["regions"].append("us")


def test_a_database_that_is_gone_gives_the_default(paid: Shop) -> None:
    """The SDK reports the error and the page still renders."""
    with paid.database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE pinstripe_flags_customer")
    details = paid.ask("sso", "ada")
    assert (details.value, details.reason, details.error_code) == (False, "ERROR", ErrorCode.GENERAL)


def test_missing_tables_are_fatal_at_the_start() -> None:
    """Not at the first request: the message names the function that makes them."""
    provider = SubscriptionProvider(Store(create_engine("sqlite://")), features=FEATURES)
    with pytest.raises(ProviderFatalError, match=r"run pinstripe_flags.upgrade\(engine\) first"):
        api.set_provider_and_wait(provider)


def test_the_provider_has_a_name_and_a_default_policy(paid: Shop) -> None:
    """As hooks and telemetry will show it."""
    assert paid.provider.get_metadata().name == "pinstripe"
    assert paid.provider.policy == Policy.until_dunning_ends()


def test_the_machines_clock_is_the_default(paid: Shop) -> None:
    """It says a time zone, as every clock must."""
    assert SubscriptionProvider(paid.store, features=FEATURES).clock().tzinfo is UTC


def test_openfeature_is_told_which_flags_changed(paid: Shop) -> None:
    """A new subscription to `team` may change what names it, and nothing else, for that customer."""
    told: Queue[EventDetails] = Queue()
    paid.flags.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, told.put)
    customer = paid.customer("bob")
    paid.subscribe(customer, "team")
    paid.deliver()
    details = told.get(timeout=PATIENCE_SECONDS)
    assert details.flags_changed == ["seats", "sso", "support"]
    assert details.metadata == {"customer": customer}
    assert details.provider_name == "pinstripe"


def changes(shop: Shop) -> list[Change]:
    """What listeners are told from now on."""
    heard: list[Change] = []
    shop.store.listen(heard.append)
    return heard


@pytest.mark.parametrize("scoped", [False, True], ids=["session", "scoped_session"])
def test_a_change_is_told_after_the_commit_and_once(paid: Shop, *, scoped: bool) -> None:
    """Not while it could still be rolled back, not at the end of a savepoint, and not again at the next commit."""
    heard = changes(paid)
    paid.subscribe(paid.customer("bob"), "team")
    heard.clear()
    (created, *_) = paid.withhold()
    maker = sessionmaker(paid.database)
    session: Any = scoped_session(maker) if scoped else maker()
    with session.begin_nested():
        assert paid.store.apply(session, created)
    assert heard == []
    session.commit()
    assert [change.owner for change in heard] == [created.data.object.customer]
    session.commit()
    assert len(heard) == 1
    session.close()


def test_what_is_rolled_back_is_never_told(paid: Shop) -> None:
    """Nor by the next commit of the same session."""
    heard = changes(paid)
    with Session(paid.database) as session:
        paid.store.override(session, for_customer("ada"), "sso", value=False)
        session.rollback()
        paid.store.override(session, for_customer("ada"), "seats", 9)
        session.commit()
    assert heard == [Change("customer:ada", flags=frozenset({"seats"}))]


def test_an_event_that_changes_nothing_is_not_told(paid: Shop) -> None:
    """Neither duplicates nor a change of what no flag depends on."""
    subscription = paid.subscribe(paid.customer("bob"), "team")
    events = paid.withhold()
    paid.take_in(events)
    heard = changes(paid)
    paid.take_in(events)
    paid.turn(days=1)
    paid.stripe.v1.subscriptions.update(subscription, {"metadata": {"note": "called"}})
    (updated,) = paid.withhold()
    assert paid.take_in([updated]) == [False]
    assert heard == []


def test_a_provider_that_was_shut_down_listens_no_more(paid: Shop) -> None:
    """And one that is started again listens once."""
    told: list[Any] = []
    paid.provider.attach(lambda *event: told.append(event))
    paid.provider.initialize(anonymous())
    paid.subscribe(paid.customer("bob"), "team")
    paid.take_in(paid.withhold()[:1])
    assert len(told) == 1
    paid.provider.shutdown()
    paid.provider.shutdown()
    paid.subscribe(paid.customer("eve"), "team")
    paid.deliver()
    assert len(told) == 1
