"""Coupons and promotion codes redeemed: how long they count, where they hang, what is refused and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.shop import DAY, Shop

from pinstripe.resources.discounts import discounts
from pinstripe.resources.discounts.discounts import Purchase


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


# --- how long --------------------------------------------------------------------------------------------------------


def test_once_is_the_first_invoice_only(shop: Shop) -> None:
    """The subscription shows no discount any more once an invoice has used it up."""
    made = shop.subscribe(discounts=[{"coupon": shop.coupon(percent_off=25)}])
    assert (made["latest_invoice"]["total"], made["discounts"]) == (750, [])  # 1000 - 25 %
    assert len(made["latest_invoice"]["discounts"]) == 1
    assert shop.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})["total"] == 1000


def test_a_trial_does_not_use_up_what_counts_once(shop: Shop) -> None:
    """Its invoice is of nothing, so the first one that costs something has the discount."""
    made = shop.subscribe(discounts=[{"coupon": shop.coupon(amount_off=400, currency="usd")}], trial_period_days=7)
    assert (made["latest_invoice"]["total"], len(made["discounts"])) == (0, 1)
    assert shop.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})["total"] == 600  # 1000 - 400


def test_repeating_counts_calendar_months_from_its_start(shop: Shop) -> None:
    """Two months from 31 January end on 31 March at noon: the invoice of that moment is no longer before the end."""
    coupon = shop.coupon(percent_off=10, duration="repeating", duration_in_months=2)
    made = shop.subscribe(discounts=[{"coupon": coupon}], expand=["discounts", "latest_invoice"])
    (discount,) = made["discounts"]
    assert (discount["start"], discount["end"]) == (NOW, NOW + (28 + 31) * DAY)
    shop.advance(NOW + 28 * DAY + 7200)
    shop.advance(NOW + 59 * DAY + 7200)
    assert shop.totals() == [900, 900, 1000]
    assert shop.stripe.get(f"/v1/subscriptions/{made['id']}")["discounts"] == []


def test_for_ever_outlives_its_coupon(shop: Shop) -> None:
    """A deleted coupon is redeemed no more; what it was redeemed for goes on."""
    coupon = shop.coupon(percent_off=10, duration="forever", id="TEN")
    made = shop.subscribe(discounts=[{"coupon": coupon}])
    assert shop.stripe.delete("/v1/coupons/TEN") == {"id": "TEN", "object": "coupon", "deleted": True}
    shop.advance(NOW + 28 * DAY + 7200)
    assert shop.totals() == [900, 900]
    status, error = shop.stripe.refused(
        "POST", f"/v1/subscriptions/{made['id']}", {"discounts": [{"coupon": "TEN"}, {"coupon": "TEN"}]}
    )
    assert (status, error["code"], error["param"]) == (400, "resource_missing", "discounts[0][coupon]")
    shown = shop.stripe.get(f"/v1/subscriptions/{made['id']}", {"expand": ["discounts.source.coupon"]})
    assert shown["discounts"][0]["source"]["coupon"]["valid"] is False


# --- where -----------------------------------------------------------------------------------------------------------


def test_the_customers_discount_counts_where_the_subscription_has_none(shop: Shop) -> None:
    """It is the subscription's own or the customer's, never both."""
    world = shop.stripe.simulator.accounts.of(shop.stripe.key).world
    coupon = shop.coupon(percent_off=50, duration="forever")
    own = shop.coupon(percent_off=10, duration="forever")
    tx = world.transaction()
    ada = tx.read("customer", shop.ada)
    tx.put(ada, discount=discounts.apply(tx, tx.read("coupon", coupon), None, Purchase(ada, "usd", NOW)).id)
    tx.commit()
    assert shop.subscribe()["latest_invoice"]["total"] == 500
    assert shop.subscribe(discounts=[{"coupon": own}])["latest_invoice"]["total"] == 900
    assert shop.stripe.get(f"/v1/customers/{shop.ada}")["discount"]["source"]["coupon"] == coupon
    assert shop.stripe.delete(f"/v1/customers/{shop.ada}/discount")["deleted"] is True
    assert shop.stripe.get(f"/v1/customers/{shop.ada}")["discount"] is None
    status, error = shop.stripe.refused("DELETE", f"/v1/customers/{shop.ada}/discount")
    assert (status, error["code"]) == (404, "resource_missing")


def test_an_item_has_its_own_discount(shop: Shop) -> None:
    """It comes off its line alone, before the subtotal, and an update may keep it by its id."""
    coupon = shop.coupon(percent_off=20, duration="forever")
    items = [{"price": shop.price(1000), "discounts": [{"coupon": coupon}]}, {"price": shop.price(500)}]
    made = shop.subscribe(items=items)
    invoice = made["latest_invoice"]
    assert (invoice["subtotal"], invoice["total"], invoice["discounts"]) == (1300, 1300, [])  # 1000 - 200 + 500
    item = made["items"]["data"][0]
    (kept,) = item["discounts"]
    path = f"/v1/subscription_items/{item['id']}"
    assert shop.stripe.post(path, {"discounts": [{"discount": kept}]})["discounts"] == [kept]
    assert shop.stripe.post(path, {"discounts": ""})["discounts"] == []
    assert shop.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})["total"] == 1500


def test_a_coupon_of_one_product_takes_nothing_off_another(shop: Shop) -> None:
    """The line it does not cover is not told of it."""
    other = shop.stripe.post("/v1/products", {"name": "Tin"})["id"]
    coupon = shop.coupon(percent_off=50, duration="forever", applies_to={"products": [other]})
    items = [{"price": shop.price(1000)}, {"price": shop.price(600, other)}]
    invoice = shop.subscribe(items=items, discounts=[{"coupon": coupon}])["latest_invoice"]
    assert invoice["total"] == 1300  # 1000 + 600 / 2
    told = {line["amount"]: [row["amount"] for row in line["discount_amounts"]] for line in invoice["lines"]["data"]}
    assert told == {1000: [], 600: [300]}


def test_an_amount_off_has_its_own_in_each_currency(shop: Shop) -> None:
    """5.00 dollars or 4.00 euros; what shows only when asked for is shown when asked for."""
    options = {"eur": {"amount_off": 400}}
    coupon = shop.coupon(
        amount_off=500, currency="usd", currency_options=options, applies_to={"products": [shop.product]}
    )
    euros = {"product": shop.product, "unit_amount": 1000, "currency": "eur", "recurring[interval]": "month"}
    items = [{"price": shop.stripe.post("/v1/prices", euros)["id"]}]
    path = "total_discount_amounts.discount.source.coupon"
    made = shop.subscribe(items=items, discounts=[{"coupon": coupon}])
    invoice = shop.stripe.get(f"/v1/invoices/{made['latest_invoice']['id']}", {"expand": [path]})
    assert (invoice["currency"], invoice["total"]) == ("eur", 600)
    shown = invoice["total_discount_amounts"][0]["discount"]["source"]["coupon"]
    assert (shown["id"], shown["amount_off"], "currency_options" in shown) == (coupon, 500, False)
    full = shop.stripe.get(f"/v1/coupons/{coupon}", {"expand": ["currency_options", "applies_to"]})
    assert full["currency_options"] == {"usd": {"amount_off": 500}, "eur": {"amount_off": 400}}
    assert full["applies_to"] == {"products": [shop.product]}


def test_an_invoice_has_its_own_discount(shop: Shop) -> None:
    """Redeemed for one invoice; an empty string takes it away again, while it is a draft."""
    coupon = shop.coupon(percent_off=10)
    body = {"customer": shop.ada, "discounts": [{"coupon": coupon}], "expand": ["discounts"]}
    invoice = shop.stripe.post("/v1/invoices", body)
    assert invoice["discounts"][0]["invoice"] == invoice["id"]
    shop.stripe.post("/v1/invoiceitems", {"customer": shop.ada, "invoice": invoice["id"], "amount": 1000})
    path = f"/v1/invoices/{invoice['id']}"
    assert shop.stripe.get(path)["total"] == 900
    assert shop.stripe.post(path, {"discounts": ""})["total"] == 1000
    shop.stripe.post(f"{path}/finalize")
    assert shop.stripe.refused("POST", path, {"discounts": [{"coupon": coupon}]})[1]["param"] == "discounts"


def test_a_preview_redeems_nothing(shop: Shop) -> None:
    """It shows what the coupon would take off, and neither coupon nor subscription know of it."""
    coupon = shop.coupon(percent_off=30)
    made = shop.subscribe()
    body = {"subscription": made["id"], "discounts": [{"coupon": coupon}]}
    assert shop.stripe.post("/v1/invoices/create_preview", body)["total"] == 700
    assert shop.stripe.get(f"/v1/coupons/{coupon}")["times_redeemed"] == 0
    assert shop.stripe.get(f"/v1/subscriptions/{made['id']}")["discounts"] == []


# --- changes in the middle of a period --------------------------------------------------------------------------------


def test_prorations_hold_the_discount(shop: Shop) -> None:
    """Half of 28 days is left: 2700 were billed, so 1350 come back; 6000 less 10 % for the rest is 2700."""
    coupon = shop.coupon(percent_off=10, duration="forever")
    made = shop.subscribe(3000, discounts=[{"coupon": coupon}])
    shop.advance(NOW + 14 * DAY)
    item = made["items"]["data"][0]["id"]
    shop.stripe.post(f"/v1/subscriptions/{made['id']}", {"items": [{"id": item, "price": shop.price(6000)}]})
    credit, debit = shop.stripe.get("/v1/invoiceitems", {"customer": shop.ada})["data"]
    assert (credit["amount"], debit["amount"]) == (-1350, 2700)
    assert (credit["discountable"], credit["discounts"]) == (False, [])
    for entry in (credit, debit):  # what is included in an amount is told with nothing [documented]
        assert [row["amount"] for row in entry["proration_details"]["discount_amounts"]] == [0]
        assert entry["net_amount"] == entry["amount"]
    upcoming = shop.stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})
    assert upcoming["total"] == -1350 + 2700 + 5400  # only the new period is discounted again


@dataclass(frozen=True, slots=True)
class Itemized:
    """A change from one price to another when half of 28 days is left, with coupons of the item and of all."""

    of_item: list[dict[str, Any]]
    of_all: list[dict[str, Any]]
    prices: tuple[int, int]
    lines: list[tuple[int, list[int]]]
    """Each line's amount, and what each discount takes off it."""
    subtotal: int
    total: int


