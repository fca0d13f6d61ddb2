"""What is refused about Checkout Sessions and payment links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.errors import StripeError, no_such

__all__ = [
    "amount_below_minimum",
    "card_blocked",
    "chosen_amount_is_alone",
    "chosen_amount_outside_payments",
    "chosen_amount_with",
    "country_not_shipped_to",
    "custom_field_too_short",
    "custom_field_twice",
    "customer_update_needs_customer",
    "expires_too_late",
    "expires_too_soon",
    "intervals_differ_at_checkout",
    "invoice_creation_outside_payments",
    "last_item_stays",
    "line_item_currency_differs",
    "link_completed_too_often",
    "link_is_inactive",
    "no_such_checkout_session",
    "not_in_mode",
    "not_in_ui_mode",
    "one_price_of",
    "page_amount_differs",
    "page_code_is_invalid",
    "page_does_not_ask",
    "page_payment_failed",
    "page_setup_failed",
    "product_is_inactive",
    "quantity_is_fixed",
    "quantity_needed",
    "recovery_is_over",
    "recurring_in_payment_mode",
    "recurring_needed",
    "session_cannot_be_paid",
    "session_cannot_be_recovered",
    "session_cannot_be_updated",
    "session_cannot_expire",
    "session_currency_of_another_type",
    "tax_ids_need_customer_name",
    "too_many_optional_items",
    "trial_ends_too_soon",
    "url_is_invalid",
    "url_without_scheme",
]


def no_such_checkout_session(id_: str) -> StripeError:
    """404, an old sentence without quotes and without a param. [recorded]"""
    return StripeError(f"No such checkout.session: {id_}", status=404, code=no_such("", "", param="").code)


def session_cannot_expire(status: str) -> StripeError:
    """Only what is open can expire. [second-hand]"""
    return StripeError(
        'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
        f"`{status}`."
    )


def session_cannot_be_paid(status: str) -> StripeError:
    """Only what is open can be completed. [inferred, after the one about expiring]"""
    return StripeError(
        'Only Checkout Sessions with a status in ["open"] can be completed. This Checkout Session has a status of '
        f"`{status}`."
    )


def session_cannot_be_updated(status: str) -> StripeError:
    """What is sold changes only while it can be. [inferred, after the one about expiring]"""
    return StripeError(
        'Only Checkout Sessions with a status in ["open"] can be updated. This Checkout Session has a status of '
        f"`{status}`."
    )


def session_cannot_be_recovered(status: str) -> StripeError:
    """Only what has expired, and was promised a way back, can be recovered. [inferred]"""
    return StripeError(f"This Checkout Session cannot be recovered. It has a status of `{status}`.")


def recovery_is_over() -> StripeError:
    """The way back is open for thirty days. [documented; the sentence inferred]"""
    return StripeError("The time in which this Checkout Session could be recovered is over.")


def recurring_in_payment_mode(item: str) -> StripeError:
    """A one-time payment sells nothing that recurs. [second-hand]"""
    return StripeError(
        "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only "
        "one-time prices.",
        param=item,
    )


def recurring_needed() -> StripeError:
    """A subscription needs something that recurs. [second-hand; inferred: the param]"""
    return StripeError(
        "You must provide at least one recurring price in `subscription` mode when using prices.", param="line_items"
    )


def intervals_differ_at_checkout() -> StripeError:
    """No page sells mixed intervals. [documented; sentence second-hand; inferred: that a payment link says the same]"""
    return StripeError("Checkout does not support multiple prices with different billing intervals.")


def not_in_mode(param: str, mode: str) -> StripeError:
    """A parameter of another mode. [second-hand for payment_intent_data in subscription mode]"""
    return StripeError(f"You can not pass `{param}` in `{mode}` mode.", param=param)


def not_in_ui_mode(param: str, ui_mode: str) -> StripeError:
    """A parameter of another kind of page. [inferred, after the sentence about modes]"""
    return StripeError(f"You can not pass `{param}` with `ui_mode: {ui_mode}`.", param=param)


def one_price_of(item: str) -> StripeError:
    """Two prices for one item. [inferred, after the general sentence]"""
    return StripeError(f"You may only specify one of these parameters: {item}[price], {item}[price_data].", param=item)


def quantity_needed(item: str) -> StripeError:
    """A licensed price does not say how many. [second-hand]"""
    return StripeError(f"Quantity is required. Add `quantity` to `{item}`", param=item)


def line_item_currency_differs(currency: str, expected: str, param: str) -> StripeError:
    """One session, one currency. [second-hand]"""
    return StripeError(
        f"The price specified only supports `{currency}`. This doesn't match the expected currency: `{expected}`.",
        param=param,
    )


def expires_too_soon() -> StripeError:
    """Half an hour at least. [documented; the sentence second-hand]"""
    return StripeError(
        "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
    )


def trial_ends_too_soon() -> StripeError:
    """Two days at least. [second-hand]"""
    return StripeError(
        "The `trial_end` date has to be at least 2 days in the future.", param="subscription_data[trial_end]"
    )


def expires_too_late() -> StripeError:
    """A day at most. [documented; the sentence second-hand]"""
    return StripeError(
        "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
    )


def amount_below_minimum(least: str) -> StripeError:
    """A payment that is too small for a card. [second-hand]"""
    return StripeError(
        f"The Checkout Session's total amount due must add up to at least {least}", code="amount_too_small"
    )


def product_is_inactive(price: str, param: str) -> StripeError:
    """What a price sells is archived. [second-hand]"""
    return StripeError(
        f"Price `{price}` is not available to be purchased because its product is not active.", param=param
    )


def link_is_inactive(id_: str) -> StripeError:
    """A link that is switched off sells nothing. [documented; the sentence inferred]"""
    return StripeError(f"The payment link {id_} is not active.")


def link_completed_too_often(id_: str, limit: int) -> StripeError:
    """A link sells no oftener than it was told to. [documented; the sentence inferred]"""
    return StripeError(f"The payment link {id_} has reached its limit of {limit} completed Checkout Sessions.")


def page_amount_differs(expected: int, amount: int | None) -> StripeError:
    """The page shows another amount than the caller has seen. [inferred]"""
    return StripeError(
        f"The expected amount {expected} differs from what the Checkout Session asks for: {amount}.",
        param="expected_amount",
    )


def page_payment_failed(intent: Mapping[str, Any], *, keeps_changes: bool) -> StripeError:
    """402: what the page says after a payment that failed, in the words of its intent. [documented]"""
    error = intent["last_payment_error"] or {"code": "card_declined", "message": "Your card was declined."}
    details = {name: error[name] for name in ("charge", "decline_code") if error.get(name)}
    return StripeError(
        error["message"],
        status=402,
        type=error.get("type", "card_error"),
        code=error["code"],
        details={**details, "payment_intent": intent},
        keeps_changes=keeps_changes,
    )


def customer_update_needs_customer() -> StripeError:
    """There is nobody to update. [second-hand]"""
    return StripeError("`customer_update` can only be used with `customer`.", param="customer_update")


def country_not_shipped_to(country: str) -> StripeError:
    """The page offers only the countries the session ships to. [documented; the sentence inferred]"""
    return StripeError(f"The Checkout Session does not ship to {country}.", param="shipping[address][country]")


def tax_ids_need_customer_name() -> StripeError:
    """The name on an invoice with a tax id is the business's. [second-hand, without a param]"""
    return StripeError(
        "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an "
        "existing customer, please set `customer_update[name]` to `auto`."
    )


