"""Where a connected account is paid out to: bank accounts and cards, which live inside their account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import account_requirements, capabilities
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import tokens
from pinstripe.resources.resource import Answer, Call, Handler, Listing, addressed, list_object, merged_metadata
from pinstripe.world import Object, Transaction

TEST_BANK = "110000000"
NAMED_BANKS = (TEST_BANK, "11000-000")
"""The routing numbers of Stripe's test bank in the United States and in Canada. [recorded]"""
NOTHING_DUE: Mapping[str, Any] = {"currently_due": (), "errors": (), "past_due": (), "pending_verification": ()}
"""What is asked about a bank account that is in order."""

CHANGEABLE: Mapping[str, tuple[str, ...]] = {
    "bank_account": ("account_holder_name", "account_holder_type", "account_type"),
    "card": (
        "address_city",
        "address_country",
        "address_line1",
        "address_line2",
        "address_state",
        "address_zip",
        "exp_month",
        "exp_year",
        "name",
    ),
}
"""What an update may say of each."""

_HASHES = ("account_holder_name", "account_holder_type", "account_number", "country", "currency", "object")


def given(call: Call, members: dict[str, Any]) -> tuple[Any, ...]:
    """The external accounts of an account, with the one that a request to make or change it brings along."""
    held = tuple(members.get("_external") or ())
    if "external_account" not in call.params:
        return held
    return (*held, _made(call, members, held))


def inside(tx: Transaction, account: Object) -> Mapping[str, Any]:
    """The list that an account shows."""
    rows = [tx.world.render(tx, row) for row in account["_external"]]
    return list_object(f"/v1/accounts/{account.id}/external_accounts", rows)


def create(call: Call) -> Answer:
    """POST /v1/accounts/{account}/external_accounts."""
    account = addressed(call, "account", key="account")
    held = account["_external"]
    row = _made(call, account, held)
    if row["default_for_currency"]:
        held = [_without_default(other, row["currency"]) for other in held]
    after = _put(call, account, [*held, row])
    call.tx.emit("account.external_account.created", row)
    _tell(call.tx, account, after)
    return row


def retrieve(call: Call) -> Answer:
    """GET /v1/accounts/{account}/external_accounts/{id}."""
    return _found(call)[1]


def list_all(call: Call) -> Answer:
    """GET /v1/accounts/{account}/external_accounts, perhaps only one kind of them."""
    account = addressed(call, "account", key="account")
    kind = call.params.get("object")
    return Listing([row for row in reversed(account["_external"]) if kind in (None, row["object"])])


def list_none(call: Call) -> Answer:
    """The same of an account that no object stands for: it is paid out to none that could be named. [inferred]"""
    call.params.get("object")
    return Listing([])


def update(call: Call) -> Answer:
    """POST /v1/accounts/{account}/external_accounts/{id}."""
    account, before = _found(call)
    changes = call.params.pick(*(name for name in CHANGEABLE[before.kind] if name in call.params))
    changes |= {name: int(changes[name]) for name in ("exp_month", "exp_year") if name in changes}
    if "metadata" in call.params:
        changes["metadata"] = merged_metadata(before["metadata"], call.params)
    held = list(account["_external"])
    if call.params.get("default_for_currency"):
        changes["default_for_currency"] = True
        held = [row if row.id == before.id else _without_default(row, before["currency"]) for row in held]
    after = Object({**before, **changes})
    call.tx.put(account, _external=[after if row.id == before.id else row for row in held])
    call.tx.emit("account.external_account.updated", after, before=before)
    return after


def delete(call: Call) -> Answer:
    """DELETE /v1/accounts/{account}/external_accounts/{id}; the default one stays.

    That is the default for the account's own currency, or for one that another external account has. [documented]
    """
    account, gone = _found(call)
    others = [row for row in account["_external"] if row.id != gone.id]
    is_needed = gone["currency"] in (account["default_currency"], *(row["currency"] for row in others))
    if gone["default_for_currency"] and is_needed:
        raise refusals.external_account_is_default()
    after = _put(call, account, others)
    call.tx.emit("account.external_account.deleted", gone)
    _tell(call.tx, account, after)
    return {"id": gone.id, "object": gone.kind, "deleted": True}


