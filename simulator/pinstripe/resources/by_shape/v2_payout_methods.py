"""Payout methods of API v2, which are bank accounts, and the intents by which they are set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import v2_vault as vault
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.wording import in_words
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, Listing, addressed, shaped
from pinstripe.wire.moments import rfc3339
from pinstripe.world import Object, Transaction

_PATH = "/v2/money_management"

# --- payout methods --------------------------------------------------------------------------------------------------

UNSET_UP: Final[Mapping[str, str]] = {"payments": "disabled", "transfers": "eligible"}
"""What a bank account may be used for before it is set up: not for paying others [documented], but for oneself
[inferred]."""
SET_UP: Final[Mapping[str, str]] = {vault.US: "eligible", vault.GB: "requires_action"}
"""What becomes of payments to an account that is set up: a British one waits for a Confirmation of Payee. [documented
sample: British; inferred: American]"""
COUNTRIES: Final[Mapping[str, str]] = {"US": vault.US, "GB": vault.GB}


def show_method(_: Transaction, account: Object) -> dict[str, Any]:
    """A bank account as a payout method."""
    is_us = account.kind == vault.US
    routing = account.get("routing_number") or account.get("fedwire_routing_number")
    number = routing if is_us else account.get("sort_code")
    return shaped(
        vault.PAYOUT_METHOD,
        {
            "id": account.id,
            "object": vault.PAYOUT_METHOD,
            "archived": account["archived"],
            "bank_account": {
                "bank_account_type": account["bank_account_type"],
                "bank_name": account["bank_name"],
                "country": "US" if is_us else "GB",
                "last4": account["last4"],
                **({} if number is None else {"routing_number": number}),
                "supported_currencies": account["supported_currencies"],
            },
            "created": rfc3339(account["created"]),
            **({"latest_outbound_setup_intent": account["_intent"]} if "_intent" in account else {}),
            "livemode": False,
            "restricted": account["restricted"],
            "type": "bank_account",
            "usage_status": account.get("_usage", UNSET_UP),
        },
    )


def _method(call: Call) -> Object:
    """The bank account of the payout method that the path names."""
    account = vault.found(call.tx, call.path["id"])
    if account is None:
        raise errors.no_such(vault.PAYOUT_METHOD, call.path["id"], param="id", in_path=True)
    return account


def list_methods(call: Call) -> Answer:
    """GET /v2/money_management/payout_methods, newest first, without archived ones. [documented]"""
    wanted = call.params.get("usage_status") or {}
    rows = [
        account
        for kind in (vault.US, vault.GB)
        for account in call.tx.all(kind)
        if not account["archived"]
        and all(account.get("_usage", UNSET_UP)[flow] in states for flow, states in wanted.items())
    ]
    return Listing(sorted(rows, key=lambda account: -account["created"]), show=show_method)


def retrieve_method(call: Call) -> Answer:
    """GET /v2/money_management/payout_methods/{id}."""
    return show_method(call.tx, _method(call))


def _archiving(archived: bool) -> Handler:
    """A rule that puts a payout method away, or gets it back."""

    def run(call: Call) -> Answer:
        """The bank account is archived with it. [inferred: they are one]"""
        account = call.tx.put(_method(call), archived=archived)
        vault.changed(call, account)
        return show_method(call.tx, account)

    return run


PAYOUT_METHODS = Noun(
    vault.PAYOUT_METHOD,
    made=False,
    routes={
        f"GET {_PATH}/payout_methods": list_methods,
        f"GET {_PATH}/payout_methods/{{id}}": retrieve_method,
        f"POST {_PATH}/payout_methods/{{id}}/archive": _archiving(True),
        f"POST {_PATH}/payout_methods/{{id}}/unarchive": _archiving(False),
    },
)

# --- setting them up -------------------------------------------------------------------------------------------------

INTENT = "v2.money_management.outbound_setup_intent"
_WAITING = ("requires_payout_method", "requires_action")


def create_intent(call: Call) -> Answer:
    """POST /v2/money_management/outbound_setup_intents, for payments to others unless it says otherwise. [inferred]"""
    tx = call.tx
    usage = call.params.get("usage_intent") or "payment"
    members = {"created": tx.now(), "livemode": False, "status": "requires_payout_method", "usage_intent": usage}
    return _with_method(call, tx.new(INTENT, members))


def update_intent(call: Call) -> Answer:
    """POST /v2/money_management/outbound_setup_intents/{id}: a payout method, or another one."""
    return _with_method(call, _waiting(call, "update"))


def cancel_intent(call: Call) -> Answer:
    """POST /v2/money_management/outbound_setup_intents/{id}/cancel."""
    return call.tx.put(_waiting(call, "cancel"), status="canceled")


def _waiting(call: Call, verb: str) -> Object:
    """The intent the path names, while it waits for something. [inferred: the states]"""
    intent = addressed(call, INTENT)
    if intent["status"] not in _WAITING:
        raise refusals.wrong_state(verb, INTENT, intent.id, "status", intent["status"], _WAITING)
    return intent


def _with_method(call: Call, intent: Object) -> Object:
    """An intent with the payout method that the request names or describes, which is set up by it."""
    tx, params = call.tx, call.params
    if "payout_method_data" in params:
        account = _described(call, params.hash("payout_method_data"))
    elif "payout_method" in params:
        account = _named(call)
    else:
        return intent
    flow = "payments" if intent["usage_intent"] == "payment" else "transfers"
    state = SET_UP[account.kind] if flow == "payments" else "eligible"
    account = tx.put(account, _intent=intent.id, _usage={**account.get("_usage", UNSET_UP), flow: state})
    vault.changed(call, account)
    status = "succeeded" if state == "eligible" else "requires_action"
    return tx.put(intent, _method=account.id, status=status)


def _named(call: Call) -> Object:
    """The bank account of a payout method that is there already."""
    id_ = call.params.get("payout_method")
    account = vault.found(call.tx, id_)
    if account is None:
        raise errors.no_such(vault.PAYOUT_METHOD, id_, param="payout_method")
    return account


def _described(call: Call, data: Params) -> Object:
    """A new bank account in one of the countries whose bank accounts the vault knows."""
    tx = call.tx
    if data.get("type") != "bank_account":
        raise errors.unsupported_parameter(call.operation, data.name("type"), f" with the value {data.get('type')}")
    said = data.hash("bank_account")
    if not said:
        raise errors.missing_parameter(data.name("bank_account"))
    kind = COUNTRIES.get(said.get("country").upper())
    if kind is None:
        raise errors.unsupported_parameter(
            call.operation, said.name("country"), f" with the value {said.get('country')}"
        )
    number = said.get("routing_number")
    bank = vault.bank_of(number)
    if bank is None:
        raise errors.unsupported_member(call.operation, kind, "bank_name")
    own = (
        {"routing_number": number, "verification": {"status": "unverified"}}
        if kind == vault.US
        else {"sort_code": number}
    )
    account = tx.new(
        kind,
        {
            "archived": False,
            "bank_account_type": said.get("bank_account_type") or "checking",
            "bank_name": bank,
            "created": tx.now(),
            "last4": said.get("account_number")[-4:],
            "livemode": False,
            "restricted": False,
            "supported_currencies": [said.get("currency")],
            **own,
        },
    )
    vault.announce(call, account)
    return account


def _show_intent(tx: Transaction, intent: Object) -> Mapping[str, Any]:
    """An intent with its payout method whole."""
    shown = in_words("created")(tx, intent)
    account = vault.found(tx, intent["_method"]) if "_method" in intent else None
    return shown if account is None else {**shown, "payout_method": show_method(tx, account)}


SETUP_INTENTS = Noun(
    INTENT,
    "osi",
    f"{_PATH}/outbound_setup_intents",
    routes={
        f"POST {_PATH}/outbound_setup_intents": create_intent,
        f"POST {_PATH}/outbound_setup_intents/{{id}}": update_intent,
        f"POST {_PATH}/outbound_setup_intents/{{id}}/cancel": cancel_intent,
    },
    view=_show_intent,
)

NOUNS = (PAYOUT_METHODS, SETUP_INTENTS)
