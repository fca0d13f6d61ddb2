"""Invoices with automatic tax whose tax nobody can tell: what becomes of them by request and by the clock."""

from __future__ import annotations

from tests.client import NOW
from tests.resources.taxed import BERLIN, OAKLAND, ON, Taxed


def test_a_one_off_invoice_without_a_place_is_not_finalized() -> None:
    """It keeps the error and tells of it; with an address it goes on. [documented]"""
    stripe = Taxed()
    ada = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    draft = stripe.post("/v1/invoices", {"customer": ada, "currency": "eur", "automatic_tax": ON})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "currency": "eur", "amount": 1000})
    path = f"/v1/invoices/{draft}"
    status, error = stripe.refused("POST", f"{path}/finalize")
    assert (status, error["code"]) == (400, "customer_tax_location_invalid")
    kept = stripe.get(path)
    assert (kept["status"], kept["last_finalization_error"]["code"]) == ("draft", "customer_tax_location_invalid")
    assert stripe.events()[-1]["type"] == "invoice.finalization_failed"
    stripe.post(f"/v1/customers/{ada}", {"address": BERLIN})
    assert stripe.post(f"{path}/finalize")["total"] == 1190


def test_the_clock_does_not_finalize_it_either() -> None:
    """After its hour it is still a draft, and stays one; a day later too."""
    stripe = Taxed()
    ada = stripe.post("/v1/customers", {"email": "ada@example.com"})["id"]
    wanted = {"customer": ada, "currency": "eur", "automatic_tax": ON, "auto_advance": True}
    draft = stripe.post("/v1/invoices", wanted)["id"]
    for later in (3601, 86_400):
        stripe.control("POST", "clock", {"now": NOW + later})
        kept = stripe.get(f"/v1/invoices/{draft}")
        assert (kept["status"], kept["automatically_finalizes_at"]) == ("draft", None)
    failed = [event for event in stripe.events() if event["type"] == "invoice.finalization_failed"]
    assert len(failed) == 1


def test_a_renewal_without_a_place_is_billed_without_tax_and_says_so() -> None:
    """Automatic tax is turned off on the invoice and on its subscription, each with its reason. [documented]"""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    body = {"customer": ada, "items": [{"price": stripe.price(1000)}], "automatic_tax": ON}
    made = stripe.post("/v1/subscriptions", body)
    gone = {"address": "", "tax": {"validate_location": "deferred"}}
    assert stripe.refused("POST", f"/v1/customers/{ada}", {"address": ""})[1]["code"] == "customer_tax_location_invalid"
    stripe.post(f"/v1/customers/{ada}", gone)
    stripe.control("POST", "clock", {"now": NOW + 28 * 86_400})
    draft = stripe.get("/v1/invoices", {"customer": ada})["data"][0]
    assert (draft["status"], draft["automatic_tax"]["status"]) == ("draft", "requires_location_inputs")
    stripe.control("POST", "clock", {"now": NOW + 28 * 86_400 + 3600})
    paid = stripe.get(f"/v1/invoices/{draft['id']}")
    assert (paid["status"], paid["total"], paid["total_taxes"]) == ("paid", 1000, [])
    assert paid["automatic_tax"]["enabled"] is False
    assert paid["automatic_tax"]["disabled_reason"] == "finalization_requires_location_inputs"
    after = stripe.get(f"/v1/subscriptions/{made['id']}")["automatic_tax"]
    assert after == {"disabled_reason": "requires_location_inputs", "enabled": False, "liability": {"type": "self"}}
    stripe.post(f"/v1/customers/{ada}", {"address": BERLIN})
    again = stripe.post(f"/v1/subscriptions/{made['id']}", {"automatic_tax": ON})["automatic_tax"]
    assert (again["enabled"], again["disabled_reason"]) == (True, None)
    assert stripe.post("/v1/invoices/create_preview", {"subscription": made["id"]})["total"] == 1190


def test_a_schedule_is_told_too_that_its_tax_is_off() -> None:
    """In its current phase and by default. [documented]"""
    stripe = Taxed()
    ada, month = stripe.customer(BERLIN), {"items": [{"price": stripe.price(1000)}], "duration": {"interval": "month"}}
    body = {"customer": ada, "phases": [month, month], "start_date": "now", "default_settings": {"automatic_tax": ON}}
    made = stripe.post("/v1/subscription_schedules", body)
    stripe.post(f"/v1/customers/{ada}", {"address": "", "tax": {"validate_location": "deferred"}})
    stripe.control("POST", "clock", {"now": NOW + 3601})
    after = stripe.get(f"/v1/subscription_schedules/{made['id']}")
    off = {"disabled_reason": "requires_location_inputs", "enabled": False, "liability": {"type": "self"}}
    assert (after["default_settings"]["automatic_tax"], after["phases"][0]["automatic_tax"]) == (off, off)
    assert stripe.get("/v1/invoices", {"customer": ada})["data"][0]["total"] == 1000


