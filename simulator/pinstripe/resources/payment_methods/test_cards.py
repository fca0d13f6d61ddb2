"""Stripe's test cards: what each one is, and what it does when it is saved and when it is charged.

Numbers and names are documented on Stripe's testing page; outcomes marked recorded there were seen in real answers.
"""

from __future__ import annotations

from pinstripe.resources.payment_methods.behaviour import (
    AUTHENTICATION_REQUIRED,
    EXPIRED,
    FRAUDULENT,
    GENERIC,
    INCORRECT_CVC,
    INSUFFICIENT_FUNDS,
    LOST_CARD,
    PROCESSING_ERROR,
    STOLEN_CARD,
    VELOCITY,
    Authentication,
    Card,
    Decline,
    Dispute,
    ThreeDSecure,
)
from pinstripe.resources.payment_methods.foreign_cards import ABROAD


def _declined(number: str, decline: Decline, cvc: str = "pass") -> Card:
    """A card of the group that cannot even be saved. [recorded: also that the check of a wrong code fails]"""
    return Card(number, "visa", on_save=decline, on_charge=decline, cvc=cvc)


def _asking(number: str, **more: object) -> Card:
    """A card whose holder is asked every time; without them it is refused. [documented]"""
    said: dict[str, object] = {"off_session": AUTHENTICATION_REQUIRED, **more}
    return Card(number, "visa", authentication=Authentication.ALWAYS, **said)  # type: ignore[arg-type]  # fields of a card


_BRANDS: dict[str, Card] = {
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
    "debit_visaFsaProductCode": Card("4000051230000072", "visa", "debit"),
    "debit_visaHsaProductCode": Card("4000051230000072", "visa", "debit"),
    "mastercard_debit_mastercardFsaProductCode": Card("5200828282828897", "mastercard", "debit"),
    "credit_disableEnterpriseCardFeatures": Card("4000008400000076", "visa", flexible=False),
}

_DECLINED: dict[str, Card] = {
    "chargeCustomerFail": Card("4000000000000341", "visa", on_charge=GENERIC),
    "visa_chargeCustomerFail": Card("4000000000000341", "visa", on_charge=GENERIC),
    "chargeDeclined": _declined("4000000000000002", GENERIC),
    "visa_chargeDeclined": _declined("4000000000000002", GENERIC),
    "visa_chargeDeclinedInsufficientFunds": _declined("4000000000009995", INSUFFICIENT_FUNDS),
    "visa_chargeDeclinedVelocityLimitExceeded": _declined("4000000000006975", VELOCITY),
    "visa_chargeDeclinedLostCard": _declined("4000000000009987", LOST_CARD),
    "visa_chargeDeclinedStolenCard": _declined("4000000000009979", STOLEN_CARD),
    "chargeDeclinedExpiredCard": _declined("4000000000000069", EXPIRED),
    "visa_chargeDeclinedExpiredCard": _declined("4000000000000069", EXPIRED),
    "chargeDeclinedIncorrectCvc": _declined("4000000000000127", INCORRECT_CVC, cvc="fail"),
    "visa_chargeDeclinedIncorrectCvc": _declined("4000000000000127", INCORRECT_CVC, cvc="fail"),
    "chargeDeclinedProcessingError": _declined("4000000000000119", PROCESSING_ERROR),
    "visa_chargeDeclinedProcessingError": _declined("4000000000000119", PROCESSING_ERROR),
}
"""[documented; the names with `visa_` as tokens]"""

