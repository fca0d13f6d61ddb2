"""A platform and its connected account as two worlds: kept together, in one order of time, and taken back together."""

from __future__ import annotations

import pytest
from tests.client import NOW
from tests.resources.connecting import Platform, nets, worth
from tests.resources.paying import turn

from pinstripe.world.clock import ControlledClock

DAY = 86_400


@pytest.fixture
def platform() -> Platform:
    """A platform of its own."""
    return Platform()


def control(platform: Platform, call: str, body: bytes) -> None:
    """Post something to the control plane."""
    platform.stripe.simulator.control.handle("POST", f"/_pinstripe/{call}", platform.stripe.key, body)


def test_neither_world_keeps_what_the_other_cannot(platform: Platform) -> None:
    """The transaction beside one that is kept only pretends: nothing of either is kept."""
    platform.direct(1_000, 100)
    account = platform.stripe.simulator.accounts.of(platform.stripe.key)
    worlds = account.world, account.connected[platform.account].world
    births = [world.births for world in worlds]
    here = worlds[0].transaction()
    there = here.across(worlds[1])
    for tx in (here, there):
        tx.new("customer", {"name": "Ada"})
    there.quiet = True
    with pytest.raises(AssertionError, match="pretends"):
        here.commit()
    assert [world.births for world in worlds] == births


def test_a_connected_account_never_runs_ahead_of_its_platform(platform: Platform) -> None:
    """Whoever looks at the account alone brings the whole family to its time: a capture of the platform's comes first.

    100.00 are captured three seconds on, and a fee of 10.00 goes back from the account.
    """
    platform.pay(10_000, capture_method="automatic_async", application_fee_amount=1_000)
    account = platform.stripe.simulator.accounts.of(platform.stripe.key)
    clock = ControlledClock(NOW + 2 * DAY)
    family = [account, account.connected[platform.account]]
    for each in family:
        each.world.clock = clock
    family[1].catch_up()
    assert [each.world.now for each in family] == [NOW + 2 * DAY] * 2
    assert nets(platform.theirs) == [("payment", 10_000, 9_000)]


def test_both_go_back_to_a_savepoint(platform: Platform) -> None:
    """After it all is as it was on both sides, and the same calls bring the same ids and sums once more."""

    def lived() -> list[object]:
        """What a direct charge, a destination charge and nine days bring."""
        platform.direct(5_000, 500)
        platform.pay(3_000, application_fee_amount=100)
        turn(platform.stripe, 9 * DAY)
        both = (platform.stripe, platform.theirs)
        return [[client.get("/v1/balance"), client.events(), nets(client)] for client in both]

    platform.pay(10_000, application_fee_amount=1_000)
    control(platform, "snapshot", b'{"name": "before"}')
    first = lived()
    control(platform, "restore", b'{"name": "before"}')
    assert lived() == first
    control(platform, "restore", b'{"name": "before"}')
    assert (worth(platform.stripe), worth(platform.theirs)) == (680, 9_000)


def test_a_payment_of_which_nothing_is_left_becomes_no_money(platform: Platform) -> None:
    """All of 10.00 is the platform's fee: the account has nothing to be told of, the platform 10.00 less 0.59."""
    platform.pay(1_000, application_fee_amount=5_000)
    turn(platform.stripe, 8 * DAY)
    assert nets(platform.theirs) == [("payment", 1_000, 0)]
    assert [event["type"] for event in platform.theirs.events()] == ["payment.created"]
    assert "balance.available" in platform.told()


def test_a_refund_that_fails_leaves_what_was_fetched_back_with_the_platform(platform: Platform) -> None:
    """100.00 were sent on and fetched back; the card refuses them, so the platform has them less Stripe's 3.20."""
    charge = platform.pay(10_000, application_fee_amount=1_000, payment_method="pm_card_refundFail")
    both = {"charge": charge["id"], "reverse_transfer": True, "refund_application_fee": True}
    platform.stripe.post("/v1/refunds", both)
    turn(platform.stripe, 3 * DAY)
    assert (worth(platform.stripe), worth(platform.theirs)) == (9_680, 0)
    again = platform.stripe.post("/v1/refunds", both)
    assert (again["transfer_reversal"], worth(platform.theirs)) == (None, 0)


def test_nothing_is_fetched_from_an_account_that_has_gone(platform: Platform) -> None:
    """Refused, and the customer gets nothing either."""
    charge = platform.pay(10_000, application_fee_amount=1_000)
    platform.stripe.delete(f"/v1/accounts/{platform.account}")
    before = nets(platform.stripe), platform.told()
    asked = {"charge": charge["id"], "reverse_transfer": True}
    error = platform.stripe.refused("POST", "/v1/refunds", asked)[1]
    assert (error["code"], (nets(platform.stripe), platform.told())) == ("account_invalid", before)
