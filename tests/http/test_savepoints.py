"""Savepoints: an account goes back to where it was, and what follows then follows again."""

from __future__ import annotations

import json
from collections import OrderedDict

import pytest
from tests.http.calls import KEY, NOW, call, made
from tests.laws.snapshot import snapshot

from pinstripe import Simulator
from pinstripe.control import Client, ControlError, redo
from pinstripe.webhooks.delivery import hand_over
from pinstripe.world.savepoint import twin

MONTH = 31 * 86400


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


@pytest.fixture
def control(simulator: Simulator) -> Client:
    """Its control plane."""
    return Client(simulator, KEY)


def stocked(simulator: Simulator) -> str:
    """A customer with a card who may subscribe; the form of a subscription."""
    customer = made(simulator, "/v1/customers", "email=ada%40example.com")["id"]
    card = made(simulator, "/v1/payment_methods/pm_card_visa/attach", f"customer={customer}")["id"]
    price = "product_data[name]=Gold&currency=usd&unit_amount=2000&recurring[interval]=month"
    gold = made(simulator, "/v1/prices", price)["id"]
    return f"customer={customer}&default_payment_method={card}&items[0][price]={gold}"


def test_what_follows_a_savepoint_follows_again_byte_for_byte(simulator: Simulator, control: Client) -> None:
    """A year of a subscription with an endpoint, a meter and its usage: the same calls, answers, ids and world."""
    form = stocked(simulator)
    made(simulator, "/v1/webhook_endpoints", "url=https%3A%2F%2Fa.example.com&enabled_events[]=*")
    made(simulator, "/v1/billing/meters", "display_name=C&event_name=calls&default_aggregation[formula]=sum")
    usage = f"event_name=calls&payload[value]=1&payload[stripe_customer_id]={form[9:27]}"
    made(simulator, "/v1/billing/meter_events", usage)
    world = simulator.account(KEY).world
    kept = control.snapshot()
    before = snapshot(world)

    def follows() -> list[tuple[int, dict[str, str], bytes]]:
        """A subscription, a year of it, and what then can be read."""
        answers = [call(simulator, "POST", "/v1/subscriptions", form, {"Idempotency-Key": "k"})]
        made(simulator, "/v1/billing/meter_events", usage)
        for month in range(1, 13):
            control.turn(NOW + month * MONTH)
            answers.append(call(simulator, "GET", "/v1/events?limit=100"))
        answers.append(call(simulator, "GET", "/v1/invoices?limit=100"))
        answers.append(call(simulator, "POST", "/v1/subscriptions", form, {"Idempotency-Key": "k"}))
        return [(answer.status, dict(answer.headers), answer.body) for answer in answers]

    first = follows()
    after = snapshot(world)
    assert control.restore() == kept
    assert (control.now(), snapshot(world)) == (NOW, before)
    assert follows() == first
    assert snapshot(world) == after
    control.restore()
    assert snapshot(world) == before


def test_a_savepoint_remembers_all_of_an_account(simulator: Simulator, control: Client) -> None:
    """Idempotency keys, faults, the version and the journal go back as well; what was asked in all stays counted."""
    headers = {"Idempotency-Key": "k"}
    call(simulator, "POST", "/v1/customers", "name=Ada", headers)
    control.fault("rate_limit", "POST /v1/products", times=2)
    control.snapshot("then")
    call(simulator, "POST", "/v1/products", "name=Gold")
    call(simulator, "POST", "/v1/customers", "name=Bob", {"Idempotency-Key": "b"})
    control.forget_faults()
    control.speak("2024-06-20")
    control.connect("acct_later")
    control.restore("then")
    assert [fault.times for fault in control.faults()] == [2]
    assert control.api_version() == "2026-10-28.endive"
    assert control.accounts().connected == ()
    assert [row["path"] for row in control.replay()["requests"]] == ["/v1/customers"]
    assert call(simulator, "POST", "/v1/customers", "name=Ada", headers).headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in call(simulator, "POST", "/v1/customers", "", {"Idempotency-Key": "b"}).headers
    asked = {row.operation: row.asked for row in control.coverage().operations}
    assert asked == {"POST /v1/customers": 4}  # the product met a fault before anybody looked at it
    assert Client(redo(control.replay()), KEY).replay() == control.replay()


def test_connected_accounts_go_back_too(simulator: Simulator, control: Client) -> None:
    """A world that is connected goes back with its platform; one that was not there then is gone."""
    control.connect("acct_old")
    old = {"Stripe-Account": "acct_old"}
    assert call(simulator, "POST", "/v1/customers", "name=Ada", old).status == 200
    control.snapshot()
    control.connect("acct_new")
    for account in ("acct_old", "acct_new"):
        assert call(simulator, "POST", "/v1/customers", "name=Bob", {"Stripe-Account": account}).status == 200
    control.restore()
    assert control.accounts().connected == ("acct_old",)
    assert call(simulator, "GET", "/v1/customers", "", {"Stripe-Account": "acct_new"}).status == 403
    rows = json.loads(call(simulator, "GET", "/v1/customers", "", old).body)["data"]
    assert [row["name"] for row in rows] == ["Ada"]
    assert set(simulator.accounts.by_key) == {KEY, f"{KEY}/acct_old"}


def test_a_connected_account_that_went_comes_back(simulator: Simulator, control: Client) -> None:
    """Whoever goes back before it, and then forward again, finds it as it was."""
    control.snapshot("before")
    control.connect("acct_shop")
    shop = {"Stripe-Account": "acct_shop"}
    assert call(simulator, "POST", "/v1/customers", "name=Ada", shop).status == 200
    control.snapshot("with it")
    control.restore("before")
    assert call(simulator, "GET", "/v1/customers", "", shop).status == 403
    control.restore("with it")
    rows = json.loads(call(simulator, "GET", "/v1/customers", "", shop).body)["data"]
    assert [row["name"] for row in rows] == ["Ada"]


