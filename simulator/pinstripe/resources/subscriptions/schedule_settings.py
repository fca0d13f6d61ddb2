"""What holds in every phase of a schedule that does not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.connect import destinations, subscription_shares
from pinstripe.resources.customers import tax_ids
from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.subscriptions import thresholds
from pinstripe.resources.taxes import automatic_tax
from pinstripe.world import Object, Transaction

WORDS = ("custom_fields", "description", "footer")
"""What a subscription has all its invoices say."""
SELF: Mapping[str, str] = {"type": "self"}
NO_WORDS: Mapping[str, Any] = {"account_tax_ids": None, **dict.fromkeys(WORDS), "issuer": {"type": "self"}}

SETTINGS: Mapping[str, Any] = {
    "application_fee_percent": None,
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_cycle_anchor": "automatic",
    "billing_thresholds": None,
    "collection_method": "charge_automatically",
    "default_payment_method": None,
    "description": None,
    "invoice_settings": {
        "account_tax_ids": None,
        "custom_fields": None,
        "days_until_due": None,
        "description": None,
        "footer": None,
        "issuer": {"type": "self"},
    },
    "on_behalf_of": None,
    "transfer_data": None,
}
"""What holds in every phase that does not say otherwise. [documented]"""


def settled(tx: Transaction, given: Params, customer: Object, known: Mapping[str, Any]) -> dict[str, Any]:
    """The default settings after a request."""
    settings = {**known, **given.pick("billing_cycle_anchor", "collection_method", "description")}
    enabled = automatic_tax.asked(tx, given, "default_settings")
    if enabled is not None:
        settings["automatic_tax"] = automatic_tax.member(enabled, automatic_tax.OF_SUBSCRIPTIONS)
    if "default_payment_method" in given:
        id_ = given.get("default_payment_method")
        name = given.name("default_payment_method")
        settings["default_payment_method"] = id_ and payment_methods.of_customer(tx, id_, customer, name).id
    if "billing_thresholds" in given:
        settings["billing_thresholds"] = thresholds.wanted(given)
    settings |= subscription_shares.said(tx, given, known)
    said = of_invoices(tx, given.hash("invoice_settings"))
    return {**settings, "invoice_settings": {**known["invoice_settings"], **said}}


def of_subscription(usual: Mapping[str, Any], subscription: Object) -> dict[str, Any]:
    """The default settings of a schedule that is made of a subscription: what holds there goes on. [inferred]"""
    kept = ("automatic_tax", "collection_method", "default_payment_method", "description", *subscription_shares.SHARES)
    words = {**subscription["invoice_settings"], "days_until_due": subscription["days_until_due"]}
    return {**usual, **{name: subscription.get(name) for name in kept}, "invoice_settings": words}


def of_invoices(tx: Transaction, given: Params) -> dict[str, Any]:
    """What all invoices say, in whose name, and when they are due, as far as it is given."""
    issuer = {"issuer": destinations.issuer(tx, given.hash("issuer"))} if "issuer" in given else {}
    return given.pick("days_until_due", *WORDS) | issuer | tax_ids.of_account(tx, given)


def words(settings: Mapping[str, Any], subscription: Mapping[str, Any], phase: Mapping[str, Any]) -> dict[str, Any]:
    """What a subscription's invoices say during a phase: the phase's own words, else the schedule's. [documented]"""
    own = {name: (phase["invoice_settings"] or {}).get(name) for name in (*WORDS, "account_tax_ids", "issuer")}
    said = {name: own[name] or settings["invoice_settings"][name] for name in own}
    if said["issuer"] == SELF:
        del said["issuer"]
    known = subscription.get("invoice_settings") or NO_WORDS
    return {"invoice_settings": {**known, **said}} if any(said.values()) else {}
