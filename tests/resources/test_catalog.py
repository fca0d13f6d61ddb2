"""Products, prices and plans as they are shown, and what each is made from."""

from __future__ import annotations

import pytest
from tests.client import Client


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.mark.parametrize("key", ["description", "statement_descriptor", "tax_code", "tax_details", "unit_label", "url"])
def test_a_product_says_null_where_it_says_nothing(stripe: Client, key: str) -> None:
    """Members that types call optional are sent all the same."""
    assert stripe.post("/v1/products", {"name": "Weather"})[key] is None


def test_a_product_still_has_the_list_of_attributes(stripe: Client) -> None:
    """What products had before prices is still sent, empty."""
    assert stripe.post("/v1/products", {"name": "Weather"})["attributes"] == []


# --- plans -----------------------------------------------------------------------------------------------------------

GOLD = {"id": "gold", "currency": "usd", "amount": 1900, "interval": "month", "product[name]": "Gold"}


def test_a_plan_has_the_id_its_maker_chose(stripe: Client) -> None:
    """A plan is a recurring price under a chosen id, found by either name."""
    plan = stripe.post("/v1/plans", GOLD)
    assert (plan["id"], plan["object"], plan["amount_decimal"], plan["usage_type"]) == (
        "gold",
        "plan",
        "1900",
        "licensed",
    )
    assert stripe.get("/v1/plans/gold") == plan
    assert stripe.get("/v1/prices/gold")["unit_amount"] == 1900
    assert [event["type"] for event in stripe.events()] == ["product.created", "plan.created", "price.created"]


def test_a_plan_has_its_own_words_for_packages_and_tiers(stripe: Client) -> None:
    """`transform_usage` and `tiers` of a plan are the price's own."""
    packed = stripe.post("/v1/plans", {**GOLD, "transform_usage[divide_by]": 10, "transform_usage[round]": "up"})
    assert packed["transform_usage"] == {"divide_by": 10, "round": "up"}
    for nothing in (0, -1):  # would divide usage by nothing at the period's end
        asked = {**GOLD, "id": "none", "transform_usage[divide_by]": nothing, "transform_usage[round]": "up"}
        assert stripe.refused("POST", "/v1/plans", asked)[1]["param"] == "transform_usage[divide_by]"
    tiered = {key: value for key, value in GOLD.items() if key not in {"id", "amount"}}
    tiers = [{"up_to": 5, "flat_amount": 500}, {"up_to": "inf", "unit_amount": 100}]
    plan = stripe.post(
        "/v1/plans",
        {**tiered, "billing_scheme": "tiered", "tiers_mode": "volume", "tiers": tiers, "expand": ["tiers"]},
    )
    assert [tier["up_to"] for tier in plan["tiers"]] == [5, None]


def test_a_plan_changes_its_name_and_its_state(stripe: Client) -> None:
    """An update shows on the price too, and both are told."""
    stripe.post("/v1/plans", GOLD)
    plan = stripe.post("/v1/plans/gold", {"nickname": "Old gold", "active": False, "metadata[tier]": "1"})
    assert (plan["nickname"], plan["active"], plan["metadata"]) == ("Old gold", False, {"tier": "1"})
    assert stripe.get("/v1/prices/gold")["active"] is False
    assert [event["type"] for event in stripe.events()[-2:]] == ["plan.updated", "price.updated"]


