"""Law 9: usage is billed once and whole, whatever the order of its arrival."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.drawing import DAY
from tests.laws.life import BIRTH, Life

MONTHS = (28, 59, 89, 120)
"""Days from 31 January 2027 to the ends of the next four months: 28 February, 31 March, 30 April, 31 May."""

FACT = st.tuples(
    st.integers(0, MONTHS[-1] * DAY - 1),  # when it happened
    st.sampled_from([0, 1, 1800, 3599, 3600, DAY, 34 * DAY, 40 * DAY]),  # how much later it is reported
    st.sampled_from(["1", "5", "0.25", "1000", "-3", "12345.678"]),
    st.none() | st.integers(0, 5),  # reported under this identifier
)


@given(st.lists(FACT, max_size=25))
def test_what_is_billed_is_what_was_accepted(facts: list[tuple[int, int, str, int | None]]) -> None:
    """The quantities on the invoices of four months are the accepted events of each month, late ones in their hour.

    An event counts in the month in which it happened if its invoice was still a draft when it came; corrections below
    zero bill nothing.
    """
    life = Life()
    life.do_customer(None, 0, 0)
    life.do_subscribe(0, 6, 1, None)  # graduated calls and nothing else
    expected = [Decimal(0)] * len(MONTHS)
    for happened, delay, value, identifier in sorted(facts, key=lambda fact: fact[0] + fact[1]):
        arrives = BIRTH + happened + delay
        if arrives >= BIRTH + MONTHS[-1] * DAY + 3600:
            continue
        life.travel(arrives)
        event = life.ask(
            "POST",
            "/v1/billing/meter_events",
            event_name="calls",
            payload={"stripe_customer_id": life.customers[0], "value": value},
            timestamp=BIRTH + happened,
            identifier=None if identifier is None else f"fact {identifier}",
        )
        month = next(number for number, end in enumerate(MONTHS) if happened < end * DAY)
        if "error" not in event and arrives < BIRTH + MONTHS[month] * DAY + 3600:
            expected[month] += Decimal(value)
    life.travel(BIRTH + MONTHS[-1] * DAY + 3600)
    assert [billed(life, id_) for id_ in life.ids("invoice")] == [max(used, Decimal(0)) for used in expected]


def billed(life: Life, invoice: str) -> Decimal:
    """The units that an invoice bills; a tier's flat fee is a line without units."""
    lines: list[Any] = life.ask("GET", f"/v1/invoices/{invoice}/lines")["data"]
    return sum((Decimal(line["quantity_decimal"]) for line in lines), Decimal(0))
