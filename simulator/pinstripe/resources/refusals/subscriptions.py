"""What is refused about subscriptions and their items."""

from __future__ import annotations

from pinstripe.errors import StripeError, no_such


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


def intervals_do_not_align() -> StripeError:
    """Every period ends where one of the shortest does. [documented; sentence inferred]"""
    return StripeError("The billing intervals on a subscription must be multiples of its shortest billing interval.")


def quantity_on_metered(param: str, item: str) -> StripeError:
    """Usage decides how many. [second-hand for Checkout, by analogy here]"""
    of = f" from `{item}`" if item else ""
    return StripeError(
        f"Quantity should not be specified where usage_type is `metered`. Remove quantity{of}", param=param
    )


def same_price_twice(price: str, *, beginning: bool) -> StripeError:
    """One item for each price. [recorded at the beginning; second-hand later]"""
    if beginning:
        return StripeError(
            f"Cannot create a Subscription with multiple Subscription Items with the same Price: {price}", param="plan"
        )
    return StripeError(f"Cannot add multiple subscription items with the same plan: {price}")


def nothing_to_wait_with() -> StripeError:
    """What begins has no state to go on in while it waits. [recorded]"""
    return StripeError(
        "Setting `payment_behavior` to `pending_if_incomplete` has no effect when creating a subscription.",
        param="payment_behavior",
    )


def no_item(id_: str) -> StripeError:
    """404: an item in the path. [recorded]"""
    return StripeError(f"Invalid subscription_item id: {id_}", status=404)


def no_such_item(id_: str, param: str) -> StripeError:
    """An item that is not on this subscription. [inferred]"""
    return no_such("subscription_item", id_, param=param)


def last_item() -> StripeError:
    """The last item cannot go. [second-hand]"""
    return StripeError(
        "A subscription must have at least one active plan. To cancel a subscription, please use the cancel API "
        "endpoint on /v1/subscriptions."
    )


def too_many_subscriptions(customer: str, most: int) -> StripeError:
    """How many a customer can have. [second-hand, of a time when it was 25; documented: the code]"""
    message = f"Customer {customer} already has the maximum {most} current subscriptions."
    return StripeError(message, param="customer", code="customer_max_subscriptions")


def too_many_items(most: int) -> StripeError:
    """How many items fit. [documented; sentence inferred]"""
    return StripeError(f"A subscription can have at most {most} items.", param="items")


def canceled_subscription_is_fixed() -> StripeError:
    """What is over stays as it is. [second-hand; code documented]"""
    return StripeError(
        "A canceled subscription can only update its cancellation_details and metadata.",
        code="invalid_canceled_subscription_fields",
    )


def incomplete_subscription_is_fixed() -> StripeError:
    """What is sold stays as it is until the first invoice is paid. [documented; sentence inferred]"""
    return StripeError("You cannot change what an `incomplete` subscription bills before its first invoice is paid.")


def proration_date_outside_period() -> StripeError:
    """Only the current period is prorated. [second-hand]"""
    return StripeError("Cannot specify proration date outside of current subscription period", param="proration_date")


def not_set_to_cancel() -> StripeError:
    """Only who leaves says why. [second-hand]"""
    return StripeError("`cancellation_details` can only be set on subscriptions that are set to cancel.")


def moment_in_the_past(param: str) -> StripeError:
    """What is to happen lies ahead. [second-hand]"""
    return StripeError("Invalid timestamp: must be an integer Unix timestamp in the future.", param=param)


def moment_has_passed(param: str, at: int) -> StripeError:
    """The end of a trial, of a coupon or of a promotion code lies ahead. [recorded]"""
    return StripeError(
        f"The parameter `{param}` expects a unix timestamp representing a date and time in the future. You specified "
        f"the value `{at}` which is in the past.",
        param=param,
    )


def trial_is_the_prices() -> StripeError:
    """The prices say how long the trial is, or the request does. [recorded]"""
    return StripeError("You cannot set `trial_end` or `trial_period_days` when `trial_from_plan=true`.")


def moment_too_far(param: str) -> StripeError:
    """What is to happen lies within five years. [recorded]"""
    return StripeError("Invalid timestamp: can be no more than five years in the future.", param=param)


def moment_in_the_future(param: str) -> StripeError:
    """A backdated start lies behind. [second-hand]"""
    return StripeError("The backdated subscription start date must be in the past.", param=param)


def trial_too_long(param: str) -> StripeError:
    """A trial is two years long at most. [second-hand; inferred: which parameter it names]"""
    return StripeError("The maximum number of trial period days is 730 (2 years).", param=param)


def anchor_beyond_first_period(natural: int) -> StripeError:
    """Periods begin within the first of them. [second-hand]"""
    return StripeError(f"billing_cycle_anchor cannot be later than next natural billing date ({natural}) for plan")


def anchor_config_needs_months(param: str) -> StripeError:
    """Days and weeks have no day of the month. [documented; sentence inferred]"""
    return StripeError(
        "You can only specify `billing_cycle_anchor_config` for prices that recur by the month or the year.",
        param=param,
    )


def paused_has_no_trial() -> StripeError:
    """What is paused is resumed before it goes on trial again. [documented; sentence inferred]"""
    sentence = "You cannot begin a trial on a subscription that is `paused`. Resume it first."
    return StripeError(sentence, param="trial_end")


