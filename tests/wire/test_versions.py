"""API versions: which are served, what requests ask for, and what older requests read like in the newest words."""

from __future__ import annotations

import pytest

from pinstripe.errors import StripeError
from pinstripe.wire import versions
from pinstripe.wire.forms import Tree
from pinstripe_contracts import parse
from pinstripe_contracts.types import Hash

NEWEST, OLDEST = versions.SERVED[0], versions.SERVED[-1]
UPDATE = "POST /v1/subscriptions/{subscription_exposed_id}"
RESUME = "POST /v1/subscriptions/{subscription}/resume"
PREVIEW = "POST /v1/invoices/create_preview"
SUBSCRIBE = "POST /v1/subscriptions"
CODES = "POST /v1/promotion_codes"
INTEND = "POST /v1/payment_intents"
BILL = "POST /v1/invoices"
CARD: dict[str, Tree] = {"payment_method_types": ["card"]}


# Every rung that lifts, and what a request of the version before it becomes.
LIFTED: list[tuple[str, str, str, dict[str, Tree], dict[str, Tree]]] = [
    (
        "TakeNegativeValues",
        "2024-12-18.acacia",
        "POST /v1/billing/meter_events",
        {"event_name": "a"},
        {"event_name": "a", "_value_rules": "natural"},
    ),
    (
        "TakeFractions",
        "2025-12-15.clover",
        "POST /v1/billing/meter_events",
        {"event_name": "a"},
        {"event_name": "a", "_value_rules": "whole"},
    ),
    (
        "LimitDigits",
        "2026-03-25.dahlia",
        "POST /v1/billing/meter_events",
        {"event_name": "a"},
        {"event_name": "a", "_value_rules": "long"},
    ),
    (
        "AlignSummaries",
        "2025-02-24.acacia",
        "GET /v1/billing/meters/{id}/event_summaries",
        {"start_time": "1", "end_time": "1801396801"},
        {"start_time": "0", "end_time": "1801396860"},
    ),
    (
        "LinkSeveralRefunds",
        "2025-02-24.acacia",
        "POST /v1/credit_notes",
        {"invoice": "in_1", "refund": "re_1"},
        {"invoice": "in_1", "refunds": [{"refund": "re_1"}]},
    ),
    (
        "StackDiscountsOfPhases",
        "2025-02-24.acacia",
        "POST /v1/subscription_schedules",
        {"from_subscription": "1", "phases": [{"coupon": "half"}, {"coupon": ""}]},
        {"from_subscription": "1", "phases": [{"discounts": [{"coupon": "half"}]}, {"discounts": ""}]},
    ),
    (
        "UnifyBillingCycleAnchor",
        "2026-08-26.dahlia",
        UPDATE,
        {"billing_cycle_anchor": "now", "items": [{"price": "price_1"}]},
        {"billing_cycle_anchor": {"type": "now"}, "items": [{"price": "price_1"}]},
    ),
    (
        "UnifyBillingCycleAnchor",
        "2025-09-30.clover",
        RESUME,
        {"billing_cycle_anchor": "unchanged"},
        {"billing_cycle_anchor": {"type": "unchanged"}},
    ),
    (
        "UnifyBillingCycleAnchor",
        "2026-02-25.clover",
        PREVIEW,
        {"subscription_details": {"billing_cycle_anchor": "1801396800"}},
        {"subscription_details": {"billing_cycle_anchor": {"type": "timestamp", "timestamp": "1801396800"}}},
    ),
    (
        "NameAllowedPaymentMethodTypes",
        "2026-08-26.dahlia",
        INTEND,
        CARD,
        {"allowed_payment_method_types": ["card"]},
    ),
    (
        "RenameUiModes",
        "2026-02-25.clover",
        "POST /v1/checkout/sessions",
        {"ui_mode": "embedded"},
        {"ui_mode": "embedded_page"},
    ),
    (
        "NameWhatACodePromotes",
        "2025-08-27.basil",
        CODES,
        {"coupon": "half", "code": "FRIEND"},
        {"code": "FRIEND", "promotion": {"type": "coupon", "coupon": "half"}},
    ),
    ("DefaultToFlexibleBilling", "2025-08-27.basil", SUBSCRIBE, {}, {"billing_mode": {"type": "classic"}}),
    (
        "StackDiscounts",
        "2025-02-24.acacia",
        UPDATE,
        {"coupon": "half"},
        {"discounts": [{"coupon": "half"}]},
    ),
    ("StackDiscounts", "2025-02-24.acacia", UPDATE, {"promotion_code": ""}, {"discounts": ""}),
    (
        "GiveLinesAPricing",
        "2025-02-24.acacia",
        "POST /v1/invoiceitems",
        {"price": "price_1", "unit_amount": "7", "quantity": "2"},
        {"pricing": {"price": "price_1"}, "unit_amount_decimal": "7", "quantity": "2"},
    ),
    (
        "MeterUsage",
        "2025-02-24.acacia",
        "POST /v1/prices",
        {"recurring": {"interval": "month", "usage_type": "metered"}},
        {"recurring": {"aggregate_usage": "sum", "interval": "month", "usage_type": "metered"}},
    ),
    (
        "MeterUsage",
        "2025-02-24.acacia",
        "POST /v1/plans",
        {"usage_type": "metered", "aggregate_usage": "max"},
        {"usage_type": "metered", "aggregate_usage": "max"},
    ),
    (
        "RenameRenderingOptions",
        "2023-10-16",
        BILL,
        {"rendering_options": {"amount_tax_display": "exclude_tax"}},
        {"rendering": {"amount_tax_display": "exclude_tax"}},
    ),
    (
        "RenameFeaturesOfProducts",
        "2023-10-16",
        "POST /v1/products",
        {"features": [{"name": "Fast"}]},
        {"marketing_features": [{"name": "Fast"}]},
    ),
    (
        "TakeDescriptorsOfCards",
        "2020-08-27",
        "POST /v1/payment_intents/{intent}",
        {"statement_descriptor": "Weather"},
        {"statement_descriptor": "Weather", "_takes_any_descriptor": "true"},
    ),
    (
        "AskForCapabilities",
        "2023-10-16",
        "POST /v1/accounts",
        {"requested_capabilities": {"0": "card_payments"}, "capabilities": {"transfers": {"requested": "true"}}},
        {"capabilities": {"card_payments": {"requested": "true"}, "transfers": {"requested": "true"}}},
    ),
    (
        "CaptureAsynchronously",
        "2023-10-16",
        INTEND,
        {"automatic_payment_methods": {"enabled": "true"}},
        {"automatic_payment_methods": {"enabled": "true"}, "capture_method": "automatic"},
    ),
    (
        "PayWithAnythingEnabled",
        "2022-11-15",
        INTEND,
        {"capture_method": "manual"},
        {"capture_method": "manual", "automatic_payment_methods": {"enabled": "false"}},
    ),
    (
        "LeavePendingItemsAlone",
        "2020-08-27",
        BILL,
        {"customer": "cus_1"},
        {"customer": "cus_1", "pending_invoice_items_behavior": "include_and_require"},
    ),
]


