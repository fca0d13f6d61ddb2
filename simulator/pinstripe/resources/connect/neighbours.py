"""The other accounts that money goes to: transactions in their worlds, kept together with this one or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.world import Object, Transaction, World

NAME = "pinstripe"
"""What the platform's application is called."""

ABOVE = ("application_fee", "transfer")
"""What of its platform's a connected account sees: the fees it has borne, the transfers it got."""
BELOW: Mapping[str, tuple[tuple[str, str], ...]] = {
    "charge": (("transfer", "destination_payment"), ("application_fee", "charge")),
    "refund": (("transfer_reversal", "destination_payment_refund"),),
}
"""What a platform sees of its connected accounts: by the kind and the member that name it."""


def connected(tx: Transaction, id_: str) -> Transaction | None:
    """A transaction in the world of an account that is connected to this platform; None where there is none."""
    world = tx.world.kin(id_)
    return None if world is None else tx.across(world)


def platform(tx: Transaction) -> Transaction | None:
    """A transaction in the world of the platform that this account is connected to; None for a platform."""
    world = tx.world.kin(None)
    return None if world is None else tx.across(world)


def found(tx: Transaction, name: str, id_: str) -> tuple[Transaction, Object] | None:
    """An object that money between accounts has made in the other one, for whoever asks to see it beside its own.

    [documented: that such members can be expanded; inferred: from both sides]
    """
    there = platform(tx)
    if there is not None:
        seen = there.get(name, id_) if name in ABOVE else None
        whose = {"application_fee": "account", "transfer": "destination"}
        return (there, seen) if seen is not None and seen[whose[name]] == tx.world.seed.account_id else None
    for kind, index in BELOW.get(name, ()):
        for row in tx.find(kind, index, id_):
            account = row["destination"] if kind == "transfer" else row.get("account")
            below = connected(tx, account or tx.read("transfer", row["transfer"])["destination"])
            seen = None if below is None else below.get(name, id_)
            if below is not None and seen is not None:
                return below, seen
    return None


def application_of(platform_world: World) -> str:
    """The id of a platform's application. [recorded by others: `ca_` and 32 characters]"""
    return f"ca_{platform_world.seed.secret('application', 32)}"


def as_application(id_: str) -> dict[str, str]:
    """The application that an id names, for `expand`. [documented: its members; inferred: what it is called]"""
    return {"id": id_, "object": "application", "name": NAME}


def application(world: World) -> str | None:
    """The application that makes the objects of a connected account; None for a platform's own. [documented]"""
    above = world.kin(None)
    return None if above is None else application_of(above)


def stamped(world: World, shown: dict[str, Any]) -> dict[str, Any]:
    """An object as it is shown, with the application that made it, if it can say so.

    [documented: the member; inferred: that all objects of a connected account are made by its platform, as no other
    key reaches them]
    """
    if shown.get("application", "") is not None:
        return shown
    above = world.kin(None)
    return shown if above is None else {**shown, "application": application_of(above)}


def fee_row(world: World, amount: int, currency: str) -> Mapping[str, Any]:
    """An application fee among the costs of a payment in a connected account. [second-hand]"""
    return {
        "amount": amount,
        "application": application(world),
        "currency": currency,
        "description": f"{NAME} application fee",
        "type": "application_fee",
    }
