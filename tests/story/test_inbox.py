"""The inbox of the story believes nobody without a signature and misses nothing."""

from __future__ import annotations

import pytest
from tests.story.telling import NOBODY, in_process_inbox

from pinstripe import Simulator
from pinstripe.demo import KEY
from pinstripe.demo.inbox import Inbox, UndeliveredError
from pinstripe.demo.story import BEGINS
from pinstripe.http.transport import client
from pinstripe.webhooks.delivery import hand_over
from pinstripe.webhooks.outbox import Parcel


@pytest.fixture
def simulator() -> Simulator:
    """A local Stripe."""
    return Simulator(seed="inbox", now=BEGINS)


def listen(simulator: Simulator, inbox: Inbox) -> None:
    """Make an endpoint whose secret the inbox knows."""
    endpoint = client(simulator, KEY).v1.webhook_endpoints.create({"url": NOBODY, "enabled_events": ["*"]})
    assert endpoint.secret is not None
    inbox.secret = endpoint.secret


def parcel(simulator: Simulator) -> Parcel:
    """A delivery as it was sent."""
    client(simulator, KEY).v1.customers.create({"email": "ada@example.com"})
    (only,) = hand_over(simulator.account(KEY).world, lambda *_: 200)
    return only


def test_a_signed_delivery_is_taken(simulator: Simulator) -> None:
    """What carries Stripe's signature is answered 200 and settled."""
    inbox = in_process_inbox(simulator)
    listen(simulator, inbox)
    client(simulator, KEY).v1.customers.create({"email": "ada@example.com"})
    assert [event.type for event in inbox.settle()] == ["customer.created"]
    assert inbox.settle() == []


@pytest.mark.parametrize("signature", [None, "", "t=1,v1=00", "nonsense"])
def test_an_unsigned_delivery_is_refused(simulator: Simulator, signature: str | None) -> None:
    """A missing or forged signature is answered 400."""
    inbox = in_process_inbox(simulator)
    listen(simulator, inbox)
    assert inbox.receive(parcel(simulator).body, signature) == 400
    assert inbox.refused == 1


def test_a_changed_body_is_refused(simulator: Simulator) -> None:
    """A signature holds for its own body and for no other."""
    inbox = in_process_inbox(simulator)
    listen(simulator, inbox)
    sent = parcel(simulator)
    assert inbox.receive(sent.body.replace(b"ada", b"eve"), sent.headers["Stripe-Signature"]) == 400


def test_a_delivery_that_is_lost_is_missed(simulator: Simulator) -> None:
    """What happened and did not arrive is an error that names it."""
    inbox = Inbox(client(simulator, KEY), patience_seconds=0.0)
    listen(simulator, inbox)
    client(simulator, KEY).v1.customers.create({"email": "ada@example.com"})
    with pytest.raises(UndeliveredError, match=r"Not delivered: customer\.created"):
        inbox.settle()
