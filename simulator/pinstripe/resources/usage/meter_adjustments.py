"""Usage taken back: an event of the last 24 hours that counts no more."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Resource, shaped
from pinstripe.resources.usage import ledger
from pinstripe.world import Kind, Transaction


def create(call: Call) -> Answer:
    """POST /v1/billing/meter_event_adjustments: an invoice that is final stays as it is. [documented]

    It is complete at once, where Stripe may say `pending` first. [documented]
    """
    tx, params = call.tx, call.params
    name, type_ = params.get("event_name"), params.get("type")
    identifier = params.hash("cancel").get("identifier")
    if not identifier:  # optional in its type, and nothing can be canceled without it [inferred]
        raise errors.missing_parameter("cancel[identifier]")
    cancel(tx, name, identifier)
    return shaped(
        "billing.meter_event_adjustment",
        {
            "object": "billing.meter_event_adjustment",
            "cancel": {"identifier": identifier},
            "event_name": name,
            "livemode": False,
            "status": "complete",
            "type": type_,
        },
    )


def cancel(tx: Transaction, event_name: str, identifier: str) -> None:
    """Have an event received in the last 24 hours count no more; its identifier stays taken. [inferred: the latter]"""
    page = ledger.page_of(tx)
    number = page.ledger.holder(identifier, tx.now())
    if number is not None and number not in page.ledger.canceled:
        meter = tx.read("billing.meter", page.ledger.owner(number)[0])
        if meter["event_name"] == event_name:
            page.canceled.append(number)
            return
    raise refusals.nothing_to_cancel(identifier)


METER_EVENT_ADJUSTMENTS = Resource(
    Kind("billing.meter_event_adjustment", "mtr_event_adj"), {"POST /v1/billing/meter_event_adjustments": create}
)
