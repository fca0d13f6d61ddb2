"""What the plugin costs whoever has it installed: the start of a run in which nobody uses it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 10


def cpu_seconds(folder: Path, *args: str) -> float:
    """The processor time of one `pytest --collect-only` in a folder."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_plugin_starts_quickly(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The difference to a run without it is printed; the fastest of each counts, for it was disturbed the least."""
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    ours = ("-p", "pinstripe_scenarios.plugin")
    rounds = ROUNDS if pytestconfig.getoption("benchmark_enable", default=False) else 1
    pairs = [(cpu_seconds(tmp_path), cpu_seconds(tmp_path, *ours)) for _ in range(1 + rounds)][1:]
    # The first pair has written the byte code.
    without, with_it = (min(times) for times in zip(*pairs, strict=True))
    print(f"\npytest --collect-only: {without * 1e3:.0f} ms, with the plugin {(with_it - without) * 1e3:+.1f} ms")  # noqa: T201


def test_loading_the_plugin_imports_nothing_but_pytest() -> None:
    """After pytest itself has started, the plugin adds its own few modules and no other; what they cost is printed."""
    code = (
        "import pytest, sys, time; import _pytest.config as c; c.get_config(); before = set(sys.modules);"
        "start = time.process_time(); import pinstripe_scenarios.plugin, pinstripe_scenarios.fixtures;"
        "cost = time.process_time() - start; print(cost, *sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    cost, *added = done.stdout.split()
    print(f"\nimport of the plugin: {float(cost) * 1e3:.1f} ms")  # noqa: T201
    assert {name.split(".")[0] for name in added} == {"pinstripe_scenarios"}
    assert len(added) < 10
