"""Connected accounts: worlds of their own under one key, that share its clock and tell its endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe
from tests.http.calls import KEY, NOW, call, error

from pinstripe import Simulator
from pinstripe.http import transport
from pinstripe.http.control import ControlError
from pinstripe.webhooks.delivery import hand_over

SHOP = "acct_1Shop"
MONTH = 28 * 86400


@pytest.fixture
def simulator() -> Simulator:
    """A platform with one connected account, on 31 January 2027."""
    simulator = Simulator(now=NOW)
    connect(simulator, SHOP)
    return simulator


def connect(simulator: Simulator, id_: str | None = None) -> Any:
    """Make a connected account by the control plane; its id."""
    body = b"" if id_ is None else json.dumps({"id": id_}).encode()
    return simulator.control.handle("POST", "/_pinstripe/accounts", KEY, body)["id"]


def client(simulator: Simulator, **options: Any) -> stripe.StripeClient:
    """The platform's official client."""
    return transport.client(simulator, KEY, **options)


def test_a_connected_account_is_a_world_of_its_own(simulator: Simulator) -> None:
    """What is made in one is not seen in the other, and ids differ."""
    api = client(simulator)
    own = api.v1.customers.create({"name": "Own"})
    theirs = api.v1.customers.create({"name": "Theirs"}, {"stripe_account": SHOP})
    assert own.id != theirs.id
    assert [customer.name for customer in api.v1.customers.list().data] == ["Own"]
    assert [customer.name for customer in api.v1.customers.list(options={"stripe_account": SHOP}).data] == ["Theirs"]


def test_the_answer_says_whose_it_is(simulator: Simulator) -> None:
    """`Stripe-Account` is echoed, and the address of the log goes through the account. [recorded]"""
    answer = call(simulator, "GET", "/v1/customers/cus_x", headers={"Stripe-Account": SHOP})
    assert answer.headers["Stripe-Account"] == SHOP
    assert error(answer)["request_log_url"] == (
        f"https://dashboard.stripe.com/{SHOP}/test/workbench/logs?object={answer.headers['Request-Id']}"
    )
    assert "Stripe-Account" not in call(simulator, "GET", "/v1/customers").headers


@pytest.mark.parametrize(
    "headers", [{"Stripe-Account": "acct_nobody"}, {"Stripe-Context": "acct_nobody"}, {"Stripe-Account": "shop"}]
)
def test_another_account_is_refused(simulator: Simulator, headers: dict[str, str]) -> None:
    """403 account_invalid, with the key masked; no page of the log is named. [recorded]"""
    (id_,) = headers.values()
    answer = call(simulator, "POST", "/v1/customers", headers=headers)
    assert (answer.status, error(answer)["code"]) == (403, "account_invalid")
    assert "request_log_url" not in error(answer)
    assert error(answer)["message"] == (
        f"The provided key '{KEY}' does not have access to account '{id_}' (or that account does not exist). "
        "Application access may have been revoked."
    )


def test_an_account_belongs_to_its_platform(simulator: Simulator) -> None:
    """Another key does not reach it, and may have one of the same name."""
    stranger = {"Authorization": "Bearer sk_test_stranger", "Stripe-Account": SHOP}
    assert call(simulator, "GET", "/v1/customers", headers=stranger).status == 403


def test_the_platforms_own_id_is_the_platform(simulator: Simulator) -> None:
    """A client that always names an account may name its own. [inferred]"""
    own = json.loads(call(simulator, "GET", "/v1/account").body)["id"]
    answer = call(simulator, "GET", "/v1/account", headers={"Stripe-Account": own})
    assert (answer.status, "Stripe-Account" in answer.headers) == (200, False)


def test_a_context_names_the_account_at_its_end(simulator: Simulator) -> None:
    """`Stripe-Context` is a path; both headers may be there if they agree."""
    for context in (SHOP, f"acct_1Organization/{SHOP}"):
        answer = call(simulator, "GET", "/v1/account", headers={"Stripe-Context": context, "Stripe-Account": SHOP})
        assert json.loads(answer.body)["id"] == SHOP
    differing = {"Stripe-Context": "acct_1Other", "Stripe-Account": SHOP}
    assert call(simulator, "GET", "/v1/account", headers=differing).status == 400


