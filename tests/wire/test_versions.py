"""The ladder: what older versions said differently, climbed up by requests and down by answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire import versions
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Ladder, Release, Rung

NEWEST, OLDEST = versions.SERVED[0], versions.SERVED[-1]
UPDATE = "POST /v1/subscriptions/{subscription_exposed_id}"
RESUME = "POST /v1/subscriptions/{subscription}/resume"
PREVIEW = "POST /v1/invoices/create_preview"

# Every rung, and what a request of the version before it becomes.
LIFTED: list[tuple[str, str, str, dict[str, Tree], dict[str, Tree]]] = [
    (
        "UnifyBillingCycleAnchor",
        "2026-08-26.dahlia",
        UPDATE,
        {"billing_cycle_anchor": "now", "items": [{"price": "price_1"}]},
        {"billing_cycle_anchor": {"type": "now"}, "items": [{"price": "price_1"}]},
    ),
    (
        "UnifyBillingCycleAnchor",
        "2025-09-30.clover",
        RESUME,
        {"billing_cycle_anchor": "unchanged"},
        {"billing_cycle_anchor": {"type": "unchanged"}},
    ),
    (
        "UnifyBillingCycleAnchor",
        "2026-02-25.clover",
        PREVIEW,
        {"subscription_details": {"billing_cycle_anchor": "1801396800"}},
        {"subscription_details": {"billing_cycle_anchor": {"type": "timestamp", "timestamp": "1801396800"}}},
    ),
]

UNTOUCHED: list[tuple[str, str, dict[str, Tree]]] = [
    ("2026-08-26.dahlia", UPDATE, {"metadata": {"billing_cycle_anchor": "now"}}),
    ("2026-08-26.dahlia", PREVIEW, {"customer": "cus_1"}),
    ("2026-08-26.dahlia", "POST /v1/subscriptions", {"billing_cycle_anchor": "1801396800"}),
    ("2026-09-30.endive", UPDATE, {"billing_cycle_anchor": "now"}),
]


def test_every_version_since_clover_is_served() -> None:
    """The releases are those the official SDKs were made for, newest first."""
    assert versions.SERVED == (
        "2026-10-28.endive",
        "2026-09-30.endive",
        "2026-08-26.dahlia",
        "2026-07-29.dahlia",
        "2026-06-24.dahlia",
        "2026-05-27.dahlia",
        "2026-04-22.dahlia",
        "2026-03-25.dahlia",
        "2026-02-25.clover",
        "2026-01-28.clover",
        "2025-12-15.clover",
        "2025-11-17.clover",
        "2025-10-29.clover",
        "2025-09-30.clover",
    )


@pytest.mark.parametrize("header, version", [(None, NEWEST), ("", NEWEST), *((v, v) for v in versions.SERVED)])
def test_a_header_names_the_version(header: str | None, version: str) -> None:
    """Without a header the account's version speaks."""
    assert versions.of_request(header) == version


@pytest.mark.parametrize("header", ["2025-08-27.basil", "2026-10-28", "2026-10-28.endive ", "latest"])
def test_a_version_that_is_not_served_is_refused(header: str) -> None:
    """A wrong shape would be a lie."""
    with pytest.raises(StripeError, match="Invalid Stripe API version"):
        versions.of_request(header)


def test_the_newest_version_climbs_nothing() -> None:
    """At the newest version requests and answers come back as the very same objects."""
    params: dict[str, Tree] = {"billing_cycle_anchor": {"type": "now"}}
    body = {"object": "subscription", "items": {"data": []}}
    assert versions.lift(UPDATE, params, NEWEST) is params
    assert versions.lower(body, NEWEST) is body


@pytest.mark.parametrize("rung, version, operation, given, lifted", LIFTED)
def test_an_older_request_is_lifted(
    rung: str, version: str, operation: str, given: dict[str, Tree], lifted: dict[str, Tree]
) -> None:
    """What was written the older way reads the newest way."""
    assert rung in {type(step).__name__ for step in versions.LADDER.rungs_above(version)}
    assert versions.lift(operation, given, version) == lifted


