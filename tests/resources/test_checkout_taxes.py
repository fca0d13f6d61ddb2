"""Automatic tax and other currencies on Checkout's page and behind payment links."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW
from tests.resources.buying import THANKS
from tests.resources.taxed import BERLIN, ON, PARIS, Taxed

from pinstripe.http.control import ControlError

ADA = {"payment_method": "pm_card_visa", "email": "ada@example.com", "name": "Ada"}


@pytest.fixture
def shop() -> Taxed:
    """A seller in Berlin who collects in all of the Union."""
    stripe = Taxed()
    stripe.register("DE", type="oss_union")
    return stripe


def session(shop: Taxed, mode: str, price: str, **more: Any) -> Any:
    """A page that sells one of a price with automatic tax."""
    body = {"mode": mode, "success_url": THANKS, "line_items": [{"price": price, "quantity": 1}], "automatic_tax": ON}
    return shop.post("/v1/checkout/sessions", {**body, **more})


def complete(shop: Taxed, id_: str, **typed: Any) -> Any:
    """The session after its customer has bought."""
    return json.loads(json.dumps(shop.control("POST", f"checkout/{id_}/complete", {**ADA, **typed})))


def test_a_payment_is_taxed_once_it_is_known_where(shop: Taxed) -> None:
    """10.00 before, 12.00 in France after; the intent takes that. [documented: the status]"""
    made = session(shop, "payment", shop.price(1000, interval=None))
    assert made["automatic_tax"] == {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "requires_location_inputs",
    }
    assert (made["amount_total"], made["total_details"]["amount_tax"]) == (1000, 0)
    with pytest.raises(ControlError, match="location isn't recognized"):  # a card from the United States, no ZIP code
        complete(shop, made["id"])
    done = complete(shop, made["id"], address=PARIS)
    assert (done["amount_subtotal"], done["amount_total"]) == (1000, 1200)
    assert (done["total_details"]["amount_tax"], done["automatic_tax"]["status"]) == (200, "complete")
    assert shop.get(f"/v1/payment_intents/{done['payment_intent']}")["amount_received"] == 1200


def test_a_subscription_is_taxed_by_the_address_typed(shop: Taxed) -> None:
    """19 % inside 11.90; the new customer keeps the address, and the renewal is taxed by it."""
    made = session(shop, "subscription", shop.price(1190, tax_behavior="inclusive"))
    done = complete(shop, made["id"], address=BERLIN)
    assert (done["amount_total"], done["total_details"]["amount_tax"]) == (1190, 190)
    subscription = shop.get(f"/v1/subscriptions/{done['subscription']}", {"expand": ["latest_invoice"]})
    assert subscription["automatic_tax"]["enabled"] is True
    assert subscription["latest_invoice"]["total_taxes"][0]["amount"] == 190
    assert shop.post("/v1/invoices/create_preview", {"subscription": subscription["id"]})["total_excluding_tax"] == 1000


def test_an_invoice_of_a_payment_has_the_tax(shop: Taxed) -> None:
    """It asks for what was paid: 1000 and 25.5 % in Finland."""
    made = session(shop, "payment", shop.price(1000, interval=None), invoice_creation={"enabled": True})
    done = complete(shop, made["id"], address={"country": "FI"})
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (invoice["total"], invoice["amount_paid"], invoice["total_taxes"][0]["amount"]) == (1255, 1255, 255)
    assert invoice["automatic_tax"]["status"] == "complete"


def test_a_known_customer_is_taxed_from_the_start(shop: Taxed) -> None:
    """By the saved address; one without may save the one that is typed, or is refused. [documented]"""
    price = shop.price(1000, interval=None)
    made = session(shop, "payment", price, customer=shop.customer(BERLIN))
    assert (made["amount_total"], made["automatic_tax"]["status"]) == (1190, "complete")
    assert complete(shop, made["id"], address=PARIS)["amount_total"] == 1190  # what is typed is not saved
    nowhere = shop.customer()
    body = {"mode": "payment", "success_url": THANKS, "line_items": [{"price": price, "quantity": 1}]}
    status, error = shop.refused("POST", "/v1/checkout/sessions", {**body, "customer": nowhere, "automatic_tax": ON})
    assert (status, error["code"]) == (400, "customer_tax_location_invalid")
    saving = session(shop, "payment", price, customer=nowhere, customer_update={"address": "auto"})
    assert complete(shop, saving["id"], address=PARIS)["amount_total"] == 1200
    assert shop.get(f"/v1/customers/{nowhere}")["address"]["country"] == "FR"


def test_a_business_types_its_tax_id_and_owes_the_tax_itself(shop: Taxed) -> None:
    """A French business on a German seller's page. [documented]"""
    made = session(shop, "payment", shop.price(1000, interval=None), tax_id_collection={"enabled": True})
    typed = {"type": "eu_vat", "value": "FR12345678901"}
    done = complete(shop, made["id"], address=PARIS, tax_id=typed, business_name="Ada SARL")
    assert (done["amount_total"], done["automatic_tax"]["status"]) == (1000, "complete")


