"""Fates of cards, told as dunning: they fail later, recover, or want their holder."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.paying import customer_acts, pay

from pinstripe.http.control import ControlError

MONTH = 28 * 86_400
"""From 31 January to 28 February."""
HOUR = 3_600


class Lender(Client):
    """A customer with a subscription of 20 dollars a month, on the account's own clock."""

    def __init__(self) -> None:
        super().__init__()
        self.customer = self.post("/v1/customers")["id"]
        path = "/v1/payment_methods/pm_card_visa/attach"
        self.card = str(self.post(path, {"customer": self.customer})["id"])

    def control(self, call: str, **body: Any) -> Any:
        """What the control plane answers."""
        handle = self.simulator.control.handle
        return handle("POST", f"/_pinstripe/{call}", self.key, json.dumps(body).encode())

    def fate(self, **body: Any) -> Any:
        """Give the card its fate."""
        return self.control(f"payment_methods/{self.card}/fate", **body)

    def subscribe(self, **params: Any) -> Any:
        """Subscribe with the card."""
        product = self.post("/v1/products", {"name": "Gold"})["id"]
        price = {"product": product, "unit_amount": 2000, "currency": "usd", "recurring[interval]": "month"}
        items = [{"price": self.post("/v1/prices", price)["id"]}]
        asked = {"customer": self.customer, "default_payment_method": self.card, "items": items, **params}
        return self.post("/v1/subscriptions", asked)

    def turn(self, seconds: int) -> None:
        """Turn the clock to so long after the beginning."""
        self.control("clock", now=NOW + seconds)

    def standing(self, subscription: Any) -> tuple[str, str, int]:
        """The subscription's status, its newest invoice's, and how often that was tried."""
        now = self.get(f"/v1/subscriptions/{subscription['id']}")
        invoice = self.get(f"/v1/invoices/{now['latest_invoice']}")
        return now["status"], invoice["status"], invoice["attempt_count"]


def test_a_card_that_fails_later_pays_once() -> None:
    """31 January: paid. 28 February: declined, and tried again until the subscription is canceled."""
    lender = Lender()
    assert lender.fate(fate="fails_later") == {
        "payment_method": lender.card,
        "fate": "fails_later",
        "times": 1,
        "pays_first": 1,
        "decline_code": "generic_decline",
    }
    subscription = lender.subscribe()
    assert lender.standing(subscription) == ("active", "paid", 1)
    lender.turn(MONTH + HOUR)
    assert lender.standing(subscription) == ("past_due", "open", 1)
    lender.turn(MONTH + 20 * 86_400)
    assert lender.standing(subscription)[0] == "canceled"


def test_a_card_recovers_after_two_declines() -> None:
    """The renewal and its first retry are declined; the second retry pays, and the month after that all is well."""
    lender = Lender()
    subscription = lender.subscribe()
    assert lender.fate(fate="recovers_after", times=2, decline_code="insufficient_funds")["pays_first"] == 0
    lender.turn(MONTH + HOUR)
    assert lender.standing(subscription) == ("past_due", "open", 1)
    declined = lender.get("/v1/charges", {"customer": lender.customer, "limit": 1})["data"][0]
    assert (declined["status"], declined["outcome"]["reason"]) == ("failed", "insufficient_funds")
    lender.turn(MONTH + 14 * 86_400)
    assert lender.standing(subscription) == ("active", "paid", 3)
    lender.turn(MONTH + 31 * 86_400 + HOUR)
    assert lender.standing(subscription) == ("active", "paid", 1)


def test_a_renewal_that_needs_authentication_waits_for_the_customer() -> None:
    """The renewal is not declined, it waits; once the customer was authenticated it is paid."""
    lender = Lender()
    lender.fate(fate="needs_authentication_on_renewal")
    subscription = lender.subscribe()
    assert lender.standing(subscription) == ("active", "paid", 1)
    lender.turn(MONTH + HOUR)
    assert lender.standing(subscription)[:2] == ("past_due", "open")
    told = [event["type"] for event in lender.events()]
    assert "invoice.payment_action_required" in told
    (intent,) = [one for one in lender.get("/v1/payment_intents")["data"] if one["status"] == "requires_action"]
    customer_acts(lender, intent["id"], succeed=True)
    assert lender.standing(subscription)[:2] == ("active", "paid")


