"""The wheel is what users get: exactly our files, truthful metadata, and a command that starts."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZipFile

import httpx
import pytest

from pinstripe import __version__
from tests.tidy.project import PACKAGE_FOLDERS, PACKAGES, PROJECT, PYPROJECT, ROOTS, project_files

PATIENCE_SECONDS = 60
METADATA = f"pinstripe-{__version__}.dist-info"


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; a failing one fails the test with what it printed."""
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without asking the network for anything."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=PROJECT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    """The wheel's METADATA."""
    with ZipFile(wheel) as archive:
        return HeaderParser().parsestr(archive.read(f"{METADATA}/METADATA").decode())


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment in which only pinstripe is installed, from the wheel; what it depends on is borrowed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    offline = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", *offline, wheel, cwd=folder)
    # Only now, or pip would find this checkout installed. A path file inside the borrowed folder is not followed, so
    # an editable pinstripe stays out of sight.
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_is_pure_and_named_for_its_version(wheel: Path) -> None:
    """One wheel serves every Python 3 on every platform."""
    assert wheel.name == f"pinstripe-{__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    """Every file of every package is in the wheel, and no file of the project besides."""
    sources = [file.path for file in project_files() if file.path.startswith(tuple(f"{f}/" for f in PACKAGE_FOLDERS))]
    expected = {PurePosixPath(path).relative_to(PurePosixPath(path).parts[0]).as_posix() for path in sources}
    added = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    with ZipFile(wheel) as archive:
        assert set(archive.namelist()) == expected | {f"{METADATA}/{name}" for name in added}


def test_the_packages_are_typed_and_carry_their_data(wheel: Path) -> None:
    """Type checkers believe our annotations, and the contract travels with the code that reads it."""
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    data = [path.name for path in (PROJECT / "contracts/pinstripe_contracts/data").glob("*.json")]
    assert data
    assert {f"pinstripe_contracts/data/{name}" for name in data} <= set(names)


def test_the_metadata_says_what_the_project_says(metadata: Message) -> None:
    """Name, licence, Python and extras are those of pyproject.toml."""
    project = PYPROJECT["project"]
    assert metadata["Name"] == "pinstripe"
    assert metadata["Version"] == __version__
    assert metadata["Summary"] == project["description"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Author"] == "pinstripe contributors"
    assert set(metadata.get_all("Provides-Extra", [])) == set(project["optional-dependencies"])


def test_the_core_is_small(metadata: Message) -> None:
    """Whoever installs pinstripe alone gets four small libraries and neither a web server nor the SDK."""
    required = {need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need}
    names = {re.split(r"[^\w-]", need, maxsplit=1)[0] for need in required}
    assert names == {"starlette", "httpx", "orjson", "python-dateutil"}


def test_the_installed_packages_are_the_wheels(environment: Path) -> None:
    """In a fresh environment every package imports, from that environment."""
    for package in PACKAGES:
        code = f"import {package}; print({package}.__file__)"
        where = run(environment / "bin" / "python", "-c", code, cwd=environment)
        assert Path(where.strip()).is_relative_to(environment)
        assert not any(Path(where.strip()).is_relative_to(PROJECT / root) for root in ROOTS)


@pytest.fixture
def served(environment: Path, tmp_path: Path) -> Iterator[str]:
    """The base URL that `pinstripe serve --port 0` of the fresh environment prints."""
    process = subprocess.Popen(
        [environment / "bin" / "pinstripe", "serve", "--port", "0"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process, ThreadPoolExecutor() as thread:
        try:
            yield thread.submit(banner_url, process.stdout).result(PATIENCE_SECONDS)
        finally:
            process.terminate()


def banner_url(output: IO[str]) -> str:
    """The first base URL that a server prints; the end of its output without one is a failure that shows it."""
    printed = ""
    for line in output:
        printed += line
        if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line):
            return found[0]
    pytest.fail(f"the server ended without a base URL:\n{printed}")


def test_the_installed_server_answers(served: str) -> None:
    """The command that the wheel installs starts a fake Stripe, tells where, and answers there."""
    answer = httpx.get(f"{served}/v1/customers", auth=("sk_test_x", ""), timeout=PATIENCE_SECONDS, trust_env=False)
    assert answer.status_code == 200
    assert answer.json() == {"object": "list", "data": [], "has_more": False, "url": "/v1/customers"}