def test_a_payment_link_hands_its_tax_on(shop: Taxed) -> None:
    """Each session of it is taxed by who opens it; turned off, no session is."""
    rows = [{"price": shop.price(1000, interval=None), "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "automatic_tax": ON})
    assert link["automatic_tax"] == {"enabled": True, "liability": {"type": "self"}}
    opened = shop.control("POST", f"payment_links/{link['id']}/open")
    assert complete(shop, opened["id"], address=BERLIN)["amount_total"] == 1190
    shop.post(f"/v1/payment_links/{link['id']}", {"automatic_tax": {"enabled": False}})
    again = shop.control("POST", f"payment_links/{link['id']}/open")
    assert complete(shop, again["id"], address=BERLIN)["amount_total"] == 1000


def test_a_page_sells_in_the_currency_it_names(shop: Taxed) -> None:
    """9.00 USD instead of 10.00 EUR, once and every month, also behind a link."""
    dollars: dict[str, Any] = {"currency_options": {"usd": {"unit_amount": 900}}}

    def sold(mode: str, price: str) -> Any:
        """The session after a sale in dollars, which cost 9.00 before and after."""
        made = session(shop, mode, price, currency="usd", automatic_tax={"enabled": False})
        done = complete(shop, made["id"])
        for shown in (made, done):
            assert (shown["currency"], shown["amount_total"]) == ("usd", 900)
        return done

    sold("payment", shop.price(1000, interval=None, **dollars))
    monthly = shop.price(1000, **dollars)
    done = sold("subscription", monthly)
    assert shop.get(f"/v1/subscriptions/{done['subscription']}")["currency"] == "usd"
    rows = [{"price": monthly, "quantity": 1}]
    link = shop.post("/v1/payment_links", {"line_items": rows, "currency": "usd"})
    assert shop.control("POST", f"payment_links/{link['id']}/open")["amount_total"] == 900
    price = shop.price(1000, interval=None)
    pounds = {"line_items": [{"price": price, "quantity": 1}], "currency": "gbp"}
    assert shop.refused("POST", "/v1/payment_links", pounds)[1]["param"] == "line_items[0]"


def test_an_invoice_has_the_tax_of_the_day_it_was_bought(shop: Taxed) -> None:
    """A debit that arrives when its customer has moved to France: 11.90, as was paid. [inferred]"""
    ada = shop.customer(BERLIN)
    more = {"invoice_creation": {"enabled": True}, "allowed_payment_method_types": ["card", "sepa_debit"]}
    made = session(shop, "payment", shop.price(1000, interval=None), customer=ada, **more)
    owner = {"name": "Ada", "email": "ada@example.com"}
    account = {"type": "sepa_debit", "sepa_debit": {"iban": "DE89370400440532013000"}, "billing_details": owner}
    debit = shop.post("/v1/payment_methods", account)["id"]
    assert complete(shop, made["id"], payment_method=debit)["payment_status"] == "unpaid"
    shop.post(f"/v1/customers/{ada}", {"address": PARIS})
    shop.control("POST", "clock", {"now": NOW + 20 * 86_400})
    done = shop.get(f"/v1/checkout/sessions/{made['id']}")
    invoice = shop.get(f"/v1/invoices/{done['invoice']}")
    assert (done["payment_status"], invoice["total"], invoice["total_taxes"][0]["amount"]) == ("paid", 1190, 190)


def test_only_an_address_that_is_saved_counts(shop: Taxed) -> None:
    """Where the shipping address is to be saved and none is asked for, nobody can tell: refused, and still open."""
    update = {"customer_update": {"shipping": "auto"}, "invoice_creation": {"enabled": True}}
    made = session(shop, "payment", shop.price(1000, interval=None), customer=shop.customer(), **update)
    with pytest.raises(ControlError, match="location isn't recognized"):
        complete(shop, made["id"], address=BERLIN)
    assert shop.get(f"/v1/checkout/sessions/{made['id']}")["status"] == "open"
