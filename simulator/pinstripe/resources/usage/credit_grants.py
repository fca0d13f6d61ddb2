"""Billing credits: granted, drawn on by invoices for metered usage, expired, voided, given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.billing.credits import usable
from pinstripe.billing.money import SUPPORTED_CURRENCIES
from pinstripe.resources import refusals
from pinstripe.resources.resource import (
    Answer,
    Call,
    Resource,
    addressed,
    listing,
    merged_metadata,
    named,
    require_account,
    retrieve,
)
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

DAY = 86_400
GRANT, ENTRY = "billing.credit_grant", "billing.credit_balance_transaction"
MOST_GRANTS, MOST_PRICES = 100, 20
"""Grants of one customer with something left, and prices one grant may list. [documented]"""

# --- grants ----------------------------------------------------------------------------------------------------------


def create(call: Call) -> Answer:
    """POST /v1/billing/credit_grants: in force at once unless said otherwise, and until they are used up."""
    tx, params = call.tx, call.params
    if "customer_account" in params:
        raise errors.unsupported_parameter(call.operation, "customer_account")
    if "customer" not in params:
        raise refusals.credits_need_customer()
    customer = named(tx, "customer", params.get("customer"), "customer")
    now = tx.now(customer["test_clock"])
    amount, scope = _amount(call), _scope(call)
    priority = params.get("priority", 50)
    if not 0 <= priority <= 100:
        raise errors.too_small("priority", 0) if priority < 0 else errors.too_large("priority", 100, priority)
    effective_at, expires_at = params.get("effective_at", now), params.get("expires_at")
    if expires_at is not None:
        _require_ahead(expires_at, now, effective_at)
    if len([row for row in tx.find(GRANT, "customer", customer.id) if row["_left"] > 0]) >= MOST_GRANTS:
        raise refusals.too_many_grants(MOST_GRANTS)
    grant = tx.new(
        GRANT,
        {
            "amount": {"monetary": amount, "type": "monetary"},
            "applicability_config": {"scope": scope},
            "category": params.get("category") or "paid",
            "created": now,
            "customer": customer.id,
            "customer_account": None,
            "effective_at": effective_at,
            "expires_at": expires_at,
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "name": params.get("name"),
            "priority": priority,
            "test_clock": customer["test_clock"],
            "updated": now,
            "voided_at": None,
            "_left": amount["value"],
        },
    )
    tx.emit("billing.credit_grant.created", grant)
    enter(tx, grant, "credit", "credits_granted", amount["value"], at=effective_at)
    return grant


def _amount(call: Call) -> dict[str, Any]:
    """How much, in which currency."""
    given = call.params.hash("amount")
    given.get("type")  # money is all there is
    monetary = given.hash("monetary")
    if not monetary:
        raise errors.missing_parameter("amount[monetary]")
    value, currency = monetary.get("value"), monetary.get("currency").lower()
    if value < 1:
        raise errors.too_small("amount[monetary][value]", 1)
    if currency not in SUPPORTED_CURRENCIES:
        raise refusals.currency_invalid(currency, SUPPORTED_CURRENCIES)
    return {"currency": currency, "value": value}


def _scope(call: Call) -> dict[str, Any]:
    """What they may pay for: every metered price, or some."""
    scope = call.params.hash("applicability_config").hash("scope")
    type_, prices = scope.get("price_type"), scope.get("prices")
    if (type_ is None) == (not prices):
        raise refusals.credits_need_scope()
    if type_ is not None:
        return {"price_type": type_}
    if len(prices) > MOST_PRICES:
        raise refusals.credits_too_many_prices(MOST_PRICES)
    for index, row in enumerate(prices):
        param = f"applicability_config[scope][prices][{index}][id]"
        price = named(call.tx, "price", row["id"], param)
        if not is_counted(price):
            raise refusals.credits_need_meter(param)
    return {"prices": [{"id": row["id"]} for row in prices]}


def is_counted(price: Object) -> bool:
    """Whether a meter counts what is sold at a price."""
    recurring = price["recurring"] or {}
    return recurring.get("meter") is not None


def _require_ahead(expires_at: int, now: int, effective_at: int) -> None:
    if expires_at <= now:
        raise refusals.moment_in_the_past("expires_at")
    if expires_at <= effective_at:
        raise refusals.credits_expire_before_effective()


def update(call: Call) -> Answer:
    """POST /v1/billing/credit_grants/{id}: when they expire, empty for never, and metadata. [documented]"""
    tx, params = call.tx, call.params
    before = _living(call)
    changes: dict[str, Any] = {}
    if "expires_at" in params:
        changes["expires_at"] = params.get("expires_at")
        if changes["expires_at"] is not None:
            _require_ahead(changes["expires_at"], tx.now_of(before), before["effective_at"])
    return _changed(tx, before, **changes, metadata=merged_metadata(before["metadata"], params))


def _living(call: Call) -> Object:
    """The grant in the path, which is neither expired nor voided."""
    grant = addressed(call, GRANT, noun="credit_grant")
    if grant["voided_at"] is not None:
        raise refusals.credits_over("voided")
    if grant["expires_at"] is not None and grant["expires_at"] <= call.tx.now_of(grant):
        raise refusals.credits_over("expired")
    return grant


def _changed(tx: Transaction, before: Object, **changes: Any) -> Object:
    grant = tx.put(before, **changes, updated=tx.now_of(before))
    tx.emit("billing.credit_grant.updated", grant, before=before)
    return grant


def expire(call: Call) -> Answer:
    """POST /v1/billing/credit_grants/{id}/expire: now. [documented]"""
    grant = _living(call)
    grant = _changed(call.tx, grant, expires_at=call.tx.now_of(grant))
    return run_out(call.tx, grant, "credits_expired")


def void(call: Call) -> Answer:
    """POST /v1/billing/credit_grants/{id}/void: as if they had never been, unless some were used. [documented]"""
    grant = _living(call)
    if grant["_left"] != grant["amount"]["monetary"]["value"]:
        raise refusals.credits_applied()
    grant = _changed(call.tx, grant, voided_at=call.tx.now_of(grant))
    return run_out(call.tx, grant, "credits_voided")


def run_out(tx: Transaction, grant: Object, why: str) -> Object:
    """Take away what is left."""
    left = grant["_left"]
    grant = tx.put(grant, _left=0)
    if left:
        enter(tx, grant, "debit", why, left)
    return grant


def alarm(grant: Object) -> int | None:
    """When what is left expires, or is asked after again."""
    if grant["expires_at"] is None or not grant["_left"]:
        return None
    return max(int(grant["expires_at"]), int(grant.get("_asked_again", 0)))


def ring(tx: Transaction, grant: Object) -> None:
    """Credits that were not used are gone.

    Whether they may pay goes by the end of the invoice's period [documented], so they wait for a draft of a period that
    ended before they did. [inferred]
    """
    drafts = [
        invoice
        for invoice in tx.find("invoice", "customer", grant["customer"])
        if invoice["status"] == "draft"
        and invoice.get("_subscription") is not None
        and usable(effective_at=grant["effective_at"], expires_at=grant["expires_at"], period_end=invoice["period_end"])
    ]
    if not drafts:
        run_out(tx, grant, "credits_expired")
        return
    now = tx.now_of(grant)
    ends = [invoice["automatically_finalizes_at"] or 0 for invoice in drafts]
    tx.put(grant, _asked_again=min([at + 1 for at in ends if at >= now] or [now + DAY]))


_SUMMARY = {"object": "billing.credit_balance_summary", "livemode": False}

# --- the ledger ------------------------------------------------------------------------------------------------------


def enter(
    tx: Transaction,
    grant: Object,
    type_: str,
    why: str,
    amount: int,
    *,
    at: int | None = None,
    line: Mapping[str, str] | None = None,
) -> Object:
    """Write a line in the ledger of a grant. [documented]"""
    monetary = {"currency": grant["amount"]["monetary"]["currency"], "value": amount}
    details = {"amount": {"monetary": monetary, "type": "monetary"}, "type": why, **({why: line} if line else {})}
    entry = tx.new(
        ENTRY,
        {
            "created": tx.now(),
            "credit": details if type_ == "credit" else None,
            "credit_grant": grant.id,
            "debit": details if type_ == "debit" else None,
            "effective_at": tx.now_of(grant) if at is None else at,
            "livemode": False,
            "test_clock": grant["test_clock"],
            "type": type_,
            "_customer": grant["customer"],
        },
        id=tx.new_id("cbtxn_test"),
    )
    tx.emit("billing.credit_balance_transaction.created", entry)
    return entry


def summary(call: Call) -> Answer:
    """GET /v1/billing/credit_balance_summary: what one grant, or all that may pay for something, come to.

    What a draft would use is not available. [documented] Several drafts may count on the same credits, and nothing is
    less than none. [inferred]
    """
    tx, params = call.tx, call.params
    if require_account(call):
        _filtered(call, ())
        return {**_SUMMARY, "balances": [], "customer": None, "customer_account": params.get("customer_account")}
    if "customer" not in params:
        raise refusals.credits_need_customer()
    customer = named(tx, "customer", params.get("customer"), "customer")
    grants = _filtered(call, tx.find(GRANT, "customer", customer.id))
    pending = _pending(tx, customer)
    now = tx.now(customer["test_clock"])
    sums: dict[str, list[int]] = {}
    for grant in grants:
        in_force = grant["effective_at"] <= now and (grant["expires_at"] is None or now < grant["expires_at"])
        available = max(0, grant["_left"] - pending.get(grant.id, 0)) if in_force else 0
        row = sums.setdefault(grant["amount"]["monetary"]["currency"], [0, 0])
        row[0] += available
        row[1] += grant["_left"]
    return {
        **_SUMMARY,
        "balances": [
            {"available_balance": _money(currency, free), "ledger_balance": _money(currency, all_)}
            for currency, (free, all_) in sums.items()
        ],
        "customer": customer.id,
        "customer_account": None,
    }


def _money(currency: str, value: int) -> dict[str, Any]:
    return {"monetary": {"currency": currency, "value": value}, "type": "monetary"}


def _filtered(call: Call, grants: Sequence[Object]) -> list[Object]:
    """The grants a summary is of: one, those for all metered prices, or those that list one of these. [inferred]"""
    given = call.params.hash("filter")
    type_ = given.get("type")
    if type_ not in given:
        raise refusals.summary_filter_missing(type_)
    if type_ == "credit_grant":
        wanted = named(call.tx, GRANT, given.get("credit_grant"), "filter[credit_grant]", "credit_grant").id
        return [grant for grant in grants if grant.id == wanted]
    scope = given.hash("applicability_scope")
    rows, kind = scope.get("prices") or (), scope.get("price_type")
    if rows and kind is not None:
        raise errors.only_one_parameter([scope.name("price_type"), scope.name("prices")], scope.name("prices"))
    prices = {named(call.tx, "price", row["id"], f"{scope.name('prices')}[{i}][id]").id for i, row in enumerate(rows)}

    def fits(grant: Object) -> bool:
        """Whether the grant may pay for what is asked about."""
        own = grant["applicability_config"]["scope"]
        if kind is not None:
            return bool(own.get("price_type") == kind)
        return bool(prices & {row["id"] for row in own.get("prices", ())})

    return [grant for grant in grants if fits(grant)]


def _pending(tx: Transaction, customer: Object) -> dict[str, int]:
    """What drafts would draw on each grant."""
    pending: dict[str, int] = {}
    for invoice in tx.find("invoice", "customer", customer.id):
        if invoice["status"] != "draft":
            continue
        for line in invoice["lines"]:
            for row in line["pretax_credit_amounts"]:
                if "_grant" in row:
                    pending[row["_grant"]] = pending.get(row["_grant"], 0) + row["amount"]
    return pending


CREDIT_GRANTS = Resource(
    Kind(GRANT, "credgr", indexes={"customer": by("customer")}, alarm=alarm, ring=ring),
    {
        "POST /v1/billing/credit_grants": create,
        "GET /v1/billing/credit_grants": listing(GRANT, by={"customer": "customer"}),
        "GET /v1/billing/credit_grants/{id}": retrieve(GRANT, noun="credit_grant"),
        "POST /v1/billing/credit_grants/{id}": update,
        "POST /v1/billing/credit_grants/{id}/expire": expire,
        "POST /v1/billing/credit_grants/{id}/void": void,
        "GET /v1/billing/credit_balance_summary": summary,
    },
)
CREDIT_ENTRIES = Resource(
    Kind(ENTRY, "cbtxn_test", indexes={"customer": by("_customer"), "grant": by("credit_grant")}),
    {
        "GET /v1/billing/credit_balance_transactions": listing(
            ENTRY, by={"customer": "customer", "credit_grant": "grant"}
        ),
        "GET /v1/billing/credit_balance_transactions/{id}": retrieve(ENTRY, noun="credit_balance_transaction"),
    },
)
