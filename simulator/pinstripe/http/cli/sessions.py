"""Sessions of the Stripe CLI: who listens for events or request logs, and what waits for them between two connections.

`stripe listen` and `stripe logs tail` begin a session, then connect with its id, and connect anew every minute or so.
A session hears of things from its first connection on, and for a while after its last one. It belongs to the server and
not to an account's world: `reset` does not end it, and it changes no answer but how many wait for an event.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.http import authentication
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.cli.request_logs import Filters, log_of
from pinstripe.http.message import Request, Response
from pinstripe.webhooks import listening
from pinstripe.webhooks.listening import Letter, Message
from pinstripe.wire import versions
from pinstripe.world import Object, World
from pinstripe.world.ids import text

RECONNECT_SECONDS = 60
"""How often the command line is told to connect anew. [inferred]"""
PATIENCE_SECONDS = 60.0
"""How long a session lasts without a connection. [inferred]"""
ACKNOWLEDGED_SECONDS = 10.0
"""How long the command line may take to say that it has a message."""
ANSWERED_SECONDS = 0.25
"""How long the next event waits for an app to answer this one."""
SNAPSHOTS, THIN, LOGS = "webhooks", "v2_events", "request_logs"
FEATURES = (SNAPSHOTS, THIN, LOGS)
MOST_MISSED = 100
"""How many unanswered messages are remembered."""
MOST_LOGS = 1_000
"""How many lines of a log wait for a connection."""
FORWARDS = ("forward_to_url", "forward_connect_to_url", "forward_thin_to_url", "forward_thin_connect_to_url")


@dataclass(slots=True, eq=False)
class Session:
    """One command line that listens."""

    id: str
    key: str
    features: Sequence[str]
    forwards: bool
    filters: Filters
    listener: Object
    """What an account's world knows of it."""
    logs: deque[Message] = field(default_factory=lambda: deque(maxlen=MOST_LOGS))
    sent: set[str] = field(default_factory=set)
    """What was sent and not yet settled; an acknowledgement may come by the next connection."""
    acknowledged: set[str] = field(default_factory=set)
    answers: dict[str, int] = field(default_factory=dict)
    """What the app answered, by conversation."""
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever the command line has said something, by whichever connection."""
    unanswered: set[str] = field(default_factory=set)
    """Types that the app was not seen to answer: the command line leaves them out, or the app is slow, or down."""
    missed: dict[str, str] = field(default_factory=dict)
    """What was not seen to be answered, with its type: a late answer shows that the type is worth waiting for."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    connection: object = None
    """The newest connection, if there is one."""
    end: asyncio.TimerHandle | None = None
    world: tuple[World, int] | None = None
    """Where what was sent came from, and how often that had gone back to a savepoint."""
    story: int = 0
    """Counts those worlds: each tells a story of its own."""

    def hears_of(self, world: World) -> None:
        """Begin anew with another world: after a reset or a return to a savepoint the same names may come again."""
        if self.world != (world, world.returns):
            self.story += self.world is not None
            self.world = world, world.returns
            for names in (self.sent, self.acknowledged, self.answers):
                names.clear()

    def goes_unanswered(self, type_: str, names: Sequence[str]) -> None:
        """Wait for answers to a type no more; what is missed is remembered for a while."""
        self.unanswered.add(type_)
        self.missed |= dict.fromkeys(names, type_)
        for name in list(self.missed)[: len(self.missed) - MOST_MISSED]:
            del self.missed[name]

    def is_answered(self, name: str) -> None:
        """Wait for answers to a type again if one of what was missed has come after all."""
        self.unanswered.discard(self.missed.pop(name, ""))

    def still_hears_of(self, world: World, letter: Letter) -> bool:
        """Whether nothing has come between a letter and its world."""
        return self.world == (world, letter.returns) and world.returns == letter.returns


