"""The law of payments: whatever is asked, no payment takes, holds or gives back what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.laws.drawing import DAY, command
from tests.laws.life import Command
from tests.laws.till import CARDS, CURRENCIES, Till

Body = Mapping[str, Any]

DISPUTE_FEE = 1500
WHICH = st.sampled_from([0, 0, 0, 1, 2])
CARD = st.integers(0, len(CARDS) - 1)
AMOUNT = st.sampled_from([50, 1000, 1000, 1001, 12_345, 99_999_999])
PART = st.sampled_from([None, None, None, None, 1, 50, 400, 999, 1000, 5000, 0, -5])
CAPTURE = st.sampled_from([None, "manual", "parts", "automatic"])
CURRENCY = st.sampled_from([0, 0, 0, 1, 2])
FINAL = st.sampled_from([None, None, False, False, True])
SECONDS = st.sampled_from([1, 3, 60, 180, DAY, 7 * DAY, 8 * DAY])
EVIDENCE = st.sampled_from(
    [None, "winning_evidence", "losing_evidence", "escalate_inquiry_evidence", "escalate_inquiry_evidence", "please"]
)

ANYTHING = st.one_of(
    command("intend", CARD, AMOUNT, CAPTURE, st.booleans(), CURRENCY),
    command("confirm", WHICH, st.none() | CARD),
    command("confirm", WHICH, st.none()),
    command("authenticate", WHICH, st.booleans()),
    command("capture", WHICH, PART, FINAL),
    command("capture", WHICH, PART, FINAL),
    command("increment", WHICH, AMOUNT),
    command("amount", WHICH, AMOUNT),
    command("give_up", WHICH),
    command("charge", CARD, AMOUNT, st.booleans(), CURRENCY),
    command("capture_charge", WHICH, PART),
    command("refund", WHICH, PART, st.booleans()),
    command("refund", WHICH, PART, st.booleans()),
    command("dispute", WHICH, EVIDENCE),
    command("customer_with_cash", AMOUNT),
    command("ledger", PART.filter(lambda part: part is not None)),
    command("transfer", AMOUNT),
    command("return", PART.filter(lambda part: part is not None)),
    command("end_refund", WHICH, st.booleans()),
    command("wait", st.none(), SECONDS),
)


PAYMENTS = st.one_of(
    st.tuples(
        command("intend", CARD, AMOUNT, CAPTURE, st.booleans(), CURRENCY),
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
@example([("customer_with_cash", (1000,)), ("return", (-5,)), ("ledger", (-5,)), ("ledger", (400,))])
@example(
    [
        ("intend", (0, 1000, "parts", False, 1)),
        ("confirm", (0, None)),
        *([("capture", (0, 400, False)), ("refund", (0, 50, True))] * 2),
        ("wait", (None, 8 * DAY)),
    ]
)
@example(
    [
        ("intend", (6, 1000, None, False)),
        ("confirm", (0, None)),
        ("refund", (0, 400, False)),
        ("dispute", (0, "escalate_inquiry_evidence")),
        ("wait", (None, 60)),
        ("refund", (0, None, False)),
    ]
)
@example(
    [
        ("charge", (6, 1000, True)),
        ("refund", (0, None, False)),
        ("wait", (None, 180)),
        ("dispute", (0, "escalate_inquiry_evidence")),
        ("wait", (None, 60)),
    ]
)
@example([("charge", (0, 1000, False)), ("capture_charge", (0, 400)), ("refund", (0, 999, False))])
@example([("customer_with_cash", (12_345,)), ("transfer", (1000,))])
@example(
    [
        ("intend", (0, 1000, "parts", False)),
        ("confirm", (0, None)),
        ("capture", (0, 400, False)),
        ("capture_charge", (0, None)),
    ]
)
@example([("intend", (7, 1001, None, False)), ("confirm", (0, None)), ("dispute", (1, "winning_evidence"))])
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
    balance = till.ask("GET", "/v1/balance")
    for coin in CURRENCIES:
        own = [dispute for dispute in disputes.values() if dispute["currency"] == coin]
        expected = sum(brought(till, one) for one in charges if one["currency"] == coin) - sum(map(lost, own))
        shown = sum(
            row["amount"] for when in ("available", "pending") for row in balance[when] if row["currency"] == coin
        )
        if shown != expected:
            yield f"of {coin} there are {shown}, charges less fees, refunds and disputes come to {expected}"
    for id_ in till.ids("charge"):
        own = [dispute for dispute in disputes.values() if dispute["charge"] == id_]
        captured, whole = next((one["amount_captured"], one["refunded"]) for one in charges if one["id"] == id_)
        if sum(dispute["amount"] for dispute in own) > captured:
            yield f"{id_}: more is disputed than the {captured} that were captured"
        if whole and any(dispute["balance_transactions"] for dispute in own):
            yield f"{id_} went back whole, and a dispute took its money too"
    yield from of_cash(till)
    yield from of_ledger(till)


def of_charge(till: Till, charge: Body) -> Iterator[str]:
    """What is taken and what went back fits what was asked, and what moved on the balance."""
    amount, captured, back = charge["amount"], charge["amount_captured"], charge["amount_refunded"]
    if not 0 <= captured <= amount or not 0 <= back <= amount:
        yield f"of {amount}, {captured} are captured and {back} refunded"
    in_parts = parts(charge)
    whole = back == (captured if charge["captured"] else amount)
    if charge["refunded"] != (back > 0 and whole):
        yield f"refunded is {charge['refunded']} with {back} of {amount} back"
    if charge["status"] != "succeeded" and (back or (captured and charge["status"] == "failed")):
        yield f"{captured} captured and {back} refunded of what never came"
    given_back = sum(refund["amount"] for refund in charge["refunds"]["data"] if refund["status"] != "failed")
    if back != given_back:
        yield f"refunds of {given_back} are not {back}"
    if captured and given_back > captured:
        yield f"{given_back} given back of {captured}"
    rows = till.ask("GET", "/v1/balance_transactions", source=charge["id"])["data"]
    if [row["id"] for row in rows][-1:] != [one for one in [charge["balance_transaction"]] if one]:
        yield f"it names {charge['balance_transaction']} and moved {len(rows)} times"
    if len(rows) > 1 and not in_parts:
        yield f"it moved {len(rows)} times"
    if sum(row["amount"] for row in rows) != (captured if rows else 0):
        yield f"{captured} was taken, {[row['amount'] for row in rows]} came"
    for row in rows:
        if (row["fee"], row["net"]) != (fee(row["amount"]), row["amount"] - fee(row["amount"])):
            yield f"{row['amount']} came, less {row['fee']}"


def of_intent(intent: Body, charges: list[Body]) -> Iterator[str]:
    """An intent is paid once, with what its charge has taken."""
    paid = [charge for charge in charges if charge["status"] == "succeeded"]
    if len(paid) > 1:
        yield f"it is paid {len(paid)} times"
    taken = sum(charge["amount_captured"] for charge in paid)
    if not intent["amount_received"] == taken <= intent["amount"]:  # also while parts are still to come
        yield f"{intent['amount_received']} of {intent['amount']} received, {taken} captured"
    waiting = [charge for charge in paid if not charge["captured"] and intent["status"] != "canceled"]
    held = sum(charge["amount"] - charge["amount_captured"] for charge in waiting)
    if intent["amount_capturable"] != held or (intent["status"] == "requires_capture") != bool(waiting):
        yield f"{intent['amount_capturable']} capturable, {held} held"


def of_cash(till: Till) -> Iterator[str]:
    """A customer's cash is what was sent, less what was paid with it or sent back."""
    for customer in till.customers:
        cash = (till.ask("GET", f"/v1/customers/{customer}/cash_balance")["available"] or {}).get("usd", 0)
        rows = till.ask("GET", f"/v1/customers/{customer}/cash_balance_transactions", limit=100)["data"]
        for id_, amount in applied(rows).items():
            intent = till.ask("GET", f"/v1/payment_intents/{id_}")
            if amount > intent["amount"] or (intent["status"] == "succeeded" and amount != intent["amount_received"]):
                yield f"{amount} of {customer}'s cash went to {id_}, which received {intent['amount_received']}"
        if cash < 0 or cash != sum(row["net_amount"] for row in rows):
            yield f"{customer} has {cash}, its transactions come to {sum(row['net_amount'] for row in rows)}"


