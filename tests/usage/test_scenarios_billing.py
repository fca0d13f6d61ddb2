"""The scenarios of usage billing, 8, 10, 11, 21 to 23, 25 to 27 and 32: what becomes of usage on invoices.

Each says on which facts it rests.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import NOW
from tests.resources.tale import DAY, HOUR
from tests.usage.metered import Metered

PERIOD = 28 * DAY
"""31 January to 28 February 2027."""


def test_08_usage_that_comes_after_finalization_is_never_billed() -> None:
    """Of February 100 in time, 20 into the draft's hour, 7 too late: 120 are billed, and 7 never.

    Rests on the documented hour of grace, and on the statement that later usage is not included.
    """
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.use(100)
    tale.go(PERIOD + HOUR - 60)
    tale.use(20, at=PERIOD - 1)
    tale.go(PERIOD + 2 * HOUR)
    tale.use(7, at=PERIOD - 1)
    assert tale.lines() == [("120", 120)]
    tale.go(59 * DAY + 2 * HOUR)
    assert (tale.lines(), tale.lines(1)) == ([("0", 0)], [("120", 120)])
    assert tale.used() == 127


def test_10_a_rejection_may_come_after_the_invoice() -> None:
    """With reports over stretches of three hours, the error is told when the invoice is paid already.

    Rests on the documented validation windows; that Stripe's may be so long is a switch of this project.
    """
    tale = Metered(on_clock=False)
    card = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    tale.customer = tale.stripe.post("/v1/customers", card)["id"]
    tale.subscribe(tale.metered())
    tale.control("usage_settings", report_seconds=3 * HOUR)
    tale.turn(PERIOD - 60)  # 11:59, in the stretch from 9:00 to 12:00
    tale.stream(tale.event(5), tale.event("many"))
    tale.turn(PERIOD)
    tale.stream(tale.event("too many"))  # in the next one, to 15:00
    assert tale.reports() == []
    tale.turn(PERIOD + 2)
    (report,) = tale.reports()
    assert report["data"]["validation_end"] == "2027-02-28T12:00:00.000Z"
    tale.turn(PERIOD + 2 * HOUR)
    assert (tale.bill()[0], tale.lines(), len(tale.reports())) == ("paid", [("5", 5)], 1)
    tale.turn(PERIOD + 3 * HOUR + 2)
    assert [row["data"]["reason"]["error_count"] for row in tale.reports()] == [1, 1]


def test_10_a_report_speaks_of_all_errors_of_its_stretch() -> None:
    """Three calls within ten seconds, one report two seconds after them. Rests on documented samples."""
    tale = Metered(on_clock=False)
    tale.control("usage_settings", report_seconds=10)
    for at in (0, 4, 9):
        tale.turn(at)
        tale.stream(tale.event("many"), sent=f"call {at}")
    tale.turn(11)
    assert tale.reports() == []
    tale.turn(12)
    (report,) = tale.reports()
    (kind,) = report["data"]["reason"]["error_types"]
    assert report["data"]["developer_message_summary"] == "There are 3 invalid events"
    assert (report["data"]["validation_start"], report["data"]["validation_end"], report["created"]) == (
        "2027-01-31T12:00:00.000Z",
        "2027-01-31T12:00:10.000Z",
        "2027-01-31T12:00:12.000Z",
    )
    named = [sample["request"]["identifier"] for sample in kind["sample_errors"]]
    assert (kind["error_count"], named) == (3, ["call 0", "call 4", "call 9"])


@pytest.mark.parametrize("now, billed", [(False, None), (True, [("400", 400)])])
def test_11_canceling_at_once_drops_usage_unless_it_is_invoiced(*, now: bool, billed: Any) -> None:
    """400 calls: gone, or with `invoice_now` on a last invoice. Rests on the documented default of `invoice_now`."""
    tale = Metered()
    tale.subscribe(tale.metered())
    tale.use(400)
    tale.go(10 * DAY)
    tale.stripe.delete(tale.path, {"invoice_now": now})
    tale.go(PERIOD + 2 * HOUR)
    assert (tale.lines() if tale.invoices() else None) == billed


def test_21_what_is_metered_has_no_quantity() -> None:
    """In Checkout with the recorded sentence, on items alike. Rests on four reports; for items it is inferred."""
    tale = Metered()
    price = tale.metered()
    body = {
        "mode": "subscription",
        "success_url": "https://example.com",
        "line_items": [{"price": price, "quantity": 1}],
    }
    status, error = tale.stripe.refused("POST", "/v1/checkout/sessions", body)
    assert (status, error["message"]) == (
        400,
        "Quantity should not be specified where usage_type is `metered`. Remove quantity from `line_items[0]`",
    )
    items = {"customer": tale.customer, "items": [{"price": price, "quantity": 1}]}
    assert tale.stripe.refused("POST", "/v1/subscriptions", items)[0] == 400
    assert "quantity" not in tale.subscribe(price)["items"]["data"][0]


def test_22_a_metered_price_needs_a_meter_since_basil() -> None:
    """Rests on two reports of the live sentence."""
    tale = Metered()
    recurring = {"interval": "month", "usage_type": "metered"}
    body = {"product": tale.product, "currency": "usd", "unit_amount": 1, "recurring": recurring}
    status, error = tale.stripe.refused("POST", "/v1/prices", body)
    assert (status, error["message"]) == (
        400,
        "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.",
    )


@pytest.mark.parametrize(
    "mode, billed",
    [
        # 1000 at 1 cent until the change, 200 at 2 cents after it
        ("flexible", [("200", 400), ("1000", 1000)]),
        # what came before the change is never billed
        ("classic", [("200", 400)]),
    ],
)
def test_23_another_price_in_mid_period(mode: str, billed: list[tuple[str, int]]) -> None:
    """Classic mode bills only what comes after the change. Rests on Stripe's documentation of both modes."""
    tale = Metered()
    dear = tale.metered(unit_amount=2)
    made = tale.subscribe(tale.metered(), billing_mode={"type": mode})
    tale.use(1000)
    tale.go(10 * DAY)
    tale.change(items=[{"id": made["items"]["data"][0]["id"], "price": dear}])
    tale.go(11 * DAY)
    tale.use(200)
    tale.go(PERIOD + 2 * HOUR)
    assert sorted(tale.lines()) == sorted(billed)


