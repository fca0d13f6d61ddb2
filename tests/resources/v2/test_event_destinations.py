"""Event destinations and thin events, through the official SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from pinstripe import Simulator
from pinstripe.http import transport
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import Parcel
from pinstripe.wire import versions
from pinstripe_contracts import shape
from pinstripe_contracts.conformance import conforms

NOW = 1_801_396_800
KEY = "sk_test_v2"
URL = "https://app.example.com/events"


class Account:
    """An account with its client, and what is sent from it."""

    def __init__(self) -> None:
        self.simulator = Simulator(now=NOW)
        self.api = transport.client(self.simulator, KEY)

    def destination(self, *types: str, payload: Any = "thin", **more: Any) -> Any:
        """A new destination for these types, with its secret."""
        params: Any = {
            "name": "D",
            "type": "webhook_endpoint",
            "webhook_endpoint": {"url": URL},
            "event_payload": payload,
            "enabled_events": list(types),
            "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
            **more,
        }
        return self.api.v2.core.event_destinations.create(params)

    def sent(self) -> list[Parcel]:
        """What is sent now."""
        return hand_over(self.simulator.account(KEY).world, lambda *_: 200)


@pytest.fixture
def account() -> Account:
    """An empty account on 31 January 2027."""
    return Account()


def test_the_secret_shows_once_and_the_address_when_asked(account: Account) -> None:
    """`include` decides, and what it does not ask for is null; the secret is for creation only. [documented]"""
    made = account.destination("*")
    assert (made.webhook_endpoint.url, made.webhook_endpoint.signing_secret[:6]) == (URL, "whsec_")
    service = account.api.v2.core.event_destinations
    plain = service.retrieve(made.id)
    asked = service.retrieve(made.id, {"include": ["webhook_endpoint.url"]})
    assert plain.webhook_endpoint is not None
    assert asked.webhook_endpoint is not None
    assert plain.webhook_endpoint.to_dict() == {"signing_secret": None, "url": None}
    assert asked.webhook_endpoint.to_dict() == {"signing_secret": None, "url": URL}
    assert plain.to_dict()["snapshot_api_version"] is None
    assert (made.created, made.events_from, made.id[:10]) == ("2027-01-31T12:00:00.000Z", ["@self"], "ed_test_61")


def test_every_answer_has_its_shape(account: Account) -> None:
    """Made, listed, changed, switched off and on: always what the contract promises."""
    made = account.destination("*", payload="snapshot", metadata={"a": "b"}, description="Mine")
    service = account.api.v2.core.event_destinations
    answers = [
        made,
        service.update(made.id, {"name": "E"}),
        service.disable(made.id),
        service.enable(made.id),
        *service.list().data,
    ]
    for answer in answers:
        assert list(conforms(answer.to_dict(), shape("v2.core.event_destination"), shape)) == []
    pinged = service.ping(made.id)
    assert list(conforms(pinged.to_dict(), shape("v2.core.event"), shape)) == []


def test_an_update_merges_metadata_and_null_removes_a_key(account: Account) -> None:
    """As API v2 does it. [documented]"""
    made = account.destination("*", metadata={"a": "1", "b": "2"})
    service = account.api.v2.core.event_destinations
    changed = service.update(
        made.id,
        {
            "metadata": {"a": None, "c": "3"},
            "description": "Other",
            "webhook_endpoint": {"url": f"{URL}/2"},
            "include": ["webhook_endpoint.url"],
        },
    )
    assert changed.metadata is not None
    assert changed.webhook_endpoint is not None
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert (changed.description, changed.webhook_endpoint.url) == ("Other", f"{URL}/2")
    assert service.update(made.id, {"description": ""}).description == ""


def test_a_thin_event_names_its_object_and_the_sdk_fetches_both(account: Account) -> None:
    """The notification has no data; `fetch_event` and `fetch_related_object` lead back to the API. [documented]"""
    made = account.destination("v1.customer.created")
    customer = account.api.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})
    account.api.v1.customers.update(customer.id, {"name": "Bob"})
    (parcel,) = account.sent()
    told = json.loads(parcel.body)
    assert told.keys() == {
        "id", "object", "created", "livemode", "reason", "related_object", "snapshot_event", "type",
    }  # fmt: skip
    secret = made.webhook_endpoint.signing_secret
    notification: Any = account.api.parse_event_notification(parcel.body, parcel.headers["Stripe-Signature"], secret)
    assert (notification.type, notification.reason.request.idempotency_key) == ("v1.customer.created", "k")
    assert notification.fetch_related_object().name == "Bob"
    fetched = notification.fetch_event()
    assert fetched.id == notification.id
    assert account.api.v1.events.retrieve(fetched.snapshot_event).data.object["name"] == "Ada"


def test_a_destination_may_want_snapshots_at_a_version(account: Account) -> None:
    """They are v1 events, and the SDK takes them as such; thin types do not come. [documented]"""
    made = account.destination("customer.created", payload="snapshot", snapshot_api_version="2025-09-30.clover")
    account.api.v1.customers.create({"name": "Ada"})
    (parcel,) = account.sent()
    secret = made.webhook_endpoint.signing_secret
    event = account.api.construct_event(parcel.body, parcel.headers["Stripe-Signature"], secret)
    assert (event.type, event.api_version) == ("customer.created", "2025-09-30.clover")
    assert account.destination("*", payload="snapshot").snapshot_api_version == versions.DEFAULT


@pytest.mark.parametrize(
    "payload, types, sent",
    [
        ("thin", ["*"], ["v1.product.created", "v1.customer.created"]),
        ("thin", ["v1.customer.created"], ["v1.customer.created"]),
        ("thin", ["customer.created"], []),
        ("snapshot", ["*"], ["product.created", "customer.created"]),
        ("snapshot", ["v1.customer.created"], []),
    ],
)
def test_a_destination_hears_what_it_listens_to(
    account: Account, payload: str, types: list[str], sent: list[str]
) -> None:
    """By the names of its payload."""
    account.destination(*types, payload=payload)
    account.api.v1.products.create({"name": "Gold"})
    account.api.v1.customers.create({})
    assert [parcel.type for parcel in account.sent()] == sent


def test_a_destination_that_is_off_or_gone_hears_nothing(account: Account) -> None:
    """What it was still owed is lost too."""
    made, other = account.destination("*"), account.destination("*")
    account.api.v1.customers.create({})
    service = account.api.v2.core.event_destinations
    off = service.disable(made.id)
    assert off.status_details is not None
    assert off.status_details.to_dict() == {"disabled": {"reason": "user"}}
    service.delete(other.id)
    account.api.v1.customers.create({})
    assert account.sent() == []
    on = service.enable(made.id)
    assert (on.status, "status_details" in on) == ("enabled", False)
    account.api.v1.customers.create({})
    assert len(account.sent()) == 1


def test_a_ping_goes_to_its_destination_alone(account: Account) -> None:
    """Whatever it listens to. [inferred]"""
    made = account.destination("v1.price.created")
    account.destination("*")
    event = account.api.v2.core.event_destinations.ping(made.id)
    (parcel,) = account.sent()
    assert (json.loads(parcel.body)["id"], parcel.type) == (event.id, "v2.core.event_destination.ping")
    related = account.api.v2.core.events.retrieve(event.id)["related_object"]
    assert related["url"] == f"/v2/core/event_destinations/{made.id}"


def test_thin_events_are_listed_newest_first_and_filtered(account: Account) -> None:
    """31 January: a customer; a day later it changes; a ping another day on. By object, type and moment."""
    customer = account.api.v1.customers.create({}).id
    clock = account.simulator.account(KEY).set_clock
    clock(NOW + 86400)
    account.api.v1.customers.update(customer, {"name": "Ada"})
    clock(NOW + 2 * 86400)
    account.api.v2.core.event_destinations.ping(account.destination("*").id)

    def types(**filters: Any) -> list[str]:
        """The types of what is listed."""
        params: Any = {"limit": 1, **filters}
        return [event.type for event in account.api.v2.core.events.list(params).auto_paging_iter()]

    ping, updated, created = "v2.core.event_destination.ping", "v1.customer.updated", "v1.customer.created"
    assert types() == [ping, updated, created]
    assert types(object_id=customer) == [updated, created]
    assert types(types=[ping, created]) == [ping, created]
    day_after = "2027-02-01T12:00:00.000Z"
    assert types(created={"gte": day_after}) == [ping, updated]
    assert types(created={"gt": day_after}) == [ping]
    assert types(created={"lte": day_after}) == [updated, created]
    assert types(created={"lt": day_after}) == [created]
    clock(NOW + 30 * 86400 + 1)
    assert types() == [ping, updated]


@pytest.mark.parametrize("more", [{"type": "amazon_eventbridge"}, {"events_from": ["@organization_members"]}])
def test_what_is_not_modelled_is_refused(account: Account, more: dict[str, Any]) -> None:
    """Openly, with a 501."""
    with pytest.raises(stripe.APIError) as refusal:
        account.destination("*", **more)
    assert refusal.value.http_status == 501


def test_an_account_has_sixteen_destinations_whichever_api_made_them(account: Account) -> None:
    """15 of API v2 and an endpoint of API v1. [documented]"""
    for _ in range(15):
        account.destination("*")
    endpoint: Any = {"url": URL, "enabled_events": ["*"]}
    account.api.v1.webhook_endpoints.create(endpoint)
    with pytest.raises(stripe.InvalidRequestError):
        account.destination("*")
    with pytest.raises(stripe.InvalidRequestError):
        account.api.v1.webhook_endpoints.create(endpoint)
