"""How the portal switches a plan: at once or at the period's end, as its configuration says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pinstripe.http.hosted import portal_page
from pinstripe.http.hosted.asking import Asking
from pinstripe.resources.discounts import promotion_codes
from pinstripe.world import Object, World

NOT_OFFERED = "That plan is not offered here."
NOT_ALLOWED = "That quantity is not possible."
NOT_A_CODE = "This code is invalid."
DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30, "year": 365}


def switch(
    ask: Asking, world: World, subscription: Object, feature: Mapping[str, Any], typed: Mapping[str, str]
) -> str | None:
    """Change the only item as the customer has chosen; answers what went wrong, or None."""
    item = subscription["items"][0]
    price = typed.get("price") or item["price"]
    code = typed.get("promotion_code", "").strip()
    discounts = {}
    if code:
        found = _code(world, subscription, code) if "promotion_code" in feature["default_allowed_updates"] else None
        if found is None:
            return NOT_A_CODE
        discounts = {"discounts[0][promotion_code]": found}
    quantity = typed.get("quantity") or None
    if quantity is not None and not (quantity.isascii() and quantity.isdigit()):
        return NOT_ALLOWED
    return _change(ask, world, subscription, feature, price, None if quantity is None else int(quantity), discounts)


def confirm(ask: Asking, world: World, session: Object, subscription: Object, feature: Mapping[str, Any]) -> str | None:
    """Change it as the session's flow says. [documented]"""
    flow: Mapping[str, Any] = session["flow"] or {}
    plan: Mapping[str, Any] | None = flow.get("subscription_update_confirm")
    if plan is None or plan["subscription"] != subscription.id or not plan["items"]:
        return NOT_OFFERED
    row, item = plan["items"][0], subscription["items"][0]
    given: Sequence[Mapping[str, str]] = plan.get("discounts") or ()
    discounts = {
        f"discounts[{position}][{name}]": value
        for position, discount in enumerate(given)
        for name, value in discount.items()
        if value
    }
    price = row.get("price") or item["price"]
    return _change(ask, world, subscription, feature, price, row.get("quantity"), discounts, confirmed=True)


def _change(
    ask: Asking,
    world: World,
    subscription: Object,
    feature: Mapping[str, Any],
    price: str,
    quantity: int | None,
    discounts: Mapping[str, str],
    *,
    confirmed: bool = False,
) -> str | None:
    """Put the only item at a price and a quantity. Without one it keeps its own. [inferred: the latter]"""
    item = subscription["items"][0]
    if not portal_page.is_changeable(world, subscription):
        return NOT_OFFERED
    switches = price != item["price"]
    allowed = feature["default_allowed_updates"]
    if switches and (price not in portal_page.prices(world, feature) or "price" not in allowed):
        return NOT_OFFERED
    wanted = item["quantity"] if quantity is None else quantity
    within = portal_page.bounds(world, feature, price)
    if wanted != item["quantity"] and not confirmed:
        most = None if within is None else within["maximum"]
        if within is None or wanted < max(1, within["minimum"]) or (most is not None and wanted > most):
            return NOT_ALLOWED
    counted = {} if portal_page.is_metered(world, price) else {"quantity": str(wanted)}
    if _waits(world, item, price, wanted, feature["schedule_at_period_end"]["conditions"]):
        _schedule(ask, world, item, price, counted, subscription)
        return ask.wrong
    said = {"items[0][id]": item["id"], **{f"items[0][{name}]": value for name, value in counted.items()}}
    if switches:
        said["items[0][price]"] = price
    if feature["billing_cycle_anchor"] == "now":
        said["billing_cycle_anchor[type]"] = "now"
    if subscription["status"] == "trialing" and feature["trial_update_behavior"] == "end_trial":
        said["trial_end"] = "now"
    said |= {"proration_behavior": feature["proration_behavior"], **discounts}
    ask("POST", f"/v1/subscriptions/{subscription.id}", said)
    return ask.wrong


def _waits(world: World, item: Mapping[str, Any], price: str, quantity: int, conditions: Any) -> bool:
    """Whether a change waits for the period's end: when any of the conditions is true. [documented]"""
    before, after = world.get("price", item["price"]), world.get("price", price)
    assert before is not None
    assert after is not None
    met: Mapping[str, Callable[[], bool]] = {
        "decreasing_item_amount": lambda: _amount(after, quantity) < _amount(before, item["quantity"]),
        "shortening_interval": lambda: _length(after) < _length(before),
    }
    return any(met[condition["type"]]() for condition in conditions)


def _amount(price: Object, quantity: int) -> int:
    """What an item costs each time."""
    return (price["unit_amount"] or 0) * quantity


def _length(price: Object) -> int:
    """About how many days a price's period has."""
    recurring = price["recurring"]
    return DAYS[recurring["interval"]] * int(recurring["interval_count"])


def _schedule(
    ask: Asking, world: World, item: Mapping[str, Any], price: str, counted: Mapping[str, str], subscription: Object
) -> None:
    """Let a schedule change it when the period is over, and let go of it a period later. [documented: a schedule]"""
    after = world.get("price", price)
    assert after is not None
    schedule = ask("POST", "/v1/subscription_schedules", {"from_subscription": subscription.id})
    if ask.wrong is not None:
        return
    now = schedule["phases"][0]
    said = {
        "end_behavior": "release",
        "phases[0][start_date]": str(now["start_date"]),
        "phases[0][end_date]": str(now["end_date"]),
        "phases[0][items][0][price]": item["price"],
        "phases[1][items][0][price]": price,
        "phases[1][duration][interval]": after["recurring"]["interval"],
        "phases[1][duration][interval_count]": str(after["recurring"]["interval_count"]),
        **{f"phases[1][items][0][{name}]": value for name, value in counted.items()},
    }
    if item["quantity"] is not None:
        said["phases[0][items][0][quantity]"] = str(item["quantity"])
    ask("POST", f"/v1/subscription_schedules/{schedule['id']}", said)


def _code(world: World, subscription: Object, typed: str) -> str | None:
    """The promotion code that was typed, if this customer may use it."""
    tx = world.transaction()
    for promo in tx.find("promotion_code", "code", typed.lower()):
        if promotion_codes.is_active(tx, promo) and promo["customer"] in (None, subscription["customer"]):
            return promo.id
    return None
