"""Parameters against shapes: the table of refusals, walked row by row, and the types that come out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.errors import StripeError
from pinstripe.wire.forms import decode
from pinstripe.wire.params import check
from pinstripe_contracts import operations
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    Page,
    Scalar,
    Type,
    Unsettable,
)

STR, INT, BOOL, FLOAT, DECIMAL = (Scalar(name) for name in ("str", "int", "bool", "float", "decimal"))
INTERVAL = Enum(("day", "month", "year"))


def fields(**types: Type) -> Hash:
    """A shape in which a name that ends with an underscore is required."""
    return Hash({name.rstrip("_"): Field(kind, required=name.endswith("_")) for name, kind in types.items()})


ITEM = fields(price=STR, quantity=INT, recurring=fields(interval_=INTERVAL, interval_count=INT))
SUBSCRIPTION = fields(
    customer_=STR,
    currency_=STR,
    items=ListOf(ITEM),
    metadata=Unsettable(MapOf(STR)),
    trial_end=AnyOf((Enum(("now",)), INT)),
    created=AnyOf((fields(gte=INT, lt=INT), INT)),
    discounts=Unsettable(ListOf(fields(coupon=STR))),
    off_session=BOOL,
    application_fee_percent=Unsettable(FLOAT),
    unit_amount_decimal=DECIMAL,
    collection_method=Enum(("charge_automatically", "send_invoice"), is_open=True),
    default_source=Unsettable(STR),
    default_payment_method=STR,
    shipping=fields(name_=STR, phone=STR),
    expand=ListOf(STR),
    extra=Scalar("any"),
    payload=MapOf(STR),
    tax=AnyOf((BOOL, Enum(("auto",)))),
    source=AnyOf((STR, fields(number_=STR), fields(account_=STR, routing=STR))),
)
GOOD = "customer=cus_1&currency=usd"


def checked(form: str, shape: Hash = SUBSCRIPTION) -> dict[str, Any]:
    """The parameters of a form that is right."""
    return check(decode(form), shape)


def refused(form: str, shape: Hash = SUBSCRIPTION) -> tuple[str | None, str | None, str]:
    """The code, the param and the sentence by which a form is refused."""
    with pytest.raises(StripeError) as refusal:
        check(decode(form), shape)
    assert (refusal.value.status, refusal.value.type) == (400, "invalid_request_error")
    return refusal.value.code, refusal.value.param, refusal.value.message


def test_check_walks_down_its_table() -> None:
    """Mending a request fault by fault uncovers the next row of the table."""
    form = "items[0][cost]=1&items[1][quantity]=x&off_session=maybe&metadata=1"
    assert refused(form)[0] == "parameter_unknown"
    form = form.replace("cost", "price")
    assert refused(form)[:2] == ("parameter_missing", "customer")
    form += "&customer=cus_1"
    assert refused(form)[:2] == ("parameter_missing", "currency")
    form += "&currency=usd"
    assert refused(form + "&items[0][recurring][interval_count]=1")[1] == "items[0][recurring][interval]"
    assert refused(form)[:2] == ("parameter_invalid_integer", "items[1][quantity]")
    form = form.replace("quantity]=x", "quantity]=2")
    assert refused(form)[2] == "Invalid boolean: maybe"
    form = form.replace("maybe", "true")
    assert refused(form)[2] == "Invalid object"
    assert checked(form.replace("metadata=1", "metadata[a]=1")) == {
        "items": [{"price": "1"}, {"quantity": 2}],
        "off_session": True,
        "metadata": {"a": "1"},
        "customer": "cus_1",
        "currency": "usd",
    }


@pytest.mark.parametrize(
    "form, message, param",
    [
        ("custommer=1", "Received unknown parameter: custommer. Did you mean customer?", "custommer"),
        ("zzz=1", "Received unknown parameter: zzz", "zzz"),
        ("items[][prise]=1", "Received unknown parameter: items[0][prise]. Did you mean price?", "items[0][prise]"),
        ("zzz=1&items[3][x]=1&y=", "Received unknown parameters: zzz, items[3][x], y", "zzz"),
        ("created[gtt]=1", "Received unknown parameter: created[gtt]. Did you mean gte?", "created[gtt]"),
        ("source[account]=1&source[number]=2", "Received unknown parameter: source[account]", "source[account]"),
    ],
)
def test_check_names_every_unknown_parameter(form: str, message: str, param: str) -> None:
    """All unknown names are said at once, in brackets; a single one with the nearest known name."""
    assert refused(form) == ("parameter_unknown", param, message)


def test_check_asks_for_what_is_missing() -> None:
    """The first missing parameter in the shape's order is named, nested ones after outer ones."""
    assert refused("") == ("parameter_missing", "customer", "Missing required param: customer.")
    assert refused("shipping[phone]=1")[1] == "customer"
    assert refused(GOOD + "&shipping[phone]=1")[2] == "Missing required param: shipping[name]."


