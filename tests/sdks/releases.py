"""The releases that tell the story, and the environment of each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Release:
    """One major release of one SDK."""

    language: str
    major: int

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"stripe-{self.language} {self.major}"

    def installed(self, cache: Path) -> Path:
        """The folder of its environment, made on first use."""
        folder = cache / f"{self.language}-{self.major}"
        done = folder / ".installed"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for command in self._making(folder):
                subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
            done.touch()
        return folder

    def _making(self, folder: Path) -> list[list[str]]:
        """The commands that make the environment."""
        if self.language == "node":
            npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
            return [[*npm, f"stripe@{self.major}"]]
        python, wanted = str(folder / "bin" / "python"), f"stripe=={self.major}.*"
        if shutil.which("uv"):
            return [
                ["uv", "venv", "-q", "--allow-existing", str(folder)],
                ["uv", "pip", "install", "-q", "--python", python, wanted],
            ]
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--disable-pip-version-check"]
        return [[sys.executable, "-m", "venv", "--without-pip", str(folder)], [*pip, wanted]]

    def command(self, folder: Path) -> list[str]:
        """How its storyteller is run."""
        if self.language == "node":
            return ["node", str(HERE / "story.cjs"), str(folder / "node_modules" / "stripe")]
        return [str(folder / "bin" / "python"), "-I", str(HERE / "story.py")]


RELEASES = (
    *(Release("python", major) for major in (7, 8, 10, 11, 12, 13, 15, 16)),
    *(Release("node", major) for major in (14, 17, 18, 20, 23)),
)
