"""Refusals that nouns served by shape share; their sentences are pinstripe's unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinstripe.errors import StripeError

__all__ = [
    "account_closed",
    "account_not_yours_to_reject",
    "alias_taken",
    "authorization_amount_fixed",
    "authorization_decided",
    "authorization_over",
    "card_already_replaced",
    "configurations_left_open",
    "external_account_is_default",
    "financial_account_closed",
    "financial_account_not_empty",
    "financial_account_short",
    "flow_not_reversible",
    "id_taken",
    "microdeposits_not_confirmed",
    "more_than_authorized",
    "more_than_captured",
    "no_fraud_challenge",
    "no_login_link",
    "no_such_secret",
    "not_a_bank_account",
    "payout_not_covered",
    "reader_busy",
    "reader_not_collecting",
    "report_interval_unfit",
    "reversal_too_large",
    "routing_number_taken",
    "tax_calculation_expired",
    "tax_not_set_up",
    "tax_posted_out_of_time",
    "tax_reference_taken",
    "tax_reversed_before",
    "tax_reversed_too_much",
    "token_spent",
    "transaction_already_disputed",
    "transfer_already_reversed",
    "transfer_not_covered",
    "unknown_registration_code",
    "value_listed",
    "wrong_state",
]


def wrong_state(verb: str, kind: str, id_: str, member: str, state: Any, allowed: Sequence[Any]) -> StripeError:
    """400: the object's state does not allow it. [inferred: the sentence; documented for each noun: the states]"""
    words = " or ".join(str(value) for value in allowed)
    what = verb.rpartition("/")[2].replace("_", " ")
    return StripeError(
        f"You cannot {what} this {kind.rpartition('.')[2].replace('_', ' ')} ({id_}) because its {member} is {state}; "
        f"it must be {words}."
    )


def id_taken(noun: str) -> StripeError:
    """400 resource_already_exists: a chosen id that is in use. [inferred: the sentence, after coupons and plans]"""
    return StripeError(
        f"{noun.replace('_', ' ').capitalize()} already exists.", code="resource_already_exists", param="id"
    )


# --- money movement --------------------------------------------------------------------------------------------------


def transfer_already_reversed(transfer: str) -> StripeError:
    """400: nothing is left to reverse. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Transfer {transfer} has already been fully reversed.")


def reversal_too_large(amount: int, left: int, currency: str) -> StripeError:
    """400: more than is left of a transfer. [documented: the rule; inferred: the sentence, after refunds]"""
    return StripeError(
        f"Reversal amount ({amount} {currency}) is greater than unreversed amount on transfer ({left} {currency}).",
        param="amount",
    )


def transfer_not_covered() -> StripeError:
    """400 balance_insufficient: the available balance is too small. [second-hand]"""
    return StripeError(
        "You have insufficient available funds in your Stripe account. Try adding funds directly to your available "
        "balance by creating Charges using the 4000000000000077 test card. See: "
        "https://stripe.com/docs/testing#available-balance",
        code="balance_insufficient",
    )


def payout_not_covered() -> StripeError:
    """400 balance_insufficient: less is available than is to be paid out. [second-hand]"""
    return StripeError(
        "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can "
        "use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).",
        code="balance_insufficient",
    )


# --- connect ---------------------------------------------------------------------------------------------------------


def external_account_is_default() -> StripeError:
    """400: another one of its currency has to be the default first. [second-hand]"""
    return StripeError(
        "You cannot delete the default external account for your default currency. Please make another external "
        "account the default using the `default_for_currency` param, and then delete this one."
    )


def account_not_yours_to_reject(account: str) -> StripeError:
    """400: Stripe, not the platform, is liable for the account. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"You cannot reject {account}: your platform is not liable for its negative balances.")


def no_login_link(account: str) -> StripeError:
    """400: an account without the Express dashboard. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Cannot create a login link for {account}: it does not have access to the Express Dashboard.")


# --- issuing ---------------------------------------------------------------------------------------------------------


def card_already_replaced(card: str) -> StripeError:
    """400: a card is replaced once. [inferred]"""
    return StripeError(f"The card {card} has already been replaced.", param="replacement_for")


def authorization_decided(authorization: str) -> StripeError:
    """400: nobody waits for a decision any more. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Issuing authorization {authorization} has no pending request to approve or decline.")


def authorization_amount_fixed(authorization: str) -> StripeError:
    """400: another amount where the merchant takes only the whole. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"The amount of issuing authorization {authorization} is not controllable: approve the whole amount.",
        param="amount",
    )


def authorization_over(authorization: str, status: str) -> StripeError:
    """400: a test helper for what was declined or is over. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"Issuing authorization {authorization} must be approved and pending to be changed; its status is {status}."
    )


def no_fraud_challenge(authorization: str) -> StripeError:
    """400: no message was sent to the cardholder. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Issuing authorization {authorization} has no pending fraud challenge.")


def more_than_authorized(param: str, amount: int) -> StripeError:
    """400: more than the authorization stands at. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The amount must not be greater than the authorized amount ({amount}).", param=param)


def more_than_captured(transaction: str, left: int) -> StripeError:
    """400: more than was captured and not refunded yet. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Issuing transaction {transaction} can be refunded by at most {left}.", param="refund_amount")


def transaction_already_disputed(transaction: str) -> StripeError:
    """400: a transaction is disputed once. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Issuing transaction {transaction} already has a dispute.", param="transaction")


