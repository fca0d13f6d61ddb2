"""The contract, looked up: which operation a request means, what an object holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinstripe_contracts import (
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
    event_types,
    lookup,
    match,
    object_names,
    operations,
    parse,
    path_known,
    shape,
    thin_event_types,
)

KINDS = {"object", "page", "search", "v2 page", "bytes", ""}

MATCHES = [
    ("GET", "/v1/customers", "GET /v1/customers", {}),
    ("GET", "/v1/customers/", "GET /v1/customers", {}),
    ("GET", "//v1//customers", "GET /v1/customers", {}),
    ("POST", "/v1/customers", "POST /v1/customers", {}),
    ("GET", "/v1/customers/cus_1", "GET /v1/customers/{customer}", {"customer": "cus_1"}),
    ("GET", "/v1/customers/search", "GET /v1/customers/search", {}),
    ("DELETE", "/v1/customers/search", "DELETE /v1/customers/{customer}", {"customer": "search"}),
    ("POST", "/v1/invoices/create_preview", "POST /v1/invoices/create_preview", {}),
    ("POST", "/v1/invoices/in_1/pay", "POST /v1/invoices/{invoice}/pay", {"invoice": "in_1"}),
    (
        "GET",
        "/v1/customers/cus_1/sources/card_1",
        "GET /v1/customers/{customer}/sources/{id}",
        {"customer": "cus_1", "id": "card_1"},
    ),
    ("POST", "/v1/billing/meter_events", "POST /v1/billing/meter_events", {}),
    ("POST", "/v2/billing/meter_event_stream", "POST /v2/billing/meter_event_stream", {}),
    ("GET", "/v2/core/events/evt_1", "GET /v2/core/events/{id}", {"id": "evt_1"}),
]


@pytest.mark.parametrize("method, path, name, placeholders", MATCHES)
def test_a_request_means_an_operation(method: str, path: str, name: str, placeholders: dict[str, str]) -> None:
    """Literal segments win over placeholders, and only a method that the literal path lacks goes on to them."""
    found = match(method, path)
    assert found is not None
    assert (found[0].name, found[1]) == (name, placeholders)


@pytest.mark.parametrize(
    "method, path", [("GET", "/v1/nothing"), ("PUT", "/v1/customers"), ("GET", "/"), ("GET", "/v1")]
)
def test_an_unknown_request_means_nothing(method: str, path: str) -> None:
    """A path or method that Stripe does not know has no operation."""
    assert match(method, path) is None


@pytest.mark.parametrize(
    "path, methods",
    [
        ("/v1/customers", {"GET", "POST"}),
        ("/v1/customers/cus_1", {"GET", "POST", "DELETE"}),
        ("/v1/customers/search", {"GET", "POST", "DELETE"}),
        ("/v1/invoices/in_1/pay", {"POST"}),
        ("/v1/nothing", set()),
        ("/v1", set()),
    ],
)
def test_a_path_knows_its_methods(path: str, methods: set[str]) -> None:
    """An unknown path is told from a known one asked with a wrong method."""
    assert path_known(path) == methods


def test_every_operation_finds_itself() -> None:
    """A path made from an operation's template leads back to the operation."""
    for operation in operations():
        path = operation.path.replace("{", "x").replace("}", "")
        found = match(operation.method, path)
        assert found is not None
        assert found[0] == operation


def test_there_are_as_many_operations_as_the_sdk_has() -> None:
    """The contract holds every operation of the SDK once."""
    assert len(operations()) == len({operation.name for operation in operations()}) == 648


def test_every_answer_is_known() -> None:
    """An operation answers with objects whose shape is known, with bytes, or with nothing."""
    assert {operation.kind for operation in operations()} == KINDS
    for operation in operations():
        assert set(operation.names) <= set(object_names()), operation.name
        assert bool(operation.names) == (operation.kind not in ("bytes", "")), operation.name


@pytest.mark.parametrize(
    "name, kind, returns, host",
    [
        ("GET /v1/customers", "page", ("customer",), "api"),
        ("GET /v1/customers/search", "search", ("customer",), "api"),
        ("GET /v1/customers/{customer}", "object", ("customer", "deleted_customer"), "api"),
        ("POST /v1/customers/{customer}", "object", ("customer",), "api"),
        ("DELETE /v1/customers/{customer}", "object", ("deleted_customer",), "api"),
        ("DELETE /v1/subscriptions/{subscription_exposed_id}", "object", ("subscription",), "api"),
        ("GET /v1/invoices/{invoice}/lines", "page", ("line_item",), "api"),
        ("GET /v2/core/events", "v2 page", ("v2.core.event",), "api"),
        ("DELETE /v2/core/event_destinations/{id}", "object", ("v2.deleted_object",), "api"),
        ("POST /v2/billing/meter_event_stream", "", (), "meter_events"),
        ("POST /v1/files", "object", ("file",), "files"),
        ("GET /v1/quotes/{quote}/pdf", "bytes", (), "files"),
    ],
)
def test_an_operation_says_what_it_answers(name: str, kind: str, returns: tuple[str, ...], host: str) -> None:
    """The kind of an answer, its objects and the host are those of the SDK."""
    operation = next(operation for operation in operations() if operation.name == name)
    assert (operation.kind, operation.names, operation.host) == (kind, returns, host)
    assert operation.returns == (returns[0] if returns else None)


