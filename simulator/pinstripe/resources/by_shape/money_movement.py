"""Money between an account, its bank and other accounts: top-ups, transfers and their reversals."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Call


def _transfer_group(call: Call, members: Members) -> Any:
    """The group of a transfer that names none: its own. [documented]"""
    del call
    return f"group_{members['id']}"


TOPUPS = Noun(
    "topup",
    "tu",
    "/v1/topups",
    starts={"status": "pending"},
    verbs={"cancel": Verb({"status": "canceled"}, only={"status": ("pending",)}, events=("topup.canceled",))},
)

NOUNS = (TOPUPS,)
