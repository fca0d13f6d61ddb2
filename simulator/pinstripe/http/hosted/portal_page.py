"""The page of the billing portal: plans, cards, details and invoices of a customer, as far as it is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pinstripe.http.hosted import html
from pinstripe.http.hosted.checkout_form import tax_types
from pinstripe.http.hosted.checkout_page import price_words
from pinstripe.world import Object, World

OVER = ("canceled", "incomplete_expired")
REASONS = {
    "customer_service": "Customer service was less than expected",
    "low_quality": "Quality was less than expected",
    "missing_features": "Some features are missing",
    "other": "Another reason",
    "switched_service": "I'm switching to another service",
    "too_complex": "It is hard to use",
    "too_expensive": "It is too expensive",
    "unused": "I don't use it enough",
}
"""What a customer who cancels may say, in our own words."""
TEXTS = {"name": ("Name", "name"), "email": ("Email", "email"), "phone": ("Phone", "tel")}
ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")


def show(world: World, session: Object, wrong: str = "", *, home: bool = False) -> str:
    """Everything the configuration allows, or the one thing that the session leads to, unless that is over."""
    flow = None if home else session["flow"]
    only = None if flow is None else flow["type"]
    features = features_of(world, session)
    profile = configuration_of(world, session)["business_profile"]
    parts = [html.wrong(wrong), html.paragraph(profile["headline"] or "")]
    parts += [
        _subscription(world, subscription, features, flow)
        for subscription in subscriptions(world, session)
        if flow is None or _leads_to(flow, subscription)
    ]
    if only in (None, "payment_method_update"):
        parts.append(_cards(world, session, features))
    if only in (None, "customer_update") and features["customer_update"]["enabled"]:
        parts.append(_details(world, session, features["customer_update"]["allowed_updates"]))
    if only is None and features["invoice_history"]["enabled"]:
        parts.append(_invoices(world, session))
    if session["return_url"]:
        parts.append(html.link("Return", session["return_url"]))
    for name, text in (("privacy_policy_url", "Privacy"), ("terms_of_service_url", "Terms")):
        parts.append(html.link(text, profile[name]) if profile[name] else "")
    return html.page("Billing", *parts)


# --- what there is ---------------------------------------------------------------------------------------------------


def configuration_of(world: World, session: Object) -> Object:
    """The session's configuration."""
    configuration = world.get("billing_portal.configuration", session["configuration"])
    assert configuration is not None
    return configuration


def features_of(world: World, session: Object) -> Mapping[str, Any]:
    """What the session's configuration allows."""
    features: Mapping[str, Any] = configuration_of(world, session)["features"]
    return features


def of_customer(world: World, kind: str, session: Object) -> list[Object]:
    """The customer's objects of one kind."""
    found = (world.get(kind, id_) for id_ in world.filed(kind, "customer", session["customer"]))
    return [obj for obj in found if obj is not None]


def subscriptions(world: World, session: Object) -> list[Object]:
    """The customer's living subscriptions."""
    rows = of_customer(world, "subscription", session)
    return [row for row in rows if row["status"] not in OVER and _appears(session, row)]


def _appears(session: Object, row: Object) -> bool:
    """A session on behalf of an account shows what is on its behalf, and nothing else. [documented]"""
    account = session.get("on_behalf_of")
    return account is None or bool(row.get("on_behalf_of") == account)


def default_of(world: World, session: Object) -> str | None:
    """The card that pays the customer's invoices."""
    customer = world.get("customer", session["customer"])
    return None if customer is None else customer["invoice_settings"]["default_payment_method"]


def removable(world: World, session: Object) -> set[str]:
    """The payment methods that may go: not the default, nor the last one while a plan has to be paid. [documented]"""
    own = {method.id for method in of_customer(world, "payment_method", session)}
    if len(own) == 1 and subscriptions(world, session):
        return set()
    return own - {default_of(world, session) or ""}


def is_canceling(subscription: Object) -> bool:
    """Whether its end is decided already."""
    return subscription["cancel_at"] is not None or bool(subscription["cancel_at_period_end"])


