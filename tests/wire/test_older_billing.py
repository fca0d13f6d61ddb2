"""What only older versions can do: usage records, the classic mode, one discount each, upcoming invoices."""

from __future__ import annotations

import pytest
from tests.client import NOW
from tests.wire.shop import advance, priced, shop

from pinstripe.wire import versions

DAY = 86400
ACACIA, BASIL, OLDEST, NEWEST = "2025-02-24.acacia", "2025-08-27.basil", "2020-08-27", versions.DEFAULT


@pytest.mark.parametrize(
    "how, billed",
    [(None, 14), ("sum", 14), ("max", 9), ("last_during_period", 2), ("last_ever", 2)],
)
def test_usage_records_are_summed_up_as_the_price_says(how: str | None, billed: int) -> None:
    """An item counts what was reported for it, and its next invoice bills that."""
    stripe, customer = shop(ACACIA)
    terms = {"recurring[usage_type]": "metered", **({} if how is None else {"recurring[aggregate_usage]": how})}
    price = priced(stripe, **terms)
    assert stripe.get(f"/v1/prices/{price}")["recurring"]["aggregate_usage"] == (how or "sum")
    subscription = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": price}]})
    item = subscription["items"]["data"][0]["id"]
    path = f"/v1/subscription_items/{item}/usage_records"
    advance(stripe, customer, NOW + 10 * DAY)
    reports = [(1, 4, "increment"), (1, 3, "set"), (2, 5, "increment"), (2, 4, "increment"), (3, 2, "increment")]
    records = [
        stripe.post(path, {"quantity": quantity, "timestamp": NOW + day * DAY, "action": action})
        for day, quantity, action in reports
    ]
    record = records[-1]
    assert (record["object"], record["quantity"], record["subscription_item"]) == ("usage_record", 2, item)
    (summary,) = stripe.get(f"/v1/subscription_items/{item}/usage_record_summaries")["data"]
    assert (summary["total_usage"], summary["invoice"], summary["period"]["end"]) == (billed, None, None)
    upcoming = stripe.get("/v1/invoices/upcoming", {"customer": customer})
    assert (upcoming["amount_due"], "id" in upcoming) == (billed * 1000, False)
    advance(stripe, customer, subscription["current_period_end"] + 2 * 3600)
    invoice = stripe.get("/v1/invoices", {"customer": customer, "limit": 1})["data"][0]
    assert (invoice["amount_paid"], invoice["paid"]) == (billed * 1000, True)
    summaries = stripe.get(f"/v1/subscription_items/{item}/usage_record_summaries")["data"]
    assert [row["invoice"] for row in summaries] == [None, invoice["id"]]


def test_usage_records_are_of_this_period_and_of_the_past() -> None:
    """Neither of what was billed nor of what has not come; and not of an item that a meter counts."""
    stripe, customer = shop(ACACIA)
    price = priced(stripe, **{"recurring[usage_type]": "metered"})
    item = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": price}]})["items"]["data"][0]
    path = f"/v1/subscription_items/{item['id']}/usage_records"
    for timestamp in (NOW - 1, NOW + 1):
        _, error = stripe.refused("POST", path, {"quantity": 1, "timestamp": timestamp})
        assert error["param"] == "timestamp"
    assert stripe.refused("POST", "/v1/subscription_items/si_none/usage_records", {"quantity": 1})[0] == 404
    licensed = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})
    other = licensed["items"]["data"][0]["id"]
    _, error = stripe.refused("POST", f"/v1/subscription_items/{other}/usage_records", {"quantity": 1})
    assert "not on the legacy metered billing system" in error["message"]
    stripe.version = BASIL
    assert stripe.refused("POST", path, {"quantity": 1})[0] == 404


