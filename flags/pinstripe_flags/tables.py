"""The tables, for SQLite and PostgreSQL. Moments are whole seconds since 1970 UTC, as Stripe writes them.

No table has a foreign key: events come in any order, and a subscription may be told of before its customer is linked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Connection, MetaData, String, Table
from sqlalchemy.dialects import postgresql, sqlite

METADATA = MetaData()

_ID = String(255)

CUSTOMERS = Table(
    "pinstripe_flags_customer",
    METADATA,
    Column("customer", _ID, primary_key=True),
    Column("subject", _ID, nullable=False, index=True),
)
"""Which of your subjects a Stripe customer is. A subject may have several; one nobody linked is its own subject."""

SUBSCRIPTIONS = Table(
    "pinstripe_flags_subscription",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("customer", _ID, nullable=False, index=True),
    Column("status", String(40), nullable=False),
    Column("items", JSON, nullable=False),
    Column("collection_paused", Boolean, nullable=False),
    Column("cancel_at_period_end", Boolean, nullable=False),
    Column("cancel_at", BigInteger),
    Column("trial_end", BigInteger),
    Column("current_period_start", BigInteger),
    Column("current_period_end", BigInteger),
    Column("ended_at", BigInteger),
    Column("latest_invoice", _ID),
    Column("as_of", BigInteger, nullable=False),
    Column("lineage", JSON, nullable=False),
)
"""The last state of each subscription, and the events of its newest second."""

INVOICES = Table(
    "pinstripe_flags_invoice",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("subscription", _ID, nullable=False, index=True),
    Column("failed_at", BigInteger),
    Column("retries_at", BigInteger),
    Column("settled", Boolean, nullable=False),
)
"""Invoices whose payment failed, and others, in case a failure is told later."""

OVERRIDES = Table(
    "pinstripe_flags_override",
    METADATA,
    Column("scope", String(300), primary_key=True),
    Column("flag", _ID, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("expires_at", BigInteger),
)
"""Values set by hand. Nothing that a subscription grants is ever written here."""

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(connection: Connection, table: Table, values: dict[str, Any]) -> Any:
    """An INSERT that can be told what to do on conflict, in the database's own dialect."""
    dialect = connection.dialect.name
    if dialect not in _INSERTS:
        raise NotImplementedError(f"pinstripe_flags works on {' and '.join(_INSERTS)}, not on {dialect}.")
    return _INSERTS[dialect](table).values(values)
