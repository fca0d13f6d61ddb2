"""What a test card can be made to do: refuse, ask for its holder, be disputed, hold a refund up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_CHECK, _STOP, _LATER = "confirm_card_data", "do_not_try_again", "try_again_later"

NETWORKS = {
    "card_velocity_exceeded": (_LATER, "02", "61"),
    "expired_card": (_CHECK, "03", "54"),
    "generic_decline": (_LATER, None, "01"),
    "incorrect_cvc": (_CHECK, "03", "N7"),
    "insufficient_funds": (_LATER, "02", "51"),
    "lost_card": (_STOP, "01", "41"),
    "processing_error": (_LATER, None, "06"),
    "stolen_card": (_STOP, "01", "43"),
}
"""Of a decline code: `advice_code`, `network_advice_code`, `network_decline_code`. [recorded]"""


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card says no: Stripe's `code`, the issuer's `decline_code` if any, the sentence, and the `param`."""

    code: str
    decline_code: str | None
    message: str
    param: str | None = None

    @property
    def advice(self) -> dict[str, str]:
        """What the network says beside it. [recorded of eight codes; inferred: nothing with any other]"""
        told = NETWORKS.get(self.decline_code or "", (None, None, None))
        names = ("advice_code", "network_advice_code", "network_decline_code")
        return {name: code for name, code in zip(names, told, strict=True) if code is not None}

    @property
    def said(self) -> dict[str, str]:
        """What an error says beside code, message and param."""
        return {**self.advice, **({} if self.decline_code is None else {"decline_code": self.decline_code})}


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
INSUFFICIENT_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
VELOCITY = Decline(
    "card_declined",
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
)
LOST_CARD = Decline("card_declined", "lost_card", "Your card was declined.")
STOLEN_CARD = Decline("card_declined", "stolen_card", "Your card was declined.")
FRAUDULENT = Decline("card_declined", "fraudulent", "Your card was declined.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "exp_month")
INCORRECT_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc")
INCORRECT_ZIP = Decline(
    "incorrect_zip",
    None,
    "Your card could not be authorized using the postal code provided. Please update the postal code, or contact your "
    "card issuer for further details.",
    "address_zip",
)
PROCESSING_ERROR = Decline(
    "processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
"""What a payment without the customer ends with. [recorded]"""


class Authentication(Enum):
    """When a card asks for its holder. [documented]"""

    NEVER = "never"
    ALWAYS = "always"
    UNLESS_SET_UP = "unless_set_up"
    """Not for later payments, once it was set up for them."""
    ON_SESSION = "on_session"
    """Set up elsewhere already: only while the customer is there."""
    OFF_SESSION = "off_session"
    """Only while the customer is away: no test card of Stripe's, but what a test may declare of one."""


class ThreeDSecure(Enum):
    """How 3D Secure goes where a payment goes through it. [documented]"""

    CHALLENGE = "challenge"
    """The holder is asked."""
    FRICTIONLESS = "frictionless"
    """The bank is content without asking."""
    UNENROLLED = "unenrolled"
    NOT_SUPPORTED = "not_supported"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Dispute:
    """How the payments of a card are disputed."""

    reason: str
    inquiry: bool = False
    """Whether the bank only asks."""
    times: int = 1
    eligible: str | None = None
    """The enhanced evidence that it takes."""
    compliance: bool = False


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
    needs_holder: bool = False
    """Whether such a payment is refused before the network is asked, and leaves no charge behind."""
    three_d_secure: ThreeDSecure = ThreeDSecure.UNENROLLED
    """What becomes of 3D Secure where a payment requests it."""
    always_secured: bool = False
    """Whether every payment goes through 3D Secure without the holder."""
    cvc: str = "pass"
    line1: str = "pass"
    postal_code: str = "pass"
    """What becomes of the checks, where there is something to check."""
    risk_level: str = "normal"
    blocked: bool = False
    """Whether Stripe itself refuses the payment and the network never hears of it."""
    dispute: Dispute | None = None
    warned: bool = False
    """Whether the issuer warns of fraud."""
    refund: str = "succeeds"
    """What becomes of a refund: succeeds, pending, fails."""
    available: bool = False
    """Whether the money is available at once."""
    co_brand: str | None = None
    """The brand of its own country beside the network's."""
    flexible: bool = True
    """Whether one authorization can be captured several times, if the brand can."""

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]

    @property
    def in_parts(self) -> bool:
        """Whether one authorization can be captured several times. [documented: which brands]"""
        return self.flexible and self.brand in ("amex", "discover", "mastercard", "visa")

    @property
    def supports_three_d_secure(self) -> bool:
        """Whether it can go through 3D Secure at all. [recorded; inferred: no other brands]"""
        known = self.brand in ("visa", "mastercard", "amex", "discover")
        return known and self.three_d_secure is not ThreeDSecure.NOT_SUPPORTED

    @property
    def always_asks(self) -> bool:
        """Whether its holder is asked when it is set up."""
        return self.authentication not in (Authentication.NEVER, Authentication.OFF_SESSION)

    @property
    def can_be_challenged(self) -> bool:
        """Whether its holder can be asked where the payment wants it."""
        return self.authentication is not Authentication.NEVER or self.three_d_secure is ThreeDSecure.CHALLENGE

    def asks_for_authentication(self, *, off_session: bool, set_up: bool) -> bool:
        """Whether the customer must be authenticated for a payment. [documented]"""
        match self.authentication:
            case Authentication.ALWAYS:
                return True
            case Authentication.UNLESS_SET_UP:
                return not (off_session and set_up)
            case Authentication.ON_SESSION:
                return not off_session
            case Authentication.OFF_SESSION:
                return off_session
        return False
