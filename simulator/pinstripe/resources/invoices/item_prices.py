"""What an invoice item comes to: the price behind it, in its currency, and how many."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pinstripe import errors
from pinstripe.billing.money import decimal_text, parse_decimal, round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.catalog import currency_options, custom_amounts, prices, product_taxes
from pinstripe.resources.params import Params
from pinstripe.resources.resource import merged_metadata, named
from pinstripe.world import Object, Transaction


def quantity_of(params: Params, usual: Decimal) -> Decimal:
    """How many, in either spelling; `quantity` shows the whole ones. [SDK types]"""
    exact = params.get("quantity_decimal")
    if exact is None:
        whole = Decimal(params.get("quantity", usual))
        if whole < 0:
            raise errors.too_small(params.name("quantity"), 0)
        return whole
    if "quantity" in params:
        raise errors.only_one_parameter([params.name("quantity"), params.name("quantity_decimal")], "quantity")
    try:
        quantity = parse_decimal(str(exact))
    except ValueError:
        raise refusals.invalid_decimal(params.name("quantity_decimal"), str(exact)) from None
    if quantity < 0:
        raise errors.too_small(params.name("quantity_decimal"), 0)
    return quantity


def money(tx: Transaction, params: Params, quantity: Decimal, usual: str) -> tuple[Object, Decimal, int]:
    """The price behind an item, its unit amount, and what the item comes to; `usual` is the currency unsaid."""
    given = params.hash("pricing").get("price")
    if given is not None:
        price = named(tx, "price", given, "pricing[price]")
        if price["type"] != "one_time":
            raise refusals.price_is_recurring("pricing[price]")
        price = in_currency(price, (params.get("currency") or _usual(price, usual)).lower(), "pricing[price]")
        unit = Decimal(price["unit_amount_decimal"])
    else:
        unit, product = unit_amount_of(params)
        if quantity != 1 and "amount" in params:
            raise refusals.amount_and_quantity(params.name("amount"))
        currency = params.get("currency") or params.hash("price_data").get("currency") or usual
        price = hidden_price(tx, currency.lower(), unit, params, product)
    return price, unit, times(unit, quantity)


def in_currency(price: Object, currency: str, param: str) -> Object:
    """A price as it is sold in a currency; 400 where it is not."""
    custom_amounts.require_said(price, param)
    sold = currency_options.in_currency(price, currency)
    if sold is None:
        raise refusals.option_missing(price.id, currency, param)
    return sold


def _usual(price: Object, usual: str) -> str:
    """The currency unsaid: the customer's or the invoice's where the price has it, else the price's own. [inferred]"""
    return usual if usual in currency_options.currencies(price) else str(price["currency"])


def times(unit: Decimal, quantity: Decimal) -> int:
    """What so many come to. [inferred: halves up]"""
    return round_half_up(Fraction(unit) * Fraction(quantity))


def unit_amount_of(params: Params) -> tuple[Decimal, str | None]:
    """What one unit costs by the parameters, and the product they name."""
    data = params.hash("price_data")
    if params.get("amount") is not None:
        return Decimal(params.get("amount")), None
    for source, product in ((params, None), (data, data.get("product"))):
        exact = source.get("unit_amount_decimal")
        if exact is not None:
            try:
                return parse_decimal(str(exact)), product
            except ValueError:
                raise refusals.invalid_decimal(source.name("unit_amount_decimal"), str(exact)) from None
    if data.get("unit_amount") is not None:
        return Decimal(data.get("unit_amount")), data.get("product")
    raise errors.missing_parameter("amount")


def hidden_price(tx: Transaction, currency: str, unit: Decimal, params: Params, product_id: str | None) -> Object:
    """The inactive one-time price Stripe makes for a bare amount. [recorded]

    So is the product that a line brings along. [inferred]
    """
    brought = params.hash("price_data").hash("product_data")
    if product_id is not None:
        product = named(tx, "product", product_id, "price_data[product]")
    elif brought:
        product = prices.new_product(
            tx,
            brought.get("name"),
            active=False,
            metadata=merged_metadata({}, brought),
            **brought.pick("description", "images", "unit_label"),
            **product_taxes.members(brought),
        )
    else:
        product = prices.new_product(tx, params.get("description") or "Invoice item", active=False)
    whole = int(unit) if unit == unit.to_integral_value() else None
    behavior = params.hash("price_data").get("tax_behavior") or "unspecified"
    return prices.new_price(tx, product, currency, whole, decimal_text(unit), active=False, tax_behavior=behavior)
