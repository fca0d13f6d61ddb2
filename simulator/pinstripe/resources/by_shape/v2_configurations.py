"""What an account of API v2 may do: its configurations as customer, merchant and recipient, and their capabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources.by_shape import making
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash, Nullable, Type

STARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "customer": {
        "automatic_indirect_tax": {"exempt": "none"},
        "billing": {"invoice": {"custom_fields": [], "next_sequence": 1}},
    },
    "merchant": {
        "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}},
        "statement_descriptor": {},
        "support": {"address": {}},
    },
    "recipient": {},
}
"""How each begins. [documented samples: customer; second-hand: merchant and recipient]"""

RESTRICTED: Final[Mapping[str, Any]] = {
    "status": "restricted",
    "status_details": [{"code": "requirements_past_due", "resolution": "provide_info"}],
}
"""A capability that waits for what Stripe asks of the account. [documented samples]"""

ACTIVE: Final[Mapping[str, Any]] = {"status": "active", "status_details": []}

KNOWN_ELSEWHERE: Final = {"customer": ("test_clock", "billing.default_payment_method")}
"""What would make the account a customer whom subscriptions and payments know, which is not modelled."""


def changed(call: Call, account: str, old: Mapping[str, Any], params: Params) -> dict[str, Any]:
    """The configurations after a request that says `params` of them."""
    form = _form()
    held = dict(old)
    for name in params:
        _refuse_known_elsewhere(call, name, params.hash(name))
        held[name] = _configuration(call, name, old.get(name), params.hash(name), form[name])
    if held.get("customer") and "prefix" not in held["customer"]["billing"]["invoice"]:
        prefix = {"billing": {"invoice": {"prefix": call.tx.world.seed.invoice_prefix(account)}}}
        held["customer"] = making.merge(held["customer"], prefix, form["customer"])
    return held


def applied(held: Mapping[str, Any]) -> list[str]:
    """The configurations that are in force, in the order in which they came. [second-hand: the order]"""
    return [name for name, configuration in held.items() if configuration and configuration["applied"]]


def located(configuration: Mapping[str, Any], address: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A customer's configuration with where its taxes are due, once that is asked for and the address is known.

    [documented sample: active and located by the identity's address; inferred: that a country is enough]
    """
    capabilities = configuration.get("capabilities") or {}
    if "automatic_indirect_tax" not in capabilities:
        return configuration
    country = (address or {}).get("country")
    tax = {key: value for key, value in configuration["automatic_indirect_tax"].items() if "location" not in key}
    if country is not None:
        place = {key: address[key] for key in ("country", "state") if address and address.get(key)}
        tax |= {"location": place, "location_source": "identity_address"}
    status = RESTRICTED if country is None else ACTIVE
    return {
        **configuration,
        "automatic_indirect_tax": tax,
        "capabilities": {**capabilities, "automatic_indirect_tax": status},
    }


def _configuration(
    call: Call, name: str, old: Mapping[str, Any] | None, params: Params, form: Hash
) -> Mapping[str, Any]:
    """One configuration: new with what it begins with, or with what was said laid over it."""
    said = making.members_of(call, params, form)
    said.pop("capabilities", None)
    members = making.filled(said, STARTS[name]) if old is None else making.merge(old, said, form)
    members.setdefault("applied", True)
    capabilities = _asked((old or {}).get("capabilities") or {}, params.hash("capabilities"))
    if not members["applied"] and name != "merchant":  # which takes its capabilities back [documented]
        capabilities = {}
    members["capabilities"] = _with_payouts(name, capabilities)
    if not members["capabilities"]:
        del members["capabilities"]
    return making.pruned(members, form)


def restricted(held: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """The capabilities of a configuration that wait for what Stripe asks, by their dotted names."""
    for name, value in held.items():
        path = f"{at}.{name}" if at else name
        if value.get("status") == RESTRICTED["status"]:
            yield path
        elif "status" not in value:
            yield from restricted(value, path)


def released(held: Mapping[str, Any]) -> dict[str, Any]:
    """Capabilities once Stripe has what it asks for."""
    return {name: ACTIVE if "status" in value else released(value) for name, value in held.items()}


def _asked(old: Mapping[str, Any], params: Params) -> dict[str, Any]:
    """Capabilities after some were asked for and others given back."""
    held = dict(old)
    for key in params:
        inner = params.hash(key)
        if "requested" not in inner:
            held[key] = _asked(held.get(key) or {}, inner)
        elif inner.get("requested"):
            held.setdefault(key, RESTRICTED)
        else:
            held.pop(key, None)
        if key in held and not held[key]:
            del held[key]
    return held


def _with_payouts(name: str, capabilities: dict[str, Any]) -> dict[str, Any]:
    """Payouts of the Stripe balance come and go unasked with what fills the balance. [second-hand: that they come]"""
    asked = {key: value for key, value in capabilities.items() if key != "stripe_balance"}
    balance = {key: value for key, value in capabilities.get("stripe_balance", {}).items() if key != "payouts"}
    if "stripe_transfers" in balance or (name == "merchant" and asked):
        balance["payouts"] = RESTRICTED
    return {**asked, "stripe_balance": balance} if balance else asked


def _refuse_known_elsewhere(call: Call, name: str, params: Params) -> None:
    for path in KNOWN_ELSEWHERE.get(name, ()):
        *above, last = path.split(".")
        inner = params
        for part in above:
            inner = inner.hash(part)
        if last in inner:
            raise errors.unsupported_parameter(call.operation, inner.name(last))


def _form() -> Mapping[str, Hash]:
    """The shape of each configuration."""
    fields = bare(shape("v2.core.account").fields["configuration"].type).fields
    return {name: bare(field.type) for name, field in fields.items()}


def bare(kind: Type) -> Hash:
    """A hash that may be null, without the null."""
    while isinstance(kind, Nullable):
        kind = kind.inner
    assert isinstance(kind, Hash)
    return kind
