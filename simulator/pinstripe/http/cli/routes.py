"""The addresses that only the Stripe CLI asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http import authentication
from pinstripe.http.cli.connection import PROTOCOL, Connection
from pinstripe.http.cli.sessions import FEATURES
from pinstripe.http.direct import body_of
from pinstripe.http.simulator import Simulator
from pinstripe.wire import forms

UNKNOWN = {"error": {"message": "Unknown WebSocket ID."}}


def routes(simulator: Simulator) -> list[BaseRoute]:
    """Sessions and their websockets."""
    sessions = simulator.sessions

    async def begin(request: Request) -> Response:
        """Begin a session, of `stripe listen` or of `stripe logs tail`."""
        try:
            key = authentication.key_of({name.lower(): value for name, value in request.headers.items()})
            form = _form(await body_of(request.receive))
            with simulator.turn:
                return JSONResponse(sessions.begin(simulator.accounts.of(key), form))
        except StripeError as error:
            return JSONResponse({"error": error.body()}, error.status)

    async def subscribe(websocket: WebSocket) -> None:
        """Connect to a session."""
        session = sessions.by_id.get(websocket.headers.get("websocket-id", ""))
        if session is None or PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.send_denial_response(JSONResponse(UNKNOWN, 400))
            return
        await Connection(simulator, sessions, session, websocket).serve()

    return [
        Route("/v1/stripecli/sessions", begin, methods=["POST"]),
        WebSocketRoute("/subscribe/{account}", subscribe),
    ]


def _form(body: bytes) -> Mapping[str, Any]:
    """The form of a session; raises StripeError."""
    form = forms.decode(body)
    if not isinstance(form.get("device_name"), str) or not form["device_name"]:
        raise errors.missing_parameter("device_name")
    features = form.get("websocket_features")
    if not isinstance(features, list) or not features or any(each not in FEATURES for each in features):
        raise StripeError(f"websocket_features must be some of {', '.join(FEATURES)}.", param="websocket_features")
    return form
