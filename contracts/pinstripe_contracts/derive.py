"""Derives the contract's data from the installed stripe-python.

`python -m pinstripe_contracts.derive [--npm DIR] [--spec FILE] [--check] [--report]` writes, under `data/`:

    meta.json           the API version, the versions of the SDKs read, the names of all shapes
    operations.json     [method, path, file in params/, [kind of answer, object, ...], host unless it is `api`]
    params/*.json       the params tree of every operation, one file for each first path segment behind the version
    shapes/*.json       one object each, under the name given in `pinstripe_contracts.expressions.Shapes`
    event_types.json    the event types of v1, and those of thin events
    presence.json       what may be absent or null, read from the npm package `stripe` of the same API version (`--npm`)
    lengths.json        how long the texts of requests may be, read from an official OpenAPI file (`--spec`)

The kind of an answer is `object` (one of the objects named), `page` or `search` (of them), `v2 page`, or `bytes`; an
operation without an answer has none. All of it are facts, no sentence of Stripe's is copied, and the same inputs give
the same bytes.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pinstripe_contracts.expressions import Json, Params, Shapes
from pinstripe_contracts.official import Official
from pinstripe_contracts.presence import Presence
from pinstripe_contracts.sdk import Call, Sdk

DATA = Path(__file__).with_name("data")
WIDTH = 118


@dataclass(frozen=True, slots=True)
class Derived:
    """The files of the contract by name, and the fields about which the two SDKs had different things to say."""

    files: Mapping[str, str]
    unmatched: Sequence[str]
    contradicted: Sequence[str]


def derive(presence: Presence, lengths: Mapping[str, object]) -> Derived:
    """Everything the installed SDK says, as files, beside what was kept of other sources."""
    sdk = Sdk.installed()
    calls = sdk.calls()
    shapes = Shapes(sdk, presence)
    found = shapes.all()
    trees = Params(sdk)
    params: dict[str, dict[str, Json]] = {}
    for call in calls:
        if call.params is not None:
            params.setdefault(_params_file(call), {})[f"{call.method} {call.path}"] = trees.tree(call.params)
    meta: dict[str, Json] = {
        "api_version": sdk.api_version,
        "sdk_version": sdk.version,
        "npm_version": presence.npm_version,
        "objects": sorted(found),
    }
    files: dict[str, object] = {
        "meta.json": meta,
        "operations.json": [_operation(call, presence) for call in calls],
        "event_types.json": sdk.event_types(),
        "presence.json": presence.kept(),
        "lengths.json": lengths,
        **{f"params/{name}.json": tree for name, tree in params.items()},
        **{f"shapes/{name}.json": shape for name, shape in found.items()},
    }
    return Derived(
        {name: laid_out(content) + "\n" for name, content in sorted(files.items())},
        shapes.unmatched,
        shapes.contradicted,
    )


def laid_out(value: object, depth: int = 0, column: int = 0) -> str:
    """JSON that is short and can be compared: what fits stays on one line, else each field has its own."""
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if column + len(compact) <= WIDTH:
        return compact
    indent, inner = " " * depth, " " * (depth + 1)
    match value:
        case Mapping():
            keys = [f"{inner}{json.dumps(name, ensure_ascii=False)}:" for name in value]
            entries = zip(keys, value.values(), strict=True)
            fields = [key + laid_out(entry, depth + 1, len(key)) for key, entry in entries]
            return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
        case [str() as word, (dict() | list()) as rest]:
            opening = f"[{json.dumps(word, ensure_ascii=False)},"
            return f"{opening}{laid_out(rest, depth, column + len(opening))}]"
        case [*words] if all(isinstance(word, str) for word in words):
            quoted = [json.dumps(word, ensure_ascii=False) for word in words]
            return "[" + f"\n{inner}".join(_filled(quoted, depth + 1, column + 1)) + "]"
        case [*entries]:
            lines = [inner + laid_out(entry, depth + 1, depth + 1) for entry in entries]
            return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    return compact


def _filled(words: Sequence[str], depth: int, column: int) -> Iterator[str]:
    """Words in lines as long as they may be, the first of which begins at a column and the others at a depth."""
    line = ""
    for word in (*(f"{word}," for word in words[:-1]), words[-1]):
        if line and column + len(line) + len(word) > WIDTH:
            yield line
            line, column = "", depth
        line += word
    yield line


def lengths_of(official: Official) -> dict[str, object]:
    """The unusual lengths of each operation, with the version that they were read from."""
    found = {name: official.lengths(name) for name in sorted(official.operations)}
    kept = {name: {at: most for at, most in rows.items() if "metadata" not in at} for name, rows in found.items()}
    return {"api_version": official.version, "operations": {name: rows for name, rows in kept.items() if rows}}


def _params_file(call: Call) -> str:
    return ".".join(call.path.split("/")[1:3])


def _operation(call: Call, presence: Presence) -> list[object]:
    returns = [*call.returns, *_remains(call, presence)]
    if call.method == "DELETE" and len(call.returns) == 2 and len(returns) == 3:
        del returns[1]  # A deletion of one kind of object answers with what is left of it.
    row: list[object] = [call.method, call.path, None if call.params is None else _params_file(call), returns]
    return row if call.host == "api" else [*row, call.host]


def _remains(call: Call, presence: Presence) -> list[str]:
    """The deleted objects with which an operation may answer; of several kinds, any that can be deleted at all."""
    if call.returns[:1] != ("object",):
        return []
    methods = {"DELETE": "del", "GET": "retrieve", "POST": "update"}
    is_of_one = call.path.endswith("}")
    return [
        f"deleted_{name}"
        for name in call.returns[1:]
        if f"deleted_{name}" in presence.objects
        if call.method == "DELETE" or (is_of_one and methods[call.method] in presence.remains.get(name, []))
    ]


def differences(files: Mapping[str, str], folder: Path) -> Iterator[str]:
    """What deriving would change in a folder, as a unified diff."""
    kept = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*.json"))}
    for name in sorted({*files, *kept}):
        old = kept[name].read_text(encoding="utf-8") if name in kept else ""
        yield from difflib.unified_diff(
            old.splitlines(), files.get(name, "").splitlines(), f"kept/{name}", f"derived/{name}", n=0, lineterm=""
        )


def write(files: Mapping[str, str], folder: Path) -> None:
    """Make a folder hold exactly these files."""
    for file in folder.rglob("*.json"):
        if file.relative_to(folder).as_posix() not in files:
            file.unlink()
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; 1 if `--check` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m pinstripe_contracts.derive")
    parser.add_argument(
        "--npm", type=Path, metavar="DIR", help="an unpacked npm package `stripe`: read presence from it"
    )
    parser.add_argument("--spec", type=Path, metavar="FILE", help="an official OpenAPI file: read lengths from it")
    parser.add_argument("--output", type=Path, metavar="DIR", default=DATA, help="where the data is kept")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; show what would change, exit 1 if anything"
    )
    parser.add_argument("--report", action="store_true", help="name the fields about which the two SDKs disagree")
    options = parser.parse_args(arguments)
    kept = DATA / "presence.json"
    presence = Presence.extract(options.npm) if options.npm else Presence.load(kept.read_text(encoding="utf-8"))
    lengths = DATA / "lengths.json"
    read = lengths_of(Official.load(options.spec)) if options.spec else json.loads(lengths.read_text(encoding="utf-8"))
    derived = derive(presence, read)
    lines = [f"{len(derived.files)} files, {sum(map(len, derived.files.values())) // 1024} KiB"]
    for title, names in (("unmatched", derived.unmatched), ("contradicted", derived.contradicted)):
        lines += [f"{len(names)} {title}", *(f"  {name}" for name in names if options.report)]
    changes: list[str] = []
    if options.check:
        changes = list(differences(derived.files, options.output))
        lines += [*changes, f"{len(changes)} lines of difference"]
    else:
        write(derived.files, options.output)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