_ASKING: dict[str, Card] = {
    "authenticationRequired": _asking("4000002760003184", country="DE"),  # [recorded: where it is from]
    "authenticationRequiredOnSetup": Card(
        "4000002500003155",
        "visa",
        country="FR",
        authentication=Authentication.UNLESS_SET_UP,
        off_session=AUTHENTICATION_REQUIRED,
    ),
    "authenticationRequiredSetupForOffSession": Card(
        "4000003800000446", "visa", country="IT", authentication=Authentication.ON_SESSION
    ),
    # Its holder is asked, and then there is no money: also once it was set up. [documented; inferred: that a payment
    # without a customer who never set it up is refused for the want of them]
    "authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "4000008260003178",
        "visa",
        country="GB",
        on_charge=INSUFFICIENT_FUNDS,
        authentication=Authentication.UNLESS_SET_UP,
        off_session=AUTHENTICATION_REQUIRED,
    ),
    "threeDSecure2Required": _asking("4000000000003220", country="IE", needs_holder=True),  # [recorded]
    # [recorded: without the customer it is a plain decline]
    "threeDSecureRequired": _asking("4000000000003063", off_session=GENERIC),
    "threeDSecureRequiredChargeDeclined": _asking("4000008400001629", after_authentication=GENERIC),
    # The lookup fails, and with it the payment. [documented; inferred: its decline_code]
    "threeDSecureRequiredProcessingError": Card(
        "4000008400001280", "visa", on_charge=GENERIC, three_d_secure=ThreeDSecure.ERROR, always_secured=True
    ),
    "threeDSecureOptional": Card("4000000000003055", "visa", three_d_secure=ThreeDSecure.CHALLENGE),
    "threeDSecureOptionalProcessingError": Card("4000000000003097", "visa", three_d_secure=ThreeDSecure.ERROR),
    "amex_threeDSecureNotSupported": Card("378282246310005", "amex", three_d_secure=ThreeDSecure.NOT_SUPPORTED),
}

_DISPUTED: dict[str, Card] = {
    "createDispute": Card("4000000000000259", "visa", dispute=Dispute("fraudulent")),
    "createDisputeProductNotReceived": Card("4000000000002685", "visa", dispute=Dispute("product_not_received")),
    # By their brand too. [recorded]
    "visa_createDispute": Card("4000000000000259", "visa", dispute=Dispute("fraudulent")),
    "visa_createDisputeInquiry": Card("4000000000001976", "visa", dispute=Dispute("fraudulent", inquiry=True)),
    "createDisputeInquiry": Card("4000000000001976", "visa", dispute=Dispute("fraudulent", inquiry=True)),
    # [second-hand: there are two]
    "createMultipleDisputes": Card("4000000404000079", "visa", dispute=Dispute("fraudulent", times=2)),
    "createCe3EligibleDispute": Card(
        "4000000404000038", "visa", dispute=Dispute("fraudulent", eligible="visa_compelling_evidence_3")
    ),
    "createComplianceDispute": Card(
        "4000008400000779", "visa", dispute=Dispute("noncompliant", eligible="visa_compliance", compliance=True)
    ),
    "createMastercardComplianceDispute": Card(
        "5105008400000002",
        "mastercard",
        dispute=Dispute("noncompliant", eligible="mastercard_compliance", compliance=True),
    ),
    # Smart Disputes and prevention are switched on by hand, so these are disputes like any other. [documented;
    # inferred: the reason]
    "createAutoRepresentmentEligibleDispute": Card("4000000001000043", "visa", dispute=Dispute("fraudulent")),
    "createRapidDisputeResolutionDispute": Card("4000000404004816", "visa", dispute=Dispute("fraudulent")),
    "createCe3BlockDispute": Card("4000000404005649", "visa", dispute=Dispute("fraudulent")),
    "createEthocaAlert": Card("5105000300000018", "mastercard", dispute=Dispute("fraudulent")),
    "createIssuerFraudRecord": Card("4000000000005423", "visa", warned=True),
}

