"""What is left of the platform: secrets of apps, identity, linked banks, and the rest.

Some of these nouns are made by things that do not exist here: an app that is installed, a bank that is linked, a query
on a schedule. Their lists are truthfully empty, and nobody is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import calls
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, Listing, named
from pinstripe.world import Object, Transaction

# --- apps ------------------------------------------------------------------------------------------------------------


def _stored(call: Call) -> Object | None:
    """The secret of a name in a scope that is asked for; one that has expired is gone. [documented]"""
    name, scope = call.params.get("name"), call.params.get("scope")
    for secret in call.tx.all("apps.secret"):
        is_over = secret.get("expires_at") is not None and secret["expires_at"] <= call.tx.now()
        if secret["name"] == name and dict(secret["scope"]) == dict(scope) and not is_over:
            return secret
    return None


def _set_secret(call: Call) -> Answer:
    """POST /v1/apps/secrets: a secret of the same name in the same scope is replaced. [documented]"""
    known = _stored(call)
    if known is not None:
        call.tx.delete(known)
    return calls.create(SECRETS)(call)


def _find_secret(call: Call) -> Answer:
    """GET /v1/apps/secrets/find."""
    found = _stored(call)
    if found is None:
        raise refusals.no_such_secret(call.params.get("name"))
    return found


def _delete_secret(call: Call) -> Answer:
    """POST /v1/apps/secrets/delete: the answer is the secret, deleted. [documented]"""
    found = _find_secret(call)
    assert isinstance(found, Object)
    call.tx.delete(found)
    shown = call.tx.world.render(call.tx, found)
    return {**shown, "deleted": True}


def _list_secrets(call: Call) -> Answer:
    """GET /v1/apps/secrets: those of one scope."""
    scope = dict(call.params.get("scope"))
    return Listing([secret for secret in call.tx.all("apps.secret") if dict(secret["scope"]) == scope])


SECRETS = Noun(
    "apps.secret",
    "appsecret",
    "/v1/apps/secrets",
    aside=("payload",),
    view=lambda _, secret: {key: value for key, value in secret.items() if key != "payload"},
    includes={"payload": lambda _, secret: secret["_payload"]},
    routes={
        "POST /v1/apps/secrets": _set_secret,
        "GET /v1/apps/secrets": _list_secrets,
        "GET /v1/apps/secrets/find": _find_secret,
        "POST /v1/apps/secrets/delete": _delete_secret,
    },
)
INSTALLS = Noun("apps.install", path="/v1/apps/installs", prefix="appinst", verbs={"uninstall": Verb()})
"""Apps are installed from Stripe's marketplace, which is not here."""


# --- Sigma -----------------------------------------------------------------------------------------------------------

QUERY_RUNS = Noun("scheduled_query_run", "sqr", "/v1/sigma/scheduled_query_runs")
"""Queries are put on a schedule in the Dashboard."""


# --- identity --------------------------------------------------------------------------------------------------------


def _session_type(call: Call, _: Members) -> str:
    """What is verified: as the flow says, if there is one. [documented]"""
    if "verification_flow" in call.params:
        return "verification_flow"
    raise errors.missing_parameter("type")


def _secret(call: Call, members: Members) -> str:
    return f"{members['id']}_secret_test_{call.tx.world.seed.secret(members['id'], 48)}"


def _page(call: Call, members: Members) -> str:
    return f"https://verify.stripe.com/start/test_{call.tx.world.seed.secret(members['id'] + ':page', 48)}"


def _redacted(_: Call, members: Members) -> str:
    """What was not verified yet is canceled with it. [documented]"""
    return "canceled" if members["status"] == "requires_input" else str(members["status"])


def _tell_canceled(call: Call, session: Object) -> None:
    if session["status"] == "canceled":
        call.tx.emit("identity.verification_session.canceled", session)


def _redacts_at(call: Call, _: Members) -> int:
    return call.tx.now() + REDACTION


def _redaction_ends(session: Object) -> int | None:
    """When what is being redacted is gone."""
    due: int | None = session.get("_redacts_at")
    return due


def _redact(tx: Transaction, session: Object) -> None:
    """All of it is gone, which is told of. [documented]"""
    done = tx.put(session, redaction={"status": "redacted"}, _redacts_at=None)
    tx.emit("identity.verification_session.redacted", done)


REDACTION = 1
"""How many seconds redaction takes. [documented: up to four days; inferred: a second, as `stripe trigger` expects]"""
GONE: Mapping[str, Any] = {"client_secret": None, "url": None}

