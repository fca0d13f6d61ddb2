"""Stripe's test cards: what each one is, and what it does when it is saved and when it is charged.

Numbers and names are documented on Stripe's testing page; outcomes marked recorded there were seen in real answers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card says no: Stripe's `code`, the issuer's `decline_code` if any, the sentence, and the `param`."""

    code: str
    decline_code: str | None
    message: str
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One test card."""

    number: str
    brand: str
    funding: str = "credit"
    country: str = "US"
    on_save: Decline | None = None
    """Refuses to be attached or saved."""
    on_charge: Decline | None = None
    """Is saved, and refuses to pay."""

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")


def _declined(number: str, decline: Decline) -> Card:
    """A card of the group that cannot even be saved. [recorded]"""
    return Card(number, "visa", on_save=decline, on_charge=decline)


CARDS: dict[str, Card] = {
    "visa": Card("4242424242424242", "visa"),
    "visa_debit": Card("4000056655665556", "visa", "debit"),
    "mastercard": Card("5555555555554444", "mastercard"),
    "mastercard_debit": Card("5200828282828210", "mastercard", "debit"),
    "mastercard_prepaid": Card("5105105105105100", "mastercard", "prepaid"),
    "amex": Card("371449635398431", "amex"),
    "discover": Card("6011000990139424", "discover"),
    "diners": Card("3056930009020004", "diners"),
    "jcb": Card("3566002020360505", "jcb", country="JP"),
    "unionpay": Card("6200000000000005", "unionpay", country="CN"),
    "us": Card("4242424242424242", "visa"),
    "chargeCustomerFail": Card("4000000000000341", "visa", on_charge=GENERIC),
    "chargeDeclined": _declined("4000000000000002", GENERIC),
    "visa_chargeDeclined": _declined("4000000000000002", GENERIC),
    "visa_chargeDeclinedInsufficientFunds": _declined(
        "4000000000009995", Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
    ),
    "visa_chargeDeclinedLostCard": _declined(
        "4000000000009987", Decline("card_declined", "lost_card", "Your card was declined.")
    ),
    "visa_chargeDeclinedStolenCard": _declined(
        "4000000000009979", Decline("card_declined", "stolen_card", "Your card was declined.")
    ),
    "chargeDeclinedExpiredCard": _declined(
        "4000000000000069", Decline("expired_card", None, "Your card has expired.", "exp_month")
    ),
    "chargeDeclinedIncorrectCvc": _declined(
        "4000000000000127", Decline("incorrect_cvc", None, "Your card's security code is incorrect.", "cvc")
    ),
    "chargeDeclinedProcessingError": _declined(
        "4000000000000119",
        Decline("processing_error", None, "An error occurred while processing your card. Try again in a little bit."),
    ),
}
"""By the name that follows `pm_card_` or `tok_`."""

BY_NUMBER = {card.number: card for card in reversed(CARDS.values())}

KNOWN_ELSEWHERE = frozenset(
    {
        "authenticationRequired",
        "authenticationRequiredOnSetup",
        "authenticationRequiredSetupForOffSession",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "threeDSecure2Required",
        "threeDSecureRequired",
        "threeDSecureRequiredChargeDeclined",
        "threeDSecureOptional",
        "createDispute",
        "createDisputeInquiry",
        "radarBlock",
        "cvcCheckFail",
        "avsZipFail",
        "avsFail",
        "avsLine1Fail",
        "avsUnchecked",
        "bypassPending",
        "pendingRefund",
        "refundFail",
        "visa_chargeDeclinedVelocityLimitExceeded",
        "riskLevelElevated",
        "riskLevelHighest",
    }
)
"""Test cards Stripe has and pinstripe does not model yet."""
