"""Stories: text that says what people do and what Stripe makes of it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from tests.scenarios.conftest import Run

from pinstripe_scenarios.stories.grammar import StorySyntaxError, parse
from pinstripe_scenarios.stories.sums import cents

BOX = Path(str(files("pinstripe_scenarios.stories")))
STORIES = sorted(BOX.rglob("*.story"))
STORY = """\
# A renewal.
2027-01-31        plan pro 20.00 usd a month
                  customer ada, card visa
                  subscribe ada to pro
                  > invoice ada paid 20.00 USD = 20  # in advance
2027-02-28 +1h    > subscription ada active until 2027-03-31
                  > events invoice.* created finalized paid payment_succeeded
"""
NOW_EVENTS = (
    "created finalized paid payment_succeeded upcoming created updated finalized updated paid payment_succeeded"
)


@pytest.mark.parametrize("backend", ["fake", "http", "testmode"])
def test_the_stories_in_the_box_are_true(run: Run, monkeypatch: pytest.MonkeyPatch, server: str, backend: str) -> None:
    """All six hold on every backend, found by the package's name as users find them."""
    monkeypatch.setenv("STRIPE_TEST_KEY", "sk_test_stories")
    url = [f"--stripe-server-url={server}"] if backend == "testmode" else []
    run("", "--pyargs", "pinstripe_scenarios", f"--stripe-backend={backend}", *url).assert_outcomes(passed=6)
    assert len(STORIES) == 6


FATED = """\
# The renewal is declined, and so is the first of eight tries; the second succeeds. Later another card wants its holder.
2027-01-10        plan pro 20.00 usd a month
                  customer ada, card recovers_after(2)
                  subscribe ada to pro
                  > invoice ada paid 20.00 USD = 20
2027-02-10 +1h    > invoice ada open 20.00 USD, 1 try
2027-02-11 +1h    > invoice ada open 20.00 USD, 2 tries
2027-02-13 +1h    > invoice ada paid 20.00 USD
                  > events charge.* succeeded failed failed succeeded
                  card ada needs_authentication_on_renewal
2027-03-10 +1h    > invoice ada open 20.00 USD, 0 tries    # nobody was asked for money yet
                  > subscription ada past_due until 2027-04-10
                  > events payment_intent.* {intents}
"""


def test_dunning_is_told_by_the_fate_of_a_card(run: Run, pytester: pytest.Pytester) -> None:
    """A card that comes with its fate meets it after the subscription has begun; `card` lets it meet one now."""
    intents = "created succeeded created payment_failed payment_failed succeeded created requires_action"
    (pytester.path / "fated.story").write_text(FATED.format(intents=intents))
    run("").assert_outcomes(passed=1)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_shows_its_arithmetic(path: Path) -> None:
    """Every story that bills says how at least one amount comes about, and begins by saying what it is about."""
    lines = parse(path.read_text())
    assert any(line.arithmetic for line in lines)
    assert lines[0].text.startswith("# ")


def test_a_difference_is_shown_and_can_be_written_down(run: Run, pytester: pytest.Pytester) -> None:
    """The failure is a diff of the story; `--update-stories` rewrites what was expected, and keeps everything else."""
    story = pytester.path / "renewal.story"
    story.write_text(STORY)
    result = run("")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "--- renewal.story as written",
            "+++ renewal.story as it is",
            "-                  > events invoice.[*] created finalized paid payment_succeeded",
            f"+                  > events invoice.[*] {NOW_EVENTS}",
            "(--update-stories writes it down as it is)",
        ]
    )
    result.stdout.no_fnmatch_line("*stories/runner.py*")
    run("", "--update-stories").assert_outcomes(passed=1)
    assert story.read_text() == STORY.replace("created finalized paid payment_succeeded", NOW_EVENTS)
    run("").assert_outcomes(passed=1)


def test_arithmetic_that_does_not_agree_is_not_rewritten(run: Run, pytester: pytest.Pytester) -> None:
    """What was computed by hand is checked against the invoice, also while expectations are rewritten."""
    (pytester.path / "a.story").write_text(STORY.replace("= 20 ", "= 2 x 20 ").replace("created ", "", 1))
    result = run("", "--update-stories")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["line 5: 2 x 20 is 40.00, and the invoice says 20.00"])


@pytest.mark.parametrize(
    "line, complaint",
    [
        ("+1h               customer ada\n2027-01-31  customer bob", "line 3: time only goes forward"),
        ("                  cancel bob now", "line 2: there is no subscription of bob; the story has none"),
        ("  customer ada, no card\n  > invoice ada paid", "ada has no invoice"),
        (
            "                  customer ada, no card\n  plan pro 20 usd a month\n  subscribe ada to pro",
            "line 4: subscribe ada to pro*",
        ),
        (
            "                  customer ada\n                  usage ada 1",
            "line 3: usage of what? No plan meters anything.",
        ),
    ],
)
def test_a_story_that_cannot_go_on_names_its_line(
    run: Run, pytester: pytest.Pytester, line: str, complaint: str
) -> None:
    """What Stripe refuses must be expected; what makes no sense is said in a sentence."""
    (pytester.path / "a.story").write_text(f"2027-01-31\n{line}\n")
    result = run("")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{complaint}*"])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "a story without a line"),
        ("  customer ada", "line 1: a story begins with a date"),
        ("2027-01-31  dance", "line 1: nobody knows how to 'dance'; lines begin with plan, customer, card"),
        ("2027-01-31  > joy", "line 1: nobody knows what to expect of 'joy'; expectations begin with invoice"),
        ("2027-01-31\ncustomer ada", "line 2: begin with a moment, or with two spaces: 'customer ada'"),
    ],
)
def test_what_nobody_understands_is_said(text: str, complaint: str) -> None:
    """A line that is no story is refused with what would be one."""
    with pytest.raises(StorySyntaxError) as raised:
        parse(text)
    assert complaint in str(raised.value)


def test_a_story_nobody_understands_is_an_error_of_collection(run: Run, pytester: pytest.Pytester) -> None:
    """It names the file and the line."""
    (pytester.path / "a.story").write_text("2027-01-31  dance\n")
    result = run("")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a.story, line 1: nobody knows how to 'dance'*"])


@pytest.mark.parametrize(
    "text, amount",
    [
        ("20", 2000),
        ("500 x 0.02", 1000),
        ("1,000 * 0.02 - 5", 1500),
        ("40 x 15/31 - 20 x 15/31", 967),  # 1935.48 -> 1935 and -967.74 -> -968
        ("- 0.025", -3),  # -2.5 cents, exactly half: downwards
        ("0.045", 4),  # 4.5 cents, exactly half: downwards
    ],
)
def test_arithmetic_is_exact(text: str, amount: int) -> None:
    """Each term is rounded to the cent, exact halves downwards."""
    assert cents(text) == amount


@pytest.mark.parametrize("text", ["", "20 +", "2 20", "x 2", "20 / ", "twenty"])
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"missing|no arithmetic"):
        cents(text)
