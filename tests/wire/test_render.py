"""Completed answers: their order, their nulls, and the bugs of ours they bring to light."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.wire.render import complete, conforms
from pinstripe_contracts import object_names, shape
from pinstripe_contracts.types import (
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

STR, INT = Scalar("str"), Scalar("int")


def fields(**types: Type) -> Hash:
    """A shape in which a name that ends with an underscore may be absent."""
    return Hash({name.rstrip("_"): Field(kind, required=not name.endswith("_")) for name, kind in types.items()})


ADDRESS = fields(line1=Nullable(STR), city=Nullable(STR), note_=STR)
CUSTOMER = fields(
    name=Nullable(STR),
    object=Enum(("customer",)),
    id=STR,
    balance=INT,
    address=Nullable(ADDRESS),
    tax_=fields(ip=Nullable(STR)),
    shipments=Nullable(ListOf(ADDRESS)),
    options_=MapOf(ADDRESS),
    either_=AnyOf((fields(a=INT, x=Nullable(INT)), fields(b=INT, y=Nullable(INT)), STR)),
    metadata=MapOf(STR),
    default_source=Nullable(Expandable(("card",))),
    subscriptions_=Page("subscription"),
    limit_=AnyOf((INT, Nullable(Unsettable(STR)))),
)
LEAST: dict[str, Any] = {"id": "cus_1", "object": "customer", "balance": 0, "metadata": {}}


def test_complete_puts_keys_in_stripes_order() -> None:
    """`id` and `object` come first, the alphabet follows, and what may be absent stays absent."""
    assert list(complete({**LEAST, "name": "Ada"}, CUSTOMER).items()) == [
        ("id", "cus_1"),
        ("object", "customer"),
        ("address", None),
        ("balance", 0),
        ("default_source", None),
        ("metadata", {}),
        ("name", "Ada"),
        ("shipments", None),
    ]


@pytest.mark.parametrize(
    "key, value, full",
    [
        ("address", {"city": "Ulm"}, {"city": "Ulm", "line1": None}),
        ("address", {}, {"city": None, "line1": None}),
        ("address", {"note": "x", "_seen": 1}, {"city": None, "line1": None, "note": "x"}),
        ("tax", {}, {"ip": None}),
        ("shipments", [{}, {"city": "Ulm"}], [{"city": None, "line1": None}, {"city": "Ulm", "line1": None}]),
        ("shipments", [], []),
        ("options", {"eur": {}}, {"eur": {"city": None, "line1": None}}),
        ("either", {"b": 1}, {"b": 1, "y": None}),
        ("either", "text", "text"),
        ("metadata", {"_a": "kept"}, {"_a": "kept"}),
        ("subscriptions", {"data": []}, {"data": []}),
    ],
)
def test_complete_fills_what_is_inside(key: str, value: Any, full: Any) -> None:
    """Hashes, lists and maps of hashes are completed; objects, pages and free keys are not touched."""
    assert complete({**LEAST, key: value}, CUSTOMER)[key] == full


def test_complete_drops_private_keys() -> None:
    """The fake's own notes never leave it."""
    assert "_clock" not in complete({**LEAST, "_clock": 1}, CUSTOMER)


@pytest.mark.parametrize(
    "more, complaint",
    [
        ({"nmae": "Ada"}, r"customer has no key 'nmae'"),
        ({"address": {"street": "x"}}, r"has no key 'street'"),
    ],
)
def test_complete_asserts_that_keys_are_known(more: dict[str, Any], complaint: str) -> None:
    """A key that is not in the shape is a bug of ours and named."""
    with pytest.raises(AssertionError, match=complaint):
        complete({**LEAST, **more}, CUSTOMER)


def test_complete_asserts_that_values_are_given() -> None:
    """A required value that nobody gave is a bug of ours and named with its object and place."""
    with pytest.raises(AssertionError, match=r"customer lacks balance, metadata"):
        complete({"id": "cus_1", "object": "customer"}, CUSTOMER)
    with pytest.raises(AssertionError, match=r"an answer at outer\.inner lacks deep"):
        complete({"outer": {"inner": {}}}, fields(outer=fields(inner=fields(deep=INT))))


def test_complete_leaves_its_input_alone() -> None:
    """Completing changes nothing but its answer."""
    body = {**LEAST, "address": {"city": "Ulm"}, "_note": 1}
    complete(body, CUSTOMER)
    assert body == {**LEAST, "address": {"city": "Ulm"}, "_note": 1}


GOOD = complete(LEAST, CUSTOMER)


def resolve(name: str) -> Hash:
    """The only other objects in this file's world."""
    return {"card": fields(id=STR, last4=STR), "subscription": fields(id=STR)}[name]


