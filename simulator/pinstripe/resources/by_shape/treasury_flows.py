"""Money on its way into and out of financial accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import treasury_ledger as ledger
from pinstripe.resources.by_shape.days import business_day
from pinstripe.resources.by_shape.external_accounts import TEST_BANK
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.by_shape.treasury import account_of
from pinstripe.resources.resource import Call, named
from pinstripe.world import Object

DAYS = 2
"""Business days that a transfer takes. [inferred]"""
PROCESSING = {"status": ("processing",)}


# --- banks -----------------------------------------------------------------------------------------------------------


def _bank(call: Call, said: Mapping[str, Any], network: str) -> dict[str, Any]:
    """A bank account as a flow shows it: by its last four digits. [documented; only the test bank has a name]"""
    number = said.get("account_number")
    routing = said.get("routing_number")
    drawn = call.tx.world.seed.secret(f"bank:{routing}:{number}", 16)
    return {
        "account_holder_type": said.get("account_holder_type"),
        "account_type": said.get("account_type"),
        "bank_name": said.get("bank_name") or ("STRIPE TEST BANK" if routing == TEST_BANK else None),
        "fingerprint": said.get("fingerprint") or drawn,
        "last4": said.get("last4") or (number and number[-4:]),
        "network": network,
        "routing_number": routing,
    }


def _owner(said: Mapping[str, Any] | None) -> dict[str, Any]:
    said = said or {}
    return {"address": dict(said.get("address") or {}), "email": said.get("email"), "name": said.get("name")}


def _of_method(call: Call, param: str, network: str) -> dict[str, Any]:
    """The details of a bank account that is a payment method; other methods hold no money. [documented]"""
    method = named(call.tx, "payment_method", call.params.get(param), param)
    if method["type"] != "us_bank_account":
        raise refusals.not_a_bank_account(method.id, param)
    bank = _bank(call, method["us_bank_account"], network)
    return {
        "billing_details": _owner(method.get("billing_details")),
        "type": "us_bank_account",
        "us_bank_account": bank,
    }


def _words(members: Members, details: str, what: str) -> str:
    """How the transaction describes a flow: `Jane Austen (6789) | Outbound transfer | transfer`. [sample]"""
    said = members[details]
    name, last4 = said["billing_details"].get("name"), (said.get("us_bank_account") or {}).get("last4")
    who = " ".join(filter(None, (name, f"({last4})" if last4 else "")))
    return " | ".join(filter(None, (who, what, members.get("statement_descriptor"))))


# --- steps -----------------------------------------------------------------------------------------------------------


def _moment(name: str) -> dict[str, Callable[[Call, Members], Any]]:
    return {"status_transitions": lambda call, members: {**members["status_transitions"], name: call.tx.now()}}


def _entered(type_: str, impact: ledger.Impact, status: str) -> Callable[[Call, Object], None]:
    """What follows a step: one more entry."""

    def after(call: Call, flow: Object) -> None:
        """Move the money."""
        ledger.enter(call.tx, flow["transaction"], type_, impact, status)

    return after


def _step(
    event: str,
    status: str,
    after: Callable[[Call, Object], None],
    *,
    only: Mapping[str, tuple[Any, ...]] = PROCESSING,
    computed: Mapping[str, Any] | None = None,
) -> Verb:
    """A step that ends the processing of a flow. [documented: from which state]"""
    return Verb(
        {"status": status, "cancelable": False},
        computed={**_moment(f"{status}_at"), **(computed or {})},
        only=only,
        events=(f"{event}.{status}",),
        after=after,
    )


# --- out -------------------------------------------------------------------------------------------------------------


def _outbound(word: str) -> Callable[[Call, Members], None]:
    """The check of a new outbound payment or transfer."""

    def check(call: Call, members: Members) -> None:
        """There is money, and somewhere to send it. [documented]"""
        account = account_of(call.tx, members["financial_account"])
        if members["amount"] < 1:
            raise errors.too_small("amount", 1)
        if ledger.cash(account, members["currency"]) < members["amount"]:
            raise refusals.financial_account_short(account.id, members["currency"])
        members.setdefault("statement_descriptor", word)
        members["destination_payment_method_details"] = _destination(call, members)

    return check


def _destination(call: Call, members: Members) -> Mapping[str, Any]:
    """Where the money goes: a payment method, or a bank account as described."""
    options = call.params.hash("destination_payment_method_options").hash("us_bank_account")
    network = options.get("network") or "ach"
    if "destination_payment_method" in call.params:
        members["destination_payment_method"] = call.params.get("destination_payment_method")
        return _of_method(call, "destination_payment_method", network)
    if "destination_payment_method_data" not in call.params:
        raise errors.missing_parameter("destination_payment_method")
    said = call.params.hash("destination_payment_method_data")
    if said.get("type") != "us_bank_account":
        raise errors.unsupported_parameter(
            call.operation, "destination_payment_method_data[type]", " with a financial account"
        )
    bank = _bank(call, said.get("us_bank_account") or {}, network)
    owner = _owner(said.get("billing_details"))
    return {"billing_details": owner, "type": "us_bank_account", "us_bank_account": bank}


def _spend(kind: str, what: str) -> Callable[[Call, Members], str]:
    def rule(call: Call, members: Members) -> str:
        """Take the money out of the cash, into what is on its way."""
        words = _words(members, "destination_payment_method_details", what)
        return ledger.begin(call.tx, members, kind, ledger.OUT, words=words, done=False)

    return rule


def _come_back(kind: str) -> Callable[[Call, Members], Mapping[str, Any]]:
    """What was sent comes back as a transaction of its own. [documented]"""

    def rule(call: Call, members: Members) -> Mapping[str, Any]:
        """The money is in the cash again. [inferred: the code, where none is named]"""
        transaction = call.tx.read("treasury.transaction", members["transaction"])
        if transaction["status"] == "open":
            ledger.enter(call.tx, transaction.id, f"{kind}_posting", ledger.OUT_DONE, "posted")
        said = call.params.hash("returned_details")
        words = f"Return of {members['id']}"
        back = ledger.begin(call.tx, members, kind, ledger.GAIN, words=words, done=True, entry=f"{kind}_return")
        return {"code": said.get("code", "declined"), "transaction": back}

    return rule


def _outbound_noun(kind: str, prefix: str, what: str) -> Noun:
    """Outbound payments and transfers differ in whom they pay, and in nothing else."""
    event, helper = f"treasury.{kind}", f"/v1/test_helpers/treasury/{kind}s/{{}}"
    return Noun(
        event,
        prefix,
        f"/v1/treasury/{kind}s",
        starts={
            "cancelable": True,
            "status": "processing",
            "status_transitions": dict.fromkeys(("canceled_at", "failed_at", "posted_at", "returned_at")),
        },
        computed={
            "expected_arrival_date": lambda call, _: business_day(call.tx.now(), DAYS),
            "transaction": _spend(kind, what),
        },
        check=_outbound(kind.rpartition("_")[2]),
        verbs={
            "cancel": _step(event, "canceled", _entered(f"{kind}_cancellation", ledger.OUT_BACK, "void")),
            f"{helper}/fail": _step(event, "failed", _entered(f"{kind}_failure", ledger.OUT_BACK, "void")),
            f"{helper}/post": _step(event, "posted", _entered(f"{kind}_posting", ledger.OUT_DONE, "posted")),
            f"{helper}/return": _step(
                event,
                "returned",
                lambda *_: None,
                only={"status": ("processing", "posted")},
                computed={"returned_details": _come_back(kind)},
            ),
            helper: Verb(events=(f"{event}.tracking_details_updated",)),
        },
    )


# --- in --------------------------------------------------------------------------------------------------------------


def _inbound(call: Call, members: Members) -> None:
    """The account is open and the bank account is one. [documented]"""
    account_of(call.tx, members["financial_account"])
    if members["amount"] < 1:
        raise errors.too_small("amount", 1)
    members["origin_payment_method_details"] = _of_method(call, "origin_payment_method", "ach")
    members.setdefault("statement_descriptor", "transfer")


def _draw(call: Call, members: Members) -> str:
    words = _words(members, "origin_payment_method_details", "Inbound transfer")
    return ledger.begin(call.tx, members, "inbound_transfer", ledger.IN, words=words, done=False)


def _failure(call: Call, _: Members) -> Mapping[str, Any]:
    """Why it failed. [inferred: the code, where none is named]"""
    return {"code": call.params.hash("failure_details").get("code", "other")}


INBOUND = "treasury.inbound_transfer"
INBOUND_HELPER = "/v1/test_helpers/treasury/inbound_transfers/{}"
INBOUND_TRANSFERS = Noun(
    INBOUND,
    "ibt",
    "/v1/treasury/inbound_transfers",
    starts={
        "cancelable": True,
        "linked_flows": {"received_debit": None},
        "returned": False,
        "status": "processing",
        "status_transitions": {"failed_at": None, "succeeded_at": None},
    },
    computed={"transaction": _draw},
    check=_inbound,
    verbs={
        "cancel": _step(INBOUND, "canceled", _entered("inbound_transfer", ledger.IN_LOST, "void")),
        f"{INBOUND_HELPER}/succeed": _step(
            INBOUND, "succeeded", _entered("inbound_transfer", ledger.IN_DONE, "posted")
        ),
        f"{INBOUND_HELPER}/fail": _step(
            INBOUND,
            "failed",
            _entered("inbound_transfer", ledger.IN_LOST, "void"),
            computed={"failure_details": _failure},
        ),
        f"{INBOUND_HELPER}/return": Verb(
            {"returned": True},
            only={"status": ("succeeded",), "returned": (False,)},
            after=_entered("inbound_transfer_return", ledger.LOSS, "posted"),
        ),
    },
)
OUTBOUND_PAYMENTS = _outbound_noun("outbound_payment", "obp", "Outbound payment")
OUTBOUND_TRANSFERS = _outbound_noun("outbound_transfer", "obt", "Outbound transfer")

NOUNS = (INBOUND_TRANSFERS, OUTBOUND_PAYMENTS, OUTBOUND_TRANSFERS)
