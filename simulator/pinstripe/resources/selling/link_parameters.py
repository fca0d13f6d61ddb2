"""What the address of a payment link may say besides: who comes, from where, and what is filled in already.

What is ill-formed is dropped in silence, and the page works all the same. [documented]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from pinstripe.errors import StripeError
from pinstripe.resources.customers import emails
from pinstripe.resources.selling import checkout_amounts, checkout_choices
from pinstripe.world import Object, Transaction
from pinstripe_contracts import match
from pinstripe_contracts.types import Enum

REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,200}")
CAMPAIGN = re.compile(r"[A-Za-z0-9_-]{1,150}")
"""How references and codes of campaigns are spelled. [documented]"""
UTM = ("utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term")
"""The codes of campaigns that are known. [documented]"""
AMOUNT = "__prefilled_amount"
"""How much is suggested where the customer says it, in minor units. [second-hand]"""
NAMES = (
    AMOUNT,
    "client_reference_id",
    "locale",
    "locked_prefilled_email",
    "prefilled_email",
    "prefilled_promo_code",
    *UTM,
)
"""What an address may say. [documented, but for the amount]"""


def asked(said: Mapping[str, str]) -> dict[str, Any]:
    """What of it a request for a session can say."""
    found: dict[str, Any] = {}
    if REFERENCE.fullmatch(said.get("client_reference_id", "")):
        found["client_reference_id"] = said["client_reference_id"]
    if said.get("locale") in _locales():
        found["locale"] = said["locale"]
    if _is_email(said.get("locked_prefilled_email")):
        found["customer_email"] = said["locked_prefilled_email"]
    return found


def applied(tx: Transaction, session: Object, said: Mapping[str, str]) -> Object:
    """The session with what is filled in already: a code, an amount, an email that may still be changed.

    [inferred: that the session does not show an email that may be changed, and shows one that may not be]
    """
    codes = {name: said[name] for name in UTM if CAMPAIGN.fullmatch(said.get(name, ""))}
    session = tx.put(session, _utm=codes)
    if _is_email(said.get("prefilled_email")):
        session = tx.put(session, _prefilled_email=said["prefilled_email"])
    chosen: dict[str, Any] = {}
    if said.get("prefilled_promo_code") and session.get("allow_promotion_codes"):
        chosen["promotion_code"] = said["prefilled_promo_code"]
    if said.get(AMOUNT) and checkout_amounts.is_chosen(session["_items"]):
        chosen["amount"] = said[AMOUNT]
    for name, value in chosen.items():
        try:
            session = checkout_choices.choose(tx, session, {name: value})
        except StripeError:
            continue
    return session


def tracked(session: Object, url: str) -> str:
    """Where the customer goes after buying, with the codes of the campaign. [documented]"""
    codes = session.get("_utm")
    if not codes:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(codes))))))


def _is_email(text: str | None) -> bool:
    """Whether somebody can be reached by it."""
    return text is not None and emails.EMAIL.fullmatch(text) is not None


def _locales() -> tuple[str, ...]:
    """The languages a page may speak."""
    found = match("POST", "/v1/checkout/sessions")
    assert found is not None
    kind = found[0].params.fields["locale"].type
    return kind.values if isinstance(kind, Enum) else ()
