"""A set of operations as an OpenAPI 3.1 document, made from the same data that the simulator answers by.

    document(operation for operation in operations() if operation.path.startswith("/v1/prices"))

The document holds names, types and words of Stripe's API and no prose of Stripe's. Two renderings of one set are equal
byte for byte. Links lead from the operation that makes an object to every operation that takes its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from pinstripe_contracts.lookup import Operation, contract, shape
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
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

Json = dict[str, Any]

HOSTS: Mapping[str, str] = {
    "api": "https://api.stripe.com",
    "files": "https://files.stripe.com",
    "meter_events": "https://meter-events.stripe.com",
}
ERROR_TYPES = ("api_error", "card_error", "idempotency_error", "invalid_request_error")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

_SCALARS: Mapping[str, Json] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "float": {"type": "number"},
    "decimal": {"type": "string", "format": "decimal", "pattern": r"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"},
    "any": {},
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def document(served: Iterable[Operation], *, server: str | None = None) -> Json:
    """The document of these operations; `server` is the base URL they are called at, Stripe's own unless given."""
    chosen = sorted(served, key=lambda operation: (operation.path, operation.method))
    paths: dict[str, Json] = {}
    for operation in chosen:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, chosen, server)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Stripe", "version": contract().version},
        "servers": [{"url": server or HOSTS["api"]}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": {"error": _error(), **_objects(chosen)},
            "responses": {"error": {"description": "Refused.", "content": _json(_ref("error"))}},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "The key as user name, no password."},
                "bearer": {"type": "http", "scheme": "bearer", "description": "The key."},
            },
        },
    }


def operation_id(operation: Operation) -> str:
    """A name for an operation: `PostCustomersCustomer` for `POST /v1/customers/{customer}`."""
    words = re.findall(r"[A-Za-z0-9]+", operation.path.removeprefix("/v1"))
    return operation.method.capitalize() + "".join(word[0].upper() + word[1:] for word in words)


# --- operations ------------------------------------------------------------------------------------------------------


def _operation(operation: Operation, chosen: list[Operation], server: str | None) -> Json:
    fields = operation.params.fields
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PLACEHOLDER.findall(operation.path)
    ]
    described: Json = {"operationId": operation_id(operation), "parameters": parameters}
    if operation.method == "POST":
        described["requestBody"] = _body(operation)
    else:
        for name, field in fields.items():
            deep = {"style": "deepObject", "explode": True} if _is_nested(field.type) else {}
            schema = request_schema(field.type)
            parameters.append({"name": name, "in": "query", "required": field.required, **deep, "schema": schema})
    success: Json = {"description": "Done.", **_answer(operation)}
    if links := dict(_links(operation, chosen)):
        success["links"] = links
    described["responses"] = {"200": success, "default": {"$ref": "#/components/responses/error"}}
    if operation.host != "api" and server is None:
        described["servers"] = [{"url": HOSTS[operation.host]}]
    return described


def _body(operation: Operation) -> Json:
    """A form with brackets for what is nested; JSON in version 2 of the API."""
    schema = request_schema(operation.params)
    required = any(field.required for field in operation.params.fields.values())
    if operation.path.startswith("/v2/"):
        return {"required": required, "content": _json(schema)}
    nested = [name for name, field in operation.params.fields.items() if _is_nested(field.type)]
    encoding = {name: {"style": "deepObject", "explode": True} for name in nested}
    return {"required": required, "content": {FORM: {"schema": schema, **({"encoding": encoding} if encoding else {})}}}


def _answer(operation: Operation) -> Json:
    schemas = [_ref(name) for name in operation.names]
    one = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    match operation.kind:
        case "object":
            return {"content": _json(one)}
        case "page":
            return {"content": _json(_page(one, "list"))}
        case "search":
            return {"content": _json(_page(one, "search_result"))}
        case "v2 page":
            urls = {name: _nullable(_SCALARS["str"]) for name in ("next_page_url", "previous_page_url")}
            return {"content": _json(_object({"data": {"type": "array", "items": one}, **urls}, ["data"]))}
        case "bytes":
            return {"content": {"application/octet-stream": {}}}
    return {}


def _links(operation: Operation, chosen: list[Operation]) -> Iterator[tuple[str, Json]]:
    """From what makes an object to what takes its id as the only placeholder of a longer path."""
    if operation.method != "POST" or operation.kind != "object" or "{" in operation.path:
        return
    inside = f"{operation.path}/{{"
    for other in chosen:
        names = _PLACEHOLDER.findall(other.path)
        if other.path.startswith(inside) and len(names) == 1:
            id_ = operation_id(other)
            yield id_, {"operationId": id_, "parameters": {names[0]: "$response.body#/id"}}


