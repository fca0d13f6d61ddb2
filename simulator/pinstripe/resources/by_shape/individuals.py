"""The person that an account is, where its business is one: said with the account, and one of its people."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.by_shape import making
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.world import Object, frozen
from pinstripe_contracts import shape


def rule(persons: Noun) -> Any:
    """What `individual` of an account is: the id of its person, made or changed by what the request says.

    [documented: that it is a person; inferred: that it is among the account's people, and that no event of its own
    tells of it]
    """

    def said(call: Call, members: Members) -> str | None:
        """The person after the request; null while nothing was ever said."""
        known: str | None = members.get("individual")
        if not call.params.peek("individual"):
            call.params.get("individual")
            return known
        given = call.params.hash("individual")
        if known is not None:
            before = call.tx.read("person", known)
            anew = making.merge(before, _members(call, persons, given), shape("person"))
            call.tx.put(Object({key: frozen(value) for key, value in _worked_out(call, persons, anew).items()}))
            return known
        fresh = making.filled(_members(call, persons, given), persons.starts)
        fresh["relationship"] = {**fresh["relationship"], "representative": True}  # [recorded]
        own = {"account": members["id"], "created": call.tx.now(), "metadata": fresh.get("metadata") or {}}
        return call.tx.new("person", _worked_out(call, persons, {**fresh, **own})).id

    return said


def _members(call: Call, persons: Noun, given: Params) -> dict[str, Any]:
    """What a request says of the person; numbers are kept aside."""
    form = shape("person")
    said = making.pruned(making.members_of(call, given, form), form)
    return said | {f"_{name}": given.get(name) for name in persons.aside if name in given}


def _worked_out(call: Call, persons: Noun, members: dict[str, Any]) -> dict[str, Any]:
    """With what is worked out whenever a person is made or changed."""
    for name, compute in persons.recomputed.items():
        members[name] = compute(call, members)
    return members