UNTOUCHED: list[tuple[str, str, dict[str, Tree]]] = [
    ("2026-08-26.dahlia", UPDATE, {"metadata": {"billing_cycle_anchor": "now"}}),
    ("2026-08-26.dahlia", PREVIEW, {"customer": "cus_1"}),
    ("2026-08-26.dahlia", "POST /v1/subscriptions", {"billing_cycle_anchor": "1801396800"}),
    ("2026-09-30.endive", UPDATE, {"billing_cycle_anchor": "now"}),
    ("2025-09-30.clover", SUBSCRIBE, {"customer": "cus_1"}),
    ("2025-08-27.basil", SUBSCRIBE, {"billing_mode": {"type": "flexible"}}),
    ("2025-02-24.acacia", "POST /v1/prices", {"recurring": {"interval": "month", "meter": "mtr_1"}}),
    ("2022-11-15", INTEND, {"capture_method": "manual", "automatic_payment_methods": {"enabled": "true"}}),
    ("2020-08-27", BILL, {"customer": "cus_1", "pending_invoice_items_behavior": "exclude"}),
]


def test_every_release_since_2020_is_served() -> None:
    """The releases that official SDKs were made for, newest first."""
    assert list(versions.SERVED) == sorted(versions.SERVED, reverse=True)
    assert (NEWEST, OLDEST) == ("2026-10-28.endive", "2020-08-27")
    assert [
        len([row for row in versions.SERVED if name in row]) for name in ("dahlia", "clover", "basil", "acacia")
    ] == [
        6,
        6,
        6,
        6,
    ]
    assert versions.SERVED[-7:] == (
        "2024-06-20",
        "2024-04-10",
        "2023-10-16",
        "2023-08-16",
        "2022-11-15",
        "2022-08-01",
        "2020-08-27",
    )


@pytest.mark.parametrize("header, version", [(None, NEWEST), ("", NEWEST), *((v, v) for v in versions.SERVED)])
def test_a_header_names_the_version(header: str | None, version: str) -> None:
    """Without a header the account's version speaks."""
    assert versions.of_request(header) == version


@pytest.mark.parametrize("header", ["2020-03-02", "2024-04-03", "2026-10-28", "2026-10-28.endive ", "latest"])
def test_a_version_that_is_not_served_is_refused(header: str) -> None:
    """A wrong shape would be a lie."""
    with pytest.raises(StripeError, match="Invalid Stripe API version"):
        versions.of_request(header)


@pytest.mark.parametrize("rung, version, operation, given, lifted", LIFTED)
def test_an_older_request_is_lifted(
    rung: str, version: str, operation: str, given: dict[str, Tree], lifted: dict[str, Tree]
) -> None:
    """What was written the older way reads the newest way."""
    assert rung in {type(step).__name__ for step in versions.LADDER.rungs_above(version)}
    told = versions.lift(operation, given, version)
    assert {name: value for name, value in told.items() if name != "_sells_records"} == lifted