def not_paused() -> StripeError:
    """Only what is paused can be resumed. [second-hand]"""
    return StripeError("You can only resume a subscription if it is `paused`.")


def not_pausable(why: str) -> StripeError:
    """What cannot be paused. [documented rules; sentence inferred]"""
    return StripeError(f"This subscription cannot be paused because {why}.")


def resume_charges_only() -> StripeError:
    """Only subscriptions that are charged can be resumed. [documented; sentence inferred]"""
    return StripeError("Only subscriptions with collection_method=charge_automatically can be resumed.")


def cannot_migrate(status: str) -> StripeError:
    """What is over keeps its billing mode. [second-hand]"""
    return StripeError(f"cannot migrate a subscription that is currently in the {status} status")


def classic_is_not_flexible(param: str) -> StripeError:
    """What only the flexible mode knows. [inferred]"""
    return StripeError("You can only specify `flexible` if the billing mode is `flexible`.", param=param)


def already_flexible() -> StripeError:
    """There is nothing beyond flexible. [inferred]"""
    return StripeError("This subscription already uses the flexible billing mode.", param="billing_mode[type]")


def sent_invoices_do_not_wait() -> StripeError:
    """Only a charge can be waited for. [documented; sentence inferred]"""
    return StripeError(
        "`payment_behavior` cannot be `pending_if_incomplete` when the subscription's `collection_method` is "
        "`send_invoice`.",
        param="payment_behavior",
    )


def pending_update_takes_only(name: str) -> StripeError:
    """What may wait for a payment. [second-hand; inferred: the parameter]"""
    return StripeError(
        "When `payment_behavior` is set to `pending_if_incomplete`, you can only pass supported params. "
        f"`{name}` is not supported. See https://stripe.com/docs/billing/subscriptions/pending-updates-reference"
        "#supported-attributes for more details.",
        param=name,
    )


def days_until_due_without_sending() -> StripeError:
    """What is charged is due at once. [recorded]"""
    return StripeError("You can only specify 'days_until_due' if invoice collection method is 'send_invoice'.")


def threshold_too_low() -> StripeError:
    """A threshold that is reached without any usage. [documented; the sentence inferred]"""
    return StripeError(
        "The billing threshold must be greater than the sum of the flat fees of the subscription.",
        param="billing_thresholds[amount_gte]",
    )


def backdated_too_far(most: int) -> StripeError:
    """A beginning whose past periods do not fit on one invoice. [documented; sentence inferred]"""
    return StripeError(
        f"The first invoice of a backdated subscription can have at most {most} line items.",
        param="backdate_start_date",
    )


def prebilling_needs_flexible(param: str) -> StripeError:
    """Only the flexible billing mode bills ahead. [documented; sentence inferred]"""
    return StripeError("`billing_schedules` require the billing mode `flexible`.", param=param)


def prebilling_without_schedule(param: str) -> StripeError:
    """What a subscription schedule manages is not billed ahead. [documented; sentence inferred]"""
    return StripeError("`billing_schedules` cannot be used with a subscription schedule.", param=param)


def billing_schedule_keys_repeat(param: str) -> StripeError:
    """A key names one of them. [documented; sentence inferred]"""
    return StripeError("The keys of `billing_schedules` must be unique.", param=param)


def prebilled_price_is_metered(param: str) -> StripeError:
    """Usage is billed afterwards. [documented; sentence inferred]"""
    return StripeError("`billing_schedules` cannot apply to a price with `usage_type=metered`.", param=param)


def prebilled_beyond_cancellation(param: str) -> StripeError:
    """Nothing is billed of a time after the end. [documented; sentence inferred]"""
    return StripeError("`bill_until` cannot be after the subscription is set to cancel.", param=param)


def prebilled_too_short(param: str) -> StripeError:
    """At least the current periods. [documented; sentence inferred]"""
    return StripeError("`bill_until` cannot be before the current period of an item ends.", param=param)


def prebilled_too_far(most: int, param: str) -> StripeError:
    """How many periods are billed ahead. [documented; sentence inferred]"""
    return StripeError(f"At most {most} billing cycles can be billed in advance.", param=param)


def prebilled_coupon(param: str) -> StripeError:
    """What takes off goes on for ever or once, in percent. [documented; sentence inferred]"""
    return StripeError(
        "Only coupons with `percent_off` and a duration of `once` or `forever` can be used with `billing_schedules`.",
        param=param,
    )


def trial_offer_needs_flexible(param: str) -> StripeError:
    """Only the flexible billing mode knows trial offers. [documented; sentence inferred]"""
    return StripeError("Trial offers require the billing mode `flexible`.", param=param)


def trial_offer_is_the_trial(param: str) -> StripeError:
    """An offer says how long its trial is. [documented; sentence inferred]"""
    return StripeError(f"You cannot use `{param}` together with a trial offer.", param=param)


def trial_offer_is_inactive(param: str) -> StripeError:
    """What is archived is offered no more. [inferred]"""
    return StripeError("The trial offer specified is inactive.", param=param)


def trial_offer_of_another_price(param: str) -> StripeError:
    """The price beside an offer is one of its own. [inferred]"""
    return StripeError("The price specified is not a price of the trial offer.", param=param)
