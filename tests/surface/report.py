"""`python -m tests.surface.report [PREFIX]`: what every operation answers to a minimal request, and what misfits."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from pinstripe_contracts import operations
from tests.surface.driver import Driver
from tests.surface.fitting import misfits
from tests.surface.tables import TABLES


def lines(prefix: str) -> Iterator[str]:
    """Each operation that does not answer 2xx or does not fit, and the figures."""
    counts: Counter[str] = Counter()
    for operation in operations():
        if not operation.path.startswith(prefix):
            continue
        driver = Driver(TABLES)
        try:
            answer = driver.fairly(operation)
        except LookupError as error:
            counts["not asked"] += 1
            yield f"{'---':>4} {operation.name}: {error!s:.300}"
            continue
        counts[f"{answer.status // 100}xx"] += 1
        if answer.status >= 300:
            message = answer.body["error"]["message"] if isinstance(answer.body, dict) else answer.body
            yield f"{answer.status:>4} {operation.name}: {message:.300}"
        for wrong in misfits(operation, answer, driver):
            counts["misfits"] += 1
            yield f"     {operation.name}: {wrong}"
    yield str(dict(counts))


if __name__ == "__main__":
    for line in lines(sys.argv[1] if len(sys.argv) > 1 else ""):
        sys.stdout.write(f"{line}\n")