PARAMS = [
    ("POST /v1/customers", "email?", Scalar("str", 512)),
    ("POST /v1/customers", "expand?", ListOf(Scalar("str"))),
    ("POST /v1/customers", "metadata?", Unsettable(MapOf(Scalar("str")))),
    ("POST /v1/customers", "tax_exempt?", Unsettable(Enum(("exempt", "none", "reverse"), is_open=True))),
    ("POST /v1/prices", "currency", Scalar("str")),
    ("POST /v1/prices", "unit_amount_decimal?", Scalar("decimal")),
    ("POST /v1/billing/meter_events", "payload", MapOf(Scalar("str"))),
    ("POST /v1/billing/meter_events", "timestamp?", Scalar("int")),
    ("POST /v1/subscriptions", "billing_cycle_anchor?", Scalar("int")),
    ("POST /v1/subscriptions", "trial_end?", AnyOf((Enum(("now",)), Scalar("int")))),
]


@pytest.mark.parametrize("name, field, type_", PARAMS)
def test_params_have_their_type(name: str, field: str, type_: Type) -> None:
    """A parameter has the type and the presence that the SDK gives it."""
    operation = next(operation for operation in operations() if operation.name == name)
    found = operation.params.fields[field.removesuffix("?")]
    assert (found.type, found.required) == (type_, not field.endswith("?"))


def test_reserved_words_are_spelt_as_on_the_wire() -> None:
    """A parameter or field that Python cannot spell has Stripe's name, in requests and in answers."""
    created = match("POST", "/v2/money_management/outbound_payments")
    assert created is not None
    assert created[0].params.fields["from"].required
    assert shape("v2.money_management.outbound_payment").fields["from"].required
    assert {"in", "is"} <= set(field_of("tax.registration", "country_options").fields)


FIELDS = [
    ("customer", "id", Scalar("str")),
    ("customer", "object", Enum(("customer",))),
    ("customer", "balance", Scalar("int")),
    ("customer", "email", Nullable(Scalar("str"))),
    ("customer", "subscriptions?", Page("subscription")),
    ("customer", "default_source", Nullable(Expandable(("account", "bank_account", "card", "source")))),
    ("customer", "metadata", MapOf(Scalar("str"))),
    ("subscription", "default_payment_method", Nullable(Expandable(("payment_method",)))),
    ("subscription", "customer", Expandable(("customer", "deleted_customer"))),
    ("subscription", "items", Page("subscription_item")),
    ("subscription", "latest_invoice", Nullable(Expandable(("invoice",)))),
    ("subscription", "cancel_at_period_end", Scalar("bool")),
    ("invoice", "payments?", Page("invoice_payment")),
    ("invoice", "lines", Page("line_item")),
    ("invoice", "amount_due", Scalar("int")),
    ("invoice", "number", Nullable(Scalar("str"))),
    ("invoice", "hosted_invoice_url?", Nullable(Scalar("str"))),
    ("invoice", "discounts", ListOf(Expandable(("discount", "deleted_discount")))),
    ("line_item", "quantity", Nullable(Scalar("int"))),
    ("line_item", "quantity_decimal", Nullable(Scalar("decimal"))),
    ("line_item", "subscription?", Nullable(Expandable(("subscription",)))),
    ("price", "product", Expandable(("product", "deleted_product"))),
    ("price", "unit_amount_decimal", Nullable(Scalar("decimal"))),
    ("price", "type", Enum(("one_time", "recurring"), is_open=True)),
    ("billing.meter", "event_time_window", Nullable(Enum(("day", "hour"), is_open=True))),
    ("billing.meter", "updated", Scalar("int")),
    ("billing.meter_event", "payload", MapOf(Scalar("str"))),
    ("billing.meter_event", "identifier", Scalar("str")),
    ("test_helpers.test_clock", "frozen_time", Scalar("int")),
    ("event", "account?", Scalar("str")),
    ("deleted_customer", "deleted", Scalar("bool")),
    ("v2.core.event", "context?", Scalar("str")),
]


