"""The migrations, as Alembic wants them: an environment and a folder of revisions."""
