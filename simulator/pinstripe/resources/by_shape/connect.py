"""Connected accounts and the people, capabilities and pages that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import account_requirements, capabilities, external_accounts, individuals
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, named, shaped
from pinstripe.world import Object, Transaction

_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_OTHERS = (
    "AE aed, AU aud, BR brl, CA cad, CH chf, CZ czk, DK dkk, GB gbp, GI gbp, HK hkd, HU huf, IN inr, JP jpy, LI chf, "
    "MX mxn, MY myr, NO nok, NZ nzd, PL pln, RO ron, SE sek, SG sgd, TH thb, US usd"
)
CURRENCIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_EURO.split(), "eur"),
    **{row[:2]: row[3:] for row in _OTHERS.split(", ")},
}
"""The currency an account in each of Stripe's markets begins with."""

CONTROLLERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "custom": {
        "fees": {"payer": "application_custom"},
        "losses": {"payments": "application"},
        "requirement_collection": "application",
        "stripe_dashboard": {"type": "none"},
    },
    "express": {
        "fees": {"payer": "application_express"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "standard": {
        "fees": {"payer": "account"},
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "full"},
    },
}
"""What the three old types mean in the words of `controller`. [documented]"""

REASONS: Final[Mapping[str, str]] = {
    "terms_of_service": "rejected.platform_terms_of_service",
    "other": "rejected.platform_other",
    "credit": "rejected.platform_other",
}
"""Why an account that its platform rejected is disabled; every other reason is fraud. [inferred: the pairs]"""

SETTINGS: Final[Mapping[str, Any]] = {
    "bacs_debit_payments": {},
    "branding": {},
    "card_issuing": {"tos_acceptance": {}},
    "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}},
    "dashboard": {"timezone": "Etc/UTC"},
    "invoices": {"hosted_payment_method_save": "offer"},
    "payments": {},
    "payouts": {"schedule": {"delay_days": 2, "interval": "daily"}},
    "paypay_payments": {},
    "sepa_debit_payments": {},
}
"""What is set of an account from the beginning. [inferred: as in examples; recorded of the own one]"""

LINK_SECONDS = 300
"""How long a link to onboarding works: five minutes. [documented: an example]"""


# --- the account of a key --------------------------------------------------------------------------------------------


def own(call: Call) -> Answer:
    """GET /v1/account: the account the request acts for, an American one that may do everything. [inferred]

    Its id comes from the key: the same seed and key give the same account. What is set in the Dashboard is as in a
    new one, without a name. [recorded: which members there are, `external_accounts` and `requirements` not among them]
    """
    return shaped(
        "account",
        {
            "id": call.tx.world.seed.account_id,
            "object": "account",
            "business_profile": {"annual_revenue": None, "estimated_worker_count": None},
            "business_type": None,
            "capabilities": {"card_payments": "active", "transfers": "active"},
            "charges_enabled": True,
            "controller": {"type": "account"},
            "country": "US",
            "default_currency": "usd",
            "details_submitted": True,
            "email": None,
            "payouts_enabled": True,
            "settings": {
                **{name: held for name, held in SETTINGS.items() if name != "paypay_payments"},
                "card_payments": {},
                "payouts": {"debit_negative_balances": True, **SETTINGS["payouts"]},
            },
            "type": "standard",
        },
    )


# --- people ----------------------------------------------------------------------------------------------------------

PERSONS = Noun(
    "person",
    "person",
    "/v1/accounts/{}/persons",
    parents={"account": "account"},
    starts={
        "dob": {},
        "relationship": dict.fromkeys(
            ("authorizer", "director", "executive", "legal_guardian", "owner", "representative"), False
        ),
        "verification": {"document": {}, "status": "unverified"},
    },
    recomputed={
        "id_number_provided": lambda _, members: bool(members.get("_id_number")),
        "ssn_last_4_provided": lambda _, members: bool(members.get("_ssn_last_4") or members.get("_id_number")),
    },
    aside=("id_number", "ssn_last_4"),
)

# --- connected accounts ----------------------------------------------------------------------------------------------


def _type(call: Call, _: Members) -> str:
    """An account described by `controller` has no type; one described by neither is standard. [documented]"""
    return "none" if "controller" in call.params else "standard"


def _controller(_: Call, members: Members) -> Mapping[str, Any]:
    """Who is responsible for what; what is not said is as for a standard account. [documented]"""
    said = members.get("controller") or {}
    rules = CONTROLLERS.get(members["type"], CONTROLLERS["standard"])
    return {**rules, **said, "is_controller": True, "type": "application"}


def _settings(_: Call, members: Members) -> Mapping[str, Any]:
    """Stripe debits negative balances where it asks for the requirements, unless something is said. [recorded]"""
    settings, payouts = members["settings"], members["settings"]["payouts"]
    usual = members["controller"]["requirement_collection"] == "stripe"
    return {**settings, "payouts": {"debit_negative_balances": usual, **payouts}}


def _currency(call: Call, members: Members) -> str:
    """The currency of the account's country. [documented]"""
    known = CURRENCIES.get(members["country"])
    if known is None:
        raise errors.unsupported_parameter(call.operation, "country", f" with the value {members['country']}")
    return known


def _company(call: Call, members: Members) -> Any:
    """Numbers are only told to be there [documented]; what is a company has one from the beginning. [recorded]"""
    company = members.get("company")
    if members.get("business_type") in account_requirements.COMPANIES:
        company = {**account_requirements.company(members), **(company or {})}
    if isinstance(call.params.peek("company"), Mapping):
        said = call.params.hash("company")
        numbers = {f"{name}_provided": bool(said.get(name)) for name in ("tax_id", "vat_id") if name in said}
        company = {**(company or {}), **numbers}
    return company


