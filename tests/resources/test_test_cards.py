"""Every test card by every name: saved, charged with and without its holder, authenticated, charged later.

The sources of the rows: Stripe's testing page for all of them; recorded answers for 0341, 0002, 0069, 0101, 0019, 3184,
3155 and 3063; the page leaves open what comes of 3178 without its holder, which is this project's reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.client import Client

from pinstripe.resources.payment_methods.foreign_cards import ABROAD
from pinstripe.resources.payment_methods.test_cards import BY_NUMBER, CARDS


@dataclass(frozen=True)
class Lot:
    """What becomes of a card: that it goes well, that its holder is asked, or the code of the refusal."""

    saved: str = "saved"
    paid: str = "succeeded"
    """While the customer is there."""
    authenticated: str = ""
    """After they were asked."""
    away: str = "succeeded"
    """A first payment without the customer."""
    later: str = "succeeded"
    """A payment without the customer, once a setup has succeeded."""


def unsavable(code: str) -> Lot:
    """A card that refuses whatever is tried."""
    return Lot(code, code, "", code, code)


ASKS = "requires_action"
WANTS = "authentication_required"

ASKED = Lot("saved", ASKS, "succeeded", WANTS, WANTS)
FAILS = Lot("saved", "generic_decline", "", "generic_decline", "generic_decline")

LOTS = {
    "authenticationRequired": ASKED,
    "authenticationRequiredChargeDeclinedInsufficientFunds": Lot(
        "saved", ASKS, "insufficient_funds", WANTS, "insufficient_funds"
    ),
    "authenticationRequiredOnSetup": Lot("saved", ASKS, "succeeded", WANTS, "succeeded"),
    "authenticationRequiredSetupForOffSession": Lot("saved", ASKS, "succeeded", "succeeded", "succeeded"),
    "chargeCustomerFail": FAILS,
    "chargeDeclined": unsavable("generic_decline"),
    "chargeDeclinedExpiredCard": unsavable("expired_card"),
    "chargeDeclinedIncorrectCvc": unsavable("incorrect_cvc"),
    "chargeDeclinedProcessingError": unsavable("processing_error"),
    "cvcCheckFail": unsavable("incorrect_cvc"),
    "cvcCheckFailElevatedRisk": unsavable("incorrect_cvc"),
    "radarBlock": Lot("saved", "fraudulent", "", "fraudulent", "fraudulent"),
    "riskLevelHighest": Lot("saved", "fraudulent", "", "fraudulent", "fraudulent"),
    "threeDSecure2Required": ASKED,
    "threeDSecureRequired": Lot("saved", ASKS, "succeeded", "generic_decline", "generic_decline"),
    "threeDSecureRequiredChargeDeclined": Lot("saved", ASKS, "generic_decline", WANTS, WANTS),
    "threeDSecureRequiredProcessingError": FAILS,
    "visa_chargeCustomerFail": FAILS,
    "visa_chargeDeclined": unsavable("generic_decline"),
    "visa_chargeDeclinedExpiredCard": unsavable("expired_card"),
    "visa_chargeDeclinedIncorrectCvc": unsavable("incorrect_cvc"),
    "visa_chargeDeclinedInsufficientFunds": unsavable("insufficient_funds"),
    "visa_chargeDeclinedLostCard": unsavable("lost_card"),
    "visa_chargeDeclinedProcessingError": unsavable("processing_error"),
    "visa_chargeDeclinedStolenCard": unsavable("stolen_card"),
    "visa_chargeDeclinedVelocityLimitExceeded": unsavable("card_velocity_exceeded"),
}
"""By name, what Stripe's testing page says; every other card pays whenever it is asked."""

NAMELESS = {
    "4000008400000027": ASKED,
    "4000582600000045": ASKED,
    "4000582600000094": ASKED,
    "4000582600000102": ASKED,
    "4000582600000110": ASKED,
    "4111111111111111": Lot(),
    "4012888888881881": Lot(),
    "4000000032200000": Lot(),
    "4000000000001208": Lot(),
    "4000000000003725": Lot(),
    "4000004840000008": Lot(),
    "6011111111111117": Lot(),
    "6011981111111113": Lot(),
    "6026507838377928": Lot(),
    "2223003122003222": Lot(),
    "36227206271667": Lot(),
    "3530111333300000": Lot(),
    "6200000000000047": Lot(),
    "6205500000000000004": Lot(),
}
"""By number, the cards that have no name on that page."""

HERE = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}, "confirm": True}