class Sessions:
    """Every session of one simulator."""

    def __init__(self, accounts: Accounts, turn: AbstractContextManager[object]) -> None:
        self.accounts = accounts
        self.turn = turn
        self.reconnect_seconds = RECONNECT_SECONDS
        self.patience_seconds = PATIENCE_SECONDS
        self.acknowledged_seconds = ACKNOWLEDGED_SECONDS
        self.answered_seconds = ANSWERED_SECONDS
        self.by_id: dict[str, Session] = {}
        self.begun = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self, account: Account, form: Mapping[str, Any]) -> dict[str, Any]:
        """POST /v1/stripecli/sessions: the answer, all of whose members the command line reads.

        The signing secret is the device's, the same at every start. [documented]
        """
        self._loop = asyncio.get_running_loop()
        self.begun += 1
        seed, device, features = account.seed, form["device_name"], form["websocket_features"]
        id_ = f"cliws_{text(f'{seed.value}:cli:{self.begun}', 24)}"
        secret = f"whsec_{text(f'{seed.value}:cli:{device}', 64, '0123456789abcdef')}"
        listener = Object(
            {
                "id": id_,
                "secret": secret,
                "snapshots": SNAPSHOTS in features,
                "thin": THIN in features,
                "webhook": f"we_{text(id_, 24)}",
                "destination": f"ed_{text(id_, 24)}",
            }
        )
        forwards = any(name in form for name in FORWARDS)
        session = Session(id_, account.key, features, forwards, Filters.read(form.get("filters", "{}")), listener)
        self.by_id[id_] = session
        self._wait_for(session)
        pages = self.accounts.pages or ""
        return {
            "websocket_id": id_,
            "websocket_url": f"{pages.replace('http', 'ws', 1)}/subscribe/{account.id}",
            "websocket_authorized_feature": features[0],
            "secret": secret,
            "reconnect_delay": self.reconnect_seconds,
            "default_version": account.version,
            "latest_version": versions.DEFAULT,
            "device_token": text(f"{seed.value}:cli:device:{device}", 32),
            "display_connect_filter_warning": False,
        }

    def world_of(self, session: Session) -> World | None:
        """The world a session listens to; none between a reset and the next request. Looking touches no account."""
        account = self.accounts.by_key.get(session.key)
        return None if account is None else account.world

    def connected(self, session: Session, connection: object) -> None:
        """Let a session hear of everything from now on."""
        if session.end is not None:
            session.end.cancel()
        session.connection = connection
        others = self.accounts.listening.get(session.key, ())
        self._listen(session.key, [*(each for each in others if each.id != session.id), session.listener])
        session.woken.set()

    def left(self, session: Session, connection: object) -> None:
        """Wait for the next connection, unless it is there already or the session has ended."""
        if session.connection is connection:
            session.connection = None
            if session.id in self.by_id:
                self._wait_for(session)

    def wake(self, key: str) -> None:
        """Have whoever listens to an account look what is due."""
        for session in self.by_id.values():
            if session.key == key and session.connection is not None:
                session.woken.set()

    def tell(self, request: Request, response: Response) -> None:
        """Write a request into the logs that somebody tails; called from any thread."""
        if not self.by_id:
            return
        tails = [session for session in list(self.by_id.values()) if LOGS in session.features]
        loop = self._loop
        if not tails or loop is None:
            return
        try:
            key = authentication.key_of(request.headers)
        except StripeError:
            return
        for session in tails:
            if session.key == key and session.filters.let_through(request, response):
                session.logs.append(log_of(request, response, self.accounts.of(key).world.now))
                loop.call_soon_threadsafe(session.woken.set)

    def close(self) -> None:
        """Forget every session: the server ends."""
        for session in list(self.by_id.values()):
            if session.end is not None:
                session.end.cancel()
            self._forget(session)
        self._loop = None

    def _wait_for(self, session: Session) -> None:
        """End a session unless it is connected in time."""
        session.end = asyncio.get_running_loop().call_later(self.patience_seconds, self._forget, session)

    def _forget(self, session: Session) -> None:
        """End a session; what it was still owed is dropped."""
        with self.turn:
            self.by_id.pop(session.id, None)
            others = self.accounts.listening.get(session.key, ())
            self._listen(session.key, [each for each in others if each.id != session.id])
            world = self.world_of(session)
            if world is not None:
                listening.drop(world, session.id)

    def _listen(self, key: str, listeners: list[Object]) -> None:
        """Tell an account's world who listens now."""
        self.accounts.listening[key] = tuple(listeners)
        account = self.accounts.by_key.get(key)
        if account is not None:
            account.world.listening = self.accounts.listening[key]
