"""The promise of it all: what was recorded is what the finalized invoice bills, whatever happens on the way."""

from __future__ import annotations

import pytest
from tests.metering.stage import CrashError, Fault, Stage

from pinstripe_metering import Verdict


def test_a_month_of_broken_wires_bills_exactly_what_was_recorded(stage: Stage) -> None:
    """60 facts over 20 days, a third of the calls broken on the way there or back, every fact recorded twice.

    2027-01-31  subscribe ada, 0.02 USD a call
    2027-02-01  three facts a day for 20 days: 1 + 2 + ... + 60 = 1830 calls
    2027-02-28  the renewal is drafted, an hour later it is finalized: 1830 x 0.02 = 36.60 USD
    """
    subscription = stage.subscribe(stage.ada)
    faults = [Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.CRASH_AFTER, Fault.LOST_CALL, Fault.CRASH_BEFORE]
    for day in range(20):
        stage.turn(days=1)
        for fact in range(3 * day + 1, 3 * day + 4):
            stage.record(fact, fact)
            stage.record(fact, fact)
        stage.wire.faults.extend([faults[day % 5], None, None])
        try:
            stage.pump.run_once()
        except CrashError:
            stage.turn(minutes=3)
        stage.drain()
    assert stage.counted() == 1830
    line = stage.confirm()[0]
    assert (line.state, line.local, line.stripe) == (Verdict.OK, 1830, 1830)
    assert set(stage.states()) == {"confirmed"}
    stage.turn(days=9)
    invoice = stage.client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (invoice.billing_reason, invoice.status) == ("subscription_cycle", "paid")
    assert [(row.quantity, row.amount) for row in invoice.lines.data if row.quantity] == [(1830, 3660)]


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.CRASH_AFTER])
def test_a_fault_after_the_effect_bills_once(stage: Stage, fault: Fault) -> None:
    """Stripe counted, the pump did not hear of it: 500 calls are 10.00 USD all the same."""
    subscription = stage.subscribe(stage.ada)
    stage.turn(days=1)
    stage.record(1, 500)
    stage.wire.faults.append(fault)
    try:
        stage.pump.run_once()
    except CrashError:
        assert fault is Fault.CRASH_AFTER
    stage.turn(hours=1)
    stage.pump.run_once()
    assert len(stage.wire.sent) == 2
    stage.turn(days=28)
    invoice = stage.client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (invoice.status, invoice.total) == ("paid", 1000)
