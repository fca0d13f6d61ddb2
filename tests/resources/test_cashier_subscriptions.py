"""The calls that Laravel Cashier makes for subscriptions, at the API versions that it pins, answered with sums.

Its way of subscribing: a default card on the customer, `default_incomplete`, and the intent confirmed with the card.
Both versions are older than flexible billing, so these subscriptions are billed as of old. A month begins on
31 January and has 28 days; changes are made on day 14, when half of it is left.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources import paying
from tests.resources.tale import DAY

OLD, NEW = "2023-10-16", "2025-08-27.basil"
CARD = "pm_card_visa"
BROKE = "pm_card_chargeCustomerFail"
VERSIONS = pytest.mark.parametrize("version", [OLD, NEW])


class Cashier(Client):
    """Cashier with one customer, in one version's words."""

    def __init__(self, version: str) -> None:
        super().__init__(version=version)
        address = {"line1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"}
        self.customer = self.post("/v1/customers", {"email": "ada@example.com", "name": "Ada", "address": address})[
            "id"
        ]
        self.product = self.post("/v1/products", {"name": "Cashier", "type": "service"})["id"]
        self.main, self.other, self.premium = (self.price(amount) for amount in (1000, 2000, 3000))
        self.card(CARD)

    def price(self, amount: int) -> str:
        """A monthly price as Cashier's tests make them."""
        terms = {"product": self.product, "billing_scheme": "per_unit", "currency": "usd", "nickname": str(amount)}
        return str(self.post("/v1/prices", {**terms, "unit_amount": amount, "recurring[interval]": "month"})["id"])

    def card(self, card: str) -> None:
        """The customer's default from now on."""
        method = self.post(f"/v1/payment_methods/{card}/attach", {"customer": self.customer})["id"]
        self.post(f"/v1/customers/{self.customer}", {"invoice_settings": {"default_payment_method": method}})

    def subscribe(self, *prices: str, **terms: Any) -> Any:
        """`newSubscription()->create()`: incomplete until its intent is confirmed."""
        asked = "latest_invoice.payment_intent" if self.version == OLD else "latest_invoice.payments"
        body = {
            "customer": self.customer,
            "items": [{"price": price, "quantity": 1} for price in prices or (self.main,)],
            "payment_behavior": "default_incomplete",
            "proration_behavior": "create_prorations",
            "off_session": True,
            "expand": [asked],
            **terms,
        }
        made = self.post("/v1/subscriptions", body)
        self.path = f"/v1/subscriptions/{made['id']}"
        if made["status"] == "incomplete":
            self.confirm(made["latest_invoice"])
        return self.get(self.path, {"expand": [asked]})

    def confirm(self, invoice: Any) -> None:
        """Pay the first invoice by its intent."""
        if self.version == OLD:
            intent = invoice["payment_intent"]["id"]
        else:
            intent = invoice["payments"]["data"][0]["payment"]["payment_intent"]
        settings = self.get(f"/v1/customers/{self.customer}")["invoice_settings"]
        method = settings["default_payment_method"]
        self.post(f"/v1/payment_intents/{intent}/confirm", {"payment_method": method})

    def change(self, prorates: str = "create_prorations", behavior: str = "default_incomplete", **terms: Any) -> Any:
        """`swap()`, `updateQuantity()` and their like."""
        return self.post(self.path, {"payment_behavior": behavior, "proration_behavior": prorates, **terms})

    def item(self, place: int = 0) -> Any:
        """An item of the subscription."""
        return self.get(self.path)["items"]["data"][place]

    def upcoming(self, **details: Any) -> list[int]:
        """What the lines of the next invoice cost."""
        subscription = self.path.rpartition("/")[2]
        if self.version == OLD:
            flat = {f"subscription_{name}": value for name, value in details.items()}
            shown = self.get("/v1/invoices/upcoming", {"customer": self.customer, "subscription": subscription, **flat})
        else:
            body = {"customer": self.customer, "subscription": subscription, "subscription_details": details}
            shown = self.post("/v1/invoices/create_preview", body if details else {**body, "subscription_details": {}})
        return amounts(shown)

    def bills(self) -> list[list[int]]:
        """The lines of every invoice, oldest first."""
        rows = self.get("/v1/invoices", {"customer": self.customer, "limit": 24})["data"]
        return [amounts(row) for row in reversed(rows)]

    def discounted(self, coupon: str) -> dict[str, Any]:
        """How a version says that a coupon is to be used."""
        return {"coupon": coupon} if self.version == OLD else {"discounts": [{"coupon": coupon}]}


