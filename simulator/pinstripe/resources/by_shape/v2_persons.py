"""The people of an account of API v2, and the tokens by which their details arrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pinstripe.resources import refusals
from pinstripe.resources.by_shape import calls, making
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.by_shape.wording import in_words
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, addressed, named
from pinstripe.wire.moments import rfc3339
from pinstripe.world import Object, frozen
from pinstripe_contracts import shape

PERSON = "v2.core.account_person"
TOKEN_SECONDS = 600
"""How long a token is good: ten minutes. [documented samples]"""

PERSON_STARTS: Final[Mapping[str, Any]] = {"additional_addresses": (), "additional_names": (), "nationalities": ()}
"""What a new person shows unasked. [documented samples]"""


def hide_numbers(params: Params) -> None:
    """Of an identity number only its type is shown. [documented]"""
    for row in params.hashes("id_numbers"):
        row.get("value")


def now(call: Call, _: Members) -> int:
    """The moment of the request."""
    return call.tx.now()


# --- the person whom an account is -----------------------------------------------------------------------------------


def individual(call: Call, account: str, id_: str | None, params: Params) -> Object:
    """The person an account stands for, made or changed by what is said inside the account.

    [inferred: it is one of the account's people, as in API v1]
    """
    tx, form = call.tx, shape(PERSON)
    hide_numbers(params)
    said = making.members_of(call, params, form)
    said |= making.metadata(None if id_ is None else tx.read(PERSON, id_)["metadata"], params, form)
    if id_ is None:
        members = making.filled(making.pruned(said, form), {**PERSON_STARTS, "metadata": {}})
        moments = {"created": tx.now(), "updated": tx.now()}
        return tx.new(PERSON, {**members, **moments, "account": account, "livemode": False})
    members = making.pruned(making.merge(tx.read(PERSON, id_), {**said, "updated": tx.now()}, form), form)
    return tx.put(Object({key: frozen(value) for key, value in members.items()}))


# --- tokens ----------------------------------------------------------------------------------------------------------


def tokens(name: str, prefix: str, path: str, parents: Mapping[str, str]) -> Noun:
    """A kind of token: good once, for ten minutes."""
    return Noun(
        name,
        prefix,
        path,
        parents=parents,
        routes={f"POST {path.format('{account_id}')}": _create_token(name, parents)},
        view=in_words("created", "expires_at"),
    )


def _create_token(name: str, parents: Mapping[str, str]) -> Handler:
    """Keep what was said, whatever it is: it is read when the token is used."""

    def run(call: Call) -> Answer:
        """Make the token."""
        tx = call.tx
        above = {member: addressed(call, kind, param="account_id").id for kind, member in parents.items()}
        said = {param: call.params.get(param) for param in call.params}
        moments = {"created": tx.now(), "expires_at": tx.now() + TOKEN_SECONDS}
        return tx.new(name, {**above, **moments, "livemode": False, "used": False, "_said": said})

    return run


def with_token(kind: str, param: str, handler: Handler) -> Handler:
    """A rule that is also told what a token stands for."""

    def run(call: Call) -> Answer:
        """Use the token up, and go on as if its words had been said."""
        if param in call.params:
            _use(call, kind, param)
        return handler(call)

    return run


def _use(call: Call, kind: str, param: str) -> None:
    """Put what a token stands for among the parameters; what is said beside it counts more."""
    tx = call.tx
    token = named(tx, kind, call.params.get(param), param)
    if token["used"] or token["expires_at"] <= tx.now():
        raise refusals.token_spent(token.id, param, used=token["used"])
    tx.put(token, used=True)
    said = {name: call.params.peek(name) for name in call.params if name != param}
    call.params = Params({**_attested(_plain(token["_said"]), rfc3339(tx.now())), **said})


def _attested(said: dict[str, Any], moment: str) -> dict[str, Any]:
    """What a token says was attested, as an account says it: by the moment. [inferred: Stripe adds the address]"""
    identity = said.get("identity") or {}
    attestations = identity.get("attestations")
    if not attestations:
        return said
    dated: dict[str, Any] = {}
    for name, inner in attestations.items():
        if name == "terms_of_service":
            accepted = (inner.get("account") or {}).get("shown_and_accepted")
            dated[name] = {"account": {"date": moment}} if accepted else {}
        elif name == "persons_provided":
            dated[name] = inner
        elif inner.get("attested"):
            dated[name] = {"date": moment}
    return {**said, "identity": {**identity, "attestations": dated}}


def _plain(value: Any) -> Any:
    """A kept value as parameters hold it."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


# --- the table -------------------------------------------------------------------------------------------------------

_POST = "POST /v2/core/accounts/{account_id}/persons"


def _check(call: Call, _: Members) -> None:
    _open(call)
    hide_numbers(call.params)


def _changing(call: Call, _: Object) -> None:
    _open(call)
    hide_numbers(call.params)


def _open(call: Call) -> None:
    """Closed accounts can no longer be operated on. [documented]"""
    account = call.tx.read("v2.core.account", call.path["account_id"])
    if account["closed"]:
        raise refusals.account_closed(account.id)


def _routed(make: Callable[[Noun], Handler], noun: Noun) -> Handler:
    return with_token("v2.core.account_person_token", "person_token", make(noun))


_PERSON = Noun(
    PERSON,
    "person_test",
    "/v2/core/accounts/{}/persons",
    parents={"v2.core.account": "account"},
    starts=PERSON_STARTS,
    computed={"updated": now},
    check=_check,
    changing=_changing,
    deleting=lambda call, _: _open(call),
    view=in_words("created", "updated"),
)
PERSONS = replace(
    _PERSON, routes={_POST: _routed(calls.create, _PERSON), f"{_POST}/{{id}}": _routed(calls.update, _PERSON)}
)
ACCOUNT_TOKENS = tokens("v2.core.account_token", "accttok", "/v2/core/account_tokens", {})
PERSON_TOKENS = tokens(
    "v2.core.account_person_token",
    "perstok",
    "/v2/core/accounts/{}/person_tokens",
    {"v2.core.account": "_account"},
)

NOUNS = (PERSONS, ACCOUNT_TOKENS, PERSON_TOKENS)
