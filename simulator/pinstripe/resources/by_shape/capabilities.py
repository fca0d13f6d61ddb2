"""What connected accounts are to be able to do: asked for, and inactive until Stripe knows enough of them.

Stripe asks for more or less, by country, business and capability, which is not known here. An account is taken to be
known well enough once its terms are accepted: by the platform, where it collects what is asked, or else by the account
itself, which the control plane plays. [inferred]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from pinstripe import errors
from pinstripe.resources.by_shape.noun import Members
from pinstripe.resources.resource import Answer, Call, Handler, addressed
from pinstripe.wire import pages
from pinstripe.world import Object, Transaction
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

Kept = TypeVar("Kept")

PAYING = ("card_payments", "legacy_payments")
"""The capabilities with which an account takes payments."""


def _wanted(call: Call) -> Iterator[tuple[str, bool]]:
    """The capabilities that a request asks for or gives back."""
    if isinstance(call.params.peek("capabilities"), Mapping):
        asked = call.params.hash("capabilities")
        for name in asked:
            rule = asked.hash(name)
            if "requested" in rule:
                yield name, bool(rule.get("requested"))


def _after(known: Mapping[str, Kept], wanted: Iterable[tuple[str, bool]], value: Kept) -> dict[str, Kept]:
    """What is known of each capability once some were asked for or given back."""
    after = dict(known)
    for name, is_wanted in wanted:
        if is_wanted:
            after.setdefault(name, value)
        else:
            after.pop(name, None)
    return after


def is_known(members: Mapping[str, Any]) -> bool:
    """Whether Stripe knows enough of an account. [inferred: that accepted terms are enough]"""
    accepted = (members.get("tos_acceptance") or {}).get("date") is not None
    collects = (members.get("controller") or {}).get("requirement_collection") == "application"
    return bool(members.get("_onboarded")) or (accepted and collects)


def statuses(call: Call, members: Members) -> Mapping[str, str]:
    """A requested capability is inactive until Stripe has what it needs. [documented; inferred: then at once]"""
    found = _after(members.get("capabilities") or {}, _wanted(call), "inactive")
    return dict.fromkeys(found, _status(members))


def _status(account: Mapping[str, Any]) -> str:
    return "active" if is_known(account) else "inactive"


def takes_payments(_: Call, members: Members) -> bool:
    """Whether an account can be charged: it may take cards, and was not rejected. [documented; inferred: no others]"""
    return _takes_payments(members)


def _takes_payments(members: Mapping[str, Any]) -> bool:
    return not _rejected(members) and any(members["capabilities"].get(name) == "active" for name in PAYING)


def is_paid_out(_: Call, members: Members) -> bool:
    """Whether an account is paid out: it is known, and where to; once rejected, as it was. [inferred]"""
    return _is_paid_out(members)


def _is_paid_out(members: Mapping[str, Any]) -> bool:
    if _rejected(members):
        return bool(members["payouts_enabled"])
    return is_known(members) and bool(members["_external"])


def _rejected(members: Mapping[str, Any]) -> bool:
    return (members.get("requirements") or {}).get("disabled_reason") is not None


def moments(call: Call, members: Members) -> Mapping[str, int]:
    """When each capability was asked for."""
    return _after(members.get("_requested") or {}, _wanted(call), call.tx.now())


@cache
def _names() -> frozenset[str]:
    """The capabilities there are."""
    kind = shape("account").fields["capabilities"].type
    assert isinstance(kind, Hash)
    return frozenset(kind.fields)


def _addressed(call: Call) -> tuple[Object, str]:
    """The account and the name of its capability that the path names. [inferred: the refusal of another name]"""
    account, name = addressed(call, "account", key="account"), call.path["capability"]
    if name not in _names():
        raise errors.no_such("capability", name, param="capability", in_path=True)
    return account, name


def _capability(account: Object, name: str) -> Object:
    """One capability, which is read off its account."""
    requested = name in account["capabilities"]
    return Object(
        {
            "id": name,
            "object": "capability",
            "account": account.id,
            "requested": requested,
            "requested_at": account["_requested"].get(name),
            "status": account["capabilities"].get(name, "unrequested"),
        }
    )


def list_all(call: Call) -> Answer:
    """GET /v1/accounts/{account}/capabilities: those that were ever asked for."""
    account = addressed(call, "account", key="account")
    return pages.envelope(
        call.url, [call.tx.world.render(call.tx, _capability(account, name)) for name in account["capabilities"]], False
    )


def update(call: Call) -> Answer:
    """POST /v1/accounts/{account}/capabilities/{capability}: ask for it, or give it back.

    The account tells of it as well, for its `capabilities` have changed. [inferred: the order of the two]
    """
    account, name = _addressed(call)
    before = _capability(account, name)
    if "requested" in call.params:
        wanted = [(name, bool(call.params.get("requested")))]
        changed = call.tx.put(
            account,
            capabilities=_after(account["capabilities"], wanted, _status(account)),
            _requested=_after(account["_requested"], wanted, call.tx.now()),
        )
        call.tx.emit("account.updated", changed, before=account)
        account = changed
    after = _capability(account, name)
    call.tx.emit("capability.updated", after, before=before)
    return after


def onboard(tx: Transaction, account: Object) -> Object:
    """The account once whoever holds it came through Stripe's onboarding: what it asked for, it may do.

    One with Stripe's own dashboard may take cards and be paid, whatever was asked for it. [documented: that these are
    asked for by themselves; inferred: the events and their order]
    """
    full = account["controller"]["stripe_dashboard"]["type"] == "full"
    names = dict.fromkeys((*account["capabilities"], *(("card_payments", "transfers") if full else ())))
    moments = dict.fromkeys(names, tx.now()) | dict(account["_requested"])
    members: dict[str, Any] = {**account, "capabilities": dict.fromkeys(names, "active"), "_onboarded": True}
    after = tx.put(
        account,
        capabilities=members["capabilities"],
        charges_enabled=_takes_payments(members),
        details_submitted=True,
        payouts_enabled=_is_paid_out(members),
        _onboarded=True,
        _requested=moments,
    )
    tx.emit("account.updated", after, before=account)
    for name in names:
        tx.emit("capability.updated", _capability(after, name), before=_capability(account, name))
    return after


def retrieve(call: Call) -> Answer:
    """GET /v1/accounts/{account}/capabilities/{capability}."""
    return _capability(*_addressed(call))


ROUTES: Mapping[str, Handler] = {
    "GET /v1/accounts/{account}/capabilities": list_all,
    "GET /v1/accounts/{account}/capabilities/{capability}": retrieve,
    "POST /v1/accounts/{account}/capabilities/{capability}": update,
}
