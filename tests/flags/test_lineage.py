"""The last state of a subscription, whatever the order in which its events come."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe_flags.lineage import Lineage, Step
from pinstripe_flags.subscription import Subscription, overlay
from tests.flags.states import NOW, item, state

ACTIVE, PAST_DUE = state("active"), state("past_due")
LEAVING = state("active", cancel_at_period_end=True)
TEAM = state("active", item("team"))


def walk(*states: Subscription, at: int = NOW) -> list[Step]:
    """The events of a subscription that goes through states, all in one second, from its creation on."""
    changes = [Step(f"evt_{n}", at, after, before) for n, (before, after) in enumerate(pairwise(states), 1)]
    return [Step("evt_0", at, states[0], first=True), *changes]


def told(steps: list[Step] | tuple[Step, ...]) -> Lineage:
    """What is known after these events, in their order."""
    lineage = Lineage()
    for step in steps:
        lineage = lineage.add(step)
    return lineage


def test_every_order_of_six_events_of_one_second_ends_in_the_same_state() -> None:
    """Six states, one of them visited twice: 720 orders, one answer, no doubt."""
    story = walk(state("incomplete"), ACTIVE, PAST_DUE, ACTIVE, LEAVING, TEAM)
    assert {told(order).latest() for order in permutations(story)} == {(TEAM, True)}


@given(st.data())
def test_the_last_state_of_any_walk_is_found(data: st.DataObject) -> None:
    """A subscription may come back to a state as often as it likes, and events may be doubled and shuffled."""
    states = data.draw(st.lists(st.sampled_from([ACTIVE, PAST_DUE, LEAVING, TEAM]), min_size=1, max_size=12))
    story = walk(*states)
    doubled = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story)))))
    assert told(doubled).latest() == (states[-1], True)


@given(
    st.permutations([*walk(ACTIVE, PAST_DUE), Step("evt_7", NOW + 1, TEAM, PAST_DUE), Step("evt_8", NOW - 1, LEAVING)])
)
def test_a_later_second_outweighs_an_earlier_one(order: list[Step]) -> None:
    """What was told of an earlier second does not come back."""
    lineage = told(order)
    assert (lineage.latest(), lineage.at) == ((TEAM, True), NOW + 1)


@pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
def test_nothing_leads_out_of_an_end(status: str) -> None:
    """An ended subscription stays ended in every order, even where a later moment claims otherwise."""
    end = state(status)
    story = [*walk(ACTIVE, PAST_DUE, end), Step("evt_9", NOW + 60, ACTIVE, PAST_DUE)]
    assert {told(order).latest() for order in permutations(story)} == {(end, True)}


@pytest.mark.parametrize(
    "steps, expected",
    [
        ([Step("e1", NOW, LEAVING, ACTIVE), Step("e2", NOW, ACTIVE, LEAVING)], ACTIVE),
        ([Step("e1", NOW, PAST_DUE, ACTIVE), Step("e2", NOW, ACTIVE, PAST_DUE)], ACTIVE),
        ([Step("e0", NOW, ACTIVE, first=True), Step("e2", NOW, TEAM, LEAVING)], TEAM),
    ],
    ids=["cancelled and undone", "failed and recovered", "an event is still missing"],
)
def test_where_events_leave_a_doubt_it_is_said(steps: list[Step], expected: Subscription) -> None:
    """A circle has no end and a gap has two; the better state stands in, the same for every order."""
    assert {told(order).latest() for order in permutations(steps)} == {(expected, False)}


def test_an_event_that_names_no_state_before_is_no_doubt() -> None:
    """`paused` and `resumed` come beside `updated` and tell the same state without where it came from."""
    paused = state("paused")
    story = [
        Step("e1", NOW, paused, ACTIVE),
        Step("e2", NOW, paused),
        Step("e3", NOW, TEAM, paused),
        Step("e4", NOW, TEAM),
    ]
    assert {told(order).latest() for order in permutations(story)} == {(TEAM, True)}


def test_a_lineage_survives_its_json() -> None:
    """What is written is what is read."""
    lineage = told(walk(ACTIVE, PAST_DUE, TEAM))
    assert Lineage.from_json(lineage.to_json()) == lineage


def test_previous_attributes_are_laid_over_the_object() -> None:
    """Hashes member by member, lists of the same objects object by object, anything else as it stands."""
    current = {"a": 1, "b": {"c": 2, "d": 3}, "items": {"data": [{"id": "si_1", "quantity": 2, "price": "p"}]}}
    previous = {"b": {"c": 1}, "items": {"data": [{"id": "si_1", "quantity": 1}]}}
    assert overlay(current, previous) == {
        "a": 1,
        "b": {"c": 1, "d": 3},
        "items": {"data": [{"id": "si_1", "quantity": 1, "price": "p"}]},
    }
    replaced = {"items": {"data": [{"id": "si_0", "quantity": 1, "price": "q"}]}}
    assert overlay(current, replaced)["items"] == replaced["items"]
    assert overlay({"a": [1]}, {"a": [2, 3]}) == {"a": [2, 3]}