def test_payments_with_the_customer_go_well_where_authentication_is_needed_without() -> None:
    """On the session 20.00 are paid; off it the card is declined for the want of its holder."""
    lender = Lender()
    lender.fate(fate="needs_authentication_on_renewal", pays_first=0)
    assert pay(lender, lender.card, customer=lender.customer)[1]["status"] == "succeeded"
    status, body = pay(lender, lender.card, customer=lender.customer, off_session=True)
    assert (status, body["error"]["code"]) == (402, "authentication_required")


def test_a_refused_request_counts_for_nothing_and_a_fate_can_be_lifted() -> None:
    """`error_if_incomplete` keeps no try, so the one decline is still to come; null lifts the fate."""
    lender = Lender()
    lender.fate(fate="recovers_after", times=1, pays_first=0)
    product = lender.post("/v1/products", {"name": "Gold"})["id"]
    price = {"product": product, "unit_amount": 2000, "currency": "usd", "recurring[interval]": "month"}
    asked = {
        "customer": lender.customer,
        "default_payment_method": lender.card,
        "items": [{"price": lender.post("/v1/prices", price)["id"]}],
        "payment_behavior": "error_if_incomplete",
    }
    assert [lender.refused("POST", "/v1/subscriptions", asked)[0] for _ in range(2)] == [402, 402]
    assert lender.fate(fate=None) == {"payment_method": lender.card, "fate": None}
    assert lender.post("/v1/subscriptions", asked)["status"] == "active"


def test_the_older_way_of_charging_has_fates_too() -> None:
    """A customer's card that was charged before fails from now on."""
    lender = Client()
    customer = lender.post("/v1/customers", {"source": "tok_visa"})
    charge = {"amount": 1000, "currency": "usd", "customer": customer["id"]}
    lender.post("/v1/charges", charge)
    path = f"/_pinstripe/payment_methods/{customer['default_source']}/fate"
    lender.simulator.control.handle("POST", path, lender.key, b'{"fate": "fails_later"}')
    assert lender.refused("POST", "/v1/charges", charge)[0] == 402


@pytest.mark.parametrize(
    "body, message",
    [
        ({"fate": "dies"}, "there is no fate 'dies'; there are fails_later, recovers_after, needs_auth"),
        ({"fate": "fails_later", "times": 2}, "times is for recovers_after"),
        ({"fate": "recovers_after", "times": 0}, "times is a whole number, 1 or more"),
        ({"fate": "recovers_after", "times": True}, "times is a whole number, 1 or more"),
        ({"fate": "fails_later", "pays_first": -1}, "pays_first is a whole number, 0 or more"),
        ({"fate": "fails_later", "decline_code": "rain"}, "cannot be told to decline with 'rain', but with generic_"),
        ({"fate": "fails_later", "colour": "red"}, "a fate has no colour"),
    ],
)
def test_there_are_only_these_fates(body: dict[str, Any], message: str) -> None:
    """Anything else is a 400 that says what there is, and the card stays as it was."""
    lender = Lender()
    with pytest.raises(ControlError, match=message) as refused:
        lender.fate(**body)
    assert refused.value.status == 400
    assert pay(lender, lender.card, customer=lender.customer)[0] == 200


def test_only_cards_have_fates_and_only_those_there_are() -> None:
    """A bank account has none; a name that makes a new card each time is no card yet."""
    lender = Lender()
    for id_, status in ((lender.post("/v1/payment_methods", SEPA)["id"], 400), ("pm_card_visa", 404)):
        with pytest.raises(ControlError) as refused:
            lender.control(f"payment_methods/{id_}/fate", fate="fails_later")
        assert refused.value.status == status


SEPA = {
    "type": "sepa_debit",
    "sepa_debit": {"iban": "DE89370400440532013000"},
    "billing_details": {"name": "Ada", "email": "ada@example.com"},
}
