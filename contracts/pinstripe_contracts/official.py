"""An official OpenAPI file of Stripe's, read into the contract's own vocabulary.

Stripe publishes them as `stripe/openapi` (`spec3.json` and its kin). They know what the SDKs do not say, such as how
long a text may be; they say less about presence, since a key that is not required may still always be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pinstripe_contracts.types import (
    PLAIN_LENGTH,
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Scalar,
    Type,
    Unsettable,
)

REFERENCE = "#/components/schemas/"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
METHODS = ("get", "post", "delete")
SCALARS = {"boolean": "bool", "integer": "int", "number": "float", "string": "str"}


@dataclass(frozen=True)
class Official:
    """One such file."""

    document: Mapping[str, Any]

    @classmethod
    def load(cls, file: Path) -> Official:
        """Read a file; ValueError says what is wrong with one that is no OpenAPI file of Stripe's."""
        try:
            document = json.loads(file.read_bytes())
        except ValueError as error:
            raise ValueError(f"{file} is no JSON: {error}") from None
        if not isinstance(document, dict) or not {"openapi", "paths", "components", "info"} <= document.keys():
            raise ValueError(f"{file} is no OpenAPI document.")
        return cls(document)

    @property
    def version(self) -> str:
        """The API version it describes."""
        return str(self.document["info"]["version"])

    @cached_property
    def operations(self) -> Mapping[str, Mapping[str, Any]]:
        """Every operation by the contract's name, `POST /v1/customers/{customer}`."""
        paths = self.document["paths"]
        return {
            f"{method.upper()} {path}": item[method]
            for path, item in paths.items()
            for method in METHODS
            if method in item
        }

    @cached_property
    def objects(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema of every object, by the contract's name of its shape."""
        found = {}
        for name, schema in self._schemas.items():
            said = schema.get("properties", {}).get("object", {}).get("enum", [])
            if len(said) == 1 and said != ["list"]:
                found[f"deleted_{said[0]}" if name.startswith("deleted_") else said[0]] = schema
        return found

    def params(self, operation: str) -> Hash:
        """What a request may carry beside the placeholders of its path."""
        described = self.operations[operation]
        fields = {
            row["name"]: Field(self._type(row["schema"]), row.get("required", False))
            for row in described.get("parameters", ())
            if row["in"] == "query"
        }
        content = described.get("requestBody", {}).get("content", {})
        body = content.get(FORM) or content.get(JSON) or {}
        return Hash({**fields, **self._hash(body.get("schema", {})).fields})

    def shape(self, name: str) -> Hash:
        """The fields of an object."""
        return self._hash(self.objects[name])

    def lengths(self, operation: str) -> dict[str, int]:
        """How long the texts of a request may be, by their path, where that is not the usual length."""
        return dict(_lengths(self.params(operation)))

    @property
    def _schemas(self) -> Mapping[str, Mapping[str, Any]]:
        schemas: Mapping[str, Mapping[str, Any]] = self.document["components"]["schemas"]
        return schemas

    def _hash(self, schema: Mapping[str, Any]) -> Hash:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        return Hash({name: Field(self._type(inner), name in required) for name, inner in properties.items()})

    def _type(self, schema: Mapping[str, Any]) -> Type:
        kind = self._plain(schema)
        return Nullable(kind) if schema.get("nullable") else kind

    def _plain(self, schema: Mapping[str, Any]) -> Type:
        """The type without "or null"."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(REFERENCE))
        if "x-expansionResources" in schema:
            return Expandable(tuple(self._kinds(schema["x-expansionResources"]["oneOf"])))
        if "anyOf" in schema:
            return self._any_of(schema["anyOf"])
        if "enum" in schema:
            words = tuple(word for word in schema["enum"] if word)
            listed = Enum(words, is_open=bool(schema.get("x-stripeBypassValidation")))
            return Unsettable(listed) if "" in schema["enum"] and words else listed
        match schema.get("type"):
            case "array":
                return ListOf(self._type(schema["items"]))
            case "object" if schema.get("properties", {}).get("object", {}).get("enum") == ["list"]:
                row = self._type(schema["properties"]["data"]["items"])
                return Page(row.name) if isinstance(row, ObjectRef) else ListOf(row)
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                return MapOf(self._type(schema["additionalProperties"]))
            case "object":
                return self._hash(schema) if schema.get("properties") else Scalar("any")
            case str() as name:
                if schema.get("format") == "decimal":
                    return Scalar("decimal")
                return Scalar(SCALARS[name], schema.get("maxLength", PLAIN_LENGTH))
        return Scalar("any")

    def _any_of(self, options: list[Mapping[str, Any]]) -> Type:
        """Several types; the empty string among them says that the others can be unset."""
        full = [option for option in options if option.get("enum") != [""]]
        kinds = [self._type(option) for option in full]
        kind = kinds[0] if len(kinds) == 1 else AnyOf(tuple(kinds))
        return kind if len(full) == len(options) else Unsettable(kind)

    def _named(self, component: str) -> Type:
        """An object of the API by its name, or a hash that is only spelled elsewhere."""
        schema = self._schemas[component]
        said = schema.get("properties", {}).get("object", {}).get("enum", [])
        if len(said) == 1 and said != ["list"]:
            return ObjectRef(said[0])
        return self._plain(schema)

    def _kinds(self, references: list[Mapping[str, Any]]) -> Iterator[str]:
        """The names of the objects that several references lead to."""
        for reference in references:
            named = self._named(reference["$ref"].removeprefix(REFERENCE))
            if isinstance(named, ObjectRef):
                yield named.name


def _lengths(kind: Type, at: str = "") -> Iterator[tuple[str, int]]:
    """Every unusual length inside a type; the rows of an array are `items[]`, the values of a map `metadata{}`."""
    match kind:
        case Hash(fields=fields):
            for name, field in fields.items():
                yield from _lengths(field.type, f"{at}.{name}" if at else name)
        case Nullable(inner=inner) | Unsettable(inner=inner):
            yield from _lengths(inner, at)
        case ListOf(inner=inner):
            yield from _lengths(inner, f"{at}[]")
        case MapOf(inner=inner):
            yield from _lengths(inner, f"{at}{{}}")
        case AnyOf(options=options):
            for option in options:
                yield from _lengths(option, at)
        case Scalar(limit=limit) if limit != PLAIN_LENGTH:
            yield at, limit
