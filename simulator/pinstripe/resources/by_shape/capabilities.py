"""What connected accounts are to be able to do: asked for, and inactive until Stripe knows enough of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pinstripe.resources.by_shape.noun import Members
from pinstripe.resources.resource import Answer, Call, Handler, addressed
from pinstripe.wire import pages
from pinstripe.world import Object


def _wanted(call: Call) -> Iterator[tuple[str, bool]]:
    """The capabilities that a request asks for or gives back."""
    if isinstance(call.params.peek("capabilities"), Mapping):
        asked = call.params.hash("capabilities")
        for name in asked:
            rule = asked.hash(name)
            if "requested" in rule:
                yield name, bool(rule.get("requested"))


def statuses(call: Call, members: Members) -> Mapping[str, str]:
    """A requested capability is inactive until Stripe has what it needs, which it never has here. [documented]"""
    known = dict(members.get("capabilities") or {})
    for name, wanted in _wanted(call):
        if wanted:
            known.setdefault(name, "inactive")
        else:
            known.pop(name, None)
    return known


def moments(call: Call, members: Members) -> Mapping[str, int]:
    """When each capability was asked for."""
    known = dict(members.get("_requested") or {})
    for name, wanted in _wanted(call):
        if wanted:
            known.setdefault(name, call.tx.now())
        else:
            known.pop(name, None)
    return known


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
    """POST /v1/accounts/{account}/capabilities/{capability}: ask for it, or give it back."""
    account = addressed(call, "account", key="account")
    name = call.path["capability"]
    before = _capability(account, name)
    if "requested" in call.params:
        known, since = dict(account["capabilities"]), dict(account["_requested"])
        if call.params.get("requested"):
            known.setdefault(name, "inactive")
            since.setdefault(name, call.tx.now())
        else:
            known.pop(name, None)
            since.pop(name, None)
        account = call.tx.put(account, capabilities=known, _requested=since)
    after = _capability(account, name)
    call.tx.emit("capability.updated", after, before=before)
    return after


def retrieve(call: Call) -> Answer:
    """GET /v1/accounts/{account}/capabilities/{capability}."""
    return _capability(addressed(call, "account", key="account"), call.path["capability"])


ROUTES: Mapping[str, Handler] = {
    "GET /v1/accounts/{account}/capabilities": list_all,
    "GET /v1/accounts/{account}/capabilities/{capability}": retrieve,
    "POST /v1/accounts/{account}/capabilities/{capability}": update,
}