class Wallet(Client):
    """A customer with one card."""

    def __init__(self, card: dict[str, Any]) -> None:
        super().__init__()
        self.card = card

    def customer(self) -> str:
        """A new customer."""
        return str(self.post("/v1/customers")["id"])

    def method(self) -> str:
        """The card as a payment method: a test name stands for a new one by itself."""
        return str(self.card.get("name") or self.post("/v1/payment_methods", {"type": "card", "card": self.card})["id"])

    def fingerprint(self) -> str:
        """What is the same of one card, wherever it comes from."""
        return str(self.get(f"/v1/payment_methods/{self.method()}")["card"]["fingerprint"])

    def save(self) -> str:
        """Attach the card."""
        status, body = self.ask("POST", f"/v1/payment_methods/{self.method()}/attach", {"customer": self.customer()})
        return "saved" if status == 200 else code(body["error"])

    def pay(self, method: str = "", **params: Any) -> tuple[str, str]:
        """Pay 10.00 USD: the status, or the code of the refusal, and the intent."""
        asked = {"amount": 1000, "currency": "usd", "payment_method": method or self.method(), **HERE, **params}
        status, body = self.ask("POST", "/v1/payment_intents", asked)
        if status == 200:
            return body["status"], body["id"]
        return code(body["error"]), body["error"]["payment_intent"]["id"]

    def act(self, kind: str, id_: str) -> Any:
        """The customer is authenticated."""
        return self.simulator.control.handle("POST", f"/_pinstripe/{kind}s/{id_}/authenticate", self.key, b"")

    def authenticated(self, id_: str) -> str:
        """What a payment comes to after that."""
        intent = self.act("payment_intent", id_)
        return str(intent["status"] if intent["last_payment_error"] is None else code(intent["last_payment_error"]))

    def pay_later(self) -> str:
        """Set the card up, with the customer if need be, and pay without them."""
        customer = self.customer()
        status, setup = self.ask(
            "POST", "/v1/setup_intents", {"payment_method": self.method(), "customer": customer, **HERE}
        )
        if status != 200:
            return code(setup["error"])
        if setup["status"] == ASKS:
            setup = self.act("setup_intent", setup["id"])
        return self.pay(setup["payment_method"], customer=customer, off_session=True)[0]


def code(error: Any) -> str:
    """The issuer's word, or else Stripe's."""
    return str(error.get("decline_code") or error["code"])


def ways(name: str) -> tuple[dict[str, Any], ...]:
    """A card by its `pm_card_` name, by its token and by its number."""
    number = {"number": CARDS[name].number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    return {"name": f"pm_card_{name}"}, {"token": f"tok_{name}"}, number


@pytest.mark.parametrize("name", LOTS)
def test_a_card_does_what_its_name_says(name: str) -> None:
    """By its `pm_card_` name, by its token and by its number."""
    for card in ways(name):
        assert lot(card) == LOTS[name]


@pytest.mark.parametrize("name", sorted(set(CARDS) - set(LOTS) - set(ABROAD)))
def test_every_other_card_pays(name: str) -> None:
    """Whenever it is asked; its token and its number are the same card."""
    assert lot({"name": f"pm_card_{name}"}) == Lot()
    assert len({Wallet(card).fingerprint() for card in ways(name)}) == 1


def test_cards_of_other_countries_pay_too() -> None:
    """They only come from elsewhere: with the customer, and later without them."""
    for name, card in ABROAD.items():
        wallet = Wallet({"name": f"pm_card_{name}"})
        assert (name, wallet.pay()[0], wallet.pay_later()) == (name, "succeeded", "succeeded")
        shown = wallet.get(f"/v1/payment_methods/pm_card_{name}")["card"]
        assert (shown["country"], shown["brand"], shown["last4"]) == (card.country, card.brand, card.last4)


@pytest.mark.parametrize("number", NAMELESS)
def test_a_card_without_a_name_does_what_its_number_says(number: str) -> None:
    """What somebody would type."""
    assert lot({"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}) == NAMELESS[number]


def lot(card: dict[str, Any]) -> Lot:
    """What really becomes of a card."""
    wallet = Wallet(card)
    paid, intent = wallet.pay()
    asked = wallet.authenticated(intent) if paid == ASKS else ""
    away, _ = wallet.pay(off_session=True)
    return Lot(wallet.save(), paid, asked, away, wallet.pay_later())


@pytest.mark.parametrize(
    "card, authentication, charge, refund",
    [
        ("bypassPending", None, "available", "succeeded"),
        ("visa", None, "pending", "succeeded"),
        ("pendingRefund", None, "pending", "pending"),
        ("refundFail", None, "pending", "succeeded"),
        ("threeDSecure2Required", "authenticated", "pending", "succeeded"),
    ],
)
def test_a_charge_says_how_it_was_paid(card: str, authentication: str | None, charge: str, refund: str) -> None:
    """Whether its holder was authenticated, when the money is there, and how a refund begins."""
    wallet = Wallet({"name": f"pm_card_{card}"})
    paid, id_ = wallet.pay(capture_method="automatic")
    if paid == ASKS:
        wallet.act("payment_intent", id_)
    intent = wallet.get(f"/v1/payment_intents/{id_}", {"expand": ["latest_charge.balance_transaction"]})
    made = intent["latest_charge"]
    secured = made["payment_method_details"]["card"]["three_d_secure"]
    assert (secured and secured["result"], made["balance_transaction"]["status"]) == (authentication, charge)
    assert wallet.post("/v1/refunds", {"payment_intent": id_})["status"] == refund


def test_the_table_speaks_of_cards_there_are() -> None:
    """A name that is no card's would never be tried, and every number is tried by some name or by itself."""
    assert sorted(set(LOTS) - set(CARDS)) == []
    assert sorted(set(NAMELESS) | {card.number for card in CARDS.values()}) == sorted(BY_NUMBER)
