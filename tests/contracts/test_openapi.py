"""The exported document is valid, complete and true of what the simulator answers."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import openapi_spec_validator
import pytest
from tests.contracts.loopback import KEY, client

from pinstripe.contracts_cli import served
from pinstripe_contracts import operations
from pinstripe_contracts.conformance import conforms
from pinstripe_contracts.exchange import Caller, Request
from pinstripe_contracts.lookup import shape
from pinstripe_contracts.openapi import answer_schema, document, operation_id, request_schema
from pinstripe_contracts.types import AnyOf, Enum, Hash, Nullable, Scalar, Type, Unsettable

METASCHEMA = files("openapi_spec_validator") / "resources" / "schemas" / "v3.1" / "schema.json"


@cache
def exported() -> dict[str, Any]:
    """The document of everything that is served."""
    return document(served())


def test_the_document_is_valid() -> None:
    """The whole document follows OpenAPI's own schema, and every schema in it follows JSON Schema's."""
    found = exported()
    rules = json.loads(METASCHEMA.read_text())
    assert [error.message for error in jsonschema_rs.Draft202012Validator(rules).iter_errors(found)] == []
    for name, schema in found["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name


def test_a_reader_of_documents_accepts_it() -> None:
    """A validator that also follows references, names and links finds nothing; on the small part it has time for.

    Prices and products name each other, so the part has a circle; meters are what nothing else describes.
    """
    prefixes = ("/v1/billing/meter", "/v1/plans", "/v1/prices", "/v1/coupons", "/v1/entitlements")
    openapi_spec_validator.validate(document(one for one in served() if one.path.startswith(prefixes)))


def test_every_served_operation_is_there_once() -> None:
    """The document has the operations that are served and no others, each under a name of its own."""
    found = {
        f"{method.upper()} {path}": described
        for path, methods in exported()["paths"].items()
        for method, described in methods.items()
    }
    assert set(found) == {operation.name for operation in served()}
    names = [operation_id(operation) for operation in operations()]
    assert len(set(names)) == len(names)


def test_the_document_is_the_same_every_time() -> None:
    """Two renderings are equal byte for byte, whatever the order of the operations."""
    assert json.dumps(document(reversed(served()))) == json.dumps(document(served()))


def test_all_of_stripe_can_be_exported() -> None:
    """Every operation Stripe knows has a place in the document: forms, JSON, files and streams."""
    everything = document(operations())
    assert len(everything["paths"]) == len({operation.path for operation in operations()})
    stream = everything["paths"]["/v2/billing/meter_event_stream"]["post"]
    assert stream["servers"] == [{"url": "https://meter-events.stripe.com"}]
    assert "content" not in stream["responses"]["200"]
    pdf = everything["paths"]["/v1/quotes/{quote}/pdf"]["get"]
    assert list(pdf["responses"]["200"]["content"]) == ["application/octet-stream"]


def test_an_operation_is_written_with_its_form_its_links_and_its_page() -> None:
    """Nested parameters are deep objects, what makes an object links to what takes its id, and lists are pages."""
    paths = exported()["paths"]
    create = paths["/v1/customers"]["post"]
    form = create["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert form["encoding"]["metadata"] == {"style": "deepObject", "explode": True}
    assert "name" not in form["encoding"]
    assert form["schema"]["additionalProperties"] is False
    links = create["responses"]["200"]["links"]
    assert links["DeleteCustomersCustomer"]["parameters"] == {"customer": "$response.body#/id"}
    assert {"GetCustomersCustomer", "PostCustomersCustomer"} <= set(links)
    listed = paths["/v1/customers"]["get"]
    assert {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer"}} in listed["parameters"]
    page = listed["responses"]["200"]["content"]["application/json"]["schema"]
    assert page["properties"]["data"]["items"] == {"$ref": "#/components/schemas/customer"}
    assert exported()["security"] == [{"bearer": []}, {"basic": []}]


TEXT, NUMBER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}
WORDS = {"type": "string", "enum": ["a", "b"]}
SCHEMAS: list[tuple[Type, dict[str, Any], dict[str, Any]]] = [
    (Scalar("any"), {}, {}),
    (Nullable(Scalar("int")), {"anyOf": [NUMBER, NULL]}, {"anyOf": [NUMBER, NULL]}),
    (Nullable(Scalar("any")), {}, {}),
    (Enum(("a", "b")), WORDS, WORDS),
    (Enum(("a", "b"), is_open=True), WORDS, {"anyOf": [WORDS, TEXT]}),
    (Unsettable(Scalar("int")), {"anyOf": [NUMBER, {"type": "string", "enum": [""]}]}, NUMBER),
    (AnyOf((Scalar("str"), Scalar("int"))), {"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, NUMBER]}),
    (
        Hash({}),
        {"type": "object", "properties": {}, "additionalProperties": False},
        {"type": "object", "properties": {}},
    ),
]


@pytest.mark.parametrize("kind, asked, answered", SCHEMAS, ids=[repr(row[0]) for row in SCHEMAS])
def test_a_type_is_stricter_in_a_request_than_in_an_answer(
    kind: Type, asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    """A request may not invent names or words; an answer of a later day may hold new ones."""
    assert request_schema(kind) == asked
    assert answer_schema(kind) == answered


@pytest.fixture(scope="module")
def asking() -> Caller:
    """Somebody with a customer who has subscribed."""
    caller = Caller(client(), KEY)
    customer = caller.create("/v1/customers", payment_method="pm_card_visa", email="ada@example.com")["id"]
    method = caller.call(Request("GET", f"/v1/customers/{customer}/payment_methods")).json["data"][0]["id"]
    caller.create(f"/v1/customers/{customer}", invoice_settings={"default_payment_method": method})
    product = caller.create("/v1/products", name="Gold")["id"]
    recurring = {"interval": "month"}
    price = caller.create("/v1/prices", product=product, currency="usd", unit_amount=2000, recurring=recurring)["id"]
    caller.create("/v1/subscriptions", customer=customer, items=[{"price": price}])
    return caller


@pytest.mark.parametrize(
    "path, query",
    [
        ("/v1/customers", {}),
        ("/v1/prices", {"expand": ["data.product"]}),
        ("/v1/subscriptions", {"expand": ["data.customer", "data.latest_invoice"]}),
        ("/v1/invoices", {}),
        ("/v1/invoice_payments", {"expand": ["data.invoice"]}),
        ("/v1/payment_intents", {"expand": ["data.latest_charge"]}),
        ("/v1/events", {"limit": 100}),
    ],
)
def test_real_answers_fit_the_document(asking: Caller, path: str, query: dict[str, Any]) -> None:
    """The schema of an operation accepts what the simulator answers, and not the same with a member missing."""
    answer = asking.call(Request("GET", path, query)).json
    described = exported()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    rules = jsonschema_rs.Draft202012Validator({**described, "components": exported()["components"]})
    assert answer["data"]
    assert [error.message for error in rules.iter_errors(answer)] == []
    answer["data"][0].pop("object")
    assert not rules.is_valid(answer)


def test_refusals_fit_the_document(asking: Caller) -> None:
    """The schema of refusals accepts one, and not one of an unknown type."""
    refusal = asking.call(Request("GET", "/v1/customers/cus_missing")).json
    rules = jsonschema_rs.Draft202012Validator(exported()["components"]["schemas"]["error"])
    assert rules.is_valid(refusal)
    assert not rules.is_valid({"error": {**refusal["error"], "type": "not_found"}})


def test_the_shape_and_the_schema_agree(asking: Caller) -> None:
    """What conforms to a shape fits its schema: two readings of one contract."""
    body = asking.call(Request("GET", "/v1/invoices")).json["data"][0]
    assert conforms(body, shape("invoice"), shape) == []
    schema = {"$ref": "#/components/schemas/invoice", "components": exported()["components"]}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(body)
