"""The documents as code: their fenced blocks, and the commands shown in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(
    r"(?:^<!-- not run: *(?P<reason>[^>]*?) *-->\n+)?^```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, the line it begins on, and why it is not run, if it is not."""

    language: str
    code: str
    line: int
    reason: str | None = None

    @property
    def lines(self) -> list[str]:
        """The lines that are neither empty nor a comment."""
        return [line for line in self.code.splitlines() if line.strip() and not line.startswith("#")]

    @property
    def commands(self) -> Iterator[list[str]]:
        """The words of every `$ pinstripe ...` shown in a console block, continued lines joined."""
        for line in re.sub(r"\\\n\s*", " ", self.code).splitlines():
            if line.startswith("$ pinstripe "):
                yield shlex.split(line.removeprefix("$ pinstripe "), comments=True)


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [
        Block(found["language"], found["code"], text.count("\n", 0, found.start("code")) + 1, found["reason"])
        for found in FENCE.finditer(text)
    ]
