"""Savepoints of an account: everything in it and in the accounts connected to it, kept under a name.

Whoever goes back finds objects, events, clocks, deliveries, idempotency keys, faults and the journal as they were. The
ids that come next are those that came next then, so the same calls give the same bytes once more.
"""

from __future__ import annotations

from typing import Any

from pinstripe.http.accounts import Account, Accounts
from pinstripe.wire.rules import RuleError
from pinstripe.world.savepoint import Savepoint as Worldly

MOST = 100
"""How many savepoints an account keeps."""

REMEMBERED = ("idempotency", "idempotency_v2", "faults", "registered", "journal", "faulted")
"""What an account remembers beside its world; each can be copied."""


class SavepointError(ValueError):
    """A savepoint that does not exist; the message says which there are."""


class Kept:
    """One account as it was."""

    def __init__(self, account: Account) -> None:
        self.world = Worldly(account.world)
        self.requests = account.requests
        self.members = {name: getattr(account, name).copy() for name in REMEMBERED}

    def restore(self, account: Account) -> None:
        """Take the account back."""
        self.world.restore(account.world)
        account.requests = self.requests
        for name, value in self.members.items():
            setattr(account, name, value.copy())


class Savepoint:
    """An account and those connected to it, as they were."""

    def __init__(self, account: Account) -> None:
        self.now = account.world.now
        self.objects = sum(len(table.objects) for table in account.world.tables.values())
        self.platform = Kept(account)
        self.connected = {id_: Kept(each) for id_, each in account.connected.items()}

    def restore(self, accounts: Accounts, account: Account) -> None:
        """Take all of them back; accounts that were connected since are gone, those that went since are there again."""
        self.platform.restore(account)
        for id_ in account.connected.keys() - self.connected.keys():
            accounts.forget(account, id_)
        for id_, kept in self.connected.items():
            kept.restore(accounts.world_of(account, id_))

    def shown(self, name: str) -> dict[str, Any]:
        """What a caller is told of it."""
        return {"name": name, "now": self.now, "objects": self.objects}


def keep(account: Account, name: str) -> dict[str, Any]:
    """Keep the account under a name; one of the same name is replaced. Raises RuleError for one too many."""
    if name not in account.savepoints and len(account.savepoints) >= MOST:
        raise RuleError(f"{MOST} savepoints are kept already; DELETE one first.")
    account.savepoints[name] = Savepoint(account)
    return account.savepoints[name].shown(name)


def restore(accounts: Accounts, account: Account, name: str) -> dict[str, Any]:
    """Take the account back to a savepoint; raises SavepointError where there is none of this name."""
    found(account, name).restore(accounts, account)
    return found(account, name).shown(name)


def found(account: Account, name: str) -> Savepoint:
    """A savepoint by its name; raises SavepointError."""
    if name not in account.savepoints:
        raise SavepointError(f"There is no savepoint {name!r}; there are {', '.join(account.savepoints) or 'none'}.")
    return account.savepoints[name]
