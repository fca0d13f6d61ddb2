"""The outbox's own Alembic migrations: a branch, a version table and a lock of their own.

Either call `upgrade(engine)`, which needs nothing of the application's Alembic and keeps its place in a version table
of its own, or add `VERSIONS` to the application's `version_locations` and run `alembic upgrade heads`. Not both.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from pinstripe_metering.outbox import TABLE

BRANCH = "pinstripe_metering"
VERSION_TABLE = "pinstripe_metering_version"
VERSIONS = str(Path(__file__).parent / "versions")
"""For `version_locations` of an application that runs our migrations with its own."""
_LOCK = 0x70696E73_6D657465
"""Key of the advisory lock: "pins" "mete"."""


def upgrade(database: Engine | Connection) -> None:
    """Bring the outbox to its newest version; two processes that start together do it one after the other."""
    if isinstance(database, Engine):
        with database.begin() as connection:
            upgrade(connection)
        return
    if database.dialect.name == "postgresql":
        database.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = database
    command.upgrade(config, f"{BRANCH}@head")


def not_ours(name: str | None, type_: str, *_: object) -> bool:
    """For `include_name` of the application's env.py, so that its autogenerate does not propose to drop our tables."""
    return not (type_ == "table" and name in {TABLE, VERSION_TABLE})
