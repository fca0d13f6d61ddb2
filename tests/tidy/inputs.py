"""Time, randomness and other people's code are inputs: nobody reaches for them, nobody swaps them behind our back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.project import PACKAGES, File

# What is banned, and the one file of each package that may use it all the same.
CLOCK = "simulator/pinstripe/world/clock.py"
IDS = "simulator/pinstripe/world/ids.py"
CLOCKS = [CLOCK, "metering/pinstripe_metering/clock.py", "flags/pinstripe_flags/clock.py"]
CHANCE = [IDS, "metering/pinstripe_metering/jitter.py"]
BANNED = [
    (re.compile(r"time\.((time|monotonic|perf_counter|process_time)(_ns)?|sleep|localtime|ctime)"), CLOCKS),
    (re.compile(r"datetime\.(datetime|date)\.(now|utcnow|today)"), CLOCKS),
    (re.compile(r"(random|secrets)(\..*)?|uuid(\.(?!UUID$).*)?|os\.urandom"), CHANCE),
]
BANNED_IN_TESTS = [
    (re.compile(r"time\.sleep"), "turn the clock, or wait for what should happen"),
    (re.compile(r"(unittest\.)?mock(\..*)?|unittest\.\*"), "give the code another input"),
]
ASYNC_SLEEP = re.compile(r"(asyncio|anyio|trio)\.sleep")


def time_and_chance_are_inputs(file: File) -> Iterator[str]:
    """Real time and randomness are read in one file each."""
    if file.module is None:
        return
    for line, name in file.uses:
        for pattern, only in BANNED:
            if file.path not in only and pattern.fullmatch(name):
                yield f"line {line}: {name} is for {' and '.join(only)} alone"


def tests_neither_sleep_nor_mock(file: File) -> Iterator[str]:
    """Tests wait for no real time and replace none of our own code."""
    if not (file.is_python and file.is_test):
        return
    for line, name in file.uses:
        for pattern, instead in BANNED_IN_TESTS:
            if pattern.fullmatch(name):
                yield f"line {line}: {name}: {instead}"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and node.args:
            yield from _sleep(file, node)
            yield from _patch(file, node)


def _sleep(file: File, call: ast.Call) -> Iterator[str]:
    """A coroutine that sleeps longer than it takes to let the others run."""
    if ASYNC_SLEEP.fullmatch(file.meaning(call.func) or "") and ast.unparse(call.args[0]) != "0":
        yield f"line {call.lineno}: only sleep(0), to let the others run"


def _patch(file: File, call: ast.Call) -> Iterator[str]:
    """A monkeypatch of one of our packages, named or imported."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in {"setattr", "delattr", "setitem", "delitem"}):
        return
    first = call.args[0]
    target = str(first.value) if isinstance(first, ast.Constant) else file.meaning(first) or ""
    if target.split(".")[0] in PACKAGES:
        yield f"line {call.lineno}: {target} is ours: give it another input instead of patching it"
