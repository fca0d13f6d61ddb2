"""Tax on what is sold outside of invoices, before it is sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pinstripe import errors
from pinstripe.billing.tax import Rate, tax
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.customers import tax_id_formats
from pinstripe.resources.customers import tax_ids as customer_tax_ids
from pinstripe.resources.discounts.tax_rates import is_exempt
from pinstripe.resources.resource import Call, named
from pinstripe.resources.taxes import outcomes, rulings, table
from pinstripe.resources.taxes.rulings import Buyer, UnknownTaxError
from pinstripe.wire import pages
from pinstripe.world import Object, Transaction

CALCULATION, CALCULATED = "tax.calculation", "tax.calculation_line_item"
EXPIRY = 90 * 86_400
"""A calculation can be recorded for ninety days. [documented]"""

Part = Mapping[str, Any]
"""Tax on one amount: what a line's breakdown says, and whether it is inside the amount."""

# --- where and how much ----------------------------------------------------------------------------------------------


def _settings(tx: Transaction) -> Mapping[str, Any]:
    """The account's settings, which must be complete. [documented]"""
    settings = rulings.settings(tx)
    if settings is None:
        raise refusals.tax_not_set_up()
    return settings


def _destination(call: Call, members: Members) -> Mapping[str, Any]:
    """The customer's details as they are shown, with the address that decides. [documented]"""
    said = dict(members.get("customer_details") or {})
    if not said and "customer" in call.params:
        customer = named(call.tx, "customer", call.params.get("customer"), "customer")
        shipping = (customer.get("shipping") or {}).get("address")
        said = {
            "address": shipping or customer.get("address"),
            "address_source": "shipping" if shipping else "billing",
            "ip_address": None,
            "tax_ids": customer_tax_ids.on_invoice(call.tx, customer),
            "taxability_override": is_exempt(customer) or "none",
        }
    address = said.get("address")
    if address is None or not address.get("country"):
        raise errors.missing_parameter("customer_details[address][country]")
    for place, row in enumerate(said.get("tax_ids") or ()):
        if not tax_id_formats.fits(row["type"], row["value"]):
            raise refusals.tax_id_invalid(row["type"], f"customer_details[tax_ids][{place}][value]")
    return {"tax_ids": [], "taxability_override": "none", **said}


def _rated(call: Call, customer: Mapping[str, Any], code: str) -> tuple[Decimal, str]:
    """The rate in per cent for one kind of goods, and the reason in Stripe's word."""
    override = customer["taxability_override"]
    buyer = Buyer(None if override == "none" else override, frozenset(row["type"] for row in customer["tax_ids"]))
    try:
        ruling = rulings.rule(call.tx, customer["address"], code, buyer)
    except UnknownTaxError as gap:
        raise refusals.tax_not_in_table(gap.place, gap.code) from None
    return ruling.percentage, ruling.reason


def _part(call: Call, customer: Mapping[str, Any], amount: int, behavior: str, code: str) -> Part:
    """The tax on one amount, as on the line of an invoice."""
    rate, reason = _rated(call, customer, code)
    inclusive = behavior == "inclusive"
    (found,) = tax(amount, [Rate("", rate, inclusive)]).taxes
    taxable = 0 if reason in outcomes.UNTAXED else found.taxable
    return {"amount": found.amount, "inclusive": inclusive, "rate": rate, "reason": reason, "taxable": taxable}


def _percent(rate: Decimal) -> str:
    """A rate as Stripe writes it: `20.0`, `25.5`. [sample]"""
    return f"{rate:.1f}" if rate == rate.quantize(Decimal("0.1")) else str(rate)


