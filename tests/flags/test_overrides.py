"""Values set by hand: above every plan, until they expire, and never mixed up with what a plan grants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from openfeature.exception import ErrorCode
from sqlalchemy import select

from pinstripe_flags import Feature, anonymous, for_customer, for_global
from pinstripe_flags.tables import OVERRIDES
from tests.flags.shop import FEATURES, START, Shop, seconds


def overridden(shop: Shop, subject: str, flag: str, value: Any, until: datetime | None = None) -> None:
    """Set a value by hand."""
    with shop.session() as session:
        shop.store.override(session, for_customer(subject), flag, value, expires_at=until)


def test_an_override_stands_until_it_expires(shop: Shop) -> None:
    """Sales gives away sso until 14 February; on that day the plan decides again."""
    overridden(shop, "ada", "sso", value=True, until=START + timedelta(days=14))
    details = shop.ask("sso", "ada")
    assert (details.value, details.reason, details.variant) == (True, "STATIC", "override")
    assert details.flag_metadata == {"expires_at": seconds(START + timedelta(days=14))}
    shop.turn(days=13, hours=23, minutes=59)
    assert shop.has("sso", "ada")
    shop.turn(minutes=1)
    assert not shop.has("sso", "ada")


def test_an_override_outlives_what_happens_to_the_subscription(shop: Shop) -> None:
    """Neither a payment nor an end touches it; lifted, the plan speaks."""
    subscription = shop.subscribe(shop.customer("ada"), "pro")
    overridden(shop, "ada", "seats", 7)
    shop.deliver()
    assert shop.ask("seats", "ada").value == 7
    with shop.session() as session:
        shop.store.lift(session, for_customer("ada"), "seats")
    assert shop.ask("seats", "ada").value == 5
    overridden(shop, "ada", "seats", 9)
    shop.stripe.v1.subscriptions.cancel(subscription)
    shop.deliver()
    assert shop.ask("seats", "ada").value == 9


def test_an_override_may_take_away(shop: Shop) -> None:
    """A paid feature is switched off for one customer; no becomes yes for none."""
    shop.subscribe(shop.customer("ada"), "pro")
    shop.subscribe(shop.customer("bob"), "pro")
    shop.deliver()
    overridden(shop, "ada", "sso", value=False)
    assert (shop.has("sso", "ada"), shop.has("sso", "bob")) == (False, True)


def test_the_later_override_replaces_the_earlier(shop: Shop) -> None:
    """There is one for each scope and flag, and its expiry goes with it."""
    overridden(shop, "ada", "seats", 7, until=START + timedelta(days=1))
    overridden(shop, "ada", "seats", 8)
    shop.turn(days=2)
    assert shop.ask("seats", "ada").value == 8


def test_what_a_plan_grants_is_written_nowhere(shop: Shop) -> None:
    """After a hundred questions there is no value in the table of overrides."""
    shop.subscribe(shop.customer("ada"), "pro")
    shop.deliver()
    assert all(shop.has("sso", "ada") for _ in range(100))
    with shop.database.connect() as connection:
        assert connection.execute(select(OVERRIDES)).all() == []


def test_a_global_override_is_for_the_global_scope_alone(shop: Shop) -> None:
    """It reaches neither a customer nor a visitor."""
    with shop.session() as session:
        shop.store.override(session, for_global(), "sso", value=True)
    assert shop.ask("sso", for_global()).value is True
    assert shop.ask("sso", anonymous()).value is False
    assert shop.has("sso", "global") is False


def test_a_flag_without_plan_can_be_overridden(shop: Shop) -> None:
    """Everybody sees the new page but one."""
    shop.sell({**FEATURES, "new_page": Feature.always(value=True)})
    overridden(shop, "ada", "new_page", value=False)
    answers = [shop.flags.get_boolean_value("new_page", False, for_customer(subject)) for subject in ("ada", "bob")]
    assert answers == [False, True]


@pytest.mark.parametrize("value", [True, 7, 0.5, "phone", {"gb": 5}, ["a", "b"]], ids=repr)
def test_a_value_comes_back_as_it_was_written(shop: Shop, value: Any) -> None:
    """Each type that OpenFeature has, through the database and back."""
    shop.sell({"flag": Feature.always(value)})
    overridden(shop, "ada", "flag", value)
    ask = {
        bool: shop.flags.get_boolean_details,
        int: shop.flags.get_integer_details,
        float: shop.flags.get_float_details,
        str: shop.flags.get_string_details,
    }.get(type(value), shop.flags.get_object_details)
    details = ask("flag", type(value)(), for_customer("ada"))  # type: ignore[operator]
    assert (details.value, details.variant) == (value, "override")


def test_an_override_of_another_type_is_an_error(shop: Shop) -> None:
    """Seats are a number; a text in their place gives the default and says so."""
    overridden(shop, "ada", "seats", "many")
    details = shop.ask("seats", "ada")
    assert (details.value, details.error_code) == (1, ErrorCode.TYPE_MISMATCH)


def test_what_cannot_be_a_flag_cannot_be_an_override(shop: Shop) -> None:
    """Neither a type that OpenFeature lacks, nor a moment without a time zone."""
    with pytest.raises(TypeError, match="no flags of type NoneType"):
        overridden(shop, "ada", "sso", None)
    with pytest.raises(ValueError, match="no time zone"):
        overridden(shop, "ada", "sso", value=True, until=START.replace(tzinfo=None))