def amounts(invoice: Any) -> list[int]:
    """What the lines cost."""
    return [line["amount"] for line in invoice["lines"]["data"]]


@VERSIONS
def test_a_subscription_is_created_and_paid(version: str) -> None:
    """10.00, by the confirmed intent."""
    cashier = Cashier(version)
    made = cashier.subscribe()
    assert (made["status"], made["latest_invoice"]["status"], made["latest_invoice"]["total"]) == (
        "active",
        "paid",
        1000,
    )
    assert cashier.upcoming() == [1000]


CHANGES = [
    # the items asked for, proration_behavior, what is billed at once, the next invoice
    #
    # swap: -10.00/2, 30.00/2
    ([{"price": "premium", "quantity": 1}], "create_prorations", None, [-500, 1500, 3000]),
    ([{"price": "premium", "quantity": 1}], "none", None, [3000]),
    ([{"price": "premium", "quantity": 1}], "always_invoice", [-500, 1500], [3000]),
    # incrementQuantity: -10.00/2, 3 x 10.00/2
    ([{"quantity": 3}], "create_prorations", None, [-500, 1500, 3000]),
    ([{"quantity": 3}], "none", None, [3000]),
    ([{"quantity": 3}], "always_invoice", [-500, 1500], [3000]),
    # swap to several prices: the old one goes on, the new one comes
    ([{}, {"price": "other", "quantity": 2}], "create_prorations", None, [2000, 1000, 4000]),  # 2 x 20.00/2
    # swap to a price of its own
    (
        [{"price_data": {"unit_amount": 5000, "tax_behavior": "exclusive"}, "quantity": 1}],
        "create_prorations",
        None,
        [-500, 2500, 5000],
    ),
]


@VERSIONS
@pytest.mark.parametrize("items, prorates, billed, following", CHANGES)
def test_a_change_in_mid_period(
    version: str, items: list[Any], prorates: str, billed: list[int] | None, following: list[int]
) -> None:
    """What the change bills at once and what the next invoice will, which a preview of the change says as well."""
    cashier = Cashier(version)
    cashier.subscribe()
    paying.turn(cashier, 14 * DAY)
    named = [asked(cashier, row) for row in items]
    named[0]["id"] = cashier.item()["id"]
    expected = following if billed is None else billed
    assert cashier.upcoming(items=named, proration_behavior=prorates) == expected
    changed = cashier.change(prorates, "allow_incomplete", items=named)
    assert changed["status"] == "active"
    assert cashier.upcoming() == following
    assert cashier.bills()[1:] == ([] if billed is None else [billed])


def asked(cashier: Cashier, row: dict[str, Any]) -> dict[str, Any]:
    """An item as it is asked for."""
    row = dict(row)
    if "price" in row:
        row["price"] = getattr(cashier, row["price"])
    if "price_data" in row:
        terms = {"currency": "usd", "product": cashier.product, "recurring": {"interval": "month"}}
        row["price_data"] = {**terms, **row["price_data"]}
    return row


ITEMS = [
    # the call, the parameters, proration_behavior, what is billed at once, the next invoice
    ("add", {"price": "other", "quantity": 1}, "create_prorations", None, [1000, 1000, 2000, 2000]),
    ("add", {"price": "other", "quantity": 1}, "none", None, [1000, 2000, 2000]),
    ("add", {"price": "other", "quantity": 1}, "always_invoice", [1000], [1000, 2000, 2000]),
    ("update", {"quantity": 4}, "create_prorations", None, [-1500, 6000, 1000, 12000]),  # -30.00/2, 4 x 30.00/2
    ("update", {"quantity": 4}, "always_invoice", [-1500, 6000], [1000, 12000]),
    ("delete", {}, "create_prorations", None, [-1500, 1000]),
    ("delete", {}, "none", None, [1000]),
]


