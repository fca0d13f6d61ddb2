"""The operations every declared noun has: create, retrieve, update, delete, list, and its verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.by_shape.noun import Compute, Noun, Verb
from pinstripe.resources.by_shape.telling import tell
from pinstripe.resources.resource import Answer, Call, Handler, Listing, deleted, shaped
from pinstripe.wire import pages
from pinstripe.wire.moments import seconds
from pinstripe.world import Object, frozen
from pinstripe_contracts import object_names, shape

PAGING = frozenset({"created", "ending_before", "expand", "limit", "page", "starting_after"})
"""Parameters of lists that are no filters of a noun."""


def create(noun: Noun) -> Handler:
    """Make a new object, or a one-time answer where the noun is not kept."""

    def run(call: Call) -> Answer:
        """Members from the parameters, then what starts or is worked out, then nothing may be lacking."""
        tx, form = call.tx, shape(noun.name)
        members = making.members_of(call, call.params, form, noun.names)
        members |= {f"_{name}": call.params.get(name) for name in noun.aside if name in call.params}
        members |= {member: parent.id for member, parent in _parents(noun, call).items()}
        members |= making.metadata(None, call.params, form)
        members.setdefault("created" if "created" in form.fields else "_created", tx.now())
        if "livemode" in form.fields:
            members["livemode"] = False
        if noun.check is not None:
            noun.check(call, members)
        members = making.filled(making.pruned(members, form), noun.starts)
        if noun.kept:
            members["id"] = _new_id(noun, call)
        _compute(noun.computed, call, members, again=False)
        _compute(noun.recomputed, call, members, again=True)
        _refuse_lacking(noun, call, members)
        if not noun.kept:
            return shaped(noun.name, {"object": noun.name, **members})
        obj = tx.new(noun.name, members, id=members.pop("id"))
        if noun.announced:
            _tell(call, noun, "created", obj)
        if noun.after is not None:
            noun.after(call, obj)
        return tx.read(noun.name, obj.id)

    return run


def retrieve(noun: Noun) -> Handler:
    """GET one object."""
    return lambda call: _addressed(noun, call)


def update(noun: Noun) -> Handler:
    """Lay what the parameters say over an object."""

    def run(call: Call) -> Answer:
        """Change the members that were given."""
        before = _addressed(noun, call)
        if noun.changing is not None:
            noun.changing(call, before)
        return _change(noun, call, before, {}, names=noun.names, aside=noun.aside)

    return run


def delete(noun: Noun) -> Handler:
    """Take an object away; the answer is its stub, or the object where Stripe answers that."""

    def run(call: Call) -> Answer:
        """Forget the object."""
        obj = _addressed(noun, call)
        if noun.deleting is not None:
            noun.deleting(call, obj)
        _tell(call, noun, "deleted", obj)
        call.tx.delete(obj)
        stub = f"deleted_{noun.name}"
        if stub in object_names():
            left = {key: obj[key] for key in shape(stub).fields if key in obj}
            return shaped(stub, {**left, **deleted(obj)})
        if call.url.startswith("/v2/"):
            return {"id": obj.id, "object": noun.name}
        return call.tx.world.render(call.tx, obj)

    return run


def list_all(noun: Noun) -> Handler:
    """GET a list, newest first, narrowed by the filters whose members the objects have."""

    def run(call: Call) -> Answer:
        """Choose the rows the filters leave."""
        parents = _parents(noun, call)
        rows = [
            obj
            for obj in call.tx.all(noun.name)
            if not obj.get("deleted") and all(obj.get(member) == parent.id for member, parent in parents.items())
        ]
        for name in call.params:
            path = noun.filters.get(name, name)
            if name in PAGING or not (path.startswith("_") or path.split(".")[0] in shape(noun.name).fields):
                continue
            wanted = call.params.get(name)
            rows = [obj for obj in rows if _passes(_member(obj, path), wanted)]
        if call.url.startswith("/v2/"):
            wanted = _moments(call)
            rows = [obj for obj in rows if all(pages.in_range(bound, obj["created"]) for bound in wanted)]
        return Listing(rows)

    return run


def verb(noun: Noun, name: str, rule: Verb) -> Handler:
    """Move an object on, if its state allows it."""

    def run(call: Call) -> Answer:
        """Check the state, then change it."""
        before = _addressed(noun, call)
        for member, allowed in rule.only.items():
            if _member(before, member) not in allowed:
                raise refusals.wrong_state(name, before.kind, before.id, member, _member(before, member), allowed)
        if rule.check is not None:
            rule.check(call, before)
        obj = _change(noun, call, before, rule.changes, names=rule.names, aside=rule.aside, computed=rule.computed)
        for type_ in rule.events:
            tell(call.tx, type_, obj)
        if rule.after is not None:
            rule.after(call, obj)
        return call.tx.read(noun.name, obj.id)

    return run


def the_only(noun: Noun) -> Handler:
    """GET what every account has one of."""
    return lambda call: _singleton(noun, call)


def change_the_only(noun: Noun) -> Handler:
    """POST to what every account has one of."""
    return lambda call: _change(noun, call, _singleton(noun, call), {}, names=noun.names, aside=noun.aside)


def _singleton(noun: Noun, call: Call) -> Object:
    """The one object of its kind, made the first time anybody looks."""
    id_ = f"{noun.name}_only"
    found = call.tx.get(noun.name, id_)
    if found is not None:
        return found
    members: dict[str, Any] = {"id": id_, **noun.starts}
    if "livemode" in shape(noun.name).fields:
        members["livemode"] = False
    _compute(noun.computed, call, members, again=False)
    _compute(noun.recomputed, call, members, again=True)
    del members["id"]
    return call.tx.new(noun.name, members, id=id_)


def _change(
    noun: Noun,
    call: Call,
    before: Object,
    changes: Mapping[str, Any],
    *,
    names: Mapping[str, str],
    aside: Sequence[str],
    computed: Mapping[str, Compute] | None = None,
) -> Object:
    """A new version of an object: what was said, what follows, and the event that tells of it."""
    form = shape(noun.name)
    said = making.members_of(call, call.params, form, names)
    said |= {f"_{name}": call.params.get(name) for name in aside if name in call.params}
    said |= making.metadata(before.get("metadata"), call.params, form) if "metadata" in call.params else {}
    members = making.pruned(making.merge(making.merge(before, said, form), changes, form), form)
    _compute(computed or {}, call, members, again=True)
    _compute(noun.recomputed, call, members, again=True)
    if "updated" in form.fields:
        members["updated"] = call.tx.now()
    _refuse_lacking(noun, call, members)
    obj = call.tx.put(Object({key: frozen(value) for key, value in members.items()}))
    tell(call.tx, f"{noun.stem}.updated", obj, before=before)
    return obj


def _compute(rules: Mapping[str, Compute], call: Call, members: dict[str, Any], *, again: bool) -> None:
    """Work out members in order, again or only those that nobody has said."""
    for name, rule in rules.items():
        if again or name not in members:
            members[name] = rule(call, members)


def _refuse_lacking(noun: Noun, call: Call, members: Mapping[str, Any]) -> None:
    """Refuse to show an object of which something is not known."""
    for name in making.lacking(members, shape(noun.name)):
        if name not in ("id", "object") and name not in noun.below:
            raise errors.unsupported_member(call.operation, noun.name, name)


def _new_id(noun: Noun, call: Call) -> str:
    """The id that was chosen, or the next one."""
    chosen = call.params.get(noun.id_from) if noun.id_from else None
    if chosen is None:
        return call.tx.new_id(noun.prefix)
    if call.tx.get(noun.name, chosen) is not None:
        raise refusals.id_taken(noun.noun or noun.name)
    return str(chosen)


def _parents(noun: Noun, call: Call) -> dict[str, Object]:
    """The objects that the path goes through, by the member that will hold their ids."""
    found: dict[str, Object] = {}
    placeholders = list(call.path.items())
    for (_, id_), (kind, member) in zip(placeholders, noun.parents.items(), strict=False):
        parent = call.tx.get(kind, id_)
        if parent is None or parent.get("deleted"):
            _refuse_v2(call, kind, placeholders[len(found)][0], id_)
            raise errors.no_such(kind, id_, param=placeholders[len(found)][0], in_path=True)
        found[member] = parent
    return found


def _addressed(noun: Noun, call: Call) -> Object:
    """The object the path names, below the ones it goes through."""
    parents = _parents(noun, call)
    name, id_ = list(call.path.items())[-1]
    obj = call.tx.get(noun.name, id_)
    strange = obj is None or any(obj.get(member) != parent.id for member, parent in parents.items())
    if obj is None or strange or obj.get("deleted"):
        _refuse_v2(call, noun.name, name, id_)
        raise errors.no_such(noun.noun or noun.name, id_, param=name, in_path=True)
    return obj


def _refuse_v2(call: Call, kind: str, param: str, id_: str) -> None:
    """Stripe shows an account of API v2 to API v1 as well; how it would look is not known."""
    if kind == "account" and call.tx.get("v2.core.account", id_) is not None:
        raise errors.unsupported_parameter(call.operation, param, " with an account that API v2 made")


def _moments(call: Call) -> list[int | dict[str, int]]:
    """When API v2 wants the rows to be made: `created` with its bounds, or with each bound's name behind it."""
    found: list[int | dict[str, int]] = []
    said = call.params.get("created")
    if isinstance(said, Mapping):
        found.append({word: seconds(moment, f"created[{word}]") for word, moment in said.items()})
    elif said is not None:
        found.append(seconds(said, "created"))
    for word in ("gt", "gte", "lt", "lte"):
        name = f"created_{word}"
        if name in call.params:
            found.append({word: seconds(call.params.get(name), name)})
    return found


def _member(obj: Mapping[str, Any], path: str) -> Any:
    """A member by its dotted name."""
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _passes(value: Any, wanted: Any) -> bool:
    """Whether a member passes a filter: equal to it, within its bounds, one of its words, or holding it."""
    if isinstance(wanted, Mapping):
        if {*wanted} <= {"gt", "gte", "lt", "lte"}:
            return isinstance(value, int) and pages.in_range(wanted, value)
        return all(_passes(_member(value or {}, key), inner) for key, inner in wanted.items())
    if isinstance(wanted, list):
        return value in wanted
    return wanted in value if isinstance(value, tuple) else bool(value == wanted)


def _tell(call: Call, noun: Noun, what: str, obj: Object) -> None:
    """Emit the event of that name, where Stripe has one."""
    tell(call.tx, f"{noun.stem}.{what}", obj)
