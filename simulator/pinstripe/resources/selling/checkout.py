"""Checkout Sessions: a page on which somebody pays once, subscribes, or saves a card.

What is sold stands in checkout_items.py, what it costs in checkout_totals.py, what the session is before anything is
bought in checkout_members.py, and how it is completed in checkout_completion.py.
"""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import offer_shares
from pinstripe.resources.resource import (
    Answer,
    Call,
    Listing,
    Resource,
    listing,
    merged_metadata,
    named,
    refuse_account,
)
from pinstripe.resources.selling import (
    breakdowns,
    checkout_amounts,
    checkout_items,
    checkout_members,
    checkout_methods,
    checkout_paying,
    checkout_recovery,
    checkout_saving,
    checkout_shipping,
    checkout_taxes,
    checkout_updates,
)
from pinstripe.resources.selling.checkout_completion import complete, priced
from pinstripe.resources.selling.checkout_totals import rehearsal
from pinstripe.resources.taxes import outcomes
from pinstripe.resources.usage import usage_records
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

__all__ = ["PATH", "SESSIONS", "complete", "create", "expire", "rehearsal"]

SHORTEST_TRIAL = 48 * 3600
"""Seconds that the end of a trial must lie ahead. [second-hand]"""
SHORTEST, LONGEST = 30 * 60, 24 * 3600
"""How long a session may stay open, in seconds. [documented]"""
PATH = "/v1/checkout/sessions"


def requested(call: Call) -> Answer:
    """POST /v1/checkout/sessions by the API, which since basil sells no prices of records. [inferred: the latter]"""
    params = call.params
    usage_records.require_sellable(call, [*params.hashes("line_items"), *params.hashes("optional_items")])
    return create(call)


def create(call: Call) -> Answer:
    """A session, for the API or a link. What completing it would refuse is refused here, by rehearsing it."""
    tx, params = call.tx, call.params
    if "mode" not in params:
        raise errors.missing_parameter("mode")
    mode = params.get("mode")
    refuse_account(call)
    customer = named(tx, "customer", params.get("customer"), "customer") if "customer" in params else None
    by_mode = checkout_members.of_mode(call, mode, customer)
    trial_end = (params.peek("subscription_data") or {}).get("trial_end")
    if trial_end is not None and trial_end < (tx.now() if customer is None else tx.now_of(customer)) + SHORTEST_TRIAL:
        raise refusals.trial_ends_too_soon()
    offer_shares.require_payable(tx, params)
    rows = params.hashes("line_items")
    if mode != "setup" and not rows:
        raise errors.missing_parameter("line_items")
    items = checkout_items.read(tx, rows, mode, currency=params.peek("currency"))
    checkout_amounts.refuse_beside(params, items)
    id_ = checkout_members.session_id(tx, len(items), takes_codes=bool(params.peek("allow_promotion_codes")))
    currency = _currency(call, items)
    options = checkout_shipping.read(call, mode, currency)
    session = tx.new(
        "checkout.session",
        {
            **checkout_members.given(call),
            "managed_payments": None if mode == "setup" else {"enabled": False},  # [recorded]
            **checkout_members.managed(call),
            **by_mode,
            **checkout_methods.of_session(call, mode, customer, currency),
            **checkout_members.of_buyer(call, customer, mode),
            **checkout_members.of_page(call, id_),
            "automatic_tax": checkout_taxes.asked(call, customer),
            "created": tx.now(),
            "currency": currency,
            "expires_at": _expires_at(call),
            "invoice": None,
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "mode": mode,
            **checkout_items.optional(call, mode, currency),
            "payment_intent": None,
            "payment_link": None,
            "setup_intent": None,
            "shipping_cost": checkout_shipping.cost(options),
            "shipping_options": options,
            "status": "open",
            "subscription": None,
            "_items": items,
            **checkout_recovery.recipe(params),
            **_asked_of_the_sale(call),
        },
        id=id_,
    )
    session = tx.put(session, **_priced(tx, session), url=_url(tx, session))
    if params.get("_intent_at_once") is None or not session["amount_total"]:  # said by versions that had it so
        return session
    return tx.put(session, payment_intent=checkout_paying.intent_of(tx, session, session["customer"]).id)


def _asked_of_the_sale(call: Call) -> dict[str, Any]:
    """What is handed on to whatever the session will make."""
    params = call.params
    discounts = [dict(row) for row in params.get("discounts") or []]
    if discounts and "allow_promotion_codes" in params:
        raise errors.only_one_parameter(["allow_promotion_codes", "discounts"], "discounts")
    shown = [{"coupon": row.get("coupon"), "promotion_code": row.get("promotion_code")} for row in discounts]
    return {
        "discounts": None if params.get("mode") == "setup" else shown,
        "_customer_update": _customer_update(call),
        "_discounts": discounts,
        "_payment_intent_data": params.get("payment_intent_data") or {},
        "_setup_intent_data": params.get("setup_intent_data") or {},
        "_subscription_data": params.get("subscription_data") or {},
    }


