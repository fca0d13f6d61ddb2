"""Identifiers: the same fact has the same one, different facts have different ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe_metering.errors import UsageError
from pinstripe_metering.identifier import LONGEST, identifier_of

facts = st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple)
identities = st.tuples(st.text(max_size=3), st.text(min_size=1, max_size=100), facts, st.integers(0, 3))

REFUSED: list[tuple[Any, Any, str]] = [
    (("job", None), 0, "flush the session"),
    ((), 0, "name what is billed"),
    ("job", 0, "name what is billed"),
    (("job", 1.5), 0, "must be a string"),
    (("job", ""), 0, "must be a string"),
    (("job", True), 0, "must be a string"),
    (("job", 1), -1, "revision"),
    (("job", 1), "1", "revision"),
]


def test_identifiers_never_change() -> None:
    """What was sent by one release is found again by the next: this text is a promise."""
    assert identifier_of("", "api_calls", ("job", 1), 0) == "api_calls:178b25dc625c4f480eedcdb47b4a8fe40969ea2a"


def test_a_name_and_its_spelling_are_one() -> None:
    """A job queue that hands back "1" for 1 does not bill twice."""
    id_ = "12345678-1234-5678-1234-567812345678"
    assert identifier_of("", "m", ("job", 1), 0) == identifier_of("", "m", ("job", "1"), 0)
    assert identifier_of("", "m", (UUID(id_),), 0) == identifier_of("", "m", (id_,), 0)


@given(identities, identities)
def test_different_facts_have_different_identifiers(one: Any, other: Any) -> None:
    """Namespace, meter, names and revision all count, and none runs into its neighbour."""
    assert (identifier_of(*one) == identifier_of(*other)) == (one == other)
    assert len(identifier_of(*one)) <= LONGEST


def test_names_do_not_run_into_each_other() -> None:
    """("a", "b:c") is not ("a:b", "c")."""
    assert identifier_of("", "m", ("a", "b:c"), 0) != identifier_of("", "m", ("a:b", "c"), 0)


@pytest.mark.parametrize("fact, revision, complaint", REFUSED)
def test_a_fact_without_a_lasting_name_is_refused(fact: Any, revision: Any, complaint: str) -> None:
    """A fact is named by what never changes."""
    with pytest.raises(UsageError, match=complaint):
        identifier_of("", "m", fact, revision)
