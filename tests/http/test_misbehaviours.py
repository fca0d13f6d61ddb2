"""Deliveries that go astray on command: each effect once, what becomes of it, and that a replay does it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from tests.client import NOW, Client

from pinstripe import control
from pinstripe.control import ControlError, Misbehaviour, redo
from pinstripe.http.transport import InProcessHTTPClient
from pinstripe.resources import misbehaviours
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import Parcel

HOUR = 3600


class Account(Client):
    """An account with one endpoint, whose receiver answers as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.plane = control.Client(self.simulator, self.key)
        endpoint = self.post("/v1/webhook_endpoints", {"url": "https://a.example.com/hooks", "enabled_events": ["*"]})
        self.endpoint, self.secret = endpoint["id"], endpoint["secret"]
        self.status = 200

    def customers(self, *names: str) -> None:
        """A customer of each name, and with it an event."""
        for name in names:
            self.post("/v1/customers", {"name": name})

    def sent(self) -> list[Parcel]:
        """What the receiver gets now."""
        return hand_over(self.simulator.account(self.key).world, lambda *_: self.status)

    def names(self) -> list[str]:
        """Of whom the receiver hears now."""
        return [json.loads(parcel.body)["data"]["object"]["name"] for parcel in self.sent()]

    def later(self, seconds: int) -> None:
        """Turn the account's clock forward."""
        self.plane.turn(self.plane.now() + seconds)


@pytest.fixture
def account() -> Account:
    """An account on 31 January 2027."""
    return Account()


def test_a_duplicate_comes_several_times(account: Account) -> None:
    """The second customer's event, three times in all: each try signed, one event."""
    account.plane.misbehave("duplicate", "customer.*", nth=2, copies=2)
    account.customers("Ada", "Bob", "Cy")
    assert [event["pending_webhooks"] for event in account.events()] == [1, 1, 1]  # it is one endpoint
    sent = account.sent()
    assert [json.loads(parcel.body)["data"]["object"]["name"] for parcel in sent] == ["Ada", "Bob", "Bob", "Bob", "Cy"]
    assert len({json.loads(parcel.body)["id"] for parcel in sent}) == 3
    assert [event["pending_webhooks"] for event in account.events()] == [0, 0, 0]


def test_what_is_dropped_never_comes(account: Account) -> None:
    """It is listed as dropped, nobody waits for it, and nothing delivered it."""
    account.plane.misbehave("drop", times=2)
    account.customers("Ada", "Bob", "Cy")
    assert account.names() == ["Cy"]
    account.later(10 * 86400)
    assert account.names() == []
    assert [row.state for row in account.plane.deliveries()] == ["dropped", "dropped", "delivered"]
    assert account.events()[0]["pending_webhooks"] == 0
    missed = account.get("/v1/events", {"delivery_success": False})["data"]
    assert [event["data"]["object"]["name"] for event in missed] == ["Bob", "Ada"]


@pytest.mark.parametrize(
    "order, seed, names",
    [
        ("happened", "", ["Ada", "Bob", "Cy", "Di"]),
        ("reversed", "", ["Di", "Cy", "Bob", "Ada"]),
        ("shuffled", "7", ["Cy", "Bob", "Di", "Ada"]),
        ("shuffled", "9", ["Bob", "Ada", "Cy", "Di"]),
    ],
)
def test_what_is_held_is_let_go_in_an_order(account: Account, order: Any, seed: str, names: list[str]) -> None:
    """Held events wait however late it gets; what happens meanwhile overtakes them."""
    account.plane.misbehave("hold", times=4)
    account.customers("Ada", "Bob", "Cy", "Di", "Eve")
    account.later(86400)
    assert account.names() == ["Eve"]
    assert [event["pending_webhooks"] for event in account.events()] == [1, 1, 1, 1, 0]
    account.plane.release(order=order, seed=seed)
    assert account.names() == names


def test_what_waits_can_be_held_and_hurried(account: Account) -> None:
    """By the type of the event; a delay and a retry are tried at once when they are hurried."""
    account.customers("Ada")
    account.post("/v1/products", {"name": "Gold"})
    assert [row.type for row in account.plane.hold("customer.*")] == ["customer.created"]
    assert [parcel.type for parcel in account.sent()] == ["product.created"]
    assert account.plane.release("product.*") == []
    assert len(account.plane.release("*.created")) == 1
    account.status = 500
    assert account.names() == ["Ada"]
    account.status = 200
    assert account.names() == []
    (row,) = account.plane.deliver_now()
    assert (row.state, row.attempts[0].status) == ("pending", 500)
    assert account.names() == ["Ada"]


def test_a_delay_is_by_the_accounts_clock(account: Account) -> None:
    """Not a second early."""
    account.plane.misbehave("delay", seconds=90)
    account.customers("Ada", "Bob")
    assert account.names() == ["Bob"]
    account.later(89)
    assert account.names() == []
    account.later(1)
    assert account.names() == ["Ada"]