def _put(call: Call, account: Object, held: Sequence[Object]) -> Object:
    """The account with other external accounts; with none it is not paid out."""
    enabled = capabilities.is_paid_out(call, {**account, "_external": held})
    return call.tx.put(account, _external=held, payouts_enabled=enabled)


def _tell(tx: Transaction, before: Object, after: Object) -> None:
    """The account tells of it as well where that changes what is asked of it, or lets it be paid out. [inferred]"""
    is_other = before["payouts_enabled"] != after["payouts_enabled"]
    if is_other or account_requirements.shown(before) != account_requirements.shown(after):
        tx.emit("account.updated", after, before=before)


def _found(call: Call) -> tuple[Object, Object]:
    """The account and the one of its external accounts that the path names."""
    account = addressed(call, "account", key="account")
    id_ = call.path["id"]
    for row in account["_external"]:
        if row.id == id_:
            return account, row
    raise errors.no_such("external_account", id_, param="id", in_path=True)


def _made(call: Call, account: Mapping[str, Any], held: Any) -> Object:
    """A bank account by its number, or whatever a token stands for."""
    said = call.params.peek("external_account")
    if isinstance(said, Mapping):
        row = _bank_account(call, call.params.hash("external_account"))
    else:
        row = _of_token(call, call.params.get("external_account"))
    first = all(other["currency"] != row["currency"] for other in held)
    default = call.params.get("default_for_currency") if "default_for_currency" in call.params else first
    metadata = merged_metadata({}, call.params) if call.operation.endswith("/external_accounts") else {}
    return Object(
        {
            **row,
            "account": account["id"],
            "available_payout_methods": ("standard",),
            "default_for_currency": bool(default),
            "metadata": Object(metadata),
        }
    )


def _bank_account(call: Call, said: Params) -> dict[str, Any]:
    """A bank account as it was described; only the test bank has a name. [documented: the test bank]"""
    if said.peek("object") != "bank_account":
        raise errors.unsupported_parameter(call.operation, "external_account[object]", ": name a token for a card")
    values = said.pick(*_HASHES, "routing_number")
    number, routing = values.pop("account_number"), values.get("routing_number")
    return {
        "id": call.tx.new_id("ba"),
        "currency": "usd",
        **values,
        "bank_name": "STRIPE TEST BANK" if routing in NAMED_BANKS else None,
        "fingerprint": call.tx.world.seed.secret(f"bank:{routing}:{number}", 16),
        "future_requirements": NOTHING_DUE,
        "last4": number[-4:],
        "requirements": NOTHING_DUE,
        "routing_number": routing,
        "status": "new",
    }


def _of_token(call: Call, token: str) -> dict[str, Any]:
    """The bank account or card that a token stands for; here accounts begin as new. [documented]"""
    if "token" not in call.tx.world.kinds:
        raise errors.unsupported_parameter(call.operation, "external_account", " with a token")
    row = tokens.redeem_external(call.tx, token, "external_account")
    if row is None:
        raise errors.unsupported_parameter(call.operation, "external_account", " with a token of this type")
    new = {"status": "new"} if row["object"] == "bank_account" else {}
    return {**row, **new, "currency": row.get("currency") or "usd", "customer": None}


def _without_default(row: Object, currency: str) -> Object:
    """An external account once another one of its currency is the default."""
    return Object({**row, "default_for_currency": False}) if row["currency"] == currency else row


ROUTES: Mapping[str, Handler] = {
    "GET /v1/accounts/{account}/external_accounts": list_all,
    "POST /v1/accounts/{account}/external_accounts": create,
    "GET /v1/accounts/{account}/external_accounts/{id}": retrieve,
    "POST /v1/accounts/{account}/external_accounts/{id}": update,
    "DELETE /v1/accounts/{account}/external_accounts/{id}": delete,
}