def _customer_update(call: Call) -> dict[str, Any]:
    """What of the customer may be changed by what is typed on the page. Tax ids need the name. [second-hand]"""
    if "customer_update" in call.params and "customer" not in call.params:
        raise refusals.customer_update_needs_customer()
    given = call.params.hash("customer_update").pick("address", "name", "shipping")
    collects = (call.params.peek("tax_id_collection") or {}).get("enabled")
    if collects and "customer" in call.params and given.get("name") != "auto":
        raise refusals.tax_ids_need_customer_name()
    return given


def _currency(call: Call, items: list[Object]) -> str | None:
    """The currency of what is sold, or the one a session that sells nothing is told. [recorded]"""
    given: str | None = call.params.get("currency")
    if not items:
        return None if given is None else given.lower()
    currency = str(items[0]["currency"])
    if given is not None and given.lower() != currency:
        raise refusals.line_item_currency_differs(currency, given.lower(), "line_items[0]")
    return currency


def _expires_at(call: Call) -> int:
    """When the session expires by itself: a day from now, unless the request says otherwise."""
    now = call.tx.now()
    at = int(call.params.get("expires_at", now + LONGEST))
    if at < now + SHORTEST:
        raise refusals.expires_too_soon()
    if at > now + LONGEST:
        raise refusals.expires_too_late()
    return at


def _url(tx: Transaction, session: Object) -> str | None:
    """Where the page is: on this machine's server if it has pages; one on the caller's own site has none.

    [recorded: how Stripe's looks, which has a fragment besides that only its page can read]
    """
    if session["ui_mode"] != "hosted_page":
        return None
    return f"{tx.world.pages or 'https://checkout.stripe.com'}/c/pay/{session.id}"


def _priced(tx: Transaction, session: Object) -> dict[str, Any]:
    """What the session costs; one that sells nothing has its setup intent instead."""
    if session["mode"] == "setup":
        nothing = {"amount_subtotal": None, "amount_total": None, "total_details": None}
        return {**nothing, "setup_intent": checkout_saving.set_up(tx, session).id}
    return priced(tx, session)


# --- what becomes of it ----------------------------------------------------------------------------------------------


def addressed(call: Call) -> Object:
    """The session the path names."""
    session = call.tx.get("checkout.session", call.path["session"])
    if session is None:
        raise refusals.no_such_checkout_session(call.path["session"])
    return session


def list_all(call: Call) -> Answer:
    """GET /v1/checkout/sessions with its filters."""
    email = call.params.hash("customer_details").get("email")
    filters = {name: name for name in ("customer", "payment_intent", "payment_link", "subscription")}
    answer = listing("checkout.session", by=filters, equal=("customer_account", "status"))(call)
    assert isinstance(answer, Listing)
    if email is None:
        return answer
    return Listing([row for row in answer.objects if (row["customer_details"] or {}).get("email") == email])


def line_items(call: Call) -> Answer:
    """GET /v1/checkout/sessions/{session}/line_items."""
    return checkout_items.list_all(call, addressed(call))


def expire_call(call: Call) -> Answer:
    """POST /v1/checkout/sessions/{session}/expire: nobody can pay any more. [documented]"""
    session = addressed(call)
    if session["status"] != "open":
        raise refusals.session_cannot_expire(session["status"])
    return expire(call.tx, session)


def expire(tx: Transaction, session: Object) -> Object:
    """The session after its time; one that may be recovered says where and how long. [documented]"""
    checkout_saving.release(tx, session)
    expired = tx.put(session, **checkout_recovery.offered(tx, session), status="expired", url=None)
    tx.emit("checkout.session.expired", expired)
    return expired


def _alarm(session: Object) -> int | None:
    """An open session expires by itself; a completed one may wait for money that is on its way."""
    if session["status"] == "open":
        return int(session["expires_at"])
    return session.get("_settles_at")


def _ring(tx: Transaction, session: Object) -> None:
    """Its time is over, or its money has come or never will. [documented: the events]"""
    if session["status"] == "open":
        expire(tx, session)
        return
    intent = session["payment_intent"] or tx.read("invoice", session["invoice"])["_intent"]
    arrived = tx.read("payment_intent", intent)["status"] == "succeeded"
    changes = checkout_paying.arrived(tx, session) if arrived else {"payment_status": "unpaid"}
    after = tx.put(session, **changes, _settles_at=None)
    tx.emit(f"checkout.session.async_payment_{'succeeded' if arrived else 'failed'}", after)


SESSIONS = Resource(
    Kind(
        "checkout.session",
        "cs",
        indexes={
            **{name: by(name) for name in ("customer", "payment_intent", "payment_link", "subscription")},
            "item": checkout_items.ids,
        },
        alarm=_alarm,
        ring=_ring,
        rank=2,
    ),
    {
        f"POST {PATH}": requested,
        f"GET {PATH}": list_all,
        f"GET {PATH}/{{session}}": addressed,
        f"POST {PATH}/{{session}}": lambda call: checkout_updates.update(call, addressed(call)),
        f"POST {PATH}/{{session}}/expire": expire_call,
        f"GET {PATH}/{{session}}/line_items": line_items,
    },
    includes={
        "line_items": lambda tx, row: checkout_items.listed(tx, row, f"{PATH}/{row.id}/line_items"),
        "shipping_cost.taxes": outcomes.of_sending,
        **breakdowns.includes("total_details"),
    },
)
