"""Stories as tests: every `*.story` file is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.clock import Clock
from pinstripe_scenarios.people import Customers
from pinstripe_scenarios.stories.actors import Actors
from pinstripe_scenarios.stories.grammar import Line, StorySyntaxError, begins, parse
from pinstripe_scenarios.stories.runner import StoryError, StoryMismatch, tell
from pinstripe_scenarios.stories.witness import Witness
from pinstripe_scenarios.webhooks import Webhooks


class StoryFile(pytest.File):
    """A file that tells one story."""

    def collect(self) -> Iterator[pytest.Item]:
        """The story; one that nobody understands is an error of collection."""
        try:
            lines = parse(self.path.read_text(encoding="utf-8"))
        except StorySyntaxError as error:
            raise self.CollectError(f"{self.path.name}, {error}") from None
        story = Story.from_parent(self, name=self.path.stem, callobj=run)
        story.lines = lines
        story.add_marker(pytest.mark.stripe(now=begins(lines)))
        yield story


class Story(pytest.Function):
    """A story as a test; it stands on the same fixtures as any other."""

    lines: list[Line]

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, not the function that runs it."""
        return self.path, 0, f"story: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002 - pytest's
        """The difference, without our own frames."""
        if isinstance(excinfo.value, (StoryError, StoryMismatch)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def run(
    request: pytest.FixtureRequest,
    stripe_account: Account,
    stripe_clock: Clock,
    stripe_customer: Customers,
    stripe_webhooks: Webhooks,
) -> None:
    """Tell the story of the running item, and rewrite its file if that was asked for."""
    story = request.node
    assert isinstance(story, Story), "only stories are run by this"
    actors = Actors(stripe_account, stripe_clock, stripe_customer)
    telling = tell(story.path.name, story.lines, actors, Witness(actors, stripe_webhooks))
    if request.config.getoption("update_stories") and telling.expected != telling.actual:
        story.path.write_text(telling.text, encoding="utf-8")
        telling = type(telling)(telling.name, telling.actual, telling.actual, telling.wrong_sums)
    telling.check()