@pytest.mark.parametrize("effect, why", [("wrong_signature", "No signatures found"), ("old_timestamp", "tolerance")])
def test_a_bad_signature_is_made_good_by_the_retry(account: Account, effect: str, why: str) -> None:
    """The official SDK refuses the first try, for the reason ordered, and takes the second."""
    account.plane.misbehave(effect, seconds=301)
    account.customers("Ada")

    refusals: list[str] = []

    def receive(_: str, body: bytes, headers: dict[str, str]) -> int:
        """A receiver as the SDK's documentation has it."""
        try:
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], account.secret)
        except stripe.SignatureVerificationError as error:
            refusals.append(str(error))
            return 400
        return 200

    world = account.simulator.account(account.key).world
    hand_over(world, receive)
    account.later(HOUR)
    hand_over(world, receive)
    (row,) = account.plane.deliveries()
    assert ([attempt.status for attempt in row.attempts], row.state) == ([400, 200], "delivered")
    assert [why in refusal for refusal in refusals] == [True]


def test_an_event_is_told_in_another_versions_words(account: Account) -> None:
    """At every try; the endpoint's own version speaks again for the next event."""
    account.plane.misbehave("api_version", api_version="2023-10-16")
    account.customers("Ada", "Bob")
    account.status = 500
    versions = [json.loads(parcel.body)["api_version"] for parcel in account.sent()]
    account.later(HOUR)
    versions += [json.loads(parcel.body)["api_version"] for parcel in account.sent()]
    assert versions == ["2023-10-16", "2026-10-28.endive"] * 2
    (event, _) = account.events()
    assert account.plane.told(event["id"], "2022-11-15")["api_version"] == "2022-11-15"


def test_a_receiver_that_fails_hears_nothing(account: Account) -> None:
    """Twice it is answered in its place; then the event comes by the retries of the account's clock."""
    account.plane.misbehave("fail", status=503, tries=2)
    account.customers("Ada")
    assert account.names() == []
    account.later(HOUR)
    assert account.names() == []
    account.later(2 * HOUR)
    assert account.names() == ["Ada"]
    (row,) = account.plane.deliveries()
    assert [attempt.status for attempt in row.attempts] == [503, 503, 200]
    assert row.misbehaviour == "fail"


def test_a_lost_answer_makes_an_event_come_twice(account: Account) -> None:
    """The receiver has done its work, and is told again."""
    account.plane.misbehave("answer_lost")
    account.customers("Ada")
    assert account.names() == ["Ada"]
    account.later(HOUR)
    assert account.names() == ["Ada"]
    (row,) = account.plane.deliveries()
    assert [(each.status, each.error, each.ok) for each in row.attempts] == [
        (None, "the answer was lost", False),
        (200, None, True),
    ]


def test_a_rule_is_about_an_endpoint(account: Account) -> None:
    """By its id or its address, with stars; another endpoint hears as ever."""
    account.post("/v1/webhook_endpoints", {"url": "https://b.example.com", "enabled_events": ["*"]})
    account.plane.misbehave("drop", endpoint="https://b.*")
    account.plane.misbehave("drop", endpoint=account.endpoint, nth=2)
    account.customers("Ada", "Bob")
    assert [parcel.url for parcel in account.sent()] == ["https://a.example.com/hooks", "https://b.example.com"]


def test_an_event_is_sent_again(account: Account) -> None:
    """To everybody who was owed it, or one delivery; signed afresh, or as it is ordered to misbehave."""
    account.post("/v1/webhook_endpoints", {"url": "https://b.example.com", "enabled_events": ["*"]})
    account.customers("Ada")
    account.sent()
    (event,) = account.events()
    assert [row.url for row in account.plane.redeliver(event["id"])] == [
        "https://b.example.com",
        "https://a.example.com/hooks",
    ]
    assert account.names() == ["Ada", "Ada"]
    one = next(row for row in account.plane.deliveries() if row.endpoint == account.endpoint)
    (again,) = account.plane.redeliver(one.id, "old_timestamp", seconds=600)
    assert (again.endpoint, again.event, again.misbehaviour) == (one.endpoint, event["id"], "old_timestamp")
    (parcel,) = account.sent()
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(parcel.body, parcel.headers["Stripe-Signature"], account.secret)


def test_rules_wait_their_turn_and_can_be_forgotten(account: Account) -> None:
    """What is left of each is told; a rule lets pass what it counts, and the next one may meet that."""
    account.plane.misbehave("drop", nth=3)
    waiting = account.plane.misbehave("duplicate", "customer.*", times=2)
    account.customers("Ada")
    assert [(rule.effect, rule.nth, rule.times) for rule in waiting] == [("drop", 3, 1), ("duplicate", 1, 2)]
    left = account.plane.misbehaviours()
    assert [(rule.effect, rule.nth, rule.times) for rule in left] == [("drop", 2, 1), ("duplicate", 1, 1)]
    account.plane.behave()
    account.customers("Bob")
    assert account.names() == ["Ada", "Ada", "Bob"]


