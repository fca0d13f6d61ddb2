"""The store: what an application holds to feed its flags and to read them.

Writes happen in the application's own session, so the picture of the billing state commits or rolls back together with
whatever else a webhook handler does. Reads take a connection of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from openfeature.evaluation_context import EvaluationContext
from sqlalchemy import Engine, delete, event, inspect
from sqlalchemy.orm import Session, scoped_session

from pinstripe_flags.clock import unix_seconds
from pinstripe_flags.feature import KINDS
from pinstripe_flags.projection import Change, Refetch, link, project
from pinstripe_flags.reading import read_facts
from pinstripe_flags.scope import Kind, Scope, scope_of
from pinstripe_flags.standing import Facts
from pinstripe_flags.tables import METADATA, OVERRIDES, insert

AppSession = Session | scoped_session[Session]

Listener = Callable[[Change], None]

_CACHES: ContextVar[dict[Store, dict[Scope, Facts]] | None] = ContextVar("pinstripe_flags_caches", default=None)
"""What the current request has read already, by store and by scope; each thread and task has its own."""

_PENDING = "pinstripe_flags.pending"


class Store:
    """Flags' memory of the billing state, in the application's database.

    `refetch` asks Stripe for a subscription (`client.v1.subscriptions.retrieve`). It is called only where events of one
    second contradict each other, from within the transaction that takes the event in.
    """

    def __init__(self, engine: Engine, *, refetch: Refetch | None = None) -> None:
        self.engine = engine
        self.refetch = refetch
        self._listeners: list[Listener] = []

    def apply(self, session: AppSession, stripe_event: Any) -> bool:
        """Take in a verified Stripe event, in any order and any number of times; whether anything changed.

        Every type of event may be handed over; those that no flag depends on change nothing.
        """
        return self._tell(session, project(session.connection(), stripe_event, self.refetch))

    def link(self, session: AppSession, subject: str | int, customer: str) -> None:
        """Say which of your subjects a Stripe customer is. A subject may have several customers."""
        if not str(subject).strip() or not customer:
            raise ValueError("A link needs a subject and a customer.")
        self._tell(session, link(session.connection(), str(subject).strip(), customer))

    def override(
        self,
        session: AppSession,
        context: EvaluationContext,
        flag: str,
        value: Any,
        *,
        expires_at: datetime | None = None,
    ) -> None:
        """Set a value by hand for one scope; it stands above every plan until it expires or is lifted."""
        if type(value) not in KINDS:
            raise TypeError(f"OpenFeature has no flags of type {type(value).__name__}.")
        until = None if expires_at is None else unix_seconds(expires_at)
        scope = _owner(context)
        written = {"value": value, "expires_at": until}
        connection = session.connection()
        statement = insert(connection, OVERRIDES, {"scope": scope.key, "flag": flag, **written})
        connection.execute(statement.on_conflict_do_update(index_elements=["scope", "flag"], set_=written))
        self._tell(session, Change(scope.key, flags=frozenset({flag})))

    def lift(self, session: AppSession, context: EvaluationContext, flag: str) -> None:
        """Take an override back, so that the plan decides again."""
        scope = _owner(context)
        session.execute(delete(OVERRIDES).where(OVERRIDES.c.scope == scope.key, OVERRIDES.c.flag == flag))
        self._tell(session, Change(scope.key, flags=frozenset({flag})))

    @contextmanager
    def preload(
        self, contexts: Iterable[EvaluationContext] = (), flags: Collection[str] | None = None
    ) -> Iterator[None]:
        """Within the block, flags of these scopes are answered from one query, and any other scope is read once.

        Without contexts it is a cache for one request. `flags` narrows the overrides that are read; plans always are.
        """
        outer = _CACHES.get() or {}
        known = dict(outer.get(self, {}))
        scopes = {scope_of(context, bare_keys=True) for context in contexts}
        known.update(self._read(scopes, flags))
        token = _CACHES.set({**outer, self: known})
        try:
            yield
        finally:
            _CACHES.reset(token)

    def cached(self, scope: Scope, flag: str) -> Facts | None:
        """What the current request knows already about a scope."""
        facts = (_CACHES.get() or {}).get(self, {}).get(scope)
        return facts if facts is not None and facts.cover(flag) else None

    def read(self, scope: Scope) -> Facts:
        """Ask the database about one scope, and let the current request remember it."""
        facts = self._read({scope}, None).get(scope, Facts())
        cache = (_CACHES.get() or {}).get(self)
        if cache is not None:
            cache[scope] = facts
        return facts

    def missing_tables(self) -> list[str]:
        """The tables that `upgrade` has not made yet."""
        with self.engine.connect() as connection:
            return sorted(set(METADATA.tables) - set(inspect(connection).get_table_names()))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell a function of each change after its commit, in this process; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _read(self, scopes: Collection[Scope], flags: Collection[str] | None) -> dict[Scope, Facts]:
        """The one query, on a connection of its own; none at all where there is nobody to ask about."""
        if not any(scope.kind in (Kind.CUSTOMER, Kind.GLOBAL) for scope in scopes):
            return {}
        with self.engine.connect() as connection:
            return read_facts(connection, scopes, flags)

    def _tell(self, session: AppSession, change: Change | None) -> bool:
        """Keep a change until its transaction commits; one that is rolled back is never told."""
        if change is None:
            return False
        if isinstance(session, scoped_session):
            session = session()
        if _PENDING not in session.info:
            session.info[_PENDING] = []
            event.listen(session, "after_commit", _committed)
            event.listen(session, "after_rollback", _rolled_back)
        session.info[_PENDING].append((self, change))
        return True

    def _announce(self, change: Change) -> None:
        """A change is committed: what this request had read is outdated, and listeners may know."""
        (_CACHES.get() or {}).get(self, {}).clear()
        for listener in tuple(self._listeners):
            listener(change)


def _owner(context: EvaluationContext) -> Scope:
    """The scope that an override is for."""
    scope = scope_of(context, bare_keys=True)
    if scope.kind not in (Kind.CUSTOMER, Kind.GLOBAL):
        raise ValueError("An override is for a customer or for_global(): nobody else can be told apart.")
    return scope


def _committed(session: Session) -> None:
    """Tell what waited for this commit; the end of a savepoint is none."""
    if session.in_nested_transaction():
        return
    pending, session.info[_PENDING] = session.info[_PENDING], []
    for store, change in pending:
        store._announce(change)  # noqa: SLF001 - the store's own doing, in a hook that SQLAlchemy calls


def _rolled_back(session: Session) -> None:
    """Forget what will never be."""
    session.info[_PENDING] = []
