"""Invoices that are paid by a bank debit, whose money takes days to come."""

from __future__ import annotations

from tests.client import NOW
from tests.resources.tale import DAY, Tale

BANK = {
    "payment_method": "pm_usBankAccount_success",
    "invoice_settings": {"default_payment_method": "pm_usBankAccount_success"},
}


def test_a_first_invoice_is_told_of_when_it_is_tried_and_when_it_is_paid() -> None:
    """The subscription is active from the beginning; every state of the invoice has its event."""
    tale = Tale(**BANK)
    made = tale.subscribe(tale.price(1000))
    assert (made["status"], tale.bill()[0], tale.invoices()[0]["attempted"]) == ("active", "open", True)
    invoices = [type_ for type_ in tale.told() if type_.startswith("invoice")]
    assert invoices == ["invoice.created", "invoice.finalized", "invoice.updated"]
    newest = tale.stripe.get("/v1/events", {"type": "invoice.updated"})["data"][0]["data"]
    assert newest["previous_attributes"] == {"attempted": False}
    assert newest["object"] == tale.invoices()[0]
    tale.stripe.simulator.account(tale.stripe.key).set_clock(NOW + 5 * DAY)
    assert (tale.bill()[0], tale.now()["status"]) == ("paid", "active")


def test_money_arrives_though_its_customer_has_left() -> None:
    """The bank account was detached with its customer, and is nobody's when the debit comes through."""
    tale = Tale(**BANK)
    tale.subscribe(tale.price(1000))
    tale.stripe.delete(f"/v1/customers/{tale.customer}")
    tale.stripe.simulator.account(tale.stripe.key).set_clock(NOW + 5 * DAY)
    intent = tale.stripe.get("/v1/payment_intents")["data"][0]
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 1000)
    assert tale.stripe.get(f"/v1/payment_methods/{intent['payment_method']}")["customer"] is None


def test_money_on_its_way_is_not_asked_for_again() -> None:
    """While the debit is processing the invoice cannot be paid once more; the customer is debited once."""
    tale = Tale(**BANK)
    tale.subscribe(tale.price(1000))
    path = f"/v1/invoices/{tale.invoices()[0]['id']}/pay"
    assert tale.stripe.refused("POST", path)[0] == 400
    assert tale.stripe.refused("POST", path, {"payment_method": "pm_card_visa"})[0] == 400
    tale.stripe.simulator.account(tale.stripe.key).set_clock(NOW + 5 * DAY)
    assert [charge["amount"] for charge in tale.stripe.get("/v1/charges")["data"]] == [1000]