@pytest.mark.parametrize(
    "mode, behavior, at_once, later",
    [
        ("flexible", "create_prorations", None, [("1", 500), ("300", 300)]),
        ("flexible", "always_invoice", [("300", 300)], [("1", 500)]),
        ("flexible", "none", None, [("1", 500)]),
        ("classic", "create_prorations", None, [("1", 500)]),
    ],
)
def test_23_a_metered_item_that_goes(mode: str, behavior: str, at_once: Any, later: list[tuple[str, int]]) -> None:
    """300 calls beside a seat of 5.00: billed with the renewal, at once, or never. Rests on Stripe's documentation."""
    tale = Metered()
    seat, calls = tale.price(500), tale.metered()
    both = [{"price": seat}, {"price": calls}]
    made = tale.stripe.post(
        "/v1/subscriptions", {"customer": tale.customer, "items": both, "billing_mode": {"type": mode}}
    )
    tale.path = f"/v1/subscriptions/{made['id']}"
    item = next(row["id"] for row in made["items"]["data"] if row["price"]["id"] == calls)
    tale.use(300)
    tale.go(10 * DAY)
    before = len(tale.invoices())
    tale.change(items=[{"id": item, "deleted": True}], proration_behavior=behavior)
    assert (tale.lines() if len(tale.invoices()) > before else None) == at_once
    tale.go(PERIOD + 2 * HOUR)
    assert sorted(tale.lines()) == sorted(later)


@pytest.mark.parametrize(
    "calls, lines",
    [
        (0, [("0", 0), ("0", 900)]),
        (1000, [("1000", 0), ("0", 900)]),
        (1031, [("1000", 0), ("0", 900), ("31", 112), ("0", 0)]),  # 31 x 3.6 = 111.6
    ],
)
def test_25_the_first_tiers_flat_fee_needs_no_usage(calls: int, lines: list[tuple[str, int]]) -> None:
    """9.00 for up to 1000 calls, 3.6 cents for each further one. Rests on recorded invoices."""
    tale = Metered()
    tiers = [
        {"up_to": 1000, "unit_amount": 0, "flat_amount": 900},
        {"up_to": "inf", "unit_amount_decimal": "3.6", "flat_amount": 0},
    ]
    tale.subscribe(tale.metered(billing_scheme="tiered", tiers_mode="graduated", tiers=tiers))
    if calls:
        tale.use(calls)
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == lines


def test_25_a_package_keeps_the_raw_usage_on_its_line() -> None:
    """100,000 units at 45 cents a thousand: quantity 100000, amount 4500. Rests on an expectation of Stripe's own."""
    tale = Metered()
    tale.subscribe(tale.metered(unit_amount=45, transform_quantity={"divide_by": 1000, "round": "up"}))
    tale.use(100_000)
    tale.go(PERIOD + 2 * HOUR)
    assert tale.lines() == [("100000", 4500)]


def test_26_two_items_on_one_meter_bill_the_same_usage_twice() -> None:
    """A prepaid package of 1000 calls for 10.00, and 2 cents a call on the same meter: 500 calls cost 10.00 and 10.00.

    Usage belongs to customer and meter, not to an item: documented by the meter's mapping, and met by a developer.
    """
    tale = Metered()
    package = tale.metered(unit_amount=1000, transform_quantity={"divide_by": 1000, "round": "up"})
    items = [{"price": package}, {"price": tale.metered(unit_amount=2)}]
    tale.stripe.post("/v1/subscriptions", {"customer": tale.customer, "items": items})
    tale.use(500)
    tale.go(PERIOD + 2 * HOUR)
    assert sorted(tale.lines()) == [("500", 1000), ("500", 1000)]


def test_27_credits_that_expire_at_the_boundary_pay_nothing() -> None:
    """100 cents that end with the period, 300 that stay: the 300 pay. Rests on the documented rule, seen in production.

    1000 calls are 1000 cents; 1000 - 300 = 700. One second longer, and both pay: 1000 - 100 - 300 = 600.
    """
    for end, due in ((PERIOD, 700), (PERIOD + 1, 600)):
        tale = Metered()
        tale.subscribe(tale.metered())
        for value, more in ((100, {"expires_at": NOW + end}), (300, {})):
            amount = {"type": "monetary", "monetary": {"currency": "usd", "value": value}}
            scope = {"scope": {"price_type": "metered"}}
            grant = {"amount": amount, "applicability_config": scope, "customer": tale.customer, **more}
            tale.stripe.post("/v1/billing/credit_grants", grant)
        tale.use(1000)
        tale.go(PERIOD + 2 * HOUR)
        assert tale.invoices()[0]["amount_paid"] == due


@pytest.mark.parametrize("mode, first", [("flexible", None), ("classic", [("0", 0)])])
def test_32_a_subscription_to_usage_alone_begins_without_an_invoice(mode: str, first: Any) -> None:
    """`latest_invoice` is null in flexible mode, an invoice of nothing in classic. Rests on Stripe's documentation."""
    tale = Metered()
    made = tale.subscribe(tale.metered(), billing_mode={"type": mode})
    assert (made["latest_invoice"] is None, made["status"]) == (first is None, "active")
    assert (tale.lines() if tale.invoices() else None) == first