EMPTY = (
    "You passed an empty string for '{0}'. We assume empty values are an attempt to unset a parameter; however '{0}' "
    "cannot be unset. You should remove '{0}' from your request or supply a non-empty value."
)


@pytest.mark.parametrize(
    "form, name",
    [
        ("customer=&currency=usd", "customer"),
        (GOOD + "&items=", "items"),
        (GOOD + "&items[0][price]=", "items[0][price]"),
        (GOOD + "&items[0]=", "items[0]"),
        (GOOD + "&items[0][quantity]=", "items[0][quantity]"),
        (GOOD + "&collection_method=", "collection_method"),
        (GOOD + "&expand[]=", "expand[0]"),
    ],
)
def test_check_refuses_to_unset_what_cannot_be_unset(form: str, name: str) -> None:
    """An empty string is an attempt to unset; where that is impossible, Stripe says so at length."""
    assert refused(form) == ("parameter_invalid_empty", name, EMPTY.format(name))


@pytest.mark.parametrize(
    "pair, value",
    [
        ("default_source=", None),
        ("default_payment_method=", None),
        ("application_fee_percent=", None),
        ("metadata=", None),
        ("metadata[a]=", {"a": None}),
        ("payload[a]=", {"a": None}),
        ("discounts=", []),
        ("shipping[name]=", {"name": ""}),
        ("extra=", ""),
    ],
)
def test_check_unsets_what_can_be_unset(pair: str, value: Any) -> None:
    """An unset parameter is None, an unset array is empty."""
    assert checked(f"{GOOD}&{pair}") == {
        "customer": "cus_1",
        "currency": "usd",
        pair.partition("[")[0].strip("="): value,
    }


@pytest.mark.parametrize(
    "pair, value",
    [
        ("items[5][price]=b&items[2][price]=a", [{"price": "a"}, {"price": "b"}]),
        ("items[][quantity]=1&items[][quantity]=2", [{"quantity": 1}, {"quantity": 2}]),
        ("trial_end=now", "now"),
        ("trial_end=1798761600", 1798761600),
        ("created=-5", -5),
        ("created[gte]=5&created[lt]=9", {"gte": 5, "lt": 9}),
        ("off_session=True", True),
        ("off_session=false", False),
        ("application_fee_percent=12.50", 12.5),
        ("unit_amount_decimal=1495.50", "1495.5"),
        ("unit_amount_decimal=000", "0"),
        ("unit_amount_decimal=-0.0", "0"),
        ("unit_amount_decimal=100", "100"),
        ("unit_amount_decimal=.000000000001", "0.000000000001"),
        ("collection_method=send_invoice", "send_invoice"),
        ("payload[a]=1&payload[b]=x", {"a": "1", "b": "x"}),
        ("extra[a][]=1", {"a": ["1"]}),
        ("tax=auto", "auto"),
        ("tax=true", True),
        ("source=tok_visa", "tok_visa"),
        ("source[number]=4242", {"number": "4242"}),
        ("source[account]=1&source[routing]=2", {"account": "1", "routing": "2"}),
    ],
)
def test_check_gives_values_their_types(pair: str, value: Any) -> None:
    """What is well formed arrives as the type of its shape."""
    assert checked(f"{GOOD}&{pair}")[pair.partition("=")[0].partition("[")[0]] == value


