"""A customer on a test clock who is billed by a meter, for stories about usage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pinstripe.http.message import Request, Response
from tests.client import NOW
from tests.resources.tale import Tale

CALLS = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
VERSION = "2026-10-28.endive"


class Metered(Tale):
    """One customer, one clock, one meter of calls."""

    def __init__(self, *, on_clock: bool = True, **meter: Any) -> None:
        super().__init__()
        if not on_clock:
            self.customer = self.stripe.post("/v1/customers", {})["id"]
        self.meter = self.stripe.post("/v1/billing/meters", {**CALLS, **meter})["id"]
        self.product = self.stripe.post("/v1/products", {"name": "Calls"})["id"]

    def metered(self, meter: str = "", **terms: Any) -> str:
        """A price that the meter counts for; one cent a call unless it says otherwise."""
        recurring = {"interval": "month", "usage_type": "metered", "meter": meter or self.meter}
        amounts = (
            terms if {"unit_amount", "unit_amount_decimal", "tiers"} & terms.keys() else {"unit_amount": 1, **terms}
        )
        body = {"product": self.product, "currency": "usd", "recurring": recurring, **amounts}
        return str(self.stripe.post("/v1/prices", body)["id"])

    def event(self, value: object, *, at: int | None = None, **more: Any) -> dict[str, Any]:
        """An event of the customer's, `at` seconds after NOW if it says when."""
        when = {} if at is None else {"timestamp": NOW + at}
        payload = {"stripe_customer_id": self.customer, "value": str(value)}
        return {"event_name": "calls", "payload": payload, **when, **more}

    def use(self, value: object, *, at: int | None = None, **more: Any) -> Any:
        """Report usage by v1."""
        return self.stripe.post("/v1/billing/meter_events", self.event(value, at=at, **more))

    def refused(self, value: object, *, at: int | None = None, **more: Any) -> Any:
        """The error of an event that v1 refuses with a 400."""
        body = self.event(value, at=at, **more)
        status, error = self.stripe.refused("POST", "/v1/billing/meter_events", body)
        assert status == 400
        return error

    def used(self, start: int = -40 * 86_400, end: int = 400 * 86_400, **more: Any) -> float:
        """What the meter says from so many seconds after NOW to so many."""
        (row,) = self.rows(start, end, **more)
        value = row["aggregated_value"]
        assert isinstance(value, float)
        return value

    def rows(self, start: int, end: int, **more: Any) -> list[Any]:
        """The summaries of such a stretch, as far as the first page has them."""
        bounds = {"customer": self.customer, "start_time": NOW + start, "end_time": NOW + end, **more}
        return list(self.stripe.get(f"/v1/billing/meters/{self.meter}/event_summaries", bounds)["data"])

    def lines(self, invoice: int = 0) -> list[tuple[str, int]]:
        """The quantities and amounts of an invoice's lines, the newest invoice being 0."""
        return [(line["quantity_decimal"], line["amount"]) for line in self.invoices()[invoice]["lines"]["data"]]

    # --- API v2, and what Stripe's API does not offer ---------------------------------------------------------------

    def v2(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "", sent: str = "") -> Response:
        """A JSON request, by the account's key or another one, under an idempotency key if there is one."""
        headers = {"authorization": f"Bearer {key or self.stripe.key}", "stripe-version": VERSION}
        headers |= {"content-type": "application/json"} | ({"idempotency-key": sent} if sent else {})
        method = "GET" if body is None else "POST"
        return self.stripe.simulator.handle(Request(method, path, "", headers, json.dumps(body or {}).encode()))

    def session(self) -> Any:
        """A session for the stream."""
        return json.loads(self.v2("/v2/billing/meter_event_session", {}).body)

    def stream(self, *events: Mapping[str, Any], token: str = "", sent: str = "") -> Response:
        """Send events to the stream, in a new session unless a token is given."""
        token = token or self.session()["authentication_token"]
        return self.v2("/v2/billing/meter_event_stream", {"events": events}, key=token, sent=sent)

    def reports(self) -> list[Any]:
        """The thin events that only meters tell, newest first, each fetched by its id."""
        rows = json.loads(self.v2("/v2/core/events").body)["data"]
        wanted = ("v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found")
        ids = [row["id"] for row in rows if row["type"] in wanted]
        return [json.loads(self.v2(f"/v2/core/events/{id_}").body) for id_ in ids]

    def control(self, call: str, **body: Any) -> Any:
        """A call of the control plane."""
        handle = self.stripe.simulator.control.handle
        return handle("POST", f"/_pinstripe/{call}", self.stripe.key, json.dumps(body).encode())

    def turn(self, to: int) -> None:
        """Turn the account's own clock to so many seconds after NOW."""
        self.control("clock", now=NOW + to)
