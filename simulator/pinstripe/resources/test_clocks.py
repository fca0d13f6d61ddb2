"""Test clocks: time travel for the customers bound to one."""

from __future__ import annotations

from pinstripe.billing.periods import boundary
from pinstripe.resources import refusals
from pinstripe.resources.customers import customers
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, deleted, retrieve
from pinstripe.world import Kind, Object, Transaction, World

KEPT_DAYS = 30
"""How long Stripe keeps a clock. [documented; its API reference shows 7]"""
DAY = 86400
CLOCK = "test_helpers.test_clock"


def create(call: Call) -> Answer:
    """POST /v1/test_helpers/test_clocks: a timeline of its own."""
    tx, params = call.tx, call.params
    frozen_time = params.get("frozen_time")
    clock = tx.new(
        CLOCK,
        {
            "created": tx.now(),
            "deletes_after": tx.now() + KEPT_DAYS * DAY,
            "frozen_time": frozen_time,
            "livemode": False,
            "name": params.get("name"),
            "status": "ready",
            "status_details": {},
        },
    )
    tx.begin(clock.id, frozen_time)
    tx.emit("test_helpers.test_clock.created", clock)
    return clock


def advance(call: Call) -> Answer:
    """POST /v1/test_helpers/test_clocks/{test_clock}/advance.

    Answers `advancing`; by the time the caller can ask again, everything due on the way has happened and the clock is
    `ready`, or a bug of pinstripe's has stopped it on the way: then it is an `internal_failure` for good. [documented]
    """
    tx = call.tx
    before = addressed(call, CLOCK, noun="billingclock", param="test_clock")
    if before["status"] == "internal_failure":
        raise refusals.clock_broken(before.id)
    target = call.params.get("frozen_time")
    if target <= before["frozen_time"]:
        raise refusals.clock_goes_forward()
    if target > furthest(tx, before):
        raise refusals.clock_too_far()
    clock = tx.put(before, status="advancing", status_details={"advancing": {"target_frozen_time": target}})
    tx.emit("test_helpers.test_clock.advancing", clock, automatic=True)

    def arrive() -> None:
        """Ring everything on the way, then say that the clock is ready."""
        try:
            tx.world.advance(clock.id, target)
        except Exception:
            _settle(tx.world, clock.id, "internal_failure")
            raise
        _settle(tx.world, clock.id, "ready")

    tx.then(arrive)
    return clock


def _settle(world: World, id_: str, status: str) -> None:
    """Say where the clock has got to, and how."""
    tx = world.transaction()
    clock = tx.put(tx.read(CLOCK, id_), frozen_time=tx.now(id_), status=status, status_details={})
    tx.emit(f"{CLOCK}.{status}", clock)
    tx.commit()


def furthest(tx: Transaction, clock: Object) -> int:
    """How far the clock may go at once: two intervals of its shortest subscription, two years without. [documented]"""
    now = int(clock["frozen_time"])
    reach = []
    for subscription in tx.find("subscription", "test_clock", clock.id):
        if subscription["status"] in ("canceled", "incomplete_expired"):
            continue
        for item in subscription["items"]:
            recurring = tx.read("price", item["price"])["recurring"]
            reach.append(boundary(now, recurring["interval"], recurring["interval_count"], 2))
    return min(reach, default=boundary(now, "year", 1, 2))


def delete(call: Call) -> Answer:
    """DELETE /v1/test_helpers/test_clocks/{test_clock}: its customers go with it, their subscriptions are canceled."""
    tx = call.tx
    clock = addressed(call, CLOCK, noun="billingclock", param="test_clock")
    for customer in tx.find("customer", "test_clock", clock.id):
        if not customer.get("deleted"):
            customers.remove(tx, customer)
    tx.emit("test_helpers.test_clock.deleted", clock)
    tx.delete(clock)
    return deleted(clock)


def list_all(call: Call) -> Answer:
    """GET /v1/test_helpers/test_clocks."""
    return Listing(list(call.tx.all(CLOCK)))


TEST_CLOCKS = Resource(
    Kind(CLOCK, "clock"),
    {
        "POST /v1/test_helpers/test_clocks": create,
        "GET /v1/test_helpers/test_clocks": list_all,
        "GET /v1/test_helpers/test_clocks/{test_clock}": retrieve(CLOCK, noun="billingclock", param="test_clock"),
        "POST /v1/test_helpers/test_clocks/{test_clock}/advance": advance,
        "DELETE /v1/test_helpers/test_clocks/{test_clock}": delete,
    },
    noun="billingclock",
)
