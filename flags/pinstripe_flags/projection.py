"""What the events of Stripe leave behind: a picture of every subscription that never goes back in time.

Every write first makes sure that its row is there, then locks it, and then lays what it knows over what is known. Two
workers that handle the same event at once therefore take turns, and neither meets a unique violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from pinstripe_flags.invoice import Invoice
from pinstripe_flags.lineage import Lineage, Step
from pinstripe_flags.subscription import Subscription, overlay
from pinstripe_flags.tables import CUSTOMERS, INVOICES, SUBSCRIPTIONS, insert

Refetch = Callable[[str], Any]
"""Asks Stripe for a subscription by its id: `client.v1.subscriptions.retrieve`."""

SUBSCRIPTION_EVENTS = frozenset(
    f"customer.subscription.{what}" for what in ("created", "updated", "deleted", "paused", "resumed")
)
INVOICE_EVENTS = frozenset(
    f"invoice.{what}" for what in ("payment_failed", "updated", "paid", "voided", "marked_uncollectible")
)
EVENTS = sorted(SUBSCRIPTION_EVENTS | INVOICE_EVENTS)
"""The types of event that a webhook endpoint should ask for."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write changed: features that go by these names, or these flags, of one customer or scope."""

    owner: str
    names: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


def plain(value: Any) -> Mapping[str, Any]:
    """A dictionary of what the SDK hands over; since its release 15 its objects are none any more."""
    told = value if isinstance(value, Mapping) else value.to_dict()
    assert isinstance(told, Mapping), "an object of Stripe's is a dictionary or has to_dict()"
    return told


def project(connection: Connection, event: Any, refetch: Refetch | None = None) -> Change | None:
    """Take one verified event in; None if it changes nothing, because it is known, outdated or of no concern."""
    told = plain(event)
    if told["type"] in SUBSCRIPTION_EVENTS:
        return _subscription(connection, told, refetch)
    if told["type"] in INVOICE_EVENTS:
        return _invoice(connection, told)
    return None


def _subscription(connection: Connection, event: Mapping[str, Any], refetch: Refetch | None) -> Change | None:
    """A subscription's event joins those of its second; the last state among them is kept."""
    told, previous = event["data"]["object"], event["data"].get("previous_attributes")
    step = Step(
        event=event["id"],
        at=event["created"],
        after=Subscription.from_stripe(told),
        before=Subscription.from_stripe(overlay(told, previous)) if previous else None,
        first=event["type"] == "customer.subscription.created",
    )
    blank = {"as_of": 0, "lineage": []}
    row = _locked(connection, SUBSCRIPTIONS, {**step.after.to_json(), **blank})
    known = Lineage.from_json(row.lineage)
    lineage = known.add(step)
    if lineage is known:
        return None
    state, is_certain = lineage.latest()
    if not is_certain and refetch is not None:
        state = Subscription.from_stripe(plain(refetch(state.id)))
    _write(connection, SUBSCRIPTIONS, {**state.to_json(), "as_of": lineage.at, "lineage": lineage.to_json()})
    own = {"customer": state.customer, "subject": state.customer}
    connection.execute(insert(connection, CUSTOMERS, own).on_conflict_do_nothing())
    if not known.steps:
        return Change(state.customer, state.names)
    before = Subscription.from_json({name: getattr(row, name) for name in state.to_json()})
    return None if before == state else Change(state.customer, before.names | state.names)


def _invoice(connection: Connection, event: Mapping[str, Any]) -> Change | None:
    """An invoice's event adds to what is known of the debt."""
    told = Invoice.from_event(event)
    if told is None:
        return None
    blank = asdict(Invoice(told.id, told.subscription))
    row = _locked(connection, INVOICES, blank)
    known = Invoice(**{name: getattr(row, name) for name in blank})
    merged = known.merged(told)
    if merged == known:
        return None
    _write(connection, INVOICES, asdict(merged))
    debtor = connection.execute(select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == told.subscription)).one_or_none()
    if debtor is None or merged.failed_at is None:
        return None  # nothing to tell: no subscription that flags could depend on, or no failure that could matter
    names = Subscription.from_json({name: getattr(debtor, name) for name in _STATE}).names
    return Change(debtor.customer, names)


_STATE = [column.name for column in SUBSCRIPTIONS.c if column.name not in ("as_of", "lineage")]


def _locked(connection: Connection, table: Table, blank: dict[str, Any]) -> Row[Any]:
    """The row of an object, locked until the transaction ends; a blank one is made if it is new.

    The insert comes first: on PostgreSQL it waits for whoever inserts the same row, on SQLite it takes the one lock.
    """
    connection.execute(insert(connection, table, blank).on_conflict_do_nothing())
    return connection.execute(select(table).where(table.c.id == blank["id"]).with_for_update()).one()


def _write(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Write a row that is locked."""
    connection.execute(update(table).where(table.c.id == values["id"]).values(values))


def link(connection: Connection, subject: str, customer: str) -> Change:
    """Say whose a Stripe customer is, in place of whatever was said before."""
    values = {"customer": customer, "subject": subject}
    linked = insert(connection, CUSTOMERS, values)
    connection.execute(linked.on_conflict_do_update(index_elements=["customer"], set_={"subject": subject}))
    rows = connection.execute(select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.customer == customer))
    states = [Subscription.from_json({name: getattr(row, name) for name in _STATE}) for row in rows]
    return Change(customer, frozenset().union(*(state.names for state in states)))