def test_a_metered_item_of_old_goes_only_with_its_usage() -> None:
    """`clear_usage` says that nothing is to be billed of it."""
    stripe, customer = shop(ACACIA)
    items = [{"price": priced(stripe)}, {"price": priced(stripe, **{"recurring[usage_type]": "metered"})}]
    subscription = stripe.post("/v1/subscriptions", {"customer": customer, "items": items})
    item = subscription["items"]["data"][1]["id"]
    path = f"/v1/subscriptions/{subscription['id']}"
    _, error = stripe.refused("POST", path, {"items": [{"id": item, "deleted": "true"}]})
    assert "clear_usage" in error["message"]
    left = stripe.post(path, {"items": [{"id": item, "deleted": "true", "clear_usage": "true"}]})
    assert len(left["items"]["data"]) == 1


def test_a_subscription_without_a_word_is_classic_before_clover() -> None:
    """And what is metered has a line of nothing on its first invoice, which a flexible one has not."""
    stripe, customer = shop(ACACIA)
    price = priced(stripe, **{"recurring[usage_type]": "metered"})
    begun = {"customer": customer, "items": [{"price": price}], "expand": ["latest_invoice"]}
    classic = stripe.post("/v1/subscriptions", begun)
    assert classic["billing_mode"] == {"flexible": None, "type": "classic"}
    assert [line["amount"] for line in classic["latest_invoice"]["lines"]["data"]] == [0]
    stripe.version = NEWEST
    meter = {"display_name": "Calls", "event_name": "calls", "default_aggregation[formula]": "sum"}
    counted = {"recurring[usage_type]": "metered", "recurring[meter]": stripe.post("/v1/billing/meters", meter)["id"]}
    flexible = stripe.post("/v1/subscriptions", {**begun, "items": [{"price": priced(stripe, **counted)}]})
    assert (flexible["billing_mode"]["type"], flexible["latest_invoice"]) == ("flexible", None)


@pytest.mark.parametrize("version, mode", [(BASIL, "classic"), (OLDEST, "classic"), (NEWEST, "flexible")])
def test_the_version_decides_however_a_subscription_begins(version: str, mode: str) -> None:
    """By a schedule, a quote, a session, a link, and in previews, as by its own call. [documented]"""
    stripe, customer = shop(NEWEST)
    meter = {"display_name": "Calls", "event_name": "calls", "default_aggregation[formula]": "sum"}
    counted = {"recurring[usage_type]": "metered", "recurring[meter]": stripe.post("/v1/billing/meters", meter)["id"]}
    price, calls = priced(stripe), priced(stripe, **counted)
    stripe.version = version
    rows = [{"price": price, "quantity": 1}]
    bob = stripe.post("/v1/customers", {"email": "bob@example.com"})["id"]
    schedule = stripe.post(
        "/v1/subscription_schedules", {"customer": customer, "start_date": "now", "phases": [{"items": rows}]}
    )
    quote = stripe.post("/v1/quotes", {"customer": customer, "line_items": rows})
    for verb in ("finalize", "accept"):
        quote = stripe.post(f"/v1/quotes/{quote['id']}/{verb}")
    page = {"mode": "subscription", "success_url": "https://example.com"}
    session = stripe.post("/v1/checkout/sessions", {"customer": bob, "line_items": rows, **page})["id"]
    link = stripe.post("/v1/payment_links", {"line_items": rows})["id"]
    control = stripe.simulator.control
    opened = control.handle("POST", f"/_pinstripe/payment_links/{link}/open", stripe.key, b"{}")["id"]
    paid = b'{"payment_method": "pm_card_visa", "email": "eve@example.com"}'
    begun = [schedule["subscription"], quote["subscription"]]
    for id_ in (session, opened):
        control.handle("POST", f"/_pinstripe/checkout/{id_}/complete", stripe.key, paid)
        begun.append(stripe.get(f"/v1/checkout/sessions/{id_}")["subscription"])
    stripe.version = NEWEST
    assert [stripe.get(f"/v1/subscriptions/{id_}")["billing_mode"]["type"] for id_ in begun] == [mode] * 4
    stripe.version = version
    backdated = {"items": rows, "start_date": NOW - 31 * DAY}  # one line so far in classic mode, whose anchor is now
    seen = stripe.post("/v1/invoices/create_preview", {"customer": customer, "subscription_details": backdated})
    assert max(line["period"]["start"] for line in seen["lines"]["data"]) == NOW
    assert seen["lines"]["data"][0]["description"].startswith("Remaining" if mode == "classic" else "1")
    planned = {"customer": customer, "schedule_details": {"phases": [{"items": [{"price": calls}]}]}}
    seen = stripe.post("/v1/invoices/create_preview", planned)
    assert seen["period_end"] == (NOW if mode == "classic" else NOW + 28 * DAY)  # a line of nothing now, or none


