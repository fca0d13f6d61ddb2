"""What a phase sells, takes off and bills once, as a schedule keeps it and as requests ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import subscription_shares
from pinstripe.resources.discounts import discounts, tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import merged_metadata, named
from pinstripe.world import Object, Transaction


def offered(tx: Transaction, row: Params) -> list[dict[str, Any]]:
    """What a phase, or one of its items, takes off; each is redeemed when the phase begins. [inferred: then]"""
    found = []
    for given in row.hashes("discounts"):
        sources = ("coupon", "discount", "promotion_code")
        terms: dict[str, Any] = dict.fromkeys(sources) | given.pick(*sources)
        for noun in sources:
            if terms[noun] is not None:
                named(tx, noun, terms[noun], given.name(noun))
        found.append(terms)
    return found


def require_plain_codes(tx: Transaction, phases: Sequence[Mapping[str, Any]], now: int) -> None:
    """A minimum is held against a purchase, and a phase that lies ahead is none yet. [documented]"""
    ahead = [(n, phase) for n, phase in enumerate(phases) if phase["start_date"] > now]
    for n, phase in ahead:
        for row in (phase, *phase["items"]):
            codes = [terms["promotion_code"] for terms in row["discounts"]]
            if any(tx.read("promotion_code", code)["_minimums"] for code in codes if code is not None):
                raise refusals.code_minimum_on_update(f"phases[{n}][discounts]")


def metadata(row: Params) -> dict[str, str]:
    """What a phase says of the subscription's metadata; an empty value takes the key away there. [documented]"""
    return {key: value or "" for key, value in (row.get("metadata") or {}).items()}


def told_of(before: Mapping[str, str], phase: Mapping[str, str]) -> dict[str, str]:
    """The subscription's metadata once a phase with these has begun. [documented]"""
    return {key: value for key, value in {**before, **phase}.items() if phase.get(key) != ""}


def redeemed(tx: Transaction, phase: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The discounts of a phase, or of one of its items, as the parameters of a request; those over are gone.

    Where the clock comes to the phase, what cannot be redeemed any more is left out: nobody is there to be refused.
    [inferred]
    """
    planned = {discounts.PLANNED: True} if tx.request is None else {}
    rows = [{name: id_ for name, id_ in terms.items() if id_ is not None} for terms in phase["discounts"]]
    return [row | planned for row in rows if "discount" not in row or discounts.in_force(tx, [row["discount"]])]


def extras(tx: Transaction, billed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a phase bills once, as the parameters of a request."""
    rows = []
    for extra in billed:
        row = {"price": extra["price"], "quantity": extra["quantity"]}
        if extra["discounts"]:
            row["discounts"] = redeemed(tx, extra)
        if extra["tax_rates"]:
            row["tax_rates"] = list(extra["tax_rates"])
        rows.append(row)
    return rows


def once(tx: Transaction, row: Params) -> dict[str, Any]:
    """What a phase bills once."""
    if row.get("price") is None:
        raise errors.missing_parameter(row.name("price"))
    return {
        "discountable": None,
        "discounts": offered(tx, row),
        "metadata": merged_metadata({}, row),
        "period": {"end": {"type": "min_item_period_end"}, "start": {"type": "max_item_period_start"}},
        "price": row.get("price"),
        "quantity": row.get("quantity", 1),
        "tax_rates": tax_rates.chosen(tx, row, "tax_rates"),
    }


def kept(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Discounts that are there already, as a phase names them."""
    return [{"coupon": None, "discount": id_, "promotion_code": None} for id_ in ids]


def of_subscription(subscription: Object) -> dict[str, Any]:
    """The one phase that a subscription's current period is. [documented]"""
    items = [
        {
            "billing_thresholds": item["billing_thresholds"],
            "discounts": kept(item["discounts"]),
            "metadata": item["metadata"],
            "plan": item["price"],
            "price": item["price"],
            "tax_rates": item["tax_rates"],
            **({} if item["quantity"] is None else {"quantity": item["quantity"]}),
        }
        for item in subscription["items"]
    ]
    return {
        "billing_cycle_anchor": None,
        **dict.fromkeys(("collection_method", "default_payment_method", "description", "invoice_settings")),
        **dict.fromkeys(subscription_shares.SHARES),
        "add_invoice_items": [],
        "automatic_tax": subscription["automatic_tax"],
        "billing_thresholds": subscription["billing_thresholds"],
        "currency": subscription["currency"],
        "default_tax_rates": subscription["default_tax_rates"],
        "discounts": kept(subscription["discounts"]),
        "end_date": min(item["current_period_end"] for item in subscription["items"]),
        "items": items,
        "metadata": {},
        "proration_behavior": "create_prorations",
        "start_date": max(item["current_period_start"] for item in subscription["items"]),
        "trial_end": subscription["trial_end"] if subscription["status"] == "trialing" else None,
    }


def shown(tx: Transaction, phase: Mapping[str, Any]) -> dict[str, Any]:
    """A phase with its tax rates written out."""

    def written(row: Mapping[str, Any]) -> dict[str, Any]:
        """An item or a charge with its own."""
        return {**row, "tax_rates": tax_rates.shown(tx, row["tax_rates"])}

    return {
        **phase,
        "add_invoice_items": [written(row) for row in phase["add_invoice_items"]],
        "default_tax_rates": tax_rates.shown(tx, phase["default_tax_rates"]),
        "items": [written(item) for item in phase["items"]],
    }
