"""The billing portal: what customers may do there by themselves (configurations), and their way in (sessions).

A configuration is served by its shape; sessions are made here. What a portal page does, it does by the API's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making, routing
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.connect import destinations
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, named
from pinstripe.resources.selling import addresses
from pinstripe.world import Kind, Object, Transaction
from pinstripe_contracts import shape

CONFIGURATION = "billing_portal.configuration"
REASONS = ("too_expensive", "missing_features", "switched_service", "unused", "other")
"""What a customer who cancels may say unless the configuration says otherwise. [documented]"""

OFF: Mapping[str, Any] = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": REASONS},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}
"""The features of a configuration of which nothing is said. [documented; inferred: pausing]"""

DEFAULT: Mapping[str, Any] = {
    **OFF,
    "customer_update": {"allowed_updates": ["name", "email", "address", "phone", "tax_id"], "enabled": True},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {**OFF["subscription_cancel"], "enabled": True},
}
"""The features of the configuration an account begins with: everything but switching plans. [inferred]"""


def _features(call: Call, members: Members) -> Any:
    """The features with each product's bounds filled in. [documented: quantities are fixed unless said otherwise]"""
    del call
    features = members["features"]
    duration = features["subscription_pause"]["duration"]
    if duration["interval_options"]:  # one interval, where its count is not said [inferred]
        options = [{"interval_count": 1, **row} for row in duration["interval_options"]]
        paused = {**features["subscription_pause"], "duration": {**duration, "interval_options": options}}
        features = {**features, "subscription_pause": paused}
    update = features["subscription_update"]
    if not update.get("products"):
        return features
    fixed = {"enabled": False, "maximum": None, "minimum": 0}
    products = [
        {**row, "adjustable_quantity": {**fixed, **(row.get("adjustable_quantity") or {})}}
        for row in update["products"]
    ]
    return {**features, "subscription_update": {**update, "products": products}}


def _login_page(call: Call, members: Members) -> Any:
    """Where customers log in by their email, if they may; the address stays what it was. [documented]"""
    enabled = (members.get("login_page") or {}).get("enabled", False)
    token = call.tx.world.seed.secret(f"{members['id']}:login", 20)
    return {"enabled": enabled, "url": f"https://billing.stripe.com/p/login/test_{token}" if enabled else None}


def _check(call: Call, members: Members) -> None:
    """Plans that may be switched must be named, and addresses must be addresses. [documented; inferred: the latter]"""
    addresses.require(call.params, "default_return_url")
    profile = Params(call.params.peek("business_profile") or {}, "business_profile")
    addresses.require(profile, "privacy_policy_url", "terms_of_service_url")
    update = (members.get("features") or {}).get("subscription_update") or {}
    if update.get("enabled"):
        for name in ("default_allowed_updates", "products"):
            if name not in update:
                raise errors.missing_parameter(f"features[subscription_update][{name}]")
        if not update["products"]:
            raise refusals.portal_update_needs_products()
    for row in update.get("products") or ():
        named(call.tx, "product", row["product"], "features[subscription_update][products]")
        for price in row["prices"]:
            named(call.tx, "price", price, "features[subscription_update][products]")


def _keep_default(call: Call, before: Object) -> None:
    """The default configuration cannot be switched off."""
    if before["is_default"] and call.params.peek("active") is False:
        raise refusals.default_configuration_stays_active()


