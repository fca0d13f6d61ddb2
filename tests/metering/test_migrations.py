"""Migrations: our branch and the application's never meet, in whichever order they run."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, inspect, text
from tests.metering.stage import START

from pinstripe_metering import Meter, upgrade
from pinstripe_metering.migrations import BRANCH, VERSION_TABLE, VERSIONS, not_ours
from pinstripe_metering.outbox import TABLE, metadata

ENV = """
from alembic import context
context.configure(connection=context.config.attributes["connection"], target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
"""
FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade(): op.create_table("jobs", sa.Column("id", sa.Integer, primary_key=True))
def downgrade(): op.drop_table("jobs")
"""


@pytest.fixture
def application(tmp_path: Path) -> Callable[..., None]:
    """The application's own `alembic upgrade`, alone or with our versions beside its own."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "versions" / "0001_jobs.py").write_text(FIRST)

    def run(engine: Engine, *, ours: bool = False, back_to: str | None = None) -> None:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "newline")
        locations = [str(folder / "versions"), *([VERSIONS] if ours else [])]
        config.set_main_option("version_locations", "\n".join(locations))
        with engine.begin() as connection, warnings.catch_warnings():
            config.attributes["connection"] = connection
            if back_to:
                command.downgrade(config, back_to)
            else:
                command.upgrade(config, "heads")

    return run


def tables(engine: Engine) -> set[str]:
    """The tables of a database."""
    return set(inspect(engine).get_table_names())


OWN_WAY = {"jobs", "alembic_version", TABLE, VERSION_TABLE}


def test_ours_after_the_applications(empty_database: Engine, application: Callable[..., None]) -> None:
    """The application migrates, then we do: two version tables, nobody disturbed."""
    application(empty_database)
    upgrade(empty_database)
    assert tables(empty_database) == OWN_WAY


def test_ours_before_the_applications(empty_database: Engine, application: Callable[..., None]) -> None:
    """The other way round, and once more for both: nothing is left to do."""
    for _ in range(2):
        upgrade(empty_database)
        application(empty_database)
    assert tables(empty_database) == OWN_WAY


def test_ours_within_the_applications(empty_database: Engine, application: Callable[..., None]) -> None:
    """As one more place of versions: one version table with two heads, and our branch goes back alone."""
    application(empty_database)
    application(empty_database, ours=True)
    assert tables(empty_database) == {"jobs", "alembic_version", TABLE}
    application(empty_database, ours=True, back_to=f"{BRANCH}@base")
    assert tables(empty_database) == {"jobs", "alembic_version"}


def test_the_migrations_make_the_table_that_the_code_uses(empty_database: Engine) -> None:
    """Nothing is left to generate: tables, columns, types and indexes are those of the code."""
    upgrade(empty_database)
    with empty_database.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, type_, _: type_ != "table" or name == TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_same_conditions(empty_database: Engine) -> None:
    """Which rows an index covers and which states a row may have are the same in both, word for word."""
    upgrade(empty_database)
    made = conditions(empty_database)
    metadata.drop_all(empty_database)
    metadata.create_all(empty_database)
    assert made == conditions(empty_database)
    assert len(made) > 5


def conditions(engine: Engine) -> list[str]:
    """Definitions of the table's indexes and checks as the database keeps them."""
    if engine.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    else:
        query = (
            f"SELECT indexdef FROM pg_indexes WHERE tablename = '{TABLE}' UNION ALL "
            f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{TABLE}'::regclass ORDER BY 1"
        )
    with engine.connect() as connection:
        return [" ".join(row[0].split()) for row in connection.execute(text(query))] + [
            str(check["sqltext"]) for check in inspect(engine).get_check_constraints(TABLE)
        ]


def test_the_applications_autogenerate_leaves_our_tables_alone(empty_database: Engine) -> None:
    """Without the filter Alembic would propose to drop the outbox, for the application does not know it."""
    upgrade(empty_database)
    theirs = MetaData()
    Table("jobs", theirs)
    with empty_database.connect() as connection:
        proposed = compare_metadata(MigrationContext.configure(connection), theirs)
        assert any(change[0] == "remove_table" and change[1].name == TABLE for change in proposed)
        filtered = MigrationContext.configure(connection, opts={"include_name": not_ours})
        assert {change[0] for change in compare_metadata(filtered, theirs)} == {"add_table"}


def test_processes_that_start_together_migrate_once(empty_database: Engine) -> None:
    """PostgreSQL: four of them wait for each other. SQLite has one writer, and the second finds the work done."""
    if empty_database.dialect.name == "sqlite":
        upgrade(empty_database)
        upgrade(empty_database)
    else:
        with ThreadPoolExecutor(4) as pool:
            for future in [pool.submit(upgrade, empty_database) for _ in range(4)]:
                future.result(60)
    with empty_database.begin() as connection:
        assert Meter("m").record(connection, customer="c", fact=("f", 1), at=START).new


def test_every_revision_has_our_name_and_our_branch() -> None:
    """A revision called 0001 would be somebody else's too."""
    config = Config()
    config.set_main_option("script_location", str(Path(VERSIONS).parent))
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    assert revisions
    assert all(revision.revision.startswith(f"{BRANCH}_") for revision in revisions)
    assert revisions[-1].branch_labels == {BRANCH}
