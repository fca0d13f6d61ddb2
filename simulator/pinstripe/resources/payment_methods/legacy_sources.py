"""Source objects: the way of paying that payment methods have replaced. [documented]

Served are cards, by token, and the receivers and redirects that nobody has acted on yet; nothing happens to them by
itself. Charging one is refused.
"""

from __future__ import annotations

from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.payment_methods import card_data, cards, other_methods, tokens
from pinstripe.resources.resource import Answer, Call, Listing, addressed, merged_metadata
from pinstripe.world import Transaction

REDIRECTS = frozenset(("bancontact", "eps", "giropay", "ideal", "p24", "sofort", "three_d_secure", "alipay"))
"""Types whose customer goes to another page; they know nothing about them before. [documented]"""


CODE_TRIES = 5
"""How often a code may be tried. [documented sample]"""


def create(call: Call) -> Answer:
    """POST /v1/sources."""
    tx, params = call.tx, call.params
    type_ = params.get("type")
    if type_ is None:
        raise errors.missing_parameter("type")
    id_ = tx.new_id("src")
    owner = params.hash("owner")
    address = {**other_methods.BLANK_ADDRESS, **(owner.get("address") or {})} if owner.get("address") else None
    verified = dict.fromkeys(("verified_address", "verified_email", "verified_name", "verified_phone"))
    members: dict[str, Any] = {
        "allow_redisplay": "unspecified",
        "amount": params.get("amount"),
        "client_secret": f"src_client_secret_{tx.world.seed.secret(id_, 24)}",
        "created": tx.now(),
        "currency": params.get("currency"),
        "livemode": False,
        "metadata": merged_metadata({}, params),
        "owner": {**dict.fromkeys(("email", "name", "phone")), **owner.pick("email", "name", "phone"), **verified}
        | {"address": address},
        "statement_descriptor": params.get("statement_descriptor"),
        "type": type_,
    }
    if type_ == "card":
        members |= {"card": _card(call), "flow": "none", "status": "chargeable"}
        members["usage"] = params.get("usage", "reusable")
    elif type_ in REDIRECTS and params.get("flow", "redirect") == "code_verification":
        members |= {
            "code_verification": {"attempts_remaining": CODE_TRIES, "status": "pending"},
            "flow": "code_verification",
            "status": "pending",
            "usage": params.get("usage", "single_use"),
            type_: {},
        }
    elif type_ in REDIRECTS:
        members |= _redirect(tx, call, id_, type_)
    else:
        raise errors.unsupported_parameter(call.operation, "type", f" with the value {type_}")
    return tx.new("source", members, id=id_)


def _card(call: Call) -> dict[str, Any]:
    """The card of a source, by token."""
    token = call.params.get("token")
    if token is None:
        raise errors.missing_parameter("token")
    plastic, billing = tokens.redeem_card(call.tx, token, "token")
    full = other_methods.billing_details(billing)
    card = {**card_data.members(call.tx, plastic), "checks": card_data.unchecked(full, cvc=plastic.cvc)}
    said = cards.members(card, full)
    kept = ("address_line1_check", "address_zip_check", "brand", "country", "cvc_check", "dynamic_last4", "exp_month")
    more = ("exp_year", "fingerprint", "funding", "last4", "name", "tokenization_method")
    return {**{name: said[name] for name in (*kept, *more)}, "three_d_secure": "optional"}


def _redirect(tx: Transaction, call: Call, id_: str, type_: str) -> dict[str, Any]:
    """A source whose customer has a page to go to."""
    redirect = call.params.hash("redirect")
    url = redirect.get("return_url")
    if url is None:
        raise errors.missing_parameter("redirect[return_url]")
    secret = tx.world.seed.secret(id_, 24)
    page = f"https://hooks.stripe.com/redirect/authenticate/{id_}?client_secret=src_client_secret_{secret}"
    return {
        "flow": "redirect",
        "redirect": {"failure_reason": None, "return_url": url, "status": "pending", "url": page},
        "status": "pending",
        "usage": call.params.get("usage", "single_use"),
        type_: {},
    }


def retrieve(call: Call) -> Answer:
    """GET /v1/sources/{source}."""
    call.params.get("client_secret")
    return addressed(call, "source", param="source")


def update(call: Call) -> Answer:
    """POST /v1/sources/{source}: metadata and owner."""
    tx, params = call.tx, call.params
    before = addressed(call, "source", param="source")
    owner = {**before["owner"], **params.hash("owner").pick("address", "email", "name", "phone")}
    return tx.put(before, **params.pick("amount"), owner=owner, metadata=merged_metadata(before["metadata"], params))


def verify(call: Call) -> Answer:
    """POST /v1/sources/{source}/verify: any one code is right. [inferred]"""
    source = addressed(call, "source", param="source")
    if source["flow"] != "code_verification" or source["status"] != "pending":
        raise refusals.source_without_code(source.id)
    call.params.get("values")
    code = {**source["code_verification"], "status": "succeeded"}
    verified = call.tx.put(source, code_verification=code, status="chargeable")
    call.tx.emit("source.chargeable", verified)
    return verified


def list_transactions(call: Call) -> Answer:
    """GET /v1/sources/{source}/source_transactions: none, as nothing is received here."""
    addressed(call, "source", param="source")
    return Listing([])


ROUTES = {
    "POST /v1/sources": create,
    "GET /v1/sources/{source}": retrieve,
    "POST /v1/sources/{source}": update,
    "GET /v1/sources/{source}/source_transactions": list_transactions,
    "POST /v1/sources/{source}/verify": verify,
}