@pytest.mark.parametrize("version, operation, given", UNTOUCHED)
def test_what_no_change_concerns_stays(version: str, operation: str, given: dict[str, Tree]) -> None:
    """Other parameters, other operations and newer versions are left alone."""
    assert versions.lift(operation, given, version) == given


@pytest.mark.parametrize(
    "operation, given, message",
    [
        (UPDATE, {"billing_cycle_anchor": {"type": "now"}}, 'Invalid string: {:type=>"now"}'),
        (UPDATE, {"billing_cycle_anchor": "later"}, "Invalid billing_cycle_anchor: must be one of now or unchanged"),
        (UPDATE, {"billing_cycle_anchor": "1801396800"}, "Invalid billing_cycle_anchor: must be one of now or"),
        (UPDATE, {"billing_cycle_anchor": ""}, "You passed an empty string for 'billing_cycle_anchor'."),
        (
            PREVIEW,
            {"subscription_details": {"billing_cycle_anchor": "soon"}},
            "Invalid subscription_details[billing_cycle_anchor]: must be one of",
        ),
    ],
)
def test_an_older_version_refuses_the_newer_words(operation: str, given: dict[str, Tree], message: str) -> None:
    """An older version knows only its own way of writing, and refuses it with its own name."""
    with pytest.raises(StripeError) as refusal:
        versions.lift(operation, given, "2026-08-26.dahlia")
    assert refusal.value.message.startswith(message)


def test_the_upcoming_invoice_is_a_preview() -> None:
    """The operation is there for those who know no other, and its parameters read as a preview's."""
    assert versions.find_older("GET", "/v1/invoices/upcoming", "2025-03-31.basil") is None
    found = versions.find_older("GET", "/v1/invoices/upcoming/", "2025-02-24.acacia")
    assert found is not None
    operation, ids = found
    assert (operation.served_by, ids) == (PREVIEW, {})
    given: dict[str, Tree] = {"customer": "cus_1", "subscription_items": [{"id": "si_1"}], "coupon": "half"}
    translated = versions.translated(operation, given, ids)
    assert versions.lift(PREVIEW, translated, "2025-02-24.acacia") == {
        "customer": "cus_1",
        "subscription_details": {"billing_mode": {"type": "classic"}, "items": [{"id": "si_1"}]},
        "discounts": [{"coupon": "half"}],
        "_sells_records": "true",
    }


def test_usage_records_have_parameters_of_their_own() -> None:
    """What no operation serves any more says itself what it takes."""
    found = versions.find_older("POST", "/v1/subscription_items/si_1/usage_records", "2023-10-16")
    assert found is not None
    operation, ids = found
    assert ids == {"subscription_item": "si_1"}
    assert {"action", "quantity", "timestamp"} < set(operation.params.fields)


@pytest.mark.parametrize(
    "operation, given, version, old",
    [
        (SUBSCRIBE, "discounts[0][coupon]", "2025-02-24.acacia", "coupon"),
        (SUBSCRIBE, "discounts[0][coupon]", "2025-03-31.basil", "discounts[0][coupon]"),
        (CODES, "promotion[coupon]", "2025-08-27.basil", "coupon"),
        ("POST /v1/invoiceitems", "pricing[price]", "2023-10-16", "price"),
        (PREVIEW, "subscription_details[items][0][price]", "2023-10-16", "subscription_items[0][price]"),
        (BILL, "rendering[amount_tax_display]", "2023-10-16", "rendering_options[amount_tax_display]"),
        ("POST /v1/products", "marketing_features[0][name]", "2023-10-16", "features[0][name]"),
        (INTEND, "allowed_payment_method_types", "2026-08-26.dahlia", "payment_method_types"),
    ],
)
def test_an_error_names_what_the_caller_wrote(operation: str, given: str, version: str, old: str) -> None:
    """Parameters that were lifted go by their old names in refusals."""
    assert versions.param(operation, given, version) == old


@pytest.mark.parametrize(
    "operation, path, name, version",
    [
        ("POST /v1/prices", ("recurring",), "aggregate_usage", "2025-02-24.acacia"),
        ("POST /v1/plans", (), "aggregate_usage", "2025-02-24.acacia"),
        (UPDATE, (), "quantity", "2025-08-27.basil"),
    ],
)
def test_a_version_may_still_say_what_has_no_newer_words(
    operation: str, path: tuple[str, ...], name: str, version: str
) -> None:
    """Such a parameter is let through to the rule, at older versions only."""
    tree = parse(["hash", {"recurring?": ["hash", {"interval": "str"}]}])
    assert isinstance(tree, Hash)
    carried = versions.carried(operation, tree, version)
    assert versions.carried(operation, tree, NEWEST) == tree
    for step in path:
        inner = carried.fields[step].type
        assert isinstance(inner, Hash)
        carried = inner
    assert not carried.fields[name].required