_RISKY: dict[str, Card] = {
    "radarBlock": Card("4100000000000019", "visa", on_charge=FRAUDULENT, risk_level="highest", blocked=True),
    "riskLevelHighest": Card("4000000000004954", "visa", on_charge=FRAUDULENT, risk_level="highest", blocked=True),
    "riskLevelElevated": Card("4000000000009235", "visa", risk_level="elevated"),
    # What these trigger is switched on by hand; otherwise they pay. [documented]
    "highFraudDisputeScore": Card("4000008400000407", "visa"),
    "highEfwScore": Card("4000008400000159", "visa"),
    "radarDynamicRiskThreshold": Card("4000008400001017", "visa"),
    "adaptive3dsChallenge": Card("4000008405600003", "visa", three_d_secure=ThreeDSecure.CHALLENGE),
    "cvcCheckFail": Card("4000000000000101", "visa", cvc="fail"),
    "cvcCheckFailElevatedRisk": Card("4000058400307872", "visa", cvc="fail", risk_level="elevated"),
    "avsZipFail": Card("4000000000000036", "visa", postal_code="fail"),
    "avsZipFailElevatedRisk": Card("4000058400306072", "visa", postal_code="fail", risk_level="elevated"),
    "avsFail": Card("4000000000000010", "visa", line1="fail", postal_code="fail"),
    "avsLine1Fail": Card("4000000000000028", "visa", line1="fail"),
    "avsUnchecked": Card("4000000000000044", "visa", line1="unavailable", postal_code="unavailable"),
}

_MONEY: dict[str, Card] = {
    "bypassPending": Card("4000000000000077", "visa", available=True),
    "bypassPendingInternational": Card("4000003720000278", "visa", country="IE", available=True),
    "pendingRefund": Card("4000000000007726", "visa", refund="pending"),
    "refundFail": Card("4000000000005126", "visa", refund="fails"),
}

CARDS: dict[str, Card] = {**_BRANDS, **_DECLINED, **_ASKING, **_DISPUTED, **_RISKY, **_MONEY, **ABROAD}
"""By the name that follows `pm_card_` or `tok_`."""

_NAMELESS = (
    Card("6011111111111117", "discover", three_d_secure=ThreeDSecure.NOT_SUPPORTED),  # [recorded]
    Card("6011981111111113", "discover", "debit"),
    Card("2223003122003222", "mastercard"),
    Card("36227206271667", "diners"),
    Card("3530111333300000", "jcb", country="JP"),
    Card("6200000000000047", "unionpay", "debit", "CN"),
    Card("6205500000000000004", "unionpay", country="CN"),
    Card("4111111111111111", "visa", "unknown"),
    Card("4012888888881881", "visa"),
    Card("4000004840000008", "visa", country="MX"),
    Card("6026507838377928", "discover", dispute=Dispute("fraudulent")),
    _asking("4000008400000027"),
    Card("4000000032200000", "visa", three_d_secure=ThreeDSecure.FRICTIONLESS, always_secured=True),
    # One for each face of the bank's page. [inferred: where they are from, and that a payment without the customer is
    # refused]
    *(_asking(number, country="GB") for number in ("4000582600000094", "4000582600000045")),
    *(_asking(number, country="GB") for number in ("4000582600000102", "4000582600000110")),
    # A captcha is the page's, and nobody asks for it here. [inferred]
    Card("4000000000001208", "visa"),
    Card("4000000000003725", "visa"),
)
"""Cards that go by their number only. [documented; recorded: 4111... with unknown funding, and 4012...]"""

BY_NUMBER = {card.number: card for card in (*_NAMELESS, *reversed(CARDS.values()))}

KNOWN_ELSEWHERE = frozenset(
    (
        "visa_debit_chargeDeclinedInsufficientFunds",
        "visa_chargeDeclinedFraudulent",
        "visa_chargeCustomerFailLostCard",
        "visa_chargeCustomerFailStolenCard",
    )
)
"""Test names of which nobody tells the number."""

NUMBERS_ELSEWHERE = frozenset(
    (
        *("5062210000000009", "6555900000604105"),
        *("4001007020000002", "4000008260000075", "4001000360000005", "4000002760000008"),
    )
)
"""Numbers of which nobody tells the brand (Carnet, BCcard), and those that are only held to a reader."""
