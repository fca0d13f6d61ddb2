"""Billing credits pay for metered usage, expire, are voided and come back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.crediting import MONTH, Shop

from pinstripe.http.message import Request


@pytest.fixture
def shop() -> Shop:
    """A new account."""
    return Shop()


def test_credits_pay_for_usage_before_tax(shop: Shop) -> None:
    """1500 calls less 10 % are 1350; 1000 of them are paid; tax is 20 % of 350 and of the seat's 450."""
    rate = shop.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 20})["id"]
    coupon = shop.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    shop.subscribe(default_tax_rates=[rate], discounts=[{"coupon": coupon}])
    shop.grant(1000)
    shop.use(1500)
    shop.advance(NOW + MONTH)
    draft = shop.latest()
    assert (draft["subtotal"], draft["total"]) == (2000, 960)  # 2000 - 200 - 1000 + 70 + 90
    assert draft["total_pretax_credit_amounts"][-1] == {
        "amount": 1000,
        "credit_balance_transaction": None,
        "type": "credit_balance_transaction",
    }
    assert shop.balance() == (0, 1000)
    shop.advance(NOW + MONTH + 7200)
    paid = shop.latest()
    assert (paid["status"], paid["amount_paid"]) == ("paid", 960)
    assert shop.balance() == (0, 0)
    assert shop.entries() == [("credits_granted", 1000), ("credits_applied", 1000)]
    (entry,) = [row for row in paid["total_pretax_credit_amounts"] if row["type"] == "credit_balance_transaction"]
    ledger = shop.stripe.get(f"/v1/billing/credit_balance_transactions/{entry['credit_balance_transaction']}")
    assert ledger["debit"]["credits_applied"]["invoice"] == paid["id"]
    (line,) = [line for line in paid["lines"]["data"] if len(line["pretax_credit_amounts"]) == 2]
    assert ledger["debit"]["credits_applied"]["invoice_line_item"] == line["id"]


def test_credits_that_expire_with_the_period_miss_its_invoice(shop: Shop) -> None:
    """They are gone that second, and the next grant pays."""
    shop.subscribe()
    early = shop.grant(100, expires_at=NOW + MONTH)
    shop.grant(300)
    shop.use(1000)
    shop.advance(NOW + MONTH + 7200)
    assert shop.latest()["total"] == 1200  # 1000 - 300 + 500
    assert shop.entries()[2:] == [("credits_expired", 100), ("credits_applied", 300)]
    assert shop.stripe.refused("POST", f"/v1/billing/credit_grants/{early['id']}/void")[0] == 400


def test_a_voided_invoice_gives_credits_back(shop: Shop) -> None:
    """And what was used for something cannot be voided, while what was not can."""
    shop.stripe.post(f"/v1/customers/{shop.ada}", {"email": "ada@example.com"})
    shop.subscribe(collection_method="send_invoice", days_until_due=30)
    used, spare = shop.grant(400), shop.grant(100, priority=90)
    shop.use(300)
    shop.advance(NOW + MONTH + 7200)
    invoice = shop.latest()
    assert (invoice["total"], shop.balance()) == (500, (200, 200))
    assert shop.stripe.refused("POST", f"/v1/billing/credit_grants/{used['id']}/void")[0] == 400
    shop.stripe.post(f"/v1/invoices/{invoice['id']}/void")
    assert shop.balance() == (500, 500)
    shop.stripe.post(f"/v1/billing/credit_grants/{spare['id']}/void")
    expired = shop.stripe.post(f"/v1/billing/credit_grants/{used['id']}/expire")
    assert expired["expires_at"] == NOW + MONTH + 7200
    assert shop.entries()[3:] == [
        ("credits_application_invoice_voided", 300),
        ("credits_voided", 100),
        ("credits_expired", 400),
    ]


@pytest.mark.parametrize(
    "params, param",
    [
        ({"priority": 101}, "priority"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + 5, "effective_at": NOW + 9}, "expires_at"),
        (
            {"applicability_config": {"scope": {"prices": [{"id": "LICENSED"}]}}},
            "applicability_config[scope][prices][0][id]",
        ),
        ({"amount": {"type": "monetary", "monetary": {"currency": "usd", "value": 0}}}, "amount[monetary][value]"),
        ({"amount": {"type": "monetary", "monetary": {"currency": "zzz", "value": 5}}}, "currency"),
    ],
)
def test_credits_that_cannot_be(shop: Shop, params: dict[str, Any], param: str) -> None:
    """Each is refused with the parameter that is wrong, and nothing is granted."""
    body: dict[str, Any] = {
        "amount": {"type": "monetary", "monetary": {"currency": "usd", "value": 5}},
        "applicability_config": {"scope": {"price_type": "metered"}},
        "customer": shop.ada,
        **params,
    }
    if "LICENSED" in str(body):
        body["applicability_config"] = {"scope": {"prices": [{"id": shop.licensed}]}}
    status, error = shop.stripe.refused("POST", "/v1/billing/credit_grants", body)
    assert (status, error["param"]) == (400, param)
    assert shop.stripe.get("/v1/billing/credit_grants", {"customer": shop.ada})["data"] == []


