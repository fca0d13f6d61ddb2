"""Tells a story: turns the clock to each line's moment, does what it says, and notes where reality differs."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import stripe

from pinstripe_scenarios.stories.actors import Actors
from pinstripe_scenarios.stories.grammar import Line
from pinstripe_scenarios.stories.sums import cents
from pinstripe_scenarios.stories.witness import Witness, money


class StoryError(Exception):
    """A story that cannot go on; the message names the line."""


class StoryMismatch(AssertionError):  # noqa: N818 - it is no error but a difference
    """Reality differs from what a story expects; the message shows how."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as it was told: its own text, what the text would be, and arithmetic that does not agree."""

    name: str
    expected: list[str]
    actual: list[str]
    wrong_sums: list[str]

    @property
    def text(self) -> str:
        """The story with the expectations that really hold."""
        return "\n".join(self.actual) + "\n"

    def check(self) -> None:
        """Raise StoryMismatch unless everything was as expected."""
        complaints = list(self.wrong_sums)
        if self.expected != self.actual:
            told = difflib.unified_diff(
                self.expected, self.actual, f"{self.name} as written", f"{self.name} as it is", n=2, lineterm=""
            )
            complaints.insert(0, "\n".join(told) + "\n(--update-stories writes it down as it is)")
        if complaints:
            raise StoryMismatch("\n\n".join(complaints))


def tell(name: str, lines: list[Line], actors: Actors, witness: Witness) -> Telling:
    """Run a story to its end; raises StoryError where an action cannot be carried out."""
    actual, wrong = [], []
    for line in lines:
        _turn(line, actors)
        said = line.text
        if line.is_expectation:
            said, complaint = _witnessed(line, witness)
            wrong += [complaint] if complaint else []
        elif line.kind:
            _unexpected(witness)
            _do(line, actors, witness)
        actual.append(said)
    _unexpected(witness)
    return Telling(name, [line.text for line in lines], actual, wrong)


def _turn(line: Line, actors: Actors) -> None:
    """Turn the clock to where a line stands; a moment that is now needs no turning."""
    if line.moment is None:
        return
    now = actors.clock.now
    target = line.moment.after(now)
    if target < now:
        raise StoryError(f"line {line.number}: time only goes forward, and it is {now:%Y-%m-%d %H:%M} already")
    if target > now:
        actors.clock.advance_to_moment(target)


def _do(line: Line, actors: Actors, witness: Witness) -> None:
    """Carry out an action; what Stripe refuses is for the next line to expect."""
    assert line.words is not None, "the grammar gives an action its words"
    try:
        actors.do(line.kind, line.words)
    except stripe.StripeError as error:
        witness.refusal = error
        error.add_note(f"line {line.number}: {line.text.strip()}")
    except LookupError as error:
        raise StoryError(f"line {line.number}: {error}") from None


def _unexpected(witness: Witness) -> None:
    """A refusal that no line expects ends the story."""
    if witness.refusal is not None:
        (where,) = witness.refusal.__notes__[-1:]
        raise StoryError(f"{where}\nStripe refused: {witness.refusal.user_message}") from witness.refusal


def _witnessed(line: Line, witness: Witness) -> tuple[str, str | None]:
    """The line as it should read, and what is wrong with its arithmetic."""
    assert line.words is not None, "the grammar gives an expectation its words"
    try:
        said = line.saying(witness.says(line.kind, line.words))
        if line.arithmetic is None:
            return said, None
        amount, computed = witness.amount(line.kind, line.words), cents(line.arithmetic)
    except (LookupError, ValueError) as error:
        raise StoryError(f"line {line.number}: {error}") from None
    if amount == computed:
        return said, None
    return said, f"line {line.number}: {line.arithmetic} is {money(computed)}, and the invoice says {money(amount)}"
