"""The databases that every test of metering runs over: SQLite in a file, and a real PostgreSQL from pip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, delete, event, text
from tests.metering.stage import Stage
from tests.postgres import new_database

from pinstripe_metering import upgrade
from pinstripe_metering.outbox import outbox


@pytest.fixture(scope="session")
def postgres(postgres_server: URL) -> Iterator[Engine]:
    """An engine of a PostgreSQL database with the outbox in it."""
    # What is written need not survive a power cut: three quarters of the time would be waiting for the disk.
    hurry = {"options": "-c synchronous_commit=off"}
    engine = create_engine(new_database(postgres_server, "metering"), connect_args=hurry)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with an empty outbox: whatever is tried holds on both databases."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/app.db")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        upgrade(engine)
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("postgres")
    with engine.begin() as connection:
        connection.execute(delete(outbox))
    yield engine


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database: Engine) -> Iterator[Engine]:
    """An engine of a database with nothing in it, of the same kind as `database`."""
    if database.dialect.name == "sqlite":
        engine = create_engine("sqlite:///" + str(request.getfixturevalue("tmp_path") / "empty.db"))
        yield engine
        engine.dispose()
        return
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE empty"))
        engine = create_engine(database.url.set(database="empty"))
        yield engine
        engine.dispose()
        connection.execute(text("DROP DATABASE empty"))


@pytest.fixture
def stage(database: Engine) -> Stage:
    """A simulated Stripe, an application's database and the time both live in."""
    return Stage(database)