ITEMIZED = [
    # documented sample, doubled for half a period: 10 % of the item's 2000 is 200, then 4.00 of all: 1000, 100, 200
    Itemized(
        [{"percent_off": 10}],
        [{"amount_off": 400, "currency": "usd"}],
        (1000, 2000),
        # 1000 - 100 - 400 was billed: half of each comes back
        [(-500, [-50, -200]), (1000, [100, 200])],
        450,  # the item's own is off before the subtotal: -450 + 900
        450,  # -250 + 700
    ),
    # one of all alone: 25 % of 3000 is 750, of 6000 1500
    Itemized([], [{"percent_off": 25}], (3000, 6000), [(-1500, [-375]), (3000, [750])], 1500, 1125),
    # one of the item alone: 50 % of 999 is 500, of which half is 250; 999 / 2 = 499.5, halves down: -500 and 499
    Itemized([{"percent_off": 50}], [], (999, 999 * 2), [(-500, [-250]), (999, [499])], 250, 250),
    # two of all, each on the rest: 1000 - 200 - 80 = 720; 2000 - 400 - 160 = 1440
    Itemized(
        [],
        [{"percent_off": 20}, {"percent_off": 10}],
        (1000, 2000),
        [(-500, [-100, -40]), (1000, [200, 80])],
        500,
        360,
    ),
]