def is_changeable(world: World, subscription: Object) -> bool:
    """Whether its plan can be switched by the customer: only one item, licensed, and no schedule. [documented]"""
    if len(subscription["items"]) != 1 or subscription.get("schedule") is not None or is_canceling(subscription):
        return False
    return not is_metered(world, subscription["items"][0]["price"])


def is_metered(world: World, price: str) -> bool:
    """Whether usage decides what a price costs."""
    found = world.get("price", price)
    return found is not None and (found["recurring"] or {}).get("usage_type") == "metered"


def prices(world: World, feature: Mapping[str, Any]) -> dict[str, str]:
    """The prices a customer may switch to, by id."""
    return {price: _price(world, price) for row in feature.get("products") or () for price in row["prices"]}


def bounds(world: World, feature: Mapping[str, Any], price: str) -> Mapping[str, Any] | None:
    """Between which bounds the quantity of a price may be changed; None where it stays. [documented]"""
    found = world.get("price", price)
    product = None if found is None else found["product"]
    for row in feature.get("products") or ():
        if row["product"] == product and row["adjustable_quantity"]["enabled"]:
            own: Mapping[str, Any] = row["adjustable_quantity"]
            return own
    return {"minimum": 1, "maximum": None} if "quantity" in feature["default_allowed_updates"] else None


# --- its parts -------------------------------------------------------------------------------------------------------


def _leads_to(flow: Mapping[str, Any], subscription: Object) -> bool:
    """Whether a flow is about a subscription."""
    about = flow.get(flow["type"]) or {}
    return about.get("subscription") == subscription.id


def _subscription(
    world: World, subscription: Object, features: Mapping[str, Any], flow: Mapping[str, Any] | None
) -> str:
    """A subscription and what may be done about it."""
    of, kind = subscription.id, None if flow is None else flow["type"]
    parts = [html.paragraph(_described(world, subscription))]
    if kind == "subscription_update_confirm":
        assert flow is not None
        parts += [html.rows(_planned(world, flow[kind])), html.form("Confirm", do="confirm", of=of)]
    elif kind in (None, "subscription_update") and features["subscription_update"]["enabled"]:
        parts.append(_switching(world, subscription, features["subscription_update"]))
    if kind in (None, "subscription_cancel") and features["subscription_cancel"]["enabled"]:
        if is_canceling(subscription):
            parts.append(html.form("Don't cancel plan", plain=True, do="keep", of=of))
        else:
            offer = ((flow or {}).get("subscription_cancel") or {}).get("retention")
            parts.append(html.form("Stay, with the discount offered", do="stay", of=of) if offer else "")
            parts.append(_canceling(subscription, features["subscription_cancel"]["cancellation_reason"]))
    if kind in (None, "subscription_pause") and features["subscription_pause"]["enabled"]:
        parts.append(_pausing(subscription, features["subscription_pause"]))
    return html.section(", ".join(_price(world, item["price"]) for item in subscription["items"]), *parts)


def _described(world: World, subscription: Object) -> str:
    """How a subscription stands."""
    quantities = [item["quantity"] for item in subscription["items"] if not is_metered(world, item["price"])]
    many = f"Quantity {', '.join(map(str, quantities))}. " if quantities and quantities != [1] else ""
    schedule = "A change is scheduled. " if subscription.get("schedule") else ""
    status = "will be canceled" if is_canceling(subscription) else subscription["status"].replace("_", " ")
    return f"{many}{schedule}This plan {status if is_canceling(subscription) else f'is {status}'}."


def _switching(world: World, subscription: Object, feature: Mapping[str, Any]) -> str:
    """Another plan, another quantity, a code: those that the configuration allows."""
    if not is_changeable(world, subscription):
        return ""
    allowed, item = feature["default_allowed_updates"], subscription["items"][0]
    parts = []
    if "price" in allowed:
        parts.append(html.choice("Plan", "price", prices(world, feature), item["price"]))
    if (within := bounds(world, feature, item["price"])) is not None:
        least, most, many = within["minimum"], within["maximum"], str(item["quantity"])
        parts.append(html.field("Quantity", "quantity", many, type_="number", min_=least, max_=most))
    if "promotion_code" in allowed:
        parts.append(html.field("Promotion code", "promotion_code"))
    return html.form("Switch plan", *parts, do="switch", of=subscription.id) if parts else ""


