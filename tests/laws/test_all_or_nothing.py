"""Law 3: a request or a tick is kept whole or leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinstripe.http.message import Request
from pinstripe.resources import registry
from pinstripe.world import ControlledClock, Object, Transaction, World
from tests.laws.drawing import DAY
from tests.laws.life import BIRTH, KEY, Answer, Command, Life
from tests.laws.lives import lives, on_lives, some
from tests.laws.snapshot import rederived, snapshot


class Careful(Life):
    """A life that looks at the world before and after every request that is refused."""

    def ask(self, method: str, path: str, **params: Any) -> Any:
        """Send one request; a refusal must not have changed anything."""
        before = snapshot(self.world)
        body = super().ask(method, path, **params)
        answer = self.answers[-1]
        if answer.status >= 400 and not declined(answer):
            assert snapshot(self.world) == before, f"{method} {path} was refused and changed the world"
        return body


def declined(answer: Answer) -> bool:
    """Whether this refusal is a payment that was tried in vain, which Stripe keeps. [documented]"""
    return answer.path.endswith("/pay") and answer.status in (400, 402) and "payment" in str(answer.body)


@on_lives
def test_a_refused_request_changes_nothing(commands: list[Command]) -> None:
    """Objects, indexes, counters, alarms and clocks are as before; only a declined payment leaves its attempt.

    At the end indexes and alarms are exactly what can be derived from the objects alone.
    """
    world = Careful().live(commands).world
    kept = snapshot(world)
    assert rederived(world) == {
        "index": kept["index"],
        "waiting": kept["waiting"],
        "alarms": {id_: alarms for id_, (_, alarms) in kept["timelines"].items()},
    }


class BrokenError(Exception):
    """A bug in the middle of a rule."""


class Breaking(Transaction):
    """A transaction that breaks at one of its changes."""

    def _keep(self, obj: Object) -> Object:
        """Keep a version, if the fuse still holds."""
        self._burn()
        return super()._keep(obj)

    def page(self, book: str) -> Any:
        """The page of a book, if the fuse still holds."""
        self._burn()
        return super().page(book)

    def _burn(self) -> None:
        """Burn the fuse down by one change."""
        assert isinstance(self.world, Fragile)
        if self.world.fuse is not None:
            self.world.fuse -= 1
            if self.world.fuse < 0:
                raise BrokenError


class Fragile(World):
    """A world whose rules break after so many changes, while the fuse is set."""

    fuse: int | None = None

    def transaction(self, request: Any = None) -> Transaction:
        """A transaction that may break."""
        return Breaking(self, request)


def fragile_life(commands: list[Command]) -> tuple[Life, Fragile]:
    """A life in a fragile world that has not broken yet."""
    life = Life()
    account = life.simulator.account(KEY)
    kinds = [resource.kind for resource in registry.RESOURCES]
    clock, books = ControlledClock(BIRTH), {name: book.twin() for name, book in account.world.books.items()}
    world = Fragile(kinds, account.seed, clock, render=registry.body, announce=account.world.announce, books=books)
    account.world = world
    return life.live(commands), world


@some
@given(lives(), st.integers(0, 60))
def test_a_bug_in_a_tick_is_neither_half_kept_nor_forgotten(commands: list[Command], fuse: int) -> None:
    """Time stops at the moment of the bug; once it is mended the world goes on as if nothing had been."""
    sound, (life, world) = Life().live(commands), fragile_life(commands)
    target = world.now + 45 * DAY
    world.fuse = fuse
    try:
        life.travel(target)
    except BrokenError:
        stopped = snapshot(world)
        with pytest.raises(BrokenError):
            world.catch_up()
        assert snapshot(world) == stopped
        assert stopped["timelines"][None][0] <= target
    world.fuse = None
    life.travel(target)
    sound.travel(target)
    assert snapshot(world) == snapshot(sound.world)


REQUESTS: list[tuple[str, str, str]] = [
    ("POST", "/v1/customers", "payment_method=pm_card_visa&balance=5"),
    ("POST", "/v1/subscriptions", "customer={customer}&items[0][price]={price}"),
    (
        "POST",
        "/v1/subscriptions/{subscription}",
        "items[0][id]={item}&items[0][quantity]=3&proration_behavior=always_invoice",
    ),
    ("DELETE", "/v1/subscriptions/{subscription}", "invoice_now=true&prorate=true"),
    ("POST", "/v1/invoiceitems", "customer={customer}&amount=5&currency=usd"),
    ("POST", "/v1/invoices/{invoice}/void", ""),
    ("POST", "/v1/test_helpers/test_clocks", "frozen_time=1"),
    ("POST", "/v1/billing/meter_events", "event_name=calls&payload[stripe_customer_id]={customer}&payload[value]=1"),
    ("DELETE", "/v1/customers/{customer}", ""),
]


@pytest.mark.parametrize("method, path, form", REQUESTS)
def test_a_bug_in_a_request_leaves_no_trace(method: str, path: str, form: str) -> None:
    """Wherever a rule breaks, the answer is a 500 that says so and the world is as before."""
    life, world = fragile_life(
        [
            ("customer", (None, 0, 0)),
            ("subscribe", (0, 1, 2, None)),
            ("subscribe", (0, 0, 1, "default_incomplete")),
        ]
    )
    subscription = life.pick("subscription", 1)
    assert subscription is not None
    names = {
        "customer": life.customers[0],
        "subscription": subscription["id"],
        "item": subscription["items"][0]["id"],
        "invoice": life.ids("invoice")[-1],
        "price": life.price("silver"),
    }
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/x-www-form-urlencoded"}
    request = Request(method, path.format(**names), "", headers, form.format(**names).encode())
    before = snapshot(world)
    for fuse in range(1000):
        world.fuse = fuse
        answer = life.simulator.handle(request)
        if answer.status == 200:
            assert fuse > 0
            assert snapshot(world) != before
            return
        assert answer.status == 500
        assert b"BrokenError" in answer.body
        assert snapshot(world) == before
    pytest.fail("the request never came through")
