"""The tables come by migrations of their own, beside the application's and metering's, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, create_mock_engine, inspect, text

import pinstripe_metering
from pinstripe_flags import VERSIONS, not_ours, upgrade
from pinstripe_flags.schema import VERSION_TABLE
from pinstripe_flags.tables import METADATA, OVERRIDES, insert

OURS = {*METADATA.tables, VERSION_TABLE}

ENV = """
from alembic import context
from sqlalchemy import Column, Integer, MetaData, Table
from pinstripe_flags import not_ours

metadata = MetaData()
Table("note", metadata, Column("id", Integer, primary_key=True))
with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, include_name=not_ours)
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("note", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of a database with nothing in it."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/empty.db")
        yield engine
        engine.dispose()
        return
    server: Engine = request.getfixturevalue("flags_postgres")
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE empty"))
        engine = create_engine(server.url.set(database="empty"))
        yield engine
        engine.dispose()
        connection.execute(text("DROP DATABASE empty"))


@pytest.fixture
def app(empty: Engine, tmp_path: Path) -> Config:
    """An application with Alembic migrations of its own, in the same database."""
    folder = tmp_path / "alembic"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "versions" / "0001_note.py").write_text(REVISION)
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes["engine"] = empty
    return config


def tables(engine: Engine) -> set[str]:
    """The tables there are."""
    return set(inspect(engine).get_table_names())


@pytest.mark.parametrize("order", list(permutations(["app", "flags", "metering"])), ids=" ".join)
def test_three_histories_live_side_by_side_in_any_order(empty: Engine, app: Config, order: tuple[str, ...]) -> None:
    """Each upgrade leaves the others' tables and versions alone, and a second round changes nothing."""
    steps: dict[str, Callable[[], Any]] = {
        "app": lambda: command.upgrade(app, "head"),
        "flags": lambda: upgrade(empty),
        "metering": lambda: pinstripe_metering.upgrade(empty),
    }
    for name in (*order, *order):
        steps[name]()
    assert {"note", "alembic_version", "pinstripe_metering_version", *OURS} <= tables(empty)
    with empty.connect() as connection:
        versions = [
            connection.execute(text(f"SELECT version_num FROM {table}")).scalars().all()
            for table in ("alembic_version", VERSION_TABLE)
        ]
    assert versions == [["0001"], ["pinstripe_flags_0001"]]


def test_the_applications_autogenerate_leaves_our_tables_alone(empty: Engine, app: Config) -> None:
    """`alembic check` finds nothing to do; without `not_ours` it would drop every table of ours."""
    upgrade(empty)
    command.upgrade(app, "head")
    command.check(app)
    assert not any(not_ours(name, "table", {}) for name in OURS)
    assert not_ours("note", "table", {})
    assert not_ours("pinstripe_flags_note", "column", {})


def test_the_migrations_make_what_the_code_expects(empty: Engine) -> None:
    """Tables, columns, types and indexes: Alembic sees no difference."""
    upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_an_application_may_run_our_revisions_with_its_own(empty: Engine, app: Config) -> None:
    """With our folder among its version locations, `upgrade heads` runs both, by label if asked."""
    app.set_main_option("version_locations", f"{app.get_main_option('script_location')}/versions\n{VERSIONS}")
    command.upgrade(app, "pinstripe_flags@head")
    assert set(METADATA.tables) <= tables(empty)
    assert "note" not in tables(empty)
    command.upgrade(app, "heads")
    assert "note" in tables(empty)
    command.downgrade(app, "pinstripe_flags@base")
    assert not set(METADATA.tables) & tables(empty)


def test_a_connections_own_transaction_is_used(empty: Engine) -> None:
    """On PostgreSQL a rolled back upgrade never was. SQLite keeps a table at once, and the next upgrade finds it."""
    with empty.connect() as connection, connection.begin() as transaction:
        upgrade(connection)
        assert transaction.is_active
        transaction.rollback()
    assert (set(METADATA.tables) <= tables(empty)) == (empty.dialect.name == "sqlite")
    with empty.connect() as connection:
        upgrade(connection)
        assert not connection.in_transaction()
    assert set(METADATA.tables) <= tables(empty)


def test_two_processes_may_start_at_once(flags_postgres: Engine) -> None:
    """On PostgreSQL the second waits for the first and finds its work done."""
    with flags_postgres.begin() as connection:
        for table in OURS:
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(upgrade, [flags_postgres] * 4))
    assert tables(flags_postgres) >= OURS


def test_the_environment_runs_nowhere_else() -> None:
    """Alembic's own command line would look for a configuration that is not there; it is told what to call."""
    config = Config()
    config.set_main_option("script_location", str(Path(VERSIONS).parent))
    with pytest.raises(RuntimeError, match=r"pinstripe_flags.upgrade\(engine\)"):
        command.upgrade(config, "head")


def test_another_database_is_refused_by_name() -> None:
    """No silent half-support: an upsert has to be written in the database's own dialect."""
    mysql: Any = create_mock_engine("sqlite://", lambda *_: None)
    mysql.dialect.name = "mysql"
    with pytest.raises(NotImplementedError, match="on sqlite and postgresql, not on mysql"):
        insert(mysql, OVERRIDES, {})
