"""Where chance comes from. This is the only file of the package that may draw random numbers."""

from __future__ import annotations

import random
from collections.abc import Callable

Jitter = Callable[[float], float]
"""Draws a delay in seconds between nothing and the longest one."""


def full_jitter(longest_seconds: float) -> float:
    """Any delay up to the longest: workers that failed together do not come back together."""
    return random.uniform(0, longest_seconds)  # noqa: S311 - a delay is no secret
