"""The law of payments: whatever is asked, no payment takes, holds or gives back what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.laws.life import Command
from tests.laws.lives import DAY, command
from tests.laws.till import CARDS, Till

Body = Mapping[str, Any]

DISPUTE_FEE = 1500
WHICH = st.sampled_from([0, 0, 0, 1, 2])
CARD = st.integers(0, len(CARDS) - 1)
AMOUNT = st.sampled_from([50, 1000, 1000, 1001, 12_345, 99_999_999])
PART = st.sampled_from([None, None, None, None, 1, 50, 400, 999, 1000, 5000, 0, -5])
CAPTURE = st.sampled_from([None, "manual", "manual", "automatic"])
SECONDS = st.sampled_from([1, 3, 60, 180, DAY, 7 * DAY, 8 * DAY])
EVIDENCE = st.sampled_from([None, "winning_evidence", "losing_evidence", "please"])

ANYTHING = st.one_of(
    command("intend", CARD, AMOUNT, CAPTURE, st.booleans()),
    command("confirm", WHICH, st.none() | CARD),
    command("confirm", WHICH, st.none()),
    command("authenticate", WHICH, st.booleans()),
    command("capture", WHICH, PART),
    command("capture", WHICH, PART),
    command("increment", WHICH, AMOUNT),
    command("amount", WHICH, AMOUNT),
    command("give_up", WHICH),
    command("charge", CARD, AMOUNT, st.booleans()),
    command("capture_charge", WHICH, PART),
    command("refund", WHICH, PART, st.booleans()),
    command("refund", WHICH, PART, st.booleans()),
    command("dispute", WHICH, EVIDENCE),
    command("customer_with_cash", AMOUNT),
    command("transfer", AMOUNT),
    command("return", PART.filter(lambda part: part is not None)),
    command("end_refund", WHICH, st.booleans()),
    command("wait", st.none(), SECONDS),
)


PAYMENTS = st.one_of(
    st.tuples(
        command("intend", CARD, AMOUNT, CAPTURE, st.booleans()),
        command("confirm", st.just(0), st.none()),
    ),
    st.tuples(command("charge", CARD, AMOUNT, st.booleans())),
    st.tuples(command("customer_with_cash", AMOUNT), command("transfer", AMOUNT)),
)
LIVES = st.tuples(st.lists(PAYMENTS, min_size=1, max_size=4), st.lists(ANYTHING, max_size=25)).map(
    lambda parts: [*(one for payment in parts[0] for one in payment), *parts[1]]
)


@given(LIVES)
@example([("charge", (2, 1000, False)), ("capture_charge", (0, None))])
@example([("intend", (2, 1000, None, False)), ("confirm", (0, None)), ("capture_charge", (0, None))])
@example([("charge", (0, 1000, False)), ("capture_charge", (0, 0)), ("capture_charge", (0, -5))])
@example([("charge", (0, 1000, False)), ("refund", (0, None, False)), ("wait", (None, 8 * DAY))])
@example(
    [
        ("intend", (0, 1000, "manual", False)),
        ("confirm", (0, None)),
        ("refund", (0, None, True)),
        ("capture", (0, None)),
        ("wait", (None, 8 * DAY)),
    ]
)
@example([("customer_with_cash", (1000,)), ("return", (-5,))])
def test_no_payment_moves_what_is_not_there(commands: list[Command]) -> None:
    """No more is captured than authorized or refunded than captured; the balance is all charges, fees and refunds."""
    till = Till()
    till.live(commands)
    assert not list(discrepancies(till))


def discrepancies(till: Till) -> Iterator[str]:
    """What does not add up, asked for over the API."""
    charges = [till.ask("GET", f"/v1/charges/{id_}", expand=["refunds"]) for id_ in till.ids("charge")]
    disputes = {id_: till.ask("GET", f"/v1/disputes/{id_}") for id_ in till.ids("dispute")}
    declined = {answer.body["error"].get("charge") for answer in till.answers if answer.status == 402}
    for charge in charges:
        if charge["id"] in declined and charge["status"] != "failed":
            yield f"{charge['id']} was declined and is {charge['status']}"
        yield from (f"{charge['id']} ({charge['status']}): {wrong}" for wrong in of_charge(till, charge))
    for refund in till.ask("GET", "/v1/refunds", limit=100)["data"]:
        if refund["amount"] < 1:
            yield f"{refund['id']} gives back {refund['amount']}"
    for id_ in till.ids("payment_intent"):
        intent = till.ask("GET", f"/v1/payment_intents/{id_}")
        own = [charge for charge in charges if charge["payment_intent"] == id_]
        yield from (f"{id_} ({intent['status']}): {wrong}" for wrong in of_intent(intent, own))
    expected = sum(map(brought, charges)) - sum(map(lost, disputes.values()))
    balance = till.ask("GET", "/v1/balance")
    shown = sum(row["amount"] for when in ("available", "pending") for row in balance[when])
    if shown != expected:
        yield f"the balance is {shown}, charges less fees, refunds and disputes come to {expected}"
    yield from of_cash(till)


def of_charge(till: Till, charge: Body) -> Iterator[str]:
    """What is taken and what went back fits what was asked, and what moved on the balance."""
    amount, captured, back = charge["amount"], charge["amount_captured"], charge["amount_refunded"]
    if not 0 <= captured <= amount or not 0 <= back <= amount:
        yield f"of {amount}, {captured} are captured and {back} refunded"
    if charge["refunded"] != (back == amount):
        yield f"refunded is {charge['refunded']} with {back} of {amount} back"
    if charge["status"] != "succeeded" and (captured or back):
        yield f"{captured} captured and {back} refunded of what never came"
    released = amount - captured if charge["captured"] and charge["status"] == "succeeded" else 0
    given_back = sum(refund["amount"] for refund in charge["refunds"]["data"] if refund["status"] != "failed")
    if back != given_back + released:
        yield f"refunds of {given_back} and {released} let go are not {back}"
    if charge["captured"] and given_back > captured:
        yield f"{given_back} given back of {captured}"
    rows = till.ask("GET", "/v1/balance_transactions", source=charge["id"])["data"]
    if [row["id"] for row in rows] != [one for one in [charge["balance_transaction"]] if one]:
        yield f"it moved {len(rows)} times"
    for row in rows:
        if (row["amount"], row["fee"], row["net"]) != (captured, fee(captured), captured - fee(captured)):
            yield f"{captured} was taken, {row['amount']} less {row['fee']} came"


def of_intent(intent: Body, charges: list[Body]) -> Iterator[str]:
    """An intent is paid once, with what its charge has taken."""
    paid = [charge for charge in charges if charge["status"] == "succeeded"]
    if len(paid) > 1:
        yield f"it is paid {len(paid)} times"
    taken = sum(charge["amount_captured"] for charge in paid)
    if not intent["amount_received"] == taken <= intent["amount"]:
        yield f"{intent['amount_received']} of {intent['amount']} received, {taken} captured"
    held = sum(charge["amount"] for charge in paid if not charge["captured"] and not charge["refunded"])
    if intent["amount_capturable"] != held or (intent["status"] == "requires_capture") != bool(held):
        yield f"{intent['amount_capturable']} capturable, {held} held"


def of_cash(till: Till) -> Iterator[str]:
    """A customer's cash is what was sent, less what was paid with it or sent back."""
    for customer in till.customers:
        cash = (till.ask("GET", f"/v1/customers/{customer}/cash_balance")["available"] or {}).get("usd", 0)
        rows = till.ask("GET", f"/v1/customers/{customer}/cash_balance_transactions", limit=100)["data"]
        if cash < 0 or cash != sum(row["net_amount"] for row in rows):
            yield f"{customer} has {cash}, its transactions come to {sum(row['net_amount'] for row in rows)}"


def fee(amount: int) -> int:
    """2.9 % and 30 cents, half a cent rounded up."""
    return (29 * amount + 500) // 1000 + 30


def brought(charge: Body) -> int:
    """What a charge has put on the balance so far."""
    if charge["balance_transaction"] is None:
        return 0
    back = sum(refund["amount"] for refund in charge["refunds"]["data"] if refund["status"] != "failed")
    return int(charge["amount_captured"]) - fee(charge["amount_captured"]) - int(back)


def lost(dispute: Body) -> int:
    """What a dispute has taken off the balance: the fee for good, the amount unless it was won."""
    card = dispute.get("payment_method_details", {}).get("card", {})
    if card.get("case_type") == "inquiry":
        return 0
    return DISPUTE_FEE + (0 if dispute["status"] == "won" else int(dispute["amount"]))
