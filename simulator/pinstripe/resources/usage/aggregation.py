"""When usage that was accepted is looked at: once it is aggregated, and once the moment it names has come.

Thresholds and alerts go by usage that is aggregated, with a delay later than its event. To thresholds an event that is
stamped some minutes ahead counts when its moment comes, for no invoice can hold it yet; alerts have no period and take
it at once. [inferred: all of it]
"""

from __future__ import annotations

from pinstripe.resources.resource import Resource
from pinstripe.resources.subscriptions import thresholds
from pinstripe.resources.usage import billing_alerts
from pinstripe.resources.usage.ledger import Moments
from pinstripe.world import Kind, Object, Transaction

KIND = "pinstripe.usage_moment"


def look_at(tx: Transaction, meter: Object, customer: Object, moments: Moments) -> None:
    """Look at a customer's usage of a meter at these moments, each of the account's time or of a test clock."""
    known = {(row["test_clock"], row["at"]) for row in tx.find(KIND, "use", _use(meter.id, customer.id))}
    for clock, at in moments:
        if (clock, at) not in known:
            known.add((clock, at))
            tx.new(KIND, {"at": at, "customer": customer.id, "meter": meter.id, "test_clock": clock})


def _ring(tx: Transaction, moment: Object) -> None:
    """Usage is there: who waits for it is told, whom it brings to a threshold is billed."""
    tx.delete(moment)
    customer = tx.get("customer", moment["customer"])
    if customer is None or customer.get("deleted"):
        return
    meter = tx.read("billing.meter", moment["meter"])
    billing_alerts.look(tx, meter, customer)
    thresholds.check(tx, customer)


def _use(meter: str, customer: str) -> str:
    """What usage is filed by."""
    return f"{meter} {customer}"


def _at(moment: Object) -> int:
    """When it comes."""
    return int(moment["at"])


def _filed(moment: Object) -> tuple[str]:
    """Whose usage it is, on which meter."""
    return (_use(moment["meter"], moment["customer"]),)


MOMENTS = Resource(Kind(KIND, "moment", indexes={"use": _filed}, alarm=_at, ring=_ring))
