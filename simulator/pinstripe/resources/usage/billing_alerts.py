"""Billing alerts: an event once a customer's usage on a meter reaches a threshold.

An alert fires once for each customer, for ever. It is looked at when usage comes in, and goes by all usage of the
customer, also by what was reported before it was made. [documented; older editions let only what came since count]
Customers on test clocks have no alerts. [documented]
"""

from __future__ import annotations

from decimal import Decimal

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Handler, Listing, Resource, addressed, named, retrieve, shaped
from pinstripe.resources.usage import ledger
from pinstripe.world import Kind, Object, Transaction, frozen

ALERT = "billing.alert"
MOST_FILTERS, MOST_ALERTS = 1, 25
"""Filters of one alert, and alerts of one meter and customer. [documented; inferred: archived ones do not count]"""
EVER = 1 << 40
"""A moment after every timestamp."""


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
    if len(filters or []) > MOST_FILTERS:
        raise refusals.alert_filters_too_many(MOST_FILTERS)
    for index, row in enumerate(filters or []):
        if "customer" not in row:
            raise errors.missing_parameter(f"usage_threshold[filters][{index}][customer]")
        named(tx, "customer", row["customer"], f"usage_threshold[filters][{index}][customer]")
    alike = [row for row in tx.find(ALERT, "meter", meter.id) if row["usage_threshold"]["filters"] == frozen(filters)]
    if len([row for row in alike if row["status"] != "archived"]) >= MOST_ALERTS:
        raise refusals.too_many_alerts(MOST_ALERTS)
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
    return Listing(rows)


def look(tx: Transaction, meter: Object, customer: Object) -> None:
    """After usage was filed: tell of the customer where it has reached a threshold. What was canceled does not count.

    An alert that was inactive meanwhile fires with the first usage after it is active again. [inferred]
    """
    if customer["test_clock"] is not None:
        return
    waiting = [alert for alert in tx.find(ALERT, "meter", meter.id) if _waits_for(alert, customer.id)]
    if not waiting:
        return
    formula, window = meter["default_aggregation"]["formula"], meter["event_time_window"]
    value = ledger.used(tx, (meter.id, customer.id), formula, window, 0, EVER)
    for alert in waiting:
        if value >= alert["usage_threshold"]["gte"]:
            tx.put(alert, _told=[*alert["_told"], customer.id])
            tx.emit("billing.alert.triggered", _triggered(tx, alert, customer.id, value), automatic=True)


def _waits_for(alert: Object, customer: str) -> bool:
    """Whether a customer may set it off."""
    if alert["status"] != "active" or customer in alert["_told"]:
        return False
    filters = alert["usage_threshold"]["filters"]
    return not filters or customer in {row.get("customer") for row in filters}


def _triggered(tx: Transaction, alert: Object, customer: str, value: Decimal) -> Object:
    """What the event holds: an object without an id, with the alert inside."""
    return Object(
        {
            "object": "billing.alert_triggered",
            "alert": shaped(ALERT, alert),
            "created": tx.now(),
            "customer": customer,
            "livemode": False,
            "value": int(value),
        }
    )


def _meter(alert: Object) -> tuple[str]:
    """The meter an alert watches."""
    return (alert["usage_threshold"]["meter"],)


ALERTS = Resource(
    Kind(ALERT, "alrt", indexes={"meter": _meter}),
    {
        "POST /v1/billing/alerts": create,
        "GET /v1/billing/alerts": list_all,
        "GET /v1/billing/alerts/{id}": retrieve(ALERT, noun="alert"),
        "POST /v1/billing/alerts/{id}/activate": _moving("activate", ("inactive",), "active"),
        "POST /v1/billing/alerts/{id}/deactivate": _moving("deactivate", ("active",), "inactive"),
        "POST /v1/billing/alerts/{id}/archive": _moving("archive", ("active", "inactive"), "archived"),
    },
)
