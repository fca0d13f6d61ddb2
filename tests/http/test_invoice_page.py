"""The page of an invoice, as a browser without scripts sees it, and the file beside it."""

from __future__ import annotations

from typing import Any

from tests.http.surfing import BASE, Browser
from tests.resources.buying import Shop


def sent(shop: Shop, **more: Any) -> Any:
    """An invoice of 24 dollars, 20 and a fifth of it as tax, that is sent to somebody without a card."""
    customer = shop.post("/v1/customers", {"email": "ada@example.com", "name": "Ada <Lovelace>"})["id"]
    rate = shop.post("/v1/tax_rates", {"display_name": "VAT", "percentage": 20, "inclusive": False})["id"]
    terms = {"collection_method": "send_invoice", "days_until_due": 7, "footer": "Thanks", **more}
    draft = shop.post("/v1/invoices", {"customer": customer, "default_tax_rates": [rate], **terms})["id"]
    shop.post("/v1/invoiceitems", {"customer": customer, "invoice": draft, "amount": 2000, "description": "Pens"})
    return shop.post(f"/v1/invoices/{draft}/send")


def test_an_invoice_is_paid_on_its_page(shop: Shop, browser: Browser) -> None:
    """It says what for and until when, a decline is shown and leaves it open, and another card pays."""
    invoice = sent(shop)
    url = invoice["hosted_invoice_url"]
    assert url.startswith(f"{BASE}/i/acct_")
    shown = browser.get(url).text
    for words in (
        "Ada &lt;Lovelace&gt;",
        "Pens",
        "$20.00",
        "Tax<td>$4.00",
        "Due on 07 Feb 2027",
        "Pay $24.00",
        "Thanks",
    ):
        assert words in shown, words
    declined = browser.post(url, {"number": "4000000000000002"})
    assert (declined.status_code, "Your card was declined." in declined.text) == (402, True)
    assert shop.get(f"/v1/invoices/{invoice['id']}")["status"] == "open"
    paid = browser.post(url, {"number": "4242424242424242"})
    assert (paid.status_code, "This invoice is paid." in paid.text) == (200, True)
    now = shop.get(f"/v1/invoices/{invoice['id']}")
    assert (now["status"], now["amount_paid"], "invoice.paid" in shop.told()) == ("paid", 2400, True)
    assert browser.post(url, {"number": "4242424242424242"}).status_code == 409


def test_a_card_that_asks_for_its_holder_leads_to_the_bank(shop: Shop, browser: Browser) -> None:
    """And back: refused, the page says so; agreed, the invoice is paid."""
    invoice = sent(shop)
    url = invoice["hosted_invoice_url"]
    for answer, status in (("fail", "open"), ("complete", "paid")):
        bank = browser.post(url, {"number": "4000002500003155"})
        assert bank.status_code == 303
        back = browser.post(bank.headers["location"], {"do": answer}).headers["location"]
        assert back.startswith(f"{url}&payment_intent=")
        shown = browser.get(back).text
        assert ("failed authentication" in shown) == (answer == "fail")
        assert shop.get(f"/v1/invoices/{invoice['id']}")["status"] == status


def test_the_first_invoice_of_a_subscription_waits_on_its_page(shop: Shop, browser: Browser) -> None:
    """Paid there, the subscription is active and keeps the card for its renewals."""
    customer = shop.post("/v1/customers", {"email": "ada@example.com"})["id"]
    items = [{"price": shop.price(900, interval="month")}]
    terms = {"customer": customer, "items": items, "payment_behavior": "default_incomplete"}
    begun = shop.post("/v1/subscriptions", {**terms, "expand": ["latest_invoice"]})
    assert (
        browser.post(begun["latest_invoice"]["hosted_invoice_url"], {"number": "4242424242424242"}).status_code == 200
    )
    assert shop.get(f"/v1/subscriptions/{begun['id']}")["status"] == "active"
    assert len(shop.get("/v1/payment_methods", {"customer": customer})["data"]) == 1


def test_what_is_over_asks_for_nothing(shop: Shop, browser: Browser) -> None:
    """A void invoice, one that takes debits only, and one that is not there."""
    invoice = sent(shop)
    shop.post(f"/v1/invoices/{invoice['id']}/void")
    shown = browser.get(invoice["hosted_invoice_url"]).text
    assert "This invoice is void" in shown
    assert "<form" not in shown
    debits = sent(shop, payment_settings={"payment_method_types": ["us_bank_account"]})
    assert "takes cards only" in browser.get(debits["hosted_invoice_url"]).text
    assert browser.get(f"{BASE}/i/acct_1/test_none").status_code == 404
    assert browser.get(f"{BASE}/invoice/acct_1/test_none/pdf").status_code == 404


def test_the_portal_leads_to_what_waits(shop: Shop, browser: Browser) -> None:
    """And no more once it is paid."""
    invoice = sent(shop)
    portal = shop.post("/v1/billing_portal/sessions", {"customer": invoice["customer"]})["url"]
    link = f'href="{invoice["hosted_invoice_url"]}">Pay {invoice["number"]}'
    assert link in browser.get(portal).text
    browser.post(invoice["hosted_invoice_url"], {"number": "4242424242424242"})
    assert link not in browser.get(portal).text


def test_an_invoice_can_be_printed(shop: Shop, browser: Browser) -> None:
    """What its page says, as a file."""
    invoice = sent(shop)
    file = browser.get(invoice["invoice_pdf"])
    assert (file.headers["content-type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    for words in (invoice["number"].encode(), b"Ada <Lovelace>", b"Pens", b"$24.00", b"Date due 07 Feb 2027"):
        assert words in file.content


def test_an_invoice_that_says_little_adds_up(shop: Shop, browser: Browser) -> None:
    """No words, no footer: 20 dollars and 5 for the post, less a note of 12 and a balance of 1, are 12."""
    customer = shop.post("/v1/customers", {"balance": -100, "email": "ada@example.com"})["id"]
    post = {"display_name": "Post", "type": "fixed_amount", "fixed_amount": {"amount": 500, "currency": "usd"}}
    terms = {"collection_method": "send_invoice", "days_until_due": 7, "customer": customer}
    rate = shop.post("/v1/shipping_rates", post)["id"]
    draft = shop.post("/v1/invoices", {**terms, "shipping_cost": {"shipping_rate": rate}})["id"]
    shop.post("/v1/invoiceitems", {"customer": customer, "invoice": draft, "amount": 2000})
    invoice = shop.post(f"/v1/invoices/{draft}/finalize")
    shop.post("/v1/credit_notes", {"invoice": draft, "amount": 1200})
    rows = {
        "Subtotal": "$20.00",
        "Shipping": "$5.00",
        "Total": "$25.00",
        "Credit notes": "-$12.00",
        "Applied balance": "-$1.00",
        "Amount due": "$12.00",
    }
    shown = browser.get(invoice["hosted_invoice_url"]).text
    assert [words for words, amount in rows.items() if f"{words}<td>{amount}" not in shown] == []
    file = browser.get(invoice["invoice_pdf"]).content
    assert (file.count(b"$20.00"), file.count(b"-$12.00")) == (2, 1)


def test_in_process_the_addresses_are_stripes() -> None:
    """Where there are no pages."""
    invoice = sent(Shop())
    assert invoice["hosted_invoice_url"].startswith("https://invoice.stripe.com/i/acct_")
    assert invoice["invoice_pdf"].startswith("https://pay.stripe.com/invoice/acct_")
