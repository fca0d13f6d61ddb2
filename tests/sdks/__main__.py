"""Let every release tell the story, and print what came of it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sdks.releases import RELEASES, Release

APRIL, MAY = 1806537600, 1809129600
EXPECTED: dict[str, Any] = {
    "repeated": True,
    "mismatch": 400,
    "paid by": [True, "succeeded", True, True],
    "first": ["active", 1000, 1000],
    "period": [APRIL, MAY],
    "upgrade": [1000, [-500, 1500]],
    "upgrade lines": [True, True],
    "renewal": ["subscription_cycle", "paid", 3000],
    "decline": ["open", 3000, "past_due"],
    "card error": [402, "card_declined"],
    "recovery": ["paid", 3000, "active"],
    "pages": [3000, 3000, 1000, 1000],
    "events": [4, 3000, True],
    "missing": [404, "resource_missing"],
    "bad key": 401,
    "cancel": "canceled",
    "usage": 7.0,
}
"""What comes of every step, whichever release asks."""


@dataclass(frozen=True, slots=True)
class Told:
    """How one release fared."""

    release: Release
    sdk: str
    api: str
    problems: Sequence[str]
    seconds: float


@contextmanager
def serving() -> Iterator[str]:
    """A simulator of its own process, by its base URL."""
    command = [sys.executable, "-m", "pinstripe", "serve", "--port", "0", "--seed", "sdks"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield next(line.split()[-1] for line in server.stdout if "base URL" in line)
        finally:
            server.terminate()


def told(release: Release, cache: Path, url: str) -> Told:
    """Let one release tell the story with an API key of its own."""
    try:
        command = release.command(release.installed(cache))
    except (OSError, subprocess.CalledProcessError) as error:
        return Told(release, "-", "-", [f"not installed: {error}"], 0)
    begun = time.monotonic()
    key = f"sk_test_{release.language}{release.major}"
    ran = subprocess.run([*command, url, key], capture_output=True, text=True, check=False, timeout=120)
    seconds = time.monotonic() - begun
    if ran.returncode:
        return Told(release, "-", "-", [ran.stderr.strip()[-1500:]], seconds)
    story = json.loads(ran.stdout)
    came = story["came"]
    problems = [
        f"{step}: {came.get(step)!r}, not {wanted!r}" for step, wanted in EXPECTED.items() if came.get(step) != wanted
    ]
    return Told(release, story["sdk"], story["api"], problems, seconds)


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Tell all of them; not zero if one of them went otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.sdks", description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "pinstripe-sdks")
    parser.add_argument("--only", nargs="*", metavar="LANGUAGE-MAJOR", help="such as python-7 or node-14")
    options = parser.parse_args()
    chosen = [row for row in RELEASES if not options.only or f"{row.language}-{row.major}" in options.only]
    with serving() as url:
        rows = [told(release, options.cache, url) for release in chosen]
    say(f"{'SDK':<18} {'release':<10} {'API version':<20} {'steps':<8} seconds")
    for row in rows:
        steps = f"{len(EXPECTED) - len(row.problems)}/{len(EXPECTED)}" if row.api != "-" else "failed"
        say(f"{row.release.name:<18} {row.sdk:<10} {row.api:<20} {steps:<8} {row.seconds:.1f}")
        for problem in row.problems:
            say(f"    {problem}")
    return int(any(row.problems for row in rows))


if __name__ == "__main__":
    sys.exit(main())
