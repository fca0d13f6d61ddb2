"""Coupons and promotion codes: made, changed, redeemed or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.shop import DAY, Shop


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


def refusals(shop: Shop) -> Mapping[str, tuple[Mapping[str, Any], str]]:
    """What cannot be redeemed, by a name: the entry of `discounts`, and what the sentence says."""
    past = shop.coupon(percent_off=10, redeem_by=NOW + 10)
    used = shop.coupon(percent_off=10, max_redemptions=1)
    shop.subscribe(discounts=[{"coupon": used}])
    fine = shop.coupon(percent_off=10, duration="forever")
    grace = shop.stripe.post("/v1/customers", {})["id"]
    return {
        "no such coupon": ({"coupon": "NOPE"}, "No such coupon: 'NOPE'"),
        "used up": ({"coupon": used}, f"Coupon expired: {used}"),
        "other currency": ({"coupon": shop.coupon(amount_off=5, currency="eur")}, "cannot be redeemed in the currency"),
        "no such code": ({"promotion_code": "promo_x"}, "No such promotion code: 'promo_x'"),
        "switched off": ({"promotion_code": shop.code(fine, active=False)}, "it is not active"),
        "somebody else's": ({"promotion_code": shop.code(fine, customer=grace, code="A")}, "another customer"),
        "for new customers": (
            {"promotion_code": shop.code(fine, code="B", restrictions={"first_time_transaction": True})},
            "the associated customer has prior transactions.",
        ),
        "too little": (
            {
                "promotion_code": shop.code(
                    fine, code="C", restrictions={"minimum_amount": 1001, "minimum_amount_currency": "usd"}
                )
            },
            "does not meet the minimum amount requirement.",
        ),
        "two at once": ({"coupon": fine, "promotion_code": shop.code(past, code="D")}, "exactly one of"),
        "no such discount": ({"discount": "di_x"}, "No such discount: 'di_x'"),
    }


def test_what_cannot_be_redeemed_leaves_nothing(shop: Shop) -> None:
    """Each is refused with 400 and its sentence, and no redemption is counted."""
    cases = refusals(shop)
    price = shop.price(1000)
    before = {row["id"]: row["times_redeemed"] for row in shop.stripe.get("/v1/coupons")["data"]}
    for name, (entry, sentence) in cases.items():
        body = {"customer": shop.ada, "items": [{"price": price}], "discounts": [entry]}
        status, error = shop.stripe.refused("POST", "/v1/subscriptions", body)
        assert (status, sentence in error["message"]) == (400, True), (name, error)
        assert error["param"].startswith("discounts[0]"), name
    assert {row["id"]: row["times_redeemed"] for row in shop.stripe.get("/v1/coupons")["data"]} == before


def test_a_coupon_counts_once_also_by_its_code(shop: Shop) -> None:
    """Neither twice by name nor by name and code."""
    coupon = shop.coupon(percent_off=10)
    code = shop.code(coupon)
    for second in ({"coupon": coupon}, {"promotion_code": code}):
        body = {"customer": shop.ada, "items": [{"price": shop.price(5)}], "discounts": [{"coupon": coupon}, second]}
        assert shop.stripe.refused("POST", "/v1/subscriptions", body)[0] == 400


@pytest.mark.parametrize(
    "params, param",
    [
        ({}, None),
        ({"percent_off": 10, "amount_off": 5, "currency": "usd"}, None),
        ({"percent_off": 0}, "percent_off"),
        ({"percent_off": 101}, "percent_off"),
        ({"amount_off": 5}, "currency"),
        ({"amount_off": 0, "currency": "usd"}, "amount_off"),
        ({"percent_off": 5, "duration": "repeating"}, "duration"),
        ({"percent_off": 5, "duration_in_months": 2}, "duration_in_months"),
        ({"percent_off": 5, "redeem_by": NOW}, "redeem_by"),
        ({"percent_off": 5, "redeem_by": NOW + 6 * 366 * DAY}, "redeem_by"),
        ({"percent_off": 5, "id": "TAKEN"}, "id"),
        ({"percent_off": 5, "applies_to": {"products": ["prod_x"]}}, "applies_to[products][0]"),
        ({"percent_off": 5, "currency_options": {"eur": {"amount_off": 5}}}, "currency_options"),
    ],
)
def test_a_coupon_that_cannot_be(shop: Shop, params: dict[str, Any], param: str | None) -> None:
    """Each is refused with the parameter that is wrong."""
    shop.coupon(percent_off=5, id="TAKEN")
    status, error = shop.stripe.refused("POST", "/v1/coupons", params)
    assert (status, error.get("param")) == (400, param)
    assert len(shop.stripe.get("/v1/coupons")["data"]) == 1


def test_a_code_leads_to_one_active_promotion(shop: Shop) -> None:
    """In any case; a code that is switched off is free again, and finds itself by `code`."""
    coupon = shop.coupon(percent_off=5, max_redemptions=3)
    first = shop.code(coupon, code="Spring")
    promotion = {"promotion": {"type": "coupon", "coupon": coupon}}
    status, error = shop.stripe.refused("POST", "/v1/promotion_codes", {**promotion, "code": "SPRING"})
    assert (status, error["message"]) == (400, "An active promotion code with `code: SPRING` already exists.")
    assert shop.stripe.refused("POST", "/v1/promotion_codes", {**promotion, "max_redemptions": 4})[0] == 400
    shop.stripe.post(f"/v1/promotion_codes/{first}", {"active": False})
    second = shop.code(coupon, code="spring")
    found = shop.stripe.get("/v1/promotion_codes", {"code": "SPRING", "active": True})["data"]
    assert [row["id"] for row in found] == [second]
    assert shop.stripe.refused("POST", f"/v1/promotion_codes/{first}", {"active": True})[0] == 400


def test_a_code_is_inactive_once_it_is_used_up(shop: Shop) -> None:
    """Its redemptions count, and those of its coupon."""
    coupon = shop.coupon(percent_off=5)
    code = shop.code(coupon, max_redemptions=1)
    shop.subscribe(discounts=[{"promotion_code": code}])
    shown = shop.stripe.get(f"/v1/promotion_codes/{code}", {"expand": ["promotion.coupon"]})
    assert (shown["active"], shown["times_redeemed"], shown["promotion"]["coupon"]["times_redeemed"]) == (False, 1, 1)


def test_a_coupon_changes_its_name_and_its_currencies(shop: Shop) -> None:
    """Not what it is worth; and a share has no currencies."""
    coupon = shop.coupon(amount_off=500, currency="usd", metadata={"a": 1})
    path = f"/v1/coupons/{coupon}"
    changed = {"name": "Spring", "metadata": {"b": 2}, "currency_options": {"eur": {"amount_off": 400}}}
    shown = shop.stripe.post(path, {**changed, "expand": ["currency_options"]})
    assert (shown["name"], shown["metadata"]) == ("Spring", {"a": "1", "b": "2"})
    assert shown["currency_options"] == {"usd": {"amount_off": 500}, "eur": {"amount_off": 400}}
    assert shop.stripe.refused("POST", path, {"amount_off": 600})[1]["code"] == "parameter_unknown"
    share = f"/v1/coupons/{shop.coupon(percent_off=5)}"
    assert shop.stripe.refused("POST", share, {"currency_options": {"eur": {"amount_off": 5}}})[0] == 400


@pytest.mark.parametrize(
    "params, param",
    [
        ({"promotion": {"type": "coupon"}}, "promotion.coupon"),
        ({"promotion": {"type": "coupon", "coupon": "NOPE"}}, "promotion[coupon]"),
        ({"code": "not a code"}, "code"),
        ({"expires_at": NOW}, "expires_at"),
        ({"max_redemptions": 0}, "max_redemptions"),
        ({"customer": "cus_x"}, "customer"),
        ({"restrictions": {"minimum_amount": 5}}, "restrictions[minimum_amount_currency]"),
    ],
)
def test_a_code_that_cannot_be(shop: Shop, params: dict[str, Any], param: str) -> None:
    """Each is refused with the parameter that is wrong."""
    body = {"promotion": {"type": "coupon", "coupon": shop.coupon(percent_off=5)}, **params}
    status, error = shop.stripe.refused("POST", "/v1/promotion_codes", body)
    assert (status, error["param"]) == (400, param)
    assert shop.stripe.get("/v1/promotion_codes")["data"] == []


def test_a_minimum_counts_in_its_currencies_and_for_a_purchase_only(shop: Shop) -> None:
    """10.00 dollars are enough; an update of a subscription buys nothing that could be."""
    limits = {"minimum_amount": 1000, "minimum_amount_currency": "usd"}
    code = shop.code(shop.coupon(percent_off=5, duration="forever"), restrictions=limits)
    options = {"restrictions": {"currency_options": {"eur": {"minimum_amount": 900}}}}
    path = f"/v1/promotion_codes/{code}"
    shown = shop.stripe.post(path, {**options, "expand": ["restrictions.currency_options"]})
    assert shown["restrictions"]["currency_options"] == {
        "usd": {"minimum_amount": 1000},
        "eur": {"minimum_amount": 900},
    }
    made = shop.subscribe(1000, discounts=[{"promotion_code": code}])
    assert made["latest_invoice"]["total"] == 950
    other = shop.subscribe(1000)
    entry = {"discounts": [{"promotion_code": code}]}
    status, error = shop.stripe.refused("POST", f"/v1/subscriptions/{other['id']}", entry)
    assert (status, error["param"]) == (400, "discounts[0][promotion_code]")


def test_a_code_expires_with_its_coupon(shop: Shop) -> None:
    """Unless it says something earlier. [documented]"""
    coupon = shop.coupon(percent_off=10, redeem_by=NOW + 9 * DAY)
    known = [shop.code(coupon), shop.code(coupon, expires_at=NOW + 3 * DAY)]
    ends = [shop.stripe.get(f"/v1/promotion_codes/{code}")["expires_at"] for code in known]
    assert ends == [NOW + 9 * DAY, NOW + 3 * DAY]


def test_whoever_began_a_payment_is_no_first_time_customer(shop: Shop) -> None:
    """Also where it was never completed. [documented]"""
    code = shop.code(shop.coupon(percent_off=10), restrictions={"first_time_transaction": True})
    shop.stripe.post("/v1/payment_intents", {"amount": 500, "currency": "usd", "customer": shop.ada})
    body = {"customer": shop.ada, "items": [{"price": shop.price(1000)}], "discounts": [{"promotion_code": code}]}
    _, error = shop.stripe.refused("POST", "/v1/subscriptions", body)
    assert "prior transactions" in error["message"]


def test_a_code_with_a_minimum_is_of_no_single_item(shop: Shop) -> None:
    """However much that costs. [documented]"""
    least = {"minimum_amount": 500, "minimum_amount_currency": "usd"}
    discounts = [{"promotion_code": shop.code(shop.coupon(percent_off=10), restrictions=least)}]
    body = {"customer": shop.ada, "amount": 600, "currency": "usd", "discounts": discounts}
    assert shop.stripe.refused("POST", "/v1/invoiceitems", body)[0] == 400