def test_what_is_on_its_way_when_an_account_goes_back_goes_out_again(simulator: Simulator, control: Client) -> None:
    """The answer to a try from before is nobody's, though the same id may be under way again."""
    made(simulator, "/v1/webhook_endpoints", "url=https%3A%2F%2Fa.example.com&enabled_events[]=*")
    world = simulator.account(KEY).world
    control.snapshot("empty")
    made(simulator, "/v1/customers", "name=Ada")
    control.snapshot("owed")

    def slow(*_: object) -> int:
        """The account goes back while the receiver works."""
        control.restore("empty")
        made(simulator, "/v1/customers", "name=Bob")
        return 200

    (ada,) = hand_over(world, slow)
    (bob,) = control.deliveries()
    assert (bob.id, bob.state, bob.attempts) == (ada.delivery, "pending", ())
    assert [json.loads(parcel.body)["data"]["object"]["name"] for parcel in hand_over(world, lambda *_: 200)] == ["Bob"]
    control.restore("owed")
    assert [row.state for row in control.deliveries()] == ["pending"]


def test_what_only_the_control_plane_sets_goes_back(simulator: Simulator, control: Client) -> None:
    """Settings, declared taxes, rules for deliveries, what is held, a card's fate, usage: all as they were."""
    form = stocked(simulator)
    made(simulator, "/v1/webhook_endpoints", "url=https%3A%2F%2Finbox.invalid&enabled_events[]=*")
    made(simulator, "/v1/billing/meters", "display_name=C&event_name=calls&default_aggregation[formula]=sum")
    customer, card = (part.partition("=")[2] for part in form.split("&")[:2])

    def state() -> tuple[object, ...]:
        """What can be seen of all of it."""
        settings = (control.billing_settings(), control.usage_settings(), control.delivery_settings())
        astray = (control.misbehaviours(), control.deliveries(), control.faults(), control.tax_rates())
        return (*settings, *astray, snapshot(simulator.account(KEY).world))

    before = state()
    with control.rolled_back():
        control.billing_settings(upcoming_days=3)
        control.usage_settings(lag_seconds=60)
        control.delivery_settings(retries="none")
        control.declare_tax_rate("US", "8.25", state="TX")
        control.misbehave("drop", times=3)
        control.fault("latency", "/v1/invoices", seconds=1)
        control.card_fate(card, fate="fails_later")
        made(simulator, "/v1/products", "name=Gold")
        usage = f"event_name=calls&payload[value]=1&payload[stripe_customer_id]={customer}"
        made(simulator, "/v1/billing/meter_events", usage)
        control.hold()
        with control.rolled_back():
            control.turn(NOW + MONTH)
        assert all(now != then for now, then in zip(state(), before, strict=True))
    assert state() == before


def test_a_block_in_a_block_goes_back_to_its_own_beginning(simulator: Simulator, control: Client) -> None:
    """Whatever a test keeps and forgets in between."""
    control.snapshot("mine")
    with control.rolled_back():
        control.forget_snapshot("mine")
        made(simulator, "/v1/customers", "name=Ada")
        with control.rolled_back():
            made(simulator, "/v1/customers", "name=Bob")
        assert len(json.loads(call(simulator, "GET", "/v1/customers").body)["data"]) == 1
    assert json.loads(call(simulator, "GET", "/v1/customers").body)["data"] == []
    assert control.snapshots() == []


def test_savepoints_have_names(simulator: Simulator, control: Client) -> None:
    """They are listed, replaced and forgotten by name, end with the account, and a name of none is a 404."""
    assert control.snapshots() == []
    control.snapshot("empty")
    made(simulator, "/v1/customers")
    for _ in range(2):
        control.snapshot("one")
    assert [(kept.name, kept.now, kept.objects) for kept in control.snapshots()] == [("empty", NOW, 0), ("one", NOW, 2)]
    with control.rolled_back():
        made(simulator, "/v1/customers")
    assert len(control.snapshots()) == 2
    assert len(json.loads(call(simulator, "GET", "/v1/customers").body)["data"]) == 1
    control.restore("empty")
    assert control.restore("one").objects == 2
    control.forget_snapshot("one")
    for refused in (control.restore, control.forget_snapshot):
        with pytest.raises(ControlError, match="There is no savepoint 'one'; there are empty") as raised:
            refused("one")
        assert raised.value.status == 404
    control.reset()
    assert control.snapshots() == []
    for name in ("", "x" * 101):
        with pytest.raises(ControlError, match="1 to 100 characters"):
            control.snapshot(name)


def test_an_account_keeps_a_hundred_savepoints(simulator: Simulator, control: Client) -> None:
    """One more is refused, until one is forgotten; one of the same name is replaced."""
    control.snapshot("0")
    kept = simulator.account(KEY).savepoints
    kept.update({str(number): kept["0"] for number in range(1, 100)})
    control.snapshot("0")
    with pytest.raises(ControlError, match="100 savepoints are kept already") as raised:
        control.snapshot("100")
    assert raised.value.status == 400
    control.forget_snapshot("7")
    control.snapshot("100")


def test_state_that_two_worlds_would_share_is_a_bug() -> None:
    """A container that nobody taught to be copied is refused when the savepoint is made."""
    with pytest.raises(TypeError, match="cannot keep a OrderedDict"):
        twin({"a": [OrderedDict()]})