@pytest.mark.parametrize("version, operation, given", UNTOUCHED)
def test_what_no_change_concerns_stays(version: str, operation: str, given: dict[str, Tree]) -> None:
    """Other parameters, other operations and newer versions are left alone."""
    assert versions.lift(operation, given, version) == given


@pytest.mark.parametrize(
    "operation, given, message",
    [
        (UPDATE, {"billing_cycle_anchor": {"type": "now"}}, 'Invalid string: {:type=>"now"}'),
        (UPDATE, {"billing_cycle_anchor": "later"}, "Invalid billing_cycle_anchor: must be one of now or unchanged"),
        (UPDATE, {"billing_cycle_anchor": "1801396800"}, "Invalid billing_cycle_anchor: must be one of now or"),
        (UPDATE, {"billing_cycle_anchor": ""}, "You passed an empty string for 'billing_cycle_anchor'."),
        (
            PREVIEW,
            {"subscription_details": {"billing_cycle_anchor": "soon"}},
            "Invalid subscription_details[billing_cycle_anchor]: must be one of",
        ),
    ],
)
def test_an_older_version_refuses_the_newer_words(operation: str, given: dict[str, Tree], message: str) -> None:
    """An older version knows only its own way of writing, and refuses it with its own name."""
    with pytest.raises(StripeError) as refusal:
        versions.lift(operation, given, "2026-08-26.dahlia")
    assert refusal.value.message.startswith(message)


def test_every_rung_has_a_row_and_says_where_it_is_known_from() -> None:
    """No change goes untested, and its docstring ends in its source."""
    rungs = versions.LADDER.rungs_above(OLDEST)
    assert {type(rung).__name__ for rung in rungs} == {row[0] for row in LIFTED}
    for rung in rungs:
        assert (type(rung).__doc__ or "").rstrip().endswith("]")


@pytest.mark.parametrize("version", versions.SERVED)
def test_additions_show_at_every_version(version: str) -> None:
    """What Stripe only added belongs to the day of the call: a key from December 2025 shows at September's version."""
    body = {"id": "cus_1", "object": "customer", "customer_account": None}
    assert versions.lower(body, version) == body


# --- how the ladder climbs, shown with changes that were never made -------------------------------------------------


class RenamePlaceToSeat(Rung):
    """A ticket's `place` is called `seat`. [invented]"""

    objects = frozenset({"ticket"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`place` becomes `seat`."""
        assert operation == "POST /v1/tickets"
        return {("seat" if key == "place" else key): value for key, value in params.items()}

    def lower(self, members: dict[str, Any]) -> dict[str, Any]:
        """`seat` becomes `place`."""
        return {("place" if key == "seat" else key): value for key, value in members.items()}


class WrapSeatInAHash(Rung):
    """A ticket's `seat` is a hash with a `number`. [invented]"""

    objects = frozenset({"ticket"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """A plain seat becomes a hash."""
        assert operation == "POST /v1/tickets"
        return {**params, "seat": {"number": params["seat"]}}

    def lower(self, members: dict[str, Any]) -> dict[str, Any]:
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
    assert INVENTED.lower(body, version) == lowered


def test_requests_climb_up_oldest_change_first() -> None:
    """A request of the oldest version passes every change on the way."""
    assert INVENTED.lift("POST /v1/tickets", {"place": "7"}, "0") == {"seat": {"number": "7"}}
    assert INVENTED.lift("POST /v1/tickets", {"seat": "7"}, "a") == {"seat": {"number": "7"}}


def test_an_event_is_rendered_at_the_version_of_its_endpoint() -> None:
    """The object and what changed of it are taken down together, and the event says at which version."""
    event = {
        "object": "event",
        "api_version": "c",
        "data": {"object": ticket(), "previous_attributes": {"seat": {"number": 6}}},
    }
    assert INVENTED.rendered(event, "c") == event
    assert INVENTED.rendered(event, "0") == {
        "object": "event",
        "api_version": "0",
        "data": {"object": {"object": "ticket", "place": 7}, "previous_attributes": {"place": 6}},
    }
