"""The tables of all domains."""

from pinstripe_contracts.fair import (
    checkout,
    connect,
    core,
    core_v2,
    discounts,
    invoicing,
    issuing,
    money_movement,
    payments,
    platform,
    tax_products,
    terminal,
    treasury,
    v2,
)

TABLES = [
    checkout.TABLE,
    connect.TABLE,
    core.TABLE,
    core_v2.TABLE,
    discounts.TABLE,
    invoicing.TABLE,
    issuing.TABLE,
    money_movement.TABLE,
    payments.TABLE,
    platform.TABLE,
    tax_products.TABLE,
    terminal.TABLE,
    treasury.TABLE,
    v2.TABLE,
]