@pytest.mark.parametrize(
    "pair, message, param",
    [
        ("items[0][quantity]=1.0", "Invalid integer: 1.0", "items[0][quantity]"),
        ("items[0][quantity]=9223372036854775808", "Invalid integer: 9223372036854775808", "items[0][quantity]"),
        ("items[0][quantity]=٣", "Invalid integer: ٣", "items[0][quantity]"),
        ("items[0][quantity][a]=1", 'Invalid integer: {:a=>"1"}', "items[0][quantity]"),
        ("trial_end=soon", "Invalid integer: soon", "trial_end"),
        ("tax=maybe", "Invalid boolean: maybe", "tax"),
        ("off_session=1", "Invalid boolean: 1", "off_session"),
        ("application_fee_percent=nan", "Invalid decimal: nan", "application_fee_percent"),
        ("unit_amount_decimal=1e3", "Invalid decimal: 1e3", "unit_amount_decimal"),
        (
            "unit_amount_decimal=0.1234567890123",
            "Invalid decimal: 0.1234567890123; must contain at maximum 12 decimal places.",
            "unit_amount_decimal",
        ),
        (
            "collection_method=never",
            "Invalid collection_method: must be one of charge_automatically or send_invoice",
            "collection_method",
        ),
        (
            "items[0][recurring][interval]=eon",
            "Invalid items[0][recurring][interval]: must be one of day, month, or year",
            "items[0][recurring][interval]",
        ),
        ("collection_method[]=never", 'Invalid string: ["never"]', "collection_method"),
        ("items=1", "Invalid array", "items"),
        ("items[a][b]=1", "Invalid array", "items"),
        ("items[]=1", "Invalid object", "items[0]"),
        ("shipping[]=1", "Invalid object", "shipping"),
        ("expand=customer", "Invalid array", "expand"),
        ("default_source[id]=1&default_source[a b]=2", 'Invalid string: {:id=>"1", :"a b"=>"2"}', "default_source"),
        (
            "default_source=" + "x" * 5_001,
            "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 5000 characters",
            "default_source",
        ),
        ("metadata[a][b]=1", 'Invalid string: {:b=>"1"}', "metadata[a]"),
        (
            "&".join(f"metadata[{n}]=1" for n in range(51)),
            (
                "Metadata can have up to 50 keys, but you've set 51. Email us at support+metadata@stripe.com for more "
                "information."
            ),
            "metadata",
        ),
        (
            f"metadata[{'k' * 41}]=1",
            "Metadata keys can have up to 40 characters, but you passed in a key that is 41 characters. Invalid key: "
            + "k" * 41,
            "metadata",
        ),
        (
            f"metadata[a]={'v' * 501}",
            (
                "Metadata values can have up to 500 characters, but you passed in a value that is 501 characters. "
                "Invalid value: " + "v" * 501
            ),
            "metadata",
        ),
    ],
)
def test_check_refuses_values_of_another_type(pair: str, message: str, param: str) -> None:
    """Each type has its sentence, and the param is named in brackets."""
    assert refused(f"{GOOD}&{pair}")[1:] == (param, message)


def test_check_refuses_brackets_in_metadata_keys() -> None:
    """A key with square brackets could not be written in a form again."""
    with pytest.raises(StripeError, match="square brackets"):
        check({"metadata": {"a[b]": "1"}}, fields(metadata=MapOf(STR)))


@pytest.mark.parametrize(
    "value, kind, result",
    [
        (3, INT, 3),
        ("3", INT, 3),
        (True, BOOL, True),
        (2, FLOAT, 2.0),
        (1.25, DECIMAL, "1.25"),
        (None, Unsettable(STR), None),
        (None, Nullable(STR), None),
        ("x", Nullable(STR), "x"),
        (None, AnyOf((INT, Unsettable(STR))), None),
        ("x", Expandable(("customer",)), "x"),
        ([1, "2"], ListOf(INT), [1, 2]),
    ],
)
def test_check_takes_the_types_of_json(value: Any, kind: Type, result: Any) -> None:
    """A v2 body brings numbers, booleans and nulls of its own."""
    assert check({"a": value}, fields(a=kind)) == {"a": result}


@pytest.mark.parametrize(
    "value, kind",
    [(True, INT), (1.5, INT), (1, STR), (None, STR), (1, BOOL), (True, DECIMAL), (10**400, FLOAT), (10**400, DECIMAL)],
)
def test_check_refuses_other_types_of_json(value: Any, kind: Type) -> None:
    """A JSON value of another type is refused like text that does not fit."""
    with pytest.raises(StripeError):
        check({"a": value}, fields(a=kind))


def test_check_asserts_that_requests_carry_no_pages() -> None:
    """A shape of an answer in the place of a request's is a bug of ours."""
    with pytest.raises(AssertionError, match="a request cannot carry"):
        check({"a": "1"}, fields(a=Page("customer")))


WORDS = st.sampled_from(sorted({*SUBSCRIPTION.fields, "price", "quantity", "recurring", "interval", "0", "1", "zzz"}))
TREES = st.recursive(
    st.sampled_from(["", "1", "now", "true", "-", "9" * 30, "usd"]) | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, TREES, max_size=5))
def test_check_answers_or_refuses(tree: dict[str, Any]) -> None:
    """No tree makes the check fail in any other way than by refusing."""
    with suppress(StripeError):
        check({"customer": "cus_1", "currency": "usd", **tree}, SUBSCRIPTION)


@given(st.data())
def test_check_answers_or_refuses_for_every_operation(data: st.DataObject) -> None:
    """The same holds for the shapes of all of Stripe's operations."""
    shape = data.draw(st.sampled_from(operations())).params
    if shape.fields:
        names = st.sampled_from(sorted(shape.fields))
        tree: dict[str, Any] = data.draw(st.dictionaries(names, TREES, max_size=5))
        required: dict[str, Any] = {name: "x" for name, field in shape.fields.items() if field.required}
        with suppress(StripeError):
            check({**required, **tree}, shape)
