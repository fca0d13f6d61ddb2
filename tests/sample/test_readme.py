"""The README's ten lines, run as they stand there with the sample's fixtures."""

from __future__ import annotations

from tests.documentation import blocks
from tests.test_docs import execute
from tests.tidy.project import PROJECT

README = PROJECT / "README.md"

test_a_month = execute(
    [block for block in blocks(README.read_text()) if "def test_a_month(" in block.code], str(README)
)["test_a_month"]
test_a_month.__doc__ = "A month of the sample is what the README says it is."
