"""What every test stands on: the seeds and depths at which laws are tried."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["pytester"]  # the plugin's own tests run tests

# A law fails on a commit, never by chance: the examples are drawn from a fixed seed and nothing is remembered between
# runs. `pytest --hypothesis-profile=thorough` draws fresh and many, which is how new counterexamples are found; each
# one found is written down with `@example`.
settings.register_profile("seeded", derandomize=True, database=None, deadline=None, max_examples=60)
settings.register_profile("thorough", derandomize=False, database=None, deadline=None, max_examples=2_000)
settings.load_profile("seeded")
