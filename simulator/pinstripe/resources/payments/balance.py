"""The merchant's own money: balance transactions, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinstripe.billing.money import round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.resource import Answer, Call, Listing, Resource, listing, named, retrieve
from pinstripe.world import Kind, Object, Transaction, World
from pinstripe.world.kinds import by

FEE_RATE, FEE_FIXED = Decimal("0.029"), 30
"""Stripe's price for a card payment in the United States. [recorded: 2500 -> 103]"""
DISPUTE_FEE = 1500
"""What a dispute costs in the United States. [documented]"""
SETTLING_DAYS = 7
"""Days until a test payment is available. [recorded]"""
DAY = 86400
DAYS = "pinstripe.settling_day"
"""A day on which money that is on its way becomes available."""
SETTLED = "pinstripe.settled"
"""What all the days added up to that were over when money last became available, so that nobody adds them up again."""


def of_charge(
    tx: Transaction, charge: Object, amount: int, *, at_once: bool = False, shared: Mapping[str, Any] | None = None
) -> Object:
    """The money of a charge on its way to the merchant, less Stripe's fee, rounded half up. [recorded]

    `shared` is an application fee that it bears besides.
    """
    fee = round_half_up(Fraction(FEE_RATE) * amount) + FEE_FIXED
    said = charge["description"]
    return enter(tx, charge, amount, "charge", fee=fee, at_once=at_once, description=said, shared=shared)


def of_refund(tx: Transaction, refund: Object, amount: int, *, charge: Object, failed: bool = False) -> Object:
    """Money that goes back, or comes back again because it could not; the fee of the payment stays. [documented]

    What goes back of money that is still on its way counts with it, and says what the charge was for. [recorded;
    inferred: of what comes back again]
    """
    type_ = "refund_failure" if failed else "refund"
    what = "REFUND FAILURE FOR CHARGE" if failed else "REFUND FOR CHARGE"
    if charge["description"]:
        what = f"{what} ({charge['description']})"
    amount = amount if failed else -amount
    return enter(tx, refund, amount, type_, available_on=with_its_charge(tx, charge), description=what)


def of_dispute(
    tx: Transaction, dispute: Object, amount: int, *, fee: int = 0, available_on: int | None = None
) -> Object:
    """Money that a dispute takes (negative), or gives back in as many days as a payment takes. [recorded]"""
    what = f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}"
    category = "dispute" if amount < 0 else "dispute_reversal"
    return enter(
        tx, dispute, amount, "adjustment", fee=fee, description=what, category=category, available_on=available_on
    )


