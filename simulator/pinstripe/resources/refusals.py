"""What a rule refuses: the request is well formed, and the state of things does not allow it.

Each function is one sentence. `[recorded]`, `[second-hand]` (quoted from live answers by others) and `[inferred]` say
how sure it is; sentences that begin with a lower-case "pinstripe" are its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinstripe.billing.usage import UsageValueError, UsageValueProblem
from pinstripe.errors import StripeError, no_such
from pinstripe.resources.test_cards import Decline

if TYPE_CHECKING:
    from pinstripe.resources.payments import Attempt
    from pinstripe.world import Object, Transaction

# --- customers and payment methods -----------------------------------------------------------------------------------


def no_such_payment_method(id_: str, *, param: str = "payment_method", in_path: bool = False) -> StripeError:
    """The newer sentence has an advice for platforms. [recorded]"""
    error = no_such("PaymentMethod", id_, param=param, in_path=in_path)
    return StripeError(
        f"{error.message}; It's possible this PaymentMethod exists on one of your connected accounts, in which case "
        "you should retry this request on that connected account. Learn more at "
        "https://stripe.com/docs/connect/authentication",
        status=error.status,
        code=error.code,
        param=error.param,
    )


def unsupported_test_card(name: str) -> StripeError:
    """A test card Stripe has and pinstripe does not model yet."""
    return StripeError(
        f"pinstripe does not model the test card {name} yet, so it refuses it instead of taking it for another one.",
        status=501,
        type="api_error",
        code="unsupported_test_card",
        headers={"Stripe-Should-Retry": "false"},
    )


def card_error(decline: Decline, *, saving: bool = False) -> StripeError:
    """402: a card that cannot be made or saved; a plain decline at saving has an empty param. [recorded]"""
    details = {} if decline.decline_code is None else {"decline_code": decline.decline_code}
    return StripeError(
        decline.message,
        status=402,
        type="card_error",
        code=decline.code,
        param=decline.param if decline.param is not None else "" if saving else None,
        details=details,
    )


def declined(tx: Transaction, attempt: Attempt, method: Object | None, *, keeps_changes: bool) -> StripeError:
    """402: a payment was tried and the card said no; the error holds the whole intent and method. [recorded]"""
    decline = attempt.decline
    assert decline is not None
    assert attempt.charge is not None
    assert method is not None
    details: dict[str, Any] = {
        "advice_code": "try_again_later",
        "charge": attempt.charge.id,
        "network_decline_code": "01",
        "payment_intent": tx.world.render(tx, attempt.intent),
        "payment_method": tx.world.render(tx, method),
    }
    if decline.decline_code is not None:
        details["decline_code"] = decline.decline_code
    return StripeError(
        decline.message,
        status=402,
        type="card_error",
        code=decline.code,
        param=decline.param,
        details=details,
        keeps_changes=keeps_changes,
    )


def no_payment_method(*, keeps_changes: bool = False) -> StripeError:
    """Nothing to charge. [recorded]"""
    return StripeError(
        "This customer has no attached payment source or default payment method. Please consider adding a default "
        "payment method. For more information, visit "
        "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.",
        code="resource_missing",
        keeps_changes=keeps_changes,
    )


def payment_method_of_nobody(method: str, param: str) -> StripeError:
    """A default must be the customer's own. [second-hand]"""
    return StripeError(
        f"The customer does not have a payment method with the ID {method}. The payment method must be attached to the "
        "customer.",
        code="resource_missing",
        param=param,
    )


def payment_method_taken() -> StripeError:
    """Attached already. [second-hand]"""
    return StripeError("The payment method you provided has already been attached to a customer.")


def payment_method_used_up() -> StripeError:
    """Detached once, gone for good. [recorded]"""
    return StripeError(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with "
        "a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To "
        "use a PaymentMethod multiple times, you must attach it to a Customer first."
    )


def payment_method_not_attached() -> StripeError:
    """Nothing to detach it from. [second-hand]"""
    return StripeError("The payment method you provided is not attached to a customer so detachment is impossible.")


def currencies_combined(known: str) -> StripeError:
    """A customer buys in one currency. [second-hand: how it begins]"""
    return StripeError(
        "Can't combine currencies on a single customer. This customer has had a subscription, coupon, or invoice item "
        f"with currency {known}"
    )


def too_many_customers_on_clock(most: int) -> StripeError:
    """A clock is full. [inferred: the sentence]"""
    return StripeError(f"Test clocks can have at most {most} customers.", param="test_clock")


