"""Annotations of stripe-python as type expressions: the params tree of an operation, the shape of an object.

Presence comes from `Presence`, because stripe-python spells both "may be null" and "may be absent" as `Optional`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pinstripe_contracts.presence import Member, Presence
from pinstripe_contracts.sdk import Place, Sdk, annotated, literal_words, table, union, unquoted

Json: TypeAlias = "str | Sequence[Json] | Mapping[str, Json]"

SCALARS = {"str": "str", "int": "int", "bool": "bool", "float": "float", "Decimal": "decimal", "Any": "any"}
# Both travel as a string of digits; the SDK turns them into Decimal and int.
ENCODINGS = {"decimal_string": "decimal", "int64_string": "decimal"}
RELATED_OBJECT: Json = ["hash", {"id?": "str", "type": "str", "url": "str"}]


@dataclass(frozen=True)
class Params:
    """Params classes (TypedDict) as type expressions, nested ones in place."""

    sdk: Sdk

    def tree(self, place: Place, within: tuple[Place, ...] = ()) -> dict[str, Json]:
        """The fields of a params class."""
        assert place not in within, f"{place} holds itself: the vocabulary has no word for that."
        found: dict[str, Json] = {}
        for name, annotation in self._fields(place):
            match annotation:
                case ast.Subscript(value=ast.Name(id="NotRequired"), slice=inner):
                    found[f"{name}?"] = self._type(inner, place, (*within, place))
                case _:
                    found[name] = self._type(annotation, place, (*within, place))
        return dict(sorted(found.items()))

    def _fields(self, place: Place) -> Iterator[tuple[str, ast.expr]]:
        node = self.sdk.node(place)
        functional = self.sdk.module(place.module).functional
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in functional:
                fields = functional[base.id]
                for key, value in zip(fields.keys, fields.values, strict=True):
                    assert key is not None
                    yield str(ast.literal_eval(key)), value
        yield from annotated(node)

    def _type(self, annotation: ast.expr, place: Place, within: tuple[Place, ...]) -> Json:
        node = unquoted(annotation)
        match node:
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return ["null", self._type(inner, place, within)]
        options = [option for option in union(node) if not _is_generic(option, "UntypedStripeObject")]
        rest = [option for option in options if not _is_empty_word(option)]
        if len(rest) == 0:
            return ["enum", ""]
        inner_type = _one_of(rest, lambda option: self._leaf(option, place, within))
        return inner_type if len(rest) == len(options) else ["unset", inner_type]

    def _leaf(self, node: ast.expr, place: Place, within: tuple[Place, ...]) -> Json:
        match node:
            case ast.Name(id=name) if name in SCALARS:
                return SCALARS[name]
            case ast.Name(id=name):
                return ["hash", self.tree(self.sdk.resolve(name, place.module), within)]
            case ast.Subscript(value=ast.Name(id="Literal")):
                return ["enum", *literal_words(node)]
            case ast.Subscript(value=ast.Name(id="List"), slice=inner):
                return ["list", self._type(inner, place, within)]
            case ast.Subscript(value=ast.Name(id="Dict"), slice=ast.Tuple(elts=[_, inner])):
                return ["map", self._type(inner, place, within)]
        raise _unknown(node, place)


@dataclass
class Shapes:
    """Object classes as type expressions, with what presence had to say about each field.

    How a shape is named:

        customer, billing.meter, v2.core.event    the `object` value, which each top-level class of the SDK declares
        deleted_customer                          what deletion leaves of an object, named as in Stripe's OpenAPI file
        v2.deleted_object                         the answer to a v2 deletion, the one class without such a value
        v1.billing.meter.error_report_triggered   a thin event that carries `data` of its own, under its type

    Every other class (nested ones, v2 amounts) has no name and is written out in place. A page of several kinds of
    object (a customer's sources) is `any of` one page for each: the vocabulary knows pages of one kind only.
    """

    sdk: Sdk
    presence: Presence
    unmatched: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)

    def all(self) -> dict[str, dict[str, Json]]:
        """Every shape by name."""
        found: dict[str, dict[str, Json]] = {}
        for name, place in self.sdk.objects.items():
            found[name] = self.described(place, name)
            if (remains := f"deleted_{name}") in self.presence.objects:
                found[remains] = self.described(place, remains)
        # The base class of thin events does not list what most of its subclasses add.
        found["v2.core.event"] |= {"data?": ["map", "any"], "related_object?": ["null", RELATED_OBJECT]}
        for name, place in self.sdk.thin_events.items():
            if "data" in dict(annotated(self.sdk.node(place))):
                found[name] = found["v2.core.event"] | self.described(place, name)
                for key in ("data", "related_object"):
                    if key in found[name]:
                        del found[name][f"{key}?"]
        return dict(sorted(found.items()))

    def described(self, place: Place, name: str) -> dict[str, Json]:
        """One shape; presence is looked up under its name."""
        members = self.presence.objects.get(name)
        only = set(members) if members is not None and name.startswith("deleted_") else None
        shape = self._fields(place, members or {}, name, only)
        first = [key for key in ("id", "id?", "object", "object?") if key in shape]
        return {key: shape[key] for key in (*first, *(key for key in shape if key not in first))}

    def _fields(
        self, place: Place, members: Mapping[str, Member], path: str, only: set[str] | None = None
    ) -> dict[str, Json]:
        node = self.sdk.node(place)
        wire_names = table(node, "_field_remappings")
        encodings = table(node, "_field_encodings")
        found: dict[str, Json] = {}
        for attribute, annotation in annotated(node):
            name = wire_names.get(attribute, attribute)
            member = members.get(name)
            if member is None and (name == "deleted" or only is not None):
                continue  # A living object has no `deleted`, and a deleted one little else.
            type_ = self._type(annotation, place, member, f"{path}.{name}")
            if attribute in encodings:
                type_ = ENCODINGS[encodings[attribute]]
            is_optional = _is_generic(annotation, "Optional")
            if member is None:
                self.unmatched.append(f"{path}.{name}")
                member = Member(is_nullable=is_optional)
            elif (member.may_be_absent or member.is_nullable) and not is_optional and only is None:
                # The declarations share one Address among all objects, so the narrower word is right. (Of a deleted
                # object it is the other way round: stripe-python describes it by the class of the living one.)
                self.contradicted.append(f"{path}.{name}")
                member = Member(members=member.members)
            found[f"{name}?" if member.may_be_absent else name] = ["null", type_] if member.is_nullable else type_
        return found

    def _type(self, annotation: ast.expr, place: Place, member: Member | None, path: str) -> Json:
        return _one_of(union(annotation), lambda option: self._leaf(option, place, member, path))

    def _leaf(self, node: ast.expr, place: Place, member: Member | None, path: str) -> Json:
        match node:
            case ast.Name(id=name) if name in SCALARS:
                return SCALARS[name]
            case ast.Name(id=name):
                target = self.sdk.resolve(name, place.module, place.classes)
                if target in self.sdk.names:
                    return ["object", self.sdk.names[target]]
                return ["hash", self._fields(target, member.members if member else {}, path)]
            case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Constant(value=True)):
                return "bool"
            case ast.Subscript(value=ast.Name(id="Literal")):
                return ["enum", *literal_words(node)]
            case ast.Subscript(value=ast.Name(id="List"), slice=inner):
                return ["list", self._type(inner, place, member, path)]
            case ast.Subscript(value=ast.Name(id="UntypedStripeObject"), slice=inner):
                return ["map", self._type(inner, place, member, path)]
            case ast.Subscript(value=ast.Name(id="ExpandableField"), slice=inner):
                return self._expandable(inner, place, member, path)
            case ast.Subscript(value=ast.Name(id="ListObject"), slice=inner):
                pages: list[Json] = [["page", name] for name in self._names(inner, place, None)]
                return pages[0] if len(pages) == 1 else ["any of", *pages]
        raise _unknown(node, place)

    def _expandable(self, node: ast.expr, place: Place, member: Member | None, path: str) -> Json:
        match unquoted(node):
            case ast.Name(id=name) if (
                target := self.sdk.resolve(name, place.module, place.classes)
            ) not in self.sdk.names:
                # Only a charge's `outcome.rule`: an id that may be replaced by a hash without an `object` value.
                return ["any of", "str", ["hash", self._fields(target, member.members if member else {}, path)]]
        return ["expand", *self._names(node, place, member)]

    def _names(self, node: ast.expr, place: Place, member: Member | None) -> list[str]:
        """The objects a reference may lead to, deleted ones included where presence says so."""
        classes = [option.id for option in union(node) if isinstance(option, ast.Name)]
        names = [self.sdk.names[self.sdk.resolve(name, place.module, place.classes)] for name in classes]
        remains = [f"deleted_{name}" for name in names] if member is not None and member.may_be_deleted else []
        return [*names, *(name for name in remains if name in self.presence.objects)]


def _one_of(options: list[ast.expr], leaf: Callable[[ast.expr], Json]) -> Json:
    """A union: a closed list of words beside `str` is an open list."""
    has_words = any(_is_generic(option, "Literal") for option in options)
    has_str = any(isinstance(option, ast.Name) and option.id == "str" for option in options)
    found: list[Json] = []
    for option in options:
        if has_words and has_str and isinstance(option, ast.Name) and option.id == "str":
            continue
        if has_words and has_str and _is_generic(option, "Literal"):
            found.append(["open", *literal_words(option)])
        else:
            found.append(leaf(option))
    return found[0] if len(found) == 1 else ["any of", *found]


def _is_generic(node: ast.expr, name: str) -> bool:
    match unquoted(node):
        case ast.Subscript(value=ast.Name(id=found)):
            return found == name
    return False


def _is_empty_word(node: ast.expr) -> bool:
    return _is_generic(node, "Literal") and literal_words(node) == [""]


def _unknown(node: ast.expr, place: Place) -> ValueError:
    return ValueError(f"No type expression for {ast.unparse(node)} in {place.module}.{'.'.join(place.classes)}")