@VERSIONS
@pytest.mark.parametrize("call, terms, prorates, billed, following", ITEMS)
def test_an_item_of_several(
    version: str, call: str, terms: dict[str, Any], prorates: str, billed: list[int] | None, following: list[int]
) -> None:
    """`addPrice`, `updateQuantity` and `removePrice` of a subscription to 10.00 and 30.00, or to 10.00 and 20.00."""
    cashier = Cashier(version)
    cashier.subscribe(cashier.main, cashier.other if call == "add" else cashier.premium)
    paying.turn(cashier, 14 * DAY)
    path = f"/v1/subscription_items/{cashier.item(1)['id']}"
    body = {"proration_behavior": prorates, "payment_behavior": "allow_incomplete", **terms}
    if call == "add":
        third = cashier.price(2000)
        subscription = cashier.path.rpartition("/")[2]
        cashier.post("/v1/subscription_items", {**body, "subscription": subscription, "price": third})
    elif call == "update":
        cashier.post(path, body)
    else:
        cashier.delete(path, {"proration_behavior": prorates})
    assert cashier.upcoming() == following
    assert cashier.bills()[1:] == ([] if billed is None else [billed])


BEGINNINGS = [
    # how it begins; its state, its first invoice, its next one
    ({"trial_end": NOW + 7 * DAY}, "trialing", [0], [1000]),
    ({"billing_cycle_anchor": NOW + 10 * DAY, "proration_behavior": "none"}, "active", None, [1000]),
    ({"billing_cycle_anchor": NOW + 14 * DAY}, "active", [452], [1000]),  # 14 of 31 days: 451.61
    ({"backdate_start_date": NOW - 31 * DAY}, "active", [1000, 1000], [1000]),  # December is over, January runs
    ({"collection_method": "send_invoice", "days_until_due": 30, "payment_behavior": ""}, "active", [1000], [1000]),
]


@VERSIONS
@pytest.mark.parametrize("terms, status, first, following", BEGINNINGS)
def test_a_beginning(
    version: str, terms: dict[str, Any], status: str, first: list[int] | None, following: list[int]
) -> None:
    """Trials, anchors, starts in the past, invoices that are sent."""
    cashier = Cashier(version)
    terms = {"payment_behavior": "default_incomplete", **terms}
    if not terms["payment_behavior"]:
        terms["payment_behavior"] = "allow_incomplete"
    made = cashier.subscribe(**terms)
    assert made["status"] == status
    assert cashier.bills() == ([] if first is None else [first])
    assert cashier.upcoming() == following


DISCOUNTS = [
    # the coupon; what 10.00 comes to, at the beginning and when it is put on later
    ({"amount_off": 500, "currency": "usd", "duration": "repeating", "duration_in_months": 3}, 500),
    ({"percent_off": 25, "duration": "forever"}, 750),
]


@VERSIONS
@pytest.mark.parametrize("coupon, total", DISCOUNTS)
def test_a_coupon_at_the_beginning_and_later(version: str, coupon: dict[str, Any], total: int) -> None:
    """`withCoupon` and `applyCoupon`."""
    cashier = Cashier(version)
    id_ = cashier.post("/v1/coupons", coupon)["id"]
    made = cashier.subscribe(**cashier.discounted(id_))
    assert made["latest_invoice"]["total"] == total
    cashier = Cashier(version)
    id_ = cashier.post("/v1/coupons", coupon)["id"]
    assert cashier.subscribe()["latest_invoice"]["total"] == 1000
    cashier.post(cashier.path, cashier.discounted(id_))
    paying.turn(cashier, 28 * DAY + 3600)
    newest = cashier.get("/v1/invoices", {"customer": cashier.customer, "limit": 1})["data"][0]
    assert newest["total"] == total


