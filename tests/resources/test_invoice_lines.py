"""The lines of a draft, its items, what it says, its revisions, and payments made apart from it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.tale import CARD, DAY, Tale


@pytest.fixture
def stripe() -> Client:
    """An empty account."""
    return Client()


@pytest.fixture
def ada(stripe: Client) -> str:
    """A customer with a card that pays."""
    return str(stripe.post("/v1/customers", {**CARD, "email": "ada@example.com"})["id"])


@pytest.fixture
def draft(stripe: Client, ada: str) -> Any:
    """A draft of one line of 10.00."""
    stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 1000, "currency": "usd", "description": "Pen"})
    return stripe.post("/v1/invoices", {"customer": ada, "pending_invoice_items_behavior": "include"})


def lines(invoice: Any) -> list[tuple[str, int]]:
    """What the lines say and cost."""
    return [(line["description"], line["amount"]) for line in invoice["lines"]["data"]]


def test_lines_are_added_new_or_from_what_waits(stripe: Client, ada: str, draft: Any) -> None:
    """Each has an invoice item behind it, the newest on top; the invoice's own metadata can come along."""
    waits = stripe.post("/v1/invoiceitems", {"customer": ada, "amount": 70, "description": "Ink"})["id"]
    rows = [{"amount": 500, "description": "Book"}, {"invoice_item": waits}]
    filled = stripe.post(f"/v1/invoices/{draft['id']}/add_lines", {"lines": rows, "invoice_metadata": {"a": "b"}})
    assert lines(filled) == [("Ink", 70), ("Book", 500), ("Pen", 1000)]
    assert (filled["total"], filled["metadata"]) == (1570, {"a": "b"})
    assert stripe.get(f"/v1/invoiceitems/{waits}")["invoice"] == draft["id"]


def test_a_line_changes_with_its_item(stripe: Client, draft: Any) -> None:
    """Four at 2.50 instead of one at 10.00, and the item says so too."""
    line = draft["lines"]["data"][0]
    path = f"/v1/invoices/{draft['id']}/lines/{line['id']}"
    changed = stripe.post(
        path, {"price_data": {"currency": "usd", "unit_amount": 250, "product": product(stripe)}, "quantity": 4}
    )
    assert (changed["id"], changed["amount"], changed["quantity"]) == (line["id"], 1000, 4)
    many = stripe.post(
        f"/v1/invoices/{draft['id']}/update_lines",
        {"lines": [{"id": line["id"], "description": "Pens", "quantity": 3}]},
    )
    assert (lines(many), many["total"]) == ([("Pens", 750)], 750)
    item = line["parent"]["invoice_item_details"]["invoice_item"]
    assert stripe.get(f"/v1/invoiceitems/{item}")["amount"] == 750


def product(stripe: Client) -> str:
    """Something to sell."""
    return str(stripe.post("/v1/products", {"name": "Pen"})["id"])


def test_a_line_is_removed_with_its_item_or_lets_it_wait(stripe: Client, ada: str, draft: Any) -> None:
    """Deleted it is gone; unassigned it is on the next invoice."""
    stripe.post(f"/v1/invoices/{draft['id']}/add_lines", {"lines": [{"amount": 500, "description": "Book"}]})
    book, pen = stripe.get(f"/v1/invoices/{draft['id']}/lines")["data"]
    rows = [{"id": pen["id"], "behavior": "unassign"}, {"id": book["id"], "behavior": "delete"}]
    left = stripe.post(f"/v1/invoices/{draft['id']}/remove_lines", {"lines": rows})
    assert (lines(left), left["total"]) == ([], 0)
    waiting = stripe.get("/v1/invoiceitems", {"customer": ada, "pending": True})["data"]
    assert [row["description"] for row in waiting] == ["Pen"]


def test_an_item_on_a_draft_takes_the_invoice_along(stripe: Client, draft: Any) -> None:
    """And on an invoice that was finalized it stays as it is."""
    item = draft["lines"]["data"][0]["parent"]["invoice_item_details"]["invoice_item"]
    stripe.post(f"/v1/invoiceitems/{item}", {"amount": 1200, "description": "Fountain pen"})
    assert lines(stripe.get(f"/v1/invoices/{draft['id']}")) == [("Fountain pen", 1200)]
    stripe.post(f"/v1/invoices/{draft['id']}/finalize")
    assert stripe.refused("POST", f"/v1/invoiceitems/{item}", {"amount": 1})[0] == 400
    refused = stripe.refused("POST", f"/v1/invoices/{draft['id']}/add_lines", {"lines": [{"amount": 1}]})
    assert refused[1]["code"] == "invoice_not_editable"


def test_an_invoice_says_what_it_was_told_to(stripe: Client, ada: str) -> None:
    """Its own number takes none from the customer's sequence."""
    terms = {
        "customer": ada,
        "custom_fields": [{"name": "PO", "value": "7"}],
        "footer": "Thanks",
        "number": "A-1",
        "effective_at": NOW - 5,
        "rendering": {"pdf": {"page_size": "a4"}},
    }
    draft = stripe.post("/v1/invoices", terms)
    assert (draft["footer"], draft["number"], draft["rendering"]["pdf"]) == ("Thanks", "A-1", {"page_size": "a4"})
    paid = stripe.post(f"/v1/invoices/{draft['id']}/finalize")
    assert (paid["number"], paid["effective_at"]) == ("A-1", NOW - 5)
    other = stripe.post("/v1/invoices", {"customer": ada})["id"]
    assert stripe.post(f"/v1/invoices/{other}/finalize")["number"].endswith("-0001")


