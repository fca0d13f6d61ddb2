"""Invoices made by hand: drafted, filled, finalized, paid one way or another, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

CARD = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card that pays."""
    return str(stripe.post("/v1/customers", {**CARD, "email": "ada@example.com"})["id"])


def told(stripe: Client, since: int) -> list[tuple[str, Any]]:
    """What happened after so many events, each with what it says changed."""
    return [(event["type"], event["data"].get("previous_attributes")) for event in stripe.events()[since:]]


def test_a_draft_says_null_where_there_is_nothing_yet(stripe: Client, ada: str) -> None:
    """Pages exist from finalization on; what was paid elsewhere is not said where nothing was."""
    draft = stripe.post("/v1/invoices", {"customer": ada})
    assert [draft[key] for key in ("hosted_invoice_url", "invoice_pdf", "number", "ending_balance")] == [None] * 4
    assert draft["webhooks_delivered_at"] == draft["created"] == NOW
    assert "amount_paid_off_stripe" not in draft


@pytest.mark.parametrize(
    "params, finalizes_at, attempt_at",
    [
        ({}, None, None),
        ({"auto_advance": True}, NOW + 3601, NOW + 3600),
        ({"auto_advance": True, "collection_method": "send_invoice", "days_until_due": 30}, NOW + 3601, None),
    ],
)
def test_an_invoice_that_is_sent_is_never_charged(
    stripe: Client, ada: str, params: dict[str, object], finalizes_at: int | None, attempt_at: int | None
) -> None:
    """Both kinds finalize by themselves; only the one that is charged has a next attempt, then as before."""
    draft = stripe.post("/v1/invoices", {"customer": ada, **params})
    assert (draft["automatically_finalizes_at"], draft["next_payment_attempt"]) == (finalizes_at, attempt_at)
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft["id"], "amount": 500})
    assert stripe.post(f"/v1/invoices/{draft['id']}/finalize")["next_payment_attempt"] == attempt_at


def test_switching_to_automatic_collection_plans_no_charge_for_an_invoice_that_is_sent(
    stripe: Client, ada: str
) -> None:
    """An update of a draft follows the same rule as its creation."""
    terms = {"customer": ada, "collection_method": "send_invoice", "days_until_due": 30}
    draft = stripe.post("/v1/invoices", terms)["id"]
    after = stripe.post(f"/v1/invoices/{draft}", {"auto_advance": True})
    assert (after["automatically_finalizes_at"], after["next_payment_attempt"]) == (NOW + 3601, None)


def test_the_newest_item_stands_on_top_of_a_draft(stripe: Client, ada: str) -> None:
    """Items put on a draft are listed newest first."""
    draft = stripe.post("/v1/invoices", {"customer": ada})["id"]
    for amount in (6300, -2000, 100):
        stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": amount, "currency": "usd"})
    assert [line["amount"] for line in stripe.get(f"/v1/invoices/{draft}")["lines"]["data"]] == [100, -2000, 6300]


def test_pending_items_are_listed_newest_first(stripe: Client, ada: str) -> None:
    """An invoice that takes what waits begins with what came last."""
    for amount in (100, 200, 300):
        stripe.post("/v1/invoiceitems", {"customer": ada, "amount": amount, "currency": "usd"})
    invoice = stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})
    assert [line["amount"] for line in invoice["lines"]["data"]] == [300, 200, 100]


@pytest.mark.parametrize(
    "params, discountable, net",
    [
        ({"amount": 500}, True, None),
        ({"amount": -500}, False, -500),
        ({"amount": 500, "discountable": False}, False, 500),
        ({"amount": -500, "discountable": True}, True, None),
    ],
)
def test_a_credit_is_not_discounted(
    stripe: Client, ada: str, params: dict[str, object], discountable: bool, net: int | None
) -> None:
    """Negative items take no discount unless they say so; what takes none says its net amount."""
    item = stripe.post("/v1/invoiceitems", {"customer": ada, **params})
    assert (item["discountable"], item.get("net_amount")) == (discountable, net)


