"""The checked-in data is what the installed SDK says, neither more nor less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe_contracts import contract, derive
from pinstripe_contracts.derive import DATA, differences, laid_out, write

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=6),
    max_leaves=25,
)


def kept() -> dict[str, str]:
    """The checked-in files by name."""
    return {file.relative_to(DATA).as_posix(): file.read_text(encoding="utf-8") for file in DATA.rglob("*.json")}


def words(value: object) -> Iterator[str]:
    """Every string of a JSON value, keys included."""
    match value:
        case str():
            yield value
        case list():
            for entry in value:
                yield from words(entry)
        case dict():
            yield from value
            yield from words(list(value.values()))


def test_the_data_is_derived_from_the_installed_sdk(capsys: pytest.CaptureFixture[str]) -> None:
    """Deriving again changes no byte, presence is known for every field, and the SDKs disagree about addresses only."""
    assert derive.main(["--check", "--report"]) == 0, capsys.readouterr().out
    report = capsys.readouterr().out.splitlines()
    assert "0 unmatched" in report
    assert "11 contradicted" in report
    assert all(".address." in line for line in report if line.startswith("  "))


def test_a_difference_is_shown(tmp_path: Path) -> None:
    """A file that changed, came or went is named, with the lines in question."""
    write({"a.json": '{"id":"str"}\n', "shapes/b.json": "{}\n"}, tmp_path)
    found = list(differences({"a.json": '{"id?":"str"}\n', "c.json": "{}\n"}, tmp_path))
    assert [line for line in found if line.startswith(("---", "+++"))] == [
        "--- kept/a.json", "+++ derived/a.json",
        "--- kept/c.json", "+++ derived/c.json",
        "--- kept/shapes/b.json", "+++ derived/shapes/b.json",
    ]  # fmt: skip
    assert '-{"id":"str"}' in found
    assert '+{"id?":"str"}' in found


def test_the_same_files_show_no_difference(tmp_path: Path) -> None:
    """What was written is what is found."""
    write(kept(), tmp_path)
    assert list(differences(kept(), tmp_path)) == []


def test_writing_removes_what_is_no_longer_derived(tmp_path: Path) -> None:
    """A shape that Stripe dropped leaves no file behind."""
    write({"shapes/gone.json": "{}\n"}, tmp_path)
    write({"shapes/new.json": "{}\n"}, tmp_path)
    assert [file.name for file in tmp_path.rglob("*.json")] == ["new.json"]


@given(JSON)
def test_the_layout_is_json(value: object) -> None:
    """However it is broken into lines, the text is the same JSON."""
    assert json.loads(laid_out(value)) == value


def test_the_layout_keeps_to_its_width() -> None:
    """No line is longer than a screen is wide, give or take a row of closing brackets."""
    assert {name: len(line) for name, text in kept().items() for line in text.splitlines() if len(line) > 130} == {}


def test_the_data_holds_facts_and_no_sentences() -> None:
    """No string of the data reads like prose: Stripe's sentences are Stripe's."""
    spaced = {word for text in kept().values() for word in words(json.loads(text)) if " " in word}
    own_words = {"any of", "v2 page"}
    assert {word for word in spaced - own_words if not word.startswith(("GET /", "POST /", "DELETE /"))} == set()


def test_the_data_knows_where_it_comes_from() -> None:
    """The versions of the API and of both SDKs stand in the data."""
    found = contract()
    assert (found.version, found.sdk_version, found.npm_version) == ("2026-10-28.endive", "16.1.0", "23.1.0")
