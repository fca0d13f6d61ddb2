"""How the ladder climbs, shown with changes that were never made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.wire.test_version_answers import Kept

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Ladder, Members, OlderOperation, Release, Rung


class RenamePlaceToSeat(Rung):
    """A ticket's `place` is called `seat`. [invented]"""

    objects = frozenset({"ticket"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`place` becomes `seat`."""
        assert operation == "POST /v1/tickets"
        return {("seat" if key == "place" else key): value for key, value in params.items()}

    def reshaped(self, members: Members) -> Members:
        """`seat` becomes `place`."""
        return {("place" if key == "seat" else key): value for key, value in members.items()}


class WrapSeatInAHash(Rung):
    """A ticket's `seat` is a hash with a `number`. [invented]"""

    objects = frozenset({"ticket"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """A plain seat becomes a hash."""
        assert operation == "POST /v1/tickets"
        return {**params, "seat": {"number": params["seat"]}}

    def reshaped(self, members: Members) -> Members:
        """The hash becomes its number."""
        return {**members, "seat": members["seat"]["number"]} if "seat" in members else members


INVENTED = Ladder(
    (Release("c"), Release("b", (WrapSeatInAHash(),)), Release("a", (RenamePlaceToSeat(),)), Release("0"))
)


def ticket(**members: Any) -> dict[str, Any]:
    """A ticket of the newest shape."""
    return {"object": "ticket", "seat": {"number": 7}, **members}


@pytest.mark.parametrize(
    "version, body, lowered",
    [
        ("c", ticket(), ticket()),
        ("b", ticket(), ticket()),
        ("a", ticket(), {"object": "ticket", "seat": 7}),
        ("0", ticket(), {"object": "ticket", "place": 7}),
        ("0", {"object": "list", "data": [ticket()]}, {"object": "list", "data": [{"object": "ticket", "place": 7}]}),
        (
            "0",
            {"object": "guest", "ticket": ticket(friend=ticket())},
            {
                "object": "guest",
                "ticket": {"object": "ticket", "place": 7, "friend": {"object": "ticket", "place": 7}},
            },
        ),
        ("0", {"metadata": {"object": "ticket", "seat": "x"}}, {"metadata": {"object": "ticket", "seat": "x"}}),
        (
            "0",
            {"object": "list", "data": [{"object": "event", "data": {"object": ticket()}}]},
            {"object": "list", "data": [{"object": "event", "data": {"object": ticket()}}]},
        ),
    ],
)
def test_answers_climb_down(version: str, body: dict[str, Any], lowered: dict[str, Any]) -> None:
    """Objects are taken down wherever they stand, step by step; metadata and kept events are nobody's objects."""
    assert INVENTED.lower(body, version, Kept()) == lowered


def test_requests_climb_up_oldest_change_first() -> None:
    """A request of the oldest version passes every change on the way."""
    assert INVENTED.lift("POST /v1/tickets", {"place": "7"}, "0") == {"seat": {"number": "7"}}
    assert INVENTED.lift("POST /v1/tickets", {"seat": "7"}, "a") == {"seat": {"number": "7"}}


def test_an_operation_that_is_gone_is_there_for_older_versions() -> None:
    """Only those who spoke before it went find it, with the placeholders of its path."""
    gone = OlderOperation("GET", "/v1/tickets/{ticket}/stub", "stub")
    ladder = Ladder((Release("b"), Release("a", removed=(gone,)), Release("0")))
    assert ladder.older("GET", "/v1/tickets/7/stub", "a") is None
    assert ladder.older("GET", "/v1/tickets/7/stub", "0") == (gone, {"ticket": "7"})
    assert ladder.older("POST", "/v1/tickets/7/stub", "0") is None
    assert ladder.older("GET", "/v1/guests/7/stub", "0") is None
