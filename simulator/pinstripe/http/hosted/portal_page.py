"""The page of the billing portal: what a customer may do there is done by requests of the API, as an app would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from pinstripe.http.accounts import Account
from pinstripe.http.hosted import html
from pinstripe.http.message import Request, Response
from pinstripe.world import Object, World

OVER = ("canceled", "incomplete_expired")
Handle = Callable[[Request], Response]


def show(world: World, session: Object, wrong: str = "") -> str:
    """The customer's subscriptions and cards, with what the configuration allows."""
    features = _features(world, session)
    parts = [html.paragraph(wrong, "wrong")] if wrong else []
    for subscription in _subscriptions(world, session):
        parts += ["<section>", html.paragraph(_described(world, subscription))]
        canceling = subscription["cancel_at"] is not None or subscription["cancel_at_period_end"]
        if features["subscription_update"]["enabled"] and not canceling:
            prices = _prices(world, features["subscription_update"])
            parts.append(
                html.form("Switch plan", html.choice("Plan", "price", prices), do="switch", of=subscription.id)
            )
        if features["subscription_cancel"]["enabled"] and not canceling:
            parts.append(html.form("Cancel plan", do="cancel", of=subscription.id))
        parts.append("</section>")
    parts.append("<section>")
    for method in _of_customer(world, "payment_method", session):
        if method["type"] == "card":
            parts.append(html.paragraph(f"{method['card']['brand']} ending in {method['card']['last4']}"))
    if features["payment_method_update"]["enabled"]:
        parts.append(html.form("Use this card", html.choice("Test card", "number", html.TEST_CARDS), do="card"))
    parts.append("</section>")
    if session["return_url"]:
        parts.append(html.link("Return", session["return_url"]))
    return html.page("Billing", *parts)


def act(account: Account, session: Object, typed: Mapping[str, str], handle: Handle) -> str | None:
    """Do what the customer asked for; answers what went wrong, or None."""
    world, features = account.world, _features(account.world, session)
    ask = _Asking(account, handle)
    own = {row.id: row for row in _subscriptions(world, session)}
    subscription = own.get(typed.get("of", ""))
    match typed.get("do"):
        case "card" if features["payment_method_update"]["enabled"]:
            return _use_card(ask, session["customer"], typed.get("number", ""))
        case "cancel" if subscription is not None and features["subscription_cancel"]["enabled"]:
            return _cancel(ask, subscription, features["subscription_cancel"])
        case "switch" if subscription is not None and features["subscription_update"]["enabled"]:
            return _switch(ask, subscription, typed.get("price", ""), _prices(world, features["subscription_update"]))
    return "That cannot be done here."


class _Asking:
    """Asks the API for one account, and remembers the first refusal."""

    def __init__(self, account: Account, handle: Handle) -> None:
        key, _, connected = account.key.partition("/")
        self.headers = {"authorization": f"Bearer {key}", **({"stripe-account": connected} if connected else {})}
        self.handle = handle
        self.wrong: str | None = None

    def __call__(self, method: str, path: str, params: Mapping[str, str]) -> Any:
        """The body of an answer."""
        form = urlencode(params)
        query, body = (form, b"") if method == "DELETE" else ("", form.encode())
        response = self.handle(Request(method, path, query, self.headers, body))
        answer = orjson.loads(response.body)
        if response.status >= 300 and self.wrong is None:
            self.wrong = answer["error"]["message"]
        return answer


def _use_card(ask: _Asking, customer: str, number: str) -> str | None:
    """Save a card and pay with it from now on. [second-hand: by a setup intent]"""
    card = {
        "type": "card",
        "card[number]": number,
        "card[exp_month]": "12",
        "card[exp_year]": "2099",
        "card[cvc]": "123",
    }
    method = ask("POST", "/v1/payment_methods", card)
    if ask.wrong is None:
        said = {"customer": customer, "payment_method": method["id"], "confirm": "true", "usage": "off_session"}
        ask("POST", "/v1/setup_intents", {**said, "allowed_payment_method_types[0]": "card"})
    if ask.wrong is None:
        default = {"invoice_settings[default_payment_method]": method["id"]}
        ask("POST", f"/v1/customers/{customer}", default)
    return ask.wrong


def _cancel(ask: _Asking, subscription: Object, feature: Mapping[str, Any]) -> str | None:
    """Cancel at the end of the period or at once, as the configuration says. [documented]"""
    path = f"/v1/subscriptions/{subscription.id}"
    if feature["mode"] == "at_period_end":
        ask("POST", path, {"cancel_at_period_end": "true"})
    else:
        prorates = feature["proration_behavior"] != "none"
        invoices = feature["proration_behavior"] == "always_invoice"
        ask("DELETE", path, {"prorate": str(prorates).lower(), "invoice_now": str(invoices).lower()})
    return ask.wrong


def _switch(ask: _Asking, subscription: Object, price: str, prices: Mapping[str, str]) -> str | None:
    """Switch the first item to another price, which the configuration must offer. [documented]"""
    if price not in prices:
        return "That plan is not offered here."
    item = subscription["items"][0]
    ask("POST", f"/v1/subscriptions/{subscription.id}", {"items[0][id]": item["id"], "items[0][price]": price})
    return ask.wrong


def _features(world: World, session: Object) -> Mapping[str, Any]:
    """What the session's configuration allows."""
    configuration = world.get("billing_portal.configuration", session["configuration"])
    assert configuration is not None
    features: Mapping[str, Any] = configuration["features"]
    return features


def _of_customer(world: World, kind: str, session: Object) -> list[Object]:
    """The customer's objects of one kind."""
    found = (world.get(kind, id_) for id_ in world.filed(kind, "customer", session["customer"]))
    return [obj for obj in found if obj is not None]


def _subscriptions(world: World, session: Object) -> list[Object]:
    """The customer's living subscriptions."""
    return [row for row in _of_customer(world, "subscription", session) if row["status"] not in OVER]


def _described(world: World, subscription: Object) -> str:
    """A subscription in a few words."""
    plans = ", ".join(_price(world, item["price"]) for item in subscription["items"])
    canceling = subscription["cancel_at"] is not None or subscription["cancel_at_period_end"]
    return f"{plans} - {'will be canceled' if canceling else subscription['status']}"


def _prices(world: World, feature: Mapping[str, Any]) -> dict[str, str]:
    """The prices a customer may switch to, by id."""
    return {price: _price(world, price) for row in feature.get("products") or () for price in row["prices"]}


def _price(world: World, id_: str) -> str:
    """A price in a few words."""
    price = world.get("price", id_)
    assert price is not None
    product = world.get("product", price["product"])
    amount = "by usage" if price["unit_amount"] is None else html.money(price["unit_amount"], price["currency"])
    every = f" / {price['recurring']['interval']}" if price["recurring"] else ""
    return f"{product['name'] if product else id_}: {amount}{every}"
