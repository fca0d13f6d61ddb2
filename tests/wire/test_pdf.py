"""PDFs of plain text."""

from __future__ import annotations

import pytest
from tests.printed import shown

from pinstripe.wire import pdf


@pytest.mark.parametrize(
    "words, drawn",
    [
        ("plain", "plain"),
        ("(a) \\ b", "(a) \\ b"),
        ("Caf\u00e9 \u20ac 2 \u00d7", "Caf\u00e9 \u20ac 2 \u00d7"),
        ("\u2603", "?"),
        ("two\rlines", "two lines"),
    ],
)
def test_text_is_drawn_as_it_is(words: str, drawn: str) -> None:
    """Brackets and backslashes are only words; what Windows Latin does not have is a question mark."""
    assert list(shown(pdf.document("T", [(words, "1")]))) == ["T", drawn, "1"]


def test_what_does_not_fit_goes_on() -> None:
    """Two lines for the title and 94 more are two pages of 48; one more is a third."""
    rows = [(f"row {number}", "") for number in range(95)]
    assert b"/Count 2" in pdf.document("T", rows[:94])
    assert list(shown(pdf.document("T", rows))) == ["T", *(row for row, _ in rows)]
    assert b"/Count 3" in pdf.document("T", rows)
