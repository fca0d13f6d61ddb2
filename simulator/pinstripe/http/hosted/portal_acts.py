"""What a form of the portal's page does: requests of the API, as the customer's app would make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from pinstripe.http.accounts import Account
from pinstripe.http.hosted import html, portal_page, portal_switch
from pinstripe.http.hosted.asking import Asking, Handle
from pinstripe.world import Object

NOT_HERE = "That cannot be done here."
DONE = "Your changes are saved."
UNSET = {"address", "name", "shipping"}
"""Details that a customer can be without once they were said. [documented]"""
MARK = "billing_portal_session"
"""The metadata by which a setup intent is known to be a portal session's. [inferred]"""


def act(account: Account, session: Object, typed: Mapping[str, str], handle: Handle) -> Response:
    """Do what the customer asked for, and show the page as it is then, or lead on."""
    ask = Asking(account, handle)
    wrong = _done(account, ask, session, typed)
    if ask.leads is not None:
        return html.lead(ask.leads)
    if wrong is not None:
        return html.answer_to_form(portal_page.show(account.world, session, wrong), 402)
    flow = session["flow"]
    after = {} if flow is None else flow["after_completion"]
    if after.get("type") == "redirect":
        return html.lead(after["redirect"]["return_url"])
    if after.get("type") == "hosted_confirmation":
        message = (after.get("hosted_confirmation") or {}).get("custom_message") or DONE
        return html.answer_to_form(html.page("Billing", html.paragraph(message)))
    return html.answer_to_form(portal_page.show(account.world, session, home=True))


def returned(account: Account, session: Object, query: Mapping[str, str], handle: Handle) -> str:
    """A customer comes back from the bank of a new card, which is used from now on; answers what went wrong, if so."""
    intent = account.world.get("setup_intent", query.get("setup_intent", ""))
    if intent is None or intent["customer"] != session["customer"] or intent["metadata"].get(MARK) != session.id:
        return ""
    if intent["status"] != "succeeded":
        return str((intent["last_setup_error"] or {}).get("message") or NOT_HERE)
    ask = Asking(account, handle)
    customer = account.world.get("customer", session["customer"])
    if customer is not None and customer["invoice_settings"]["default_payment_method"] != intent["payment_method"]:
        _make_default(ask, session["customer"], intent["payment_method"])
    return ask.wrong or ""


def _done(account: Account, ask: Asking, session: Object, typed: Mapping[str, str]) -> str | None:
    """Do it; answers what went wrong, or None."""
    world = account.world
    features = portal_page.features_of(world, session)
    of = typed.get("of", "")
    subscription = {row.id: row for row in portal_page.subscriptions(world, session)}.get(of)
    own_card = of in {row.id for row in portal_page.of_customer(world, "payment_method", session)}
    match typed.get("do"):
        case "card" if features["payment_method_update"]["enabled"]:
            _use_card(ask, session, typed.get("number", ""))
        case "default" if own_card and features["payment_method_update"]["enabled"]:
            _make_default(ask, session["customer"], of)
        case "remove" if of in portal_page.removable(world, session) and features["payment_method_update"]["enabled"]:
            ask("POST", f"/v1/payment_methods/{of}/detach", {})
        case "details" if features["customer_update"]["enabled"]:
            _correct(ask, session["customer"], typed, features["customer_update"]["allowed_updates"])
        case "cancel" if subscription is not None and features["subscription_cancel"]["enabled"]:
            _cancel(ask, subscription, features["subscription_cancel"], typed)
        case "keep" if subscription is not None and features["subscription_cancel"]["enabled"]:
            ended = {"cancel_at_period_end": "false"} if subscription["cancel_at_period_end"] else {"cancel_at": ""}
            ask("POST", f"/v1/subscriptions/{of}", ended)
        case "stay" if subscription is not None and (offer := _offer(session, of)):
            ask("POST", f"/v1/subscriptions/{of}", {"discounts[0][coupon]": offer})
        case "pause" if subscription is not None and features["subscription_pause"]["enabled"]:
            ask("POST", f"/v1/subscriptions/{of}/pause", {})
        case "resume" if subscription is not None and features["subscription_pause"]["enabled"]:
            ask("POST", f"/v1/subscriptions/{of}/resume", {})
        case "switch" if subscription is not None and features["subscription_update"]["enabled"]:
            return portal_switch.switch(ask, world, subscription, features["subscription_update"], typed)
        case "confirm" if subscription is not None and features["subscription_update"]["enabled"]:
            return portal_switch.confirm(ask, world, session, subscription, features["subscription_update"])
        case _:
            return NOT_HERE
    return ask.wrong


def _use_card(ask: Asking, session: Object, number: str) -> None:
    """Save a card and pay with it from now on, once its holder has agreed. [second-hand: by a setup intent]"""
    card = {
        "type": "card",
        "card[number]": number,
        "card[exp_month]": "12",
        "card[exp_year]": "2099",
        "card[cvc]": "123",
    }
    method = ask("POST", "/v1/payment_methods", card).get("id", "")
    said = {"customer": session["customer"], "payment_method": method, "confirm": "true", "usage": "off_session"}
    said |= {"allowed_payment_method_types[0]": "card", "return_url": session["url"], f"metadata[{MARK}]": session.id}
    intent = ask("POST", "/v1/setup_intents", said)
    if intent.get("status") == "requires_action":
        ask.leads = intent["next_action"]["redirect_to_url"]["url"]
    else:
        _make_default(ask, session["customer"], method)


def _make_default(ask: Asking, customer: str, method: str) -> None:
    """Pay invoices with it from now on. [documented]"""
    ask("POST", f"/v1/customers/{customer}", {"invoice_settings[default_payment_method]": method})


def _correct(ask: Asking, customer: str, typed: Mapping[str, str], allowed: list[str]) -> None:
    """Save what the customer may correct; what was emptied goes, where a customer can be without. [documented]"""
    offered = {name: value for name, value in typed.items() if name.partition("[")[0] in allowed}
    said = {name: value for name, value in offered.items() if value}
    kept = {name.partition("[")[0] for name in said}
    said |= {name.partition("[")[0]: "" for name in offered if name.partition("[")[0] in UNSET - kept}
    ask("POST", f"/v1/customers/{customer}", said)
    if "tax_id" in allowed and typed.get("tax_value"):
        given = {"type": typed.get("tax_type", ""), "value": typed["tax_value"]}
        ask("POST", f"/v1/customers/{customer}/tax_ids", given)


def _cancel(ask: Asking, subscription: Object, feature: Mapping[str, Any], typed: Mapping[str, str]) -> None:
    """Cancel at the end of the period or at once, as the configuration says; with the reason given. [documented]"""
    path = f"/v1/subscriptions/{subscription.id}"
    reason = {}
    if feature["cancellation_reason"]["enabled"]:
        reason = {f"cancellation_details[{name}]": typed[name] for name in ("feedback", "comment") if typed.get(name)}
    if feature["mode"] == "at_period_end":
        ask("POST", path, {"cancel_at_period_end": "true", **reason})
    else:
        prorates = feature["proration_behavior"] != "none"
        invoices = feature["proration_behavior"] == "always_invoice"
        ask("DELETE", path, {"prorate": str(prorates).lower(), "invoice_now": str(invoices).lower(), **reason})


def _offer(session: Object, subscription: str) -> str | None:
    """The coupon that a flow offers to a customer who was about to cancel. [documented]"""
    about = ((session["flow"] or {}).get("subscription_cancel")) or {}
    offer = (about.get("retention") or {}).get("coupon_offer") or {}
    return offer.get("coupon") if about.get("subscription") == subscription else None
