"""What the parts of a life are drawn from: the values of commands, commands, and scenes of several."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.laws.catalogue import CARDS, PLANS
from tests.laws.life import Command

HOUR, DAY = 3600, 86400

WHICH = st.integers(0, 3)
CLOCK = st.sampled_from([None, 0, 1])
CARD = st.integers(0, len(CARDS) - 1)
BALANCE = st.sampled_from([0, 0, 0, -1500, -5, 40, 700])
PLAN = st.integers(0, len(PLANS) - 1)
QUANTITY = st.sampled_from([1, 1, 2, 3, 7, 25, 0])
BEHAVIOR = st.sampled_from([None, None, "allow_incomplete", "default_incomplete", "error_if_incomplete"])
PRORATION = st.sampled_from([None, "create_prorations", "always_invoice", "none"])
CHANGE = st.sampled_from(["quantity", "price", "add", "remove"])
NUMBER = st.integers(0, 12)
SHARE = st.sampled_from([None, None, 0, 40, 100, 250])
VALUE = st.sampled_from(["1", "60", "250", "1200", "0.5", "-30", "many"])
AGE = st.sampled_from([0, 60, 3 * DAY, 30 * DAY, 36 * DAY, -HOUR])
IDENTIFIER = st.none() | st.integers(0, 1)
AMOUNT = st.sampled_from([1200, 20, 3, -900, 5000])
SETTLE = st.sampled_from(
    ["finalize", "pay", "pay", "pay with visa", "pay elsewhere", "void", "mark_uncollectible", "delete"]
)
SECONDS = st.sampled_from([1, HOUR, DAY, 3 * DAY, 10 * DAY, 28 * DAY, 31 * DAY, 45 * DAY])
BEYOND = st.sampled_from([0, 0, 1, HOUR, HOUR, 2 * DAY])


METERED = [number for number, plan in enumerate(PLANS) if {"calls", "bytes", "cents", "packs"} & set(plan)]


def command(name: str, *arguments: SearchStrategy[Any]) -> SearchStrategy[Command]:
    """A command with arguments drawn from these."""
    return st.tuples(st.just(name), st.tuples(*arguments))


def scene(*steps: SearchStrategy[Command] | Command) -> SearchStrategy[list[Command]]:
    """Commands that lead somewhere deep together; what happens between two scenes may still thwart the next."""
    return st.tuples(*(st.just(step) if isinstance(step, tuple) else step for step in steps)).map(list)
