"""What plans contain, and which of several subscriptions answers."""

from __future__ import annotations

from typing import Any

import pytest
from openfeature.flag_evaluation import FlagType

from pinstripe_flags import Feature, PerUnit, Policy
from pinstripe_flags.decision import decide
from pinstripe_flags.subscription import Subscription
from tests.flags.states import NOW, item, standing, state

POLICY = Policy.until_dunning_ends()


def decided(declaration: Any, *subscriptions: Subscription) -> tuple[bool, Any, str | None]:
    """Whether a feature is granted, its value, and by which plan."""
    decision = decide(Feature.declared(declaration), tuple(map(standing, subscriptions)), POLICY, NOW)
    return decision.granted, decision.value, decision.plan


@pytest.mark.parametrize(
    "declaration, subscriptions, expected",
    [
        (["pro", "team"], [], (False, None, None)),
        (["pro", "team"], [state()], (True, True, "pro")),
        (["prod_pro"], [state()], (True, True, "prod_pro")),
        (["price_pro"], [state()], (True, True, "price_pro")),
        (["team"], [state()], (False, None, None)),
        ({"pro": 5, "team": 50}, [state("active", item("team"), item("pro"))], (True, 50, "team")),
        ({"team": 50, "pro": 5}, [state("active", item("pro")), state("active", item("team"))], (True, 50, "team")),
        ({"pro": "mail", "team": "phone"}, [state("active", item("team")), state()], (True, "phone", "team")),
        ({"team": 50, "pro": 5}, [state("canceled", item("team")), state()], (True, 5, "pro")),
        ({"pro": PerUnit(2)}, [state("active", item("pro", 10)), state("active", item("pro", 3))], (True, 20, "pro")),
        ({"pro": PerUnit(2)}, [state("active", item("pro", None))], (True, 2, "pro")),
        ({"pro": PerUnit(2)}, [state("active", item("pro", 0))], (True, 0, "pro")),
    ],
)
def test_the_best_of_all_subscriptions_answers(
    declaration: Any, subscriptions: list[Subscription], expected: tuple[bool, Any, str | None]
) -> None:
    """The largest number, or the plan named last; in whatever order the subscriptions come."""
    assert decided(declaration, *subscriptions) == expected
    assert decided(declaration, *reversed(subscriptions)) == expected


def test_among_equals_the_better_status_speaks() -> None:
    """Two subscriptions to one plan: the metadata are those of the one that is paid."""
    late, paid = state("past_due", id="sub_late"), state("active", id="sub_paid")
    for order in ([late, paid], [paid, late]):
        decision = decide(Feature.declared(["pro"]), tuple(map(standing, order)), POLICY, NOW)
        assert (decision.metadata["subscription"], decision.metadata["status"]) == ("sub_paid", "active")


def test_without_access_the_best_one_says_why_not() -> None:
    """Canceled last year and unpaid now: unpaid is the reason."""
    known = (standing(state("canceled", id="sub_old")), standing(state("unpaid", id="sub_new")))
    decision = decide(Feature.declared(["pro"]), known, POLICY, NOW)
    assert not decision.granted
    assert decision.metadata == {
        "subscription": "sub_new",
        "customer": "cus_1",
        "status": "unpaid",
        "as_of": NOW,
        "quantity": 1,
        "policy": "until_dunning_ends",
    }


@pytest.mark.parametrize(
    "declaration, kind, without_plan",
    [
        (["pro"], FlagType.BOOLEAN, False),
        ({"pro"}, FlagType.BOOLEAN, False),
        ({"pro": True, "team": False}, FlagType.BOOLEAN, False),
        ({"pro": 5}, FlagType.INTEGER, "default"),
        ({"pro": PerUnit(1)}, FlagType.INTEGER, "default"),
        ({"pro": 0.5}, FlagType.FLOAT, "default"),
        ({"pro": "mail"}, FlagType.STRING, "default"),
        ({"pro": {"gb": 1}}, FlagType.OBJECT, "default"),
        (Feature({"pro": 5}, otherwise=1), FlagType.INTEGER, 1),
        (Feature.always("green"), FlagType.STRING, "green"),
    ],
    ids=repr,
)
def test_a_declaration_has_a_type_and_a_value_without_plan(
    declaration: Any, kind: FlagType, without_plan: object
) -> None:
    """A feature of yes and no is never yes by default; others leave it to the caller, unless told."""
    feature = Feature.declared(declaration)
    assert (feature.kind, feature.without_plan("default")) == (kind, without_plan)


@pytest.mark.parametrize(
    "declaration", ["pro", True, 5, None, [], {}, {"pro": 1, "team": "many"}, {"": 1}, {"pro": None}, [1]], ids=repr
)
def test_a_declaration_that_could_be_meant_otherwise_is_refused(declaration: Any) -> None:
    """A text alone may be a plan or a value; mixed types are no type."""
    with pytest.raises(TypeError):
        Feature.declared(declaration)
