"""A replay done again in another simulator: the same answers, byte for byte."""

from __future__ import annotations

import json
from typing import Any

from tests.http.calls import KEY, NOW

from pinstripe import Simulator
from pinstripe.control import Client, redo
from pinstripe.http.message import Request, Response

V2 = {"stripe-version": "2026-10-28.endive", "content-type": "application/json"}


def test_faults_usage_and_connected_accounts_come_again() -> None:
    """A fault that was found by a header the list does not have, the stream's token, an account from when it was made.

    Nothing that was ordered for the replay waits at its end.
    """
    simulator = Simulator(seed="again", now=NOW)
    control = Client(simulator, KEY)
    answers: list[Response] = []

    def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
        """Ask and remember the answer."""
        names = {"authorization": f"Bearer {KEY}", "user-agent": "my app", **(headers or {})}
        answers.append(simulator.handle(Request(method, path, "", names, body)))
        return json.loads(answers[-1].body)

    ask("GET", "/v1/customers", headers={"stripe-account": "acct_later"})
    control.connect("acct_later")
    ask("GET", "/v1/customers", headers={"stripe-account": "acct_later"})
    control.fault("api_error", headers={"User-Agent": "my*"}, when="after", nth=2)
    control.fault("usage_rejected", code="no_meter")
    control.fault("connection_lost", "/v1/products*", params={"name": "G*"}, when="after")
    ask("POST", "/v1/customers", b"name=Ada", {"idempotency-key": "a"})
    for _ in range(2):
        ask("POST", "/v1/customers", b"name=Bob", {"idempotency-key": "b"})
    ask("POST", "/v1/products", b"name=Gold")
    ask("POST", "/v1/billing/meters", b"display_name=C&event_name=c&default_aggregation[formula]=sum")
    token = ask("POST", "/v2/billing/meter_event_session", b"{}", V2)["authentication_token"]
    usage = json.dumps({"events": [{"event_name": "c", "payload": {"stripe_customer_id": "cus_1", "value": "1"}}]})
    ask("POST", "/v2/billing/meter_event_stream", usage.encode(), {**V2, "authorization": f"Bearer {token}"})
    ask("GET", "/v2/core/events", b"", V2)
    assert [answer.status for answer in answers] == [403, 200, 200, 500, 500, 200, 200, 200, 200, 200]
    assert [answer.lost for answer in answers].index(True) == 5
    assert b"no_meter_found" in answers[-1].body

    told: list[Response] = []
    again = Client(redo(json.loads(json.dumps(control.replay())), answered=lambda _, answer: told.append(answer)), KEY)
    assert told == answers
    assert again.faults() == []
    assert again.replay() == control.replay()
