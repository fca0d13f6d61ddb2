"""The tables come to be by migrations of their own, which touch nothing of the application's and need none of it.

Their revisions form a branch with the label `pinstripe_flags` and are counted in a version table of their own, so
`upgrade` may run before or after the application's own migrations, and on every start.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, func, select

BRANCH = "pinstripe_flags"
VERSION_TABLE = "pinstripe_flags_version"
PREFIX = "pinstripe_flags_"

_MIGRATIONS = Path(__file__).parent / "migrations"

VERSIONS = str(_MIGRATIONS / "versions")
"""For `version_locations` of an application that runs our revisions with its own, instead of `upgrade`."""

_LOCK = 7_446_001_746_873_251_939
"""Any number will do for a lock that only `upgrade` takes."""


def upgrade(bind: Engine | Connection) -> None:
    """Bring the tables up to date and commit; within a connection's open transaction, leave the commit to its owner.

    On PostgreSQL one of two upgrades at once waits for the other; on SQLite one process should upgrade before others
    start.
    """
    if isinstance(bind, Engine):
        with bind.begin() as connection:
            upgrade(connection)
        return
    if not bind.in_transaction():
        with bind.begin():
            upgrade(bind)
        return
    if bind.dialect.name == "postgresql":
        bind.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    command.upgrade(_config(bind), f"{BRANCH}@head")


def _config(connection: Connection) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def not_ours(name: str | None, type_: str, *_: object) -> bool:
    """For `context.configure(include_name=...)` in an application's env.py: leave our tables to us.

    Without it `alembic revision --autogenerate` finds tables that the application's models do not know, and drops them.
    """
    return not (type_ == "table" and name is not None and name.startswith(PREFIX))
