"""What is said in defence of a dispute: texts, and the enhanced evidence that Visa and Mastercard take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

MOST_CHARACTERS = 150_000
"""What is said in all fields together. [documented]"""

ENHANCED = "enhanced_evidence"
CE3 = "visa_compelling_evidence_3"

SECONDARY = ("customer_account_id", "customer_email_address", "shipping_address")
"""What payments may have in common besides the buyer's address on the net and their device. [documented]"""


def texts() -> tuple[str, ...]:
    """The names of what can be said in words."""
    return tuple(name for name, one in _form().fields.items() if one.required and name != ENHANCED)


def _form() -> Hash:
    form = shape("dispute").fields["evidence"].type
    assert isinstance(form, Hash)
    return form


def blank(eligible: str | None) -> dict[str, Any]:
    """The evidence before anything was said."""
    return {**dict.fromkeys(texts()), ENHANCED: {} if eligible is None else {eligible: _nothing(eligible)}}


def known(tx: Transaction, charge: Object, *, inquiry: bool) -> dict[str, Any]:
    """What Stripe knows: the customer's address, and their name or else the description; and what the charge was for.

    [recorded; an inquiry is not told the last]
    """
    sold = {} if inquiry else {"product_description": charge["description"]}
    if charge["customer"] is None:
        return sold
    of = tx.read("customer", charge["customer"])
    return {**sold, "customer_email_address": of["email"], "customer_name": of["name"] or of["description"]}


def _nothing(eligible: str) -> dict[str, Any]:
    """Enhanced evidence that nobody has given yet; Stripe fills it as far as it knows, and here it knows nothing."""
    if eligible != CE3:
        return {"fee_acknowledged": False}
    return {"disputed_transaction": None, "prior_undisputed_transactions": []}


def said(call: Call, before: Object, evidence: Params) -> dict[str, Any]:
    """The evidence with what a request says laid over it, which is not too much. [documented]"""
    given: dict[str, Any] = evidence.pick(*texts())
    written = {name: text for name, text in {**before["evidence"], **given}.items() if isinstance(text, str)}
    if sum(map(len, written.values())) > MOST_CHARACTERS:
        raise refusals.evidence_too_long(MOST_CHARACTERS)
    enhanced = dict(before["evidence"][ENHANCED])
    if evidence.peek(ENHANCED):
        form = _form().fields[ENHANCED].type
        assert isinstance(form, Hash)
        for name, value in making.members_of(call, evidence.hash(ENHANCED), form).items():
            if name not in before["enhanced_eligibility_types"]:
                raise refusals.evidence_not_eligible(before.id, name)
            enhanced[name] = {**enhanced[name], **_whole(name, value)}
    return {**before["evidence"], **given, ENHANCED: enhanced}


def _whole(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Enhanced evidence with every member of a transaction named."""
    if name != CE3:
        return dict(value)
    form = _form().fields[ENHANCED].type
    assert isinstance(form, Hash)
    ce3 = form.fields[CE3].type
    assert isinstance(ce3, Hash)
    whole = dict(value)
    known = dict.fromkeys(_transaction(ce3, "disputed_transaction"))
    if whole.get("disputed_transaction"):
        whole["disputed_transaction"] = {**known, **whole["disputed_transaction"]}
    earlier = dict.fromkeys(_transaction(ce3, "prior_undisputed_transactions"))
    if "prior_undisputed_transactions" in whole:
        whole["prior_undisputed_transactions"] = [
            {**earlier, **row} for row in whole["prior_undisputed_transactions"] or ()
        ]
    return whole


def _transaction(ce3: Hash, name: str) -> tuple[str, ...]:
    """The members of one transaction."""
    inner: Any = ce3.fields[name].type
    while not isinstance(inner, Hash):
        inner = inner.inner if hasattr(inner, "inner") else inner.item
    return tuple(inner.fields)


def eligibility(eligible: str | None, evidence: Mapping[str, Any], *, submitted: bool = False) -> dict[str, Any]:
    """How far the enhanced evidence has come. [documented]"""
    if eligible is None:
        return {}
    given = evidence[ENHANCED][eligible]
    if eligible != CE3:
        state = "fee_acknowledged" if given["fee_acknowledged"] else "requires_fee_acknowledgement"
        return {eligible: {"status": state}}
    actions = missing(given)
    state = "qualified" if not actions else "not_qualified" if submitted else "requires_action"
    return {eligible: {"required_actions": actions, "status": state}}


def missing(given: Mapping[str, Any]) -> list[str]:
    """What Visa still wants: two earlier payments, described, that share enough with the disputed one. [documented]"""
    disputed: Mapping[str, Any] = given.get("disputed_transaction") or {}
    earlier = given.get("prior_undisputed_transactions") or []
    actions = []
    if len(earlier) != 2:
        actions.append("missing_prior_undisputed_transactions")
    elif not _alike([disputed, *earlier]):
        actions.append("missing_customer_identifiers")
    if not disputed.get("product_description"):
        actions.append("missing_disputed_transaction_description")
    if not disputed.get("merchandise_or_services"):
        actions.append("missing_merchandise_or_services")
    if any(not row.get("product_description") for row in earlier):
        actions.append("missing_prior_undisputed_transaction_description")
    return actions


def _alike(rows: list[Mapping[str, Any]]) -> bool:
    """Whether all share two main elements, or a main and a secondary one. [documented]"""
    main = [_shared(rows, "customer_purchase_ip")]
    main.append(_shared(rows, "customer_device_fingerprint") or _shared(rows, "customer_device_id"))
    secondary = any(_shared(rows, name) for name in SECONDARY)
    return sum(main) == 2 or (sum(main) == 1 and secondary)


def _shared(rows: list[Mapping[str, Any]], name: str) -> bool:
    first = rows[0].get(name)
    return bool(first) and all(row.get(name) == first for row in rows)


def require_fee(tx: Transaction, dispute: Object) -> None:
    """A compliance case is decided for a fee, which must have been agreed to before evidence counts. [documented]"""
    details = dispute["evidence_details"]["enhanced_eligibility"]
    if any(one["status"] == "requires_fee_acknowledgement" for one in details.values()):
        raise refusals.compliance_fee_unacknowledged(tx.world.render(tx, dispute)["id"])
