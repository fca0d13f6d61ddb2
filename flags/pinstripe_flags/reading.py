"""The one query: whatever the number of subjects and flags, their facts come in a single statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, cast, func, literal, null, select, union_all

from pinstripe_flags.scope import Kind, Scope
from pinstripe_flags.standing import Facts, Override, Standing
from pinstripe_flags.subscription import Subscription
from pinstripe_flags.tables import CUSTOMERS, INVOICES, OVERRIDES, SUBSCRIPTIONS

_STATE = [column for column in SUBSCRIPTIONS.c if column.name not in ("items", "lineage")]


def read_facts(connection: Connection, scopes: Iterable[Scope], flags: Collection[str] | None) -> dict[Scope, Facts]:
    """The facts about each scope; overrides only of the flags named, of all of them for None."""
    wanted = [scope for scope in dict.fromkeys(scopes) if scope.kind in (Kind.CUSTOMER, Kind.GLOBAL)]
    standings: dict[str, list[Standing]] = defaultdict(list)
    overrides: dict[str, dict[str, Override]] = defaultdict(dict)
    for row in connection.execute(_statement(wanted, flags)):
        if row.is_override:
            overrides[row.owner][row.flag] = Override(row.document, row.expires_at)
        else:
            standings[row.owner].append(_standing(row))
    covered = None if flags is None else frozenset(flags)
    return {
        scope: Facts(tuple(standings[scope.subject] if scope.subject else ()), overrides[scope.key], covered)
        for scope in wanted
    }


def _statement(scopes: list[Scope], flags: Collection[str] | None) -> Any:
    """Subscriptions by subject, and overrides by scope, as one result of equal columns."""
    owed = [INVOICES.c.subscription == SUBSCRIPTIONS.c.id, INVOICES.c.settled.is_(False), INVOICES.c.failed_at > 0]
    subscriptions = (
        select(
            literal(value=False).label("is_override"),
            CUSTOMERS.c.subject.label("owner"),
            literal("").label("flag"),
            SUBSCRIPTIONS.c["items"].label("document"),
            cast(null(), INVOICES.c.failed_at.type).label("expires_at"),
            select(func.min(INVOICES.c.failed_at)).where(*owed).scalar_subquery().label("failed_at"),
            select(func.max(INVOICES.c.retries_at)).where(*owed).scalar_subquery().label("retries_at"),
            *_STATE,
        )
        .join(SUBSCRIPTIONS, SUBSCRIPTIONS.c.customer == CUSTOMERS.c.customer)
        .where(CUSTOMERS.c.subject.in_([scope.subject for scope in scopes if scope.kind is Kind.CUSTOMER]))
    )
    overrides = select(
        literal(value=True),
        OVERRIDES.c.scope,
        OVERRIDES.c.flag,
        OVERRIDES.c.value,
        OVERRIDES.c.expires_at,
        *_nulls(subscriptions, after="expires_at"),
    ).where(OVERRIDES.c.scope.in_([scope.key for scope in scopes]))
    if flags is not None:
        overrides = overrides.where(OVERRIDES.c.flag.in_(flags))
    return union_all(subscriptions, overrides)


def _nulls(statement: Select[Any], *, after: str) -> list[Any]:
    """As many typed nulls as the statement has columns after one of them; PostgreSQL wants the types to agree."""
    columns = list(statement.selected_columns)
    names = [column.name for column in columns]
    return [cast(null(), column.type) for column in columns[names.index(after) + 1 :]]


def _standing(row: Row[Any]) -> Standing:
    """One subscription, out of its row."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public accessor, underlined lest it meet a column's name
    state = {column.name: values[column.name] for column in _STATE if column.name != "as_of"}
    return Standing(
        Subscription.from_json({**state, "items": values["document"]}),
        as_of=values["as_of"],
        failed_at=values["failed_at"],
        retries_at=values["retries_at"],
    )
