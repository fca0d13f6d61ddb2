"""Customers: what is always shown, and what shows only when asked for."""

from __future__ import annotations

import pytest
from tests.client import Client


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.mark.parametrize(
    "key", ["address", "currency", "customer_account", "default_source", "discount", "name", "phone", "shipping"]
)
def test_a_customer_says_null_where_it_says_nothing(stripe: Client, key: str) -> None:
    """Members that types call optional are sent all the same."""
    assert stripe.post("/v1/customers")[key] is None


def test_what_is_included_is_absent_until_asked_for(stripe: Client) -> None:
    """Taxes, credits and lists show when they are expanded, and in their places."""
    names = ["invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids"]
    plain = stripe.post("/v1/customers")
    asked = stripe.get(f"/v1/customers/{plain['id']}", {"expand": names})
    assert not set(names) & plain.keys()
    assert asked["invoice_credit_balance"] == {}
    assert asked["tax"] == {
        "automatic_tax": "unrecognized_location",
        "ip_address": None,
        "location": None,
        "provider": "stripe",
    }
    for name in ("sources", "subscriptions", "tax_ids"):
        assert asked[name] == {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/customers/{plain['id']}/{name}",
        }
    assert list(asked)[2:] == sorted(list(asked)[2:])


def test_living_subscriptions_are_included_when_asked_for(stripe: Client) -> None:
    """The list holds what has not ended, newest first."""
    card = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
    customer = stripe.post("/v1/customers", card)["id"]
    terms = {"currency": "usd", "unit_amount": 900, "recurring[interval]": "month", "product_data[name]": "Weather"}
    price = stripe.post("/v1/prices", terms)["id"]
    first, second, ended = (
        stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": price}]})["id"] for _ in range(3)
    )
    stripe.delete(f"/v1/subscriptions/{ended}")
    listed = stripe.get(f"/v1/customers/{customer}", {"expand": ["subscriptions"]})["subscriptions"]
    assert [row["id"] for row in listed["data"]] == [second, first]


def test_where_a_customer_with_an_address_is_taxed(stripe: Client) -> None:
    """A country alone is too vague in the United States; with a ZIP code it is known, and nobody collects there."""
    customer = stripe.post("/v1/customers", {"address[country]": "US"})["id"]
    vague = stripe.get(f"/v1/customers/{customer}", {"expand": ["tax"]})["tax"]
    assert (vague["automatic_tax"], vague["location"]) == ("unrecognized_location", None)
    address = {"country": "US", "state": "CA", "postal_code": "94607"}
    known = stripe.post(f"/v1/customers/{customer}", {"address": address, "expand": ["tax"]})["tax"]
    location = {"country": "US", "source": "billing_address", "state": "CA"}
    assert (known["automatic_tax"], known["location"]) == ("not_collecting", location)


def test_metadata_is_nothing_to_expand(stripe: Client) -> None:
    """A hash that is always there holds nothing more."""
    customer = stripe.post("/v1/customers")["id"]
    _, error = stripe.refused("GET", f"/v1/customers/{customer}", {"expand": ["metadata"]})
    assert error["message"] == "This property cannot be expanded (metadata)."


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.com", "ada lovelace@example.com", "a@b@c", "otameshi@com", "b@.maie.com"]
)
def test_an_address_must_look_like_one(stripe: Client, email: str) -> None:
    """When a customer is made and when it is changed; nothing is kept of the request."""
    ada = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    for path in ("/v1/customers", f"/v1/customers/{ada}"):
        status, error = stripe.refused("POST", path, {"email": email, "name": "Ada"})
        assert (status, error["code"], error["param"]) == (400, "email_invalid", "email")
        assert error["message"] == f"Invalid email address: {email}"
    assert stripe.get(f"/v1/customers/{ada}")["name"] is None


@pytest.mark.parametrize("path", ["/v1/charges", "/v1/payment_intents", "/v1/quotes"])
def test_a_list_is_of_a_customer_there_is(stripe: Client, path: str) -> None:
    """No list of nobody; one who was deleted had a past."""
    status, error = stripe.refused("GET", path, {"customer": "cus_none"})
    assert (status, error["code"], error["param"]) == (400, "resource_missing", "customer")
    gone = stripe.post("/v1/customers")["id"]
    stripe.delete(f"/v1/customers/{gone}")
    assert stripe.get(path, {"customer": gone})["data"] == []


@pytest.mark.parametrize(
    "path, param",
    [
        ("/v1/customers", "invoice_settings[rendering_options][template]"),
        ("/v1/invoices", "rendering[template]"),
    ],
)
def test_a_template_that_is_not_there_prints_nothing(stripe: Client, path: str, param: str) -> None:
    """Only the Dashboard makes them, so an account begins with none. [inferred]"""
    customer = stripe.post("/v1/customers")["id"]
    status, error = stripe.refused(
        "POST", path, {param: "inrtem_1", **({} if "customers" in path else {"customer": customer})}
    )
    assert (status, error["code"], error["param"]) == (400, "resource_missing", param)


def test_metadata_has_50_keys_however_they_came(stripe: Client) -> None:
    """A 51st is refused; in place of another it is taken. [documented]"""
    path = f"/v1/customers/{stripe.post('/v1/customers', {'metadata': {f'k{n}': 'v' for n in range(50)}})['id']}"
    status, error = stripe.refused("POST", path, {"metadata": {"more": "v"}})
    assert (status, error["param"]) == (400, "metadata")
    assert error["message"].startswith("Metadata can have up to 50 keys, but you've set 51.")
    assert len(stripe.post(path, {"metadata": {"more": "v", "k0": ""}})["metadata"]) == 50