@VERSIONS
def test_tax_rates_of_the_subscription_and_of_an_item(version: str) -> None:
    """10 % on top of 10.00 and of 20.00, unless the item says 5 %."""
    cashier = Cashier(version)
    rate = {"display_name": "VAT", "description": "VAT", "jurisdiction": "BE", "inclusive": False}
    ten, five = (cashier.post("/v1/tax_rates", {**rate, "percentage": share})["id"] for share in (10, 5))
    items = [{"price": cashier.main}, {"price": cashier.other, "tax_rates": [five]}]
    made = cashier.subscribe(items=items, default_tax_rates=[ten])
    assert made["latest_invoice"]["total"] == 1000 + 100 + 2000 + 100


@VERSIONS
def test_a_cancellation_at_the_end_is_taken_back(version: str) -> None:
    """`cancel()` and `resume()`: nothing more would be billed, and then it would."""
    cashier = Cashier(version)
    cashier.subscribe()
    canceled = cashier.post(cashier.path, {"cancel_at_period_end": True})
    assert canceled["cancel_at"] == NOW + 28 * DAY
    status, error = cashier.refused(*previewed(cashier))
    assert (status, error["code"]) == (404, "invoice_upcoming_none")
    cashier.change(cancel_at_period_end=False)
    assert cashier.upcoming() == [1000]


def previewed(cashier: Cashier) -> tuple[str, str, dict[str, Any]]:
    """The request for the next invoice."""
    body = {"customer": cashier.customer, "subscription": cashier.path.rpartition("/")[2]}
    old = cashier.version == OLD
    return ("GET", "/v1/invoices/upcoming", body) if old else ("POST", "/v1/invoices/create_preview", body)


@VERSIONS
def test_a_change_whose_payment_fails_leaves_everything_as_it_was(version: str) -> None:
    """Cashier's pending updates: `error_if_incomplete` with `always_invoice` and a card that is declined."""
    cashier = Cashier(version)
    cashier.subscribe()
    known = cashier.get(cashier.path)
    cashier.card(BROKE)
    items = [{"id": cashier.item()["id"], "price": cashier.premium, "quantity": 1}]
    body = {"items": items, "payment_behavior": "error_if_incomplete", "proration_behavior": "always_invoice"}
    status, error = cashier.refused("POST", cashier.path, body)
    assert (status, error["code"]) == (402, "card_declined")
    assert cashier.get(cashier.path) == known
    assert cashier.bills() == [[1000]]


@VERSIONS
def test_a_swap_that_is_invoiced_and_cannot_be_paid_is_past_due_until_it_is(version: str) -> None:
    """`swapAndInvoice` with `default_incomplete` waits for its intent."""
    cashier = Cashier(version)
    cashier.subscribe()
    paying.turn(cashier, 14 * DAY)
    items = [{"id": cashier.item()["id"], "price": cashier.premium, "quantity": 1}]
    asked_for = "latest_invoice.payment_intent" if version == OLD else "latest_invoice.payments"
    changed = cashier.change("always_invoice", items=items, expand=[asked_for])
    assert (changed["status"], amounts(changed["latest_invoice"])) == ("past_due", [-500, 1500])
    cashier.confirm(changed["latest_invoice"])
    assert cashier.get(cashier.path)["status"] == "active"


@VERSIONS
def test_pending_items_are_invoiced_for_the_customer(version: str) -> None:
    """`tab()` and `invoice()`: 2 x 2.50 and 10.00."""
    cashier = Cashier(version)
    tab = {"customer": cashier.customer, "currency": "usd", "description": "Tab"}
    cashier.post("/v1/invoiceitems", {**tab, "amount": 1000})
    unit = "unit_amount" if version == OLD else "unit_amount_decimal"
    cashier.post("/v1/invoiceitems", {**tab, "quantity": 2, unit: 250})
    body = {"customer": cashier.customer, "currency": "usd", "pending_invoice_items_behavior": "include"}
    invoice = cashier.post("/v1/invoices", body)
    paid = cashier.post(f"/v1/invoices/{invoice['id']}/pay")
    assert (paid["status"], sorted(amounts(paid)), paid["total"]) == ("paid", [500, 1000], 1500)
