"""Fair requests: prepared by others, asked with what they cannot do without, and never twice the same word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.contracts.loopback import KEY, NOW, client

from pinstripe_contracts import operations
from pinstripe_contracts.exchange import Caller, Request
from pinstripe_contracts.fair.asker import Answer, Asker, Table
from pinstripe_contracts.fair.calling import Calling, written
from pinstripe_contracts.fair.tables import TABLES

BY_NAME = {operation.name: operation for operation in operations()}
Asked = tuple[str, str, Mapping[str, Any], "str | None"]


class Paper(Asker):
    """Whoever asks it gets a numbered object, or what is said to be refused."""

    def __init__(self, *tables: Table, refuses: str = "") -> None:
        super().__init__(tables, now=NOW, run="R")
        self.refuses = refuses
        self.asked: list[Asked] = []

    def ask(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """Note the request."""
        self.asked.append((method, path, params or {}, key))
        return Answer(400 if path == self.refuses else 200, {"id": f"id_{len(self.asked)}"})


def test_a_path_is_filled_with_fresh_objects_from_the_front() -> None:
    """The account is made before its person, and the person below it."""
    paper = Paper(Table(requests={"POST /v1/accounts": {"type": "express"}}))
    paper.fairly(BY_NAME["GET /v1/accounts/{account}/persons/{person}"])
    assert paper.asked == [
        ("POST", "/v1/accounts", {"type": "express"}, None),
        ("POST", "/v1/accounts/id_1/persons", {}, None),
        ("GET", "/v1/accounts/id_1/persons/id_2", {}, None),
    ]


def test_words_stand_for_something_fresh() -> None:
    """Objects by their makers, the time by the account's, and names that are taken once by words that nobody used."""
    paper = Paper(Table(makers={"customer": lambda asker: str(asker.ok("POST", "/v1/customers")["id"])}))
    given = {"who": "$customer", "at": ["$now", "$in_an_hour", "$an_hour_ago"], "name": "$word", "other": "$word"}
    assert paper.resolved(given) == {
        "who": "id_1",
        "at": [NOW, NOW + 3600, NOW - 3600],
        "name": "wordr1",
        "other": "wordr2",
    }


def test_what_must_come_before_gives_ids_parameters_and_the_key() -> None:
    """A preparation is asked first."""
    before = {"GET /v1/events/{id}": lambda _: {"id": "evt_1", "params": {"expand": ["data"]}, "key": "token"}}
    paper = Paper(Table(before=before))
    paper.fairly(BY_NAME["GET /v1/events/{id}"])
    assert paper.asked == [("GET", "/v1/events/evt_1", {"expand": ["data"]}, "token")]


@pytest.mark.parametrize(
    "operation, why",
    [
        ("GET /v1/customers/{customer}", "POST /v1/customers"),
        ("GET /v1/events/{id}", "nothing makes /v1/events/{}"),
    ],
)
def test_what_cannot_be_prepared_is_not_asked(operation: str, why: str) -> None:
    """A request on the way that is refused, and an object that nothing makes."""
    paper = Paper(refuses="/v1/customers")
    with pytest.raises(LookupError, match=why):
        paper.fairly(BY_NAME[operation])


def test_a_clock_that_cannot_be_turned_says_so() -> None:
    """Over the API alone the account's time goes its own way."""
    with pytest.raises(LookupError, match="clock"):
        Paper().advance(NOW)


def test_a_run_hears_of_what_is_made_on_the_way() -> None:
    """Every object that a preparation makes is noted; the fair request itself is left to the run."""
    noted: list[Any] = []
    calling = Calling(Caller(client(), KEY), noted.append, now=NOW, run="")
    request = calling.request(BY_NAME["POST /v1/subscriptions"])
    assert request is not None
    assert [row["object"] for row in noted] == ["customer", "product", "price"]
    assert request.body == {"customer": noted[0]["id"], "items": [{"price": noted[2]["id"]}]}
    assert calling.request(BY_NAME["GET /v1/invoice_rendering_templates/{template}"]) is None


def test_parameters_are_in_the_body_or_in_the_address() -> None:
    """A POST has a body even where nothing is said."""
    assert written("POST", "/v1/customers", {}, None) == Request("POST", "/v1/customers", body={})
    assert written("GET", "/v1/events", {"limit": 1}, "k") == Request("GET", "/v1/events", {"limit": 1}, key="k")


def test_the_tables_speak_of_operations_that_there_are() -> None:
    """Each request and each preparation is for one, and for one only once."""
    named = [name for table in TABLES for name in (*table.requests, *table.before)]
    assert sorted(set(named) - BY_NAME.keys()) == []
    requests = [name for table in TABLES for name in table.requests]
    assert sorted(name for name in set(requests) if requests.count(name) > 1) == []
