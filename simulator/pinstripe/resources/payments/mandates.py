"""Mandates: the customer's leave to take money later."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods.other_methods import DEBITS
from pinstripe.resources.resource import Resource, named, retrieve
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import CAPITALS, text
from pinstripe.world.kinds import by

WITH_MANDATES = frozenset((*DEBITS, "amazon_pay", "cashapp", "klarna", "link", "paypal", "revolut_pay"))
"""Payment methods that need one before they are kept. [documented]"""


def given(
    tx: Transaction, method: Object, data: Params, *, id_: str | None = None, single: tuple[int, str] | None = None
) -> Object | None:
    """The mandate that a confirmation gives or names, where the payment method has such; a debit must have one.

    [documented; the sentences of the refusals inferred]
    """
    if id_ is not None:
        if data:
            raise errors.only_one_parameter(["mandate", "mandate_data"], "mandate")
        mandate = named(tx, "mandate", id_, "mandate")
        if mandate["payment_method"] != method.id or mandate["status"] != "active":
            raise refusals.mandate_not_usable(id_, method.id)
        return mandate
    acceptance = data.hash("customer_acceptance")
    if not acceptance:
        known = [one for one in tx.find("mandate", "payment_method", method.id) if one["status"] == "active"]
        if method["type"] in DEBITS and not known:
            raise refusals.mandate_missing(method["type"])
        return known[-1] if known else None
    if method["type"] not in WITH_MANDATES:
        acceptance.get("type")
        acceptance.get("online")
        acceptance.get("offline")
        acceptance.get("accepted_at")
        return None
    type_ = acceptance.get("type")
    accepted: dict[str, Any] = {"accepted_at": acceptance.get("accepted_at", tx.now()), "type": type_}
    if type_ == "online":
        online = acceptance.hash("online")
        for name in ("ip_address", "user_agent"):
            if name not in online:
                raise errors.missing_parameter(online.name(name))
        accepted["online"] = online.pick("ip_address", "user_agent")
    else:
        acceptance.get("offline")
        accepted["offline"] = {}
    return make(tx, method, accepted, single=single)


def make(tx: Transaction, method: Object, accepted: dict[str, Any], *, single: tuple[int, str] | None = None) -> Object:
    """A mandate in force."""
    id_ = tx.new_id("mandate")
    members: dict[str, Any] = {
        "customer_acceptance": accepted,
        "livemode": False,
        "payment_method": method.id,
        "payment_method_details": {method["type"]: _details(id_, method["type"]), "type": method["type"]},
        "status": "active",
        "type": "multi_use" if single is None else "single_use",
    }
    if single is None:
        members["multi_use"] = {}
    else:
        members["single_use"] = {"amount": single[0], "currency": single[1]}
    return tx.new("mandate", members, id=id_)


def _details(id_: str, type_: str) -> dict[str, Any]:
    """What each scheme calls the mandate. [documented: the members; inferred: the addresses]"""
    reference = text(id_, 16, CAPITALS)
    url = f"https://hooks.stripe.com/adapter/{type_}/file/{id_}"
    match type_:
        case "sepa_debit":
            return {"reference": reference, "url": url}
        case "bacs_debit":
            return {"network_status": "accepted", "reference": reference, "url": url}
        case "au_becs_debit":
            return {"url": url}
        case "acss_debit":
            return {"interval_description": None, "payment_schedule": "sporadic", "transaction_type": "personal"}
    return {}


def revoked(tx: Transaction, method: Object) -> None:
    """The customer's leave is gone; of a British account the payment method too. [documented]"""
    for mandate in tx.find("mandate", "payment_method", method.id):
        if mandate["status"] == "active":
            tx.emit("mandate.updated", tx.put(mandate, status="inactive"), before=mandate)
    if method["type"] == "bacs_debit":
        tx.put(method, _used=True)


MANDATES = Resource(
    Kind("mandate", "mandate", indexes={"payment_method": by("payment_method")}),
    {"GET /v1/mandates/{mandate}": retrieve("mandate", param="mandate")},
)