def test_sending_finalizes_and_is_told_of(stripe: Client, ada: str) -> None:
    """Only what is sent can be sent."""
    terms = {"customer": ada, "collection_method": "send_invoice", "days_until_due": 7}
    draft = stripe.post("/v1/invoices", terms)["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "amount": 500})
    assert stripe.post(f"/v1/invoices/{draft}/send")["status"] == "open"
    assert stripe.events()[-1]["type"] == "invoice.sent"
    charged = stripe.post("/v1/invoices", {"customer": ada})["id"]
    assert stripe.refused("POST", f"/v1/invoices/{charged}/send")[0] == 400


def test_a_revision_replaces_what_it_revises(stripe: Client, draft: Any) -> None:
    """Once it is finalized the other is void, and each names the other."""
    stripe.post(f"/v1/invoices/{draft['id']}/finalize")
    revision = stripe.post("/v1/invoices", {"from_invoice": {"action": "revision", "invoice": draft["id"]}})
    assert revision["from_invoice"] == {"action": "revision", "invoice": draft["id"]}
    assert (lines(revision), revision["status"]) == ([("Pen", 1000)], "draft")
    assert stripe.get(f"/v1/invoices/{draft['id']}")["latest_revision"] == revision["id"]
    stripe.post(f"/v1/invoices/{revision['id']}/finalize")
    assert stripe.get(f"/v1/invoices/{draft['id']}")["status"] == "void"


def test_a_payment_made_apart_counts_towards_the_invoice(stripe: Client, ada: str, draft: Any) -> None:
    """6.00 of 10.00 first, then 5.00: the 1.00 too much is the customer's."""
    stripe.post(f"/v1/invoices/{draft['id']}/finalize")
    method = stripe.get(f"/v1/customers/{ada}/payment_methods")["data"][0]["id"]

    def paid(amount: int) -> Any:
        """The invoice after a payment of so much was attached."""
        terms = {"amount": amount, "currency": "usd", "customer": ada, "payment_method": method, "confirm": True}
        intent = stripe.post("/v1/payment_intents", {**terms, "return_url": "https://example.com"})["id"]
        return stripe.post(f"/v1/invoices/{draft['id']}/attach_payment", {"payment_intent": intent})

    part = paid(600)
    assert (part["status"], part["amount_paid"], part["amount_remaining"]) == ("open", 600, 400)
    whole = paid(500)
    assert (whole["status"], whole["amount_remaining"], whole["amount_overpaid"]) == ("paid", 0, 100)
    assert stripe.get(f"/v1/customers/{ada}")["balance"] == -100


def test_a_draft_finalizes_when_it_was_told_to() -> None:
    """At the moment named, and not an hour after it was made."""
    tale = Tale()
    tale.stripe.post("/v1/invoiceitems", {"customer": tale.customer, "amount": 500, "currency": "usd"})
    terms = {"customer": tale.customer, "pending_invoice_items_behavior": "include", "auto_advance": True}
    draft = tale.stripe.post("/v1/invoices", {**terms, "automatically_finalizes_at": NOW + 2 * DAY})
    assert (draft["automatically_finalizes_at"], draft["next_payment_attempt"]) == (NOW + 2 * DAY, NOW + 2 * DAY)
    tale.go(2 * DAY - 1)
    assert tale.bill()[0] == "draft"
    tale.go(2 * DAY)
    assert tale.bill()[0] == "paid"


def test_invoices_are_found_by_the_day_they_are_due(stripe: Client, ada: str) -> None:
    """Those that are charged have none."""
    sent = {"customer": ada, "collection_method": "send_invoice", "days_until_due": 7}
    due = stripe.post("/v1/invoices", sent)["id"]
    stripe.post("/v1/invoices", {"customer": ada})
    found = stripe.get("/v1/invoices", {"due_date": {"lte": NOW + 7 * DAY}})["data"]
    assert [row["id"] for row in found] == [due]


def test_a_line_brings_its_product_along(stripe: Client, draft: Any) -> None:
    """By its name, at 2.50 for each of two; one amount is enough."""
    product = {"name": "Ink", "description": "Blue", "tax_code": "txcd_99999999", "metadata": {"pot": "small"}}
    data = {"currency": "usd", "product_data": product, "unit_amount": 250}
    rows = [{"price_data": data, "quantity": 2}]
    lines = stripe.post(f"/v1/invoices/{draft['id']}/add_lines", {"lines": rows})["lines"]["data"]
    line = next(line for line in lines if line["description"] == "Ink")
    assert (line["amount"], line["quantity"]) == (500, 2)
    made = stripe.get(f"/v1/products/{line['pricing']['price_details']['product']}")
    assert (made["tax_code"], made["metadata"], made["active"]) == ("txcd_99999999", {"pot": "small"}, False)
    for more in ({"amount": 5}, {"pricing": {"price": line["pricing"]["price_details"]["price"]}}):
        body = {"lines": [{**rows[0], **more}]}
        status, error = stripe.refused("POST", f"/v1/invoices/{draft['id']}/add_lines", body)
        assert (status, "only specify one" in error["message"]) == (400, True)


def test_an_invoice_takes_250_items(stripe: Client, ada: str, draft: Any) -> None:
    """There is one already; neither way adds a 251st. [documented]"""
    add = f"/v1/invoices/{draft['id']}/add_lines"
    assert stripe.refused("POST", add, {"lines": [{"amount": 1}] * 250})[1]["param"] == "lines"
    stripe.post(add, {"lines": [{"amount": 1}] * 249})
    one = {"customer": ada, "invoice": draft["id"], "amount": 1, "currency": "usd"}
    assert stripe.refused("POST", "/v1/invoiceitems", one)[1]["param"] == "invoice"