@pytest.mark.parametrize(
    "change, violations",
    [
        ({}, []),
        ({"balance": "0"}, ["balance: int expected, not '0'"]),
        ({"balance": True}, ["balance: int expected, not True"]),
        ({"balance": None}, ["balance: null"]),
        ({"object": "client"}, ["object: 'client' is none of customer"]),
        ({"object": 1}, ["object: a word expected, not 1"]),
        ({"extra": 1}, ["extra: unknown"]),
        ({"limit": None}, []),
        ({"limit": ""}, []),
        ({"limit": "1"}, []),
        ({"limit": True}, ["limit: int expected, not True"]),
        ({"address": {"city": 1}}, ["address.line1: missing", "address.city: str expected, not 1"]),
        ({"address": []}, ["address: a hash expected, not []"]),
        ({"shipments": {}}, ["shipments: an array expected, not {}"]),
        ({"shipments": [None]}, ["shipments[0]: null"]),
        ({"metadata": {"a": 1}}, ["metadata[a]: str expected, not 1"]),
        ({"metadata": "a"}, ["metadata: a hash expected, not 'a'"]),
        ({"default_source": "card_1"}, []),
        ({"default_source": {"id": "card_1"}}, ["default_source.last4: missing"]),
        ({"default_source": {"id": "card_1", "object": "card", "deleted": True}}, []),
        ({"default_source": 1}, ["default_source: card expected, not 1"]),
        ({"either": {"b": 1, "y": 2}}, []),
        ({"either": 1}, ["either: a hash expected, not 1"]),
        ({"subscriptions": {"object": "list", "data": [], "has_more": False, "url": "/"}}, []),
        ({"subscriptions": []}, ["subscriptions: a list object expected, not []"]),
        (
            {"subscriptions": {"object": "list", "data": [{}], "has_more": None, "pages": 1}},
            [
                "subscriptions.url: missing",
                "subscriptions.pages: unknown",
                "subscriptions.data[0].id: missing",
                "subscriptions.has_more: null",
            ],
        ),
    ],
)
def test_conforms_names_every_violation(change: dict[str, Any], violations: list[str]) -> None:
    """Each violation is named by its path, and nothing else is."""
    assert sorted(conforms({**GOOD, **change}, CUSTOMER, resolve)) == sorted(violations)


def test_an_account_that_money_came_from_is_its_id() -> None:
    """The payment behind a transfer names it and shows nothing else of it; any other account is whole. [recorded]"""
    payment = fields(source=AnyOf((ObjectRef("account"), ObjectRef("card"))))
    stranger = {"id": "acct_1", "object": "account"}
    assert conforms({"source": stranger}, payment, shape) == []
    assert "source.charges_enabled: missing" in conforms({"source": {**stranger, "type": "express"}}, payment, shape)
    card = {"id": "card_1", "object": "card"}
    assert "source.last4: missing" in conforms({"source": card}, fields(source=ObjectRef("card")), shape)


def test_conforms_misses_what_is_not_there() -> None:
    """A required key that is absent is a violation even where it might be null; so is an answer that is no hash."""
    body = {key: value for key, value in GOOD.items() if key != "name"}
    assert conforms(body, CUSTOMER, resolve) == ["name: missing"]
    assert conforms([], CUSTOMER, resolve) == ["the answer: a hash expected, not []"]


def values(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type, with other objects as ids or deleted."""
    match kind:
        case Scalar(name=name):
            scalars: dict[str, st.SearchStrategy[Any]] = {
                "int": st.integers(),
                "bool": st.booleans(),
                "float": st.floats(allow_nan=False),
            }
            return scalars.get(name, st.just("1"))
        case Enum(values=words):
            return st.sampled_from(words)
        case Nullable(inner=inner):
            return st.none() | st.deferred(lambda: values(inner))
        case Unsettable(inner=inner):
            return st.deferred(lambda: values(inner))
        case ListOf(inner=inner):
            return st.lists(st.deferred(lambda: values(inner)), max_size=2)
        case MapOf(inner=inner):
            return st.dictionaries(st.sampled_from(["usd", "eur"]), st.deferred(lambda: values(inner)), max_size=1)
        case Hash():
            return bodies(kind)
        case ObjectRef(name=name):
            return st.just({"id": "x", "object": name, "deleted": True})
        case Expandable():
            return st.just("id")
        case Page():
            return st.just({"object": "list", "data": [], "has_more": False, "url": "/"})
        case AnyOf(options=options):
            return st.one_of([values(option) for option in options])


def bodies(kind: Hash) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that a rule might hand over: nulls left out at will, a private note inside."""

    @st.composite
    def body(draw: st.DrawFn) -> dict[str, Any]:
        drawn: dict[str, Any] = {"_note": 1}
        for name, field in kind.fields.items():
            if field.required or draw(st.integers(0, 7)) == 0:
                value = draw(values(field.type))
                if value is not None or not field.required or draw(st.booleans()):
                    drawn[name] = value
        return drawn

    return body()


OBJECTS = [
    "billing.meter",
    "coupon",
    "customer",
    "invoice",
    "line_item",
    "price",
    "subscription",
    "test_helpers.test_clock",
]


@given(st.data())
def test_complete_makes_what_conforms(data: st.DataObject) -> None:
    """Whatever a rule hands over is completed to what its shape promises, and completing again changes nothing."""
    contract = shape(data.draw(st.sampled_from(OBJECTS)))
    full = complete(data.draw(bodies(contract)), contract)
    assert conforms(full, contract, shape) == []
    assert complete(full, contract) == full
    names = [name for name in full if name not in ("id", "object")]
    assert names == sorted(names)


def test_complete_knows_every_shape() -> None:
    """Every object of the contract has a template; what it lacks is said by name."""
    for name in object_names():
        contract = shape(name)
        if any(field.required and not isinstance(field.type, Nullable) for field in contract.fields.values()):
            with pytest.raises(AssertionError, match="lacks"):
                complete({}, contract)
        else:
            assert conforms(complete({}, contract), contract, shape) == []