# --- treasury --------------------------------------------------------------------------------------------------------


def financial_account_closed(account: str) -> StripeError:
    """400: a closed account moves no money. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The financial account {account} is closed.", param="financial_account")


def financial_account_not_empty(account: str) -> StripeError:
    """400: only an empty account is closed. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The financial account {account} cannot be closed because its balance is not zero.")


def financial_account_short(account: str, currency: str) -> StripeError:
    """400: more than the account holds. [documented: the rule; inferred: the sentence and the code]"""
    return StripeError(
        f"The financial account {account} does not have enough {currency} for this.",
        code="insufficient_funds",
        param="amount",
    )


def flow_not_reversible(kind: str, id_: str, reason: str) -> StripeError:
    """400: it was reversed before, too late, or on a network that takes nothing back. [documented: the reasons]"""
    return StripeError(f"You cannot reverse this {kind.replace('_', ' ')} ({id_}): {reason}.", param=kind)


def not_a_bank_account(method: str, param: str) -> StripeError:
    """400: a payment method of another type. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The payment method {method} must be of type us_bank_account.", param=param)


# --- terminal --------------------------------------------------------------------------------------------------------


def unknown_registration_code(code: str) -> StripeError:
    """400: no reader shows this code. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"No reader found with registration code {code}.", param="registration_code")


def reader_busy(reader: str) -> StripeError:
    """400 terminal_reader_busy: it waits for somebody. [documented: the code; inferred: the sentence]"""
    return StripeError(f"Reader {reader} is currently busy processing another request.", code="terminal_reader_busy")


def reader_not_collecting(reader: str) -> StripeError:
    """400: nothing is being entered. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"Reader {reader} is not collecting inputs.")


# --- tax -------------------------------------------------------------------------------------------------------------


def tax_not_set_up() -> StripeError:
    """400 stripe_tax_inactive: settings without head office or tax code. [second-hand: the sentence]"""
    return StripeError(
        "You must have a valid head office address to enable automatic tax calculation in test mode. Visit "
        "https://dashboard.stripe.com/test/settings/tax to update it.",
        code="stripe_tax_inactive",
    )


def tax_calculation_expired(calculation: str) -> StripeError:
    """400: older than ninety days. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The tax calculation {calculation} has expired.", param="calculation")


def tax_posted_out_of_time() -> StripeError:
    """400: tax is owed from the day that it was reckoned with to now. [documented: the rule; inferred: the sentence]"""
    return StripeError("The posted_at of a tax transaction must be between its tax_date and now.", param="posted_at")


def tax_reversed_before(transaction: str) -> StripeError:
    """400: what was taken back in part is not there in full. [inferred]"""
    return StripeError(
        f"The tax transaction {transaction} has already been reversed, at least in part.", param="original_transaction"
    )


def tax_reversed_too_much(param: str) -> StripeError:
    """400: amounts of a reversal are negative, and never more than is left of what they reverse. [inferred]"""
    return StripeError("The amount to reverse must be negative, and at most what has not been reversed.", param=param)


def tax_reference_taken(reference: str) -> StripeError:
    """400: every transaction has a reference of its own. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"A tax transaction with the reference {reference} already exists.", param="reference")


# --- platform --------------------------------------------------------------------------------------------------------


def no_such_secret(name: str) -> StripeError:
    """404 resource_missing: no secret of that name in the scope. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"No such secret: '{name}'", status=404, code="resource_missing", param="name")


def alias_taken(alias: str) -> StripeError:
    """400: another list has this alias. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"A value list with the alias {alias} already exists.", param="alias")


def value_listed(value: str) -> StripeError:
    """400: the list holds this value already. [inferred]"""
    return StripeError(f"The value {value} is in this list already.", param="value")


# --- accounts of API v2 ----------------------------------------------------------------------------------------------


def account_closed(account: str) -> StripeError:
    """400: a closed account can no longer be operated on. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The account {account} is closed.")


def configurations_left_open(account: str) -> StripeError:
    """400: closing an account names all of its configurations. [documented: the rule; inferred: the sentence]"""
    return StripeError(
        f"All configurations of {account} must be passed in to close it.", param="applied_configurations"
    )


def token_spent(token: str, param: str, *, used: bool) -> StripeError:
    """400: a token is good once, and not for long. [documented: the rule; inferred: the sentence]"""
    what = "has already been used" if used else "has expired"
    return StripeError(f"The token {token} {what}.", param=param)


def routing_number_taken(account: str, param: str) -> StripeError:
    """400: only an empty routing number may be supplied. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"The bank account {account} already has a {param.replace('_', ' ')}.", param=param)


def microdeposits_not_confirmed(account: str) -> StripeError:
    """400: neither the code nor the amounts that were sent. [documented: the rule; inferred: the sentence]"""
    return StripeError(f"What was given does not match the microdeposits that were sent to {account}.")


def report_interval_unfit() -> StripeError:
    """400: an interval that ends before it begins, or that is not over. [documented: that it is refused]"""
    return StripeError(
        "The report's interval_start must be before its interval_end, and its data must be available by then.",
        param="parameters",
    )
