"""Stripe's test cards: what each one is, and what it does when it is saved and when it is charged.

Numbers and names are documented on Stripe's testing page; outcomes marked recorded there were seen in real answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card says no: Stripe's `code`, the issuer's `decline_code` if any, the sentence, and the `param`."""

    code: str
    decline_code: str | None
    message: str
    param: str | None = None


class Authentication(Enum):
    """When a card asks for its holder. [documented]"""

    NEVER = "never"
    ALWAYS = "always"
    UNLESS_SET_UP = "unless_set_up"
    """Not for later payments, once it was set up for them."""
    ON_SESSION = "on_session"
    """Set up elsewhere already: only while the customer is there."""


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
    authentication: Authentication = Authentication.NEVER
    after_authentication: Decline | None = None
    """Why it refuses to pay even though the customer was authenticated."""
    off_session: Decline | None = None
    """Why it refuses a payment without the customer that would have to be authenticated."""
    cvc: str = "pass"
    line1: str = "pass"
    postal_code: str = "pass"
    """What becomes of the checks, where there is something to check."""
    risk_level: str = "normal"
    blocked: bool = False
    """Whether Stripe itself refuses the payment and the network never hears of it."""
    dispute: str | None = None
    """The reason for which the payment is disputed at once."""
    inquiry: bool = False
    """Whether that dispute is only an inquiry."""
    refund: str = "succeeds"
    """What becomes of a refund: succeeds, pending, fails."""
    available: bool = False
    """Whether the money is available at once."""

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]

    def asks_for_authentication(self, *, off_session: bool, set_up: bool) -> bool:
        """Whether the customer must be authenticated for a payment. [documented]"""
        match self.authentication:
            case Authentication.ALWAYS:
                return True
            case Authentication.UNLESS_SET_UP:
                return not (off_session and set_up)
            case Authentication.ON_SESSION:
                return not off_session
        return False


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
INSUFFICIENT_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
"""What a payment without the customer ends with. [recorded]"""
FRAUDULENT = Decline("card_declined", "fraudulent", "Your card was declined.")
INCORRECT_CVC = Decline("incorrect_cvc", None, "Your card's security code is incorrect.", "cvc")
INCORRECT_ZIP = Decline(
    "incorrect_zip",
    None,
    "Your card could not be authorized using the postal code provided. Please update the postal code, or contact your "
    "card issuer for further details.",
    "address_zip",
)


def _declined(number: str, decline: Decline) -> Card:
    """A card of the group that cannot even be saved. [recorded]"""
    return Card(number, "visa", on_save=decline, on_charge=decline)


_NAMED: dict[str, Card] = {
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
    "visa_chargeDeclinedInsufficientFunds": _declined("4000000000009995", INSUFFICIENT_FUNDS),
    "visa_chargeDeclinedVelocityLimitExceeded": _declined(
        "4000000000006975",
        Decline(
            "card_declined",
            "card_velocity_exceeded",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        ),
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
    "chargeDeclinedIncorrectCvc": _declined("4000000000000127", INCORRECT_CVC),
    "chargeDeclinedProcessingError": _declined(
        "4000000000000119",
        Decline("processing_error", None, "An error occurred while processing your card. Try again in a little bit."),
    ),
    "authenticationRequired": Card(
        "4000002760003184",
        "visa",
        country="DE",
        authentication=Authentication.ALWAYS,
        off_session=AUTHENTICATION_REQUIRED,
    ),
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
    "authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "4000008260003178",
        "visa",
        country="GB",
        on_charge=INSUFFICIENT_FUNDS,
        authentication=Authentication.UNLESS_SET_UP,
        off_session=AUTHENTICATION_REQUIRED,
    ),
    "threeDSecure2Required": Card(
        "4000000000003220", "visa", authentication=Authentication.ALWAYS, off_session=AUTHENTICATION_REQUIRED
    ),
    # [recorded: without the customer it is a plain decline]
    "threeDSecureRequired": Card("4000000000003063", "visa", authentication=Authentication.ALWAYS, off_session=GENERIC),
    "threeDSecureRequiredChargeDeclined": Card(
        "4000008400001629",
        "visa",
        authentication=Authentication.ALWAYS,
        after_authentication=GENERIC,
        off_session=AUTHENTICATION_REQUIRED,
    ),
    "threeDSecureOptional": Card("4000000000003055", "visa"),
    "createDispute": Card("4000000000000259", "visa", dispute="fraudulent"),
    "createDisputeProductNotReceived": Card("4000000000002685", "visa", dispute="product_not_received"),
    "createDisputeInquiry": Card("4000000000001976", "visa", dispute="fraudulent", inquiry=True),
    "radarBlock": Card("4100000000000019", "visa", on_charge=FRAUDULENT, risk_level="highest", blocked=True),
    "riskLevelHighest": Card("4000000000004954", "visa", on_charge=FRAUDULENT, risk_level="highest", blocked=True),
    "riskLevelElevated": Card("4000000000009235", "visa", risk_level="elevated"),
    "cvcCheckFail": Card("4000000000000101", "visa", cvc="fail"),
    "avsZipFail": Card("4000000000000036", "visa", postal_code="fail"),
    "avsFail": Card("4000000000000010", "visa", line1="fail", postal_code="fail"),
    "avsLine1Fail": Card("4000000000000028", "visa", line1="fail"),
    "avsUnchecked": Card("4000000000000044", "visa", line1="unavailable", postal_code="unavailable"),
    "bypassPending": Card("4000000000000077", "visa", available=True),
    "bypassPendingInternational": Card("4000003720000278", "visa", country="IE", available=True),
    "amex_threeDSecureNotSupported": Card("378282246310005", "amex"),
    "pendingRefund": Card("4000000000007726", "visa", refund="pending"),
    "refundFail": Card("4000000000005126", "visa", refund="fails"),
}