def test_what_the_clock_cannot_reckon_is_told_and_not_made_up() -> None:
    """Whoever moves where no table reaches: the renewal says why it has no tax, the one-off invoice stays a draft."""
    stripe = Taxed()
    stripe.register("US", type="state_sales_tax", state="CA")
    ada, price = stripe.customer(BERLIN), stripe.price(1000)
    made = stripe.post("/v1/subscriptions", {"customer": ada, "items": [{"price": price}], "automatic_tax": ON})
    stripe.post(f"/v1/customers/{ada}", {"address": OAKLAND})
    one_off = {"customer": ada, "currency": "eur", "auto_advance": True}
    draft = stripe.post("/v1/invoices", {**one_off, "automatic_tax": {"enabled": False}})["id"]
    stripe.post("/v1/invoiceitems", {"customer": ada, "invoice": draft, "currency": "eur", "amount": 500})
    assert stripe.ask("POST", f"/v1/invoices/{draft}", {"automatic_tax": ON})[0] == 501
    stripe.declare(country="US", state="CA", percentage="10")
    assert stripe.post(f"/v1/invoices/{draft}", {"automatic_tax": ON})["total"] == 550
    stripe.control("DELETE", "tax_rates")
    stripe.control("POST", "clock", {"now": NOW + 3601})
    kept = stripe.get(f"/v1/invoices/{draft}")
    assert (kept["status"], kept["last_finalization_error"]["code"]) == ("draft", "taxes_calculation_failed")
    stripe.control("POST", "clock", {"now": NOW + 28 * 86_400 + 3600})
    paid = stripe.get("/v1/invoices", {"subscription": made["id"]})["data"][0]
    assert (paid["status"], paid["total"]) == ("paid", 1000)
    assert paid["automatic_tax"]["disabled_reason"] == "finalization_system_error"
    assert stripe.get(f"/v1/subscriptions/{made['id']}")["automatic_tax"]["enabled"] is True


def test_a_subscriptions_draft_keeps_its_hour_when_nobody_can_finalize_it() -> None:
    """Finalizing it by hand is refused and told; an hour after it was made it is billed without tax all the same."""
    stripe = Taxed()
    ada = stripe.customer(BERLIN)
    body = {"customer": ada, "items": [{"price": stripe.price(1000)}], "automatic_tax": ON}
    stripe.post("/v1/subscriptions", body)
    stripe.post(f"/v1/customers/{ada}", {"address": "", "tax": {"validate_location": "deferred"}})
    stripe.control("POST", "clock", {"now": NOW + 28 * 86_400})
    draft = stripe.get("/v1/invoices", {"customer": ada})["data"][0]["id"]
    assert stripe.refused("POST", f"/v1/invoices/{draft}/finalize")[1]["code"] == "customer_tax_location_invalid"
    assert stripe.get(f"/v1/invoices/{draft}")["last_finalization_error"]["code"] == "customer_tax_location_invalid"
    stripe.control("POST", "clock", {"now": NOW + 28 * 86_400 + 3600})
    paid = stripe.get(f"/v1/invoices/{draft}")
    assert (paid["status"], paid["total"]) == ("paid", 1000)


def test_sending_whose_tax_is_unknown_stops_the_clock_too() -> None:
    """19 % of 500 for the post was declared once; without it the invoice stays a draft and says why."""
    stripe = Taxed()
    stripe.declare(country="DE", tax_code="txcd_92010001", percentage="19")
    ada = stripe.customer(BERLIN)
    data = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}, "tax_behavior": "exclusive"}
    body = {"customer": ada, "currency": "eur", "automatic_tax": ON, "auto_advance": True}
    draft = stripe.post("/v1/invoices", {**body, "shipping_cost": {"shipping_rate_data": data}})
    assert draft["total"] == 595
    stripe.control("DELETE", "tax_rates")
    stripe.control("POST", "clock", {"now": NOW + 3601})
    kept = stripe.get(f"/v1/invoices/{draft['id']}")
    assert (kept["status"], kept["last_finalization_error"]["code"]) == ("draft", "taxes_calculation_failed")
