"""Setup attempts: what became of each try to set a payment method up."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.payment_methods.behaviour import ThreeDSecure
from pinstripe.resources.payments import charging
from pinstripe.resources.resource import Answer, Call, Listing, Resource, named
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by


def make(
    tx: Transaction,
    intent: Object,
    method: Object,
    status: str,
    *,
    authenticated: bool = False,
    error: dict[str, Any] | None = None,
) -> Object:
    """Note a try; one that waited for the customer goes on instead of being a second one."""
    members = {
        "created": tx.now(),
        "customer": intent["customer"],
        "flow_directions": intent["flow_directions"],
        "livemode": False,
        "payment_method": method.id,
        "payment_method_details": _details(method, authenticated=authenticated),
        "setup_error": error,
        "setup_intent": intent.id,
        "status": status,
        "usage": intent["usage"],
    }
    latest = intent["latest_attempt"] and tx.get("setup_attempt", intent["latest_attempt"])
    if latest and latest["status"] == "requires_action" and latest["payment_method"] == method.id:
        return tx.put(latest, **{**members, "created": latest["created"]})
    return tx.new("setup_attempt", members)


def _details(method: Object, *, authenticated: bool) -> dict[str, Any]:
    """The payment method as the attempt remembers it. [documented: the members]"""
    type_ = method["type"]
    if type_ != "card":
        return {type_: {}, "type": type_}
    card = method["card"]
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    said = {name: card[name] for name in kept}
    secure = None
    if authenticated:
        said_of_it = charging.authentication(ThreeDSecure.CHALLENGE)
        secure = {name: value for name, value in said_of_it.items() if name != "exemption_indicator"}
    return {"card": {**said, "network": card["brand"], "three_d_secure": secure}, "type": "card"}


def list_all(call: Call) -> Answer:
    """GET /v1/setup_attempts, of one intent."""
    intent = named(call.tx, "setup_intent", call.params.get("setup_intent"), "setup_intent", "setupintent")
    return Listing(list(reversed(call.tx.find("setup_attempt", "setup_intent", intent.id))))


SETUP_ATTEMPTS = Resource(
    Kind("setup_attempt", "setatt", indexes={"setup_intent": by("setup_intent")}),
    {"GET /v1/setup_attempts": list_all},
)
