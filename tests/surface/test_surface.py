"""Every operation of the contract, asked once: it answers by its shape, or a table says why it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest

from pinstripe.resources import by_shape
from pinstripe.resources.by_shape.noun import Noun
from pinstripe_contracts import Operation, event_types, object_names, operations, shape, thin_event_types
from pinstripe_contracts.fair.asker import Answer
from pinstripe_contracts.types import Hash, ListOf, Nullable, Type
from tests.surface.driver import BY_NAME, BY_PLACE, Driver
from tests.surface.fitting import misfits
from tests.surface.tables import TABLES
from tests.surface.unserved import PENDING, UNSERVED

GROUPS: dict[str, list[Operation]] = defaultdict(list)
for _operation in operations():
    _parts = _operation.path.split("/")
    _deep = _parts[2] in ("test_helpers", "billing", "core", "issuing", "treasury", "terminal", "money_management")
    GROUPS["/".join(_parts[1 : 4 if _deep else 3])].append(_operation)


@pytest.mark.parametrize("group", GROUPS)
def test_every_operation_answers_by_its_shape(group: str) -> None:
    """A fair request is answered 2xx, in the full shape, and so is every event that tells of it; or the table knows."""
    wrong = [problem for operation in GROUPS[group] for problem in _problems(operation)]
    assert not wrong, "\n".join(wrong)


def _problems(operation: Operation) -> list[str]:
    """What is wrong with one operation's answer."""
    if operation.name in PENDING:
        return []
    driver = Driver(TABLES)
    answer = driver.fairly(operation)
    expected = UNSERVED.get(operation.name)
    if expected is not None and answer.status != int(expected[:3]):
        return [f"{operation.name} answers {answer.status}, and tests/surface/unserved.py says {expected}"]
    if expected is None and answer.status >= 300:
        return [f"{operation.name} answers {answer.status} and is not in tests/surface/unserved.py: {_message(answer)}"]
    return [f"{operation.name}: {misfit}" for misfit in misfits(operation, answer, driver)]


def _message(answer: Answer) -> str:
    return str(answer.body["error"]["message"] if isinstance(answer.body, dict) else answer.body)


def test_tables_name_what_there_is() -> None:
    """Requests, preparations and reasons are for operations of the contract, and each operation has one reason."""
    named = {name for table in TABLES for name in (*table.requests, *table.before)}
    assert sorted((named | UNSERVED.keys() | PENDING) - BY_NAME.keys()) == []
    assert sorted(UNSERVED.keys() & PENDING) == []


@pytest.mark.parametrize("noun", by_shape.NOUNS, ids=lambda noun: noun.name)
def test_nouns_are_declared_in_the_words_of_the_contract(noun: Noun) -> None:
    """Shapes, members, parameters, paths and event types that a declaration speaks of exist."""
    assert noun.name in object_names()
    form = shape(noun.name)
    spoken: list[Mapping[str, object]] = [noun.starts, noun.computed, noun.recomputed, noun.below, noun.includes]
    for verb in noun.verbs.values():
        spoken += [verb.changes, verb.computed, dict.fromkeys(name.split(".")[0] for name in verb.only)]
        assert sorted(set(verb.events) - {*event_types(), *thin_event_types()}) == []
    for words in spoken:
        _exist(words, form, noun.name)
    for name in noun.verbs:
        path = name if name.startswith("/") else f"{noun.path}/{{}}/{name}"
        assert ("POST", path) in BY_PLACE
    assert sorted(set(noun.routes) - BY_NAME.keys()) == []
    said = {*noun.aside, *noun.names, *noun.filters, *(name for verb in noun.verbs.values() for name in verb.aside)}
    assert sorted(said - _parameters(noun)) == []


def _exist(words: Mapping[str, object], form: Hash, at: str) -> None:
    """Members, and members of members, are in the shape; our own begin with "_"."""
    for key, value in words.items():
        if key.startswith("_"):
            continue
        assert key in form.fields, f"{at} has no member {key}"
        inner = _hash(form.fields[key].type)
        if inner is not None and isinstance(value, Mapping):
            _exist(value, inner, f"{at}.{key}")


def _hash(kind: Type) -> Hash | None:
    while isinstance(kind, Nullable | ListOf):
        kind = kind.inner
    return kind if isinstance(kind, Hash) else None


def _parameters(noun: Noun) -> set[str]:
    """The parameters of everything that is done with one."""
    helpers = [name.rpartition("/")[0] if name.startswith("/") else "" for name in noun.verbs]
    places = tuple(filter(None, (noun.create, noun.path, *helpers)))
    found = [operation for (_, place), operation in BY_PLACE.items() if places and place.startswith(places)]
    return {name for operation in found for name in operation.params.fields}
