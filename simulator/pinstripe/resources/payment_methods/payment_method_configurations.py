"""Which payment methods an account has switched on."""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.ids import text
from pinstripe_contracts import shape

NOT_TYPES = frozenset(("id", "object", "active", "application", "is_default", "livemode", "name", "parent"))
TYPES = tuple(name for name in shape("payment_method_configuration").fields if name not in NOT_TYPES)
"""Every payment method that can be switched."""

ON = ("card", "klarna", "link", "cashapp", "amazon_pay", "apple_pay", "google_pay")
"""What is on in a new account, in the order in which intents name them. [inferred: it differs between accounts and
countries; that some of them send the customer away, as these do, is documented]"""
WALLETS = frozenset(("apple_pay", "google_pay", "cartes_bancaires"))
"""Those that are cards to an intent. [documented]"""
CURRENCIES = {
    "amazon_pay": ("usd", "eur", "gbp", "aud", "cad", "chf", "dkk", "hkd", "jpy", "nok", "nzd", "sek", "zar"),
    "cashapp": ("usd",),
    "klarna": ("usd", "eur", "gbp", "aud", "cad", "chf", "czk", "dkk", "nok", "nzd", "pln", "ron", "sek"),
    "us_bank_account": ("usd",),
    "sepa_debit": ("eur",),
    "bacs_debit": ("gbp",),
    "au_becs_debit": ("aud",),
    "acss_debit": ("cad", "usd"),
    "bancontact": ("eur",),
    "eps": ("eur",),
    "ideal": ("eur",),
    "giropay": ("eur",),
    "p24": ("eur", "pln"),
}
"""The currencies of those that do not take all. [documented]"""


def default(tx: Transaction) -> Object:
    """The configuration every account has, made the first time anybody looks."""
    id_ = f"pmc_1{text(f'{tx.world.seed.value}:pmc', 23)}"
    return tx.get("payment_method_configuration", id_) or _new(tx, id_, "Default", is_default=True)


def chosen(tx: Transaction, id_: str | None) -> Object:
    """The configuration named, or the default one."""
    if id_ is None:
        return default(tx)
    found = tx.get("payment_method_configuration", id_)
    if found is None:
        raise errors.no_such("payment_method_configuration", id_, param="payment_method_configuration")
    return found


def switched_on(configuration: Object, currency: str | None) -> list[str]:
    """The types that are on and take a currency, cards first."""
    order = [*ON, *(type_ for type_ in TYPES if type_ not in ON)]
    return [
        type_
        for type_ in order
        if type_ in configuration
        and type_ not in WALLETS
        and configuration[type_]["available"]
        and (currency is None or currency.lower() in CURRENCIES.get(type_, (currency.lower(),)))
    ]


def _new(tx: Transaction, id_: str, name: str, *, is_default: bool) -> Object:
    return tx.new(
        "payment_method_configuration",
        {
            "active": True,
            "application": None,
            "is_default": is_default,
            "livemode": False,
            "name": name,
            "parent": None,
            **{type_: _switched("on" if type_ in ON else "off") for type_ in TYPES},
        },
        id=id_,
    )


def _switched(value: str, preference: str | None = None) -> dict[str, Any]:
    return {
        "available": value == "on",
        "display_preference": {"overridable": None, "preference": preference or value, "value": value},
    }


def _changes(params: Params) -> dict[str, Any]:
    """The switches that were moved; `none` goes back to what a new account has. [inferred]"""
    changes: dict[str, Any] = {}
    for type_ in TYPES:
        if type_ in params:
            wanted = params.hash(type_).hash("display_preference").get("preference", "none")
            value = wanted if wanted in ("on", "off") else "on" if type_ in ON else "off"
            changes[type_] = _switched(value, wanted)
    return changes


def create(call: Call) -> Answer:
    """POST /v1/payment_method_configurations."""
    tx, params = call.tx, call.params
    if params.peek("parent") is not None:
        raise errors.unsupported_parameter(call.operation, "parent")
    made = _new(tx, tx.new_id("pmc"), params.get("name") or "Payment methods", is_default=False)
    return tx.put(made, **_changes(params))


def update(call: Call) -> Answer:
    """POST /v1/payment_method_configurations/{configuration}."""
    default(call.tx)
    before = addressed(call, "payment_method_configuration", param="configuration")
    return call.tx.put(before, **call.params.pick("active", "name"), **_changes(call.params))


def retrieve(call: Call) -> Answer:
    """GET /v1/payment_method_configurations/{configuration}."""
    default(call.tx)
    return addressed(call, "payment_method_configuration", param="configuration")


def list_all(call: Call) -> Answer:
    """GET /v1/payment_method_configurations; none has an application."""
    default(call.tx)
    rows = list(call.tx.all("payment_method_configuration"))
    active = call.params.get("active")
    rows = rows if call.params.get("application") is None else []
    return Listing([row for row in rows if active in (None, row["active"])])


PAYMENT_METHOD_CONFIGURATIONS = Resource(
    Kind("payment_method_configuration", "pmc"),
    {
        "POST /v1/payment_method_configurations": create,
        "GET /v1/payment_method_configurations": list_all,
        "GET /v1/payment_method_configurations/{configuration}": retrieve,
        "POST /v1/payment_method_configurations/{configuration}": update,
    },
)
