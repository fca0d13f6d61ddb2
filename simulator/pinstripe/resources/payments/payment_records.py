"""Payment records: payments that somebody else has made and that are only reported. [documented]"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.invoices import attached_payments
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import other_methods
from pinstripe.resources.resource import (
    Answer,
    Call,
    Handler,
    Listing,
    Resource,
    addressed,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

SUMS = ("amount_authorized", "amount_canceled", "amount_failed", "amount_guaranteed", "amount_refunded")
OUTCOMES = {"canceled": "amount_canceled", "failed": "amount_failed", "guaranteed": "amount_guaranteed"}
"""Which sum each outcome moves the whole amount to. [documented]"""


def report_payment(call: Call) -> Answer:
    """POST /v1/payment_records/report_payment: a record with its first attempt."""
    tx, params = call.tx, call.params
    asked = params.hash("amount_requested").pick("currency", "value")
    asked["currency"] = str(asked["currency"]).lower()
    nothing = {**asked, "value": 0}
    record = tx.new(
        "payment_record",
        {
            **dict.fromkeys(SUMS, nothing),
            "amount": asked,
            "amount_requested": asked,
            "application": None,
            "created": tx.now(),
            "livemode": False,
            "metadata": {},
            "payment_method_details": _method(params),
            "processor_details": _processor(params.hash("processor_details")),
            "reported_by": "self",
            **_about(tx, params),
        },
    )
    record = tx.put(record, customer_presence=params.get("customer_presence"))
    return _attempt(tx, record, params)


def _about(tx: Transaction, params: Params) -> dict[str, Any]:
    """Who pays, and where it goes."""
    customer: dict[str, Any] | None = None
    if params.peek("customer_details"):
        said = params.hash("customer_details").pick("customer", "email", "name", "phone")
        if said.get("customer") is not None:
            named(tx, "customer", said["customer"], "customer_details[customer]")
        customer = {**dict.fromkeys(("customer", "email", "name", "phone")), **said}
    shipping: dict[str, Any] | None = None
    if params.peek("shipping_details"):
        said = params.hash("shipping_details").pick("address", "name", "phone")
        address = {**other_methods.BLANK_ADDRESS, **(said.get("address") or {})}
        shipping = {"name": None, "phone": None, **said, "address": address}
    return {
        "customer_details": customer,
        "description": params.get("description"),
        "shipping_details": shipping,
    }


def _method(params: Params) -> dict[str, Any]:
    """How it was paid."""
    given = params.hash("payment_method_details")
    said: dict[str, Any] = {"payment_method": given.get("payment_method"), "type": given.get("type", "custom")}
    billing = given.get("billing_details")
    details = None if billing is None else other_methods.billing_details(billing)
    said["billing_details"] = details and {name: details[name] for name in ("address", "email", "name", "phone")}
    if "custom" in given:
        said["custom"] = {"display_name": None, "type": None, **given.hash("custom").pick("display_name", "type")}
        if said["custom"]["display_name"] is None:
            raise errors.missing_parameter("payment_method_details[custom][display_name]")
    return said


def _processor(given: Params) -> dict[str, Any]:
    """Who moved the money."""
    if not given:
        return {"type": "custom", "custom": {"payment_reference": None}}
    return {"type": given.get("type"), "custom": given.hash("custom").pick("payment_reference")}


def _attempt(tx: Transaction, record: Object, params: Params) -> Object:
    """A new attempt of a record, and its outcome if that is known."""
    params.get("initiated_at")
    shared = {
        key: value for key, value in record.items() if key not in ("id", "object", "latest_payment_attempt_record")
    }
    nothing = {**record["amount"], "value": 0}
    details = _method(params) if "payment_method_details" in params else record["payment_method_details"]
    attempt = tx.new(
        "payment_attempt_record",
        {
            **shared,
            **dict.fromkeys(SUMS, nothing),
            "created": tx.now(),
            "metadata": merged_metadata({}, params),
            "payment_method_details": details,
            "payment_record": record.id,
        },
    )
    metadata = merged_metadata(record["metadata"], params)
    record = tx.put(record, latest_payment_attempt_record=attempt.id, metadata=metadata, payment_method_details=details)
    outcome = params.get("outcome")
    if outcome is not None:
        params.get(outcome)
        record = _ended(tx, record, outcome)
    return record


def report_attempt(call: Call) -> Answer:
    """POST /v1/payment_records/{id}/report_payment_attempt."""
    record = addressed(call, "payment_record")
    about = _about(call.tx, call.params)
    said = {name: value for name, value in about.items() if name in call.params}
    return _attempt(call.tx, call.tx.put(record, **said), call.params)


def _ended(tx: Transaction, record: Object, outcome: str) -> Object:
    """The latest attempt has come to an end: the whole amount counts as that."""
    nothing = {**record["amount"], "value": 0}
    changes = dict.fromkeys(OUTCOMES.values(), nothing)
    changes[OUTCOMES[outcome]] = record["amount_requested"]
    attempt = tx.read("payment_attempt_record", record["latest_payment_attempt_record"])
    tx.put(attempt, **changes)
    record = tx.put(record, **changes)
    if outcome == "guaranteed" and record.get("_attached") is not None:
        attached_payments.arrived(tx, record)
    return record


def report_outcome(outcome: str) -> Handler:
    """POST /v1/payment_records/{id}/report_payment_attempt_...: how the latest attempt went."""

    def run(call: Call) -> Answer:
        """Count the amount."""
        record = addressed(call, "payment_record")
        call.params.get(f"{outcome}_at")
        record = call.tx.put(record, metadata=merged_metadata(record["metadata"], call.params))
        return _ended(call.tx, record, outcome)

    return run


def report_informational(call: Call) -> Answer:
    """POST /v1/payment_records/{id}/report_payment_attempt_informational."""
    record = addressed(call, "payment_record")
    about = _about(call.tx, call.params)
    said = {name: value for name, value in about.items() if name in call.params}
    return call.tx.put(record, **said, metadata=merged_metadata(record["metadata"], call.params))


def report_refund(call: Call) -> Answer:
    """POST /v1/payment_records/{id}/report_refund: of what was guaranteed and is not refunded yet. [documented]"""
    tx, params = call.tx, call.params
    record = addressed(call, "payment_record")
    left = record["amount_guaranteed"]["value"] - record["amount_refunded"]["value"]
    amount = params.hash("amount").pick("currency", "value").get("value", left)
    if amount > left:
        raise refusals.reported_refund_too_large(amount, left)
    params.get("outcome")
    params.get("refunded")
    params.get("initiated_at")
    params.hash("processor_details").get("custom")
    params.hash("processor_details").get("type")
    refunded = {**record["amount_refunded"], "value": record["amount_refunded"]["value"] + amount}
    attempt = tx.read("payment_attempt_record", record["latest_payment_attempt_record"])
    tx.put(attempt, amount_refunded=refunded)
    return tx.put(record, amount_refunded=refunded, metadata=merged_metadata(record["metadata"], params))


def list_records(call: Call) -> Answer:
    """GET /v1/payment_records, by when they were made."""
    after, before = call.params.get("created_after"), call.params.get("created_before")
    rows = call.tx.all("payment_record")
    return Listing(
        [
            row
            for row in rows
            if (after is None or row["created"] > after) and (before is None or row["created"] < before)
        ]
    )


def list_attempts(call: Call) -> Answer:
    """GET /v1/payment_attempt_records, of one record."""
    record = named(call.tx, "payment_record", call.params.get("payment_record"), "payment_record")
    return Listing(list(reversed(call.tx.find("payment_attempt_record", "record", record.id))))


REPORTS: dict[str, Callable[[Call], Answer]] = {
    "report_payment_attempt": report_attempt,
    **{f"report_payment_attempt_{outcome}": report_outcome(outcome) for outcome in OUTCOMES},
    "report_payment_attempt_informational": report_informational,
    "report_refund": report_refund,
}

PAYMENT_RECORDS = Resource(
    Kind("payment_record", "pr"),
    {
        "POST /v1/payment_records/report_payment": report_payment,
        "GET /v1/payment_records": list_records,
        "GET /v1/payment_records/{id}": retrieve("payment_record"),
        **{f"POST /v1/payment_records/{{id}}/{name}": rule for name, rule in REPORTS.items()},
    },
)
PAYMENT_ATTEMPT_RECORDS = Resource(
    Kind("payment_attempt_record", "par", indexes={"record": by("payment_record")}),
    {
        "GET /v1/payment_attempt_records": list_attempts,
        "GET /v1/payment_attempt_records/{id}": retrieve("payment_attempt_record"),
    },
)