def invoice_creation_outside_payments() -> StripeError:
    """Other modes make their invoices by themselves, or none. [second-hand; inferred: the param]"""
    return StripeError(
        "You can only enable invoice creation when `mode` is set to `payment`. Invoices are created automatically when "
        "`mode` is set to `subscription`, and are unsupported when set to `setup`. To learn more visit "
        "https://stripe.com/docs/payments/checkout/post-payment-invoices.",
        param="invoice_creation",
    )


def too_many_optional_items(most: int) -> StripeError:
    """A page offers so many things. [documented; the sentence inferred]"""
    return StripeError(f"You may pass at most {most} optional items.", param="optional_items")


def session_currency_of_another_type(currency: str, type_: str, taken: Sequence[str]) -> StripeError:
    """A type that a session names does not take its currency. [second-hand; inferred: several currencies, no param]"""
    known = ", ".join(f"``{one}``" for one in taken)
    return StripeError(
        f"Invalid currency options ``{currency}``. The payment method `{type_}` only supports the following "
        f"currencies: {known}."
    )


def chosen_amount_with(verb: str, what: str, param: str) -> StripeError:
    """What does not go with an amount that is chosen. [second-hand: quantities, discounts and promotion codes]"""
    if verb == "specify":
        return StripeError(
            f"You cannot specify `{what}` when also using a price with `custom_unit_amount`.", param=param
        )
    sentence = f"You cannot enable {what} when using a price with `custom_unit_amount` configured."
    return StripeError(sentence, param=param)


