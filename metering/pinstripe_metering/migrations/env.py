"""Runs the migrations over the connection that `upgrade()` hands in; Alembic executes this file."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from pinstripe_metering.migrations import VERSION_TABLE
from pinstripe_metering.outbox import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