@pytest.mark.parametrize("said, known", [("eur", "eur"), (None, "usd")])
def test_an_item_without_a_currency_takes_the_usual_one(stripe: Client, ada: str, said: str | None, known: str) -> None:
    """The currency of the invoice, else the customer's, else the account's."""
    draft = stripe.post("/v1/invoices", {"customer": ada, **({"currency": said} if said else {})})["id"]
    item = stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 500})
    assert item["currency"] == known
    assert stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 500})["currency"] == known


def test_the_story_of_an_invoice_that_a_card_pays(stripe: Client, ada: str) -> None:
    """The first purchase fixes the customer's currency, and is told before the invoice."""
    before = len(stripe.events())
    draft = stripe.post("/v1/invoices", {"customer": ada})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 1000})
    stripe.post(f"/v1/invoices/{draft}/finalize")
    stripe.post(f"/v1/invoices/{draft}/pay")
    filled = {
        "amount_due": 0,
        "amount_remaining": 0,
        "lines": {"data": [], "total_count": 0},
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "total": 0,
        "total_excluding_tax": 0,
    }
    opened = {
        "effective_at": None,
        "ending_balance": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "number": None,
        "rendering": {"pdf": {"page_size": "auto"}},
        "status": "draft",
        "status_transitions": {"finalized_at": None},
    }
    paid = {
        "amount_paid": 0,
        "amount_remaining": 1000,
        "attempt_count": 0,
        "attempted": False,
        "status": "open",
        "status_transitions": {"paid_at": None},
    }
    assert told(stripe, before) == [
        ("customer.updated", {"currency": None}),
        ("invoice.created", None),
        ("invoiceitem.created", None),
        ("invoice.updated", filled),
        ("payment_intent.created", None),
        ("invoice.updated", opened),
        ("invoice.finalized", None),
        ("charge.succeeded", None),
        ("payment_intent.succeeded", None),
        ("invoice.updated", paid),
        ("invoice.paid", None),
        ("invoice.payment_succeeded", None),
        ("invoice_payment.paid", None),
    ]


def test_the_story_of_an_invoice_paid_elsewhere(stripe: Client, ada: str) -> None:
    """Nobody is charged any more: the intent is canceled after the invoice is paid, and no payment is told of."""
    terms = {"customer": ada, "auto_advance": True, "collection_method": "send_invoice", "days_until_due": 30}
    draft = stripe.post("/v1/invoices", terms)["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 1000})
    stripe.post(f"/v1/invoices/{draft}/finalize")
    before = len(stripe.events())
    invoice = stripe.post(f"/v1/invoices/{draft}/pay", {"paid_out_of_band": True})
    assert (invoice["status"], invoice["attempted"], invoice["attempt_count"]) == ("paid", False, 0)
    changed = {
        "amount_paid": 0,
        "amount_remaining": 1000,
        "auto_advance": True,
        "status": "open",
        "status_transitions": {"paid_at": None},
    }
    assert told(stripe, before) == [
        ("invoice.updated", changed),
        ("invoice.paid", None),
        ("payment_intent.canceled", None),
    ]
    canceled = stripe.events()[-1]["data"]["object"]
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "requested_by_customer")
    (payment,) = stripe.get("/v1/invoice_payments", {"invoice": draft})["data"]
    assert payment["status"] == "canceled"


def test_a_line_names_its_subscription_only_in_its_parent(stripe: Client, ada: str) -> None:
    """Real lines have no `subscription` of their own."""
    terms = {"currency": "usd", "unit_amount": 900, "recurring[interval]": "month", "product_data[name]": "Weather"}
    price = stripe.post("/v1/prices", terms)["id"]
    subscription = stripe.post(
        "/v1/subscriptions", {"customer": ada, "items": [{"price": price}], "expand": ["latest_invoice"]}
    )
    (line,) = subscription["latest_invoice"]["lines"]["data"]
    assert "subscription" not in line
    assert line["parent"]["subscription_item_details"]["subscription"] == subscription["id"]