def with_its_charge(tx: Transaction, charge: Object) -> int:
    """When what happens to a charge counts: with its own money; now where that is there, or not yet entered. [recorded]

    It is seconds since 1970.
    """
    id_ = charge["balance_transaction"]
    return max(tx.now(), tx.read("balance_transaction", id_)["available_on"] if id_ else 0)


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
    available_on: int | None = None,
    shared: Mapping[str, Any] | None = None,
) -> Object:
    """Write a transaction; what is not available at once is so on the seventh midnight, or when said. [recorded]

    `shared` is the application fee among its costs, before Stripe's own. [second-hand: the order]
    """
    now = tx.now()
    if available_on is None:
        available_on = now if at_once else (now // DAY + SETTLING_DAYS) * DAY
    assert available_on <= now or available_on % DAY == 0, "money becomes available at midnight"
    details = {"amount": fee, "application": None, "currency": source["currency"]}
    costs = {**details, "description": "Dispute fee" if type_ == "adjustment" else "Stripe processing fees"}
    rows = [*([shared] if shared else []), *([{**costs, "type": "stripe_fee"}] if fee else [])]
    fee += shared["amount"] if shared else 0
    if available_on > now and amount > fee:
        _expect(tx, available_on)
    return tx.new(
        "balance_transaction",
        {
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "created": now,
            "currency": source["currency"],
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": rows,
            "net": amount - fee,
            "reporting_category": category or type_,
            "source": source.id,
            "status": "pending" if available_on > now else "available",
            "type": type_,
        },
    )


def view(tx: Transaction, transaction: Object) -> Mapping[str, Any]:
    """A transaction as it stands now: available once its day has come. [documented]"""
    if transaction["available_on"] <= tx.now():
        return {**transaction, "status": "available"}
    return transaction


def _expect(tx: Transaction, day: int) -> None:
    """Have it told when money becomes available that is on its way: once for each day (unix seconds), however much."""
    id_ = f"pinstripe_day_{day}"
    if tx.get(DAYS, id_) is None:
        tx.new(DAYS, {"available_on": day}, id=id_)


def _arrive(tx: Transaction, day: Object) -> None:
    """The day has come. [documented: that it is told, and not of money that goes; inferred: once a day, at midnight]"""
    tx.delete(day)
    today = tx.now() // DAY
    kept = {"day": today, "_sums": _added(tx, today - 1)}
    settled = tx.get(SETTLED, SETTLED)
    if settled is None:
        tx.new(SETTLED, kept, id=SETTLED)
    else:
        tx.put(settled, **kept)
    tx.emit("balance.available", Object(standing(tx)))


def _counts_from(transaction: Object) -> tuple[str]:
    """The day from which a transaction counts as available, in days since 1970; never one that is over."""
    return (str(max(transaction["available_on"], transaction["created"]) // DAY),)


def _added(tx: Transaction, last: int) -> dict[str, dict[str, int]]:
    """The nets of the transactions that count up to a day, by the balance that they are on and by currency."""
    settled = tx.get(SETTLED, SETTLED)
    if settled is None:
        rows = [row for row in tx.all("balance_transaction") if int(_counts_from(row)[0]) <= last]
        return _nets({}, rows)
    days = range(settled["day"], last + 1)
    return _nets(settled["_sums"], (row for day in days for row in tx.find("balance_transaction", "day", str(day))))


def _nets(sums: Mapping[str, Mapping[str, int]], rows: Iterable[Object]) -> dict[str, dict[str, int]]:
    """Sums with the nets of more transactions in them."""
    added = {name: dict(nets) for name, nets in sums.items()}
    for row in rows:
        nets = added.setdefault(row["balance_type"], {})
        nets[row["currency"]] = nets.get(row["currency"], 0) + row["net"]
    return added


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
    today = tx.now() // DAY
    there, ahead = _added(tx, today), range(today + 1, today + SETTLING_DAYS + 1)
    coming = _nets({}, (row for day in ahead for row in tx.find("balance_transaction", "day", str(day))))
    sums = {"available": there.get("payments", {}), "pending": coming.get("payments", {})}
    issuing = there.get("issuing", {})
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
    return _added(tx, tx.now() // DAY).get("payments", {}).get(currency, 0)


def _funds(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def list_all(call: Call) -> Answer:
    """GET /v1/balance_transactions; none is found by its dispute. [recorded]

    Which of them a payout holds is told of automatic ones, and all payouts here are manual.
    """
    if "payout" in call.params:
        named(call.tx, "payout", call.params.get("payout"), "payout")
        raise refusals.payout_is_manual()
    answer = listing("balance_transaction", by={"source": "source"}, equal=("currency", "type"))(call)
    assert isinstance(answer, Listing)
    asked = call.params.get("source") or ""
    return Listing([]) if call.tx.get("dispute", asked) is not None else answer


TRANSACTIONS = Resource(
    Kind("balance_transaction", "txn", indexes={"source": by("source"), "day": _counts_from}),
    {
        "GET /v1/balance": retrieve_balance,
        "GET /v1/balance_transactions": list_all,
        "GET /v1/balance_transactions/{id}": retrieve("balance_transaction", noun="balance transaction"),
    },
    view=view,
    noun="balance transaction",
)

SETTLING = Resource(Kind(DAYS, "day", alarm=lambda day: day["available_on"], ring=_arrive))
SETTLED_SUMS = Resource(Kind(SETTLED, "settled"))
