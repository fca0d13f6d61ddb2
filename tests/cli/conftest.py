"""The Stripe CLI, where this machine has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import stripe_cli
from tests.cli.stripe_cli import StripeCli


@pytest.fixture
def cli(tmp_path: Path) -> StripeCli:
    """The official command line."""
    binary = stripe_cli.found()
    if binary is None:
        pytest.skip(f"no Stripe CLI: name its binary in {stripe_cli.NAME}, or put `stripe` on PATH")
    return StripeCli(binary, tmp_path)