@pytest.mark.parametrize(
    "params, message",
    [
        (GOLD, "Plan already exists."),
        ({"currency": "usd", "amount": 1, "interval": "day"}, "Missing required param: product."),
        ({"currency": "usd", "amount": 1, "interval": "day", "product": "prod_x"}, "No such product: 'prod_x'"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(stripe: Client, params: dict[str, object], message: str) -> None:
    """An id is taken once, and a plan sells something that exists."""
    stripe.post("/v1/plans", GOLD)
    assert stripe.refused("POST", "/v1/plans", params)[1]["message"] == message


def test_a_one_time_price_is_no_plan(stripe: Client) -> None:
    """Plans recur."""
    price = stripe.post("/v1/prices", {"currency": "usd", "unit_amount": 5, "product_data[name]": "Setup"})
    status, error = stripe.refused("GET", f"/v1/plans/{price['id']}")
    assert (status, error["code"]) == (404, "resource_missing")
    assert stripe.get("/v1/plans")["data"] == []


def test_a_product_keeps_its_tax_code(stripe: Client) -> None:
    """Also one that comes with a price; an empty string takes it away."""
    product = stripe.post("/v1/products", {"name": "Weather", "tax_code": "txcd_10000000"})
    assert product["tax_code"] == "txcd_10000000"
    assert stripe.post(f"/v1/products/{product['id']}", {"tax_code": ""})["tax_code"] is None
    brought = {"currency": "usd", "unit_amount": 5, "product_data": {"name": "Rain", "tax_code": "txcd_10000000"}}
    made = stripe.post("/v1/prices", {**brought, "expand": ["product"]})
    assert made["product"]["tax_code"] == "txcd_10000000"


def test_a_tax_code_is_spelled_like_one(stripe: Client) -> None:
    """And comes in `tax_details` as well; what is no code is none of Stripe's."""
    wrong = stripe.refused("POST", "/v1/products", {"name": "Weather", "tax_code": "food"})[1]
    assert wrong["code"] == "resource_missing"
    product = stripe.post("/v1/products", {"name": "Weather", "tax_details": {"tax_code": "txcd_10000000"}})
    assert (product["tax_code"], product["tax_details"]["tax_code"]) == ("txcd_10000000", "txcd_10000000")
    other = stripe.post(f"/v1/products/{product['id']}", {"tax_code": "txcd_20030000"})
    assert (other["tax_code"], other["tax_details"]["tax_code"]) == ("txcd_20030000", "txcd_20030000")
    none = stripe.post(f"/v1/products/{product['id']}", {"tax_code": ""})
    assert (none["tax_code"], none["tax_details"]) == (None, None)
    both = {"name": "Rain", "tax_code": "txcd_20030000", "tax_details": {"tax_code": "txcd_10000000"}}
    assert stripe.refused("POST", "/v1/products", both)[0] == 400


def test_a_plan_keeps_its_product_once_it_was_sold(stripe: Client) -> None:
    """Before, it may move; its trial may always change. [documented]"""
    other = stripe.post("/v1/products", {"name": "Other"})["id"]
    stripe.post("/v1/plans", GOLD)
    for days in (-1, 731):
        assert stripe.refused("POST", "/v1/plans/gold", {"trial_period_days": days})[0] == 400
    assert stripe.post("/v1/plans/gold", {"trial_period_days": 7, "product": other})["trial_period_days"] == 7
    ada = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    sold = {"customer": ada, "items": [{"price": "gold"}], "collection_method": "send_invoice", "days_until_due": 5}
    stripe.post("/v1/subscriptions", sold)
    assert stripe.post("/v1/plans/gold", {"product": other})["product"] == other
    first = stripe.get("/v1/products")["data"][0]["id"]
    assert stripe.refused("POST", "/v1/plans/gold", {"product": first})[1]["param"] == "product"


def test_tiers_have_their_scheme(stripe: Client) -> None:
    """How tiers count says nothing without them."""
    body = {"currency": "usd", "unit_amount": 5, "product_data[name]": "Weather", "tiers_mode": "volume"}
    assert stripe.refused("POST", "/v1/prices", body)[1]["param"] == "tiers_mode"
    assert stripe.refused("POST", "/v1/plans", {**GOLD, "tiers_mode": "volume"})[1]["param"] == "tiers_mode"


def test_products_are_listed_by_type(stripe: Client) -> None:
    """Services are what there is unless something else is said."""
    stripe.post("/v1/products", {"name": "Weather"})
    assert len(stripe.get("/v1/products", {"type": "service"})["data"]) == 1
    assert stripe.get("/v1/products", {"type": "good"})["data"] == []
