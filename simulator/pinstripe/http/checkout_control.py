"""The part of the control plane that plays the customer: completes a Checkout Session, opens a payment link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http.accounts import Account
from pinstripe.http.message import Request
from pinstripe.resources import refusals, registry
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.resources.selling import checkout, checkout_choices, checkout_recovery, link_parameters, payment_links
from pinstripe.resources.selling.asking import ask
from pinstripe.world import Object, Transaction

CALLS = (
    re.compile(r"checkout/(?P<session>[^/]+)/(?P<verb>complete|choose|recover)"),
    re.compile(r"payment_links/(?P<link>[^/]+)/open"),
)
"""What can be posted."""
TYPED = (
    "address",
    "business_name",
    "consent",
    "custom_fields",
    "email",
    "individual_name",
    "name",
    "phone",
    "shipping",
    "tax_id",
)
"""What the customer types beside the card."""
HASHES = ("address", "consent", "custom_fields", "optional_items", "quantities", "shipping", "tax_id")
CARD = ("payment_method", "number", "authenticate")


def match(method: str, call: str) -> Mapping[str, str] | None:
    """The ids in a call of this part; None where it is not one."""
    found = (pattern.fullmatch(call) for pattern in CALLS)
    return next((each.groupdict() for each in found if each), None) if method == "POST" else None


def run(account: Account, path: str, ids: Mapping[str, str], given: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Play the customer; answers the session as it is then. Raises StripeError, 402 where the card is declined.

    The call stands in the account's journal like any other. What it does is told as a page's doing: by no request of
    the account's, but under a key of the page's own. [recorded]
    """
    request = Request("POST", path, f"key={account.key}", {"content-type": "application/json"}, body)
    tx = account.world.transaction({"id": None, "idempotency_key": _key(account.begin(request))})
    try:
        session = _bought(tx, ids, given) if "session" in ids else _open(tx, ids["link"], given)
    except StripeError as error:
        if error.keeps_changes:
            tx.commit()
        raise
    shown = registry.body(tx, session)
    tx.commit()
    return shown


def _key(request: str) -> str:
    """The key that a page sends with a request, which looks like a UUID. [recorded]"""
    digits = sha256(request.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def rehearsed(account: Account, session: str, given: Mapping[str, Any]) -> Object:
    """The session as it would be if it were completed now, by a holder who authenticates; nothing is kept.

    Raises StripeError where it would not be completed.
    """
    tx = account.world.transaction({"id": None, "idempotency_key": None})
    return _bought(tx, {"session": session, "verb": "complete"}, {**given, "authenticate": True})


def _bought(tx: Transaction, ids: Mapping[str, str], given: Mapping[str, Any]) -> Object:
    """The customer chooses, and pays unless there is only to be chosen; or comes back to what has expired."""
    session = tx.get("checkout.session", ids["session"])
    if session is None:
        raise refusals.no_such_checkout_session(ids["session"])
    if ids.get("verb") == "recover":
        _check(given, ())
        return checkout_recovery.recover(tx, session, checkout.create)
    pays = ids.get("verb", "complete") == "complete"
    _check(given, (*checkout_choices.NAMES, *(CARD + TYPED if pays else ())))
    if any(name in given for name in checkout_choices.NAMES):
        session = checkout_choices.choose(tx, session, given)
    if not pays:
        return session
    return checkout.complete(
        tx,
        session,
        payment_method=_card(tx, given),
        customer_details={name: given[name] for name in TYPED if name in given},
        authenticates=given.get("authenticate", True),
    )


def _check(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Only names that are known, each with a value of its kind."""
    for name, value in given.items():
        if name not in known:
            raise errors.unknown_parameters([name])
        if name == "authenticate":
            if not isinstance(value, bool | None):
                raise errors.invalid_boolean(name, str(value))
        elif name in HASHES:
            if not isinstance(value, dict):
                raise errors.invalid_object(name)
        elif name != "amount" and not isinstance(value, str):
            raise errors.invalid_string(name, str(value))


def _card(tx: Transaction, given: Mapping[str, Any]) -> Object | None:
    """The card the customer holds: by a test name, an id, or a number typed on the page."""
    if given.get("payment_method"):
        return payment_methods.usable(tx, str(given["payment_method"]), "payment_method")
    if given.get("number"):
        card = {"number": str(given["number"]), "exp_month": 12, "exp_year": 2099, "cvc": "123"}
        return ask(tx, "POST /v1/payment_methods", payment_methods.create, {"type": "card", "card": card})
    return None


def _open(tx: Transaction, id_: str, given: Mapping[str, Any]) -> Object:
    """The customer opens the link, whose address may say something besides."""
    _check(given, link_parameters.NAMES)
    link = tx.get("payment_link", id_)
    if link is None:
        raise errors.no_such("payment_link", id_, param="payment_link", in_path=True)
    return payment_links.open_page(tx, link, given)