def _breakdown(address: Mapping[str, Any], parts: Sequence[Part]) -> list[Mapping[str, Any]]:
    """The taxes of a calculation, equal ones added up."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for part in parts:
        row = sums[part["rate"], part["reason"], part["inclusive"]]
        row[0] += part["amount"]
        row[1] += part["taxable"]
    country = address["country"]
    return [
        {
            "amount": amount,
            "inclusive": inclusive,
            "tax_rate_details": {
                "country": country,
                "flat_amount": None,
                "percentage_decimal": _percent(rate),
                "rate_type": "percentage" if reason == "standard_rated" else None,
                "state": address.get("state") if country in table.BY_STATE else None,
                "tax_type": table.kind_of_tax(country),
            },
            "taxability_reason": reason,
            "taxable_amount": taxable,
        }
        for (rate, reason, inclusive), (amount, taxable) in sums.items()
    ]


# --- calculations ----------------------------------------------------------------------------------------------------


def _calculate(call: Call, members: Members) -> None:
    """Reckon every line and the shipping, and add them up."""
    settings = _settings(call.tx)
    customer = _destination(call, members)
    default = settings["defaults"]["tax_code"]
    parts: list[Part] = []
    lines: list[dict[str, Any]] = []
    for number, params in enumerate(call.params.hashes("line_items"), 1):
        said = params.pick("amount", "quantity", "reference", "tax_behavior", "tax_code", "product", "metadata")
        if "product" in said:
            product = named(call.tx, "product", said["product"], params.name("product"))
            said.setdefault("tax_code", product.get("tax_code") or default)
        row = {"quantity": 1, "reference": f"L{number}", "tax_behavior": "exclusive", "tax_code": default, **said}
        _positive(row["amount"], params.name("amount"))
        part = _part(call, customer, row["amount"], row["tax_behavior"], row["tax_code"])
        row["amount_tax"] = part["amount"]
        lines.append(row)
        parts.append(part)
    members |= {"customer_details": customer, "_lines": lines, "shipping_cost": None}
    if "shipping_cost" in call.params:
        shipping, part = _shipping(call, customer)
        members["shipping_cost"] = shipping
        parts.append(part)
    exclusive = sum(part["amount"] for part in parts if not part["inclusive"])
    shipped = (members["shipping_cost"] or {"amount": 0})["amount"]
    members |= {
        "amount_total": sum(line["amount"] for line in lines) + shipped + exclusive,
        "expires_at": call.tx.now() + EXPIRY,
        "tax_amount_exclusive": exclusive,
        "tax_amount_inclusive": sum(part["amount"] for part in parts if part["inclusive"]),
        "tax_breakdown": _breakdown(customer["address"], parts),
    }
    members.setdefault("tax_date", call.tx.now())
    members.pop("line_items", None)


def _positive(amount: int, param: str) -> None:
    """What is sold costs something, or nothing. [documented: positive; inferred: that nothing will do]"""
    if amount < 0:
        raise errors.too_small(param, 0)


def _shipping(call: Call, customer: Mapping[str, Any]) -> tuple[Mapping[str, Any], Part]:
    """What shipping costs, with its tax."""
    params = call.params.hash("shipping_cost")
    said = {
        "tax_behavior": "exclusive",
        "tax_code": table.SHIPPING,
        **params.pick("amount", "tax_behavior", "tax_code"),
    }
    if "amount" not in said:
        raise errors.missing_parameter("shipping_cost[amount]")
    _positive(said["amount"], params.name("amount"))
    part = _part(call, customer, said["amount"], said["tax_behavior"], said["tax_code"])
    return {**said, "amount_tax": part["amount"]}, part


def _keep_lines(call: Call, calculation: Object) -> None:
    """The lines are objects of their own."""
    for line in calculation["_lines"]:
        tx = call.tx
        tx.new(CALCULATED, {**line, "livemode": False, "_calculation": calculation.id}, id=tx.new_id("tax_li"))


def lines_of(kind: str, member: str, url: str) -> Callable[[Transaction, Object], Any]:
    """The lines of a calculation or a transaction, which it shows when asked, in their order."""

    def include(tx: Transaction, owner: Object) -> Any:
        """The first ten."""
        rows = tx.find(kind, member, owner.id)
        shown = [tx.world.render(tx, row) for row in rows[: pages.DEFAULT_LIMIT]]
        return pages.envelope(f"{url}/{owner.id}/line_items", shown, len(rows) > len(shown))

    return include


CALCULATIONS = Noun(
    CALCULATION,
    "taxcalc",
    "/v1/tax/calculations",
    check=_calculate,
    after=_keep_lines,
    includes={"line_items": lines_of(CALCULATED, "_calculation", "/v1/tax/calculations")},
)
CALCULATED_LINES = Noun(
    CALCULATED, "tax_li", "/v1/tax/calculations/{}/line_items", parents={CALCULATION: "_calculation"}
)

NOUNS = (CALCULATIONS, CALCULATED_LINES)
