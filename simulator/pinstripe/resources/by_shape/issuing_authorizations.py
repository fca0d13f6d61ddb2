"""What issued cards are to pay for: authorizations, from the request to the capture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.booking import book
from pinstripe.resources.by_shape.issuing_limits import verdict
from pinstripe.resources.by_shape.issuing_transactions import TRANSACTION, issued_card, new_transaction, purchase
from pinstripe.resources.by_shape.merchants import merchant
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, addressed, merged_metadata
from pinstripe.world import Object, Transaction
from pinstripe.world.kinds import by

AUTHORIZATION = "issuing.authorization"
PRESENT = frozenset({"chip", "contactless", "swipe"})
"""Methods by which the card is there."""
SECONDS_TO_DECIDE = 2
"""How long Stripe waits for a decision. [documented]"""


# --- authorizations --------------------------------------------------------------------------------------------------


def _ask(call: Call, members: Members) -> None:
    """Fill in the request, and either wait for the webhook's decision or decide."""
    card = issued_card(call)
    for one, other in (("amount", "merchant_amount"), ("merchant_amount", "amount")):
        members.setdefault(one, members.get(other))
    if members["amount"] is None:
        raise errors.missing_parameter("amount")
    members.setdefault("currency", card["currency"])
    members.setdefault("merchant_currency", members["currency"])
    if members["merchant_currency"] != members["currency"] and not {"amount", "merchant_amount"} <= {*call.params}:
        raise errors.unsupported_parameter(call.operation, "merchant_currency", ": it converts nothing")
    members |= {
        "cardholder": card["cardholder"],
        "merchant_data": merchant(call, members.get("merchant_data")),
        "authorization_method": members.get("authorization_method", "online"),
    }
    members["card_presence"] = "present" if members["authorization_method"] in PRESENT else "not_present"
    approved, reason = verdict(call.tx, card, members)
    if approved and _is_listened_to(call.tx):
        members |= {"approved": False, "status": "pending", "request_history": [], "pending_request": _pending(members)}
        members |= {"amount": 0, "merchant_amount": 0}
    else:
        members["request_history"] = [_entry(call.tx, members, reason, approved=approved)]
        members |= {"approved": approved, "status": "pending" if approved else "closed"}


def _is_listened_to(tx: Transaction) -> bool:
    """Whether an endpoint decides: one that names the event, since `*` does not mean it. [documented]"""
    return any(
        "issuing_authorization.request" in endpoint["enabled_events"] and endpoint["status"] == "enabled"
        for endpoint in tx.all("webhook_endpoint")
    )


def _pending(members: Members) -> Mapping[str, Any]:
    asked = {name: members[name] for name in ("amount", "currency", "merchant_amount", "merchant_currency")}
    return {**asked, "is_amount_controllable": bool(members.get("_is_amount_controllable"))}


def _entry(tx: Transaction, request: Mapping[str, Any], reason: str, *, approved: bool) -> Mapping[str, Any]:
    """One decision in the history of an authorization."""
    return {
        **{name: request[name] for name in ("amount", "currency", "merchant_amount", "merchant_currency")},
        "approved": approved,
        "created": tx.now(),
        "reason": reason,
        "requested_at": tx.now(),
    }


def _after_asking(call: Call, authorization: Object) -> None:
    """Tell of it, and hold the money of an approved one."""
    if authorization.get("pending_request") is not None:
        call.tx.emit("issuing_authorization.request", authorization)
        return
    held = _hold(call.tx, authorization, authorization["amount"] if authorization["approved"] else 0)
    call.tx.emit("issuing_authorization.created", held)


def _hold(tx: Transaction, authorization: Object, amount: int) -> Object:
    """Take so much of the Issuing balance aside, or give it back when negative. [documented: the entries]"""
    if amount == 0:
        return authorization
    type_ = "issuing_authorization_hold" if amount > 0 else "issuing_authorization_release"
    entry = book(tx, authorization.id, -amount, authorization["currency"], type_, of="issuing")
    return tx.put(authorization, balance_transactions=[*authorization["balance_transactions"], entry])


def decide(tx: Transaction, authorization: Object, reason: str, *, approved: bool, amount: int | None = None) -> Object:
    """End the wait for a decision: the authorization is made for good."""
    request = {**authorization["pending_request"]}
    if amount is not None:
        request |= {"amount": amount, "merchant_amount": amount}
    decided = tx.put(
        authorization,
        amount=request["amount"],
        merchant_amount=request["merchant_amount"],
        approved=approved,
        pending_request=None,
        request_history=[_entry(tx, request, reason, approved=approved)],
        status="pending" if approved else "closed",
    )
    decided = _hold(tx, decided, decided["amount"] if approved else 0)
    tx.emit("issuing_authorization.created", decided)
    return decided


def _answer(*, approved: bool) -> Any:
    """POST .../approve and .../decline: only while the webhook's decision is awaited. [documented]"""

    def run(call: Call) -> Answer:
        """Decide as asked."""
        authorization = addressed(call, AUTHORIZATION)
        pending = authorization.get("pending_request")
        if pending is None:
            raise refusals.authorization_decided(authorization.id)
        amount = call.params.get("amount") if "amount" in call.params else None
        if amount not in (None, pending["amount"]) and not pending["is_amount_controllable"]:
            raise refusals.authorization_amount_fixed(authorization.id)
        if "metadata" in call.params:
            metadata = merged_metadata(authorization["metadata"], call.params)
            authorization = call.tx.put(authorization, metadata=metadata)
        reason = "webhook_approved" if approved else "webhook_declined"
        return decide(call.tx, authorization, reason, approved=approved, amount=amount)

    return run


