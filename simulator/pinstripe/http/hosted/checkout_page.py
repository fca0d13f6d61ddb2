"""The page of a Checkout Session: what is sold, what may be chosen, a form with test cards.

It has two forms, so that a choice is seen in the sums before anything is paid: one that chooses, one that pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pinstripe.billing.money import decimals
from pinstripe.http.hosted import action_page, checkout_form, html
from pinstripe.http.hosted.checkout_form import ITEM, OPTIONAL
from pinstripe.resources.selling import link_parameters
from pinstripe.world import Object, World

EXPIRED = "This page has expired."
DONE = {
    "no_payment_required": "You're all done here.",
    "paid": "You're all done here: the payment was made.",
    "unpaid": "You're all done here: the payment has not arrived yet.",
}
"""What is said when it is over, by `payment_status`."""
BUTTONS = {"book": "Book", "donate": "Donate", "pay": "Pay", "subscribe": "Subscribe"}


def show(world: World, session: Object, wrong: str = "", typed: Mapping[str, str] | None = None) -> str:
    """The page as it is now; `wrong` is what went wrong last, and `typed` what had been typed then."""
    if session["status"] == "expired":
        return html.page("Checkout", html.paragraph(EXPIRED))
    if session["status"] == "complete":
        return html.page("Checkout", html.paragraph(_thanks(world, session)))
    return html.page(
        "Checkout",
        html.wrong(wrong),
        html.section("Order", html.rows(_sold(session) + _sums(session), sums=True), _choosing(world, session)),
        html.section("Payment", _paying(world, session, typed or {})),
        html.link("Back", session["cancel_url"]) if session.get("cancel_url") else "",
    )


def challenge(session: Object, typed: Mapping[str, str]) -> str:
    """The bank of the card asks for its holder, who agrees or does not."""
    asked = html.paragraph(action_page.ASKED)
    hidden = {name: value for name, value in typed.items() if name != checkout_form.AUTHENTICATE}
    amount = [("Amount", html.money(session["amount_total"], session["currency"]))] if session["amount_total"] else []
    buttons = html.button("Complete", checkout_form.AUTHENTICATE, "yes") + html.button(
        "Fail", checkout_form.AUTHENTICATE, "no", plain=True
    )
    return html.page("Authentication", asked, html.rows(amount), html.of_buttons(hidden, buttons))


def with_tax(session: Object, total: int, typed: Mapping[str, str]) -> str:
    """What it comes to where the buyer is, before anything is paid."""
    currency = session["currency"]
    table = [
        ("So far", html.money(session["amount_total"], currency)),
        ("Tax", html.money(total - session["amount_total"], currency)),
        ("Due today", html.money(total, currency)),
    ]
    pay = f"<button>{_word(session)} {html.money(total, currency)}</button>"
    form = html.of_buttons({**typed, checkout_form.SEEN: str(total)}, pay)
    return html.page("Checkout", html.section("With tax", html.rows(table, sums=True), form))


def _thanks(world: World, session: Object) -> str:
    """What is said when it is over: a payment link may have words of its own. [documented]"""
    link = _link(world, session)
    own = None if link is None else (link["after_completion"].get("hosted_confirmation") or {}).get("custom_message")
    return own or DONE[session["payment_status"]]


def _sold(session: Object) -> list[tuple[str, ...]]:
    """What is sold, how much of it, and what it costs."""
    return [(_described(item), html.money(item["amount_subtotal"], item["currency"])) for item in session["_items"]]


def _described(item: Mapping[str, object]) -> str:
    """What is sold and how much of it."""
    return f"{item['description']}" if item["quantity"] is None else f"{item['quantity']} × {item['description']}"


def _sums(session: Object) -> list[tuple[str, ...]]:
    """What is taken off and added, and what is due."""
    if session["total_details"] is None:
        return []
    currency, totals = session["currency"], session["total_details"]
    table = [
        ("Discount", -totals["amount_discount"]),
        ("Tax", totals["amount_tax"]),
        ("Shipping", totals["amount_shipping"]),
    ]
    shown = [(name, html.money(amount, currency)) for name, amount in table if amount]
    return [*shown, ("Due today", html.money(session["amount_total"], currency))]


def _choosing(world: World, session: Object) -> str:
    """How many, what else, a code, how it is sent: as far as the session leaves it to the customer."""
    parts = []
    taken = {item["price"]: item["quantity"] for item in session["_items"] if item.get("_optional")}
    for item in session["_items"]:
        bounds = item["adjustable_quantity"] or {}
        if bounds.get("enabled") and not item.get("_optional"):
            label, many = f"Quantity of {item['description']}", str(item["quantity"])
            least, most = bounds["minimum"], bounds["maximum"]
            parts.append(html.field(label, f"{ITEM}{item['id']}", many, type_="number", min_=least, max_=most))
    parts += [_amount(item) for item in session["_items"] if "_chosen" in item]
    for offer in session.get("optional_items") or ():
        price = world.get("price", offer["price"])
        assert price is not None
        label, many = f"Add {price_words(world, price)}", str(taken.get(offer["price"], 0))
        bounds = offer["adjustable_quantity"] or {}
        most = bounds["maximum"] if bounds.get("enabled") else offer["quantity"]
        parts.append(html.field(label, f"{OPTIONAL}{offer['price']}", many, type_="number", min_=0, max_=most))
    if session.get("allow_promotion_codes"):
        parts.append(html.field("Promotion code", "promotion_code", _code(world, session)))
    if len(session["shipping_options"]) > 1:
        rates = {row["shipping_rate"]: _rate(world, row, session["currency"]) for row in session["shipping_options"]}
        parts.append(html.choice("Shipping", "shipping_rate", rates, session["shipping_cost"]["shipping_rate"]))
    return html.form("Update order", *parts, plain=True, do="choose") if parts else ""


def _amount(item: Mapping[str, object]) -> str:
    """How much, as the customer likes, in dollars and cents."""
    chosen, currency = item["_chosen"], str(item["currency"])
    value = str(Decimal(chosen).scaleb(-decimals(currency))) if isinstance(chosen, int) else ""
    name = f"Amount of {item['description']} ({currency.upper()})"
    return html.field(name, "amount", value, inputmode="decimal", required=True)


def price_words(world: World, price: Object) -> str:
    """A price in a few words."""
    product = world.get("product", price["product"])
    amount = "by usage" if price["unit_amount"] is None else html.money(price["unit_amount"], price["currency"])
    every = f" / {price['recurring']['interval']}" if price["recurring"] else ""
    return f"{product['name'] if product else price.id}: {amount}{every}"


def _code(world: World, session: Object) -> str:
    """The code that takes something off now."""
    ids = [row["promotion_code"] for row in session["discounts"] or () if row["promotion_code"]]
    found = world.get("promotion_code", ids[0]) if ids else None
    return "" if found is None else str(found["code"])


def _rate(world: World, option: Mapping[str, object], currency: str) -> str:
    """A way of sending in a few words."""
    rate = world.get("shipping_rate", str(option["shipping_rate"]))
    amount = option["shipping_amount"]
    assert rate is not None
    assert isinstance(amount, int)
    return f"{rate['display_name']}: {html.money(amount, currency)}"


def _paying(world: World, session: Object, typed: Mapping[str, str]) -> str:
    """The form that pays."""
    types = session["payment_method_types"]
    if checkout_form.needs_card(session) and "card" not in types:
        return html.paragraph(f"This page takes cards only, and the session takes {', '.join(types)}.", "hint")
    if any(item.get("_chosen", 0) is None for item in session["_items"]):
        return html.paragraph("Say how much first.", "hint")
    text = session["custom_text"]
    return html.form(
        _button(session),
        *checkout_form.fields(world, session, typed),
        html.paragraph((text.get("submit") or {}).get("message") or ""),
        do="pay",
        total=str(session["amount_total"]),
    ) + html.paragraph((text.get("after_submit") or {}).get("message") or "", "hint")


def _button(session: Object) -> str:
    """What the button says."""
    word = _word(session)
    names_amount = session["amount_total"] and word != "Subscribe"
    return f"{word} {html.money(session['amount_total'], session['currency'])}" if names_amount else word


def _word(session: Object) -> str:
    """What is done by it. [documented: by submit_type]"""
    if session["mode"] == "setup":
        return "Save card"
    if session["mode"] == "subscription" and session.get("submit_type") in (None, "auto"):
        return "Subscribe"
    return BUTTONS.get(session.get("submit_type") or "pay", "Pay")


def destination(world: World, session: Object) -> str | None:
    """Where the customer goes after buying; the session's id in place of its name. [documented]

    A card leads away from a page of the caller's own only if it always does, and away from a payment link's only if the
    link redirects. [documented: both]
    """
    link = _link(world, session)
    if session["ui_mode"] != "hosted_page" and session["redirect_on_completion"] != "always":
        return None
    if link is not None and link["after_completion"]["type"] != "redirect":
        return None
    url: str | None = session.get("success_url") or session.get("return_url")
    return url and link_parameters.tracked(session, url.replace("{CHECKOUT_SESSION_ID}", session.id))


def _link(world: World, session: Object) -> Object | None:
    """The payment link that a session came from."""
    return None if session["payment_link"] is None else world.get("payment_link", session["payment_link"])
