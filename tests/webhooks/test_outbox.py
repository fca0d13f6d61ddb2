"""What endpoints are owed: which events, in what order, signed how, tried how often."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe
from tests.client import NOW, Client

from pinstripe.http.message import Request
from pinstripe.resources.webhook_endpoints import RETRIES
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import USER_AGENT, Parcel
from pinstripe.wire.versions import DEFAULT
from pinstripe.world import WallClock

URL = "https://app.example.com/webhooks"


class Account(Client):
    """An account whose endpoints all lead to one function that answers as it is told."""

    status = 200

    def endpoint(self, *types: str, url: str = URL) -> Any:
        """A new endpoint for these types."""
        return self.post("/v1/webhook_endpoints", {"url": url, "enabled_events": list(types)})

    def customer(self) -> Any:
        """A new customer, and with it an event."""
        return self.post("/v1/customers", {"email": "ada@example.com"})

    def sent(self) -> list[Parcel]:
        """What is sent now."""
        return hand_over(self.simulator.account(self.key).world, lambda *_: self.status)

    def later(self, seconds: int) -> None:
        """Turn the account's clock forward."""
        account = self.simulator.account(self.key)
        account.set_clock(account.world.now + seconds)


@pytest.fixture
def account() -> Account:
    """An empty account on 31 January 2027."""
    return Account()


def test_an_event_arrives_signed_as_the_official_sdk_wants_it(account: Account) -> None:
    """`construct_event` accepts the body with the endpoint's secret, and no other secret and no other body."""
    secret = account.endpoint("*")["secret"]
    customer = account.customer()
    (parcel,) = account.sent()
    header = parcel.headers["Stripe-Signature"]
    event = stripe.Webhook.construct_event(parcel.body, header, secret)
    assert (event.type, event.data.object["id"]) == ("customer.created", customer["id"])
    assert parcel.headers["User-Agent"] == USER_AGENT == "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    assert parcel.headers["Content-Type"] == "application/json; charset=utf-8"
    for body, other in ((parcel.body, "whsec_other"), (parcel.body + b" ", secret)):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, header, other)


def test_an_endpoint_gets_what_it_asked_for(account: Account) -> None:
    """Only the types it names, or all by a star; what happened before it was there it never gets."""
    account.customer()
    urls = {"https://a.example.com": ["customer.updated"], "https://b.example.com": ["*"]}
    for url, types in urls.items():
        account.endpoint(*types, url=url)
    customer = account.customer()
    account.post(f"/v1/customers/{customer['id']}", {"name": "Ada"})
    sent = account.sent()
    assert {url: [parcel.type for parcel in sent if parcel.url == url] for url in urls} == {
        "https://a.example.com": ["customer.updated"],
        "https://b.example.com": ["customer.created", "customer.updated"],
    }


def test_events_are_sent_in_the_order_in_which_they_happened(account: Account) -> None:
    """Across requests and within one; what is sent once is not sent again."""
    account.endpoint("*")
    for _ in range(3):
        account.customer()
    account.post("/v1/products", {"name": "Gold"})
    sent = [json.loads(parcel.body)["id"] for parcel in account.sent()]
    assert sent == [event["id"] for event in account.events()]
    assert account.sent() == []


def test_an_event_counts_who_still_waits_for_it(account: Account) -> None:
    """The payload says at least one, and once everybody has it the event says none."""
    account.endpoint("*", url="https://a.example.com")
    account.endpoint("*", url="https://b.example.com")
    account.customer()
    (event,) = account.events()
    assert event["pending_webhooks"] == 2
    assert [json.loads(parcel.body)["pending_webhooks"] for parcel in account.sent()] == [2, 1]
    assert account.get(f"/v1/events/{event['id']}")["pending_webhooks"] == 0


