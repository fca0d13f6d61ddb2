"""The pages that are made from the code: `python -m tests.generated_docs` writes them, a test holds them to it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pinstripe.resources import registry
from pinstripe_contracts import contract, operations
from tests.surface.unserved import UNSERVED

ROOT = Path(__file__).parent.parent
MODELLED, BY_SHAPE, UNSUPPORTED = "modelled", "by shape", "unsupported"
WAYS = {
    MODELLED: "has rules of its own, with their sources.",
    BY_SHAPE: "keeps what is said of it and does what is documented of its states; what cannot be known is refused.",
    UNSUPPORTED: "answers 501 with the code `unsupported_operation`.",
}
REFUSED = "A parameter that is not modelled answers 501 with `unsupported_parameter`. Nothing is made up."
CHOSEN = (
    "Made from the code: what could not be established about Stripe and was chosen. Each of these may be wrong; an "
    "exchange with real Stripe that shows it is the most welcome report there is."
)
KNOWN = (
    "Made from the code: every statement about Stripe that says why it is believed. What the words mean stands in "
    "[fidelity](fidelity.md#the-marks); a statement may have several."
)
MARKS = ("recorded", "documented", "second-hand", "inferred")
MARKED = re.compile(r"\[[^\]]*(?:" + "|".join(MARKS) + r")[^\]]*\]")


def coverage() -> str:
    """docs/coverage.md: every operation of the official SDK, and how pinstripe serves it, or why it does not."""
    every = operations()
    ways = {operation.name: _way(operation.name) for operation in every}
    groups: dict[str, list[str]] = {}
    for operation in sorted(every, key=lambda operation: _by_path(operation.name)):
        groups.setdefault(_group(operation.path), []).append(operation.name)
    counts = Counter(way for way, _ in ways.values())
    rows = [
        f"| {group} | " + " | ".join(str(sum(ways[name][0] == way for name in names) or "") for way in WAYS) + " |"
        for group, names in sorted(groups.items())
    ]
    lists = [
        f"### {group}\n\n" + "\n".join(f"- `{name}`: {' '.join(filter(None, ways[name]))}" for name in names)
        for group, names in sorted(groups.items())
    ]
    figures = (
        f"Made from the code. API version {contract().version}: {len(every) - counts[UNSUPPORTED]} of {len(every)} "
        f"operations are served, {counts[MODELLED]} of them modelled and {counts[BY_SHAPE]} by shape."
    )
    return "\n".join(
        [
            "# Coverage",
            "",
            figures,
            "",
            *(f"- **{way}**: {meaning}" for way, meaning in WAYS.items()),
            "",
            REFUSED,
            "",
            f"| group | {' | '.join(WAYS)} |",
            "|---|" + "---|" * len(WAYS),
            *rows,
            "",
            "## Every operation",
            "",
            "\n\n".join(lists),
            "",
        ]
    )


def _way(name: str) -> tuple[str, str]:
    """How an operation is served, and what there is to say about it."""
    status, _, reason = UNSERVED.get(name, "").partition(": ")
    if status == "501" or name not in registry.HANDLERS:
        return UNSUPPORTED, f"({reason})" if reason else ""
    is_modelled = any(name in resource.routes for resource in registry.MODELLED)
    return MODELLED if is_modelled else BY_SHAPE, f"({status}: {reason})" if reason else ""


def _group(path: str) -> str:
    """The noun a path is about: `/v1/billing/meters/{id}` belongs to `billing/meters`."""
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    deep = parts[1] in {"billing", "test_helpers", "checkout", "billing_portal", "entitlements", "core", "issuing"}
    return "/".join(["v2" if parts[0] == "v2" else "", *parts[1 : 3 if deep else 2]]).lstrip("/")


def _by_path(name: str) -> tuple[str, str]:
    """Sort operations by path, then by method."""
    method, _, path = name.partition(" ")
    return path, method


def inferred() -> str:
    """docs/inferred.md: every statement in the code that is marked as inferred."""
    rows = [f"| `{place}` | {text} |" for place, text, marks in _statements() if "inferred" in marks]
    return _page("Inferred", CHOSEN, "| where | what the code says |\n|---|---|", rows)


def facts() -> str:
    """docs/facts.md: every statement in the code that says why it is believed, and how many there are of each kind."""
    statements = list(_statements())
    counts = Counter(mark for _, _, marks in statements for mark in marks)
    figures = f"{len(statements)} statements: " + ", ".join(f"{counts[mark]} {mark}" for mark in MARKS) + "."
    rows = [f"| `{place}` | {', '.join(marks)} | {text} |" for place, text, marks in statements]
    return _page("Facts", f"{KNOWN}\n\n{figures}", "| where | why | what the code says |\n|---|---|---|", rows)


def _page(title: str, words: str, header: str, rows: list[str]) -> str:
    """A page of one table."""
    return "\n".join([f"# {title}", "", words, "", header, *rows, ""])


def _statements() -> Iterator[tuple[str, str, list[str]]]:
    """Each docstring or attribute note with a mark: its place, its text, its marks."""
    for path in sorted((ROOT / "simulator").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "simulator").with_suffix("").parts)
        tree = ast.parse(path.read_text())
        for place, text in _notes(tree, module.removesuffix(".__init__")):
            said = " ".join(MARKED.findall(text))
            if said:
                yield place, " ".join(text.split()).replace("|", "\\|"), [mark for mark in MARKS if mark in said]


def _notes(node: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    """The docstrings below a node, and the strings that explain a name above them."""
    body: list[ast.stmt] = getattr(node, "body", [])
    last = place
    for child in body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _notes(child, f"{place}.{child.name}")
            last = f"{place}.{child.name}"
        elif isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            if isinstance(child.value.value, str):
                yield last, child.value.value
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            last = f"{place}.{ast.unparse(target)}"


PAGES = {"docs/coverage.md": coverage, "docs/facts.md": facts, "docs/inferred.md": inferred}

if __name__ == "__main__":
    for page, make in PAGES.items():
        (ROOT / page).write_text(make())