@pytest.mark.parametrize("mode, credit", [("classic", -500), ("flexible", -250)])
def test_a_classic_credit_looks_at_the_price_and_a_flexible_one_at_the_bill(mode: str, credit: int) -> None:
    """A change that was not prorated is given back in classic mode as if it had been billed."""
    stripe, customer = shop(NEWEST)
    cheap, dear, third = (priced(stripe, unit_amount=amount) for amount in (500, 1000, 2000))
    begun = {"customer": customer, "items": [{"price": cheap}], "billing_mode[type]": mode}
    subscription = stripe.post("/v1/subscriptions", begun)
    item = subscription["items"]["data"][0]
    path = f"/v1/subscriptions/{subscription['id']}"
    stripe.post(path, {"items": [{"id": item["id"], "price": dear}], "proration_behavior": "none"})
    advance(stripe, customer, (item["current_period_start"] + item["current_period_end"]) // 2)
    stripe.post(path, {"items": [{"id": item["id"], "price": third}]})
    amounts = [row["amount"] for row in stripe.get("/v1/invoiceitems", {"customer": customer})["data"]]
    assert sorted(amounts) == [credit, 1000]


def test_the_only_item_changes_by_plan_and_quantity() -> None:
    """Short words for subscriptions that sell one thing."""
    stripe, customer = shop(BASIL)
    subscription = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})
    path = f"/v1/subscriptions/{subscription['id']}"
    assert stripe.post(path, {"quantity": 5})["items"]["data"][0]["quantity"] == 5
    stripe.version = NEWEST
    assert stripe.refused("POST", path, {"quantity": 5})[1]["code"] == "parameter_unknown"


def test_upcoming_lines_are_cut_into_pages() -> None:
    """All the lines of the next invoice, as any list."""
    stripe, customer = shop(ACACIA)
    items = [{"price": priced(stripe)} for _ in range(3)]
    stripe.post("/v1/subscriptions", {"customer": customer, "items": items})
    page = stripe.get("/v1/invoices/upcoming/lines", {"customer": customer, "limit": 2})
    assert (len(page["data"]), page["has_more"], page["data"][0]["type"]) == (2, True, "subscription")


def test_a_customer_had_a_discount_of_its_own() -> None:
    """One coupon for whatever is billed, taken away by an empty string."""
    stripe, customer = shop(ACACIA)
    coupon = stripe.post("/v1/coupons", {"amount_off": 400, "currency": "usd", "duration": "forever"})["id"]
    path = f"/v1/customers/{customer}"
    discount = stripe.post(path, {"coupon": coupon})["discount"]
    assert (discount["coupon"]["amount_off"], discount["customer"]) == (400, customer)
    begun = {"customer": customer, "items": [{"price": priced(stripe)}], "expand": ["latest_invoice"]}
    invoice = stripe.post("/v1/subscriptions", begun)["latest_invoice"]
    assert (invoice["amount_paid"], invoice["discount"]["coupon"]["id"]) == (600, coupon)
    assert stripe.refused("POST", path, {"coupon": "none"})[1]["param"] == "coupon"
    assert stripe.post(path, {"coupon": ""})["discount"] is None
    stripe.version = NEWEST
    assert stripe.refused("POST", path, {"coupon": coupon})[1]["code"] == "parameter_unknown"