def test_the_list_of_events_knows_which_were_delivered(account: Account) -> None:
    """`delivery_success` is true once every endpoint took it; what waits or was given up is false. [documented]"""
    account.endpoint("customer.created")
    account.post("/v1/products", {"name": "Gold"})
    account.customer()

    def types(*, delivered: bool) -> list[str]:
        """The types of the events that were or were not delivered."""
        rows = account.get("/v1/events", {"delivery_success": delivered})["data"]
        return [event["type"] for event in rows]

    assert types(delivered=False) == ["customer.created"]
    account.status = 500
    for seconds in (0, *RETRIES):
        account.later(seconds)
        assert len(account.sent()) == 1
    assert account.events()[-1]["pending_webhooks"] == 0
    assert types(delivered=False) == ["customer.created"]
    account.customer()
    account.status = 200
    account.sent()
    assert types(delivered=True) == ["customer.created", "product.created"]


def test_a_failed_delivery_is_tried_again_by_the_accounts_clock(account: Account) -> None:
    """Three times over a few hours, not a second early, each signed afresh; then it is given up. [documented]"""
    secret = account.endpoint("*")["secret"]
    account.customer()
    account.status = 503
    parcels = account.sent()
    for seconds in RETRIES:
        account.later(seconds - 1)
        assert account.sent() == []
        account.later(1)
        parcels += account.sent()
    account.later(10 * 86400)
    assert account.sent() == []
    assert len(parcels) == 1 + len(RETRIES) == 4
    assert len({parcel.headers["Stripe-Signature"] for parcel in parcels}) == 4
    times = [int(parcel.headers["Stripe-Signature"].partition(",")[0][2:]) for parcel in parcels]
    assert times == [NOW, NOW + 3600, NOW + 3 * 3600, NOW + 7 * 3600]
    for parcel in parcels:
        signature = parcel.headers["Stripe-Signature"]
        stripe.Webhook.construct_event(parcel.body, signature, secret)


def test_a_signature_is_fresh_for_a_receiver_whose_clock_is_ahead() -> None:
    """An account that lives in the past signs with the machine's time, or every receiver would find it too old."""
    account = Account()
    account.simulator.account(account.key).set_clock(1_000_000_000)
    account.endpoint("*")
    account.customer()
    before = WallClock().now()
    (parcel,) = account.sent()
    assert before <= int(parcel.headers["Stripe-Signature"].partition(",")[0][2:]) <= WallClock().now()


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 307, 400, 404, 410, 500])
def test_only_a_2xx_is_a_success(account: Account, status: int) -> None:
    """Redirects and everything else fail. [documented]"""
    account.endpoint("*")
    account.customer()
    account.status = status
    account.sent()
    assert account.events()[-1]["pending_webhooks"] == 1


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_a_success(account: Account, status: int) -> None:
    """A receiver need not answer exactly 200. [documented]"""
    account.endpoint("*")
    account.customer()
    account.status = status
    account.sent()
    assert account.events()[-1]["pending_webhooks"] == 0


def test_what_comes_due_while_the_endpoint_is_disabled_is_dropped(account: Account) -> None:
    """A try that finds its endpoint disabled is the last one; new events are not owed to it. [documented]"""
    endpoint = account.endpoint("*")
    account.customer()
    account.post(f"/v1/webhook_endpoints/{endpoint['id']}", {"disabled": True})
    assert account.sent() == []
    account.customer()
    account.post(f"/v1/webhook_endpoints/{endpoint['id']}", {"disabled": False})
    assert account.sent() == []
    assert [event["pending_webhooks"] for event in account.events()] == [0, 0]


def test_an_endpoint_that_is_enabled_again_in_time_gets_its_retry(account: Account) -> None:
    """Only the moment of the try counts. [documented]"""
    endpoint = account.endpoint("*")
    account.customer()
    account.status = 500
    account.sent()
    for disabled in (True, False):
        account.post(f"/v1/webhook_endpoints/{endpoint['id']}", {"disabled": disabled})
    account.later(RETRIES[0])
    assert len(account.sent()) == 1


def test_a_deleted_endpoint_is_owed_nothing(account: Account) -> None:
    """Neither what was due nor a retry; not even what a receiver deletes while it takes an event."""
    endpoint = account.endpoint("*")
    account.customer()
    account.customer()
    seen = []

    def delete(_: str, body: bytes, __: dict[str, str]) -> int:
        """A receiver that deletes its endpoint."""
        seen.append(json.loads(body)["type"])
        account.delete(f"/v1/webhook_endpoints/{endpoint['id']}")
        return 200

    hand_over(account.simulator.account(account.key).world, delete)
    account.later(86400)
    assert seen == ["customer.created"]
    assert account.sent() == []


