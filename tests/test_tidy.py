"""Style is a test: the rules of tests/tidy hold for every file, and each rule is shown to fail where it should."""

from __future__ import annotations

import re

import pytest

from tests.tidy import inputs, layers, words
from tests.tidy.project import PACKAGE_FOLDERS, PROJECT, PYPROJECT, ROOTS, File, Rule, project_files

RULES: list[Rule] = [
    layers.imports_point_downwards,
    layers.async_only_at_the_edges,
    layers.imports_are_declared,
    inputs.time_and_chance_are_inputs,
    inputs.tests_neither_sleep_nor_mock,
    words.files_leave_no_trace_of_a_machine,
    words.files_are_finished,
    words.names_say_what_is_inside,
    words.files_fit_in_the_head,
    words.docstrings_state_the_law,
]

BILLING, WIRE = "simulator/pinstripe/billing/tax.py", "simulator/pinstripe/wire/forms.py"
WORLD, RESOURCE = "simulator/pinstripe/world/store.py", "simulator/pinstripe/resources/catalog/prices.py"
HTTP, CLI, TEST = "simulator/pinstripe/http/app.py", "simulator/pinstripe/cli.py", "tests/wire/test_forms.py"
SHAPES = "contracts/pinstripe_contracts/shapes.py"

# A file that breaks the rule, and a word of the complaint.
BAD: list[tuple[Rule, str, str, str]] = [
    (layers.imports_point_downwards, BILLING, "from pinstripe.world import store", "may not import pinstripe.world"),
    (layers.imports_point_downwards, BILLING, "from ..wire.forms import decode", "may not import pinstripe.wire"),
    (layers.imports_point_downwards, BILLING, "def f():\n    import pinstripe.http.app", "line 2"),
    (layers.imports_point_downwards, WORLD, "import pinstripe_contracts", "may not import pinstripe_contracts"),
    (layers.imports_point_downwards, RESOURCE, "from pinstripe import start", "may not import pinstripe.start"),
    (layers.imports_point_downwards, SHAPES, "from pinstripe.errors import StripeError", "may not import"),
    (layers.imports_point_downwards, HTTP, "from pinstripe.cli import main", "may not import pinstripe.cli"),
    (layers.imports_point_downwards, "simulator/pinstripe/novel.py", "", "no row"),
    (layers.async_only_at_the_edges, RESOURCE, "class A:\n    async def retrieve(self): ...", "retrieve"),
    (layers.imports_are_declared, WIRE, "import numpy", "numpy"),
    (layers.imports_are_declared, HTTP, "import uvicorn", "uvicorn"),
    (layers.imports_are_declared, HTTP, "def serve():\n    import numpy", "numpy"),
    (inputs.time_and_chance_are_inputs, WORLD, "import time\ntime.time()", "time.time"),
    (inputs.time_and_chance_are_inputs, WORLD, "from time import monotonic as tick", "time.monotonic"),
    (inputs.time_and_chance_are_inputs, HTTP, "from datetime import datetime\ndatetime.now()", "datetime.now"),
    (inputs.time_and_chance_are_inputs, WIRE, "import datetime as dt\ndt.date.today()", "date.today"),
    (inputs.time_and_chance_are_inputs, CLI, "import random", "ids.py"),
    (inputs.time_and_chance_are_inputs, SHAPES, "from uuid import uuid4", "uuid.uuid4"),
    (inputs.time_and_chance_are_inputs, HTTP, "import os\nos.urandom(4)", "os.urandom"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "import time\ntime.sleep(1)", "time.sleep"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "from asyncio import sleep\nsleep(0.1)", "sleep(0)"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "from unittest import mock", "unittest.mock"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "from unittest.mock import Mock", "unittest.mock"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "patch.setattr('pinstripe.world.clock.now', 1)", "is ours"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "import pinstripe as p\nm.setattr(p.world, 'now', 1)", "is ours"),
    (words.files_leave_no_trace_of_a_machine, "docs/a.md", "cd /" + "work/main", "line 1"),
    (words.files_leave_no_trace_of_a_machine, ".ci/run", "\npip -i https://pypi" + ".org/simple", "line 2"),
    (words.files_leave_no_trace_of_a_machine, TEST, "open('/" + "tmp/w/v')", "line 1"),
    (words.files_leave_no_trace_of_a_machine, TEST, "open('.." + "/shared/facts')", "line 1"),
    (words.files_are_finished, "README.md", "FIX" + "ME: soon", "line 1"),
    (words.files_are_finished, WIRE, "a = 1\n<<<<" + "<<< ours", "line 2"),
    (words.names_say_what_is_inside, "simulator/pinstripe/wire/utils.py", "", "utils"),
    (words.names_say_what_is_inside, "simulator/pinstripe/invoice_manager/draft.py", "", "invoice_manager"),
    (words.files_fit_in_the_head, WIRE, "\n" * 351, "351 lines"),
    (words.docstrings_state_the_law, WIRE, "a = 1", "module"),
    (words.docstrings_state_the_law, WIRE, '"""M."""\ndef decode(): ...', "decode"),
    (words.docstrings_state_the_law, WIRE, '"""M."""\nclass A:\n    """A."""\n    def b(self): ...', "b has no"),
    (words.docstrings_state_the_law, TEST, '"""M."""\ndef test_a(): ...', "test_a"),
]

