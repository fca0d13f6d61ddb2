"""The official Stripe CLI, started against a server of this machine and kept from the network."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = "PINSTRIPE_STRIPE_CLI"
"""The variable that names the binary; where it is set the stories are never skipped."""
PATIENCE_SECONDS = 30
"""How long anything may take on a busy machine; nobody waits so long where all is well."""


def found() -> str | None:
    """Where the binary is: what the variable says, or else what PATH has."""
    named = os.environ.get(NAME)
    if named is not None:
        assert os.access(named, os.X_OK), f"{NAME} says {named}, which cannot be run"
        return named
    return shutil.which("stripe")


@dataclass(frozen=True, slots=True)
class StripeCli:
    """The binary, and a home of its own for what it writes."""

    binary: str
    home: Path

    def environment(self, key: str, unix_socket: str | None) -> dict[str, str]:
        """Nothing of the caller's own, and a proxy that leads nowhere for whatever is not this machine."""
        environment = {
            "PATH": os.defpath,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "STRIPE_API_KEY": key,
            "STRIPE_DEVICE_NAME": "story",
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
            "DO_NOT_TRACK": "1",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }
        return environment if unix_socket is None else {**environment, "STRIPE_CLI_UNIX_SOCKET": unix_socket}

    def run(self, *words: str, key: str, unix_socket: str | None = None) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [self.binary, *words, "--color", "off"],
            env=self.environment(key, unix_socket),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    @contextlib.contextmanager
    def running(self, *words: str, key: str, until: str) -> Iterator[queue.Queue[str]]:
        """A command that goes on until the block is left; gives its lines after the one that says `until`."""
        process = subprocess.Popen(
            [self.binary, *words, "--color", "off"],
            env=self.environment(key, None),
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        lines: queue.Queue[str] = queue.Queue()
        thread = threading.Thread(target=_read, args=(process, lines), daemon=True)
        thread.start()
        try:
            said = [""]
            while until not in said[-1]:
                try:
                    said.append(lines.get(timeout=PATIENCE_SECONDS))
                except queue.Empty:
                    raise AssertionError("".join(["The command line is not ready:\n", *said])) from None
            yield lines
        finally:
            process.kill()
            process.wait(PATIENCE_SECONDS)
            thread.join(PATIENCE_SECONDS)
            assert process.stdout is not None
            process.stdout.close()


def _read(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    """Take in what a command prints."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
