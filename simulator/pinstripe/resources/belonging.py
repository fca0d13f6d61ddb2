"""Whose an event is: what becomes of a connected account is told in the account's own world. [documented]

A platform keeps the objects of its connected accounts, so its rules change them. Their events are the account's: it
lists them, and the platform's endpoints hear of them as of everything that happens there, with `account` set.
"""

from __future__ import annotations

from pinstripe.world import Object, World

OF_ACCOUNTS = ("account.", "capability.", "person.")
"""How the types of such events begin."""
OWN = ("id", "object")
"""What an event gets from the world that it is told in."""


def account_of(event: Object) -> str | None:
    """The id of the account that an event is about, of itself or of what belongs to it."""
    if not event["type"].startswith(OF_ACCOUNTS):
        return None
    obj = event["data"]["object"]
    if obj["object"] == "application":  # the platform's, which names no account
        return None
    return str(obj["id"] if obj["object"] == "account" else obj["account"])


def tell(world: World, event: Object) -> None:
    """Tell an event in the world that it belongs in, as something that happens there."""
    tx = world.transaction()
    world.announce(tx, tx.new("event", {key: value for key, value in event.items() if key not in OWN}))
    tx.commit()