def test_a_subscription_had_one_discount() -> None:
    """A coupon or a code of one name, which is shown whole."""
    stripe, customer = shop(ACACIA)
    coupon = stripe.post("/v1/coupons", {"percent_off": 50, "duration": "forever"})["id"]
    code = stripe.post("/v1/promotion_codes", {"coupon": coupon, "code": "FRIEND"})
    assert code["coupon"]["percent_off"] == 50
    begun = {"customer": customer, "items": [{"price": priced(stripe)}], "promotion_code": code["id"]}
    subscription = stripe.post("/v1/subscriptions", {**begun, "expand": ["latest_invoice", "discount.promotion_code"]})
    assert subscription["discount"]["promotion_code"]["coupon"]["id"] == coupon
    assert subscription["latest_invoice"]["amount_paid"] == 500
    path = f"/v1/subscriptions/{subscription['id']}"
    assert stripe.refused("POST", path, {"coupon": "none"})[1]["param"] == "coupon"
    assert stripe.post(path, {"coupon": ""})["discount"] is None


def test_what_is_upcoming_has_no_payments_to_show() -> None:
    """A preview without an id can be asked for what hangs on ids."""
    stripe, customer = shop(ACACIA)
    stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})
    upcoming = stripe.get("/v1/invoices/upcoming", {"customer": customer, "expand": ["payments", "subscription"]})
    assert (upcoming["subscription"]["object"], upcoming["payment_intent"]) == ("subscription", None)


def test_what_no_preview_can_show_of_the_upcoming_is_refused() -> None:
    """Parameters that ended before previews began."""
    stripe, customer = shop(ACACIA)
    status, error = stripe.refused(
        "GET", "/v1/invoices/upcoming", {"customer": customer, "subscription_prorate": "true"}
    )
    assert (status, error["param"]) == (501, "subscription_prorate")


def test_an_invoice_took_what_waited_and_had_to_find_something() -> None:
    """Until 2022-08-01, of a customer and of a subscription; `include` alone wants nothing. [documented]"""
    stripe, customer = shop(OLDEST)
    made = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": priced(stripe)}]})["id"]
    of = {"customer": customer, "subscription": made}
    for whose, body in (("customer", {"customer": customer}), ("subscription", of)):
        error = stripe.refused("POST", "/v1/invoices", body)[1]
        assert error["message"] == f"Nothing to invoice for {whose}"
        assert error["code"] == f"invoice_no_{whose}_line_items"
    stripe.post("/v1/invoiceitems", {"customer": customer, "amount": 700, "currency": "usd"})
    assert stripe.post("/v1/invoices", {"customer": customer})["total"] == 700
    empty = {"customer": customer, "pending_invoice_items_behavior": "include"}
    assert stripe.post("/v1/invoices", empty)["total"] == 0


@pytest.mark.parametrize("free", [False, True])
def test_a_classic_subscription_begins_anew_with_another_rhythm(free: bool) -> None:
    """To another interval, or from nothing to pay to something, the anchor moves to now and is billed at once."""
    stripe, customer = shop(ACACIA)
    old = priced(stripe, unit_amount=0 if free else 1000)
    new = priced(stripe, unit_amount=12000, **{"recurring[interval]": "month" if free else "year"})
    subscription = stripe.post("/v1/subscriptions", {"customer": customer, "items": [{"price": old}]})
    item = subscription["items"]["data"][0]["id"]
    half = NOW + (subscription["current_period_end"] - NOW) // 2
    advance(stripe, customer, half)
    preview = {
        "customer": customer,
        "subscription": subscription["id"],
        "subscription_items": [{"id": item, "price": new}],
    }
    due = stripe.get("/v1/invoices/upcoming", preview)["amount_due"]
    change = {"items": [{"id": item, "price": new}], "expand": ["latest_invoice"]}
    changed = stripe.post(f"/v1/subscriptions/{subscription['id']}", change)
    assert (changed["billing_cycle_anchor"], changed["current_period_start"]) == (half, half)
    assert (changed["latest_invoice"]["amount_paid"], due) == ((12000, 12000) if free else (11500, 11500))