# --- products and prices ---------------------------------------------------------------------------------------------


def product_exists() -> StripeError:
    """A chosen id is taken. [second-hand]"""
    return StripeError("Product already exists.", code="resource_already_exists", param="id")


def product_has_prices() -> StripeError:
    """Only a product without prices can go. [recorded]"""
    return StripeError("This product cannot be deleted because it has one or more user-created prices.")


def one_amount_only(one: str, other: str) -> StripeError:
    """Two spellings of one amount. [second-hand]"""
    return StripeError(
        f"You may only specify one of these parameters: {one}, {other}.", code="parameter_invalid_empty", param=one
    )


def price_needs_amount() -> StripeError:
    """Neither spelling of the amount. [second-hand]"""
    return StripeError(
        "You must specify either `unit_amount` or `unit_amount_decimal` when `billing_scheme=per_unit`.",
        code="parameter_missing",
        param="unit_amount",
    )


def amount_with_tiers() -> StripeError:
    """Tiers say what a unit costs. [inferred]"""
    return StripeError(
        "You may not specify `unit_amount` or `unit_amount_decimal` when `billing_scheme=tiered`.", param="unit_amount"
    )


def tiers_need_scheme() -> StripeError:
    """Tiers without saying so. [inferred]"""
    return StripeError("You may only specify `tiers` when `billing_scheme=tiered`.", param="tiers")


def tiers_need_recurring() -> StripeError:
    """One-time prices have no tiers. [second-hand]"""
    return StripeError("Prices with `type=one_time` are not supported with tiered billing.", param="interval")


def tier_needs_amount(position: int) -> StripeError:
    """A tier that says nothing. [inferred]"""
    return StripeError(
        "You must specify at least one of `flat_amount`, `flat_amount_decimal`, `unit_amount` or `unit_amount_decimal` "
        "for each tier.",
        param=f"tiers[{position}]",
    )


def last_tier_is_infinite() -> StripeError:
    """`inf` is the last tier's, and only its. [inferred]"""
    return StripeError("The last tier, and only the last tier, must have `up_to` set to `inf`.", param="tiers")


def tiers_must_rise() -> StripeError:
    """Each tier ends above the one before. [inferred]"""
    return StripeError("The `up_to` values of `tiers` must be greater than the one before.", param="tiers")


def transform_with_tiers() -> StripeError:
    """Packages and tiers exclude each other. [documented; sentence inferred]"""
    return StripeError("`transform_quantity` cannot be combined with `tiers`.", param="transform_quantity")


def invalid_decimal(param: str, text: str) -> StripeError:
    """No decimal, or too fine. [inferred]"""
    return StripeError(f"Invalid decimal: {text}; must contain at maximum twelve decimal places.", param=param)


def interval_too_long(param: str) -> StripeError:
    """Three years at most. [documented; sentence inferred]"""
    return StripeError(
        "You cannot specify an interval longer than three years (3 years, 36 months, 156 weeks or 1095 days).",
        param=param,
    )


def metered_needs_meter() -> StripeError:
    """Since basil there is no usage without a meter. [second-hand]"""
    return StripeError(
        "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.",
        param="recurring[meter]",
    )


def meter_inactive(meter: str, param: str) -> StripeError:
    """A deactivated meter takes no price. [documented; sentence inferred]"""
    return StripeError(f"The meter {meter} is inactive and cannot be attached to a price.", param=param)


def meter_on_licensed(param: str) -> StripeError:
    """A meter counts usage; licensed prices have none. [inferred]"""
    return StripeError("You may only specify `meter` when `usage_type=metered`.", param=param)


def lookup_key_taken(holder: str) -> StripeError:
    """A lookup key leads to one price. [second-hand]"""
    return StripeError(
        f"A price (`{holder}`) already uses that lookup key. To transfer it, set `transfer_lookup_key=true`.",
        param="lookup_key",
    )


def tax_behavior_fixed() -> StripeError:
    """Once said, it stays. [documented; sentence inferred]"""
    return StripeError(
        "You cannot change `tax_behavior` on a price once it is set to `inclusive` or `exclusive`.",
        param="tax_behavior",
    )


# --- meters ----------------------------------------------------------------------------------------------------------


def event_name_taken(name: str) -> StripeError:
    """One active meter for each event name. [documented; sentence inferred]"""
    return StripeError(f"There is already an active meter with event_name {name}.", param="event_name")


