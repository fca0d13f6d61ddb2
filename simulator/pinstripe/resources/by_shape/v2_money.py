"""Money management of API v2.

All but payout methods moves the money of a financial account, which is opened in the Dashboard and so never here: those
lists are empty, and a request that names a financial account is told that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe import errors
from pinstripe.resources.by_shape import v2_payout_methods
from pinstripe.resources.by_shape.noun import Noun, Verb
from pinstripe.resources.resource import Answer, Call, Handler, Listing, addressed

_PATH = "/v2/money_management"
_NAME = "v2.money_management"
FINANCIAL_ACCOUNT = f"{_NAME}.financial_account"


def _none(call: Call) -> Answer:
    """GET a list of what nothing makes: empty, whatever it is narrowed to."""
    for name in call.params:
        call.params.get(name)
    return Listing([])


def _needs_account(where: str) -> Handler:
    """A rule for what moves the money of a financial account; `where` is the hash that names it."""

    def run(call: Call) -> Answer:
        """There is none."""
        params = call.params.hash(where) if where else call.params
        name = "financial_account"
        raise errors.no_such(FINANCIAL_ACCOUNT, params.get(name), param=params.name(name))

    return run


def _unmade(
    noun: str, *verbs: str, needs: str | None = None, also: Mapping[str, Handler] | None = None, listed: bool = True
) -> Noun:
    """A noun of which there is never one."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}es" if noun.endswith("s") else f"{noun}s"
    path = f"{_PATH}/{plural}"
    routes: dict[str, Handler] = {**({f"GET {path}": _none} if listed else {}), **(also or {})}
    if needs is not None:
        routes[f"POST {path}"] = _needs_account(needs)
    return Noun(f"{_NAME}.{noun}", "none", path, made=False, verbs=dict.fromkeys(verbs, Verb()), routes=routes)


def _credited(call: Call) -> Answer:
    """POST /v2/money_management/test_helpers/financial_addresses/{id}/credit."""
    return addressed(call, f"{_NAME}.financial_address")


NOUNS = (
    *v2_payout_methods.NOUNS,
    _unmade("adjustment"),
    _unmade("financial_account"),
    _unmade(
        "financial_address",
        needs="",
        also={f"POST {_PATH}/test_helpers/financial_addresses/{{id}}/credit": _credited},
    ),
    _unmade("inbound_transfer", needs="to"),
    _unmade("outbound_payment", "cancel", needs="from"),
    _unmade(
        "payout_intent",
        "cancel",
        "confirm",
        "refresh_fx_quote",
        "refresh_recipient_verification",
        needs="from",
    ),
    _unmade("received_credit"),
    _unmade("recipient_verification", "acknowledge", listed=False),
    _unmade("transaction", "refresh_regulatory_receipt"),
    _unmade("transaction_entry"),
)