SESSIONS = Noun(
    "identity.verification_session",
    "vs",
    "/v1/identity/verification_sessions",
    starts={"options": {}, "status": "requires_input"},
    computed={"type": _session_type, "client_secret": _secret, "url": _page},
    aside=("return_url",),
    verbs={
        "cancel": Verb(
            {"status": "canceled", **GONE},
            only={"status": ("requires_input",)},
            events=("identity.verification_session.canceled",),
        ),
        "redact": Verb(
            {"redaction": {"status": "processing"}, **GONE},
            computed={"status": _redacted, "_redacts_at": _redacts_at},
            only={"status": ("requires_input", "verified", "canceled"), "redaction": (None,)},
            after=_tell_canceled,
        ),
    },
    alarm=_redaction_ends,
    ring=_redact,
)
"""A session waits for documents that nobody hands in here."""
REPORTS = Noun("identity.verification_report", "vr", "/v1/identity/verification_reports")
"""Stripe writes these about documents that were handed in."""


# --- banks that are linked -------------------------------------------------------------------------------------------

LINKED = {name: Verb(aside=("features",)) for name in ("disconnect", "refresh", "subscribe", "unsubscribe")}
BANK_ACCOUNTS = Noun("financial_connections.account", "fca", "/v1/financial_connections/accounts", verbs=LINKED)
"""Linked in a browser by their owner."""
OWNERS = Noun(
    "financial_connections.account_owner",
    "fcaown",
    "/v1/financial_connections/accounts/{}/owners",
    parents={"financial_connections.account": "_account"},
)
BANK_TRANSACTIONS = Noun("financial_connections.transaction", "fctxn", "/v1/financial_connections/transactions")


def _no_accounts(*_: Any) -> Mapping[str, Any]:
    return {"object": "list", "data": [], "has_more": False, "url": "/v1/financial_connections/accounts"}


LINKING = Noun(
    "financial_connections.session",
    "fcsess",
    "/v1/financial_connections/sessions",
    starts={"prefetch": []},
    computed={
        "accounts": _no_accounts,
        "client_secret": lambda call, members: f"{members['id']}_secret_{call.tx.world.seed.secret(members['id'], 24)}",
    },
)


# --- the rest --------------------------------------------------------------------------------------------------------

FORWARDED = Noun("forwarding.request", "fwdreq", "/v1/forwarding/requests", made=False)
"""Nothing is forwarded: that would call somebody else's server with a card number."""
ORDERS = Noun("climate.order", "climorder", "/v1/climate/orders", made=False, verbs={"cancel": Verb()})
"""What can be ordered is Stripe's to say, so nothing is."""
AUTHENTICATIONS = Noun(
    "three_d_secure.authentication",
    "tdsauth",
    "/v1/three_d_secure/authentications",
    made=False,
    verbs={"cancel": Verb(), "submit": Verb(aside=("fingerprinting_result",))},
)
"""What a card's bank answers cannot be worked out, so none is begun. [inferred: the prefix, which nobody sees]"""


def _trial_terms(call: Call, members: Members) -> None:
    """A trial lasts for some periods of a price that recurs, and leads to another. [documented; inferred: refusals]"""
    length = members["duration"]
    if length.get("relative") is None:
        raise errors.missing_parameter("duration[relative]")
    if length["relative"]["iterations"] < 1:
        raise errors.too_small("duration[relative][iterations]", 1)
    later = members["end_behavior"]["transition"]["price"]
    for id_, param in ((members["price"], "price"), (later, "end_behavior[transition][price]")):
        if named(call.tx, "price", id_, param)["type"] != "recurring":
            raise refusals.price_is_one_time(param)


TRIAL_OFFERS = Noun(
    "product_catalog.trial_offer",
    "to",
    "/v1/product_catalog/trial_offers",
    starts={"active": True, "end_behavior": {"type": "transition"}},
    check=_trial_terms,
)
"""A trial at a price of its own; what becomes of one on a subscription stands in `subscriptions/trial_offers.py`."""

NOUNS = (
    SECRETS,
    INSTALLS,
    QUERY_RUNS,
    SESSIONS,
    REPORTS,
    BANK_ACCOUNTS,
    OWNERS,
    BANK_TRANSACTIONS,
    LINKING,
    FORWARDED,
    ORDERS,
    AUTHENTICATIONS,
    TRIAL_OFFERS,
)
