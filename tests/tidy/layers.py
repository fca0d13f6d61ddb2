"""Who may import whom: parts of the packages, third-party dependencies, and the event loop."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions

from tests.tidy.project import PACKAGES, PYPROJECT, File

# Imports point downwards: a part imports itself and the parts its row names. A part is a module with everything below
# it, but `pinstripe` is only the package's own `__init__`, the public face.
CONTRACTS = ["pinstripe_contracts"]
RULES_AND_STATE = [*CONTRACTS, "pinstripe.errors", "pinstripe.world", "pinstripe.wire", "pinstripe.billing"]
SIMULATOR = [*RULES_AND_STATE, "pinstripe.resources"]
FACE = [*SIMULATOR, "pinstripe.webhooks", "pinstripe.http", "pinstripe.http.transport", "pinstripe"]
LAYERS = {
    "pinstripe_contracts": [],
    "pinstripe_contracts.run": CONTRACTS,
    "pinstripe_metering": [],
    "pinstripe_flags": ["pinstripe_flags.provider"],
    "pinstripe_flags.provider": ["pinstripe_flags"],
    "pinstripe.errors": [],
    "pinstripe.world": ["pinstripe.errors"],
    "pinstripe.billing": ["pinstripe.errors"],
    "pinstripe.wire": ["pinstripe.errors", *CONTRACTS],
    "pinstripe.resources": RULES_AND_STATE,
    "pinstripe.webhooks": SIMULATOR,
    "pinstripe.http": [*SIMULATOR, "pinstripe.webhooks"],
    "pinstripe.http.transport": [*SIMULATOR, "pinstripe.http"],
    "pinstripe": [*SIMULATOR, "pinstripe.webhooks", "pinstripe.http"],
    "pinstripe.control": [*SIMULATOR, "pinstripe.http"],
    "pinstripe.demo": FACE,
    "pinstripe.contracts_cli": [*SIMULATOR, "pinstripe_contracts.run"],
    "pinstripe.cli": [*FACE, "pinstripe.demo", "pinstripe.contracts_cli"],
    "pinstripe.__main__": ["pinstripe.cli"],
    "pinstripe_scenarios": [*FACE, "pinstripe.control"],
}

# The parts with sockets, and the provider that OpenFeature awaits; nothing else is asynchronous.
EDGES = [
    "pinstripe.webhooks",
    "pinstripe.http",
    "pinstripe.http.transport",
    "pinstripe.demo",
    "pinstripe.cli",
    "pinstripe_flags.provider",
    "pinstripe_scenarios",
]

# The parts that may import the packages of an extra at their top. An import inside a function is lazy and may come
# from any extra.
EXTRAS = {
    "pinstripe_scenarios": "pytest",
    "pinstripe_metering": "metering",
    "pinstripe_flags": "flags",
    "pinstripe_flags.provider": "flags",
    "pinstripe_contracts.run": "contracts",
    "pinstripe.cli": "server",
    "pinstripe.contracts_cli": "server",
    "pinstripe.demo": "server",
    "pinstripe.http.transport": "server",
}


def part_of(name: str) -> str:
    """The row of the table that speaks for a module or for a name in it: the longest that fits, else the name."""
    return max((row for row in LAYERS if name == row or name.startswith(f"{row}.")), key=len, default=name)


def imports_point_downwards(file: File) -> Iterator[str]:
    """A part imports itself and what its row of the table names."""
    if file.module is None:
        return
    here = part_of(file.module)
    if here not in LAYERS or (here == "pinstripe" != file.module):
        yield f"{file.module} has no row in the table of layers"
        return
    for node, thing, _ in file.imports:
        if thing.split(".")[0] in PACKAGES and part_of(thing) not in [here, *LAYERS[here]]:
            yield f"line {node.lineno}: {here} may not import {thing}"


def modules_import_in_no_circle(files: Iterable[File]) -> Iterator[str]:
    """Whoever loads a module loads what it needs first: within a part, too, imports lead down and never back."""
    ours = {file.module: file for file in files if file.module is not None}
    needs = {
        module: {name for node, thing, _ in file.imports if node in file.tree.body and (name := _module(thing, ours))}
        for module, file in ours.items()
    }
    try:
        TopologicalSorter({module: names - {module} for module, names in needs.items()}).prepare()
    except CycleError as error:
        yield " is needed by ".join(error.args[1])


def _module(thing: str, ours: Mapping[str, File]) -> str | None:
    """The module of ours that an imported name is, or stands in."""
    return next((name for name in (thing, thing.rpartition(".")[0]) if name in ours), None)


def async_only_at_the_edges(file: File) -> Iterator[str]:
    """Below the sockets everything runs to completion, so a transaction needs no lock."""
    if file.module is None or part_of(file.module) in EDGES:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"line {node.lineno}: async def {node.name}"


def imports_are_declared(file: File) -> Iterator[str]:
    """What a module imports at its top is the standard library, ours, or a dependency that its user surely has."""
    if file.module is None:
        return
    extras = PYPROJECT["project"]["optional-dependencies"]
    present = declared(PYPROJECT["project"]["dependencies"])
    present |= declared(extras.get(EXTRAS.get(part_of(file.module)), []))
    possible = present.union(*map(declared, extras.values()))
    for node, thing, _ in file.imports:
        top = thing.split(".")[0]
        if top in sys.stdlib_module_names or top in PACKAGES:
            continue
        if not homes(top) & (present if node in file.tree.body else possible):
            yield f"line {node.lineno}: pyproject.toml does not declare {top} for this module"


def homes(package: str) -> set[str]:
    """The distributions that provide an importable package; one that is not installed goes by its own name."""
    return {normal(name) for name in installed().get(package, [package])}


@cache
def installed() -> Mapping[str, list[str]]:
    """The distributions of every installed package."""
    return packages_distributions()


def declared(requirements: list[str]) -> set[str]:
    """The distributions that a list of requirements names."""
    return {normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in requirements}


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
