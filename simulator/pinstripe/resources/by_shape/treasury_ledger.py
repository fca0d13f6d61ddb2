"""The money of financial accounts: every flow is a transaction, every step of it an entry that moves the balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinstripe.wire import pages
from pinstripe.world import Object, Transaction

PARTS = ("cash", "inbound_pending", "outbound_pending")


@dataclass(frozen=True, slots=True)
class Impact:
    """What an entry does to the balance, in the currency's smallest unit. [documented: the three parts]"""

    cash: int = 0
    inbound_pending: int = 0
    outbound_pending: int = 0

    def times(self, amount: int) -> dict[str, int]:
        """The impact of so much money."""
        return {part: getattr(self, part) * amount for part in PARTS}


OUT = Impact(cash=-1, outbound_pending=1)
OUT_DONE = Impact(outbound_pending=-1)
OUT_BACK = Impact(cash=1, outbound_pending=-1)
IN = Impact(inbound_pending=1)
IN_DONE = Impact(cash=1, inbound_pending=-1)
IN_LOST = Impact(inbound_pending=-1)
GAIN = Impact(cash=1)
LOSS = Impact(cash=-1)


def cash(account: Mapping[str, Any], currency: str) -> int:
    """What an account can spend."""
    return int(account["balance"]["cash"].get(currency, 0))


def begin(
    tx: Transaction, flow: Mapping[str, Any], kind: str, impact: Impact, *, words: str, done: bool, entry: str = ""
) -> str:
    """The id of a flow's new transaction; `kind` is the flow's type, and its first entry's unless that has another."""
    sign = -1 if impact.cash < 0 else 1
    made = tx.new(
        "treasury.transaction",
        {
            "amount": sign * flow["amount"],
            "balance_impact": dict.fromkeys(PARTS, 0),
            "created": tx.now(),
            "currency": flow["currency"],
            "description": words,
            "financial_account": flow["financial_account"],
            "flow": flow["id"],
            "flow_type": kind,
            "livemode": False,
            "status": "open",
            "status_transitions": {"posted_at": None, "void_at": None},
        },
    )
    enter(tx, made.id, entry or kind, impact, "posted" if done else "open", amount=flow["amount"])
    return made.id


def enter(tx: Transaction, id_: str, type_: str, impact: Impact, status: str, *, amount: int | None = None) -> None:
    """One more entry of a transaction, which moves the account's balance and may end the transaction."""
    transaction = tx.read("treasury.transaction", id_)
    moved = impact.times(abs(transaction["amount"]) if amount is None else amount)
    tx.new(
        "treasury.transaction_entry",
        {
            "balance_impact": moved,
            "created": tx.now(),
            "currency": transaction["currency"],
            "effective_at": tx.now(),
            "financial_account": transaction["financial_account"],
            "flow": transaction["flow"],
            "flow_type": transaction["flow_type"],
            "livemode": False,
            "transaction": id_,
            "type": type_,
        },
    )
    total = {part: transaction["balance_impact"][part] + moved[part] for part in PARTS}
    ended = {"posted": "posted_at", "void": "void_at"}.get(status)
    moments = dict(transaction["status_transitions"]) | ({ended: tx.now()} if ended else {})
    tx.put(transaction, balance_impact=total, status=status, status_transitions=moments)
    account = tx.read("treasury.financial_account", transaction["financial_account"])
    currency = transaction["currency"]
    balance = {
        part: {**account["balance"][part], currency: account["balance"][part].get(currency, 0) + moved[part]}
        for part in PARTS
    }
    tx.put(account, balance=balance)


def entries(tx: Transaction, transaction: Object) -> Mapping[str, Any]:
    """The entries that a transaction shows when asked."""
    rows = list(reversed(tx.find("treasury.transaction_entry", "transaction", transaction.id)))
    shown = [tx.world.render(tx, row) for row in rows[: pages.DEFAULT_LIMIT]]
    return pages.envelope(f"/v1/treasury/transactions/{transaction.id}/entries", shown, len(rows) > len(shown))


def flow(tx: Transaction, row: Object) -> Mapping[str, Any]:
    """The flow behind a transaction or an entry, which they show when asked."""
    type_ = row["flow_type"]
    return {"type": type_, type_: tx.world.render(tx, tx.read(f"treasury.{type_}", row["flow"]))}
