"""The documents tell the truth: their examples run, their commands exist, and the README says what the gate does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from tests.documentation import Block, blocks
from tests.tidy.project import PROJECT

DOCUMENTS = [PROJECT / "README.md", PROJECT / "ARCHITECTURE.md", *sorted((PROJECT / "docs").glob("*.md"))]
BLOCKS = [(path, block) for path in DOCUMENTS if path.exists() for block in blocks(path.read_text())]
EXEMPT = [(path, block) for path, block in BLOCKS if block.reason is not None]
COMMANDS = [(path, block.line, words) for path, block in BLOCKS for words in block.commands]


def place(path: Path, line: int) -> str:
    """How a failure names a block."""
    return f"{path.relative_to(PROJECT)}:{line}"


def execute(code: list[Block], filename: str) -> dict[str, Any]:
    """Run the Python blocks of one document in one namespace; a traceback points into the document."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in code:
        if block.language == "python" and block.reason is None:
            padded = "\n" * (block.line - 1) + block.code
            exec(compile(padded, filename, "exec", dont_inherit=True), namespace)  # that is what running an example is
    return namespace


def command_fault(words: list[str], command: Any) -> str | None:  # a click command
    """What is wrong with a shown command: a subcommand or an option that does not exist."""
    path = "pinstripe"
    while words and not words[0].startswith("-") and getattr(command, "commands", None):
        if words[0] not in command.commands:
            return f"`{path}` has no command `{words[0]}`"
        path, command, words = f"{path} {words[0]}", command.commands[words[0]], words[1:]
    known = {"--help"} | {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    unknown = [word for word in (w.split("=")[0] for w in words) if word.startswith("--") and word not in known]
    return f"`{path}` has no option {unknown[0]}" if unknown else None


@pytest.fixture(scope="module")
def command_line() -> Any:
    """The command line as a tree of commands."""
    return import_module("pinstripe.cli").app


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block of the document runs, in order, each seeing what the ones before it defined."""
    monkeypatch.chdir(tmp_path)
    execute(blocks(path.read_text()), str(path))


@pytest.mark.parametrize("path, line, words", COMMANDS, ids=[f"{place(p, n)} {' '.join(w)}" for p, n, w in COMMANDS])
def test_the_commands_exist(path: Path, line: int, words: list[str], command_line: Any) -> None:
    """Every `$ pinstripe ...` that a document shows names a command and options that exist."""
    fault = command_fault(words, command_line)
    assert fault is None, f"{place(path, line)}: {fault}"


@pytest.mark.parametrize("path, block", EXEMPT, ids=[place(path, block.line) for path, block in EXEMPT])
def test_an_example_that_is_not_run_says_why(path: Path, block: Block) -> None:
    """A block is spared only for a reason, and the report of the run lists the reasons."""
    assert block.reason, f"{place(path, block.line)}: give the reason: <!-- not run: reason -->"
    pytest.skip(f"not run: {block.reason}")


def test_the_gate_runs_what_the_readme_says() -> None:
    """The README's command that installs and tests is, as it stands there, a line of the gate."""
    shown = [block.lines for block in blocks((PROJECT / "README.md").read_text()) if block.language in {"bash", "sh"}]
    commands = [line for lines in shown for line in lines if "pytest" in line]
    gate = [line.strip() for line in (PROJECT / ".ci/run").read_text().splitlines()]
    assert len(commands) == 1, "the README shows one command that installs and tests"
    assert commands[0].startswith("pip install ")
    assert commands[0] in gate


def test_blocks_know_their_place_and_their_reason() -> None:
    """A block is found with its language, its line and the reason it is not run."""
    spared = "<!-- not run: needs a key -->\n```python\nc\n```\n<!-- not run: -->\n\n```\nd\n```\n"
    text = f"a\n```python\nb = 1\n```\n\n{spared}"
    assert blocks(text) == [
        Block("python", "b = 1\n", 3),
        Block("python", "c\n", 8, "needs a key"),
        Block("", "d\n", 13, ""),
    ]


def test_examples_share_a_namespace_and_fail_on_their_own_line() -> None:
    """A later block sees an earlier one, a spared one is not run, and an error names the document's line."""
    first, spared, last = (
        Block("python", "a = 1\n", 3),
        Block("python", "1 / 0\n", 6, "no"),
        Block("python", "b = a + 1\n", 9),
    )
    assert execute([first, spared, last], "README.md")["b"] == 2
    with pytest.raises(ZeroDivisionError) as raised:
        execute([Block("python", "a = 1\n1 / 0\n", 5)], "README.md")
    assert (Path(raised.traceback[-1].path).name, raised.traceback[-1].lineno) == ("README.md", 5)  # counted from zero


def test_commands_are_read_as_a_shell_would() -> None:
    """Continued lines are one command, comments are none, and output is not a command."""
    block = Block("console", "$ pinstripe serve \\\n    --port 0  # any\nhttp://127.0.0.1:1\n$ ls\n", 1)
    assert list(block.commands) == [["serve", "--port", "0"]]


def test_a_command_that_does_not_exist_is_found() -> None:
    """A misspelt command and a misspelt option are faults; the right ones are not."""

    @click.group()
    def tree() -> None:
        """A command line."""

    @tree.command()
    @click.option("--port")
    def serve(port: str) -> None:
        """Take one option."""

    assert command_fault(["serve", "--port", "0"], tree) is None
    assert command_fault(["--help"], tree) is None
    assert command_fault(["server"], tree) == "`pinstripe` has no command `server`"
    assert command_fault(["serve", "--prot=0"], tree) == "`pinstripe serve` has no option --prot"