# A file that comes close and is right.
GOOD: list[tuple[Rule, str, str]] = [
    (layers.imports_point_downwards, WIRE, "from pinstripe_contracts.types import Hash"),
    (layers.imports_point_downwards, RESOURCE, "from pinstripe.world.store import World\nfrom . import customers"),
    (layers.imports_point_downwards, TEST, "import pinstripe.http.app"),
    (layers.async_only_at_the_edges, HTTP, "async def app(scope, receive, send): ..."),
    (layers.imports_are_declared, CLI, "import click"),
    (layers.imports_are_declared, HTTP, "def serve():\n    import uvicorn"),
    (layers.imports_are_declared, BILLING, "from dateutil.relativedelta import relativedelta"),
    (inputs.time_and_chance_are_inputs, inputs.CLOCK, "import time\ntime.time()"),
    (inputs.time_and_chance_are_inputs, WIRE, "from datetime import UTC, datetime\ndatetime.fromtimestamp(0, UTC)"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "import asyncio\nasyncio.sleep(0)"),
    (inputs.tests_neither_sleep_nor_mock, TEST, "monkeypatch.setenv('STRIPE_API_KEY', 'sk_test_x')"),
    (words.files_leave_no_trace_of_a_machine, "docs/a.md", "https://example.com/home/ and network/"),
    (words.files_are_finished, WIRE, "KEY = 'sk_test_XXX'"),
    (words.names_say_what_is_inside, "simulator/pinstripe/wire/database.py", ""),
    (words.docstrings_state_the_law, WIRE, '"""M."""\ndef _inner(): ...'),
]


def named(rule: Rule, path: str, text: str) -> str:
    """A case, as the report of a run shows it."""
    return f"{rule.__name__}: {path}: {text[:60]!r}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    """The rule has nothing to say about any file of the project."""
    complaints = [f"{file.path}: {complaint}" for file in project_files() for complaint in rule(file)]
    assert not complaints, f"{rule.__doc__}\n" + "\n".join(complaints)


@pytest.mark.parametrize("rule, path, text, complaint", BAD, ids=[named(*case[:3]) for case in BAD])
def test_the_rule_sees_what_is_wrong(rule: Rule, path: str, text: str, complaint: str) -> None:
    """A file that breaks the rule is complained about, with the place."""
    assert any(complaint in found for found in rule(File(path, text)))


@pytest.mark.parametrize("rule, path, text", GOOD, ids=[named(*case) for case in GOOD])
def test_the_rule_leaves_the_rest_alone(rule: Rule, path: str, text: str) -> None:
    """A file that only comes close to breaking the rule passes."""
    assert list(rule(File(path, text))) == []


def test_every_rule_can_fail() -> None:
    """Each rule has a file that breaks it: a rule that cannot fail is no rule."""
    assert {rule for rule, *_ in BAD} == set(RULES)


def test_a_short_file_leaves_the_list_of_long_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of long files names no file that has become short."""
    monkeypatch.setitem(words.LONG_FILES, WIRE, "one table")
    assert list(words.files_fit_in_the_head(File(WIRE, "\n" * 351))) == []
    assert list(words.files_fit_in_the_head(File(WIRE, "\n" * 350))) == ["350 lines: no longer one of the long files"]


def test_no_modules_import_each_other() -> None:
    """Two modules that need each other are one; what only the types need, or a function, is no circle."""
    assert list(layers.modules_import_in_no_circle(project_files())) == []
    prices = File(RESOURCE, "from pinstripe.resources.catalog import plans")
    plans = "simulator/pinstripe/resources/catalog/plans.py"
    (complaint,) = layers.modules_import_in_no_circle([prices, File(plans, "from .prices import view")])
    assert "catalog.plans is needed by pinstripe.resources.catalog.prices" in complaint
    lazy = "if TYPE_CHECKING:\n    from . import prices\ndef f():\n    from . import prices"
    assert list(layers.modules_import_in_no_circle([prices, File(plans, lazy)])) == []


def test_every_source_root_holds_one_package() -> None:
    """A root with a second package, a stray module or no package at all would put generic names on users' paths."""
    assert list(words.roots_hold_one_package(project_files())) == []
    package, stray = File("simulator/pinstripe/__init__.py", ""), File("simulator/setup.py", "")
    others = tuple(File(f"{folder}/__init__.py", "") for folder in PACKAGE_FOLDERS[1:])
    assert list(words.roots_hold_one_package((package, *others))) == []
    found = "simulator holds ['pinstripe', 'setup.py']"
    assert list(words.roots_hold_one_package((package, stray, *others))) == [found]
    assert list(words.roots_hold_one_package(others)) == ["simulator holds []"]


def test_every_tool_knows_every_source_root() -> None:
    """A root named to the builder is named to the editable install, the source archive and each checker."""
    tool = PYPROJECT["tool"]
    assert tool["hatch"]["build"]["dev-mode-dirs"] == ROOTS
    assert tool["hatch"]["build"]["targets"]["sdist"]["include"][: len(ROOTS)] == [f"/{root}" for root in ROOTS]
    assert re.findall(r"\$MYPY_CONFIG_FILE_DIR/(\w+)", tool["mypy"]["mypy_path"]) == ROOTS
    assert tool["pyright"]["extraPaths"] == ROOTS
    for checked in (tool["mypy"]["files"], tool["pyright"]["include"]):
        assert checked == [*ROOTS, "tests", "conftest.py"]
    assert tool["ruff"]["src"] == [*ROOTS, "tests"]
    folders = {path.parts[-3] for path in PROJECT.glob("*/pinstripe*/__init__.py")}
    assert folders == set(ROOTS)


def test_every_row_of_the_layers_is_a_module() -> None:
    """The table of layers names no part that is gone, and only parts that have a row."""
    modules = {file.module for file in project_files()}
    assert set(layers.LAYERS) <= modules
    assert {below for row in layers.LAYERS.values() for below in row} <= set(layers.LAYERS)
