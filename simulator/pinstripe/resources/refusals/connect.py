"""What is refused about money between a platform and its connected accounts."""

from __future__ import annotations

from collections.abc import Sequence

from pinstripe.errors import StripeError


def own_account(name: str, param: str) -> StripeError:
    """The platform itself. [second-hand]"""
    return StripeError(f"The '{name}' param cannot be set to your own account.", param=param)


def destination_cannot_receive(capabilities: Sequence[str]) -> StripeError:
    """An account that has not been found fit to receive money. [second-hand: sentence, code and status]"""
    return StripeError(
        "Your destination account needs to have at least one of the following capabilities enabled: "
        f"{', '.join(capabilities)}",
        code="insufficient_capabilities_for_transfer",
    )


def merchant_cannot_charge(account: str, param: str) -> StripeError:
    """An account that cannot take card payments. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"The account {account} needs to have the following capability enabled: card_payments.", param=param
    )


def fee_without_direction(name: str, param: str) -> StripeError:
    """A fee on a payment that goes to nobody else. [second-hand for payment intents; inferred: of others]"""
    return StripeError(
        f"Can only apply an {name} when the PaymentIntent is attempting a direct payment (using an OAuth key or "
        "Stripe-Account header) or destination payment (using `transfer_data[destination]`).",
        param=param,
    )


def fee_too_large(amount: str, most: str, param: str) -> StripeError:
    """A fee above the amount. [documented for charges; inferred: the sentence]"""
    return StripeError(f"Application fee ({amount}) is greater than the amount of the charge ({most}).", param=param)


def share_too_large(amount: str, most: str, param: str) -> StripeError:
    """More for the destination than the amount. [documented; inferred: the sentence]"""
    return StripeError(f"Transfer amount ({amount}) is greater than the amount of the charge ({most}).", param=param)


def destination_fixed(param: str) -> StripeError:
    """A share of a payment that goes to nobody. [documented; inferred: the sentence]"""
    return StripeError("Can only update transfer_data if it was given when this was created.", param=param)


def group_fixed() -> StripeError:
    """The transfer group of a payment stays. [documented; inferred: the sentence]"""
    return StripeError("The transfer_group of this payment has been set and cannot be changed.", param="transfer_group")


def nothing_to_reverse(charge: str) -> StripeError:
    """The charge went to nobody. [second-hand]"""
    return StripeError(f"Cannot reverse transfer on charge {charge} because it does not have an associated transfer.")


def no_fee_to_refund(charge: str) -> StripeError:
    """The charge has borne no fee. [inferred: the sentence, after that of transfers]"""
    return StripeError(
        f"Cannot refund application fee on charge {charge} because it does not have an associated application fee."
    )


def fee_without_transfer() -> StripeError:
    """Of a destination charge the fee comes back with the transfer only. [documented; inferred: the sentence]"""
    return StripeError(
        "Cannot refund the application fee of a destination charge without reversing its transfer.",
        param="refund_application_fee",
    )


def fee_refund_too_large(amount: str, left: str) -> StripeError:
    """More than is left of a fee. [second-hand]"""
    return StripeError(f"Refund amount ({amount}) is greater than unrefunded amount on fee ({left})", param="amount")


def source_used_up(most: str, already: str | None) -> StripeError:
    """More than the charge that a transfer is taken from. [second-hand]"""
    rest = "" if already is None else f" (There is already a transfer using this source, amounting to {already}.)"
    return StripeError(
        f"Transfers using this transaction as a source must not exceed the source amount of {most}.{rest}"
    )


def source_in_other_currency(currency: str) -> StripeError:
    """A transfer has the currency of the charge that it is taken from. [documented; inferred: the sentence]"""
    return StripeError(f"The currency of source_transaction's balance is {currency}.", param="currency")


def source_not_paid(charge: str) -> StripeError:
    """A charge that brought no money. [inferred]"""
    return StripeError(f"Charge {charge} has not been paid, so nothing can be transferred.", param="source_transaction")


def reversal_not_covered() -> StripeError:
    """The other account has not so much. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        "The connected account has insufficient funds to cover this reversal.", code="balance_insufficient"
    )


def account_not_connected(account: str) -> StripeError:
    """The account has gone, so money can neither be fetched there nor sent. [inferred]"""
    return StripeError(f"The account {account} is no longer connected to your platform.", code="account_invalid")


def share_does_not_fit(param: str, *, recurs: bool) -> StripeError:
    """An amount of what recurs, or a percentage of what is sold once. [documented; inferred: the sentence]"""
    when = "cannot be used together with" if recurs else "can only be used with"
    return StripeError(f"`{param}` {when} line items that have recurring prices.", param=param)
