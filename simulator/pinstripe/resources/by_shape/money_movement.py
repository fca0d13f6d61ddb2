"""Money between an account, its bank and other accounts: top-ups, transfers and their reversals, payouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.booking import book
from pinstripe.resources.by_shape.days import business_day
from pinstripe.resources.by_shape.noun import Below, Members, Noun, Verb
from pinstripe.resources.connect import calls
from pinstripe.resources.payments import amounts, balance
from pinstripe.resources.resource import Call, merged_metadata
from pinstripe.world import Object, Transaction
from pinstripe.world.kinds import by

PAYOUT_DAYS = 2
"""Business days until a standard payout arrives [inferred: two everywhere; Stripe's depend on country and history]."""


def _moved(kind: str, category: str, sign: int) -> Callable[[Call, Members], str]:
    """A rule that books the amount on the account's balance, free of fees, and answers the booking's id."""

    def rule(call: Call, members: Members) -> str:
        """The money moves at once."""
        return book(
            call.tx,
            members["id"],
            sign * members["amount"],
            members["currency"],
            kind,
            category,
            description=members.get("description"),
        )

    return rule


# --- payouts ---------------------------------------------------------------------------------------------------------


def _arrival(call: Call, members: Members) -> int:
    """Midnight UTC two business days on; an instant payout arrives the same day. [inferred: the hour and the days]"""
    return business_day(call.tx.now(), 0 if members["method"] == "instant" else PAYOUT_DAYS)


def _payout_type(call: Call, members: Members) -> str:
    """What kind of place the money goes to: a bank account unless the destination is a card. [documented]"""
    destination = members.get("destination")
    is_card = destination is not None and "card" in call.tx.world.kinds and call.tx.get("card", destination) is not None
    return "card" if is_card else "bank_account"


def _payout_due(payout: Object) -> int | None:
    """A pending payout waits for its arrival."""
    return int(payout["arrival_date"]) if payout["status"] == "pending" else None


def _pay_out(tx: Transaction, payout: Object) -> None:
    """The money has arrived. In test mode nothing stands in its way. [documented]"""
    tx.emit("payout.paid", tx.put(payout, status="paid"), automatic=True)


def _check_payout(call: Call, members: Members) -> None:
    """The currency is one, and the balance covers it. [documented; recorded: who is refused before]"""
    if members["amount"] < 1:
        raise errors.too_small("amount", 1)
    amounts.currency(members["currency"])
    if balance.available(call.tx, members["currency"]) < members["amount"]:
        raise refusals.payout_not_covered()


def _come_back(call: Call, members: Members) -> str:
    """The money of a canceled payout is on the balance again. [documented]"""
    return book(call.tx, members["id"], members["amount"], members["currency"], "payout_cancel", "payout_reversal")


def _reverse(call: Call, members: Members) -> str:
    """A payout the other way, which the reversed one names. [documented: the pair; inferred: its amount is negative]"""
    tx = call.tx
    original = {key: value for key, value in members.items() if key not in ("id", "object", "_", "reversed_by")}
    back = tx.new(
        "payout",
        {
            **original,
            "amount": -members["amount"],
            "arrival_date": _arrival(call, members),
            "automatic": False,
            "balance_transaction": None,
            "created": tx.now(),
            "metadata": merged_metadata({}, call.params),
            "original_payout": members["id"],
            "status": "pending",
        },
    )
    booked = book(tx, back.id, members["amount"], back["currency"], "payout")
    back = tx.put(back, balance_transaction=booked)
    tx.emit("payout.created", back)
    return back.id


# --- the table -------------------------------------------------------------------------------------------------------

TOPUPS = Noun(
    "topup",
    "tu",
    "/v1/topups",
    starts={"status": "pending", "initiated_by": "user"},
    verbs={"cancel": Verb({"status": "canceled"}, only={"status": ("pending",)}, events=("topup.canceled",))},
)
TRANSFERS = Noun(
    "transfer",
    "tr",
    "/v1/transfers",
    routes=calls.TRANSFERS,
    indexes={"destination_payment": by("destination_payment"), "source_transaction": by("source_transaction")},
    below={"reversals": Below("transfer_reversal", "transfer", "/v1/transfers/{}/reversals", counted=True)},
)
REVERSALS = Noun(
    "transfer_reversal",
    "trr",
    "/v1/transfers/{}/reversals",
    parents={"transfer": "transfer"},
    routes=calls.REVERSALS,
    indexes={"destination_payment_refund": by("destination_payment_refund")},
)
PAYOUTS = Noun(
    "payout",
    "po",
    "/v1/payouts",
    starts={
        "automatic": False,
        "method": "standard",
        "reconciliation_status": "not_applicable",
        "source_type": "card",
        "status": "pending",
    },
    computed={
        "arrival_date": _arrival,
        "type": _payout_type,
        "balance_transaction": _moved("payout", "payout", -1),
    },
    verbs={
        "cancel": Verb(
            {"status": "canceled"},
            only={"status": ("pending",)},
            events=("payout.canceled",),
            computed={"failure_balance_transaction": _come_back},
        ),
        "reverse": Verb(computed={"reversed_by": _reverse}, only={"status": ("paid",), "reversed_by": (None,)}),
    },
    check=_check_payout,
    alarm=_payout_due,
    ring=_pay_out,
)
"""A payout that was made by hand is `pending` until its day and then `paid` [inferred: the step `in_transit` between
them, which Stripe takes at a moment of its own, is left out]."""
FEES = Noun(
    "application_fee",
    "fee",
    "/v1/application_fees",
    made=False,
    indexes={"charge": by("charge")},
    below={"refunds": Below("fee_refund", "fee", "/v1/application_fees/{}/refunds", counted=True)},
)
"""Fees come of payments in connected accounts, and of those that go on to one."""
FEE_REFUNDS = Noun(
    "fee_refund",
    "fr",
    "/v1/application_fees/{}/refunds",
    parents={"application_fee": "fee"},
    events="application_fee.refund",
    routes=calls.FEE_REFUNDS,
)


def _schedule(_: Call, members: Members) -> Any:
    """Delays that were chosen hold; else the two days of the United States. [documented]"""
    payments = dict(members["payments"])
    timing = dict(payments["settlement_timing"])
    timing["delay_days"] = timing.get("delay_days_override") or PAYOUT_DAYS
    if timing.get("delay_days_override", 0) is None:
        del timing["delay_days_override"]
    return {**payments, "settlement_timing": timing}


BALANCE_SETTINGS = Noun(
    "balance_settings",
    path="/v1/balance_settings",
    singleton=True,
    starts={
        "payments": {
            "debit_negative_balances": False,
            "payouts": {"schedule": {"interval": "daily"}, "status": "enabled"},
            "settlement_timing": {"delay_days": PAYOUT_DAYS},
        }
    },
    recomputed={"payments": _schedule},
)
"""An account that was never asked pays out daily. [inferred: that payouts are enabled]"""

NOUNS = (TOPUPS, TRANSFERS, REVERSALS, PAYOUTS, FEES, FEE_REFUNDS, BALANCE_SETTINGS)
