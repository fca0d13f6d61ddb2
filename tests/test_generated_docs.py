"""Pages that are made from the code say what the code says."""

from __future__ import annotations

import pytest

from tests.generated_docs import PAGES, ROOT


@pytest.mark.parametrize("page", PAGES)
def test_page_is_up_to_date(page: str) -> None:
    """A page made from the code is what the code makes now: run `python -m tests.generated_docs`."""
    assert (ROOT / page).read_text() == PAGES[page]()