def meter_already(status: str) -> StripeError:
    """Nothing to switch. [inferred]"""
    return StripeError(f"This meter is already {status}.")


def no_active_meter(name: str) -> StripeError:
    """An event nobody counts. [second-hand]"""
    return StripeError(
        f"No active meter found with event_name {name}. Create a meter with that event name to record usage against "
        "it.",
        param="event_name",
    )


def payload_without(what: str, key: str) -> StripeError:
    """An event that does not say whose it is, or how much. [documented for the asynchronous report]"""
    return StripeError(f"{what.capitalize()} key {key} not found in payload.", param=f"payload[{key}]")


def bad_event_value(text: str, error: UsageValueError) -> StripeError:
    """A value nobody can add up; more than 15 digits has a sentence of its own. [documented]"""
    if error.reason is UsageValueProblem.TOO_MANY_DIGITS:
        return StripeError(
            f"The value in the event payload can have at most 15 digits. Received {text}.",
            code="meter_event_value_too_many_digits",
        )
    return StripeError(f"The value in the event payload must be a number. Received {text}.")


def event_too_old(days: int, earliest: int) -> StripeError:
    """Beyond the window backwards. [recorded by others, literally]"""
    return StripeError(
        f"The event timestamp cannot be more than {days} days in past. Expected a timestamp greater than or equal to "
        f"{earliest}.",
        param="timestamp",
    )


def event_too_far_ahead(latest: int) -> StripeError:
    """Beyond the window forwards. [inferred by analogy]"""
    return StripeError(
        "The event timestamp cannot be more than 5 minutes in the future. Expected a timestamp less than or equal to "
        f"{latest}.",
        param="timestamp",
    )


def identifier_taken(identifier: str) -> StripeError:
    """The fact was recorded before; no code, and not worth a retry. [recorded by others, literally]"""
    return StripeError(
        f"An event already exists with identifier {identifier}.", headers={"Stripe-Should-Retry": "false"}
    )


def summary_misaligned(param: str, unit: str) -> StripeError:
    """Bounds lie on whole minutes, hours or days. [documented; sentence inferred]"""
    return StripeError(f"Invalid {param}: must align with {unit} boundaries.", param=param)


def summary_backwards() -> StripeError:
    """An empty range. [inferred]"""
    return StripeError("Invalid end_time: must be after start_time.", param="end_time")


# --- subscriptions ---------------------------------------------------------------------------------------------------


def price_is_one_time(param: str) -> StripeError:
    """Subscriptions recur. [recorded]"""
    return StripeError(
        "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
        param=param,
    )


def price_is_recurring(param: str) -> StripeError:
    """Invoice items do not. [by analogy]"""
    return StripeError(
        "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.",
        param=param,
    )


def price_is_inactive(param: str) -> StripeError:
    """Archived prices are not sold. [second-hand]"""
    return StripeError("The price specified is inactive. This field only accepts active prices.", param=param)


def price_not_in_currency(currency: str) -> StripeError:
    """A price without that currency. [inferred]"""
    return StripeError(f"The price specified does not support the currency {currency}.", param="currency")


def mismatch(what: str) -> StripeError:
    """All items of a subscription agree. [second-hand]"""
    return StripeError(
        "Currency and interval fields must match across all plans on this subscription. Found mismatch in "
        f"{what} field."
    )


def quantity_on_metered(param: str, item: str) -> StripeError:
    """Usage decides how many. [second-hand for Checkout, by analogy here]"""
    return StripeError(
        f"Quantity should not be specified where usage_type is `metered`. Remove quantity from `{item}`", param=param
    )


def same_price_twice(price: str) -> StripeError:
    """One item for each price. [second-hand]"""
    return StripeError(f"Cannot add multiple subscription items with the same plan: {price}")


def no_such_item(id_: str, param: str) -> StripeError:
    """An item that is not on this subscription. [inferred]"""
    return no_such("subscription_item", id_, param=param)


def last_item() -> StripeError:
    """The last item cannot go. [second-hand]"""
    return StripeError(
        "A subscription must have at least one active plan. To cancel a subscription, please use the cancel API "
        "endpoint on /v1/subscriptions."
    )


def too_many_items(most: int) -> StripeError:
    """How many items fit. [documented; sentence inferred]"""
    return StripeError(f"A subscription can have at most {most} items.", param="items")


