"""What older versions say beside the newest, a row for every rung that lowers, and the bodies they are shown on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def invoice(**members: Any) -> dict[str, Any]:
    """An invoice of the newest shape, as far as rungs look at it."""
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_paid": 0,
        "attempted": False,
        "discounts": [],
        "parent": None,
        "status": "open",
        "total_taxes": [],
        **members,
    }


def line(**details: Any) -> dict[str, Any]:
    """A line that a subscription item made."""
    made = {"invoice_item": None, "proration": False, "subscription": "sub_1", "subscription_item": "si_1", **details}
    return {
        "object": "line_item",
        "amount": 1200,
        "parent": {"subscription_item_details": made, "type": "subscription_item_details"},
        "pricing": {"price_details": {"price": "price_1"}, "unit_amount_decimal": "600"},
        "quantity": 2,
        "taxes": [],
    }


TAX = {
    "amount": 200,
    "tax_behavior": "inclusive",
    "tax_rate_details": {"tax_rate": "txr_1"},
    "taxability_reason": "not_available",
    "taxable_amount": 1000,
}
ITEMS = {"data": [{"current_period_start": 1, "current_period_end": 9}]}
ENTRY = {"object": "invoiceitem", "pricing": {"price_details": {"price": "price_1"}, "unit_amount_decimal": "600"}}
OWNER = {"subscription_details": {"subscription": "sub_1", "subscription_item": "si_1", "metadata": {"a": "b"}}}
CARD = {"authorization_code": "123456", "checks": {"cvc_check": "pass"}}
UNCHECKED = {"authorization_code": "123456", "checks": {"cvc_check": None}}


def charged(method: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """A charge of a card."""
    return {
        "object": "charge",
        "id": "ch_1",
        "payment_method": method,
        "payment_method_details": {"card": card, "type": "card"},
    }


# Every rung that lowers, and what an older version says beside what the newest does.
LOWERED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "CollectShippingDetails",
        "2025-02-24.acacia",
        {"object": "checkout.session", "collected_information": {"shipping_details": {"name": "Ada"}}, "ui_mode": "x"},
        {"shipping_details": {"name": "Ada"}},
    ),
    (
        "RenameShippingOfSessions",
        "2020-08-27",
        {"object": "checkout.session", "collected_information": {"shipping_details": {"name": "Ada"}}, "ui_mode": "x"},
        {"shipping": {"name": "Ada"}, "shipping_details": None},
    ),
    (
        "RenameUiModes",
        "2026-02-25.clover",
        {"object": "checkout.session", "ui_mode": "elements"},
        {"ui_mode": "custom"},
    ),
    (
        "NameTheSourceOfADiscount",
        "2025-08-27.basil",
        {"object": "discount", "source": {"coupon": "half", "type": "coupon"}},
        {"coupon": {"id": "half", "object": "coupon", "percent_off": 50}},
    ),
    (
        "NameWhatACodePromotes",
        "2025-08-27.basil",
        {"object": "promotion_code", "promotion": {"coupon": "half", "type": "coupon"}},
        {"coupon": {"id": "half", "object": "coupon", "percent_off": 50}},
    ),
    (
        "MovePeriodsToItems",
        "2025-02-24.acacia",
        {"object": "subscription", "discounts": [], "items": ITEMS},
        {"current_period_start": 1, "current_period_end": 9, "discount": None},
    ),
    (
        "StackDiscounts",
        "2025-02-24.acacia",
        {"object": "subscription", "discounts": ["di_1"], "items": ITEMS},
        {
            "discount": {
                "id": "di_1",
                "object": "discount",
                "coupon": {"id": "half", "object": "coupon", "percent_off": 50},
                "source": {"coupon": "half", "type": "coupon"},
            }
        },
    ),
    (
        "GiveLinesAParent",
        "2025-02-24.acacia",
        line(),
        {"type": "subscription", "proration": False, "subscription": "sub_1", "subscription_item": "si_1"},
    ),
    (
        "GiveLinesAParent",
        "2025-02-24.acacia",
        line(invoice_item="ii_1", proration=True),
        {"type": "invoiceitem", "proration": True, "invoice_item": "ii_1", "subscription_item": "si_1"},
    ),
    (
        "GiveLinesAPricing",
        "2025-02-24.acacia",
        line(),
        {
            "plan": {"id": "price_1", "object": "plan", "aggregate_usage": "max"},
            "price": {
                "id": "price_1",
                "object": "price",
                "recurring": {"interval": "month", "_aggregate_usage": "max", "aggregate_usage": "max"},
                "type": "recurring",
            },
        },
    ),
    ("GiveLinesAPricing", "2025-02-24.acacia", ENTRY, {"unit_amount": 600, "unit_amount_decimal": "600"}),
    (
        "GiveInvoiceItemsAParent",
        "2025-02-24.acacia",
        {**ENTRY, "parent": OWNER},
        {"subscription": "sub_1", "subscription_item": "si_1"},
    ),
    ("GiveInvoiceItemsAParent", "2025-02-24.acacia", {**ENTRY, "parent": None}, {"subscription": None}),
    (
        "NameTaxesOfLines",
        "2025-02-24.acacia",
        line(),
        {"amount_excluding_tax": 1200, "unit_amount_excluding_tax": "600", "tax_amounts": [], "tax_rates": []},
    ),
    (
        "NameTaxesOfLines",
        "2025-02-24.acacia",
        {**line(), "taxes": [TAX]},
        {
            "amount_excluding_tax": 1000,
            "unit_amount_excluding_tax": "500",
            "tax_rates": [{"id": "txr_1", "object": "tax_rate", "percentage": 20}],
            "tax_amounts": [
                {
                    "amount": 200,
                    "inclusive": True,
                    "tax_rate": "txr_1",
                    "taxability_reason": None,
                    "taxable_amount": 1000,
                }
            ],
        },
    ),
    (
        "PayInvoicesByInvoicePayments",
        "2025-02-24.acacia",
        invoice(status="draft"),
        {"payment_intent": None, "charge": None, "paid": False, "paid_out_of_band": False},
    ),
    ("PayInvoicesByInvoicePayments", "2025-02-24.acacia", invoice(), {"payment_intent": "pi_1", "charge": None}),
    (
        "PayInvoicesByInvoicePayments",
        "2025-02-24.acacia",
        invoice(attempted=True, status="paid", amount_paid=5),
        {"payment_intent": "pi_1", "charge": "ch_1", "paid": True, "paid_out_of_band": False},
    ),
    (
        "PayInvoicesByInvoicePayments",
        "2025-02-24.acacia",
        {"object": "charge", "payment_intent": "pi_1"},
        {"invoice": "in_1"},
    ),
    (
        "GiveInvoicesAParent",
        "2025-02-24.acacia",
        invoice(parent=OWNER),
        {"subscription": "sub_1", "subscription_details": {"metadata": {"a": "b"}}, "quote": None},
    ),
    (
        "LinkSeveralRefunds",
        "2025-02-24.acacia",
        {"object": "credit_note", "refunds": [{"refund": "re_1"}, {"refund": "re_2"}]},
        {"refund": "re_1"},
    ),
    ("LinkSeveralRefunds", "2025-02-24.acacia", {"object": "credit_note", "refunds": []}, {"refund": None}),
    (
        "LetGoWithoutARefund",
        "2025-02-24.acacia",
        {"id": "pi_2", "object": "payment_intent", "cancellation_reason": "expired"},
        {"cancellation_reason": "automatic"},
    ),
    (
        "LetGoWithoutARefund",
        "2025-02-24.acacia",
        {
            "object": "charge",
            "amount": 1000,
            "amount_captured": 700,
            "amount_refunded": 200,
            "captured": True,
            "refunded": False,
            "status": "succeeded",
        },
        {"amount_refunded": 500, "refunded": False},
    ),
    (
        "NameTaxesOfCreditNotes",
        "2025-02-24.acacia",
        {"object": "credit_note_line_item", "amount": 1200, "quantity": 2, "taxes": [TAX]},
        {
            "amount_excluding_tax": 1000,
            "unit_amount_excluding_tax": "500",
            "tax_rates": [{"id": "txr_1", "object": "tax_rate", "percentage": 20}],
        },
    ),
    (
        "StackDiscountsOfPhases",
        "2025-02-24.acacia",
        {"object": "subscription_schedule", "phases": [{"discounts": [{"coupon": "half"}]}, {"discounts": []}]},
        {
            "phases": [
                {"discounts": [{"coupon": "half"}], "coupon": "half"},
                {"discounts": [], "coupon": None},
            ]
        },
    ),
    ("NameTaxesOfInvoices", "2025-02-24.acacia", invoice(), {"tax": None, "total_tax_amounts": []}),
    ("NameTaxesOfInvoices", "2025-02-24.acacia", invoice(total_taxes=[TAX]), {"tax": 200}),
    ("MeterUsage", "2025-02-24.acacia", {"object": "plan", "id": "plan_2"}, {"aggregate_usage": None}),
    ("RenameRenderingOptions", "2023-10-16", invoice(), {"rendering_options": None}),
    (
        "RenameRenderingOptions",
        "2023-10-16",
        invoice(rendering={"amount_tax_display": "exclude_tax"}),
        {"rendering_options": {"amount_tax_display": "exclude_tax"}},
    ),
    (
        "RenameFeaturesOfProducts",
        "2023-10-16",
        {"object": "product", "marketing_features": [{"name": "Fast"}]},
        {"features": [{"name": "Fast"}]},
    ),
    (
        "RenameTheCurrencyOfCustomers",
        "2020-08-27",
        {"object": "customer", "currency": "usd"},
        {"default_currency": "usd"},
    ),
    (
        "KnowCustomersBeforeTheyPay",
        "2020-08-27",
        {
            "object": "checkout.session",
            "status": "open",
            "ui_mode": "x",
            "collected_information": None,
            "customer_details": {"email": "a@b.c"},
        },
        {"customer_details": None},
    ),
    (
        "KnowCustomersBeforeTheyPay",
        "2020-08-27",
        {
            "object": "checkout.session",
            "status": "complete",
            "ui_mode": "x",
            "collected_information": None,
            "customer_details": {"email": "a@b.c"},
        },
        {"customer_details": {"email": "a@b.c"}},
    ),
    (
        "CheckCodesOfNamedCards",
        "2023-08-16",
        {"object": "payment_method", "id": "pm_named", "card": CARD},
        {"card": UNCHECKED},
    ),
    (
        "CheckCodesOfNamedCards",
        "2023-08-16",
        {"object": "payment_method", "id": "pm_numbered", "card": CARD},
        {"card": CARD},
    ),
    (
        "CheckCodesOfNamedCards",
        "2023-08-16",
        charged("pm_named", CARD),
        charged("pm_named", {**UNCHECKED, "authorization_code": None}),
    ),
    (
        "TellAuthorizationCodes",
        "2025-08-27.basil",
        charged("pm_named", CARD),
        charged("pm_named", {**CARD, "authorization_code": None}),
    ),
    (
        "TellTypesOfRefusedMethods",
        "2025-11-17.clover",
        {"object": "payment_intent", "last_payment_error": {"code": "expired_card", "payment_method_type": "card"}},
        {"last_payment_error": {"code": "expired_card"}},
    ),
    (
        "NameOrdersInFull",
        "2026-08-26.dahlia",
        {"object": "payment_intent", "payment_details": {"order_reference": "in_1ExampleExampleExample77"}},
        {"payment_details": {"order_reference": "in_1ExampleExampleExample"}},
    ),
]
