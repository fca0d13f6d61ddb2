"""The command line's side of a session, spoken by hand: connections, acknowledgements, and what an app answered."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import stripe
from tests.client import Client
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from pinstripe import Simulator, control

PATIENCE_SECONDS = 20
PROTOCOL = Subprotocol("stripecli-devproxy-v1")


class Account(Client):
    """An account on a server, and sessions that listen to it."""

    def __init__(self, simulator: Simulator, http: httpx.Client, key: str) -> None:
        super().__init__(simulator)
        self.http = http
        self.key = key
        self.url = str(http.base_url).rstrip("/")

    def begin(self, **form: Any) -> httpx.Response:
        """The answer to a session's beginning."""
        form = {"device_name": "laptop", "websocket_features[]": ["webhooks"], **form}
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.http.post("/v1/stripecli/sessions", data=form, headers=headers)

    @contextlib.contextmanager
    def connected(self, session: Any) -> Iterator[ClientConnection]:
        """A connection of a session, ended before the block is left."""
        headers = {"Websocket-Id": session["websocket_id"]}
        with connect(
            session["websocket_url"] + "?websocket_feature=webhooks",
            subprotocols=[PROTOCOL],
            additional_headers=headers,
            compression=None,
            proxy=None,
        ) as socket:
            assert socket.subprotocol == PROTOCOL
            yield socket

    def pending(self) -> list[int]:
        """How many still wait for each event, oldest first."""
        return [event["pending_webhooks"] for event in self.events()]


def heard(socket: ClientConnection) -> Any:
    """The next message."""
    return json.loads(socket.recv(timeout=PATIENCE_SECONDS))


def acknowledge(socket: ClientConnection, message: Any) -> None:
    """Say that it is there, in the words of the command line."""
    name = message.get("webhook_conversation_id", "")
    id_ = message.get("request_log_id") or json.loads(message.get("event_payload") or message["payload"])["id"]
    ack = {"type": "event_ack", "event_id": id_, "webhook_conversation_id": name, "webhook_id": ""}
    socket.send(json.dumps(ack))


def answer(socket: ClientConnection, message: Any, status: int = 200) -> None:
    """Say what the app answered, in the words of the command line."""
    name = message["webhook_conversation_id"]
    socket.send(json.dumps({"type": "webhook_response", "status": status, "webhook_conversation_id": name}))


def opened(message: Any, secret: str) -> str | None:
    """Why the official check refuses a message, if it does."""
    try:
        stripe.Webhook.construct_event(message["event_payload"], message["http_headers"]["Stripe-Signature"], secret)
    except stripe.SignatureVerificationError as error:
        return str(error)
    return None


def told(socket: ClientConnection) -> Any:
    """The next event, acknowledged."""
    message = heard(socket)
    acknowledge(socket, message)
    return json.loads(message.get("event_payload") or message["payload"])


def settled(account: Account, socket: ClientConnection, count: int) -> None:
    """Wait until so many deliveries are: an acknowledgement is on its way for a moment."""
    plane = control.Client(account.simulator, account.key)
    for _ in range(10_000):
        if sum(row.state in ("delivered", "failed") for row in plane.deliveries()) >= count:
            return
        assert socket.ping().wait(PATIENCE_SECONDS)
    raise AssertionError(plane.deliveries())