def _canceling(subscription: Object, reason: Mapping[str, Any]) -> str:
    """The way out, and why."""
    parts = []
    if reason["enabled"]:
        options = {"": "", **{one: REASONS.get(one, one) for one in reason["options"]}}
        parts = [html.choice("Why do you cancel?", "feedback", options), html.field("More about it", "comment")]
    return html.form("Cancel plan", *parts, plain=True, do="cancel", of=subscription.id)


def _pausing(subscription: Object, feature: Mapping[str, Any]) -> str:
    """Rest, and going on."""
    if subscription["status"] == "paused":
        return html.form("Resume plan", do="resume", of=subscription.id)
    if feature["duration"]["type"] != "indefinite":
        return html.paragraph("Pausing for a while is not modelled by pinstripe.", "hint")
    return html.form("Pause plan", plain=True, do="pause", of=subscription.id)


def _planned(world: World, confirm: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What a flow asks to confirm."""
    rows = [(_price(world, row["price"]), str(row.get("quantity") or "")) for row in confirm["items"] if row["price"]]
    return [("Plan", "Quantity"), *rows] if rows else []


def _cards(world: World, session: Object, features: Mapping[str, Any]) -> str:
    """The customer's cards, and a form for another."""
    may = features["payment_method_update"]["enabled"]
    default, gone = default_of(world, session), removable(world, session)
    parts = []
    for method in of_customer(world, "payment_method", session):
        if method["type"] != "card":
            continue
        used = " (default)" if method.id == default else ""
        parts.append(html.paragraph(f"{method['card']['brand']} ending in {method['card']['last4']}{used}"))
        if may and not used:
            buttons = html.button("Make default", "do", "default", plain=True)
            buttons += html.button("Remove", "do", "remove", plain=True) if method.id in gone else ""
            parts.append(html.of_buttons({"of": method.id}, buttons))
    if may:
        parts.append(html.form("Use this card", html.choice("Test card", "number", html.TEST_CARDS), do="card"))
    return html.section("Payment methods", *parts)


def _details(world: World, session: Object, allowed: Sequence[str]) -> str:
    """What the customer may correct."""
    customer = world.get("customer", session["customer"])
    assert customer is not None
    parts = [
        html.field(label, name, customer[name] or "", type_=kind)
        for name, (label, kind) in TEXTS.items()
        if name in allowed
    ]
    if "address" in allowed:
        parts += _address("address", customer["address"] or {})
    if "shipping" in allowed:
        shipping = customer["shipping"] or {}
        parts.append(html.field("Ship to (name)", "shipping[name]", shipping.get("name") or ""))
        parts += _address("shipping[address]", shipping.get("address") or {})
    if "tax_id" in allowed:
        parts.append(html.choice("Another tax ID: type", "tax_type", tax_types()))
        parts.append(html.field("Another tax ID: number", "tax_value"))
    return html.section("Details", html.form("Save details", *parts, do="details") if parts else "")


def _address(prefix: str, known: Mapping[str, Any]) -> list[str]:
    """Where the customer lives, or the goods go."""
    first = "Shipping" if prefix.startswith("shipping") else "Address"
    return [
        html.field(f"{first}: {part.replace('_', ' ')}", f"{prefix}[{part}]", known.get(part) or "") for part in ADDRESS
    ]


def _invoices(world: World, session: Object) -> str:
    """The customer's invoices, the newest first, and the way to those that wait for money. [documented]"""
    invoices = reversed(of_customer(world, "invoice", session))
    shown = [one for one in invoices if one["status"] != "draft" and _appears(session, one)]
    table = [
        (
            datetime.fromtimestamp(invoice["created"], UTC).date().isoformat(),
            invoice["number"],
            invoice["status"],
            html.money(invoice["total"], invoice["currency"]),
        )
        for invoice in shown
    ]
    waiting = [invoice for invoice in shown if invoice["status"] == "open"]
    links = [html.link(f"Pay {invoice['number']}", invoice["hosted_invoice_url"]) for invoice in waiting]
    return html.section("Invoices", html.rows(table), *links)


def _price(world: World, id_: str) -> str:
    """A price in a few words."""
    price = world.get("price", id_)
    assert price is not None
    return price_words(world, price)
