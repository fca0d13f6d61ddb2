"""One websocket of a session: what is due goes out in order, and what the command line says comes in.

Each message waits for its acknowledgement before the next goes out, and where the command line forwards to an app, for
the app's answer too, so that the app sees events in the order in which they happened. What a connection leaves without
acknowledgement the next one sends again, once a late acknowledgement had its chance.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from pinstripe.http.cli.sessions import Session, Sessions
from pinstripe.http.simulator import Simulator
from pinstripe.webhooks import listening
from pinstripe.webhooks.listening import Message
from pinstripe.world import World

PROTOCOL = "stripecli-devproxy-v1"
ACKNOWLEDGEMENT, ANSWER = "event_ack", "webhook_response"
LATE_SECONDS = 0.5
"""How long an acknowledgement may come late after a new connection."""

log = logging.getLogger("pinstripe")


class ConnectionLostError(Exception):
    """A connection is no good any more: what it leaves the next one sends."""


class Connection:
    """One websocket, from its handshake to its end."""

    def __init__(self, simulator: Simulator, sessions: Sessions, session: Session, websocket: WebSocket) -> None:
        self.simulator = simulator
        self.sessions = sessions
        self.session = session
        self.websocket = websocket

    async def serve(self) -> None:
        """Send and hear until the command line is gone."""
        with contextlib.suppress(WebSocketDisconnect):  # it is gone already
            await self.websocket.accept(subprotocol=PROTOCOL)
            await self._serve()
            with contextlib.suppress(RuntimeError):  # it is closed already
                await self.websocket.close()

    async def _serve(self) -> None:
        """Send and hear until either ends."""
        with self.simulator.turn:
            self.sessions.connected(self.session, self)
        sending = asyncio.create_task(self._send())
        hearing = asyncio.create_task(self._hear())
        try:
            await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.sessions.left(self.session, self)
            for task in (sending, hearing):
                task.cancel()
            await asyncio.gather(sending, hearing, return_exceptions=True)

    # --- out ---------------------------------------------------------------------------------------------------------

    async def _send(self) -> None:
        """Send what there is, and again whenever there may be more."""
        try:
            while True:
                self.session.woken.clear()
                await self._tell()
                await self._deliver()
                await self.session.woken.wait()
        except ConnectionLostError:
            return
        except Exception:
            log.exception("A bug in pinstripe: what goes out to the command line %s", self.session.id)

    async def _tell(self) -> None:
        """Send the lines of the log."""
        logs = self.session.logs
        while logs:
            line = logs[0]
            await self._hand(line)
            self._settled([line])
            if logs and logs[0] is line:  # those that are too many are dropped from the front
                logs.popleft()

    async def _deliver(self) -> None:
        """Send the events that are due, one after the other, each as long as it is."""
        with self.simulator.turn:
            world = self.sessions.world_of(self.session)
            if world is None:
                return
            self.session.hears_of(world)
            waiting, returns = [delivery.id for delivery in listening.due(world, self.session.id)], world.returns
        for delivery in waiting:
            await self._hand_over(world, delivery)
            if world.returns != returns:  # what waits now is another story
                self.session.woken.set()
                return

    async def _hand_over(self, world: World, delivery: str) -> None:
        """Send one event in each of its forms; it may be settled by now, or forgotten with its world."""
        session = self.session
        with self.simulator.turn:
            if self.sessions.world_of(session) is not world:
                return
            session.hears_of(world)
            letter = listening.letter(world, delivery, session.listener, session.story)
        if letter is None or not letter.messages:
            return
        status = letter.answered
        if status is None:
            for message in letter.messages:
                if self.sessions.world_of(session) is not world or not session.still_hears_of(world, letter):
                    return
                await self._hand(message)
            status = await self._answer(letter.messages)
        with self.simulator.turn:
            if listening.settle(world, letter, status):
                session.woken.set()
        self._settled(letter.messages)

    def _settled(self, messages: list[Message]) -> None:
        """Forget how far messages have come."""
        names = {message.name for message in messages}
        self.session.sent -= names
        self.session.acknowledged -= names
        for name in names:
            self.session.answers.pop(name, None)

    async def _hand(self, message: Message) -> None:
        """Send one message, unless an earlier connection has, and wait until the command line has it."""
        session, name = self.session, message.name
        if name in session.sent:
            await self._until(lambda: name in session.acknowledged, LATE_SECONDS)
        if name not in session.acknowledged:
            session.sent.add(name)
            try:
                await self.websocket.send_text(message.text)
            except (WebSocketDisconnect, RuntimeError):
                raise ConnectionLostError from None
            await self._until(lambda: name in session.acknowledged, self.sessions.acknowledged_seconds)
            if name not in session.acknowledged:
                raise ConnectionLostError  # the next one sends it again

    async def _answer(self, messages: list[Message]) -> int | None:
        """What the app answered; None if nothing comes in time: until one of its type is answered nobody waits then."""
        session, names = self.session, [message.name for message in messages]
        type_ = messages[0].type
        if session.forwards and type_ not in session.unanswered:
            await self._until(lambda: any(name in session.answers for name in names), self.sessions.answered_seconds)
        found = [session.answers[name] for name in names if name in session.answers]
        if session.forwards and not found:
            session.goes_unanswered(type_, names)
        return found[0] if found else None

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait until something heard makes it so, or so many seconds; ConnectionLostError if another has taken over."""
        heard = self.session.heard
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():
                    heard.clear()
                    await heard.wait()
        if self.session.connection is not self:
            raise ConnectionLostError

    # --- in ----------------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Take in what the command line says, until it is gone."""
        while True:
            try:
                said: Any = orjson.loads(await self.websocket.receive_text())
            except (WebSocketDisconnect, RuntimeError):
                return
            except (orjson.JSONDecodeError, KeyError):
                continue
            if isinstance(said, dict):
                self._note(said)
                self.session.heard.set()

    def _note(self, said: dict[str, Any]) -> None:
        """Note an acknowledgement, or what an app answered; both name the conversation, or else the event.

        What is settled is not noted, for the same event may be sent once more, but for an app that answers again.
        """
        name = str(said.get("webhook_conversation_id") or said.get("event_id") or said.get("notification_id"))
        if said.get("type") == ANSWER:
            self.session.is_answered(name)
        if name not in self.session.sent:
            return
        if said.get("type") == ACKNOWLEDGEMENT:
            self.session.acknowledged.add(name)
        elif said.get("type") == ANSWER and isinstance(said.get("status"), int):
            self.session.answers[name] = said["status"]