def applied(rows: list[Body]) -> Mapping[str, int]:
    """How much of a customer's cash each intent was given, and did not give back."""
    sums: dict[str, int] = {}
    for row in rows:
        for word in ("applied_to_payment", "unapplied_from_payment"):
            if row.get(word):
                id_ = row[word]["payment_intent"]
                sums[id_] = sums.get(id_, 0) - row["net_amount"]
    return sums


def of_ledger(till: Till) -> Iterator[str]:
    """A customer's credit is what its ledger comes to, line by line."""
    for customer in till.customers:
        rows = till.ask("GET", f"/v1/customers/{customer}/balance_transactions", limit=100)["data"]
        balance = till.ask("GET", f"/v1/customers/{customer}")["balance"]
        ends = [row["ending_balance"] for row in rows][:1] or [0]
        if balance != sum(row["amount"] for row in rows) or ends != [balance]:
            yield f"{customer} has a balance of {balance}, its ledger says {[row['amount'] for row in rows]}"


def parts(charge: Body) -> bool:
    """Whether a charge is captured in parts."""
    card = charge["payment_method_details"].get("card") or {}
    return bool(card) and card["multicapture"]["status"] == "available"


def fee(amount: int) -> int:
    """2.9 % and 30 cents, half a cent rounded up."""
    return (29 * amount + 500) // 1000 + 30


def brought(till: Till, charge: Body) -> int:
    """What a charge has put on the balance so far."""
    if charge["balance_transaction"] is None:
        return 0
    back = sum(refund["amount"] for refund in charge["refunds"]["data"] if refund["status"] != "failed")
    rows = till.ask("GET", "/v1/balance_transactions", source=charge["id"])["data"]
    return int(charge["amount_captured"] - sum(row["fee"] for row in rows) - back)


def lost(dispute: Body) -> int:
    """What a dispute has taken off the balance: the fee for good, the amount unless it was won."""
    if not dispute["balance_transactions"]:  # an inquiry, or one about what went back before it escalated
        return 0
    return DISPUTE_FEE + (0 if dispute["status"] == "won" else int(dispute["amount"]))
