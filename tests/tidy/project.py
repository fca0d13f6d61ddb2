"""The project as its own tests see it: what pyproject.toml says and the files under version control."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

PROJECT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
PACKAGE_FOLDERS: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
ROOTS = [PurePosixPath(folder).parent.as_posix() for folder in PACKAGE_FOLDERS]
PACKAGES = [PurePosixPath(folder).name for folder in PACKAGE_FOLDERS]


@dataclass(frozen=True)
class File:
    """One file of the project: where it is and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def is_python(self) -> bool:
        """Whether this is Python."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Whether this belongs to the tests, which see everything and are seen by nobody."""
        return self.path == "conftest.py" or self.path.startswith("tests/")

    @property
    def module(self) -> str | None:
        """The dotted name under which users import this file, if it is Python of one of our packages."""
        root = next((root for root in ROOTS if self.path.startswith(f"{root}/")), None)
        if root is None or not self.is_python:
            return None
        parts = PurePosixPath(self.path).relative_to(root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str, str]]:
        """Every import: the statement, the full name of the thing imported, the name it goes by here."""
        found: list[tuple[ast.stmt, str, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node, name.name, name.asname or name.name) for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node, f"{self._source(node)}.{name.name}", name.asname or name.name) for name in node.names]
        return found

    def _source(self, node: ast.ImportFrom) -> str:
        """The module a `from` statement reads, relative ones spelled out."""
        if not node.level:
            return node.module or ""
        package = (self.module or "").split(".")
        above = node.level - 1 if self.path.endswith("__init__.py") else node.level
        return ".".join([*package[: len(package) - above], *filter(None, [node.module])])

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name means here; `import a.b` makes `a` known."""
        meanings = {name: thing for _, thing, name in self.imports}
        return meanings | {name.split(".")[0]: name.split(".")[0] for name in meanings if "." in name}

    @cached_property
    def uses(self) -> list[tuple[int, str]]:
        """Every imported thing this file mentions, by line and full dotted name."""
        found = {(node.lineno, thing) for node, thing, _ in self.imports}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute) and (thing := self.meaning(node)):
                found.add((node.lineno, thing))
        return sorted(found)

    def meaning(self, expression: ast.expr) -> str | None:
        """The full dotted name of an expression that is an imported name and what follows it."""
        path: list[str] = []
        while isinstance(expression, ast.Attribute):
            path.append(expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name) or expression.id not in self.names:
            return None
        return ".".join([self.names[expression.id], *reversed(path)])


Rule = Callable[[File], Iterator[str]]


@cache
def project_files() -> tuple[File, ...]:
    """Everything under version control or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    paths = sorted({path for path in listed.split("\0") if (PROJECT / path).is_file()})
    return tuple(File(path, (PROJECT / path).read_text(encoding="utf-8", errors="replace")) for path in paths)
