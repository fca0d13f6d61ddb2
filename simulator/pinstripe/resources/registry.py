"""Every noun that is served, and how any object is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from pinstripe.resources import (
    belonging,
    billing_settings,
    by_shape,
    delivery_settings,
    dialects,
    events,
    misbehaviours,
    owing,
    test_clocks,
    webhook_endpoints,
)
from pinstripe.resources.by_shape import tax_associations
from pinstripe.resources.catalog import entitlements, plan_calls, prices, products, shipping_rates
from pinstripe.resources.connect import neighbours
from pinstripe.resources.customers import cash_balances, customers, ledger, tax_ids
from pinstripe.resources.discounts import coupons, discounts, promotion_codes, tax_rates
from pinstripe.resources.invoices import attached_payments, credit_notes, invoice_item_calls, invoices
from pinstripe.resources.payment_methods import cards, payment_method_configurations, payment_methods, sources, tokens
from pinstripe.resources.payments import (
    amount_details,
    balance,
    charges,
    confirmation_tokens,
    disputes,
    mandates,
    payment_intents,
    payment_records,
    payments,
    refunds,
    setup_attempts,
    setup_intents,
)
from pinstripe.resources.resource import Handler, Resource, deleted, shaped
from pinstripe.resources.selling import checkout, checkout_items, payment_links, portal, quotes
from pinstripe.resources.subscriptions import item_calls, schedules, subscriptions
from pinstripe.resources.taxes import declared
from pinstripe.resources.usage import (
    aggregation,
    billing_alerts,
    credit_grants,
    meter_adjustments,
    meters,
    summaries,
    usage_records,
    usage_settings,
)
from pinstripe.resources.usage import ledger as usage_ledger
from pinstripe.resources.usage import meter_events as meter_events_v1
from pinstripe.resources.v2 import event_destinations, meter_events, meter_reports
from pinstripe.resources.v2 import events as thin_events
from pinstripe.world import Clock, Object, Seed, Transaction, World
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

MODELLED: tuple[Resource, ...] = (
    billing_settings.SETTINGS,
    customers.CUSTOMERS,
    coupons.COUPONS,
    promotion_codes.PROMOTION_CODES,
    discounts.DISCOUNTS,
    tax_rates.TAX_RATES,
    tax_ids.TAX_IDS,
    declared.DECLARED,
    shipping_rates.SHIPPING_RATES,
    entitlements.FEATURES,
    entitlements.PRODUCT_FEATURES,
    entitlements.ACTIVE,
    credit_grants.CREDIT_GRANTS,
    credit_grants.CREDIT_ENTRIES,
    billing_alerts.ALERTS,
    ledger.BALANCE_TRANSACTIONS,
    payment_methods.PAYMENT_METHODS,
    products.PRODUCTS,
    prices.PRICES,
    plan_calls.PLANS,
    meters.METERS,
    usage_records.USAGE_RECORDS,
    meter_events_v1.METER_EVENTS,
    summaries.METER_EVENT_SUMMARIES,
    usage_settings.SETTINGS,
    aggregation.MOMENTS,
    meter_adjustments.METER_EVENT_ADJUSTMENTS,
    meter_events.METER_EVENTS_V2,
    meter_reports.METER_ERRORS,
    meter_events.METER_EVENT_SESSIONS,
    subscriptions.SUBSCRIPTIONS,
    item_calls.SUBSCRIPTION_ITEMS,
    invoices.INVOICES,
    invoice_item_calls.INVOICE_ITEMS,
    credit_notes.CREDIT_NOTES,
    schedules.SCHEDULES,
    quotes.QUOTES,
    payments.INVOICE_PAYMENTS,
    payment_intents.PAYMENT_INTENTS,
    charges.CHARGES,
    cards.CARDS,
    cards.BANK_ACCOUNTS,
    sources.SOURCES,
    tokens.TOKENS,
    refunds.REFUNDS,
    disputes.DISPUTES,
    setup_intents.SETUP_INTENTS,
    setup_attempts.SETUP_ATTEMPTS,
    mandates.MANDATES,
    confirmation_tokens.CONFIRMATION_TOKENS,
    payment_method_configurations.PAYMENT_METHOD_CONFIGURATIONS,
    cash_balances.CASH_BALANCE,
    cash_balances.CASH_BALANCE_TRANSACTIONS,
    amount_details.AMOUNT_LINES,
    payment_records.PAYMENT_RECORDS,
    payment_records.PAYMENT_ATTEMPT_RECORDS,
    balance.TRANSACTIONS,
    balance.SETTLING,
    balance.SETTLED_SUMS,
    test_clocks.TEST_CLOCKS,
    checkout.SESSIONS,
    checkout_items.ITEMS,
    payment_links.LINKS,
    *portal.RESOURCES,
    events.EVENTS,
    thin_events.EVENTS_V2,
    event_destinations.EVENT_DESTINATIONS,
    webhook_endpoints.WEBHOOK_ENDPOINTS,
    webhook_endpoints.DELIVERIES,
    delivery_settings.SETTINGS,
    misbehaviours.MISBEHAVIOURS,
)
"""The nouns with rules of their own."""

RESOURCES: tuple[Resource, ...] = (*MODELLED, *by_shape.RESOURCES)
"""These, and the nouns that are served by their shape."""

BY_NAME: Mapping[str, Resource] = {resource.kind.name: resource for resource in RESOURCES}

Follower = Callable[[Transaction, Object], None]
FOLLOWERS: Sequence[tuple[Collection[str], Follower]] = (
    (entitlements.TELLING, entitlements.follow),
    (tax_associations.RULES, tax_associations.follow),
    (attached_payments.FOLLOWED, attached_payments.follow),
)
FOLLOWING: Mapping[str, Sequence[Follower]] = {
    type_: [follower for told, follower in FOLLOWERS if type_ in told] for told, _ in FOLLOWERS for type_ in told
}
"""What goes on after an event, by its type."""

HANDLERS: Mapping[str, Handler] = {
    operation: handler for resource in RESOURCES for operation, handler in resource.routes.items()
}


def body(tx: Transaction, obj: Object) -> dict[str, Any]:
    """An object as the API shows it, before `expand`."""
    if obj.get("deleted"):
        return deleted(obj)
    shown = shaped(obj.kind, BY_NAME[obj.kind].view(tx, obj)) if obj.kind in BY_NAME else shaped(obj.kind, obj)
    if tx.world.seed.owner:  # a connected account's, where objects say who made them
        shown = neighbours.stamped(tx.world, shown)
    return {key: value for key, value in shown.items() if key != "id"} if obj.get("_nameless") else shown


def fetch(tx: Transaction, name: str, id_: str) -> tuple[dict[str, Any], Hash] | None:
    """The object an id names, for `expand`; a deleted customer is its stub."""
    if name == "application":
        return neighbours.as_application(id_), shape(name)
    if name not in BY_NAME:
        return None
    obj = tx.get(name, id_)
    if obj is None and (elsewhere := neighbours.found(tx, name, id_)) is not None:
        tx, obj = elsewhere
    if obj is None:
        return None
    return body(tx, obj), shape(f"deleted_{name}" if obj.get("deleted") else name)


def include(tx: Transaction, name: str, shown: Mapping[str, Any], key: str) -> Any | None:
    """A member that is absent until asked for; None where pinstripe has nothing to show for it."""
    resource = BY_NAME.get(name)
    maker = None if resource is None else resource.includes.get(key)
    if resource is None or maker is None:
        return None
    if resource.inside:
        return maker(tx, Object(shown))
    obj = tx.get("price" if name == "plan" else name, str(shown.get("id", "")))  # older previews have no id
    return None if obj is None else maker(tx, obj)


def new_world(
    seed: Seed,
    clock: Clock,
    heard: Callable[[Object], None] | None = None,
    handed: Callable[[str, Object], None] | None = None,
) -> World:
    """An empty account.

    `heard` is told of every event once it is kept, as a platform is of its connected accounts'. `handed` is given the
    events that belong in the world of a connected account, and the account's id.
    """

    def announce(tx: Transaction, event: Object) -> None:
        """Tell the event in the words of everybody who may hear it, owe it to those who listen here, and pass it on."""
        whose = belonging.account_of(event)
        if handed is not None and whose not in (None, seed.account_id):
            tx.delete(event)
            tx.then(partial(handed, whose, event))
            return
        event = dialects.told_now(tx, event)
        owing.owe(tx, event)
        for follow in FOLLOWING.get(event["type"], ()):
            follow(tx, event)
        if heard is not None:
            tx.then(partial(heard, event))

    kinds = [resource.kind for resource in RESOURCES]
    books = {usage_ledger.BOOK: usage_ledger.Ledger()}
    return World(kinds, seed, clock, render=body, announce=announce, books=books)