# --- types -----------------------------------------------------------------------------------------------------------


def request_schema(kind: Type) -> Json:
    """What a request may carry: unknown names are refused, and so are words that are not in a list."""
    match kind:
        case Hash(fields=fields):
            members = {name: request_schema(field.type) for name, field in fields.items()}
            required = [name for name, field in fields.items() if field.required]
            return {**_object(members, required), "additionalProperties": False}
        case Enum(values=values):
            return {"type": "string", "enum": list(values)}
        case Unsettable(inner=inner):
            return {"anyOf": [request_schema(inner), {"type": "string", "enum": [""]}]}
        case Nullable(inner=inner):
            return _nullable(request_schema(inner))
        case ListOf(inner=inner):
            return {"type": "array", "items": request_schema(inner)}
        case MapOf(inner=inner):
            return {"type": "object", "additionalProperties": request_schema(inner)}
        case AnyOf(options=options):
            return {"anyOf": [request_schema(option) for option in options]}
        case Scalar(name=name):
            return dict(_SCALARS[name])
        case ObjectRef() | Expandable() | Page():
            return {"type": "string"}
        case _:
            assert_never(kind)


def answer_schema(kind: Type) -> Json:
    """What an answer holds: new names and, in open lists, new words may appear."""
    match kind:
        case Hash(fields=fields):
            members = {name: answer_schema(field.type) for name, field in fields.items()}
            return _object(members, [name for name, field in fields.items() if field.required])
        case Enum(values=values, is_open=is_open):
            words: Json = {"type": "string", "enum": list(values)}
            return {"anyOf": [words, {"type": "string"}]} if is_open else words
        case Unsettable(inner=inner):
            return answer_schema(inner)
        case Nullable(inner=inner):
            return _nullable(answer_schema(inner))
        case ListOf(inner=inner):
            return {"type": "array", "items": answer_schema(inner)}
        case MapOf(inner=inner):
            return {"type": "object", "additionalProperties": answer_schema(inner)}
        case AnyOf(options=options):
            return {"anyOf": [answer_schema(option) for option in options]}
        case Scalar(name=name):
            return {key: value for key, value in _SCALARS[name].items() if key != "pattern"}
        case ObjectRef(name=name):
            return _ref(name)
        case Expandable(names=names):
            return {"anyOf": [{"type": "string"}, *map(_ref, names)]}
        case Page(name=name):
            return _page(_ref(name), "list")
        case _:
            assert_never(kind)


def references(kind: Type) -> Iterator[str]:
    """The objects that a type speaks of."""
    match kind:
        case Hash(fields=fields):
            for field in fields.values():
                yield from references(field.type)
        case ListOf(inner=inner) | MapOf(inner=inner) | Nullable(inner=inner) | Unsettable(inner=inner):
            yield from references(inner)
        case AnyOf(options=options):
            for option in options:
                yield from references(option)
        case ObjectRef(name=name) | Page(name=name):
            yield name
        case Expandable(names=names):
            yield from names


def _objects(chosen: list[Operation]) -> Json:
    """The shapes that the answers reach, through whatever may be expanded."""
    waiting = [name for operation in chosen for name in operation.names]
    found: Json = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            fields = shape(name)
            found[name] = answer_schema(fields)
            waiting.extend(references(fields))
    return dict(sorted(found.items()))


def _error() -> Json:
    """The envelope of every refusal."""
    text = {"type": "string"}
    members = dict.fromkeys(("code", "decline_code", "doc_url", "message", "param", "request_log_url"), text)
    fields = {**members, "type": {"type": "string", "enum": list(ERROR_TYPES)}}
    return _object({"error": _object(dict(sorted(fields.items())), ["message", "type"])}, ["error"])


def _page(items: Json, word: str) -> Json:
    members = {
        "object": {"type": "string", "const": word},
        "data": {"type": "array", "items": items},
        "has_more": {"type": "boolean"},
        "next_page": {"type": ["string", "null"]},
        "total_count": {"type": "integer"},
        "url": {"type": "string"},
    }
    if word == "list":
        del members["next_page"]
    return _object(members, ["object", "data", "has_more", "url"])


def _object(members: Json, required: list[str]) -> Json:
    return {"type": "object", "properties": members, **({"required": required} if required else {})}


def _nullable(schema: Json) -> Json:
    if not schema:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}


def _is_nested(kind: Type) -> bool:
    """Whether a parameter is written with brackets."""
    match kind:
        case Unsettable(inner=inner) | Nullable(inner=inner):
            return _is_nested(inner)
        case AnyOf(options=options):
            return any(_is_nested(option) for option in options)
    return isinstance(kind, Hash | MapOf | ListOf)


def _json(schema: Json) -> Json:
    return {JSON: {"schema": schema}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
