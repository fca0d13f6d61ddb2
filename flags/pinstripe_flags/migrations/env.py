"""Run the revisions on the connection that `pinstripe_flags.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from pinstripe_flags.schema import VERSION_TABLE

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("These migrations are run by pinstripe_flags.upgrade(engine).")

context.configure(connection=connection, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
