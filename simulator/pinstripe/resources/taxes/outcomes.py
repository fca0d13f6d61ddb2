"""How the lines of an invoice are taxed, by hand or automatically, and what automatic tax makes of sending.

What is automatic comes from the declared table, the account's settings and its registrations, so it agrees with what
`/v1/tax/calculations` answers. What no table tells is refused in a request and marked `failed` by the clock: a tax of
nothing always has its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pinstripe.billing.tax import Rate, Taxed, tax
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.catalog import prices
from pinstripe.resources.discounts import tax_rates
from pinstripe.resources.resource import shaped
from pinstripe.resources.taxes import automatic_tax, rulings, table
from pinstripe.resources.taxes.places import Place
from pinstripe.resources.taxes.rulings import Buyer, UnknownTaxError
from pinstripe.world import Transaction

UNTAXED = frozenset({"not_collecting", "not_subject_to_tax", "not_supported", "product_exempt"})
"""Reasons for which nothing of an amount is taxable, as calculations tell too.

[documented sample: not_collecting; inferred: the others]
"""
EXEMPT = frozenset({"customer_exempt", "reverse_charge"})
"""Reasons for which a customer pays none of a tax that there is."""


@dataclass(frozen=True, slots=True)
class Taxing:
    """By which rates a line is taxed, and why; whom nothing is asked of loses what is inside."""

    rates: Sequence[Rate]
    reason: str
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How each line is taxed, and the status of the whole; None where it is not automatic."""

    lines: Sequence[Taxing]
    status: str | None = None
    place: Place | None = None
    sending: Taxing | None = None
    """How sending the goods is taxed, where that costs anything."""


def of(
    tx: Transaction, invoice: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], customer: Mapping[str, Any]
) -> Outcome:
    """How the lines of an invoice are taxed. A line's own manual rates replace the invoice's defaults. [documented]"""
    if not automatic_tax.wants(invoice):
        why = tax_rates.is_exempt(customer)
        defaults = invoice["default_tax_rates"]
        return Outcome([_credited(tx, line) or _by_hand(tx, line["_tax_rates"] or defaults, why) for line in lines])
    if invoice.get("_taxed") is not None:
        return _read(tx, invoice["_taxed"])
    untaxed = [Taxing((), "") for _ in lines]
    place = automatic_tax.place_of(tx, invoice, customer)
    if place is None:
        return Outcome(untaxed, "requires_location_inputs")
    buyer = _buyer(tx, customer)
    try:
        ruled = [_credited(tx, line) or _ruled(tx, invoice, line, place, buyer) for line in lines]
        sending = _sending(tx, invoice, place, buyer)
    except UnknownTaxError as gap:
        if _is_asked(tx):
            raise refusals.tax_not_in_table(gap.place, gap.code) from None
    except StripeError:
        if _is_asked(tx):
            raise
    else:
        return Outcome(ruled, "complete", place, sending)
    return Outcome(untaxed, "failed", place)


def written(found: Outcome) -> dict[str, Any] | None:
    """What was found, for an object to keep as `_taxed`: an invoice that is made of it later bears the same tax."""

    def row(by: Taxing | None) -> dict[str, Any] | None:
        """One of its parts."""
        return None if by is None else {"rates": [rate.id for rate in by.rates], "reason": by.reason}

    if found.status != "complete":
        return None
    return {"lines": [row(by) for by in found.lines], "sending": row(found.sending)}


def _read(tx: Transaction, kept: Mapping[str, Any]) -> Outcome:
    """What an object has kept of its tax."""

    def taxing(row: Mapping[str, Any]) -> Taxing:
        """One of its parts."""
        return Taxing(tax_rates.rates(tx, row["rates"]), row["reason"])

    sending = None if kept["sending"] is None else taxing(kept["sending"])
    return Outcome([taxing(row) for row in kept["lines"]], "complete", sending=sending)


def _by_hand(tx: Transaction, ids: Sequence[str], why: str | None) -> Taxing:
    """Manual rates, of which an exempt customer pays none."""
    return Taxing(tax_rates.rates(tx, ids), why or "not_available", why is not None)


def _credited(tx: Transaction, line: Mapping[str, Any]) -> Taxing | None:
    """How a line was taxed that this one gives back: in flexible mode a credit is of what was billed. [documented]

    None where it gives nothing back, or something that has not been invoiced yet.
    """
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    back = (details.get("proration_details") or {}).get("credited_items")
    if not back:
        return None
    invoice = tx.get("invoice", back["invoice"])
    if invoice is None or _is_classic(tx, details["subscription"] or invoice["_subscription"]):
        return None
    billed = [row for row in invoice["lines"] if row["id"] in back["invoice_line_items"]]
    if not billed:
        return None
    taxes = [one for row in billed for one in row["taxes"]]
    reason = taxes[0]["taxability_reason"] if taxes else "not_available"
    ids = [one["tax_rate_details"]["tax_rate"] for one in taxes]
    return Taxing(tax_rates.rates(tx, ids), reason, reason in EXEMPT)


def _is_classic(tx: Transaction, subscription: str) -> bool:
    """Whether credits of a subscription look at its prices; one that was canceled left credits without its name."""
    return bool(tx.read("subscription", subscription)["billing_mode"]["type"] == "classic")


def _is_asked(tx: Transaction) -> bool:
    """Whether somebody waits for an answer, who can be told; the clock cannot."""
    return tx.request is not None


def _buyer(tx: Transaction, customer: Mapping[str, Any]) -> Buyer:
    """What of a customer decides."""
    ids = customer.get("_typed_tax_ids")
    if ids is None:
        ids = [row["type"] for row in tx.find("tax_id", "customer", customer["id"])]
    return Buyer(tax_rates.is_exempt(customer), frozenset(ids))