_ABROAD = {
    "br": "4000000760000002",
    "ca": "4000001240000000",
    "mx": "4000004840008001",
    "ar": "4000000320000021",
    "cl": "4000001520000001",
    "co": "4000001700000003",
    "cr": "4000001880000005",
    "ec": "4000002180000000",
    "pa": "4000005910000000",
    "py": "4000006000000066",
    "pe": "4000006040000068",
    "uy": "4000008580000003",
    "ae": "4000007840000001",
    "at": "4000000400000008",
    "be": "4000000560000004",
    "bg": "4000001000000000",
    "by": "4000001120000005",
    "hr": "4000001910000009",
    "cy": "4000001960000008",
    "cz": "4000002030000002",
    "dk": "4000002080000001",
    "ee": "4000002330000009",
    "fi": "4000002460000001",
    "fr": "4000002500000003",
    "de": "4000002760000016",
    "gi": "4000002920000005",
    "gr": "4000003000000030",
    "hu": "4000003480000005",
    "ie": "4000003720000005",
    "it": "4000003800000008",
    "lv": "4000004280000005",
    "li": "4000004380000004",
    "lt": "4000004400000000",
    "lu": "4000004420000006",
    "mt": "4000004700000007",
    "nl": "4000005280000002",
    "no": "4000005780000007",
    "pl": "4000006160000005",
    "pt": "4000006200000007",
    "ro": "4000006420000001",
    "sa": "4000006820000007",
    "si": "4000007050000006",
    "sk": "4000007030000001",
    "es": "4000007240000007",
    "se": "4000007520000008",
    "ch": "4000007560000009",
    "gb": "4000008260000000",
    "au": "4000000360000006",
    "cn": "4000001560000002",
    "hk": "4000003440000004",
    "in": "4000003560000008",
    "jp": "4000003920000003",
    "my": "4000004580000002",
    "nz": "4000005540000008",
    "sg": "4000007020000003",
    "tw": "4000001580000008",
}
"""Cards of other countries, each named after its own. [documented]"""

CARDS: dict[str, Card] = {
    **_NAMED,
    **{country: Card(number, "visa", country=country.upper()) for country, number in _ABROAD.items()},
    "gb_debit": Card("4000058260000005", "visa", "debit", "GB"),
    "th_credit": Card("4000007640000003", "visa", country="TH"),
    "th_debit": Card("4000057640000008", "visa", "debit", "TH"),
}
"""By the name that follows `pm_card_` or `tok_`."""

_NAMELESS = (
    Card("6011111111111117", "discover"),
    Card("6011981111111113", "discover", "debit"),
    Card("2223003122003222", "mastercard"),
    Card("36227206271667", "diners"),
    Card("3530111333300000", "jcb", country="JP"),
    Card("6200000000000047", "unionpay", "debit", "CN"),
    Card("6205500000000000004", "unionpay", country="CN"),
    Card("4111111111111111", "visa", "unknown"),
    Card("4012888888881881", "visa"),
)
"""Cards that go by their number only. [documented; recorded: 4111... with unknown funding, and 4012...]"""

BY_NUMBER = {card.number: card for card in (*_NAMELESS, *reversed(CARDS.values()))}

KNOWN_ELSEWHERE = frozenset(
    (
        "createCe3EligibleDispute",
        "createComplianceDispute",
        "createIssuerFraudRecord",
        "createMultipleDisputes",
        "threeDSecureOptionalProcessingError",
        "threeDSecureRequiredProcessingError",
    )
)
"""Test cards Stripe has and pinstripe does not model yet."""

NUMBERS_ELSEWHERE = frozenset(
    ("4000000000003097", "4000000000005423", "4000000404000038", "4000000404000079", "4000008400001280")
)
"""Their numbers."""
