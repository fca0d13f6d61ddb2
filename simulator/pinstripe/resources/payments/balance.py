"""The merchant's own money: balance transactions, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing.money import round_half_up
from pinstripe.resources.resource import Answer, Call, Resource, listing, retrieve
from pinstripe.world import Kind, Object, Transaction, World
from pinstripe.world.kinds import by

FEE_RATE, FEE_FIXED = Decimal("0.029"), 30
"""Stripe's price for a card payment in the United States. [recorded: 2500 -> 103]"""
DISPUTE_FEE = 1500
"""What a dispute costs in the United States. [documented]"""
SETTLING_DAYS = 7
"""Days until a test payment is available. [recorded]"""
DAY = 86400


def of_charge(tx: Transaction, charge: Object, amount: int, *, at_once: bool = False) -> Object:
    """The money of a charge on its way to the merchant, less Stripe's fee, rounded half up. [recorded]"""
    fee = round_half_up(Fraction(FEE_RATE) * amount) + FEE_FIXED
    return enter(tx, charge, amount, "charge", fee=fee, at_once=at_once, description=charge["description"])


def of_refund(tx: Transaction, refund: Object, amount: int, *, failed: bool = False) -> Object:
    """Money that goes back, or comes back again because it could not; the fee of the payment stays. [documented]"""
    type_ = "refund_failure" if failed else "refund"
    what = "REFUND FAILURE FOR CHARGE" if failed else "REFUND FOR CHARGE"
    return enter(tx, refund, amount if failed else -amount, type_, at_once=True, description=what)


def of_dispute(tx: Transaction, dispute: Object, amount: int, *, fee: int = 0) -> Object:
    """Money that a dispute takes (negative) or gives back. [documented]"""
    what = f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}"
    category = "dispute" if amount < 0 else "dispute_reversal"
    return enter(tx, dispute, amount, "adjustment", fee=fee, at_once=True, description=what, category=category)


def enter(
    tx: Transaction,
    source: Object,
    amount: int,
    type_: str,
    *,
    fee: int = 0,
    at_once: bool = False,
    description: str | None = None,
    category: str = "",
) -> Object:
    """Write a transaction; what is not available at once is so on the seventh midnight. [recorded]"""
    now = tx.now()
    details = {"amount": fee, "application": None, "currency": source["currency"]}
    costs = {**details, "description": "Dispute fee" if type_ == "adjustment" else "Stripe processing fees"}
    return tx.new(
        "balance_transaction",
        {
            "amount": amount,
            "available_on": now if at_once else (now // DAY + SETTLING_DAYS) * DAY,
            "balance_type": "payments",
            "created": now,
            "currency": source["currency"],
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [{**costs, "type": "stripe_fee"}] if fee else [],
            "net": amount - fee,
            "reporting_category": category or type_,
            "source": source.id,
            "status": "available" if at_once else "pending",
            "type": type_,
        },
    )


def view(tx: Transaction, transaction: Object) -> Mapping[str, Any]:
    """A transaction as it stands now: available once its day has come. [documented]"""
    if transaction["available_on"] <= tx.now():
        return {**transaction, "status": "available"}
    return transaction


def retrieve_balance(call: Call) -> Answer:
    """GET /v1/balance."""
    return standing(call.tx)


def tell(world: World) -> None:
    """Tell that there is money to be paid out. [documented]"""
    tx = world.transaction()
    tx.emit("balance.available", Object(standing(tx)))
    tx.commit()


def standing(tx: Transaction) -> dict[str, Any]:
    """The nets of all transactions, by currency and by whether they are available. [documented]"""
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    issuing: dict[str, int] = {}
    for transaction in tx.all("balance_transaction"):
        where = sums["available" if transaction["available_on"] <= tx.now() else "pending"]
        where = issuing if transaction["balance_type"] == "issuing" else where
        where[transaction["currency"]] = where.get(transaction["currency"], 0) + transaction["net"]
    issued = [{"amount": amount, "currency": currency} for currency, amount in sorted(issuing.items())]
    currencies = sorted({"usd", *sums["available"], *sums["pending"]})
    return {
        "object": "balance",
        **{name: [_funds(sums[name].get(currency, 0), currency) for currency in currencies] for name in sums},
        **({"issuing": {"available": issued}} if issued else {}),
        "livemode": False,
    }


def available(tx: Transaction, currency: str) -> int:
    """What the account can spend in a currency now, of its payments. [documented]"""
    rows = (row for row in tx.all("balance_transaction") if row["currency"] == currency)
    return sum(row["net"] for row in rows if row["balance_type"] == "payments" and row["available_on"] <= tx.now())


def _funds(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


TRANSACTIONS = Resource(
    Kind("balance_transaction", "txn", indexes={"source": by("source")}),
    {
        "GET /v1/balance": retrieve_balance,
        "GET /v1/balance_transactions": listing(
            "balance_transaction", by={"source": "source"}, equal=("currency", "type")
        ),
        "GET /v1/balance_transactions/{id}": retrieve("balance_transaction"),
    },
    view=view,
    noun="balance transaction",
)
