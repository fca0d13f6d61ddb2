"""How a subscription begins: checked, made with its items, billed for the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pinstripe import errors
from pinstripe.billing.periods import boundary
from pinstripe.resources import billing_settings, refusals
from pinstripe.resources.catalog import currency_options
from pinstripe.resources.catalog.prices import is_metered
from pinstripe.resources.connect import destinations, subscription_shares
from pinstripe.resources.customers import ledger, tax_ids
from pinstripe.resources.discounts import applying, discounts
from pinstripe.resources.invoices import invoice_items, invoice_terms, payment_settings
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.resource import Answer, Call, merged_metadata
from pinstripe.resources.subscriptions import (
    announcements,
    cancellation,
    cycles,
    first_invoices,
    prebilling,
    renewal,
    subscription_items,
    subscription_setups,
    thresholds,
    trial_offers,
    trials,
)
from pinstripe.resources.subscriptions.subscription_items import ItemChange
from pinstripe.resources.usage import usage_records
from pinstripe.world import Object, Transaction

ANCHORS = ("billing_cycle_anchor", "billing_cycle_anchor_config")
"""The ways to say from when on its periods are counted."""
PER_CLOCK_CUSTOMER = 3
"""How many subscriptions a customer on a test clock may have. [documented]"""
PER_CUSTOMER = 500
"""Subscriptions of any other, those that are over aside. [documented; inferred: a planned one counts once it begins]"""


def create(call: Call) -> Answer:
    """POST /v1/subscriptions: the first invoice is made, finalized and paid in the request. [documented]"""
    usage_records.require_sellable(call, call.params.hashes("items"))
    return begin(call)


def begin(call: Call, *, waits: bool = False, settled: bool = False, more: Mapping[str, Any] | None = None) -> Object:
    """A new subscription from the parameters of a request, or of a schedule or a quote that begins one.

    `waits` lets its first invoice be a draft for an hour; `settled` says that its items were agreed on before; `more`
    are members that no parameter names.
    """
    tx, params = call.tx, call.params
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = tx.get("customer", params.get("customer"))
    if customer is None or customer.get("deleted"):  # 404, as for an id in the path [recorded]
        raise errors.no_such("customer", params.get("customer"), param="customer", in_path=True)
    if params.peek("payment_behavior") == "pending_if_incomplete":
        raise refusals.nothing_to_wait_with()
    require_room(tx, customer)
    if not params.hashes("items"):
        raise errors.missing_parameter("items")
    now = tx.now(customer["test_clock"])
    changes = subscription_items.read_changes(params.hashes("items"), settled=settled)
    changes = trial_offers.resolved(tx, params, changes, call.operation)
    anchored = _anchored(call, changes, now)
    id_ = tx.new_id("sub")
    items = [subscription_items.new_item(tx, id_, change, anchored=anchored, now=now) for change in changes]
    items = [trial_offers.begun(tx, item, change, now) for item, change in zip(items, changes, strict=True)]
    currency = _currency(tx, items, params, customer)
    classic = params.hash("billing_mode").get("type") == "classic"
    prorates = params.get("proration_behavior") != "none"
    items = [_since(item, anchored["start_date"] if prorates else now, classic=classic) for item in items]
    if classic and anchored["trial_end"] is not None and any("_reaches_back" in item for item in items):
        _require_licensed(call, items)
    subscription_items.require_one_interval(tx, items, classic=classic, beginning=True)
    before = customer
    customer = ledger.in_currency(tx, customer, currency)
    items = [
        applying.to_item(tx, item, change.params, customer, anchored["start_date"], currency)
        for item, change in zip(items, changes, strict=True)
    ]
    method = params.get("default_payment_method")
    if method is not None:
        method = payment_methods.of_customer(tx, method, customer, "default_payment_method").id
    subscription = tx.new(
        "subscription",
        {
            **defaults(now),
            **anchored,
            **collection(
                params.get("collection_method") or "charge_automatically", params.get("days_until_due"), customer
            ),
            **applying.to_new_subscription(call, id_, customer, items, anchored["start_date"], currency),
            "billing_thresholds": thresholds.wanted(params),
            "billing_mode": billing_mode(params.hash("billing_mode"), (more or {}).get("_offered_at", now)),
            "currency": currency,
            "customer": customer.id,
            "default_payment_method": method,
            "default_source": invoice_terms.source(tx, params, customer),
            "description": params.get("description"),
            "invoice_settings": invoice_settings(tx, params, defaults(now)["invoice_settings"]),
            "items": items,
            "metadata": merged_metadata({}, params),
            "payment_settings": payment_settings.of_subscription(call),
            "test_clock": customer["test_clock"],
            "trial_settings": trials.settings(params, call.operation, offers=any(change.offer for change in changes)),
            **pending_interval(params, now),
            **subscription_shares.said(tx, params),
            "_off_session": params.get("off_session", False),
            "_upcoming_days": billing_settings.of(tx).upcoming_days,
            **(more or {}),
        },
        id=id_,
    )
    thresholds.require(tx, subscription)
    _require_lasting(call, subscription)
    if params.get("cancel_at_period_end", False):
        subscription = cancellation.at_period_end(tx, subscription)
    if params.get("cancel_at") is not None:
        subscription = cancellation.at_moment(tx, subscription, params, prorates=False)
    extras = invoice_items.extras(tx, params.hashes("add_invoice_items"), customer, subscription)
    if "billing_schedules" in params:
        subscription, ahead = prebilling.bill(tx, prebilling.wanted(tx, params, subscription))
        extras += ahead
    behavior = params.get("payment_behavior")
    first = first_invoices.make(tx, subscription, customer, behavior, prorates=prorates, extras=extras, waits=waits)
    if not waits and first.subscription["status"] != "incomplete":
        first = replace(first, subscription=subscription_setups.ask(tx, first.subscription, customer))
    announcements.subscribed(tx, tx.read("customer", customer.id), before, first.subscription, first.collected)
    if first.draft is not None and first.collected is None:
        tx.emit("invoice.created", first.draft)
    return trials.tell_if_short(tx, first.subscription)


def _anchored(call: Call, changes: Sequence[ItemChange], now: int) -> dict[str, Any]:
    """When the subscription begins, its trial ends, and its periods are counted from. [documented]

    Where a trial ends before the anchor, the part between them is billed when it ends; without prorations it is free.
    [documented]
    """
    tx, params = call.tx, call.params
    prices = [change.price for change in changes if change.price is not None and tx.get("price", change.price)]
    offered = trial_offers.free_until(tx, changes, now)
    trial_end = offered or trials.wanted_end(tx, params, prices, now)
    given = [name for name in ANCHORS if name in params]
    if len(given) > 1:
        raise errors.only_one_parameter(given, given[1])
    classic = params.hash("billing_mode").peek("type") == "classic"
    start = _backdated(call, now, given)
    anchor, config = (now if classic else start) if trial_end is None else trial_end, None
    if offered is not None and trials.keeps_anchor(params):
        anchor = now
    if given == ["billing_cycle_anchor"]:
        anchor = cycles.require_future(params, "billing_cycle_anchor", now)
        cycles.require_near(anchor, _rhythms(tx, changes), trial_end or now)
    elif given:
        anchor, config = cycles.configured(params.hash("billing_cycle_anchor_config"), now, _rhythms(tx, changes))
    free = bool(given) and trial_end is not None and params.peek("proration_behavior") == "none"
    return {
        **({"_rests_free": True} if free else {}),
        "billing_cycle_anchor": anchor,
        "billing_cycle_anchor_config": config,
        "start_date": start,
        "status": "active" if trial_end is None else "trialing",
        "trial_end": trial_end,
        "trial_start": None if trial_end is None else now,
    }


def _rhythms(tx: Transaction, changes: Sequence[ItemChange]) -> list[cycles.Rhythm]:
    """How often each of the prices to be sold recurs, as far as they say so."""
    prices = [tx.get("price", change.price or "") or change.params.peek("price_data") for change in changes]
    found = [price["recurring"] for price in prices if price is not None and price.get("recurring")]
    return [(recurring["interval"], recurring.get("interval_count") or 1) for recurring in found]


def _backdated(call: Call, now: int, anchors: Sequence[str]) -> int:
    """When it is said to have begun: now, or at a moment behind, which a trial or an anchor ahead may go with.

    [documented] Its periods are counted from that moment, or in classic mode from now. [second-hand] A configured
    anchor cannot go with it. [documented; sentence inferred]
    """
    params, name = call.params, "backdate_start_date"
    if name not in params:
        return now
    start: int = params.get(name)
    if start > now:
        raise refusals.moment_in_the_future(name)
    if anchors and anchors[0] != "billing_cycle_anchor":
        raise errors.only_one_parameter([anchors[0], name], name)
    return start


def _require_licensed(call: Call, items: Sequence[Object]) -> None:
    """What was used before a trial that a classic subscription begins with is billed by no invoice that is known."""
    if any(is_metered(call.tx.read("price", item["price"])) for item in items):
        raise errors.unsupported_parameter(call.operation, "backdate_start_date", " of a metered price with a trial")


def _require_lasting(call: Call, subscription: Object) -> None:
    """The months of a coupon count from a backdated start, and may be over already. [documented]

    What then becomes of an amount off, and in classic mode of any discount, nobody tells.
    """
    classic = subscription["billing_mode"]["type"] == "classic"
    for id_ in (*subscription["discounts"], *(id_ for item in subscription["items"] for id_ in item["discounts"])):
        discount = call.tx.read("discount", id_)
        if discounts.is_over(call.tx, discount) and (classic or discount["_percent_off"] is None):
            raise errors.unsupported_parameter(call.operation, "discounts", " that are over since the start")


def _since(item: Object, start: int, *, classic: bool) -> Object:
    """An item whose usage counts from the day its subscription is said to have begun. [documented]

    In classic mode it is billed with the first renewal, which so reaches back beyond its period. [documented; inferred:
    as one line]
    """
    reaches = {"_reaches_back": item["current_period_start"]} if classic else {}
    return item if start >= item["created"] else Object({**item, "_counts_from": start, **reaches})


def collection(method: str, days: int | None, customer: Object) -> dict[str, Any]:
    """How its invoices are collected; those that are sent need an address and a number of days. [documented]"""
    if method == "charge_automatically":
        if days is not None:
            raise refusals.days_until_due_without_sending()
        return {"collection_method": method, "days_until_due": None}
    if not customer["email"]:
        raise refusals.missing_email()
    if days is None:
        raise refusals.needs_days_until_due()
    return {"collection_method": method, "days_until_due": days}


def invoice_settings(tx: Transaction, params: Params, before: Mapping[str, Any]) -> dict[str, Any]:
    """What all its invoices say, and in whose name."""
    given = params.hash("invoice_settings")
    issuer = {"issuer": destinations.issuer(tx, given.hash("issuer"))} if "issuer" in given else {}
    said = given.pick("custom_fields", "description", "footer") | tax_ids.of_account(tx, given)
    return {**before, **said, **issuer}


def pending_interval(params: Params, now: int) -> dict[str, Any]:
    """How often what waits is invoiced between its periods, and when first. [documented]"""
    given = params.hash("pending_invoice_item_interval")
    if not given:
        return {"next_pending_invoice_item_invoice": None, "pending_invoice_item_interval": None}
    rhythm = {"interval": given.get("interval"), "interval_count": given.get("interval_count", 1)}
    if rhythm["interval_count"] < 1:
        raise errors.too_small(given.name("interval_count"), 1)
    first = boundary(now, rhythm["interval"], rhythm["interval_count"], 1)
    return {"next_pending_invoice_item_invoice": first, "pending_invoice_item_interval": rhythm}


def require_room(tx: Transaction, customer: Object) -> None:
    """A customer takes only so many subscriptions, and on a test clock a few. [documented]"""
    if has_room(tx, customer):
        return
    if customer["test_clock"] is not None:
        raise refusals.too_many_subscriptions_on_clock(PER_CLOCK_CUSTOMER)
    raise refusals.too_many_subscriptions(customer.id, PER_CUSTOMER)


def has_room(tx: Transaction, customer: Object) -> bool:
    """Whether a customer can have one more subscription."""
    most = PER_CUSTOMER if customer["test_clock"] is None else PER_CLOCK_CUSTOMER
    known = tx.find("subscription", "customer", customer.id)
    return len(known) < most or len([row for row in known if row["status"] not in renewal.OVER]) < most


def _currency(tx: Transaction, items: list[Object], params: Params, customer: Object) -> str:
    """The one currency of all items: the one named, else the customer's, else the first price's. [inferred]

    A price is sold in its own currency and in those of its options. [documented]
    """
    offered = [currency_options.currencies(tx.read("price", item["price"])) for item in items]
    shared = [currency for currency in offered[0] if all(currency in one for one in offered)]
    wanted = params.get("currency")
    if not shared:
        raise refusals.mismatch("currency")
    if wanted is not None and wanted.lower() not in shared:
        raise refusals.price_not_in_currency(wanted.lower())
    if wanted is not None:
        return str(wanted.lower())
    return str(customer["currency"] if customer["currency"] in shared else shared[0])


def billing_mode(given: Params, now: int) -> dict[str, Any]:
    """How changes are billed: by what was really billed, or by the current prices as of old. [documented]"""
    if given.get("type", "flexible") == "classic":
        if given.get("flexible"):
            raise refusals.classic_is_not_flexible(given.name("flexible"))
        return {"flexible": None, "type": "classic"}
    how = given.hash("flexible").get("proration_discounts") or "included"
    return {"flexible": {"proration_discounts": how}, "type": "flexible", "updated_at": now}


def defaults(now: int) -> dict[str, Any]:
    """What a subscription is when nothing is said. [recorded]"""
    return {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "feedback_option": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "default_tax_rates": [],
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "latest_invoice": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "start_date": now,
        "status": "active",
        "trial_settings": {"end_behavior": {"billing_cycle_anchor": "now", "missing_payment_method": "create_invoice"}},
    }
