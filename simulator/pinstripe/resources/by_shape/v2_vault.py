"""Bank accounts of API v2, American and British, to which money can be paid out."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.by_shape.external_accounts import TEST_BANK
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.by_shape.telling import tell
from pinstripe.resources.by_shape.wording import in_words
from pinstripe.resources.payment_methods.bank_accounts import BANK
from pinstripe.resources.payments.next_actions import DESCRIPTOR_CODE, MICRODEPOSITS
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction

US, GB = "v2.core.vault.us_bank_account", "v2.core.vault.gb_bank_account"
PAYOUT_METHOD = "v2.money_management.payout_method"
TEST_SORT_CODE = "108800"
"""The sort code of Stripe's British test bank. [documented sample]"""
MICRODEPOSIT_SECONDS = 10 * 86_400
"""How long microdeposits can be confirmed: ten days. [documented for API v1]"""

_STARTS = {"archived": False, "bank_account_type": "checking", "restricted": False}
"""[inferred: that accounts are for checking unless said otherwise]"""
_ASIDE = ("account_number", "currency")


def bank_of(number: str | None) -> str | None:
    """The bank of a routing number or a sort code; of banks that are not Stripe's test banks nothing is known.

    [inferred: that API v2 calls them as API v1 does]
    """
    return BANK if number in (TEST_BANK, TEST_SORT_CODE) else None


def _us_bank(_: Call, members: Members) -> str | None:
    return bank_of(members.get("routing_number") or members.get("fedwire_routing_number"))


def _gb_last4(_: Call, members: Members) -> str:
    """The last digits of the account number or the IBAN. [documented]"""
    return str(members.get("_account_number") or members.get("_iban") or "")[-4:]


def _only_empty(call: Call, account: Object) -> None:
    """An update supplies a routing number that was missing. [documented]"""
    for name in ("routing_number", "fedwire_routing_number"):
        if name in call.params and account.get(name) is not None:
            raise refusals.routing_number_taken(account.id, name)


def payout_method(account: Object) -> Object:
    """The payout method that a bank account is, as far as an event speaks of it."""
    return Object({"id": account.id, "object": PAYOUT_METHOD})


def announce(call: Call, account: Object) -> None:
    """A new bank account is a new payout method. [inferred: the event]"""
    tell(call.tx, f"{PAYOUT_METHOD}.created", payout_method(account))


def changed(call: Call, account: Object) -> None:
    """A payout method that changes is told of. [inferred: the event]"""
    tell(call.tx, f"{PAYOUT_METHOD}.updated", payout_method(account))


# --- microdeposits ---------------------------------------------------------------------------------------------------


def _sent(call: Call, _: Members) -> dict[str, Any]:
    """They are on their way; the test code says so of every account. [inferred: a code, not amounts]"""
    details = {
        "expires": call.tx.now() + MICRODEPOSIT_SECONDS,
        "microdeposit_type": "descriptor_code",
        "sent": call.tx.now(),
    }
    return {"status": "awaiting_verification", "microdeposit_verification_details": details}


def _confirmed(call: Call, account: Object) -> None:
    """The test code or the test amounts, which are API v1's. [inferred]"""
    code, amounts = call.params.get("descriptor_code"), call.params.get("amounts")
    late = call.tx.now() >= account["verification"]["microdeposit_verification_details"]["expires"]
    if late or (code != DESCRIPTOR_CODE and tuple(amounts or ()) != MICRODEPOSITS):
        raise refusals.microdeposits_not_confirmed(account.id)


# --- the table -------------------------------------------------------------------------------------------------------

_ARCHIVING = {
    "archive": Verb({"archived": True}, after=changed),
    "unarchive": Verb({"archived": False}, after=changed),
}

US_BANK_ACCOUNTS = Noun(
    US,
    "usba",
    "/v2/core/vault/us_bank_accounts",
    starts={**_STARTS, "verification": {"status": "unverified"}},
    computed={
        "bank_name": _us_bank,
        "last4": lambda _, members: str(members["_account_number"])[-4:],
        "supported_currencies": lambda _, members: [members["_currency"]],
    },
    aside=_ASIDE,
    filters={"verification_status": "verification.status"},
    verbs={
        **_ARCHIVING,
        "send_microdeposits": Verb(computed={"verification": _sent}, only={"verification.status": ("unverified",)}),
        "confirm_microdeposits": Verb(
            computed={"verification": lambda *_: {"status": "verified"}},
            only={"verification.status": ("awaiting_verification",)},
            check=_confirmed,
        ),
    },
    changing=_only_empty,
    after=announce,
    view=in_words(
        "created",
        "verification.microdeposit_verification_details.expires",
        "verification.microdeposit_verification_details.sent",
    ),
)
GB_BANK_ACCOUNTS = Noun(
    GB,
    "gbba",
    "/v2/core/vault/gb_bank_accounts",
    starts=_STARTS,
    computed={
        "bank_name": lambda _, members: bank_of(members.get("sort_code")),
        "last4": _gb_last4,
        "supported_currencies": lambda _, members: [members["_currency"]],
    },
    aside=(*_ASIDE, "iban"),
    verbs=_ARCHIVING,
    after=announce,
    view=in_words("created"),
)
"""A British account whose bank an IBAN would tell is refused."""

NOUNS = (US_BANK_ACCOUNTS, GB_BANK_ACCOUNTS)


def found(tx: Transaction, id_: str) -> Object | None:
    """The bank account of an id, wherever it is."""
    return tx.get(US, id_) or tx.get(GB, id_)
