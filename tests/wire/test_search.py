"""The search query language: what a query finds among three books, and what is no query."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire.search import Field, Type, at, parse, question

BOOKS: dict[str, dict[str, Any]] = {
    "sky": {
        "title": 'The "Sky" and the Sea',
        "language": "EN",
        "pages": 120,
        "sold": True,
        "metadata": {"shelf": "A 1", "rare": "yes"},
        "print": {"year": 1999},
    },
    "war": {"title": "War and Peace", "language": "ru", "pages": 1200, "sold": False, "metadata": {"shelf": "B"}},
    "blank": {"title": None, "language": "en", "pages": None, "sold": False, "metadata": {"shelf": ""}, "print": None},
}

FIELDS = {
    "title": Field(Type.STRING, at("title")),
    "language": Field(Type.TOKEN, at("language")),
    "pages": Field(Type.NUMERIC, at("pages")),
    "sold": Field(Type.TOKEN, at("sold")),
    "print.year": Field(Type.TOKEN, at("print.year")),
    "metadata": Field(Type.TOKEN, at("metadata")),
}


def found(query: str) -> list[str]:
    """The books a query finds."""
    asks = question(parse(query), FIELDS, "books")
    return [name for name, book in BOOKS.items() if asks(book)]


@pytest.mark.parametrize(
    "query, names",
    [
        ('language:"en"', ["sky", "blank"]),
        ("language:'EN'", ["sky", "blank"]),
        ('title:"war and peace"', ["war"]),
        ('title:"and peace"', ["war"]),
        ('title:"war peace"', []),
        ('title:"wa"', []),
        ('title:"and"', ["sky", "war"]),
        ('title~"ACE"', ["war"]),
        (r'title:"the \"sky\" and"', ["sky"]),
        (r"title:'the \"sky\"'", ["sky"]),
        ("title:null", ["blank"]),
        ("title:NULL", ["blank"]),
        ("-title:null", ["sky", "war"]),
        ('-title:"war"', ["sky", "blank"]),
        ("pages:120", ["sky"]),
        ('pages:"120"', ["sky"]),
        ("pages>120", ["war"]),
        ("pages>=120", ["sky", "war"]),
        ("pages<1200", ["sky"]),
        ("pages<=1200.0", ["sky", "war"]),
        ("-pages>120", ["sky", "blank"]),
        ("pages:null", ["blank"]),
        ('sold:"true"', ["sky"]),
        ("print.year:1999", ["sky"]),
        ('print.year:"1999"', ["sky"]),
        ('metadata["shelf"]:"a 1"', ["sky"]),
        ("metadata['shelf']:'b'", ["war"]),
        ('metadata["shelf"]:null', ["blank"]),
        ('-metadata["rare"]:null', ["sky"]),
        ('-metadata["rare"]:"yes"', ["war", "blank"]),
        ('language:"en" sold:"true"', ["sky"]),
        ('language:"en" AND sold:"true"', ["sky"]),
        ('language:"en" and sold:"true" AND pages>1', ["sky"]),
        ('language:"ru" OR sold:"true"', ["sky", "war"]),
        ('language:"ru" or -pages:null', ["sky", "war"]),
        ('  language:"ru"  ', ["war"]),
        (" ".join(["pages>0"] * 10), ["sky", "war"]),
    ],
)
def test_a_query_finds_what_it_describes(query: str, names: list[str]) -> None:
    """Exact matches ignore case, strings match by their words, numbers by size, and null is nothing. [documented]"""
    assert found(query) == names


UNREADABLE = "We were unable to parse your search query. Try using the format"


@pytest.mark.parametrize(
    "query, sentence",
    [
        *[
            (query, UNREADABLE)
            for query in (
                "",
                "   ",
                "asdf",
                "language:en",
                'language:"en',
                'language="en"',
                'language: "en"',
                'language:"en"sold:"true"',
                'language:"en" AND',
                'AND language:"en"',
                'language:"en" OR OR sold:"true"',
                'metadata:"a"',
                'metadata[shelf]:"a"',
                'NOT language:"en"',
                '(language:"en")',
            )
        ],
        ('color:"red"', "Field `color` is an unsupported search field for resource `books`."),
        ('language["a"]:"en"', "Field `language` is an unsupported search field for resource `books`."),
        ('language:"en" OR sold:"true" AND pages>1', "You can't combine AND and OR in the same query."),
        ('language:"en" OR sold:"true" pages>1', "You can't combine AND and OR in the same query."),
        (" ".join(["pages>0"] * 11), "A query can have up to 10 clauses."),
        ('title>"a"', "Operator `>` is not supported for field `title`."),
        ('language~"eng"', "Operator `~` is not supported for field `language`."),
        ('metadata["shelf"]~"abc"', "Operator `~` is not supported for field `metadata`."),
        ('pages~"120"', "Operator `~` is not supported for field `pages`."),
        ("pages>null", "Operator `>` is not supported for field `pages`."),
        ('pages:"many"', "Field `pages` expects a number and received `many`."),
        ('title~"wa"', "Substring search on field `title` needs at least 3 characters."),
    ],
)
def test_what_is_no_query_is_refused(query: str, sentence: str) -> None:
    """The first thing that is wrong is said, whatever there is to find."""
    with pytest.raises(StripeError) as refusal:
        found(query)
    assert refusal.value.status == 400
    assert sentence in refusal.value.message