def test_a_draft_shows_its_customer_as_he_is_until_it_is_finalized(stripe: Client, ada: str) -> None:
    """A name that comes and changes while it is a draft, and one that comes too late. [documented]"""
    draft = stripe.post("/v1/invoices", {"customer": ada})["id"]
    shown = []
    for name in ("Ada", "Ada B."):
        stripe.post(f"/v1/customers/{ada}", {"name": name})
        shown.append(stripe.get(f"/v1/invoices/{draft}")["customer_name"])
    stripe.post(f"/v1/invoices/{draft}/finalize")
    stripe.post(f"/v1/customers/{ada}", {"name": "Ada C."})
    shown.append(stripe.get(f"/v1/invoices/{draft}")["customer_name"])
    assert shown == ["Ada", "Ada B.", "Ada B."]


def test_what_is_given_up_advances_no_more(stripe: Client, ada: str) -> None:
    """Only drafts and open invoices do. [documented]"""
    path = f"/v1/invoices/{stripe.post('/v1/invoices', {'customer': ada})['id']}"
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": path[13:], "amount": 500, "currency": "usd"})
    stripe.post(f"{path}/finalize")
    stripe.post(f"{path}/mark_uncollectible")
    assert stripe.refused("POST", path, {"auto_advance": True})[1]["param"] == "auto_advance"
    assert stripe.post(path, {"auto_advance": False})["auto_advance"] is False


def test_a_subscription_is_invoiced_by_hand_without_its_tax_rates(stripe: Client, ada: str) -> None:
    """7.00 that wait, taken along or left, and 20 % that only its own invoices bear. [documented: the rates]"""
    rate = stripe.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    recurring = {"currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}}
    price = stripe.post("/v1/prices", {**recurring, "product_data": {"name": "Gold"}})["id"]
    taxed = {"customer": ada, "items": [{"price": price}], "default_tax_rates": [rate], "expand": ["latest_invoice"]}
    made = stripe.post("/v1/subscriptions", taxed)
    assert made["latest_invoice"]["total"] == 1200
    waiting = {"customer": ada, "subscription": made["id"], "amount": 700, "currency": "usd"}
    stripe.post("/v1/invoiceitems", waiting)
    totals = [
        stripe.post(
            "/v1/invoices", {"customer": ada, "subscription": made["id"], "pending_invoice_items_behavior": wanted}
        )["total"]
        for wanted in ("exclude", "include")
    ]
    assert totals == [0, 700]


def test_lines_say_what_their_subscription_says_now(stripe: Client, ada: str) -> None:
    """Its metadata go into its lines as they are, into the invoice as they were, into no item. [documented]"""
    recurring = {"currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}}
    price = stripe.post("/v1/prices", {**recurring, "product_data": {"name": "Gold"}})["id"]
    once = stripe.post("/v1/prices", {"currency": "usd", "unit_amount": 50, "product_data": {"name": "Fee"}})["id"]
    terms = {"customer": ada, "items": [{"price": price}], "add_invoice_items": [{"price": once}]}
    made = stripe.post("/v1/subscriptions", {**terms, "metadata": {"team": "a"}})
    stripe.post(f"/v1/subscriptions/{made['id']}", {"metadata": {"team": "b"}})
    invoice = stripe.get(f"/v1/invoices/{made['latest_invoice']}")
    assert invoice["parent"]["subscription_details"]["metadata"] == {"team": "a"}
    assert [line["metadata"] for line in invoice["lines"]["data"]] == [{}, {"team": "b"}]
    rows = stripe.get(f"/v1/invoices/{made['latest_invoice']}/lines")["data"]
    assert [line["metadata"] for line in rows] == [{}, {"team": "b"}]
