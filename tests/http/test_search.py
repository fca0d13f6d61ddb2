"""Search over the API: every noun by every field, and its pages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client

from pinstripe.resources.searching import FIELDS


@pytest.fixture(scope="module")
def stripe() -> Client:
    """An account in which Ada pays for Gold, and a card of Bob's was declined."""
    client = Client()
    ada = client.post("/v1/customers", {"name": "Ada", "email": "ada@example.com", "phone": "+15550100"})["id"]
    card = client.post("/v1/payment_methods/pm_card_visa/attach", {"customer": ada})["id"]
    gold = client.post("/v1/products", {"name": "Gold", "url": "https://example.com/gold", "metadata": {"tier": "1"}})
    price = {"product": gold["id"], "currency": "usd", "unit_amount": 2000, "recurring": {"interval": "month"}}
    monthly = client.post("/v1/prices", {**price, "lookup_key": "gold_monthly"})["id"]
    client.post("/v1/subscriptions", {"customer": ada, "items": [{"price": monthly}], "default_payment_method": card})
    gone = client.post("/v1/customers", {"name": "Ada Gone"})["id"]
    client.delete(f"/v1/customers/{gone}")
    return client


def ids(client: Client, noun: str, query: str) -> list[Any]:
    """What a search finds."""
    return [obj["id"] for obj in client.get(f"/v1/{noun}/search", {"query": query})["data"]]


@pytest.mark.parametrize(
    "noun, queries",
    {
        "charges": [
            "amount>1999",
            'currency:"USD"',
            'status:"succeeded"',
            "payment_method_details.card.last4:4242",
            'payment_method_details.card.brand:"visa"',
            'disputed:"false"',
            "refunded:null",
            '-refunded:"true"',
            "payment_method_details.interac_present.last4:null",
        ],
        "customers": ['email:"ada@example.com"', 'email~"exam"', 'name:"ada"', 'phone:"+15550100"', "created>0"],
        "invoices": [
            'status:"paid"',
            "total:2000",
            'currency:"usd"',
            "-number:null",
            "last_finalization_error_code:null",
        ],
        "payment_intents": ["amount:2000", 'status:"succeeded"', "-customer:null"],
        "prices": ['active:"true"', 'lookup_key:"gold_monthly"', 'type:"recurring"', 'currency:"usd"'],
        "products": ['name~"gol"', 'metadata["tier"]:"1"', 'url~"/gold"', "shippable:null", "description:null"],
        "subscriptions": ['status:"active"', "canceled_at:null", "created>=1"],
    }.items(),
)
def test_every_noun_is_found_by_its_fields(stripe: Client, noun: str, queries: list[str]) -> None:
    """Each query finds the one object there is, and its opposite finds nothing; what was deleted is never found."""
    (only,) = ids(stripe, noun, "created>0" if noun not in ("prices", "products") else 'active:"true"')
    for query in queries:
        assert ids(stripe, noun, query) == [only], query
        opposite = query.removeprefix("-") if query.startswith("-") else f"-{query}"
        assert ids(stripe, noun, opposite) == [], query


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_can_be_asked_for(stripe: Client, kind: str) -> None:
    """No field of the table is a slip: each can be read off what there is."""
    for field in FIELDS[kind]:
        query = 'metadata["a"]:null' if field == "metadata" else f"{field}:null"
        assert stripe.get(f"/v1/{kind}s/search", {"query": query})["object"] == "search_result"


def test_an_invoice_is_found_by_its_subscription_and_customer(stripe: Client) -> None:
    """The subscription is a field though the newest versions keep it deep inside. [documented]"""
    (subscription,) = ids(stripe, "subscriptions", "created>0")
    customer = stripe.get(f"/v1/subscriptions/{subscription}")["customer"]
    assert len(ids(stripe, "invoices", f'subscription:"{subscription}" AND customer:"{customer}"')) == 1


@pytest.mark.parametrize("amount_refunded, refunded, word", [(0, False, None), (500, False, False), (2000, True, True)])
def test_a_refund_is_whole_or_in_part_or_none(amount_refunded: int, refunded: bool, word: bool | None) -> None:
    """`refunded:"false"` finds refunds in part, and null the charges that were never refunded. [documented]"""
    charge = {"amount": 2000, "amount_refunded": amount_refunded, "refunded": refunded}
    assert FIELDS["charge"]["refunded"].read(charge) is word


def test_an_unknown_field_names_the_page_of_the_noun(stripe: Client) -> None:
    """Underscores are dashes in the address. [second-hand]"""
    status, error = stripe.refused("GET", "/v1/payment_intents/search", {"query": 'email:"a"'})
    assert (status, error["type"], "code" in error) == (400, "invalid_request_error", False)
    assert error["message"] == (
        "Field `email` is an unsupported search field for resource `payment_intents`. See "
        "http://stripe.com/docs/search#query-fields-for-payment-intents for a list of supported fields."
    )


def test_a_query_is_needed(stripe: Client) -> None:
    """A search without a query is refused like any call without what it needs."""
    assert stripe.refused("GET", "/v1/customers/search")[1]["message"] == "Missing required param: query."


def test_pages_follow_each_other_by_opaque_names() -> None:
    """Five objects on pages of two: `next_page` leads on, and is null at the end. [documented]"""
    client = Client()
    made = [client.post("/v1/customers", {"name": f"Ada {number}"})["id"] for number in range(5)]
    client.post("/v1/customers", {"name": "Bob"})
    pages: list[list[str]] = []
    page: str | None = None
    while page is not None or not pages:
        ask = {"query": 'name:"ada"', "limit": 2, **({"page": page} if page else {})}
        answer = client.get("/v1/customers/search", ask)
        assert list(answer) == ["object", "data", "has_more", "next_page", "url"]
        assert (answer["object"], answer["url"]) == ("search_result", "/v1/customers/search")
        pages.append([obj["id"] for obj in answer["data"]])
        page = answer["next_page"]
        assert answer["has_more"] is (page is not None)
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    strange = {"query": 'name:"ada"', "page": "nonsense"}
    assert client.refused("GET", "/v1/customers/search", strange)[1]["param"] == "page"
    assert client.refused("GET", "/v1/customers/search", {**strange, "page": made[0]})[0] == 400


def test_what_is_found_is_counted_and_expanded_when_asked(stripe: Client) -> None:
    """`total_count` counts every page, and paths lead through `data`. [documented]"""
    ask = {"query": "created>0", "expand": ["total_count", "data.customer"]}
    answer = stripe.get("/v1/subscriptions/search", ask)
    assert answer["total_count"] == 1
    assert answer["data"][0]["customer"]["name"] == "Ada"
    assert "total_count" not in stripe.get("/v1/subscriptions/search", {"query": "created>0"})
    for name, sentence in (
        ("customer", "This property cannot be expanded (customer). You may want to try expanding 'data.customer'"),
        ("next_page", "This property cannot be expanded (next_page)."),
    ):
        status, error = stripe.refused("GET", "/v1/subscriptions/search", {**ask, "expand": [name]})
        assert (status, error["message"][: len(sentence)]) == (400, sentence)


def test_objects_under_a_test_clock_are_found() -> None:
    """A list leaves them out, a search does not. [inferred]"""
    client = Client()
    clock = client.post("/v1/test_helpers/test_clocks", {"frozen_time": 1_801_396_800})["id"]
    customer = client.post("/v1/customers", {"name": "Ada", "test_clock": clock})["id"]
    assert client.get("/v1/customers")["data"] == []
    assert ids(client, "customers", 'name:"ada"') == [customer]