@pytest.mark.parametrize("case", ITEMIZED)
def test_itemized_prorations_tell_their_discounts(shop: Shop, case: Itemized) -> None:
    """Amounts before discounts, and beside them what each takes off; what is asked for is the same. [documented]"""
    own, every = (
        [{"coupon": shop.coupon(duration="forever", **terms)} for terms in rows] for rows in (case.of_item, case.of_all)
    )
    first, second = (shop.price(amount) for amount in case.prices)
    item: dict[str, Any] = {"price": first, **({"discounts": own} if own else {})}
    mode = {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    body = {"customer": shop.ada, "items": [item], "billing_mode": mode, **({"discounts": every} if every else {})}
    made = shop.stripe.post("/v1/subscriptions", body)
    assert made["billing_mode"]["flexible"] == {"proration_discounts": "itemized"}
    shop.advance(NOW + 14 * DAY)
    change = {
        "items": [{"id": made["items"]["data"][0]["id"], "price": second}],
        "proration_behavior": "always_invoice",
    }
    shop.stripe.post(f"/v1/subscriptions/{made['id']}", change)
    invoice = shop.stripe.get("/v1/invoices", {"customer": shop.ada})["data"][0]
    lines = invoice["lines"]["data"]
    assert [(line["amount"], [row["amount"] for row in line["discount_amounts"]]) for line in lines] == case.lines
    assert (invoice["subtotal"], invoice["total"]) == (case.subtotal, case.total)
    whole = sum(amount for _, off in case.lines for amount in off)
    assert sum(row["amount"] for row in invoice["total_discount_amounts"]) == whole
    entries = shop.stripe.get("/v1/invoiceitems", {"customer": shop.ada})["data"]
    nets = [amount - sum(off) for amount, off in case.lines]
    assert [entry["net_amount"] for entry in entries] == nets


def test_discounts_of_prorations_are_itemized_for_good(shop: Shop) -> None:
    """A subscription can be moved to it, and not back. [documented]"""
    made = shop.subscribe(1000)
    path = f"/v1/subscriptions/{made['id']}/migrate"
    mode = {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    moved = shop.stripe.post(path, {"billing_mode": mode})
    assert moved["billing_mode"]["flexible"] == {"proration_discounts": "itemized"}
    back = {"type": "flexible", "flexible": {"proration_discounts": "included"}}
    for again in (mode, back):
        assert shop.stripe.refused("POST", path, {"billing_mode": again})[0] == 400


def test_an_amount_off_counts_with_the_items_share(shop: Shop) -> None:
    """10.00 off 30.00 and 60.00: the second item's full price is 6000 - 667; half of 28 days is left."""
    coupon = shop.coupon(amount_off=1000, currency="usd", duration="forever")
    made = shop.subscribe(3000, discounts=[{"coupon": coupon}])
    shop.advance(NOW + 14 * DAY)
    body = {"subscription": made["id"], "price": shop.price(6000)}
    shop.stripe.post("/v1/subscription_items", body)
    (entry,) = shop.stripe.get("/v1/invoiceitems", {"customer": shop.ada})["data"]
    assert entry["amount"] == 2667  # 6000 first: floor(1000 * 6000 / 9000) = 666, so 5334 / 2


def test_tax_is_prorated_with_what_it_is_of(shop: Shop) -> None:
    """The credit bears the subscription's tax as the line did: 20 % of -500 and of 1000."""
    rate = shop.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 20})["id"]
    made = shop.subscribe(1000, default_tax_rates=[rate])
    assert made["latest_invoice"]["total"] == 1200
    assert made["default_tax_rates"][0]["id"] == rate
    shop.advance(NOW + 14 * DAY)
    item = made["items"]["data"][0]["id"]
    change = {"items": [{"id": item, "price": shop.price(2000)}], "proration_behavior": "always_invoice"}
    shop.stripe.post(f"/v1/subscriptions/{made['id']}", change)
    invoice = shop.stripe.get("/v1/invoices", {"customer": shop.ada})["data"][0]
    assert [line["taxes"][0]["amount"] for line in invoice["lines"]["data"]] == [-100, 200]
    assert (invoice["subtotal"], invoice["total"], invoice["amount_paid"]) == (500, 600, 600)


# --- what is told ----------------------------------------------------------------------------------------------------


def test_discounts_are_told_of(shop: Shop) -> None:
    """One is created, replaced by another, and removed."""
    first, second = (shop.coupon(percent_off=share, duration="forever") for share in (10, 20))
    made = shop.subscribe(discounts=[{"coupon": first}])
    path = f"/v1/subscriptions/{made['id']}"
    shop.stripe.post(path, {"discounts": [{"coupon": second}]})
    assert shop.stripe.delete(f"{path}/discount")["source"]["coupon"] == second
    told = [event for event in shop.stripe.events() if event["type"].startswith("customer.discount.")]
    assert [event["type"].rpartition(".")[2] for event in told] == ["created", "updated", "deleted"]
    assert [event["data"]["object"]["source"]["coupon"] for event in told] == [first, second, second]
    assert told[1]["data"]["previous_attributes"]["source"] == {"coupon": first}
    assert shop.stripe.get(path)["discounts"] == []
