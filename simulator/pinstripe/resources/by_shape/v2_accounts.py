"""Accounts of API v2: companies and people with configurations, of which an answer shows what `include` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.by_shape import v2_configurations as configurations
from pinstripe.resources.by_shape.connect import CURRENCIES
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.telling import tell
from pinstripe.resources.by_shape.v2_persons import hide_numbers, individual, with_token
from pinstripe.resources.by_shape.wording import in_words
from pinstripe.resources.resource import Answer, Call, Listing, addressed, shaped
from pinstripe.world import Object, Transaction, frozen
from pinstripe_contracts import shape

NAME = "v2.core.account"
PARTS: Final = ("configuration", "defaults", "future_requirements", "identity", "requirements")
"""Members that are null until `include` asks for them. [documented]"""
CONNECTED: Final = frozenset({"merchant", "recipient"})
"""Configurations that make an account a connected one, of whom Stripe asks something."""


def create(call: Call) -> Answer:
    """POST /v2/core/accounts."""
    tx = call.tx
    account = Object(
        {
            "id": tx.new_id("acct"),
            "object": NAME,
            "closed": False,
            "configuration": {},
            "created": tx.now(),
            "identity": {},
            "livemode": False,
            "metadata": {},
        }
    )
    members = _after(call, account)
    made = tx.new(NAME, {key: value for key, value in members.items() if key not in ("id", "object")}, id=account.id)
    tell(tx, f"{NAME}.created", made)
    return _shown(call, made)


def update(call: Call) -> Answer:
    """POST /v2/core/accounts/{id}: hashes merge. The events: one for the account, and one for each part that changed.

    [inferred: their order, and that the account's own always comes]
    """
    tx = call.tx
    before = _open(call)
    account = tx.put(Object({key: frozen(value) for key, value in _after(call, before).items()}))
    tell(tx, f"{NAME}.updated", account)
    for part in _changed(call, before, account):
        tell(tx, f"{NAME}[{part}].updated", account)
    return _shown(call, account)


def retrieve(call: Call) -> Answer:
    """GET /v2/core/accounts/{id}."""
    return _shown(call, addressed(call, NAME))


def list_all(call: Call) -> Answer:
    """GET /v2/core/accounts, newest first; closed ones only if they are asked for. [documented]"""
    closed = call.params.get("closed", False)
    wanted = set(call.params.get("applied_configurations") or ())
    rows = [obj for obj in call.tx.all(NAME) if obj["closed"] is closed and wanted <= {*obj["applied_configurations"]}]
    return Listing(rows)


def close(call: Call) -> Answer:
    """POST /v2/core/accounts/{id}/close: all configurations must be named. [documented]"""
    before = _open(call)
    if set(call.params.get("applied_configurations") or ()) != {*before["applied_configurations"]}:
        raise refusals.configurations_left_open(before.id)
    account = call.tx.put(before, closed=True)
    tell(call.tx, f"{NAME}.closed", account)
    return _shown(call, account)


def _open(call: Call) -> Object:
    """The account the path names; a closed one can no longer be operated on. [documented]"""
    account = addressed(call, NAME)
    if account["closed"]:
        raise refusals.account_closed(account.id)
    return account


# --- what an account becomes -----------------------------------------------------------------------------------------


def _after(call: Call, before: Object) -> dict[str, Any]:
    """The members of an account after what a request says of it."""
    params, form = call.params, shape(NAME)
    identity = params.hash("identity")
    hide_numbers(identity.hash("business_details"))
    person = _person(call, before)
    held = configurations.changed(call, before.id, before["configuration"], params.hash("configuration"))
    said = making.members_of(call, params, form) | making.metadata(before["metadata"], params, form)
    for key in ("configuration", "object"):
        said.pop(key, None)
    if "identity" in said:
        said["identity"] = {key: value for key, value in (said["identity"] or {}).items() if key != "individual"}
    members = making.merge(before, said, form)
    address = _address(call.tx, members["identity"], person)
    if held.get("customer"):
        held["customer"] = configurations.located(held["customer"], address)
    members |= {
        "configuration": held,
        "applied_configurations": configurations.applied(held),
        "identity": _identity(members["identity"], held),
        "_individual": person,
    }
    members["defaults"] = _defaults(members)
    if CONNECTED & {*members["applied_configurations"]} and not members.get("contact_email"):
        raise errors.missing_parameter("contact_email")  # [documented]
    return making.pruned(members, form)


def _person(call: Call, before: Object) -> str | None:
    """The person an account stands for, once one is spoken of."""
    held: str | None = before.get("_individual")
    said = call.params.hash("identity").hash("individual")
    return individual(call, before.id, held, said).id if said else held


def _address(tx: Transaction, identity: Mapping[str, Any], person: str | None) -> Mapping[str, Any] | None:
    """Where the company or the person is."""
    details = identity.get("business_details") or (tx.read("v2.core.account_person", person) if person else {})
    found: Mapping[str, Any] | None = details.get("address")
    return found


def _identity(identity: Mapping[str, Any], held: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a connected account it shows which people were provided. [second-hand]"""
    if not CONNECTED & held.keys():
        return identity
    provided = dict.fromkeys(("directors", "executives", "owners"), False)
    return making.filled(identity, {"attestations": {"persons_provided": provided}})


def _defaults(members: Mapping[str, Any]) -> dict[str, Any]:
    """Settings for every configuration: a connected account's currency is its country's [inferred, after API v1].

    The platform collects what Stripe asks for where the account has no dashboard and the platform bears the losses.
    [documented for API v1]
    """
    said = dict(members.get("defaults") or {})
    currency = CURRENCIES.get((members["identity"].get("country") or "").upper())
    if currency is not None and CONNECTED & {*members["applied_configurations"]}:
        said.setdefault("currency", currency)
    responsibilities = dict(said.get("responsibilities") or {})
    ours = members.get("dashboard") == "none" and responsibilities.get("losses_collector") == "application"
    collector = "application" if ours else "stripe"
    return {**said, "responsibilities": {**responsibilities, "requirements_collector": collector}}


def _changed(call: Call, before: Object, after: Object) -> Iterator[str]:
    """The parts that an update has changed, by the words of their events."""
    for name in ("customer", "merchant", "recipient"):
        if before["configuration"].get(name) != after["configuration"].get(name):
            yield f"configuration.{name}"
    if before["defaults"] != after["defaults"]:
        yield "defaults"
    if before["identity"] != after["identity"] or "individual" in call.params.hash("identity"):
        yield "identity"


def onboard(tx: Transaction, before: Object) -> Object:
    """The account once whoever holds it gave Stripe what it asks: what waited for that is active. [documented]

    [inferred: one event for each capability of a merchant or a recipient, and no other]
    """
    held = dict(before["configuration"])
    waiting = [(name, path) for name in sorted(CONNECTED & held.keys()) for path in _waiting(held[name])]
    for name in {name: None for name, _ in waiting}:
        held[name] = {**held[name], "capabilities": configurations.released(held[name]["capabilities"])}
    account = tx.put(before, configuration=frozen(held))
    for name, path in waiting:
        type_ = f"{NAME}[configuration.{name}].capability_status_updated"
        tell(tx, type_, account, data={"updated_capability": path})
    return account


def _waiting(configuration: Mapping[str, Any] | None) -> Iterator[str]:
    """The capabilities of a configuration that are not active yet."""
    return configurations.restricted((configuration or {}).get("capabilities") or {})


# --- how an account is shown -----------------------------------------------------------------------------------------


def view(tx: Transaction, account: Object) -> Mapping[str, Any]:
    """An account of which nothing is included."""
    return {**_CREATED(tx, account), **dict.fromkeys(PARTS)}


_CREATED: Final = in_words("created")


def _shown(call: Call, account: Object) -> dict[str, Any]:
    """An account with what the request includes; of configurations that are not asked for it says null. [documented]"""
    include: Sequence[str] = call.params.get("include") or ()
    shown = {**view(call.tx, account), **{part: _part(call, account, part) for part in PARTS if part in include}}
    names = [word.partition(".")[2] for word in include if word.startswith("configuration.")]
    if names:
        shown["configuration"] = {name: account["configuration"].get(name) for name in names}
    return shaped(NAME, shown)


def _part(call: Call, account: Object, part: str) -> Any:
    """One part that `include` asks for. What Stripe asks of a connected account is not known, and refused.

    [inferred: of others it asks nothing, and nothing is announced to anybody]
    """
    if part == "requirements" and CONNECTED & {*account["applied_configurations"]}:
        raise errors.unsupported_parameter(call.operation, "include", " with the value requirements")
    if part in ("requirements", "future_requirements"):
        return {"entries": []}
    if part == "identity":
        return {**account["identity"], "individual": _person_shown(call.tx, account)}
    return account[part]


def _person_shown(tx: Transaction, account: Object) -> dict[str, Any] | None:
    """The person as the account shows them."""
    id_ = account.get("_individual")
    person = None if id_ is None else tx.get("v2.core.account_person", id_)
    if person is None:
        return None
    return {key: value for key, value in tx.world.render(tx, person).items() if key != "livemode"}


ACCOUNTS = Noun(
    NAME,
    "acct",
    "/v2/core/accounts",
    routes={
        "POST /v2/core/accounts": with_token("v2.core.account_token", "account_token", create),
        "GET /v2/core/accounts": list_all,
        "GET /v2/core/accounts/{id}": retrieve,
        "POST /v2/core/accounts/{id}": with_token("v2.core.account_token", "account_token", update),
        "POST /v2/core/accounts/{id}/close": close,
    },
    view=view,
)