def test_an_exception_in_a_receiver_reaches_the_caller(account: Account) -> None:
    """A test's own receiver fails its test, and the event is still due."""
    account.endpoint("*")
    account.customer()

    def fail(*_: object) -> int:
        """A receiver with a bug."""
        raise LookupError("the receiver's own bug")

    with pytest.raises(LookupError, match="own bug"):
        hand_over(account.simulator.account(account.key).world, fail)
    assert len(account.sent()) == 1


def test_what_a_receiver_sets_off_is_sent_next_time(account: Account) -> None:
    """A receiver may call the API; what happens then is handed over by the next call, never inside this one."""
    account.endpoint("customer.created", "customer.updated")
    customer = account.customer()["id"]
    calls = []

    def update(_: str, body: bytes, __: dict[str, str]) -> int:
        """A receiver that changes the customer it hears of."""
        calls.append(json.loads(body)["type"])
        account.post(f"/v1/customers/{customer}", {"name": "Ada"})
        return 200

    world = account.simulator.account(account.key).world
    assert [parcel.type for parcel in hand_over(world, update)] == ["customer.created"]
    assert [parcel.type for parcel in account.sent()] == ["customer.updated"]
    assert calls == ["customer.created"]


def test_an_invoice_says_when_its_webhooks_were_delivered(account: Account) -> None:
    """Its creation where nobody listens, else nothing until every endpoint has taken it. [documented]"""
    customer = account.customer()["id"]

    def delivered_at(invoice: Any) -> Any:
        """What it says now."""
        return account.get(f"/v1/invoices/{invoice['id']}")["webhooks_delivered_at"]

    account.endpoint("invoice.paid")
    assert account.post("/v1/invoices", {"customer": customer})["webhooks_delivered_at"] == NOW
    for url in (URL, f"{URL}/other"):
        account.endpoint("invoice.created", url=url)
    invoice = account.post("/v1/invoices", {"customer": customer})
    assert invoice["webhooks_delivered_at"] is None
    account.status = 500
    account.sent()
    assert delivered_at(account.post(f"/v1/invoices/{invoice['id']}/finalize")) is None
    account.status = 200
    account.later(3600)
    assert account.sent()
    assert delivered_at(invoice) == NOW + 3600


@pytest.mark.parametrize("payload, type_", [("thin", "v1.invoice.created"), ("snapshot", "invoice.created")])
def test_an_invoice_waits_for_destinations_as_well(account: Account, payload: str, type_: str) -> None:
    """In either payload; one that listens to connected accounts alone does not count."""
    customer = account.customer()["id"]
    invoice: Any = None
    for source, waits in (("@accounts", False), ("@self", True)):
        account.simulator.handle(
            Request(
                "POST",
                "/v2/core/event_destinations",
                "",
                {"authorization": f"Bearer {account.key}", "stripe-version": DEFAULT},
                json.dumps(
                    {
                        "name": source,
                        "type": "webhook_endpoint",
                        "webhook_endpoint": {"url": URL},
                        "event_payload": payload,
                        "enabled_events": [type_],
                        "events_from": [source],
                    }
                ).encode(),
            )
        )
        invoice = account.post("/v1/invoices", {"customer": customer})
        assert (invoice["webhooks_delivered_at"] is None) is waits
    account.later(60)
    (sent,) = account.sent()
    assert sent.type == type_
    assert account.get(f"/v1/invoices/{invoice['id']}")["webhooks_delivered_at"] == NOW + 60


def test_an_event_can_be_had_for_thirty_days(account: Account) -> None:
    """To the second, in either payload and in no list any more. [documented]"""
    account.customer()
    (event,) = account.events()
    account.later(30 * 86400)
    assert account.get(f"/v1/events/{event['id']}") == event
    account.later(1)
    status, error = account.refused("GET", f"/v1/events/{event['id']}")
    assert (status, error["code"], error["param"]) == (404, "resource_missing", "id")
    assert account.events() == []
