"""pinstripe_flags: OpenFeature flags that follow Stripe subscriptions, also through failed payments."""

from __future__ import annotations

from pinstripe_flags.feature import Feature, PerUnit
from pinstripe_flags.policy import ALWAYS, NEVER, UNTIL_DUNNING_ENDS, Policy, Rule, grace
from pinstripe_flags.projection import EVENTS
from pinstripe_flags.provider import SubscriptionProvider
from pinstripe_flags.queries import assert_max_queries
from pinstripe_flags.schema import VERSIONS, not_ours, upgrade
from pinstripe_flags.scope import anonymous, for_customer, for_global
from pinstripe_flags.store import Store

__all__ = [
    "ALWAYS",
    "EVENTS",
    "NEVER",
    "UNTIL_DUNNING_ENDS",
    "VERSIONS",
    "Feature",
    "PerUnit",
    "Policy",
    "Rule",
    "Store",
    "SubscriptionProvider",
    "anonymous",
    "assert_max_queries",
    "for_customer",
    "for_global",
    "grace",
    "not_ours",
    "upgrade",
]
