"""Financial accounts, their features, and the reversals of what comes in and goes out unasked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.by_shape import treasury_ledger as ledger
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, addressed, named, shaped
from pinstripe.world import Object, Transaction
from pinstripe.world.kinds import by

ACCOUNT = "treasury.financial_account"
DEEP = frozenset({"financial_addresses", "inbound_transfers", "outbound_payments", "outbound_transfers"})
"""Features that come by network."""
PENDING = frozenset({"financial_addresses.aba"})
"""Features that stay pending: no bank gives the account a number here."""


# --- features --------------------------------------------------------------------------------------------------------


def _asked(params: Params) -> Iterator[tuple[str, bool]]:
    """The features a hash speaks of, by path, and whether they are wanted."""
    for name in params:
        if name == "expand":
            continue
        rule = params.hash(name)
        for inner in rule if name in DEEP else ("",):
            path, asked = (f"{name}.{inner}", rule.hash(inner)) if inner else (name, rule)
            yield path, bool(asked.get("requested"))


def _feature_set(call: Call, members: Members) -> Mapping[str, bool]:
    """Every feature that was ever asked for, by path."""
    known = dict(members.get("_features") or {})
    if isinstance(call.params.peek("features"), Mapping):
        known |= dict(_asked(call.params.hash("features")))
    return known


def _status(path: str) -> str:
    return "pending" if path in PENDING else "active"


def _paths(status: str) -> Any:
    """The wanted features in one status; a closed account has none. [documented]"""

    def rule(_: Call, members: Members) -> list[str]:
        """Read off the wishes."""
        wanted = sorted(path for path, requested in members["_features"].items() if requested)
        return [] if members["status"] == "closed" else [path for path in wanted if _status(path) == status]

    return rule


def _features(account: Mapping[str, Any]) -> dict[str, Any]:
    """The features as an object of their own."""
    shown: dict[str, Any] = {"object": "treasury.financial_account_features"}
    for path, requested in account["_features"].items():
        name, _, inner = path.partition(".")
        pending = _status(path) == "pending" or not requested
        code = "activating" if requested else "capability_not_requested"
        feature = {
            "requested": requested,
            "status": ("pending" if requested else "restricted") if pending else "active",
            "status_details": [{"code": code, "resolution": None}] if pending else [],
        }
        if inner:
            shown[name] = {**shown.get(name, {}), inner: feature}
        else:
            shown[name] = feature
    return shaped("treasury.financial_account_features", shown)


def _retrieve_features(call: Call) -> Answer:
    """GET /v1/treasury/financial_accounts/{financial_account}/features."""
    return _features(addressed(call, ACCOUNT))


def _change_features(call: Call) -> Answer:
    """POST /v1/treasury/financial_accounts/{financial_account}/features."""
    before = addressed(call, ACCOUNT)
    members: Members = {**before, "_features": {**before["_features"], **dict(_asked(call.params))}}
    changes = {name: rule(call, members) for name, rule in FEATURES.items()}
    after = call.tx.put(before, _features=members["_features"], **changes)
    if changes != {name: list(before[name]) for name in FEATURES}:
        call.tx.emit("treasury.financial_account.features_status_updated", after)
    return _features(after)


FEATURES = {"active_features": _paths("active"), "pending_features": _paths("pending")}


# --- financial accounts ----------------------------------------------------------------------------------------------


def _empty(_: Call, account: Object) -> None:
    """Only an account without money is closed. [documented]"""
    if any(amount for part in account["balance"].values() for amount in part.values()):
        raise refusals.financial_account_not_empty(account.id)


FINANCIAL_ACCOUNTS = Noun(
    ACCOUNT,
    "fa",
    "/v1/treasury/financial_accounts",
    starts={
        "country": "US",
        "financial_addresses": [],
        "restricted_features": [],
        "status": "open",
        "status_details": {"closed": None},
    },
    computed={
        "balance": lambda _, members: {
            part: dict.fromkeys(members["supported_currencies"], 0) for part in ledger.PARTS
        },
    },
    recomputed={"_features": _feature_set, **FEATURES},
    verbs={
        "close": Verb(
            {"status": "closed", "status_details": {"closed": {"reasons": ["closed_by_platform"]}}},
            only={"status": ("open",)},
            events=("treasury.financial_account.closed",),
            check=_empty,
        )
    },
    includes={"features": lambda _, account: _features(account)},
    routes={
        "GET /v1/treasury/financial_accounts/{financial_account}/features": _retrieve_features,
        "POST /v1/treasury/financial_accounts/{financial_account}/features": _change_features,
    },
)
"""A container for money. [inferred: features are active as soon as they are asked for, but an account number stays
pending, since no bank gives one]"""

TRANSACTIONS = Noun(
    "treasury.transaction",
    "trxn",
    "/v1/treasury/transactions",
    includes={"entries": ledger.entries, "flow_details": ledger.flow},
)
ENTRIES = Noun(
    "treasury.transaction_entry",
    "trxne",
    "/v1/treasury/transaction_entries",
    includes={"flow_details": ledger.flow},
    indexes={"transaction": by("transaction")},
)


# --- reversals -------------------------------------------------------------------------------------------------------


def _received(kind: str) -> Any:
    """A check that what is to be reversed can be, and the members that come from it."""

    def check(call: Call, members: Members) -> None:
        """Once, before the deadline, and only on networks that take it back. [documented]"""
        flow = named(call.tx, f"treasury.{kind}", members[kind], kind)
        reason = flow["reversal_details"]["restricted_reason"]
        if flow["status"] != "succeeded":
            reason = "other"
        elif reason is None and flow["reversal_details"]["deadline"] <= call.tx.now():
            reason = "deadline_passed"
        if reason is not None:
            raise refusals.flow_not_reversible(kind, flow.id, reason)
        members |= {name: flow[name] for name in ("amount", "currency", "financial_account", "network")}

    return check


def _linked(kind: str, name: str) -> Any:
    """What follows: the flow knows that it was reversed."""

    def after(call: Call, reversal: Object) -> None:
        """Link the two."""
        flow = call.tx.read(f"treasury.{kind}", reversal[kind])
        call.tx.put(
            flow,
            linked_flows={**flow["linked_flows"], name: reversal.id},
            reversal_details={**flow["reversal_details"], "restricted_reason": "already_reversed"},
        )

    return after


def _begun(kind: str, impact: ledger.Impact) -> Any:
    """A rule that opens the reversal's transaction."""

    def rule(call: Call, members: Members) -> str:
        """Its id."""
        words = kind.replace("_", " ").capitalize()
        return ledger.begin(call.tx, members, kind, impact, words=words, done=False)

    return rule


