"""Parameters that demand each other: a hash whose type names a member must hold it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.surface.driver import BY_NAME, Driver
from tests.surface.tables import TABLES

from pinstripe.errors import StripeError
from pinstripe.wire.companions import DEMANDED, check
from pinstripe_contracts import operations
from pinstripe_contracts.types import AnyOf, Enum, Hash, ListOf, MapOf, Nullable, Scalar, Type, Unsettable

CHECKOUT = "POST /v1/checkout/sessions"


@pytest.mark.parametrize(
    "given",
    [
        {"custom_fields": [{"type": "text"}, {"type": "dropdown", "dropdown": {"options": []}}]},
        {"metadata": {"custom_fields": {"type": "dropdown"}}},
        {"branding_settings": {"icon": {"type": "url", "url": "https://shop.example/icon.png"}}},
        {"automatic_tax": {"enabled": True, "liability": {"type": "self"}}},
    ],
)
def test_a_hash_with_its_part_is_taken(given: dict[str, Any]) -> None:
    """Types without a part of their own need none, and metadata has keys of its own."""
    check(CHECKOUT, given)


@pytest.mark.parametrize(
    "operation, given, param",
    [
        (CHECKOUT, {"custom_fields": [{"type": "text"}, {"type": "dropdown"}]}, "custom_fields[1][dropdown]"),
        (CHECKOUT, {"branding_settings": {"logo": {"type": "file"}}}, "branding_settings[logo][file]"),
        (CHECKOUT, {"automatic_tax": {"liability": {"type": "account"}}}, "automatic_tax[liability][account]"),
        ("POST /v1/payment_links", {"after_completion": {"type": "redirect"}}, "after_completion[redirect]"),
        (
            "POST /v1/customers/{customer}/funding_instructions",
            {"bank_transfer": {"type": "eu_bank_transfer"}},
            "bank_transfer[eu_bank_transfer]",
        ),
        (
            "POST /v1/payment_intents",
            {"mandate_data": {"customer_acceptance": {"type": "online"}}},
            "mandate_data[customer_acceptance][online]",
        ),
    ],
)
def test_a_hash_without_its_part_is_refused(operation: str, given: dict[str, Any], param: str) -> None:
    """By the full name of what is missing."""
    with pytest.raises(StripeError) as refusal:
        check(operation, given)
    assert refusal.value.message == f"Missing required param: {param}."
    assert (refusal.value.status, refusal.value.code, refusal.value.param) == (400, "parameter_missing", param)


def test_the_table_speaks_of_parameters_that_exist() -> None:
    """Every row is a hash of some request, with a type of that name and a member of it."""
    found: dict[str, set[str]] = {}
    for operation in operations():
        for path, hash_ in _hashes(operation.params, ()):
            found.setdefault(path[-1], set()).update(_typed(hash_))
    for name, types in DEMANDED.items():
        assert types <= found[name], name


TYPED = (
    CHECKOUT,
    "POST /v1/billing_portal/configurations",
    "POST /v1/billing_portal/sessions",
    "POST /v1/invoices",
    "POST /v1/payment_intents",
    "POST /v1/payment_links",
    "POST /v1/payment_methods",
    "POST /v1/setup_intents",
)


def test_no_type_without_its_part_is_a_bug() -> None:
    """Every type of every hash of these requests, without its part, is answered or refused, and never a 500."""
    driver = Driver(TABLES)
    asked = 0
    for name in TYPED:
        url, fair, key = driver.prepared(BY_NAME[name])
        for path, hash_ in _hashes(BY_NAME[name].params, ()):
            if "payment_method_data" in path:  # as POST /v1/payment_methods
                continue
            for type_ in _typed(hash_):
                needed = {name: _least(one.type) for name, one in hash_.fields.items() if one.required}
                params = _laid(dict(fair), path, {**needed, "type": type_})
                answer = driver.ask("POST", url, driver.resolved(params), key=key)
                assert answer.status != 500, (name, path, type_, answer.body)
                asked += 1
    assert asked > 80


def _typed(hash_: Hash) -> set[str]:
    """The types of a hash that are members of it too."""
    kind = hash_.fields["type"].type if "type" in hash_.fields else None
    kind = _bare(kind) if kind is not None else None
    return {value for value in kind.values if value in hash_.fields} if isinstance(kind, Enum) else set()


def _hashes(kind: Type, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Hash]]:
    """Every hash of fixed keys within a type, by the names that lead to it; rows have no name."""
    match kind:
        case Hash(fields=fields):
            yield path or ("",), kind
            for name, field in fields.items():
                yield from _hashes(field.type, (*path, name))
        case ListOf(inner=inner) | MapOf(inner=inner) | Nullable(inner=inner) | Unsettable(inner=inner):
            yield from _hashes(inner, path)
        case AnyOf(options=options):
            for option in options:
                yield from _hashes(option, path)


def _bare(kind: Type) -> Type:
    return _bare(kind.inner) if isinstance(kind, Nullable | Unsettable) else kind


ARRAYS = frozenset(("custom_fields", "shipping_options", "line_items"))


def _laid(params: dict[str, Any], path: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    """Parameters with a hash at its place, as the only row where that is an array."""
    if path == ("",):
        return {**params, **value}
    name, rest = path[0], path[1:]
    inner = _laid({}, rest, value) if rest else value
    return {**params, name: [inner] if name in ARRAYS else inner}


def _least(kind: Type) -> Any:
    """The least value of a type."""
    match _bare(kind):
        case Hash(fields=fields):
            return {name: _least(field.type) for name, field in fields.items() if field.required}
        case Enum(values=values):
            return values[0]
        case Scalar(name="bool"):
            return True
        case Scalar(name="int"):
            return 1
        case ListOf(inner=inner):
            return [_least(inner)]
    return "x"
