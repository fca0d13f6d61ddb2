"""Whom a flag is asked about, through OpenFeature's own merging of contexts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode, InvalidContextError
from sqlalchemy import Engine

from pinstripe_flags import Feature, anonymous, for_customer, for_global
from pinstripe_flags.scope import ATTRIBUTE, Kind, Scope, scope_of
from tests.flags.shop import FEATURES, Shop

TENANT = [EvaluationContext("tenant"), for_customer("tenant")]
"""How a context of the whole process may name a paying customer."""


@pytest.fixture
def paid(lite: Engine) -> Shop:
    """A shop where `tenant` pays for the best plan."""
    shop = Shop(lite)
    shop.subscribe(shop.customer("tenant"), "team")
    shop.deliver()
    assert shop.has("sso", "tenant")
    return shop


@pytest.mark.parametrize("wide", TENANT, ids=["bare key", "for_customer"])
@pytest.mark.parametrize("flag, free", [("sso", False), ("seats", 1), ("support", "forum")])
def test_a_logged_out_request_under_a_global_context_gets_no_paid_flag(
    paid: Shop, wide: EvaluationContext, flag: str, free: object
) -> None:
    """The SDK hands the wider context's key to the provider; the scope says that it means nobody."""
    api.set_evaluation_context(wide)
    details = paid.ask(flag, anonymous())
    assert (details.value, details.reason, details.error_code) == (free, "DEFAULT", None)


@pytest.mark.parametrize("wide", TENANT, ids=["bare key", "for_customer"])
@pytest.mark.parametrize("nobody", [None, "", "  "], ids=repr)
def test_a_customer_that_is_not_there_is_not_the_global_one(
    paid: Shop, wide: EvaluationContext, nobody: str | None
) -> None:
    """A lookup that found nothing is told as such, with the caller's default."""
    api.set_evaluation_context(wide)
    details = paid.ask("sso", for_customer(nobody))
    assert (details.value, details.reason) == (False, "ERROR")
    assert details.error_code is ErrorCode.TARGETING_KEY_MISSING


@pytest.mark.parametrize("context", [None, EvaluationContext(), EvaluationContext("")], ids=repr)
def test_a_key_that_may_be_inherited_is_refused(paid: Shop, context: EvaluationContext | None) -> None:
    """A context without a scope under a global key looks like that key; it gets the default and the reason why."""
    api.set_evaluation_context(EvaluationContext("tenant"))
    details = paid.flags.get_boolean_details("sso", False, context)
    assert (details.value, details.error_code) == (False, ErrorCode.INVALID_CONTEXT)
    assert "for_customer" in (details.error_message or "")


def test_a_transaction_context_may_carry_the_scope(paid: Shop) -> None:
    """A middleware says once who is asking; a narrower scope still wins."""
    api.set_evaluation_context(for_customer("tenant"))
    assert paid.flags.get_boolean_value("sso", False) is True
    assert paid.flags.get_boolean_value("sso", False, for_customer("other")) is False


def test_two_anonymous_visitors_share_nothing(paid: Shop) -> None:
    """Anonymous contexts have no targeting key, so there is no bucket they could all fall into."""
    assert anonymous().targeting_key is None
    with paid.session() as session, pytest.raises(ValueError, match="nobody else"):
        paid.store.override(session, anonymous(), "sso", value=True)


def test_flags_that_depend_on_no_plan_hold_for_anybody(paid: Shop) -> None:
    """A missing customer, a doubtful key and a visitor see the new page all the same."""
    paid.sell({**FEATURES, "new_page": Feature.always(value=True)})
    contexts = [None, anonymous(), for_customer(None), for_global(), for_customer("ada"), EvaluationContext("bare")]
    details = [paid.flags.get_boolean_details("new_page", False, context) for context in contexts]
    assert [(one.value, one.reason) for one in details] == [(True, "STATIC")] * len(contexts)


MEANINGS: dict[str, tuple[EvaluationContext | None, Scope]] = {
    "a customer": (for_customer("org_1"), Scope(Kind.CUSTOMER, "org_1")),
    "a number": (for_customer(7), Scope(Kind.CUSTOMER, "7")),
    "zero": (for_customer(0), Scope(Kind.CUSTOMER, "0")),
    "a UUID": (for_customer(UUID(int=1)), Scope(Kind.CUSTOMER, "00000000-0000-0000-0000-000000000001")),
    "spaces around": (for_customer(" org_1 "), Scope(Kind.CUSTOMER, "org_1")),
    "no customer": (for_customer(None), Scope(Kind.MISSING)),
    "a visitor": (anonymous(), Scope(Kind.ANONYMOUS)),
    "everybody": (for_global(), Scope(Kind.GLOBAL)),
    "an empty context": (EvaluationContext(), Scope(Kind.MISSING)),
    "no context": (None, Scope(Kind.MISSING)),
    "a scope without a key": (EvaluationContext(None, {ATTRIBUTE: "customer"}), Scope(Kind.MISSING)),
    "a scope by hand": (EvaluationContext("org_1", {ATTRIBUTE: "customer"}), Scope(Kind.CUSTOMER, "org_1")),
}


@pytest.mark.parametrize("context, expected", MEANINGS.values(), ids=MEANINGS)
def test_what_a_context_means(context: EvaluationContext | None, expected: Scope) -> None:
    """Each way to say a scope, and what comes of it."""
    assert scope_of(context) == expected


def test_bare_keys_are_believed_where_the_application_says_so() -> None:
    """Then a key without a scope is a customer's."""
    assert scope_of(EvaluationContext("org_1"), bare_keys=True) == Scope(Kind.CUSTOMER, "org_1")
    assert scope_of(EvaluationContext(), bare_keys=True) == Scope(Kind.MISSING)


@pytest.mark.parametrize("said", ["tenant", 1, True, ["customer"]], ids=repr)
def test_a_scope_that_does_not_exist_is_refused(said: Any) -> None:
    """A misspelt scope is an error, not a customer."""
    with pytest.raises(InvalidContextError, match="is one of customer, anonymous"):
        scope_of(EvaluationContext("org_1", {ATTRIBUTE: said}))


@pytest.mark.parametrize("subject", [True, 1.5, {"id": "org_1"}, ["org_1"]], ids=repr)
def test_a_subject_is_an_id(subject: Any) -> None:
    """An object would be compared by its address, so only its id will do."""
    with pytest.raises(TypeError, match="is an id"):
        for_customer(subject)