CONFIGURATIONS = Noun(
    CONFIGURATION,
    "bpc",
    "/v1/billing_portal/configurations",
    starts={
        "active": True,
        "application": None,
        "business_profile": {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
        "default_return_url": None,
        "features": OFF,
        "is_default": False,
        "metadata": {},
        "name": None,
    },
    computed={"updated": lambda call, _: call.tx.now()},
    recomputed={"features": _features, "login_page": _login_page},
    check=_check,
    changing=_keep_default,
    noun="configuration",
)


def default_configuration(tx: Transaction) -> Object:
    """The account's default configuration, made when the first session needs it. [second-hand: the event]"""
    for row in tx.all(CONFIGURATION):
        if row["is_default"]:
            return row
    members = {**CONFIGURATIONS.starts, "features": DEFAULT, "is_default": True}
    moments = {"created": tx.now(), "updated": tx.now()}
    page = {"enabled": False, "url": None}
    configuration = tx.new(CONFIGURATION, {**members, **moments, "livemode": False, "login_page": page})
    tx.emit("billing_portal.configuration.created", configuration)
    return configuration


# --- sessions --------------------------------------------------------------------------------------------------------


def create_session(call: Call) -> Answer:
    """POST /v1/billing_portal/sessions: one customer's way into the portal."""
    tx, params = call.tx, call.params
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    customer = named(tx, "customer", params.get("customer"), "customer")
    addresses.require(params, "return_url")
    configuration = _configuration(call)
    id_ = tx.new_id("bps")
    session = tx.new(
        "billing_portal.session",
        {
            **params.pick("after_expiration"),
            "configuration": configuration.id,
            "created": tx.now(),
            "customer": customer.id,
            "flow": _flow(call, customer, configuration) if "flow_data" in params else None,
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": destinations.merchant(tx, params),
            "return_url": params.get("return_url") or configuration["default_return_url"],
            "url": f"{tx.world.pages or 'https://billing.stripe.com'}/p/session/test_{tx.world.seed.secret(id_, 60)}",
        },
        id=id_,
    )
    tx.emit("billing_portal.session.created", session)
    return session


def _configuration(call: Call) -> Object:
    """The configuration a session is made by."""
    if "configuration" not in call.params:
        return default_configuration(call.tx)
    configuration = named(call.tx, CONFIGURATION, call.params.get("configuration"), "configuration", "configuration")
    if not configuration["active"]:
        raise refusals.configuration_is_inactive(configuration.id)
    return configuration


FLOWS = {
    "subscription_cancel": ("canceled", "cancel"),
    "subscription_pause": ("paused", "pause"),
    "subscription_update": ("updated", "update"),
    "subscription_update_confirm": ("updated", "update"),
}
"""Flows about one subscription: what becomes of it, and the feature that must be on."""


def _flow(call: Call, customer: Object, configuration: Object) -> Mapping[str, Any]:
    """The one thing a session leads to, in the answer's words."""
    given = Params(call.params.get("flow_data"), "flow_data")
    kind = given.peek("type")
    redirect = (given.peek("after_completion") or {}).get("redirect") or {}
    addresses.require(Params(redirect, given.name("after_completion") + "[redirect]"), "return_url")
    if kind in FLOWS:
        if kind not in given:
            raise errors.missing_parameter(given.name(kind))
        _require_subscription(call.tx, given.hash(kind), customer)
        verb, feature = FLOWS[kind]
        if not configuration["features"][f"subscription_{feature}"]["enabled"]:
            raise refusals.portal_feature_disabled(verb, feature, given.name(kind))
        if feature == "update":
            _require_changeable(call.tx, given.hash(kind), configuration)
    said = Params({"flow": call.params.get("flow_data")})
    flow = making.members_of(call, said, shape("billing_portal.session"))["flow"]
    for name in said.unread():
        raise errors.unsupported_parameter(call.operation, name.replace("flow", "flow_data", 1))
    page: dict[str, Any] = {"customer_update": {}} if kind == "customer_update" else {}
    return {"after_completion": {"type": "portal_homepage"}, **flow, **page}


def _require_changeable(tx: Transaction, given: Params, configuration: Object) -> None:
    """Only a subscription of one item can be updated, and only to a price that is offered. [documented]"""
    subscription = tx.read("subscription", given.peek("subscription"))
    rows = given.hashes("items")
    if len(subscription["items"]) != 1 or len(rows) > 1:
        raise refusals.portal_updates_one_item(given.name("subscription"))
    products = configuration["features"]["subscription_update"].get("products") or ()
    offered = {price for row in products for price in row["prices"]}
    for row in rows:
        price = row.peek("price")
        if price is not None and price not in offered and price != subscription["items"][0]["price"]:
            raise refusals.portal_price_not_offered(price, row.name("price"))


def _require_subscription(tx: Transaction, given: Params, customer: Object) -> None:
    """The subscription of a flow must be the customer's own, and its items the subscription's."""
    id_ = given.peek("subscription")
    subscription = named(tx, "subscription", id_, given.name("subscription"))
    if subscription["customer"] != customer.id:
        raise errors.no_such("subscription", id_, param=given.name("subscription"))
    own = {item["id"] for item in subscription["items"]}
    for row in given.hashes("items"):
        if row.peek("id") not in own:
            raise refusals.no_such_item(row.peek("id"), row.name("id"))


SESSIONS = Resource(Kind("billing_portal.session", "bps"), {"POST /v1/billing_portal/sessions": create_session})
RESOURCES = (*routing.resources((CONFIGURATIONS,)), SESSIONS)