def field_of(name: str, field: str) -> Hash:
    """The hash that a field holds."""
    found = shape(name).fields[field].type
    while isinstance(found, Nullable | ListOf | MapOf):
        found = found.inner
    assert isinstance(found, Hash)
    return found


@pytest.mark.parametrize("name, field, type_", FIELDS)
def test_shapes_have_their_fields(name: str, field: str, type_: Type) -> None:
    """A field has the type, the nullability and the presence that Stripe's SDKs give it."""
    found = shape(name).fields[field.removesuffix("?")]
    assert (found.type, found.required) == (type_, not field.endswith("?"))


def test_tiers_are_absent_unless_asked_for() -> None:
    """A price's tiers are there only when expanded, and never null."""
    tiers = shape("price").fields["tiers"]
    assert not tiers.required
    assert isinstance(tiers.type, ListOf)
    assert field_of("price", "tiers").fields["up_to"].type == Nullable(Scalar("int"))


def test_a_living_object_has_no_deleted() -> None:
    """`deleted` belongs to what is left of an object, and is all that is left beside its names."""
    assert "deleted" not in shape("customer").fields
    assert list(shape("deleted_customer").fields) == ["id", "object", "deleted"]


def test_a_thin_event_with_data_has_a_shape_of_its_own() -> None:
    """The event of a meter's errors is described down to the sample errors."""
    event = shape("v1.billing.meter.error_report_triggered")
    assert {"id", "object", "type", "created", "livemode", "data", "related_object"} <= set(event.fields)
    assert event.fields["data"].required


def references(found: Type) -> Iterator[str]:
    """The names of the objects that a type speaks of."""
    match found:
        case ObjectRef(name=name) | Page(name=name):
            yield name
        case Expandable(names=names):
            yield from names
        case Nullable(inner=inner) | Unsettable(inner=inner) | ListOf(inner=inner) | MapOf(inner=inner):
            yield from references(inner)
        case AnyOf(options=options):
            for option in options:
                yield from references(option)
        case Hash(fields=fields):
            for field in fields.values():
                yield from references(field.type)


@pytest.mark.parametrize("name", object_names())
def test_every_reference_is_known(name: str) -> None:
    """An object speaks only of objects that have a shape."""
    assert set(references(shape(name))) <= set(object_names())


@pytest.mark.parametrize("name", object_names())
def test_an_object_calls_itself_by_its_name(name: str) -> None:
    """The `object` value of a shape is its name, that of the living object, or that of the event."""
    if name == "v2.deleted_object":
        return
    value = "v2.core.event" if name in thin_event_types() else name.removeprefix("deleted_")
    assert shape(name).fields["object"].type == Enum((value,))


def test_params_speak_of_no_objects() -> None:
    """A request names other objects by id."""
    assert [name for operation in operations() for name in references(operation.params)] == []


def test_an_unknown_object_is_said_to_be_unknown() -> None:
    """A wrong name is answered with the name and the API version."""
    with pytest.raises(KeyError, match=r"2026-10-28\.endive has no object 'customers'"):
        shape("customers")


def test_event_types_are_those_of_stripe() -> None:
    """The types of events are sorted, without doubles, and hold those that billing lives by."""
    assert {"invoice.paid", "invoice.created", "customer.subscription.updated", "billing.meter.created"} <= set(
        event_types()
    )
    assert "v1.billing.meter.error_report_triggered" in thin_event_types()
    for types in (event_types(), thin_event_types()):
        assert list(types) == sorted(set(types))
    assert "*" not in event_types()


def test_only_type_expressions_parse() -> None:
    """A word that is not in the vocabulary is an error."""
    with pytest.raises(ValueError, match="Not a type expression"):
        parse(["maybe", "str"])


def test_importing_reads_no_data_and_one_shape_reads_two_files() -> None:
    """Nothing is read at import; a shape reads itself and the list of names, an operation its list and its params."""
    script = """
import json, sys
from pathlib import Path
read = []
sys.addaudithook(lambda event, details: read.append(Path(str(details[0])).name) if event == "open" else None)
import pinstripe_contracts
def fresh():
    found = [name for name in read if name.endswith(".json")]
    read.clear()
    return found
print(json.dumps(fresh()))
pinstripe_contracts.shape("customer")
pinstripe_contracts.shape("customer")
print(json.dumps(fresh()))
pinstripe_contracts.match("POST", "/v1/customers")[0].params
print(json.dumps(fresh()))
"""
    root = str(Path(lookup.__file__).parents[1])
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{script}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert found == ["[]", '["meta.json", "customer.json"]', '["operations.json", "v1.customers.json", "lengths.json"]']
