"""What files are called, how long they are, what they say about themselves, and what they must not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.tidy.project import ROOTS, File

VAGUE_NAME = re.compile(r"(.*_)?(utils?|helpers?|base|common|misc|managers?|services?)")

LONGEST = 350
LONG_FILES: dict[str, str] = {}  # a file that is longer -> why it is one noun all the same

# Patterns that do not match their own spelling, or this file would be the first to break the rule.
TRACE = re.compile(
    r"(?<![\w.])/(?:work|root|home|opt/pypi)/"  # folders of somebody's machine
    r"|(?<![\w.])/tmp/\w"
    r"|\.\./shared"
    r"|\b(?:pypi|pythonhosted|npmjs|debian)\.org\b"  # package registries
)
LEFTOVER = re.compile(r"\b(?:FIXM[E]|TOD[O]|XX[X])\b|^(?:<{7}|>{7}) ")


def files_leave_no_trace_of_a_machine(file: File) -> Iterator[str]:
    """No file names a folder of somebody's machine, a folder beside the project, or a package registry."""
    for number, line in enumerate(file.text.splitlines(), 1):
        yield from (f"line {number}: {trace}" for trace in TRACE.findall(line))


def files_are_finished(file: File) -> Iterator[str]:
    """What is left to do is an issue, not a comment; what was merged is merged."""
    for number, line in enumerate(file.text.splitlines(), 1):
        yield from (f"line {number}: {leftover}" for leftover in LEFTOVER.findall(line))


def names_say_what_is_inside(file: File) -> Iterator[str]:
    """A file is one noun of the domain."""
    if file.is_python:
        parts = PurePosixPath(file.path).with_suffix("").parts
        yield from (f"{part!r} does not say what is inside" for part in parts if VAGUE_NAME.fullmatch(part))


def files_fit_in_the_head(file: File) -> Iterator[str]:
    """A longer file is listed with its reason, and only a longer file is."""
    length = len(file.text.splitlines())
    if file.is_python and length > LONGEST and file.path not in LONG_FILES:
        yield f"{length} lines: divide it, or list it with its reason"
    if length <= LONGEST and file.path in LONG_FILES:
        yield f"{length} lines: no longer one of the long files"


def docstrings_state_the_law(file: File) -> Iterator[str]:
    """Every module, every public class, function and method, and every test says in a sentence what holds."""
    if not file.is_python:
        return
    if file.text.strip() and not ast.get_docstring(file.tree):
        yield "the module has no docstring"
    bodies = [file.tree.body]
    while bodies:
        for node in bodies.pop():
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name[0] == "_":
                continue
            decorators = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
            if not ast.get_docstring(node) and not decorators & {"overload", "override", "setter"}:
                yield f"line {node.lineno}: {node.name} has no docstring"
            if isinstance(node, ast.ClassDef):
                bodies.append(node.body)


def roots_hold_one_package(files: tuple[File, ...]) -> Iterator[str]:
    """A source root holds one package and nothing else."""
    for root in ROOTS:
        inside = {PurePosixPath(file.path).parts[1] for file in files if file.path.startswith(f"{root}/")}
        packages = {name for name in inside if any(file.path == f"{root}/{name}/__init__.py" for file in files)}
        if len(inside) != 1 or inside != packages:
            yield f"{root} holds {sorted(inside)}"
