"""Many questions, one query; and a cache that goes by value and ends with its request."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from openfeature.evaluation_context import EvaluationContext
from sqlalchemy import insert

from pinstripe_flags import anonymous, assert_max_queries, for_customer, for_global
from pinstripe_flags.tables import CUSTOMERS, SUBSCRIPTIONS
from tests.flags.shop import Shop
from tests.flags.states import NOW, item, state

SUBJECTS = [f"org_{n}" for n in range(500)]
FLAGS = [f"flag_{n}" for n in range(10)]


@pytest.fixture
def crowded(shop: Shop) -> Shop:
    """A shop with 500 customers, of whom every other pays, and 10 flags of the plan."""
    states = [state(id=f"sub_{subject}", customer=f"cus_{subject}") for subject in SUBJECTS[::2]]
    with shop.session() as session:
        links = [{"customer": f"cus_{subject}", "subject": subject} for subject in SUBJECTS]
        session.execute(insert(CUSTOMERS), links)
        session.execute(insert(SUBSCRIPTIONS), [{**one.to_json(), "as_of": NOW, "lineage": []} for one in states])
    shop.sell({flag: ["pro"] for flag in FLAGS})
    return shop


def test_500_subjects_by_10_flags_are_one_query(crowded: Shop) -> None:
    """5,000 answers, one statement, every other subject with access, each answer told as read before."""
    contexts = [for_customer(subject) for subject in SUBJECTS]
    with assert_max_queries(crowded.database, 1) as statements, crowded.store.preload(contexts, FLAGS):
        table = [[crowded.ask(flag, subject) for flag in FLAGS] for subject in SUBJECTS]
    assert len(statements) == 1
    assert [[details.value for details in row] for row in table] == [[True] * 10, [False] * 10] * 250
    assert {details.reason for row in table for details in row} == {"CACHED"}
    assert [table[0][0].flag_metadata["reason"], table[1][0].flag_metadata["reason"]] == ["TARGETING_MATCH", "DEFAULT"]
    assert table[0][0].variant == "pro"


def test_without_preload_each_question_is_a_query(crowded: Shop) -> None:
    """Which is what the test helper is there to find."""
    too_many = pytest.raises(AssertionError, match="3 queries, at most 1 expected")
    with too_many, assert_max_queries(crowded.database, 1):
        assert [crowded.ask("flag_0", subject).value for subject in SUBJECTS[:3]] == [True, False, True]


def test_a_request_reads_a_subject_once(crowded: Shop) -> None:
    """An empty preload is a cache: equal contexts share what was read, whatever objects they are."""
    with crowded.store.preload(), assert_max_queries(crowded.database, 1):
        reasons = [crowded.flags.get_boolean_details(flag, False, for_customer("org_0")).reason for flag in FLAGS]
    assert reasons == ["TARGETING_MATCH", *["CACHED"] * 9]


def test_nobody_is_no_query(crowded: Shop) -> None:
    """Visitors and missing customers have no plan to look up."""
    with assert_max_queries(crowded.database, 0), crowded.store.preload([anonymous(), for_customer(None)], FLAGS):
        assert crowded.ask("flag_0", anonymous()).reason == "DEFAULT"
        assert crowded.ask("flag_0", for_customer(None)).reason == "ERROR"


def test_subjects_are_never_mixed_up(shop: Shop) -> None:
    """A subject that looks like a scope, a global override and a plan, all in one query."""
    shop.subscribe(shop.customer("global"), "pro")
    shop.deliver()
    with shop.session() as session:
        shop.store.override(session, for_global(), "seats", 1000)
        shop.store.override(session, for_customer("customer:global"), "seats", 3)
    contexts = [for_global(), for_customer("global"), for_customer("customer:global"), for_customer("")]
    with assert_max_queries(shop.database, 1), shop.store.preload(contexts):
        assert [shop.ask("seats", context).value for context in contexts] == [1000, 5, 3, 1]


def test_a_flag_that_was_not_preloaded_is_asked(shop: Shop) -> None:
    """A preload of some flags knows nothing of another flag's override."""
    with shop.session() as session:
        shop.store.override(session, for_customer("ada"), "seats", 7)
    with shop.store.preload([for_customer("ada")], ["sso"]), assert_max_queries(shop.database, 1):
        assert shop.ask("sso", "ada").value is False
        assert shop.ask("seats", "ada").value == 7
        assert shop.ask("sso", "ada").value is False


def test_a_change_within_the_request_is_seen(shop: Shop) -> None:
    """What this request has committed is not hidden by what it had read."""
    with shop.store.preload([for_customer("ada")]):
        assert not shop.has("sso", "ada")
        shop.subscribe(shop.customer("ada"), "pro")
        shop.deliver()
        assert shop.has("sso", "ada")


def test_a_preload_within_another_knows_both(crowded: Shop) -> None:
    """The inner one adds to the outer one and takes its own away again."""
    first, second = for_customer("org_0"), for_customer("org_2")
    with crowded.store.preload([first]), assert_max_queries(crowded.database, 2):
        with crowded.store.preload([second]):
            assert [crowded.ask("flag_0", context).reason for context in (first, second)] == ["CACHED", "CACHED"]
        assert crowded.ask("flag_0", second).reason == "TARGETING_MATCH"


def test_requests_do_not_see_each_others_cache(crowded: Shop) -> None:
    """A thread and a task that began before the preload read for themselves."""
    context = for_customer("org_0")
    started, loaded = threading.Event(), threading.Event()

    def other_request() -> str:
        started.set()
        assert loaded.wait(10)
        return str(crowded.ask("flag_0", context).reason)

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(other_request)
        assert started.wait(10)
        with crowded.store.preload([context]):
            loaded.set()
            assert other.result() == "TARGETING_MATCH"
            assert crowded.ask("flag_0", context).reason == "CACHED"
    assert crowded.ask("flag_0", context).reason == "TARGETING_MATCH"


def test_tasks_of_a_request_share_its_cache(crowded: Shop) -> None:
    """Twenty concurrent questions of one request, one query."""

    async def ask(context: EvaluationContext) -> bool:
        return await crowded.flags.get_boolean_value_async("flag_0", False, context)

    async def request() -> list[bool]:
        with crowded.store.preload([for_customer(subject) for subject in SUBJECTS[:20]]):
            return await asyncio.gather(*(ask(for_customer(subject)) for subject in SUBJECTS[:20]))

    with assert_max_queries(crowded.database, 1):
        assert asyncio.run(request()) == [True, False] * 10


def test_a_subject_with_many_subscriptions_is_still_one_query(shop: Shop) -> None:
    """Rows multiply, statements do not."""
    plans = [state("canceled", item("team"), id=f"sub_{n}", customer="cus_1") for n in range(50)]
    with shop.session() as session:
        session.execute(insert(CUSTOMERS), [{"customer": "cus_1", "subject": "ada"}])
        rows = [{**one.to_json(), "as_of": NOW, "lineage": []} for one in [*plans, state(id="sub_pro")]]
        session.execute(insert(SUBSCRIPTIONS), rows)
    with assert_max_queries(shop.database, 1), shop.store.preload([for_customer("ada")], ["seats"]):
        assert shop.ask("seats", "ada").value == 5
