"""What a test gets by asking for it by name."""

from __future__ import annotations

import httpx
import pytest
import stripe
from tests.scenarios.conftest import Run

from pinstripe.http.message import Request, Response
from pinstripe.http.simulator import Simulator
from pinstripe_scenarios import Account, Backend, Catalog, Clock, Customers, Meter, Price, Shelf, Subscribe

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


@pytest.mark.stripe(catalog=CATALOG)
def test_the_shelf_is_stocked_without_a_subscriber(stripe_shelf: Shelf, stripe_client: stripe.StripeClient) -> None:
    """An app that looks its prices up finds all of them, and nobody has subscribed to anything."""
    stocked = stripe_shelf.stock()
    found = stripe_client.v1.prices.list({"lookup_keys": ["team", "calls"]}).data
    assert {price.lookup_key: price.id for price in found} == stocked
    assert stripe_shelf.price("team") == stocked["team"]
    assert stripe_client.v1.billing.meters.retrieve(stripe_shelf.meter("api_calls")).event_name == "api_calls"
    assert stripe_client.v1.subscriptions.list().data == []


@pytest.mark.parametrize("before", [None, Catalog([Price("team", 3900), Price("calls", 1)])], ids=["new", "dearer"])
def test_two_workers_stock_one_account_once(before: Catalog | None) -> None:
    """On an account that all workers share, whoever is second takes what the first one made, at new prices too."""
    simulator = Simulator()
    if before is not None:
        Shelf(Account("sk_test_shared", simulator.handle), before).stock()
    first = Shelf(Account("sk_test_shared", simulator.handle), CATALOG)

    def slowly(request: Request) -> Response:
        """The way of the second worker to Stripe: what it asks to be made, the first has asked for just now."""
        if request.method == "POST":
            first.stock()
        return simulator.handle(request)

    second = Shelf(Account("sk_test_shared", slowly), CATALOG)
    assert second.stock() == first.stock()
    prices = second.account.client.v1.prices.list().data
    assert len(prices) == (2 if before is None else 4)
    assert sorted(str(price.lookup_key) for price in prices if price.lookup_key) == ["calls", "team"]


def test_fixtures_can_be_annotated(run: Run) -> None:
    """Every class that a fixture is, or gives, has its name in the package."""
    run(
        """
        import pinstripe_scenarios as kit

        def test_names():
            assert {getattr(kit, name).__module__.split(".")[0] for name in kit.__all__ if name != "Target"} == {
                "pinstripe_scenarios"
            }
            assert sorted(name for names in kit.HOMES.values() for name in names) == kit.__all__

        def test_kinds(
            stripe_account: kit.Account,
            stripe_catalog: kit.Catalog,
            stripe_clock: kit.Clock,
            stripe_customer: kit.Customers,
            stripe_shelf: kit.Shelf,
            stripe_webhooks: kit.Webhooks,
            subscribe: kit.Subscribe,
        ):
            known = locals()
            for name, kind in test_kinds.__annotations__.items():
                assert isinstance(known[name], kind)
        """
    ).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "card, status",
    [("visa", "active"), ("fails_later", "active"), ("declined", "incomplete"), ("mastercard", "active")],
)
def test_cards_go_by_name(card: str, status: str, subscribe: Subscribe) -> None:
    """`declined` fails at once, `fails_later` pays first, others are Stripe's own names."""
    assert subscribe("pro", card=card).status == status


@pytest.mark.parametrize(
    "card, after_renewal, after_a_week",
    [
        ("fails_later", "past_due", "past_due"),
        ("recovers_after(2)", "past_due", "active"),
        ("recovers_after", "past_due", "active"),
        ("needs_authentication_on_renewal", "past_due", "past_due"),
    ],
)
def test_cards_meet_their_fates(
    card: str,
    after_renewal: str,
    after_a_week: str,
    subscribe: Subscribe,
    stripe_customer: Customers,
    stripe_clock: Clock,
    stripe_client: stripe.StripeClient,
) -> None:
    """Whoever subscribes, the test or the app itself, pays at first; retries come on days 1, 3 and 5."""
    by_test = subscribe("pro", card=card)
    by_app = subscribe("pro", customer=stripe_customer(card=card))
    assert (by_test.status, by_app.status) == ("active", "active")
    for how_far, expected in (("renewal", after_renewal), (None, after_a_week)):
        if how_far is None:
            stripe_clock.advance(days=7)
        else:
            stripe_clock.advance_to(by_test, "renewal")
        found = [stripe_client.v1.subscriptions.retrieve(one.id).status for one in (by_test, by_app)]
        assert found == [expected, expected]


def test_a_fate_needs_a_simulator_where_no_test_card_does_the_same() -> None:
    """Without a control plane a card is swapped for one that fails; none recovers by itself."""
    account = Account("sk_test_shared", Simulator().handle)
    shelf, customers = Shelf(account, Catalog()), Customers(account, "seed")
    customer = customers().id
    subscribe = Subscribe(account, shelf, customers)
    assert subscribe("pro", card="fails_later", customer=customer).status == "active"
    cards = account.call("get", "/v1/payment_methods", customer=customer, type="card")["data"]
    assert [card["card"]["last4"] for card in cards] == ["0341", "4242", "4242"]
    with pytest.raises(LookupError, match="only the simulator has cards that are recovers_after"):
        subscribe("pro", card="recovers_after(3)")
    with pytest.raises(LookupError, match="only the simulator has cards that are fails_later"):
        customers(card="fails_later")
    with pytest.raises(ValueError, match="fails_later does not count"):
        subscribe("pro", card="fails_later(2)")


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
