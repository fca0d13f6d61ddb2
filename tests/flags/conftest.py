"""The databases that flags are tried over, and an application that sells plans by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openfeature import api
from sqlalchemy import URL, Engine, create_engine, delete

from pinstripe_flags import upgrade
from pinstripe_flags.tables import METADATA
from tests.flags.shop import Shop
from tests.postgres import new_database


@pytest.fixture(scope="session")
def flags_postgres(postgres_server: URL) -> Iterator[Engine]:
    """An engine of a real PostgreSQL."""
    engine = create_engine(new_database(postgres_server, "flags"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with empty tables: whatever is tried holds on both databases."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/app.db")
        upgrade(engine)
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("flags_postgres")
    upgrade(engine)
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(delete(table))
    yield engine


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Engine]:
    """An engine with empty tables, where the kind of database does not matter."""
    engine = create_engine(f"sqlite:///{tmp_path}/app.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def shop(database: Engine) -> Shop:
    """A simulated Stripe and an application that sells plans, on each database."""
    return Shop(database)


@pytest.fixture(autouse=True)
def openfeature_is_left_clean() -> Iterator[None]:
    """OpenFeature's providers, handlers and contexts are global; each test starts without any."""
    yield
    api.shutdown()
