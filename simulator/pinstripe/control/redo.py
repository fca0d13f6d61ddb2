"""Doing again what was asked of an account somewhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from pinstripe.control.client import Client
from pinstripe.http import replaying
from pinstripe.http.control import PREFIX, ControlError
from pinstripe.http.message import Request, Response
from pinstripe.http.simulator import Simulator


def redo(replay: Mapping[str, Any], *, answered: Callable[[Request, Response], object] = lambda *_: None) -> Simulator:
    """A simulator in which everything on a list has happened again, for `Client.replay`'s list of any simulator.

    `answered` is told of each request to the API and of its answer.
    """
    simulator = Simulator(seed=replay["seed"], api_version=replay["begins_with"])
    control = Client(simulator, replay["key"])
    for row in replay["requests"]:
        control.turn(row["now"])
        if "fault" in row:
            control.fault(**row["fault"])
        request = replaying.read(row, control.key)
        if not request.path.startswith(PREFIX):
            answered(request, simulator.handle(request))
            continue
        with simulator.turn, contextlib.suppress(ControlError):
            acting_for = request.headers.get("stripe-account")
            simulator.control.handle(request.method, request.path, control.key, request.body, acting_for)
    control.turn(replay["now"])
    return simulator
