"""Recording: in the application's own transaction, once for each fact."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from pinstripe_metering import FactChangedError, Meter, UnsupportedDatabaseError, UsageError
from pinstripe_metering.outbox import outbox

AT = datetime(2027, 1, 31, 12, tzinfo=UTC)
CALLS = Meter("api_calls", clock=lambda: AT)


class Application(DeclarativeBase):
    """The tables of an application."""


class Job(Application):
    """Something billable."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
def sessions(database: Engine) -> Any:
    """The application's sessions, its tables made."""
    Application.metadata.drop_all(database)
    Application.metadata.create_all(database)
    return sessionmaker(database)


def recorded(engine: Engine) -> int:
    """How many rows the outbox has."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(outbox)).scalar_one()


def finish(session: Session, **more: Any) -> Job:
    """What an application does: its own row and the fact, in one transaction."""
    job = Job()
    session.add(job)
    session.flush()
    CALLS.record(session, **{"customer": "cus_a", "fact": ("job", job.id), "at": AT, **more})
    return job


def test_a_fact_is_recorded_with_the_work(sessions: Any, database: Engine) -> None:
    """The row commits with the job, and says all that a pump needs to know."""
    with sessions.begin() as session:
        finish(session, value=Decimal("1.50"))
    with database.connect() as connection:
        row = connection.execute(select(outbox)).one()
    assert (row.meter, row.customer, row.fact, row.value, row.state) == (
        "api_calls",
        "cus_a",
        '["job", "1"]',
        "1.5",
        "pending",
    )
    assert (row.occurred_at, row.recorded_at, row.due_at) == (int(AT.timestamp()),) * 3
    assert (row.customer_key, row.value_key) == ("stripe_customer_id", "value")


def test_a_rolled_back_transaction_records_nothing(sessions: Any, database: Engine) -> None:
    """No job, no bill."""
    with sessions() as session:
        finish(session)
        session.rollback()
    assert recorded(database) == 0


def test_a_retried_job_counts_once(sessions: Any, database: Engine) -> None:
    """The same fact in another transaction, later and with its id as text, adds nothing; its first time holds."""
    with sessions.begin() as session:
        first = CALLS.record(session, customer="cus_a", fact=("job", 7), at=AT)
    with sessions.begin() as session:
        again = CALLS.record(session, customer="cus_a", fact=("job", "7"), at=AT + timedelta(hours=1))
    assert (first.new, again.new) == (True, False)
    assert first.identifier == again.identifier
    assert recorded(database) == 1


def test_a_fact_that_changed_is_not_lost_in_silence(sessions: Any, database: Engine) -> None:
    """Another value under the same fact is refused with the way out, and the next revision takes it."""
    with sessions.begin() as session:
        CALLS.record(session, customer="cus_a", fact=("job", 7), at=AT, value=10)
    with (
        pytest.raises(FactChangedError, match=r"as 10 for cus_a and now as 12 for cus_a.*next revision"),
        sessions.begin() as s,
    ):
        CALLS.record(s, customer="cus_a", fact=("job", 7), at=AT, value=12)
    with sessions.begin() as session:
        assert CALLS.record(session, customer="cus_a", fact=("job", 7), at=AT, value=2, revision=1).new
    assert recorded(database) == 2


def test_namespaces_keep_applications_apart(sessions: Any, database: Engine) -> None:
    """Job 7 of one region is not job 7 of another, though they report to one Stripe account."""
    with sessions.begin() as session:
        for namespace in ("eu", "us"):
            assert Meter("api_calls", namespace).record(session, customer="cus_a", fact=("job", 7), at=AT).new
    assert recorded(database) == 2


def test_a_scoped_session_serves_too(sessions: Any, database: Engine) -> None:
    """As web frameworks hold it."""
    session = scoped_session(sessions)
    CALLS.record(session, customer="cus_a", fact=("job", 1), at=AT)
    session.commit()
    session.remove()
    assert recorded(database) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # its driver is both, SQLite's is another package
def test_an_async_session_records_through_run_sync(database: Engine) -> None:
    """One more word, the same transaction; handing the AsyncSession itself is refused with that word."""

    async def work() -> None:
        engine = create_async_engine(database.url)
        async with AsyncSession(engine) as session:
            with pytest.raises(UsageError, match="run_sync"):
                CALLS.record(session, customer="cus_a", fact=("job", 1), at=AT)  # type: ignore[arg-type]
            await session.run_sync(CALLS.record, customer="cus_a", fact=("job", 1), at=AT)
            await session.commit()
            await session.run_sync(CALLS.record, customer="cus_a", fact=("job", 2), at=AT)
            await session.rollback()
        await engine.dispose()

    asyncio.run(work())
    assert recorded(database) == 1


def test_times_are_kept_in_utc(sessions: Any, database: Engine) -> None:
    """The same moment in another zone is the same second."""
    with sessions.begin() as session:
        finish(session, at=AT.astimezone(timezone(timedelta(hours=-8))) + timedelta(milliseconds=999))
    with database.connect() as connection:
        assert connection.execute(select(outbox.c.occurred_at)).scalar_one() == int(AT.timestamp())


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"at": datetime(2027, 1, 31)}, "time zone"),  # noqa: DTZ001 - that is the mistake
    ({"at": 1_800_000_000}, "time zone"),
    ({"customer": ""}, "customer"),
    ({"customer": None}, "customer"),
    ({"customer": "c" * 256}, "customer"),
    ({"value": 0.5}, "Decimal"),
    ({"fact": ("job", None)}, "flush"),
    ({"revision": -1}, "revision"),
]


@pytest.mark.parametrize("given, complaint", REFUSED)
def test_what_could_never_be_billed_is_refused(
    sessions: Any, database: Engine, given: dict[str, Any], complaint: str
) -> None:
    """The mistake is named where it is made, and nothing is written."""
    with pytest.raises(UsageError, match=complaint), sessions.begin() as session:
        finish(session, **given)
    assert recorded(database) == 0


@pytest.mark.parametrize("given", [{"event_name": ""}, {"event_name": "m" * 101}, {"namespace": "n" * 101}])
def test_a_meter_has_names_that_stripe_takes(given: dict[str, Any]) -> None:
    """A name is checked when the meter is declared."""
    with pytest.raises(UsageError, match="characters"):
        Meter(**{"event_name": "m", **given})


def test_another_database_is_refused(database: Engine) -> None:
    """A database whose uniqueness we have not tried is not trusted with money."""
    with database.connect() as connection:
        connection.dialect = type(database.dialect)()
        connection.dialect.name = "oracle"
        with pytest.raises(UnsupportedDatabaseError, match="not on oracle"):
            CALLS.record(connection, customer="cus_a", fact=("job", 1), at=AT)
