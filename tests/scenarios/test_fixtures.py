"""What a test gets by asking for it by name."""

from __future__ import annotations

import httpx
import pytest
import stripe
from tests.scenarios.conftest import Run

from pinstripe_scenarios import Catalog, Meter, Price
from pinstripe_scenarios.account import Account
from pinstripe_scenarios.backends import Backend
from pinstripe_scenarios.people import Customers, Subscribe

CATALOG = Catalog(
    meters=[Meter("api_calls")],
    prices=[
        Price("team", 4900, every="year", currency="eur", product="Team"),
        Price("calls", meter="api_calls", tiers=[(1000, 0), ("inf", 2)]),
    ],
)


def test_the_first_test_needs_no_set_up(subscribe: Subscribe, stripe_client: stripe.StripeClient) -> None:
    """Any lookup key sells at 20 dollars a month, and is made once."""
    first, second = subscribe("pro"), subscribe("pro", quantity=3)
    (item,) = first["items"].data
    assert item.price.recurring is not None
    assert (item.price.unit_amount, item.price.currency, item.price.recurring.interval) == (2000, "usd", "month")
    assert second["items"].data[0].quantity == 3
    assert [price.lookup_key for price in stripe_client.v1.prices.list().data] == ["pro"]


@pytest.mark.stripe(catalog=CATALOG)
def test_a_catalogue_says_what_is_for_sale(subscribe: Subscribe, stripe_client: stripe.StripeClient) -> None:
    """Its prices are made as declared, with the meters they need; what it does not declare is not for sale."""
    team = subscribe("team")["items"].data[0].price
    assert (team.unit_amount, team.currency, team.recurring.interval) == (4900, "eur", "year")
    calls = subscribe("calls")["items"].data[0].price
    meter = stripe_client.v1.billing.meters.retrieve(calls.recurring.meter)
    assert (meter.event_name, meter.default_aggregation.formula) == ("api_calls", "sum")
    with pytest.raises(LookupError, match="no price 'pro'; it declares team, calls"):
        subscribe("pro")


@pytest.mark.parametrize(
    "card, status",
    [("visa", "active"), ("fails_later", "active"), ("declined", "incomplete"), ("mastercard", "active")],
)
def test_cards_go_by_name(card: str, status: str, subscribe: Subscribe) -> None:
    """`declined` fails at once, `fails_later` pays first, others are Stripe's own names."""
    assert subscribe("pro", card=card).status == status


def test_one_customer_can_have_several_subscriptions(subscribe: Subscribe, stripe_customer: Customers) -> None:
    """A customer is given as an object or an id; more than one price makes one subscription."""
    ada = stripe_customer(name="Ada", metadata={"plan": "x"})
    assert ada.name == "Ada"
    assert (
        subscribe("pro", customer=ada).customer == subscribe("a", "b", customer=ada.id, card="visa").customer == ada.id
    )


def test_people_have_names_of_their_own(stripe_customer: Customers) -> None:
    """Two customers of one test differ, and a name comes with its address."""
    first, second = stripe_customer(), stripe_customer()
    assert first.name != second.name
    assert str(first.email).endswith("@example.com")


def test_every_test_has_an_empty_account(run: Run) -> None:
    """Tests with equal names in two files do not meet, and ids and names are the same in every run."""
    code = """
        import pytest

        @pytest.mark.parametrize("n", [1, 2])
        def test_alone(n, stripe_client, stripe_customer):
            assert stripe_client.v1.customers.list().data == []
            print("made", stripe_customer().id, stripe_customer().name)
        """
    first, again, other = run(code, "-s"), run("", "-s"), run("", "-s", "--stripe-seed=other")
    made = [[line for line in result.outlines if "made cus_" in line] for result in (first, again, other)]
    assert len(made[0]) == 2
    assert made[0] == made[1] != made[2]
    assert made[0][0].split("made")[1] != made[0][1].split("made")[1]


def test_the_server_is_the_same_account(
    stripe_server: str, stripe_account: Account, stripe_client: stripe.StripeClient
) -> None:
    """Another process reaches what this test made, by the base URL and the account's key."""
    made = stripe_client.v1.customers.create()
    with httpx.Client(base_url=stripe_server, auth=(stripe_account.key, ""), trust_env=False) as other:
        assert [row["id"] for row in other.get("/v1/customers").json()["data"]] == [made.id]


def test_the_backend_says_what_it_can(stripe_backend: Backend, pytestconfig: pytest.Config) -> None:
    """Its name is the option's; a feature that nobody knows is an error."""
    assert stripe_backend.name == (pytestconfig.getoption("stripe_backend") or "fake")
    assert stripe_backend.api_version.count("-") == 2
    assert stripe_backend.supports("server")
    with pytest.raises(ValueError, match="there are isolation, reproducible-ids"):
        stripe_backend.supports("teleport")
