"""What is sold in other ways than by a subscription that somebody asks for: quotes, Checkout, payment links."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pinstripe.http.control import ControlError

if TYPE_CHECKING:
    from tests.laws.life import Life

CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_chargeCustomerFail")
DAY = 86400


def quote(life: Life, which: int, plan: str, once: bool, data: int) -> None:
    """Draft an offer: of a plan, of something once, or of both, from now, later, or on trial."""
    if life.customers:
        rows = [life.item(plan, 2), *([life.item("once", 1)] if once else [])]
        customer = life.somebody(which)
        now = life.now_of(life.world.get("customer", customer) or {})
        settings = ({}, {"effective_date": now + 3 * DAY}, {"trial_period_days": 5})[data % 3]
        asked = {"line_items": rows, "subscription_data": settings or None}
        life.ask("POST", "/v1/quotes", customer=customer, **asked)


def deal(life: Life, which: int, how: str) -> None:
    """Finalize, accept or cancel an offer."""
    life.act("quote", which, how)


def session(life: Life, which: int | None, plan: str, card: int, more: int) -> None:
    """Open Checkout for a plan or something once, and buy with a card, or let it be."""
    if which is not None and not life.customers:
        return
    recurring = plan != "once"
    data: Mapping[str, Any] | None = ({}, {"trial_period_days": 7}, {"metadata": {"from": "checkout"}})[more % 3]
    asked: dict[str, Any] = {
        "mode": "subscription" if recurring else "payment",
        "success_url": "https://example.com/thanks",
        "line_items": [life.item(plan, 1)],
        "customer": None if which is None else life.somebody(which),
    }
    if recurring and data:
        asked["subscription_data"] = data
    made = life.ask("POST", "/v1/checkout/sessions", **asked)
    if "id" in made:
        buy(life, f"checkout/{made['id']}/complete", card)


def buy(life: Life, call: str, card: int) -> None:
    """What the customer does on the page, with this card; may be refused."""
    typed = {"payment_method": CARDS[card % len(CARDS)], "email": "eve@example.com", "name": "Eve"}
    life.control(call, typed)


def expire(life: Life, which: int) -> None:
    """Close a page of Checkout."""
    found = life.pick("checkout.session", which)
    if found is not None:
        life.ask("POST", f"/v1/checkout/sessions/{found.id}/expire")


def link(life: Life, plan: str, card: int) -> None:
    """Make a payment link, open it, and buy."""
    made = life.ask("POST", "/v1/payment_links", line_items=[life.item(plan, 1)])
    opened = life.control(f"payment_links/{made['id']}/open", {}) if "id" in made else None
    if opened is not None:
        buy(life, f"checkout/{opened['id']}/complete", card)


def control(life: Life, key: str, call: str, body: Mapping[str, Any]) -> Any | None:
    """The answer of a control call; None where it was refused, which is never a bug of ours."""
    try:
        return life.simulator.control.handle("POST", f"/_pinstripe/{call}", key, json.dumps(body).encode())
    except ControlError as error:
        if error.status == 500:
            raise
        return None


MOVES: Mapping[str, Callable[..., None]] = {
    "quote": quote,
    "deal": deal,
    "session": session,
    "expire": expire,
    "link": link,
}