def _view(tx: Transaction, account: Object) -> Mapping[str, Any]:
    """With the bank accounts and cards it is paid out to; without what nobody has said of a company or a person."""
    shown = {key: value for key, value in account.items() if value is not None or key not in ("company", "individual")}
    asked = account_requirements.shown(account)
    if asked is not None:
        shown = {"requirements": asked, **shown}
    return {**shown, "external_accounts": external_accounts.inside(tx, account)}


def _forget(call: Call, account: Object) -> None:
    """The people of an account go with it; one with Stripe's dashboard is told that it is the platform's no more.

    [documented: that such accounts are told of; second-hand: on deletion, as `stripe trigger` does it; inferred: that
    other accounts are not, and that the platform's application has no name]
    """
    tx = call.tx
    for person in tx.find("person", "account", account.id):
        tx.delete(person)
    theirs = tx.world.kin(account.id)
    if account["controller"]["stripe_dashboard"]["type"] == "full" and theirs is not None:
        id_ = f"ca_{tx.world.seed.secret('application', 32)}"
        application = Object({"id": id_, "object": "application", "name": None})
        tx.across(theirs).emit("account.application.deauthorized", application)


def _liable(_: Call, account: Object) -> None:
    """Only a platform that is liable for an account may reject it. [documented]"""
    if account["controller"]["losses"]["payments"] != "application":
        raise refusals.account_not_yours_to_reject(account.id)


def _rejection(call: Call, members: Members) -> Mapping[str, Any]:
    """The account's requirements say why it is disabled. [documented]"""
    reason = REASONS.get(call.params.get("reason"), "rejected.platform_fraud")
    return {**(members.get("requirements") or {}), "disabled_reason": reason}


def _paused(call: Call, members: Members) -> bool:
    """Payouts stop with a rejection, unless they are to go on. [documented]"""
    return bool(members["payouts_enabled"]) and call.params.get("payouts_action") == "none"


ACCOUNTS = Noun(
    "account",
    "acct",
    "/v1/accounts",
    starts={
        "business_profile": {"annual_revenue": None, "estimated_worker_count": None, "product_description": None},
        "business_type": None,
        "charges_enabled": False,
        "country": "US",
        "details_submitted": False,
        "future_requirements": {
            "alternatives": (),
            "current_deadline": None,
            "currently_due": (),
            "disabled_reason": None,
            "errors": (),
            "eventually_due": (),
            "past_due": (),
            "pending_verification": (),
        },
        "payouts_enabled": False,
        "settings": SETTINGS,
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "_external": (),
    },
    computed={"type": _type, "default_currency": _currency},
    recomputed={
        "controller": _controller,
        "settings": _settings,
        "capabilities": capabilities.statuses,
        "_requested": capabilities.moments,
        "company": _company,
        "individual": individuals.rule(PERSONS),
        "_external": external_accounts.given,
        "details_submitted": lambda _, members: capabilities.is_known(members),
        "charges_enabled": capabilities.takes_payments,
        "payouts_enabled": capabilities.is_paid_out,
    },
    verbs={
        "reject": Verb(
            {"charges_enabled": False},
            computed={"requirements": _rejection, "payouts_enabled": _paused},
            check=_liable,
        ),
        "unreject": Verb(computed={"requirements": lambda *_: {}}, check=_liable),
    },
    deleting=_forget,
    view=_view,
    routes={"GET /v1/account": own, **capabilities.ROUTES, **external_accounts.ROUTES},
)
"""A connected account in Stripe's markets. What Stripe would ask of it (`requirements`) is left out where it is not
known; nothing more is announced (`future_requirements`) [recorded for standard, express and custom ones]; its
capabilities are inactive until its terms are accepted."""


# --- pages and sessions ----------------------------------------------------------------------------------------------


def _of_account(call: Call, _: Members) -> None:
    named(call.tx, "account", call.params.get("account"), "account")


def _express(call: Call, members: Members) -> None:
    """Only accounts with the Express dashboard have a page to log in to. [documented]"""
    account = call.tx.read("account", members["_account"])
    if account["controller"]["stripe_dashboard"]["type"] != "express":
        raise refusals.no_login_link(account.id)


def _secret(call: Call, length: int) -> str:
    """Letters and digits that come once."""
    return call.tx.world.seed.secret(call.tx.new_id("secret"), length)


ACCOUNT_LINKS = Noun(
    "account_link",
    path="/v1/account_links",
    aside=("account", "collect", "collection_options", "refresh_url", "return_url", "type"),
    check=_of_account,
    computed={
        "expires_at": lambda call, _: call.tx.now() + LINK_SECONDS,
        "url": lambda call, members: f"https://connect.stripe.com/setup/c/{members['_account']}/{_secret(call, 12)}",
    },
)
LOGIN_LINKS = Noun(
    "login_link",
    path="/v1/accounts/{}/login_links",
    parents={"account": "_account"},
    check=_express,
    computed={
        "url": lambda call, members: f"https://connect.stripe.com/express/{members['_account']}/{_secret(call, 12)}"
    },
)
APPLE_PAY_DOMAINS = Noun("apple_pay_domain", "apwc", "/v1/apple_pay/domains")

NOUNS = (ACCOUNTS, PERSONS, ACCOUNT_LINKS, LOGIN_LINKS, APPLE_PAY_DOMAINS)
