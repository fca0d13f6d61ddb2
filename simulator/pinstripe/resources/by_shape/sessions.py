"""Short-lived keys to one customer or account, for a browser or an app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.resource import Call, named
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash

HOUR = 3600

ON = frozenset({"card_spend_dispute_management", "dispute_management", "refund_management", "capture_payments"})
"""Features that are enabled unless said otherwise. [documented; inferred: card spend disputes]"""
STRIPES_LOSSES = frozenset({"edit_payout_schedule", "instant_payouts", "standard_payouts"})
"""Features that begin enabled where Stripe answers for an account's losses. [documented]"""


def _account(call: Call, _: Members) -> None:
    named(call.tx, "account", call.params.get("account"), "account")


def _components(call: Call, members: Members) -> Mapping[str, Any]:
    """Every embedded component, those that were not asked for disabled, with the defaults of its features."""
    said = members["components"]
    stripe_loses = call.tx.read("account", members["account"])["controller"]["losses"]["payments"] == "stripe"
    full: dict[str, Any] = {}
    components = shape("account_session").fields["components"].type
    assert isinstance(components, Hash)
    for name, field in components.fields.items():
        assert isinstance(field.type, Hash)
        form = field.type.fields["features"].type
        assert isinstance(form, Hash)
        asked = said.get(name) or {}
        features = dict(asked.get("features") or {})
        for feature in sorted(form.fields, key=lambda key: key == "disable_stripe_user_authentication"):
            if feature not in features:
                features[feature] = _default(feature, features, stripe_loses=stripe_loses)
        full[name] = {"enabled": asked.get("enabled", False), "features": features}
    return full


def _default(feature: str, others: Mapping[str, bool], *, stripe_loses: bool) -> bool:
    """How a feature begins. [documented; inferred: those of no known default begin disabled]"""
    if feature == "external_account_collection":
        return True
    if feature == "disable_stripe_user_authentication":
        return not others.get("external_account_collection", True)
    return stripe_loses if feature in STRIPES_LOSSES else feature in ON


ACCOUNT_SESSIONS = Noun(
    "account_session",
    path="/v1/account_sessions",
    check=_account,
    computed={
        "client_secret": lambda call, _: f"accs_secret__{call.tx.world.seed.secret(call.tx.new_id('accs'), 51)}",
        "expires_at": lambda call, _: call.tx.now() + HOUR,
    },
    recomputed={"components": _components},
)
"""A session for Connect's embedded components. [inferred: it lasts an hour]"""

ELEMENTS: Mapping[str, Mapping[str, Any]] = {
    "active_entitlements": {},
    "buy_button": {},
    "customer_portal": {},
    "customer_sheet": {"features": {}},
    "mobile_payment_element": {"features": {}},
    "payment_element": {
        "features": {
            "payment_method_allow_redisplay_filters": ["always"],
            "payment_method_redisplay": "disabled",
            "payment_method_redisplay_limit": 3,
            "payment_method_remove": "disabled",
            "payment_method_save": "disabled",
        }
    },
    "pricing_table": {},
}
"""What each component may do unasked. [documented]"""


def _elements(_: Call, members: Members) -> Mapping[str, Any]:
    """Every component, those that were not asked for disabled and without features. [documented]"""
    full: dict[str, Any] = {}
    for name, rule in ELEMENTS.items():
        asked: Mapping[str, Any] = members["components"].get(name) or {"enabled": False}
        features = {**(rule.get("features") or {}), **(asked.get("features") or {})} if asked["enabled"] else None
        full[name] = {"enabled": asked["enabled"]} | ({"features": features} if "features" in rule else {})
    return full


CUSTOMER_SESSIONS = Noun(
    "customer_session",
    path="/v1/customer_sessions",
    computed={
        "client_secret": lambda call, _: f"cuss_secret_{call.tx.world.seed.secret(call.tx.new_id('cuss'), 51)}",
        "expires_at": lambda call, _: call.tx.now() + HOUR // 2,
    },
    recomputed={"components": _elements},
)
"""A session for the elements that know their customer. [documented: half an hour]"""

HOLDERS = {
    "customer": "customer",
    "issuing_card": "issuing.card",
    "verification_session": "identity.verification_session",
}
"""What a key can open, by the parameter that names it."""


def _holder(call: Call, _: Members) -> None:
    """A key opens one object, which must exist. [documented]"""
    for param, kind in HOLDERS.items():
        if call.params.peek(param) is not None:
            named(call.tx, kind, call.params.get(param), param)


EPHEMERAL_KEYS = Noun(
    "ephemeral_key",
    "ephkey",
    "/v1/ephemeral_keys",
    aside=(*HOLDERS, "nonce"),
    check=_holder,
    computed={
        "expires": lambda call, _: call.tx.now() + HOUR,
        "secret": lambda call, members: f"ek_test_{call.tx.world.seed.secret(members['id'], 64)}",
    },
)
"""A key for mobile SDKs. [recorded: it lasts an hour]"""

NOUNS = (ACCOUNT_SESSIONS, CUSTOMER_SESSIONS, EPHEMERAL_KEYS)
