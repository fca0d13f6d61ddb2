"""A test's eye on the database: how many queries a block of code makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def assert_max_queries(engine: Engine, most: int) -> Iterator[list[str]]:
    """Fail if the block makes more queries than that, and show them; the list grows while the block runs.

    Every statement on the engine counts, whichever library or thread sends it.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if len(statements) > most:
        listed = "\n\n".join(f"{number}. {statement}" for number, statement in enumerate(statements, 1))
        raise AssertionError(f"{len(statements)} queries, at most {most} expected:\n\n{listed}")
