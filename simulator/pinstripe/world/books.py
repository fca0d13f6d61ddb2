"""What is too much to be objects: facts by the million that nobody looks up one by one.

An object costs a kilobyte or two and is found by its id. A fact that is only counted needs neither, so a noun may keep
a book beside the tables. A transaction writes on a page of its own, which the book takes over at `commit`; what is
thrown away leaves no trace.
"""

from __future__ import annotations

from typing import Protocol, Self, TypeVar


class Page(Protocol):
    """What one transaction adds to a book."""

    def keep(self) -> None:
        """Let the book take it over; nothing may fail any more."""
        ...


P_co = TypeVar("P_co", bound=Page, covariant=True)


class Book(Protocol[P_co]):
    """Facts of one kind."""

    def page(self) -> P_co:
        """An empty page for a transaction."""
        ...

    def facts(self) -> object:
        """Everything it holds, to be compared with what another one holds."""
        ...

    def twin(self) -> Self:
        """The same book once more, which goes its own way from here."""
        ...