def test_the_account_of_a_key_is_always_the_same() -> None:
    """Two simulators of one seed agree on it; another key or seed has another."""
    ids = [
        json.loads(
            call(Simulator(seed=seed, now=NOW), "GET", "/v1/account", headers={"Authorization": f"Bearer {key}"}).body
        )["id"]
        for seed, key in (("a", KEY), ("a", KEY), ("a", "sk_test_2"), ("b", KEY))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_time_is_the_platforms(simulator: Simulator) -> None:
    """31 January: a shop's subscription. The platform's clock turns past February, and it has renewed there."""
    api = client(simulator)
    options: stripe.RequestOptions = {"stripe_account": SHOP}
    ada = api.v1.customers.create({"payment_method": "pm_card_visa"}, options)
    card = api.v1.customers.payment_methods.list(ada.id, options=options).data[0].id
    price = api.v1.prices.create(
        {"product_data": {"name": "Gold"}, "currency": "usd", "unit_amount": 2000, "recurring": {"interval": "month"}},
        options,
    )
    api.v1.subscriptions.create(
        {"customer": ada.id, "items": [{"price": price.id}], "default_payment_method": card}, options
    )
    simulator.account(KEY).set_clock(NOW + MONTH + 7200)
    invoices = api.v1.invoices.list(options=options).data
    assert [(invoice.status, invoice.created - NOW) for invoice in invoices] == [("paid", MONTH), ("paid", 0)]
    assert api.v1.invoices.list().data == []


def test_the_clock_goes_back_only_while_nobody_has_anything(simulator: Simulator) -> None:
    """A connected account that holds something keeps the platform's time from going back."""
    call(simulator, "POST", "/v1/customers", headers={"Stripe-Account": SHOP})
    with pytest.raises(ValueError, match="cannot go back"):
        simulator.account(KEY).set_clock(NOW - 1)


def test_a_platforms_connect_endpoint_hears_of_its_accounts(simulator: Simulator) -> None:
    """The event says whose it is; the platform's other endpoints hear only of itself. [documented]"""
    api = client(simulator)
    for name, connect_ in (("own", False), ("connect", True)):
        url = f"https://platform.example.com/{name}"
        api.v1.webhook_endpoints.create({"url": url, "enabled_events": ["customer.created"], "connect": connect_})
    their_url = "https://shop.example.com/"
    api.v1.webhook_endpoints.create({"url": their_url, "enabled_events": ["*"]}, {"stripe_account": SHOP})
    api.v1.customers.create({"name": "Own"})
    theirs = api.v1.customers.create({"name": "Theirs"}, {"stripe_account": SHOP})
    parcels = hand_over(simulator.account(KEY).world, lambda *_: 200)
    told = {parcel.url: json.loads(parcel.body) for parcel in parcels}
    assert len(parcels) == 2
    own, connected = (told[f"https://platform.example.com/{name}"] for name in ("own", "connect"))
    assert ("account" in own, own["data"]["object"]["name"]) == (False, "Own")
    assert (connected["account"], connected["data"]["object"]["id"]) == (SHOP, theirs.id)
    assert list(connected)[:4] == ["id", "object", "account", "api_version"]
    shop = simulator.accounts.by_key[f"{KEY}/{SHOP}"].world
    (parcel,) = hand_over(shop, lambda *_: 200)
    assert (parcel.url, "account" in json.loads(parcel.body)) == (their_url, False)
    event = api.v1.events.retrieve(connected["id"], options={"stripe_account": SHOP})
    assert event.data.object["id"] == theirs.id
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.events.retrieve(connected["id"])


def test_a_thin_destination_hears_of_accounts_by_their_context(simulator: Simulator) -> None:
    """`@accounts` routes them, `context` says whose, and the SDK fetches the event there. [documented]"""
    api = client(simulator)
    destination = api.v2.core.event_destinations.create(
        {
            "name": "Accounts",
            "type": "webhook_endpoint",
            "webhook_endpoint": {"url": "https://platform.example.com/thin"},
            "event_payload": "thin",
            "enabled_events": ["v1.customer.created"],
            "events_from": ["@accounts"],
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    api.v1.customers.create({"name": "Own"})
    theirs = api.v1.customers.create({"name": "Theirs"}, {"stripe_account": SHOP})
    (parcel,) = hand_over(simulator.account(KEY).world, lambda *_: 200)
    assert destination.webhook_endpoint is not None
    secret = str(destination.webhook_endpoint.signing_secret)
    notification = api.parse_event_notification(parcel.body, parcel.headers["Stripe-Signature"], secret)
    assert str(notification.context) == SHOP
    assert notification.fetch_event()["related_object"]["id"] == theirs.id


def test_idempotency_keys_belong_to_the_account_acted_for(simulator: Simulator) -> None:
    """The same key on the platform and on an account are two requests. [inferred]"""
    for headers in ({}, {"Stripe-Account": SHOP}):
        answer = call(simulator, "POST", "/v1/customers", "name=Ada", {"Idempotency-Key": "k", **headers})
        assert "Idempotent-Replayed" not in answer.headers


def test_the_replay_of_a_platform_names_the_accounts(simulator: Simulator) -> None:
    """Requests for an account are in the platform's list, with the header that says so."""
    call(simulator, "POST", "/v1/customers", headers={"Stripe-Account": SHOP})
    made, row = simulator.control.handle("GET", "/_pinstripe/replay", KEY, b"")["requests"]
    assert (made["path"], json.loads(made["body"])) == ("/_pinstripe/accounts", {"id": SHOP})
    assert row["headers"]["stripe-account"] == SHOP


def test_the_control_plane_makes_and_names_accounts(simulator: Simulator) -> None:
    """Without an id it gives one, the same for the same calls; a reset forgets them with all they hold."""
    made = connect(simulator)
    other = Simulator(now=NOW)
    connect(other, SHOP)
    assert connect(other) == made
    known = simulator.control.handle("GET", "/_pinstripe/accounts", KEY, b"")
    assert known["accounts"] == [made, SHOP]
    call(simulator, "POST", "/v1/customers", headers={"Stripe-Account": SHOP})
    simulator.control.handle("POST", "/_pinstripe/reset", KEY, b"")
    assert call(simulator, "GET", "/v1/customers", headers={"Stripe-Account": SHOP}).status == 403
    connect(simulator, SHOP)
    assert b'"data": []' in call(simulator, "GET", "/v1/customers", headers={"Stripe-Account": SHOP}).body


@pytest.mark.parametrize("id_", ["shop", "acct_", "acct_a/b", 7])
def test_an_id_that_is_none_is_refused(simulator: Simulator, id_: object) -> None:
    """An account's id begins with `acct_` and holds letters and digits."""
    with pytest.raises(ControlError):
        simulator.control.handle("POST", "/_pinstripe/accounts", KEY, json.dumps({"id": id_}).encode())


def test_an_account_object_makes_an_account(simulator: Simulator) -> None:
    """What POST /v1/accounts makes can be acted for, shows itself as its platform keeps it, and ends with it."""
    api = client(simulator)
    made = api.v1.accounts.create({"type": "standard", "country": "US", "email": "shop@example.com"})
    options: stripe.RequestOptions = {"stripe_account": made.id}
    assert api.v1.customers.create({"name": "Theirs"}, options).name == "Theirs"
    assert api.v1.accounts.retrieve_current(options=options).email == "shop@example.com"
    api.v1.accounts.update(made.id, {"email": "other@example.com"})
    assert api.v1.accounts.retrieve_current(options=options).email == "other@example.com"
    known = simulator.control.handle("GET", "/_pinstripe/accounts", KEY, b"")
    assert known["accounts"] == [made.id, SHOP]
    api.v1.accounts.delete(made.id)
    with pytest.raises(stripe.PermissionError):
        api.v1.customers.list(options=options)


def test_an_account_nobody_knows_is_forbidden(simulator: Simulator) -> None:
    """403 account_invalid wherever a path names it: whether there is such an account is not the key's to know."""
    for method, path in (
        ("GET", "/v1/accounts/acct_nobody"),
        ("POST", "/v1/accounts/acct_nobody"),
        ("GET", "/v1/accounts/acct_nobody/persons"),
        ("DELETE", "/v1/accounts/acct_nobody/external_accounts/ba_x"),
    ):
        answer = call(simulator, method, path)
        assert (answer.status, error(answer)["code"]) == (403, "account_invalid"), path


def test_accounts_without_an_object_show_themselves_and_no_more(simulator: Simulator) -> None:
    """The platform's own id and a registered one are answered; what Stripe's dashboard changes there is a 501."""
    own = json.loads(call(simulator, "GET", "/v1/account").body)
    assert json.loads(call(simulator, "GET", f"/v1/accounts/{own['id']}").body) == own
    assert json.loads(call(simulator, "GET", f"/v1/accounts/{SHOP}").body)["id"] == SHOP
    for id_ in (own["id"], SHOP):
        assert call(simulator, "POST", f"/v1/accounts/{id_}", "email=a@example.com").status == 501


def test_an_account_that_acts_for_itself_reaches_itself_alone(simulator: Simulator) -> None:
    """Its object is its platform's, also where it asks for it; other accounts are none of its business."""
    api = client(simulator)
    made, other = (api.v1.accounts.create({"type": "custom"}) for _ in range(2))
    options: stripe.RequestOptions = {"stripe_account": made.id}
    api.v1.accounts.update(made.id, {"email": "own@example.com"}, options)
    assert api.v1.accounts.retrieve(made.id).email == "own@example.com"
    with pytest.raises(stripe.PermissionError):
        api.v1.accounts.retrieve(other.id, options=options)
    with pytest.raises(stripe.PermissionError, match="Connect platforms cannot create new accounts on behalf"):
        api.v1.accounts.create({"type": "custom"}, options)


def test_what_becomes_of_an_account_is_told_in_its_own_world(simulator: Simulator) -> None:
    """The account lists the events; of the platform's endpoints those hear them that listen to connected accounts."""
    api = client(simulator)
    for name in ("own", "connect"):
        url = f"https://platform.example.com/{name}"
        api.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"], "connect": name == "connect"})
    made = api.v1.accounts.create({"type": "custom", "email": "a@example.com"})
    api.v1.accounts.update(made.id, {"email": "b@example.com"})
    person = api.v1.accounts.persons.create(made.id, {"first_name": "Ada"})
    api.v1.accounts.capabilities.update(made.id, "transfers", {"requested": True})
    bank: Any = {
        "object": "bank_account",
        "country": "US",
        "currency": "usd",
        "routing_number": "110000000",
        "account_number": "000123456789",
    }
    api.v1.accounts.external_accounts.create(made.id, {"external_account": bank})
    types = ["account.updated", "person.created", "account.updated", "capability.updated"]
    types.append("account.external_account.created")
    theirs = api.v1.events.list(options={"stripe_account": made.id}).data
    assert [event.type for event in reversed(theirs)] == types
    previous: Any = theirs[-1].data.previous_attributes
    assert previous.to_dict() == {"email": "a@example.com"}
    assert theirs[-2].data.object["id"] == person.id
    assert all(event.request is not None and event.request.id for event in theirs)
    assert api.v1.events.list().data == []
    told = [json.loads(parcel.body) for parcel in hand_over(simulator.account(KEY).world, lambda *_: 200)]
    assert [(event["type"], event["account"]) for event in told] == [(type_, made.id) for type_ in types]


def test_a_capability_that_there_is_not_is_not_found(simulator: Simulator) -> None:
    """A name that Stripe does not have is a 404, and one that nobody has asked for is unrequested."""
    api = client(simulator)
    made = api.v1.accounts.create({"type": "custom"})
    assert api.v1.accounts.capabilities.retrieve(made.id, "transfers").status == "unrequested"
    for method, form in (("GET", ""), ("POST", "requested=true")):
        answer = call(simulator, method, f"/v1/accounts/{made.id}/capabilities/juggling", form)
        assert (answer.status, error(answer)["message"]) == (404, "No such capability: 'juggling'")
    assert json.loads(call(simulator, "GET", f"/v1/accounts/{made.id}").body)["capabilities"] == {}