def _lapse(tx: Transaction, authorization: Object) -> None:
    """Nobody answered in time, so it is declined. [documented: the default]"""
    decide(tx, authorization, "webhook_timeout", approved=False)


def _open(_: Call, authorization: Object) -> None:
    """Only what was approved and is not over moves on. [documented]"""
    if authorization["status"] != "pending" or not authorization["approved"]:
        raise refusals.authorization_over(authorization.id, authorization["status"])


def _change(call: Call, members: Members, amount: int, status: str) -> None:
    """Put an authorization at another amount and book the difference."""
    before = call.tx.read(AUTHORIZATION, members["id"])
    held = _hold(call.tx, before, amount - before["amount"])
    members["balance_transactions"] = held["balance_transactions"]
    members |= {"amount": amount, "merchant_amount": amount, "status": status}


def _up(call: Call, members: Members) -> Any:
    """More is asked for; the limits decide again. [documented]"""
    more = call.params.get("increment_amount")
    card = call.tx.read("issuing.card", members["card"])
    approved, reason = verdict(call.tx, card, {**members, "amount": more})
    request = {**members, "amount": members["amount"] + more, "merchant_amount": members["merchant_amount"] + more}
    if approved:
        _change(call, members, members["amount"] + more, "pending")
    return [*members["request_history"], _entry(call.tx, request, reason, approved=approved)]


def _down(call: Call, members: Members) -> str:
    """Less is asked for; nothing at all when no amount is named. [documented]"""
    amount = members["amount"]
    less = call.params.get("reverse_amount", amount)
    if less > amount:
        raise refusals.more_than_authorized("reverse_amount", amount)
    _change(call, members, amount - less, "pending" if less < amount else "reversed")
    return str(members["status"])


def _final(call: Call, members: Members) -> str:
    """What was estimated is known. [documented]"""
    _change(call, members, call.params.get("final_amount"), "pending")
    return "pending"


def _expired(call: Call, members: Members) -> str:
    _change(call, members, 0, "expired")
    return "expired"


def _captured(call: Call, members: Members) -> str:
    """The merchant takes the money: a transaction, and what is left is released unless more is to come. [documented]

    [inferred: a closed authorization stands at zero, one that stays open at what was not captured]
    """
    tx, amount = call.tx, members["amount"]
    taken = call.params.get("capture_amount", amount)
    if taken < 1:
        raise errors.too_small("capture_amount", 1)
    closes = call.params.get("close_authorization", True)
    _change(call, members, 0 if closes else max(amount - taken, 0), "closed" if closes else "pending")
    kept = {name: members.get(name) for name in ("card", "cardholder", "currency", "merchant_data", "wallet")}
    made = {**kept, **purchase(call), "amount": -taken, "authorization": members["id"], "type": "capture"}
    new_transaction(tx, made)
    return str(members["status"])


def _shown(tx: Transaction, authorization: Object) -> Mapping[str, Any]:
    """With the transactions that came of it."""
    made = [row.id for row in tx.find(TRANSACTION, "authorization", authorization.id)]
    return {**authorization, "transactions": made}


def _helper(verb: str) -> str:
    return f"/v1/test_helpers/issuing/authorizations/{{}}/{verb}"


AUTHORIZATIONS = Noun(
    AUTHORIZATION,
    "iauth",
    "/v1/issuing/authorizations",
    create="/v1/test_helpers/issuing/authorizations",
    starts={
        "balance_transactions": [],
        "transactions": [],
        "verification_data": dict.fromkeys(
            ("address_line1_check", "address_postal_code_check", "cvc_check", "expiry_check"), "not_provided"
        ),
        "metadata": {},
    },
    aside=("is_amount_controllable",),
    verbs={
        _helper("increment"): Verb(computed={"request_history": _up}, check=_open, aside=("is_amount_controllable",)),
        _helper("reverse"): Verb(computed={"status": _down}, check=_open),
        _helper("finalize_amount"): Verb(computed={"status": _final}, check=_open),
        _helper("expire"): Verb(computed={"status": _expired}, check=_open),
        _helper("capture"): Verb(computed={"status": _captured}, check=_open),
        _helper("fraud_challenges/respond"): Verb(
            check=lambda _, authorization: _no_challenge(authorization), aside=("confirmed",)
        ),
    },
    routes={
        "POST /v1/issuing/authorizations/{authorization}/approve": _answer(approved=True),
        "POST /v1/issuing/authorizations/{authorization}/decline": _answer(approved=False),
    },
    check=_ask,
    after=_after_asking,
    announced=False,
    view=_shown,
    alarm=lambda obj: obj["created"] + SECONDS_TO_DECIDE if obj.get("pending_request") is not None else None,
    ring=_lapse,
    indexes={"card": by("card"), "cardholder": by("cardholder")},
)
"""Made by a test helper. [inferred: the merchant's checks begin as not provided; whether the Issuing balance covers it
is not looked at, since nothing fills that balance here]"""


def _no_challenge(authorization: Object) -> None:
    """Nobody is ever sent a message about fraud here."""
    raise refusals.no_fraud_challenge(authorization.id)


NOUNS = (AUTHORIZATIONS,)
