"""What every test stands on: the seeds and depths at which laws are tried."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]  # the plugin's own tests run tests

# A law fails on a commit, never by chance: the examples are drawn from a fixed seed and nothing is remembered between
# runs. `pytest --hypothesis-profile=thorough` draws fresh and many, which is how new counterexamples are found; each
# one found is written down with `@example`.
settings.register_profile("seeded", derandomize=True, database=None, deadline=None, max_examples=60)
settings.register_profile("thorough", derandomize=False, database=None, deadline=None, max_examples=2_000)
settings.load_profile("seeded")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--lives N` draws N fresh examples for each law, which `pytest tests/laws/test_hunt.py --lives 10000` does."""
    parser.addoption("--lives", type=int, help="draw so many fresh examples for each law instead of the seeded ones")
    parser.addoption("--months", type=int, default=2, help="how long the benchmark of 10,000 subscriptions goes on")


@pytest.hookimpl(trylast=True)  # after hypothesis has loaded the profile that its own option names
def pytest_configure(config: pytest.Config) -> None:
    """Draw as many examples as asked for."""
    lives = config.getoption("--lives")
    if lives is not None:
        settings.register_profile("lives", settings.get_profile("thorough"), max_examples=lives)
        settings.load_profile("lives")