def chosen_amount_is_alone(param: str) -> StripeError:
    """One item, one of it. [documented; the sentence inferred]"""
    return StripeError(
        "A price with `custom_unit_amount` must be the only line item, with a quantity of 1.", param=param
    )


def chosen_amount_outside_payments(price: str, item: str) -> StripeError:
    """What a customer chooses is paid once. [documented; the sentence inferred]"""
    return StripeError(
        f"The price {price} has a `custom_unit_amount`, and can only be used in `payment` mode.", param=item
    )


def custom_field_twice(param: str, key: str) -> StripeError:
    """A field is known by its key. [documented; inferred: the sentence]"""
    return StripeError(f"`{key}` is the key of another custom field: keys must be unique.", param=param)


def card_blocked(param: str, what: str) -> StripeError:
    """The session takes no such card. [inferred: that the page says so]"""
    return StripeError(f"pinstripe: the session does not take {what} cards.", param=param)


def page_does_not_ask(name: str) -> StripeError:
    """Something typed that the page has no place for. [inferred]"""
    return StripeError(f"The Checkout Session's page does not ask for `{name}`.", param=name)


def page_code_is_invalid() -> StripeError:
    """What the page says of a code that nobody can redeem. [inferred]"""
    return StripeError("This code is invalid.", param="promotion_code")


def quantity_is_fixed(param: str) -> StripeError:
    """A quantity that the customer may not change. [documented; the sentence inferred]"""
    return StripeError("The quantity of this item is not adjustable.", param=param)


def last_item_stays() -> StripeError:
    """The page does not let the last item be taken away. [documented; the sentence inferred]"""
    return StripeError("A Checkout Session sells one item at least.", param="quantities")


def custom_field_too_short(param: str, least: int) -> StripeError:
    """Too little was typed. [documented; the sentence inferred]"""
    return StripeError(f"Invalid string: must be at least {least} characters.", param=param)


def page_setup_failed(intent: Mapping[str, Any], *, keeps_changes: bool) -> StripeError:
    """402: what the page says after a card could not be saved, in the words of its intent. [documented]"""
    error = intent["last_setup_error"]
    return StripeError(
        error["message"],
        status=402,
        type=error["type"],
        code=error["code"],
        details={"setup_intent": intent},
        keeps_changes=keeps_changes,
    )


def url_without_scheme(param: str) -> StripeError:
    """An address that does not say how it is reached. [second-hand; inferred: code and param]"""
    return StripeError(
        "Invalid URL: An explicit scheme (such as https) must be provided.", code="url_invalid", param=param
    )


def url_is_invalid(param: str) -> StripeError:
    """What is no address at all. [second-hand, with its code and param]"""
    return StripeError("Not a valid URL", code="url_invalid", param=param)
