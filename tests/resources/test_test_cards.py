"""Every test card by every name: saved, charged with and without its holder, authenticated, charged later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.client import Client

from pinstripe.resources.payment_methods.test_cards import CARDS


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

LOTS = {
    "authenticationRequired": Lot("saved", ASKS, "succeeded", WANTS, WANTS),
    "authenticationRequiredChargeDeclinedInsufficientFunds": Lot(
        "saved", ASKS, "insufficient_funds", WANTS, "insufficient_funds"
    ),
    "authenticationRequiredOnSetup": Lot("saved", ASKS, "succeeded", WANTS, "succeeded"),
    "authenticationRequiredSetupForOffSession": Lot("saved", ASKS, "succeeded", "succeeded", "succeeded"),
    "chargeCustomerFail": Lot("saved", "generic_decline", "", "generic_decline", "generic_decline"),
    "chargeDeclined": unsavable("generic_decline"),
    "chargeDeclinedExpiredCard": unsavable("expired_card"),
    "chargeDeclinedIncorrectCvc": unsavable("incorrect_cvc"),
    "chargeDeclinedProcessingError": unsavable("processing_error"),
    "cvcCheckFail": unsavable("incorrect_cvc"),
    "radarBlock": Lot("saved", "fraudulent", "", "fraudulent", "fraudulent"),
    "riskLevelHighest": Lot("saved", "fraudulent", "", "fraudulent", "fraudulent"),
    "threeDSecure2Required": Lot("saved", ASKS, "succeeded", WANTS, WANTS),
    "threeDSecureRequired": Lot("saved", ASKS, "succeeded", "generic_decline", "generic_decline"),
    "threeDSecureRequiredChargeDeclined": Lot("saved", ASKS, "generic_decline", WANTS, WANTS),
    "visa_chargeDeclined": unsavable("generic_decline"),
    "visa_chargeDeclinedInsufficientFunds": unsavable("insufficient_funds"),
    "visa_chargeDeclinedLostCard": unsavable("lost_card"),
    "visa_chargeDeclinedStolenCard": unsavable("stolen_card"),
    "visa_chargeDeclinedVelocityLimitExceeded": unsavable("card_velocity_exceeded"),
}
"""By name, what Stripe's testing page says; every other card pays whenever it is asked."""

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


@pytest.mark.parametrize("name", CARDS)
def test_a_card_does_what_its_name_says(name: str) -> None:
    """By its `pm_card_` name and by its token."""
    for card in ({"name": f"pm_card_{name}"}, {"token": f"tok_{name}"}):
        wallet = Wallet(card)
        paid, intent = wallet.pay()
        asked = wallet.authenticated(intent) if paid == ASKS else ""
        away, _ = wallet.pay(off_session=True)
        assert Lot(wallet.save(), paid, asked, away, wallet.pay_later()) == LOTS.get(name, Lot())


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
    """A name that is no card's would never be tried."""
    assert sorted(set(LOTS) - set(CARDS)) == []
