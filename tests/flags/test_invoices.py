"""What is remembered of a debt, and that it adds up in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from pinstripe_flags.invoice import Invoice
from tests.flags.states import NOW

DAY = 86_400


def event(type_: str, *, created: int = NOW, **more: Any) -> dict[str, Any]:
    """An event of an invoice that was finalized now."""
    invoice = {
        "id": "in_1",
        "status": "open",
        "parent": {"subscription_details": {"subscription": "sub_1"}},
        "status_transitions": {"finalized_at": NOW},
        "next_payment_attempt": None,
    }
    return {"type": f"invoice.{type_}", "created": created, "data": {"object": {**invoice, **more}}}


FIRST = event("payment_failed", next_payment_attempt=NOW + DAY)
SECOND = event("payment_failed", created=NOW + DAY, next_payment_attempt=NOW + 3 * DAY)
LAST = event("payment_failed", created=NOW + 3 * DAY)
PAID = event("paid", created=NOW + 4 * DAY, status="paid")

# Some accounts tell the next try only afterwards.
BARE = event("payment_failed")
PLANNED = event("updated", next_payment_attempt=NOW + DAY)


@pytest.mark.parametrize(
    "events, expected",
    [
        ([FIRST], Invoice("in_1", "sub_1", NOW, NOW + DAY)),
        ([FIRST, SECOND], Invoice("in_1", "sub_1", NOW, NOW + 3 * DAY)),
        ([FIRST, SECOND, LAST], Invoice("in_1", "sub_1", NOW, NOW + 3 * DAY)),
        ([FIRST, SECOND, PAID], Invoice("in_1", "sub_1", NOW, NOW + 3 * DAY, settled=True)),
        ([FIRST, event("voided", status="void")], Invoice("in_1", "sub_1", NOW, NOW + DAY, settled=True)),
        ([BARE], Invoice("in_1", "sub_1", NOW)),
        ([BARE, PLANNED], Invoice("in_1", "sub_1", NOW, NOW + DAY)),
    ],
    ids=["first", "retried", "given up", "paid", "voided", "no plan told", "plan told afterwards"],
)
def test_a_debt_adds_up_in_any_order(events: list[dict[str, Any]], expected: Invoice) -> None:
    """The first failure stays where it was, the last plan counts, and settled is settled; twice is once."""
    for order in permutations([*events, events[0]]):
        known = Invoice("in_1", "sub_1")
        for told in order:
            read = Invoice.from_event(told)
            assert read is not None
            known = known.merged(read)
        assert known == expected


@pytest.mark.parametrize("more", [{"status": "draft"}, {"parent": None}], ids=["a draft", "of no subscription"])
def test_an_invoice_of_no_concern_is_none(more: dict[str, Any]) -> None:
    """A draft owes nothing yet, and a one-off invoice carries no plan."""
    assert Invoice.from_event(event("updated", **more)) is None


@pytest.mark.parametrize("subscription", ["sub_1", {"id": "sub_1", "object": "subscription"}], ids=["id", "expanded"])
def test_older_versions_name_the_subscription_elsewhere(subscription: Any) -> None:
    """Before 2025-03-31.basil it stood on the invoice itself."""
    assert Invoice.from_event(event("updated", parent=None, subscription=subscription)) == Invoice("in_1", "sub_1")


def test_a_retry_that_is_told_alone_knows_when_it_began() -> None:
    """The first event is lost: the second still counts from the finalization, not from its own moment."""
    read = Invoice.from_event(SECOND)
    assert read is not None
    assert read.failed_at == NOW


def test_without_the_moment_of_finalization_the_first_events_own_is_taken() -> None:
    """An old event may lack it; then the earliest failure that was told counts."""
    told = [event("payment_failed", created=NOW + late, status_transitions=None) for late in (5, 900)]
    first, second = map(Invoice.from_event, told)
    assert first is not None
    assert second is not None
    assert first.merged(second) == second.merged(first) == Invoice("in_1", "sub_1", failed_at=NOW + 5)
