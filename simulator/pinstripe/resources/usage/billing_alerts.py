"""Billing alerts: an event once a customer's usage on a meter reaches a threshold.

An alert fires once for each customer, for ever; only usage reported after the alert was made counts. [documented]
Customers on test clocks have no alerts. [documented] What counts is all usage since then together. [inferred]
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pinstripe import errors
from pinstripe.billing.usage import UsageEvent, aggregate
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Handler, Listing, Resource, addressed, named, retrieve, shaped
from pinstripe.world import Kind, Object, Transaction

ALERT = "billing.alert"


def create(call: Call) -> Answer:
    """POST /v1/billing/alerts: active at once."""
    tx, params = call.tx, call.params
    if "usage_threshold" not in params:
        raise refusals.alert_needs_threshold()
    threshold = params.hash("usage_threshold")
    if threshold.get("gte") < 1:
        raise errors.too_small("usage_threshold[gte]", 1)
    meter = named(tx, "billing.meter", threshold.get("meter"), "usage_threshold[meter]", "meter")
    filters = threshold.get("filters")
    for index, row in enumerate(filters or []):
        if "customer" not in row:
            raise errors.missing_parameter(f"usage_threshold[filters][{index}][customer]")
        named(tx, "customer", row["customer"], f"usage_threshold[filters][{index}][customer]")
    return tx.new(
        ALERT,
        {
            "alert_type": params.get("alert_type"),
            "livemode": False,
            "status": "active",
            "title": params.get("title"),
            "usage_threshold": {
                "filters": filters,
                "gte": threshold.get("gte"),
                "meter": meter.id,
                "recurrence": threshold.get("recurrence"),
            },
            "_counted": {},
            "_told": [],
        },
    )


def _moving(wanted: str, allowed: tuple[str, ...], status: str) -> Handler:
    """An operation that moves an alert to another state."""

    def run(call: Call) -> Answer:
        """Change the state, if it can be."""
        alert = addressed(call, ALERT, noun="alert")
        if alert["status"] not in allowed:
            raise refusals.alert_state(wanted, alert["status"])
        return call.tx.put(alert, status=status)

    return run


def list_all(call: Call) -> Answer:
    """GET /v1/billing/alerts, by type and meter; archived ones are not shown. [documented]"""
    type_, meter = call.params.get("alert_type"), call.params.get("meter")
    rows = [
        alert
        for alert in call.tx.all(ALERT)
        if alert["status"] != "archived"
        and type_ in (None, alert["alert_type"])
        and meter in (None, alert["usage_threshold"]["meter"])
    ]
    return Listing(rows, filters_created=False)


def count(tx: Transaction, meter: Object, customer: Object, event: Object) -> None:
    """After usage was reported: count it for every alert that is about it, and tell of those it reaches.

    An inactive alert goes on counting, so that it may fire with the first usage after it is active again. [inferred]
    """
    if customer["test_clock"] is not None:
        return
    for alert in tx.all(ALERT):
        threshold = alert["usage_threshold"]
        about = {row.get("customer") for row in threshold["filters"] or ()} or {customer.id}
        if alert["status"] == "archived" or threshold["meter"] != meter.id or customer.id not in about:
            continue
        if customer.id in alert["_told"]:
            continue
        counted = [*alert["_counted"].get(customer.id, ()), event.id]
        value = _usage(tx, meter, counted)
        reached = alert["status"] == "active" and value >= threshold["gte"]
        told = [*alert["_told"], customer.id] if reached else alert["_told"]
        tx.put(alert, _counted={**alert["_counted"], customer.id: counted}, _told=told)
        if reached:
            tx.emit("billing.alert.triggered", _triggered(tx, alert, customer, value), automatic=True)


def _usage(tx: Transaction, meter: Object, counted: Sequence[str]) -> Decimal:
    """What these events come to; those that were canceled count no more."""
    rows = [tx.read("billing.meter_event", id_) for id_ in counted]
    events = [
        UsageEvent(row["timestamp"], Decimal(row["_value"]), arrival)
        for arrival, row in enumerate(rows)
        if row["_usage"] is not None
    ]
    moments = [event.timestamp for event in events]
    formula, window = meter["default_aggregation"]["formula"], meter["event_time_window"]
    return aggregate(events, formula=formula, window=window, start=min(moments), end=max(moments) + 1)


def _triggered(tx: Transaction, alert: Object, customer: Object, value: Decimal) -> Object:
    """What the event holds: an object without an id, with the alert inside."""
    return Object(
        {
            "object": "billing.alert_triggered",
            "alert": shaped(ALERT, alert),
            "created": tx.now(),
            "customer": customer.id,
            "livemode": False,
            "value": int(value),
        }
    )


ALERTS = Resource(
    Kind(ALERT, "alrt"),
    {
        "POST /v1/billing/alerts": create,
        "GET /v1/billing/alerts": list_all,
        "GET /v1/billing/alerts/{id}": retrieve(ALERT, noun="alert"),
        "POST /v1/billing/alerts/{id}/activate": _moving("activate", ("inactive",), "active"),
        "POST /v1/billing/alerts/{id}/deactivate": _moving("deactivate", ("active",), "inactive"),
        "POST /v1/billing/alerts/{id}/archive": _moving("archive", ("active", "inactive"), "archived"),
    },
)