def test_a_replay_goes_astray_in_the_same_way(account: Account) -> None:
    """What was ordered stands in the list of what was asked; and a savepoint takes it back."""
    account.plane.snapshot()
    account.plane.misbehave("hold", times=3)
    account.customers("Ada", "Bob")
    account.plane.release(order="reversed")
    account.plane.redeliver(account.events()[0]["id"])
    again = control.Client(redo(account.plane.replay()), account.key)
    assert again.deliveries() == account.plane.deliveries()
    assert again.misbehaviours() == account.plane.misbehaviours() != []
    account.plane.restore()
    assert (account.plane.deliveries(), account.plane.misbehaviours()) == ([], [])


@pytest.mark.parametrize(
    "act, status, sentence",
    [
        (lambda plane: plane.misbehave("boom"), 400, "effect is one of duplicate, drop"),
        (lambda plane: plane.misbehave("drop", size=1), 400, "A misbehaviour has no size; it is an object with effect"),
        (lambda plane: plane.misbehave("drop", 7), 400, "type and endpoint is an object"),
        (lambda plane: plane.misbehave("drop", nth=0), 400, "nth is a whole number from 1 to 1000"),
        (lambda plane: plane.misbehave("drop", times=1001), 400, "times is a whole number"),
        (lambda plane: plane.misbehave("duplicate", copies=11), 400, "copies is a whole number from 1 to 10"),
        (lambda plane: plane.misbehave("delay", seconds=0), 400, "seconds is a whole number"),
        (lambda plane: plane.misbehave("fail", status=200), 400, "status is a whole number from 300 to 599"),
        (lambda plane: plane.misbehave("fail", tries=101), 400, "tries is a whole number"),
        (lambda plane: plane.misbehave("api_version"), 400, "api_version is one of 2026-10-28.endive"),
        (lambda plane: plane.misbehave("drop", api_version="1999"), 400, "api_version is one of 2026"),
        (lambda plane: plane.release(order="sideways"), 400, "order is one of happened, reversed, shuffled"),
        (lambda plane: plane.hold(7), 400, "Send an object with type"),
        (lambda plane: plane.redeliver("evt_x"), 400, "There is no delivery evt_x, and none of an event evt_x"),
        (lambda plane: plane.redeliver("evt_x", "hold"), 400, "effect is one of wrong_signature"),
        (lambda plane: plane.told("evt_x", "2023-10-16"), 404, "There is no event evt_x"),
        (lambda plane: plane.told("evt_x", "1999-01-01"), 400, "api_version is one of"),
    ],
)
def test_what_makes_no_sense_is_refused(
    account: Account, act: Callable[[Any], object], status: int, sentence: str
) -> None:
    """The message says what would be one; nothing waits, and the journal does not know of it."""
    with pytest.raises(ControlError, match=sentence) as raised:
        act(account.plane)
    assert raised.value.status == status
    assert account.plane.misbehaviours() == []
    assert [row["path"] for row in account.plane.replay()["requests"]] == ["/v1/webhook_endpoints"]


def test_a_hundred_rules_wait(account: Account) -> None:
    """One more is refused."""
    tx = account.simulator.account(account.key).world.transaction()
    for _ in range(100):
        misbehaviours.order(tx, Misbehaviour("drop"))
    tx.commit()
    with pytest.raises(ControlError, match="100 rules wait already"):
        account.plane.misbehave("drop")
    assert len(account.plane.misbehaviours()) == 100


def test_a_connected_accounts_own_endpoint_goes_astray(account: Account) -> None:
    """Its deliveries are its own: rules of the platform leave them alone, and a replay and a savepoint know of both."""
    shop = account.plane.connect("acct_shop")
    theirs = stripe.StripeClient(account.key, stripe_account=shop, http_client=InProcessHTTPClient(account.simulator))
    theirs.v1.webhook_endpoints.create({"url": "https://shop.example.com", "enabled_events": ["*"]})
    of_shop = account.plane.acting_for(shop)
    account.plane.snapshot()
    account.plane.misbehave("drop")
    of_shop.misbehave("hold", "customer.*")
    theirs.v1.customers.create({"name": "Theirs"})
    theirs.v1.products.create({"name": "Also theirs"})
    assert [row.state for row in of_shop.deliveries()] == ["held", "pending"]
    assert (account.plane.deliveries(), len(account.plane.misbehaviours())) == ([], 1)
    again = control.Client(redo(account.plane.replay()), account.key)
    assert again.acting_for(shop).deliveries() == of_shop.deliveries()
    (released,) = of_shop.release()
    assert (released.state, released.next_attempt) == ("pending", NOW)
    of_shop.redeliver(released.event, "fail", status=503)
    assert of_shop.told(released.event, "2023-10-16")["api_version"] == "2023-10-16"
    account.plane.restore()
    assert (of_shop.deliveries(), of_shop.misbehaviours()) == ([], [])


def test_only_deliveries_are_a_connected_accounts(account: Account) -> None:
    """What moves a whole platform is refused, and so is an account that is not connected."""
    shop = account.plane.acting_for(account.plane.connect())
    for refused in (shop.reset, shop.now, shop.snapshot):
        with pytest.raises(ControlError, match="is about a whole platform; leave Stripe-Account out") as raised:
            refused()
        assert raised.value.status == 400
    with pytest.raises(ControlError, match="acct_nobody") as raised:
        account.plane.acting_for("acct_nobody").deliveries()
    assert raised.value.status == 403
