"""Every noun that is served, and how any object is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources import (
    by_shape,
    customers,
    events,
    invoice_items,
    invoices,
    item_calls,
    ledger,
    meters,
    payment_methods,
    payments,
    plan_calls,
    prices,
    products,
    subscriptions,
    test_clocks,
    webhook_endpoints,
)
from pinstripe.resources.resource import Handler, Resource, deleted, shaped
from pinstripe.world import Clock, Object, Seed, Transaction, World
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

MODELLED: tuple[Resource, ...] = (
    customers.CUSTOMERS,
    ledger.BALANCE_TRANSACTIONS,
    payment_methods.PAYMENT_METHODS,
    products.PRODUCTS,
    prices.PRICES,
    plan_calls.PLANS,
    meters.METERS,
    meters.METER_EVENTS,
    meters.METER_EVENT_SUMMARIES,
    subscriptions.SUBSCRIPTIONS,
    item_calls.SUBSCRIPTION_ITEMS,
    invoices.INVOICES,
    invoice_items.INVOICE_ITEMS,
    payments.INVOICE_PAYMENTS,
    payments.PAYMENT_INTENTS,
    payments.CHARGES,
    payments.BALANCE,
    test_clocks.TEST_CLOCKS,
    events.EVENTS,
    webhook_endpoints.WEBHOOK_ENDPOINTS,
    webhook_endpoints.DELIVERIES,
)
"""The nouns with rules of their own."""

RESOURCES: tuple[Resource, ...] = (*MODELLED, *by_shape.RESOURCES)
"""These, and the nouns that are served by their shape."""

BY_NAME: Mapping[str, Resource] = {resource.kind.name: resource for resource in RESOURCES}

HANDLERS: Mapping[str, Handler] = {
    operation: handler for resource in RESOURCES for operation, handler in resource.routes.items()
}


def body(tx: Transaction, obj: Object) -> dict[str, Any]:
    """An object as the API shows it, before `expand`."""
    if obj.get("deleted"):
        return deleted(obj)
    return shaped(obj.kind, BY_NAME[obj.kind].view(tx, obj)) if obj.kind in BY_NAME else shaped(obj.kind, obj)


def fetch(tx: Transaction, name: str, id_: str) -> tuple[dict[str, Any], Hash] | None:
    """The object an id names, for `expand`; a deleted customer is its stub."""
    if name not in BY_NAME:
        return None
    obj = tx.get(name, id_)
    if obj is None:
        return None
    return body(tx, obj), shape(f"deleted_{name}" if obj.get("deleted") else name)


def include(tx: Transaction, name: str, shown: Mapping[str, Any], key: str) -> Any | None:
    """A member that is absent until asked for; None where pinstripe has nothing to show for it."""
    resource = BY_NAME.get(name)
    maker = None if resource is None else resource.includes.get(key)
    if maker is None:
        return None
    obj = tx.get("price" if name == "plan" else name, str(shown["id"]))
    return None if obj is None else maker(tx, obj)


def new_world(seed: Seed, clock: Clock) -> World:
    """An empty account."""
    kinds = [resource.kind for resource in RESOURCES]
    return World(kinds, seed, clock, render=body, announce=webhook_endpoints.owe)
