"""What basil changed about the lines of invoices and the items that wait for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, Rung

ITEMS = ("POST /v1/invoiceitems", "POST /v1/invoiceitems/{invoiceitem}")


class GiveLinesAParent(Rung):
    """A line says in `parent` what made it; before, in a `type` and in members for each kind of maker.

    [documented: changelog of 2025-03-31.basil; recorded: lines from 2020-08-27 to 2025-02-24.acacia]
    """

    objects = frozenset({"line_item"})

    def reshaped(self, members: Members) -> Members:
        """The maker in members of its own; only a line that has an invoice item names one."""
        parent = members.get("parent") or {}
        by_item = parent.get("subscription_item_details") or {}
        made = by_item or parent.get("invoice_item_details") or {}
        entry = made.get("invoice_item")
        details = made.get("proration_details") or {"credited_items": None}
        return {
            **members,
            **({} if entry is None else {"invoice_item": entry}),
            "proration": bool(made.get("proration")),
            "proration_details": details,
            "subscription": made.get("subscription"),
            **({"subscription_item": by_item["subscription_item"]} if by_item else {}),
            "type": "subscription" if by_item and entry is None else "invoiceitem",
        }


class GiveLinesAPricing(Rung):
    """A line and an invoice item say in `pricing` what they cost; before, the price stood in them whole, with its plan.

    [documented: changelog of 2025-03-31.basil; recorded: lines and items from 2020-08-27 to 2025-02-24.acacia]
    """

    objects = frozenset({"line_item", "invoiceitem"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`price` becomes `pricing[price]`, and `unit_amount` the decimal one."""
        if operation not in ITEMS:
            return params
        lifted = {key: value for key, value in params.items() if key not in ("price", "unit_amount")}
        if "price" in params:
            lifted["pricing"] = {"price": params["price"]}
        if "unit_amount" in params:
            lifted["unit_amount_decimal"] = params["unit_amount"]
        return lifted

    def lower(self, members: Members, descent: Descent) -> Members:
        """The price whole, its plan if it recurs, and of an invoice item what one unit costs."""
        pricing = members.get("pricing") or {}
        price = descent.inlined("price", (pricing.get("price_details") or {}).get("price"))
        lowered = {**members, "plan": _plan(price, descent), "price": price}
        if members["object"] == "invoiceitem":
            exact = pricing.get("unit_amount_decimal")
            lowered |= {"unit_amount": _whole(exact), "unit_amount_decimal": exact}
        return lowered

    def param(self, operation: str, name: str) -> str:
        """The price under its old name."""
        return "price" if operation in ITEMS and name == "pricing[price]" else name


class GiveInvoiceItemsAParent(Rung):
    """An invoice item says in `parent` which subscription it belongs to; before, in members of its own.

    [documented: changelog of 2025-03-31.basil; recorded: items at 2020-08-27 and 2024-06-20]
    """

    objects = frozenset({"invoiceitem"})

    def reshaped(self, members: Members) -> Members:
        """The subscription, and its item if the entry came from one."""
        details = (members.get("parent") or {}).get("subscription_details") or {}
        item = details.get("subscription_item")
        return {
            **members,
            "subscription": details.get("subscription"),
            **({} if item is None else {"subscription_item": item}),
        }


class NameTaxesOfLines(Rung):
    """A line's taxes come in `taxes`; before, in `tax_amounts`, beside the whole rates and what is left without tax.

    [documented: changelog of 2025-03-31.basil; recorded: both null-free and empty without tax]
    """

    objects = frozenset({"line_item"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The taxes in the older words; without one, the amounts are what they are with it."""
        taxes = members.get("taxes") or []
        rates = rates_of(taxes, descent)
        net = members["amount"] - inside(members["amount"], taxes, descent)
        return {
            **members,
            "amount_excluding_tax": net,
            "tax_amounts": tax_amounts(taxes),
            "tax_rates": rates,
            "unit_amount_excluding_tax": _unit(members, net),
        }


def rates_of(taxes: Sequence[Mapping[str, Any]], descent: Descent) -> list[Any]:
    """The rates of taxes, whole; those that only describe a given amount show nowhere as rates. [documented]"""
    bodies = [descent.inlined("tax_rate", tax_rate_of(tax)) for tax in taxes]
    return [body for body in bodies if body and not (descent.one("tax_rate", body["id"]) or {}).get("_of_data")]


def inside(amount: int, taxes: Sequence[Mapping[str, Any]], descent: Descent) -> int:
    """The tax in an amount before its discounts, of which its taxes are not, and also if nobody is asked for it.

    [documented: without all tax and discounts]
    """
    given = 0
    shares = []
    for tax in taxes:
        if tax["tax_behavior"] == "inclusive":
            found = tax_rate_of(tax)
            rate = descent.one("tax_rate", found["id"] if isinstance(found, Mapping) else found)
            if rate is None or rate.get("_of_data"):
                given += tax["amount"]
            else:
                shares.append(Fraction(str(rate["percentage"])))
    exact = (amount * share / (100 + sum(shares)) for share in shares)
    return given + sum(int(abs(tax) + Fraction(1, 2)) * (1 if tax > 0 else -1) for tax in exact)


def tax_rate_of(tax: Mapping[str, Any]) -> Any:
    """The rate that a tax was taken by."""
    return (tax.get("tax_rate_details") or {}).get("tax_rate")


def tax_amounts(taxes: Sequence[Mapping[str, Any]]) -> list[Members]:
    """Taxes in the older words."""
    return [
        {
            "amount": tax["amount"],
            "inclusive": tax["tax_behavior"] == "inclusive",
            "tax_rate": tax_rate_of(tax),
            # The word for a manual rate came with basil; before, there was none. [documented: the words by version]
            "taxability_reason": None if tax["taxability_reason"] == "not_available" else tax["taxability_reason"],
            "taxable_amount": tax["taxable_amount"],
        }
        for tax in taxes
    ]


def _unit(members: Members, net: int) -> str | None:
    """What one unit comes to without tax: the line's amount by its quantity. [recorded for whole amounts]"""
    quantity = members.get("quantity")
    exact = (members.get("pricing") or {}).get("unit_amount_decimal")
    if exact is not None and net == members["amount"] and not members.get("proration"):
        return str(exact)
    return str(net // quantity) if quantity and net % quantity == 0 else None if not quantity else str(net)


def _plan(price: Mapping[str, Any] | None, descent: Descent) -> Any:
    """The plan beside a price that recurs."""
    if price is None or price.get("type") != "recurring":
        return None
    plan = descent.one("plan", price["id"])
    return None if plan is None else descent.body(plan)


def _whole(exact: str | None) -> int | None:
    """An amount without a fraction of the smallest unit, or null."""
    return int(exact) if exact is not None and exact.lstrip("-").isdigit() else None


RUNGS: tuple[Rung, ...] = (
    GiveLinesAParent(),
    GiveLinesAPricing(),
    GiveInvoiceItemsAParent(),
    NameTaxesOfLines(),
)
