"""What recordings at an older version say otherwise, though no changelog tells of it.

All recordings at such a version are of its days, so they cannot tell whether Stripe would still answer this way at that
version. [recorded; inferred: that it is the version's doing, and with which release it ends]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, Rung, with_fields
from pinstripe_contracts.types import Hash, Scalar


class ExplainMore(Rung):
    """Some refusals explain themselves; before, they said less.

    [recorded at 2020-08-27: an amount of nothing, a payment method that is not there, a customer who cannot pay]
    """

    SHORTER = (
        ("The amount must be greater than or equal to the minimum", "This value must be greater than or equal to 1."),
        ("This customer has no attached payment source or default payment method.", None),
        ("No such PaymentMethod: ", None),
    )
    """How a sentence of today begins, and what stood in its place; None where the part that explains was missing."""

    EXPLANATIONS = ("; It's possible", " Please consider")

    def sentence(self, message: str) -> str:
        """The shorter sentence."""
        for beginning, older in self.SHORTER:
            if message.startswith(beginning):
                return older or self._without_explanation(message)
        return message

    def _without_explanation(self, message: str) -> str:
        for explanation in self.EXPLANATIONS:
            message = message.partition(explanation)[0]
        return message


class KnowCustomersBeforeTheyPay(Rung):
    """An open Checkout Session knows what the customer's object says; before, nothing until it was completed.

    [recorded: null at 2020-08-27, with an email at 2025-11-17.clover and 2026-03-25.dahlia]
    """

    objects = frozenset({"checkout.session"})

    def reshaped(self, members: Members) -> Members:
        """Nothing of the customer while it is open."""
        return {**members, "customer_details": None} if members.get("status") == "open" else members


class CheckCodesOfNamedCards(Rung):
    """A card that was named (`pm_card_visa`) passes the check of its code; before, it had no code to be checked.

    [recorded: null from 2020-08-27 to 2023-08-16, `pass` since 2023-10-16; cards by number have theirs at all of them]
    """

    objects = frozenset({"payment_method", "charge"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """No check where the card was named."""
        id_ = members.get("payment_method") if members["object"] == "charge" else members["id"]
        method = descent.one("payment_method", id_ if isinstance(id_, str) else None)
        if method is None or not method.get("_named"):
            return members
        return _with_card(members, lambda card: {**card, "checks": {**card["checks"], "cvc_check": None}})


class TellAuthorizationCodes(Rung):
    """A charge tells the code of its authorization; before, it was null.

    [recorded: null from 2024-06-20 to 2025-04-30.basil, six digits since 2025-10-29.clover]
    """

    objects = frozenset({"charge"})

    def reshaped(self, members: Members) -> Members:
        """No code."""
        return _with_card(members, lambda card: {**card, "authorization_code": None})


class NameOrdersInFull(Rung):
    """An intent's order is the whole id of its invoice or session; before, the first 25 letters of it.

    [recorded: 25 letters at 2025-10-29.clover and 2025-11-17.clover, all of them since 2026-09-30.endive]
    """

    objects = frozenset({"payment_intent"})

    def reshaped(self, members: Members) -> Members:
        """The beginning of an invoice's id; what a request gave fits already."""
        details = members.get("payment_details")
        if not details or not (details.get("order_reference") or "").startswith(("in_", "cs_")):
            return members
        return {**members, "payment_details": {**details, "order_reference": details["order_reference"][:25]}}


class TellTypesOfRefusedMethods(Rung):
    """The last error of an intent tells the type of the method it was about; before, only the method.

    [recorded: absent at 2025-11-17.clover, there at 2026-08-26.dahlia]
    """

    objects = frozenset({"payment_intent"})

    def reshaped(self, members: Members) -> Members:
        """The method only."""
        error = members.get("last_payment_error")
        if not error:
            return members
        kept = {name: value for name, value in error.items() if name != "payment_method_type"}
        return {**members, "last_payment_error": kept}


class AskForCapabilities(Rung):
    """What an account is to be able to do is asked for in `capabilities`; before, by name in `requested_capabilities`.

    [recorded: understood at 2023-10-16 in September 2026; inferred: with which release it ends]
    """

    OPERATIONS = ("POST /v1/accounts", "POST /v1/accounts/{account}")

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Each name becomes a capability that is requested, beside those that are said in today's words."""
        given, said = params.get("requested_capabilities"), params.get("capabilities", {})
        if operation not in self.OPERATIONS or isinstance(given, str | None) or not isinstance(said, Mapping):
            return params
        names = given.values() if isinstance(given, Mapping) else given
        asked: dict[str, Tree] = {str(name): {"requested": "true"} for name in names}
        others = {key: value for key, value in params.items() if key != "requested_capabilities"}
        return {**others, "capabilities": {**asked, **said}}


class TakeDescriptorsOfCards(Rung):
    """A payment that a card may make takes no descriptor; before 2024 it took one. A parameter of our own says it.

    [recorded at 2020-08-27 in 2022, and at 2019-08-14 even in 2025; documented: that it ended on a day, whatever the
    version]
    """

    PLACES: Mapping[str, str] = {
        "POST /v1/checkout/sessions": "payment_intent_data",
        "POST /v1/payment_intents": "",
        "POST /v1/payment_intents/{intent}": "",
        "POST /v1/payment_intents/{intent}/capture": "",
        "POST /v1/payment_intents/{intent}/increment_authorization": "",
    }
    """In which hash of a request the descriptor is said, if not in the request itself."""
    TAKEN = "_takes_any_descriptor"

    def carried(self, operation: str, params: Hash) -> Hash:
        """The word for it."""
        if operation not in self.PLACES:
            return params
        return with_fields(params, [*filter(None, [self.PLACES[operation]])], {self.TAKEN: Scalar("bool")})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Said beside the descriptor."""
        if operation not in self.PLACES:
            return params
        within = self.PLACES[operation]
        if not within:
            return self._told(params)
        inner = params.get(within)
        return {**params, within: self._told(inner)} if isinstance(inner, dict) else params

    def _told(self, said: Mapping[str, Tree]) -> dict[str, Tree]:
        return {**said, self.TAKEN: "true"} if said.get("statement_descriptor") else {**said}


def _with_card(members: Members, change: Callable[[Members], Members]) -> Members:
    """A payment method or a charge with another card, if it is one of a card."""
    if members["object"] == "payment_method":
        return {**members, "card": change(members["card"])} if members.get("card") else members
    details = members.get("payment_method_details") or {}
    if not details.get("card"):
        return members
    return {**members, "payment_method_details": {**details, "card": change(details["card"])}}