def _ruled(tx: Transaction, invoice: Mapping[str, Any], line: Mapping[str, Any], place: Place, buyer: Buyer) -> Taxing:
    """How one line is taxed, by its product's code and its price's behavior, else by the account's. [documented]"""
    details = line["pricing"]["price_details"]
    price = prices.sold(tx, details["price"], invoice["currency"])
    if line["_tax_rates"]:
        raise refusals.manual_rates_with_automatic_tax("tax_rates")
    product = tx.read("product", details["product"])
    inclusive = behavior(tx, line.get("_tax_behavior") or price["tax_behavior"], invoice["currency"], price.id)
    code = line.get("_tax_code") or product.get("tax_code") or _defaults(tx)["tax_code"]
    return _taxing(tx, place, code, buyer, inclusive=inclusive == "inclusive")


def _sending(tx: Transaction, invoice: Mapping[str, Any], place: Place, buyer: Buyer) -> Taxing | None:
    """How sending the goods is taxed, by the code of its rate."""
    cost = invoice.get("shipping_cost")
    if not cost:
        return None
    rate = tx.read("shipping_rate", cost["shipping_rate"])
    inclusive = behavior(tx, rate["tax_behavior"], invoice["currency"], rate.id) == "inclusive"
    return _taxing(tx, place, rate["tax_code"] or table.SHIPPING, buyer, inclusive=inclusive)


def _taxing(tx: Transaction, place: Place, code: str, buyer: Buyer, *, inclusive: bool) -> Taxing:
    """How a sale of one kind of goods is taxed at a place.

    Tax inside a price that is not owed stays in it: what is asked for does not change. [documented]
    """
    ruling = rulings.rule(tx, place, code, buyer)
    rate = tax_rates.of_ruling(tx, place, ruling, inclusive=inclusive)
    return Taxing([Rate(rate.id, Decimal(str(rate["percentage"])), inclusive)], ruling.reason)


def behavior(tx: Transaction, said: str | None, currency: str, price: str = "") -> str:
    """Whether tax is inside a price: as it says, else as the account's settings do. [documented]

    `inferred_by_currency` is on top in US and Canadian dollars and inside elsewhere. [documented]
    """
    default = said if said in ("exclusive", "inclusive") else _defaults(tx)["tax_behavior"]
    if default == "inferred_by_currency":
        return "exclusive" if currency in ("usd", "cad") else "inclusive"
    if default is None:
        raise refusals.tax_behavior_unspecified(price)
    return str(default)


def _defaults(tx: Transaction) -> Mapping[str, Any]:
    """The account's defaults, as far as it has any."""
    found = tx.get(rulings.SETTINGS, rulings.SETTINGS_ID)
    return {"tax_behavior": None, "tax_code": table.UNTAXED, **({} if found is None else found["defaults"])}


# --- what it says of the whole ---------------------------------------------------------------------------------------


def status(invoice: Mapping[str, Any], found: Outcome) -> dict[str, Any]:
    """The member with the status of what was worked out last; nothing where it is not automatic."""
    if found.status is None:
        return {}
    return {"automatic_tax": {**invoice["automatic_tax"], "status": found.status}}


@dataclass(frozen=True, slots=True)
class Shipping:
    """What sending costs with its tax and without, its taxes, and the members that tell of it."""

    total: int = 0
    net: int = 0
    taxes: Sequence[Mapping[str, Any]] = ()
    members: Mapping[str, Any] = field(default_factory=dict)


def shipping(invoice: Mapping[str, Any], found: Outcome) -> Shipping:
    """What sending goods costs: it bears no manual tax, and automatic tax by its rate's code. [documented]

    `amount_shipping` is without the tax on top, which is among the taxes, as on a Checkout Session. [inferred]
    """
    cost = invoice.get("shipping_cost")
    if not cost:
        amount = invoice.get("amount_shipping", 0)
        return Shipping(amount, amount)
    amount = cost["amount_subtotal"]
    added = inside = 0
    taxes: list[dict[str, Any]] = []
    if found.sending is not None:
        taxed = tax(amount, found.sending.rates)
        added, inside = taxed.exclusive, taxed.inclusive
        taxes = rows(taxed, found.sending.reason)
    reckoned = {**cost, "amount_tax": added + inside, "amount_total": amount + added, "_taxes": taxes}
    members = {"amount_shipping": amount, "shipping_cost": reckoned}
    return Shipping(amount + added, amount - inside, taxes, members)


def rows(taxed: Taxed, reason: str) -> list[dict[str, Any]]:
    """Taxes as a line shows them. [recorded; the reason of a manual rate documented]"""
    return [
        {
            "amount": one.amount,
            "tax_behavior": "inclusive" if one.inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": one.rate},
            "taxability_reason": reason,
            "taxable_amount": 0 if reason in UNTAXED else one.taxable,
            "type": "tax_rate_details",
        }
        for one in taxed.taxes
    ]


def by_id(taxes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same as sessions, quotes and what sending costs have them, with the id of each rate."""
    names = ("amount", "taxability_reason", "taxable_amount")
    return [{**{name: one[name] for name in names}, "rate": one["tax_rate_details"]["tax_rate"]} for one in taxes]


def whole(tx: Transaction, kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """These with their rates whole, as they show when asked for. [documented]"""
    return [{**row, "rate": shaped("tax_rate", tx.read("tax_rate", row["rate"]))} for row in kept]


def of_sending(tx: Transaction, owner: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """`shipping_cost.taxes`: what each tax rate comes to, of what sending costs. [documented]"""
    cost = owner.get("shipping_cost")
    return None if not cost else whole(tx, by_id(cost.get("_taxes", ())))
