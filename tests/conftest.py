"""What tests of more than one package stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a PostgreSQL of this run's own, or of this worker's."""
    with postgres.running() as url:
        yield url
