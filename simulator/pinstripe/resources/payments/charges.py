"""Charges: made by intents, or the older way with a source."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals, searching
from pinstripe.resources.connect import shares, sharing
from pinstripe.resources.payment_methods import fates, payment_methods, sources
from pinstripe.resources.payments import amounts, capturing, charging, disputes, refunds
from pinstripe.resources.payments.charging import Try
from pinstripe.resources.resource import (
    Answer,
    Call,
    Resource,
    addressed,
    list_object,
    listing,
    merged_metadata,
    named,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

PLAIN = (
    "description",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def create(call: Call) -> Answer:
    """POST /v1/charges: ask a customer's default source, or the source named. [recorded]"""
    tx, params = call.tx, call.params
    currency = amounts.currency(params.get("currency", ""))
    amount = amounts.chargeable(params.get("amount", 0), currency)
    customer = None
    if "customer" in params:
        customer = named(tx, "customer", params.get("customer"), "customer")
    method = sources.to_charge(call, customer)
    card = payment_methods.card_of(method)
    method = payment_methods.check(tx, method)
    asked: dict[str, Any] = {
        **dict.fromkeys(PLAIN),
        **params.pick(*PLAIN),
        "currency": currency,
        "customer": customer.id if customer is not None else None,
        "metadata": merged_metadata({}, params),
        **shares.of_charge(tx, params, amount, currency),
    }
    params.hash("radar_options").get("session")
    captured = params.get("capture", True)
    decline = payment_methods.refusal(card, method)
    if decline is None and card.asks_for_authentication(off_session=True, set_up=False):
        decline = card.off_session  # a charge cannot ask for the holder
    charge = charging.charge(tx, asked, Try(amount, method, card, decline, captured=captured))
    fates.lived(tx, method.id, paid=decline is None)
    charge = tx.put(charge, source=sources.shown(tx, method))
    if not captured and decline is None:
        charge = tx.put(charge, _expires_at=tx.now() + charging.HOLD)
    if decline is not None:
        tx.emit("charge.failed", charge)
        raise refusals.charge_declined(decline, charge.id)
    tx.emit("charge.succeeded", charge)
    disputes.begin(tx, charge)
    return tx.read("charge", charge.id)


def update(call: Call) -> Answer:
    """POST /v1/charges/{charge}."""
    tx, params = call.tx, call.params
    before = addressed(call, "charge")
    if "transfer_group" in params and before["payment_intent"] is not None:
        raise refusals.group_of_an_intent(before["payment_intent"])
    changes = params.pick("description", "receipt_email", "shipping", "transfer_group")
    if "fraud_details" in params:
        said = {**(before["fraud_details"] or {}), **params.get("fraud_details")}
        changes["fraud_details"] = {name: report for name, report in said.items() if report is not None}
    if "customer" in params:
        if before["customer"] is not None:
            raise refusals.charge_has_customer()
        changes["customer"] = named(tx, "customer", params.get("customer"), "customer").id
    charge = tx.put(before, **changes, metadata=merged_metadata(before["metadata"], params))
    tx.emit("charge.updated", charge, before=before)
    return charge


def capture(call: Call) -> Answer:
    """POST /v1/charges/{charge}/capture; a charge of an intent is captured with it. [documented]"""
    tx, params = call.tx, call.params
    charge = addressed(call, "charge")
    if charge["status"] == "failed":
        raise refusals.charge_not_authorized(charge.id)
    if charge["captured"]:
        raise refusals.charge_captured(charge.id)
    if charge["refunded"]:
        raise refusals.charge_refunded(charge.id)
    if charge.get("_released"):
        raise refusals.charge_let_go(charge.id, charge["_released"])
    left = charge["amount"] - charge["amount_captured"]
    amount = params.get("amount", left)
    if amount < 1:
        raise errors.too_small("amount", 1)
    if amount > left:
        raise refusals.capture_too_large("amount")
    said = params.pick("receipt_email", "statement_descriptor", "statement_descriptor_suffix")
    charge = charging.worded(tx, tx.put(charge, **said), said)
    charge = sharing.recast(tx, charge, shares.of_capture(tx, params, charge, amount))
    if charge["payment_intent"] is not None:
        capturing.take(tx, tx.read("payment_intent", charge["payment_intent"]), amount, final=True)
        return tx.read("charge", charge.id)
    captured = tx.put(charging.settle(tx, charge, amount), _expires_at=None)
    tx.emit("charge.captured", captured)
    disputes.begin(tx, captured)
    return tx.read("charge", captured.id)


def ring(tx: Transaction, charge: Object) -> None:
    """Its capture comes through, or nobody captured it in time. [documented]"""
    if charge.get("_captures_at") is not None:
        charging.caught_up(tx, charge)
        return
    refunds.release(tx, charge, expired=True)


def refunds_of(tx: Transaction, charge: Object) -> dict[str, Any]:
    """The refunds, newest first, which show only when asked for. [recorded]"""
    rows = [tx.world.render(tx, row) for row in reversed(tx.find("refund", "charge", charge.id))]
    return list_object(f"/v1/charges/{charge.id}/refunds", rows)


CHARGES = Resource(
    Kind(
        "charge",
        "ch",
        indexes={"customer": by("customer"), "payment_intent": by("payment_intent"), "group": by("transfer_group")},
        alarm=lambda charge: charge.get("_captures_at") or charge.get("_expires_at"),
        ring=ring,
    ),
    {
        "POST /v1/charges": create,
        "GET /v1/charges": listing(
            "charge", by={"customer": "customer", "payment_intent": "payment_intent", "transfer_group": "group"}
        ),
        "GET /v1/charges/search": searching.search("charge"),
        "GET /v1/charges/{charge}": retrieve("charge"),
        "POST /v1/charges/{charge}": update,
        "POST /v1/charges/{charge}/capture": capture,
    },
    includes={"refunds": refunds_of},
)