def test_a_grant_changes_only_its_end_and_its_metadata(shop: Shop) -> None:
    """An empty end is none; what is over stays over."""
    grant = shop.grant(100, expires_at=NOW + 50, name="Gift")
    path = f"/v1/billing/credit_grants/{grant['id']}"
    assert shop.stripe.post(path, {"expires_at": "", "metadata": {"a": 1}})["expires_at"] is None
    assert shop.stripe.post(path, {"expires_at": NOW + 60})["metadata"] == {"a": "1"}
    assert shop.stripe.refused("POST", path, {"expires_at": NOW - 1})[0] == 400
    shop.stripe.post(f"{path}/expire")
    assert shop.stripe.refused("POST", f"{path}/expire")[0] == 400
    told = [event["type"] for event in shop.stripe.events() if "credit_grant" in event["type"]]
    assert told == ["billing.credit_grant.created", *["billing.credit_grant.updated"] * 3]


def test_a_grant_of_some_prices_is_counted_by_them(shop: Shop) -> None:
    """The summary of a price has it, the one of all metered prices has not; neither what is not yet in force."""
    shop.grant(100, applicability_config={"scope": {"prices": [{"id": shop.price}]}}, effective_at=NOW + 9)
    scope = {"type": "applicability_scope", "applicability_scope": {"prices": [{"id": shop.price}]}}
    path = "/v1/billing/credit_balance_summary"
    (row,) = shop.stripe.get(path, {"customer": shop.ada, "filter": scope})["balances"]
    assert (row["available_balance"]["monetary"]["value"], row["ledger_balance"]["monetary"]["value"]) == (0, 100)
    metered = {"type": "applicability_scope", "applicability_scope": {"price_type": "metered"}}
    assert shop.stripe.get(path, {"customer": shop.ada, "filter": metered})["balances"] == []
    status, error = shop.stripe.refused("GET", path, {"customer": shop.ada, "filter": {"type": "credit_grant"}})
    assert (status, error["param"]) == (400, "filter[credit_grant]")


@pytest.mark.parametrize(
    "scope, param",
    [
        ({"price_type": "metered", "prices": [{"id": "own"}]}, "filter[applicability_scope][prices]"),
        ({"prices": [{"id": "own"}, {"id": "price_none"}]}, "filter[applicability_scope][prices][1][id]"),
    ],
)
def test_a_summary_is_of_prices_that_exist_or_of_all(shop: Shop, scope: dict[str, Any], param: str) -> None:
    """Prices beside a type of price are refused [documented], and so is one that nobody made [inferred]."""
    for row in scope["prices"]:
        row["id"] = shop.price if row["id"] == "own" else row["id"]
    asked = {"customer": shop.ada, "filter": {"type": "applicability_scope", "applicability_scope": scope}}
    status, error = shop.stripe.refused("GET", "/v1/billing/credit_balance_summary", asked)
    assert (status, error["param"]) == (400, param)


def test_an_account_as_customer_has_no_credits(shop: Shop) -> None:
    """Nothing here sells to accounts of API v2, so their lists are empty; granting them anything is a 501.

    An account that does not exist is an error. [inferred]
    """
    shop.grant(100)
    request = Request(
        "POST",
        "/v2/core/accounts",
        "",
        {
            "authorization": f"Bearer {shop.stripe.key}",
            "stripe-version": "2026-10-28.endive",
            "content-type": "application/json",
        },
        b"{}",
    )
    account = json.loads(shop.stripe.simulator.handle(request).body)["id"]
    scope = {"filter": {"type": "applicability_scope", "applicability_scope": {"price_type": "metered"}}}
    whose = {"customer_account": account}
    for noun in ("billing/credit_grants", "billing/credit_balance_transactions", "subscriptions", "invoices"):
        assert shop.stripe.get(f"/v1/{noun}", whose)["data"] == []
        status, error = shop.stripe.refused("GET", f"/v1/{noun}", {"customer_account": "acct_none"})
        assert (status, error["code"]) == (400, "resource_missing")
    summary = shop.stripe.get("/v1/billing/credit_balance_summary", {**whose, **scope})
    assert (summary["balances"], summary["customer"], summary["customer_account"]) == ([], None, account)
    money = {"type": "monetary", "monetary": {"currency": "usd", "value": 1}}
    grant = {"amount": money, "applicability_config": {"scope": {"price_type": "metered"}}, **whose}
    assert shop.stripe.refused("POST", "/v1/billing/credit_grants", grant)[0] == 501


def test_a_customer_has_a_hundred_unused_grants(shop: Shop) -> None:
    """The next one is refused until one is used up or over."""
    ids = [shop.grant(1)["id"] for _ in range(100)]
    body = {
        "amount": {"type": "monetary", "monetary": {"currency": "usd", "value": 1}},
        "applicability_config": {"scope": {"price_type": "metered"}},
        "customer": shop.ada,
    }
    assert shop.stripe.refused("POST", "/v1/billing/credit_grants", body)[0] == 400
    shop.stripe.post(f"/v1/billing/credit_grants/{ids[0]}/void")
    shop.grant(1)