def too_many_subscriptions_on_clock(most: int) -> StripeError:
    """A customer on a clock is full. [documented; sentence inferred]"""
    return StripeError(f"Customers with a test clock can have at most {most} subscriptions.", param="customer")


def canceled_subscription_is_fixed() -> StripeError:
    """What is over stays as it is. [second-hand; code documented]"""
    return StripeError(
        "A canceled subscription can only update its cancellation_details and metadata.",
        code="invalid_canceled_subscription_fields",
    )


def proration_date_outside_period() -> StripeError:
    """Only the current period is prorated. [second-hand]"""
    return StripeError("Cannot specify proration date outside of current subscription period", param="proration_date")


# --- invoices --------------------------------------------------------------------------------------------------------


def invoice_of_another_customer() -> StripeError:
    """Items go on the customer's own invoices. [inferred]"""
    return StripeError("The invoice must belong to the same customer as the invoice item.", param="invoice")


def invoice_not_editable() -> StripeError:
    """Only drafts change. [code documented, sentence inferred]"""
    return StripeError("This invoice is no longer editable", code="invoice_not_editable", param="invoice")


def invoice_already_finalized() -> StripeError:
    """Finalizing works once. [second-hand]"""
    return StripeError(
        "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
    )


def invoice_already_paid() -> StripeError:
    """Paying works once. [inferred]"""
    return StripeError("Invoice is already paid")


def invoice_not_payable(status: str) -> StripeError:
    """Void invoices are not paid. [inferred]"""
    return StripeError(f"Invoices with the status {status} cannot be paid.")


def invoice_not_open() -> StripeError:
    """Only open invoices are given up. [second-hand]"""
    return StripeError("You can only pass in open invoices. This invoice isn't open.")


def invoice_not_deletable() -> StripeError:
    """Only one-off drafts can be deleted. [documented; sentence inferred]"""
    return StripeError("You can only delete draft invoices that were not created by a subscription.")


def item_is_invoiced() -> StripeError:
    """An item on a finalized invoice stays. [inferred]"""
    return StripeError("Invoice items that are attached to a finalized invoice cannot be deleted.")


def amount_and_quantity() -> StripeError:
    """An amount is the whole line's. [inferred]"""
    return StripeError(
        "`amount` cannot be combined with `quantity`; use `unit_amount_decimal` instead.", param="amount"
    )


def missing_email() -> StripeError:
    """An invoice that is sent needs somebody to send it to. [recorded]"""
    return StripeError(
        "Missing email. In order to create invoices that are sent to the customer, the customer must have a valid "
        "email."
    )


def needs_days_until_due() -> StripeError:
    """An invoice that is sent needs a day to be paid by. [second-hand]"""
    return StripeError("If `collection_method=send_invoice`, you must specify `days_until_due` or `due_date`.")


def no_upcoming_invoice(customer: str) -> StripeError:
    """Nothing will be invoiced. [code documented, sentence inferred]"""
    return StripeError(f"No upcoming invoices for customer: {customer}", status=404, code="invoice_upcoming_none")


def preview_needs_someone() -> StripeError:
    """A preview of whom? [inferred from the older endpoint's recorded sentence]"""
    return StripeError("You must provide either a `customer` or a `subscription` to preview an invoice.")


# --- clocks and endpoints --------------------------------------------------------------------------------------------


def clock_goes_forward() -> StripeError:
    """Time never goes back. [documented; sentence inferred]"""
    return StripeError("Invalid frozen_time: must be after the test clock's current frozen time.", param="frozen_time")


def clock_too_far() -> StripeError:
    """Two intervals at once. [documented; sentence inferred]"""
    return StripeError(
        "You cannot advance a test clock more than two intervals from the current frozen time, based on the shortest "
        "subscription interval in the test clock.",
        param="frozen_time",
    )


def too_many_endpoints(most: int) -> StripeError:
    """How many endpoints an account has. [documented; sentence inferred]"""
    return StripeError(f"You have reached the maximum of {most} test webhook endpoints.")


def invalid_url() -> StripeError:
    """No address to send to. [second-hand; code documented]"""
    return StripeError("Not a valid URL", code="url_invalid", param="url")


def endpoint_version_unsupported(version: str, served: tuple[str, ...]) -> StripeError:
    """An endpoint at a version pinstripe cannot render."""
    return StripeError(
        f"pinstripe cannot render events at API version {version}; it can at {', '.join(served)}.",
        param="api_version",
    )
