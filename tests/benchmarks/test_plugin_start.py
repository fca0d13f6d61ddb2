"""What the plugin costs whoever has it installed: the start of a run in which nobody uses it.

Measured by `pytest tests/benchmarks/test_plugin_start.py --benchmark-enable -s`; otherwise everything runs once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from statistics import median
from typing import Any

OURS = "pinstripe_scenarios.plugin"
ROUNDS = 30


def cpu_ms(folder: Path, *args: str) -> float:
    """The processor's milliseconds for one `pytest --collect-only` in a folder; plugins load as for any user."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start would compile everything again
    environment.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def test_the_plugin_starts_quickly(benchmark: Any, tmp_path: Path) -> None:
    """A run with it beside a run without it, in turns; other plugins that happen to be installed stay out of both."""
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    others = [
        word for entry in entry_points(group="pytest11") if entry.name != OURS for word in ("-p", "no:" + entry.name)
    ]
    for blocked in ([], ["-p", f"no:{OURS}"]):  # these two write the byte code
        cpu_ms(tmp_path, *others, *blocked)

    def compare() -> list[tuple[float, float]]:
        """Without and with, so many times."""
        rounds = range(ROUNDS if benchmark.enabled else 1)
        return [(cpu_ms(tmp_path, *others, "-p", f"no:{OURS}"), cpu_ms(tmp_path, *others)) for _ in rounds]

    pairs = benchmark.pedantic(compare, rounds=1)
    without, with_it = (min(times) for times in zip(*pairs, strict=True))  # the fastest was disturbed the least
    typical = median(one - other for other, one in pairs)
    benchmark.extra_info.update(without_ms=without, with_ms=with_it, median_difference_ms=typical)
    sys.stdout.write(
        f"\npytest --collect-only: {without:.0f} ms, with the plugin {with_it - without:+.1f} ms "
        f"(ratio {with_it / without:.3f}); median difference {typical:+.1f} ms\n"
    )


LOADING = """
import sys, time
import _pytest.config
config = _pytest.config.get_config()
before = set(sys.modules)
start = time.process_time()
import pinstripe_scenarios.plugin as plugin
config.pluginmanager.register(plugin, plugin.__name__)
config.pluginmanager.register(plugin.fixtures, plugin.fixtures.__name__)
print(1e3 * (time.process_time() - start), *sorted(set(sys.modules) - before))
"""


def test_loading_the_plugin_imports_nothing_but_pytest(benchmark: Any) -> None:
    """After pytest itself has started, the plugin adds its own few modules and no other; what that takes is printed."""
    rounds = ROUNDS if benchmark.enabled else 1
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", LOADING]

    def load() -> list[list[str]]:
        """The milliseconds and the new modules, so many times."""
        runs = [
            subprocess.run(command, env=environment, check=True, capture_output=True, text=True) for _ in range(rounds)
        ]
        return [run.stdout.split() for run in runs]

    told = benchmark.pedantic(load, rounds=1)
    fastest = min(float(ms) for ms, *_ in told)
    benchmark.extra_info.update(loading_ms=fastest)
    sys.stdout.write(f"\nloading the plugin, with its options and fixtures: {fastest:.1f} ms\n")
    added = told[0][1:]
    assert {name.split(".")[0] for name in added} == {"pinstripe_scenarios"}
    assert len(added) < 10