def test_grants_are_drawn_on_in_their_order(shop: Shop) -> None:
    """Priority, then expiry, promotional ones, taking effect; 1000 calls need four of them and 40 of the fifth.

    240 each; the sixth is for another price, the seventh in euros, the eighth not in force when the period ends.
    [documented] 1000 = 4 x 240 + 40; the seat's 500 is nobody's but the customer's.
    """
    shop.subscribe()
    other = {"scope": {"prices": [{"id": shop.other}]}}
    late = NOW + 2 * MONTH
    grants = {
        "fifth": shop.grant(240),
        "fourth": shop.grant(240, effective_at=NOW - 60),
        "third": shop.grant(240, category="promotional"),
        "second": shop.grant(240, expires_at=late),
        "first": shop.grant(240, priority=1),
        "other": shop.grant(240, priority=0, applicability_config=other),
        "euros": shop.grant(
            240, priority=0, amount={"type": "monetary", "monetary": {"currency": "eur", "value": 240}}
        ),
        "later": shop.grant(240, priority=0, effective_at=NOW + MONTH + 1),
    }
    shop.use(1000)
    shop.advance(NOW + MONTH + 7200)
    assert shop.latest()["amount_paid"] == 500
    rows = shop.stripe.get("/v1/billing/credit_balance_transactions", {"customer": shop.ada})["data"]
    names = {grant["id"]: name for name, grant in grants.items()}
    drawn = [
        (names[row["credit_grant"]], row["debit"]["amount"]["monetary"]["value"])
        for row in reversed(rows)
        if row["type"] == "debit"
    ]
    assert drawn == [("first", 240), ("second", 240), ("third", 240), ("fourth", 240), ("fifth", 40)]


def test_credits_that_another_invoice_took_are_gone(shop: Shop) -> None:
    """Both drafts count on the same 300, and the first that is final has them: 700 - 200 and 700 - 100. [documented]"""
    shop.subscribe()
    shop.subscribe()
    shop.grant(300)
    shop.use(200)
    shop.advance(NOW + MONTH)
    assert [row["total"] for row in shop.stripe.get("/v1/invoices", {"customer": shop.ada, "limit": 2})["data"]] == [
        500,
        500,
    ]
    assert shop.balance() == (0, 300)  # both count on 200
    shop.advance(NOW + MONTH + 7200)
    totals = [row["total"] for row in shop.stripe.get("/v1/invoices", {"customer": shop.ada, "limit": 2})["data"]]
    assert (sorted(totals), shop.balance()) == ([500, 600], (0, 0))


def test_what_credits_paid_of_a_voided_invoice_may_be_too_late(shop: Shop) -> None:
    """They come back after they expired, and are gone at once. [documented]"""
    shop.stripe.post(f"/v1/customers/{shop.ada}", {"email": "ada@example.com"})
    shop.subscribe(collection_method="send_invoice", days_until_due=30)
    shop.grant(300, expires_at=NOW + MONTH + 9000)
    shop.use(300)
    shop.advance(NOW + MONTH + 7200)
    shop.advance(NOW + MONTH + 9600)
    shop.stripe.post(f"/v1/invoices/{shop.latest()['id']}/void")
    assert shop.entries()[2:] == [("credits_application_invoice_voided", 300), ("credits_expired", 300)]
    assert shop.balance() == (0, 0)


def test_a_credit_note_gives_no_credits_back(shop: Shop) -> None:
    """[documented]"""
    shop.subscribe()
    shop.grant(300)
    shop.use(200)
    shop.advance(NOW + MONTH + 7200)
    note = {"invoice": shop.latest()["id"], "amount": 100, "credit_amount": 100}
    shop.stripe.post("/v1/credit_notes", note)
    assert shop.balance() == (100, 100)


# --- alerts ----------------------------------------------------------------------------------------------------------


def test_a_credit_note_gives_back_the_money_and_no_credits(shop: Shop) -> None:
    """1500 calls less 10 % and less 1000 of credits are 350, and 70 of tax: 420 go back. [documented: no credits]"""
    rate = shop.stripe.post("/v1/tax_rates", {"display_name": "VAT", "inclusive": False, "percentage": 20})["id"]
    coupon = shop.stripe.post("/v1/coupons", {"percent_off": 10, "duration": "forever"})["id"]
    shop.subscribe(default_tax_rates=[rate], discounts=[{"coupon": coupon}])
    shop.grant(1000)
    shop.use(1500)
    shop.advance(NOW + MONTH + 7200)
    paid = shop.latest()
    line = next(line["id"] for line in paid["lines"]["data"] if line["amount"] == 1500)
    lines = [{"type": "invoice_line_item", "invoice_line_item": line}]
    note = shop.stripe.post("/v1/credit_notes", {"invoice": paid["id"], "lines": lines, "credit_amount": 420})
    assert (note["subtotal"], note["discount_amount"]) == (1500, 150)
    assert (note["total"], note["total_excluding_tax"]) == (420, 350)
    assert [(row["type"], row["amount"]) for row in note["pretax_credit_amounts"]] == [
        ("discount", 150),
        ("credit_balance_transaction", 1000),
    ]
    assert shop.balance() == (0, 0)