CREDIT_REVERSALS = Noun(
    "treasury.credit_reversal",
    "credrev",
    "/v1/treasury/credit_reversals",
    starts={"status": "processing", "status_transitions": {"posted_at": None}},
    computed={"transaction": _begun("credit_reversal", ledger.OUT)},
    check=_received("received_credit"),
    after=_linked("received_credit", "credit_reversal"),
)
"""Money that came in goes back. Nothing posts it here: Stripe's test mode has no helper for that."""
DEBIT_REVERSALS = Noun(
    "treasury.debit_reversal",
    "debrev",
    "/v1/treasury/debit_reversals",
    starts={
        "linked_flows": {"issuing_dispute": None},
        "status": "processing",
        "status_transitions": {"completed_at": None},
    },
    computed={"transaction": _begun("debit_reversal", ledger.IN)},
    check=_received("received_debit"),
    after=_linked("received_debit", "debit_reversal"),
)
"""Money that was taken is asked back. [inferred: it is pending until that ends, which nothing here does]"""


def account_of(tx: Transaction, id_: str, param: str = "financial_account") -> Object:
    """An open financial account; 400 where it is closed or there is none."""
    account = named(tx, ACCOUNT, id_, param)
    if account["status"] != "open":
        raise refusals.financial_account_closed(id_)
    return account


NOUNS = (FINANCIAL_ACCOUNTS, TRANSACTIONS, ENTRIES, CREDIT_REVERSALS, DEBIT_REVERSALS)
