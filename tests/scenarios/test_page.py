"""The page about pytest: its examples are tests, and they pass."""

from __future__ import annotations

import pytest
from tests.documentation import blocks
from tests.scenarios.conftest import Run
from tests.tidy.project import PROJECT

BLOCKS = blocks((PROJECT / "docs/pytest.md").read_text())


def test_the_examples_pass_as_tests(run: Run) -> None:
    """All Python of the page is one test file, as a reader would paste it."""
    code = "\n\n".join(block.code for block in BLOCKS if block.language == "python")
    run(code).assert_outcomes(passed=code.count("def test_"))


def test_the_story_on_the_page_is_true(run: Run, pytester: pytest.Pytester) -> None:
    """The story is one that passes."""
    (story,) = (block for block in BLOCKS if block.code.startswith("2027"))
    (pytester.path / "page.story").write_text(story.code)
    run("").assert_outcomes(passed=1)


def test_every_option_fixture_and_marker_is_on_the_page(run: Run) -> None:
    """What `pytest --help`, `--fixtures` and `--markers` know of Stripe, the page knows too."""
    page = (PROJECT / "docs/pytest.md").read_text()
    told = [run("def test_a(): pass", f"--{what}").outlines for what in ("help", "markers", "fixtures")]
    words = {line.split()[0].split("(")[0].split("=")[0] for lines in told for line in lines if line.strip()}
    ours = {
        word.removeprefix("@pytest.mark.")
        for word in words
        if "stripe_" in word or "--stripe-" in word or word == "subscribe"
    }
    assert {"--stripe-backend", "stripe_guard", "subscribe", "stripe_fake_only", "stripe_clock"} <= ours
    assert {word for word in ours if word.rstrip(":") not in page} == set()
