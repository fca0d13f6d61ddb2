"""What an app answers to a delivery, and how the timeline tells of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.feed import Parcel


class Answer:
    """What the app said."""

    def __init__(self, status: int, text: str = "") -> None:
        self.status = status
        self.text = text

    @classmethod
    def of(cls, handler: Handler | None, parcel: Parcel, headers: dict[str, str]) -> Answer:
        """What a function says; one that says nothing is content, and so is nobody."""
        said = None if handler is None else handler(parcel.body, headers)
        return said if isinstance(said, Answer) else cls(said or 200)


Handler = Callable[[bytes, dict[str, str]], int | Answer | None]
"""Takes a body and headers; what it returns is the status or the answer, and nothing means success."""


class Note:
    """Tells the timeline of one delivery, also when the app raised."""

    def __init__(self, account: Account, parcel: Parcel) -> None:
        self.account = account
        self.parcel = parcel
        self.answer = Answer(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        status = self.answer.status if error is None else None
        self.account.timeline.delivery(self.account.story_time, self.parcel.type, status)
        if error is not None:
            error.add_note(f"while the app was told of {self.parcel.type} ({self.parcel.id})")
