"""Every way a request can be refused, in the order in which Stripe looks.

One class carries the refusal; the functions below are the table: each makes one kind of error with Stripe's own
sentence. `[recorded]`, `[documented]` and `[inferred]` say how sure the sentence is. A bug of our own is never a
`StripeError`: it is an assertion that reaches the caller as a 500 that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOCS = "https://stripe.com/docs"
SUPPORT = "https://support.stripe.com/"


class StripeError(Exception):
    """A request refused the way Stripe refuses it: a status and the fields of the error envelope."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's word
        code: str | None = None,
        param: str | None = None,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        keeps_changes: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        self.keeps_changes = keeps_changes
        """True where Stripe refuses and still keeps what happened: a declined payment is recorded."""

    def body(self) -> dict[str, Any]:
        """The fields of the `error` hash, in Stripe's alphabetical order."""
        fields: dict[str, Any] = {**self.details, "message": self.message, "type": self.type}
        if self.code is not None:
            fields["code"] = self.code
            fields["doc_url"] = f"{DOCS}/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            fields["param"] = self.param
        return dict(sorted(fields.items()))


# --- who is asking ---------------------------------------------------------------------------------------------------


def masked(key: str) -> str:
    """The key as Stripe repeats it: the first eight and the last four characters stay readable.

    [recorded: keys of twelve characters and fewer come back whole; quoted elsewhere: `sk_test_*ummy`]
    """
    return key[:8] + "*" * (len(key) - 12) + key[-4:] if len(key) > 12 else key


def no_api_key() -> StripeError:
    """401: neither a bearer token nor a basic user name [documented]."""
    return StripeError(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer "
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for "
        "details, or we can help at https://support.stripe.com/.",
        status=401,
    )


def invalid_api_key(key: str) -> StripeError:
    """401: a key that names no account [recorded]."""
    return StripeError(f"Invalid API Key provided: {masked(key)}", status=401)


def live_key_refused(key: str) -> StripeError:
    """401: a live key. The sentence is pinstripe's own, because Stripe would have charged somebody."""
    return StripeError(
        f"Invalid API Key provided: {masked(key)}. This is a live key and this is pinstripe, a local fake: it never "
        "accepts live keys. Use any key that starts with sk_test_, and check why a live key was configured here.",
        status=401,
    )


def secret_key_required(key: str) -> StripeError:
    """403: a publishable key on an endpoint for secret keys [inferred: status and sentence]."""
    return StripeError(
        f"This API call cannot be made with a publishable API key ({masked(key)}). Please use a secret API key. You "
        "can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
        status=403,
        code="secret_key_required",
    )


# --- what is asked ---------------------------------------------------------------------------------------------------


def unrecognized_url(method: str, path: str) -> StripeError:
    """404: no such URL, or no such method on it [documented; seen quoted in many places]."""
    hint = ""
    if len(path) > 1 and path.endswith("/"):
        hint = (
            "If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, "
            "make sure you passed a valid (non-empty) identifier in your code. "
        )
    return StripeError(
        f"Unrecognized request URL ({method}: {path}). {hint}Please see {DOCS} or we can help at {SUPPORT}.", status=404
    )


def unsupported_operation(method: str, path: str) -> StripeError:
    """501: Stripe has this operation and pinstripe does not model it yet: said openly, never made up."""
    return StripeError(
        f"pinstripe does not model {method} {path} yet, so it answers with this error instead of something made up. "
        "Ask for it in the project's issue tracker; docs/coverage.md lists what is served.",
        status=501,
        type="api_error",
        code="unsupported_operation",
        headers={"Stripe-Should-Retry": "false"},
    )


def unsupported_parameter(operation: str, param: str, why: str = "") -> StripeError:
    """501: a parameter Stripe knows and pinstripe would have to ignore."""
    return StripeError(
        f"pinstripe does not model the parameter {param} of {operation} yet{why}, so it refuses the request instead of "
        "ignoring it. Ask for it in the project's issue tracker.",
        status=501,
        type="api_error",
        code="unsupported_parameter",
        param=param,
        headers={"Stripe-Should-Retry": "false"},
    )


def unsupported_version(version: str, served: tuple[str, ...]) -> StripeError:
    """400: an API version pinstripe cannot speak, known to Stripe or not."""
    return StripeError(
        f"Invalid Stripe API version: {version}. pinstripe speaks {', '.join(served)}; it refuses other versions "
        "instead of answering them in the wrong shape.",
    )


# --- is the request well formed --------------------------------------------------------------------------------------


def malformed_form(reason: str) -> StripeError:
    """400: a body or query string that is no form [documented: the sentence without our reason in the middle]."""
    return StripeError(
        f"Invalid request (check that your POST content type is application/x-www-form-urlencoded): {reason}. If you "
        f"have any questions, we can help at {SUPPORT}."
    )


def invalid_json(reason: str) -> StripeError:
    """400: a v2 body that is no JSON object [inferred]."""
    return StripeError(f"Invalid request: {reason}.")


def unknown_parameters(names: list[str], suggestion: str | None = None) -> StripeError:
    """400 parameter_unknown: one name, perhaps with the nearest known one, or several in the order they came.

    [recorded: `Received unknown parameter: price. Did you mean pricing?`; documented: the plural]
    """
    words = "parameter" if len(names) == 1 else "parameters"
    hint = f". Did you mean {suggestion}?" if suggestion else ""
    return StripeError(f"Received unknown {words}: {', '.join(names)}{hint}", code="parameter_unknown", param=names[0])


def missing_parameter(name: str) -> StripeError:
    """400 parameter_missing [documented]."""
    return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)


def empty_parameter(name: str) -> StripeError:
    """400 parameter_invalid_empty: an empty string where nothing can be unset [documented]."""
    return StripeError(
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however "
        f"'{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=name,
    )


def invalid_integer(name: str, value: str) -> StripeError:
    """400 parameter_invalid_integer: text that is no whole number [documented: `Invalid integer: 9175.2`]."""
    return StripeError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)


def too_small(name: str, minimum: int) -> StripeError:
    """400 parameter_invalid_integer: below the least allowed value [recorded]."""
    return StripeError(
        f"This value must be greater than or equal to {minimum}.", code="parameter_invalid_integer", param=name
    )


def too_large(name: str, maximum: int, value: int) -> StripeError:
    """400 parameter_invalid_integer: above the greatest allowed value [inferred: the sentence]."""
    return StripeError(
        f"This value must be less than or equal to {maximum} (it currently is '{value}').",
        code="parameter_invalid_integer",
        param=name,
    )


def invalid_boolean(name: str, value: str) -> StripeError:
    """400, no code: neither true nor false [inferred: the sentence, after `Invalid integer`]."""
    return StripeError(f"Invalid boolean: {value}", param=name)


def invalid_decimal(name: str, value: str) -> StripeError:
    """400, no code: text that is no number [inferred: the sentence, after `too_many_decimals`]."""
    return StripeError(f"Invalid decimal: {value}", param=name)


def too_many_decimals(name: str, value: str, places: int) -> StripeError:
    """400, no code: more decimal places than Stripe keeps [documented: with `two` for places, before 2021]."""
    return StripeError(f"Invalid decimal: {value}; must contain at maximum {places} decimal places.", param=name)


def invalid_string(name: str, value: str) -> StripeError:
    """400, no code: a hash or an array where text belongs, repeated as Ruby prints it [documented]."""
    return StripeError(f"Invalid string: {value}", param=name)


def too_long(name: str, value: str, maximum: int) -> StripeError:
    """400 parameter_invalid_string_...: text past the limit, its middle left out [inferred: the code is left off]."""
    return StripeError(
        f"Invalid string: {value[:10]}...{value[-10:]}; must be at most {maximum} characters", param=name
    )


def invalid_array(name: str) -> StripeError:
    """400, no code: anything but an array where one belongs [documented: the whole body]."""
    return StripeError("Invalid array", param=name)


def invalid_object(name: str) -> StripeError:
    """400, no code: anything but a hash where one belongs [inferred: the sentence, after `Invalid array`]."""
    return StripeError("Invalid object", param=name)


def invalid_choice(name: str, choices: tuple[str, ...]) -> StripeError:
    """400, no code: a word that is not in the list, by its whole name.

    [documented: `Invalid payment_method_types[1]: must be one of card, acss_debit, ...`]
    """
    *most, last = choices
    if not most:
        words = last
    elif len(most) == 1:
        words = f"{most[0]} or {last}"
    else:
        words = f"{', '.join(most)}, or {last}"
    return StripeError(f"Invalid {name}: must be one of {words}", param=name)


def too_many_metadata_keys(name: str, count: int) -> StripeError:
    """400, no code: more than 50 keys [documented; param inferred]."""
    return StripeError(
        f"Metadata can have up to 50 keys, but you've set {count}. Email us at support+metadata@stripe.com for more "
        "information.",
        param=name,
    )


def metadata_key_too_long(name: str, key: str) -> StripeError:
    """400, no code: a key of more than 40 characters [documented; param inferred]."""
    return StripeError(
        f"Metadata keys can have up to 40 characters, but you passed in a key that is {len(key)} characters. "
        f"Invalid key: {key}",
        param=name,
    )


def metadata_value_too_long(name: str, value: str) -> StripeError:
    """400, no code: a value of more than 500 characters [documented; param inferred]."""
    return StripeError(
        f"Metadata values can have up to 500 characters, but you passed in a value that is {len(value)} characters. "
        f"Invalid value: {value}",
        param=name,
    )


def metadata_key_brackets(name: str, key: str) -> StripeError:
    """400, no code: square brackets in a key [documented: the rule; inferred: the sentence]."""
    return StripeError(f"Metadata keys can't contain square brackets. Invalid key: {key}", param=name)


# --- which part of the answer is wanted ------------------------------------------------------------------------------


def expansion_too_deep(path: str) -> StripeError:
    """400 property_expansion_max_depth [documented]."""
    return StripeError(
        f"You cannot expand more than 4 levels of a property. Property: {path}", code="property_expansion_max_depth"
    )


def cannot_expand(name: str, hint: str | None = None) -> StripeError:
    """400, neither code nor param: the property is there and holds no id [documented]."""
    advice = f" You may want to try expanding '{hint}' instead." if hint else ""
    return StripeError(f"This property cannot be expanded ({name}).{advice}")


def cannot_expand_unknown(name: str) -> StripeError:
    """400, neither code nor param: there is no such property [documented]."""
    return StripeError(f"This property cannot be expanded because it doesn't exist: {name}.")


def both_cursors() -> StripeError:
    """400, neither code nor param: `starting_after` and `ending_before` exclude each other [documented]."""
    return StripeError("Received both starting_after and ending_before parameters. Please pass in only one.")


# --- does what it names exist ----------------------------------------------------------------------------------------


QUOTELESS = frozenset({"checkout.session"})
"""Nouns whose ids Stripe repeats without quotes and without `param` [recorded]."""


def no_such(noun: str, id: str, *, param: str, in_path: bool = False) -> StripeError:  # noqa: A002 - Stripe's word
    """resource_missing: 404 for an id in the path, 400 for an id in a parameter [recorded]."""
    status = 404 if in_path else 400
    if noun in QUOTELESS:
        return StripeError(f"No such {noun}: {id}", status=status, code="resource_missing")
    return StripeError(f"No such {noun}: '{id}'", status=status, code="resource_missing", param=param)


# --- may it be done --------------------------------------------------------------------------------------------------


def idempotency_mismatch(key: str) -> StripeError:
    """400 idempotency_error: the key was used before with other parameters [documented]."""
    return StripeError(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a "
        f"key other than '{key}' if you meant to execute a different request.",
        type="idempotency_error",
    )


def idempotency_in_use(key: str) -> StripeError:
    """409 idempotency_key_in_use: the first request with this key is not answered yet [documented; type inferred]."""
    return StripeError(
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
    )


def lock_timeout() -> StripeError:
    """429 lock_timeout: the object is busy [recorded]."""
    return StripeError(
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
        "it. If you see this error intermittently, retry the request. If you see this error frequently and are making "
        "multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
        status=429,
        code="lock_timeout",
    )


def clock_advancing(id: str) -> StripeError:  # noqa: A002 - Stripe's word
    """429: the test clock of the object is on its way [documented; status inferred]."""
    return StripeError(f"Test clock advancement underway - cannot perform modifications: {id}", status=429)


def product_has_prices() -> StripeError:
    """400: a product with prices cannot be deleted [recorded]."""
    return StripeError("This product cannot be deleted because it has one or more user-created prices.")


def price_is_one_time(param: str) -> StripeError:
    """400: a one-time price where a recurring one belongs [recorded]."""
    return StripeError(
        "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
        param=param,
    )


def price_is_inactive(param: str) -> StripeError:
    """400: an archived price [documented; param inferred]."""
    return StripeError("The price specified is inactive. This field only accepts active prices.", param=param)


def no_payment_method() -> StripeError:
    """400 resource_missing: nothing the customer could be charged with [recorded]."""
    return StripeError(
        "This customer has no attached payment source or default payment method. Please consider adding a default "
        f"payment method. For more information, visit {DOCS}/billing/subscriptions/payment-methods-setting"
        "#payment-method-priority.",
        code="resource_missing",
    )


def customer_has_no_email() -> StripeError:
    """400: an invoice that should be sent, and nowhere to send it [recorded]."""
    return StripeError(
        "Missing email. In order to create invoices that are sent to the customer, the customer must have a valid "
        "email."
    )


def customer_has_no_card(customer: str, card: str) -> StripeError:
    """404 resource_missing: a card that is not this customer's [recorded]."""
    return StripeError(
        f"Customer {customer} does not have card with ID {card}", status=404, code="resource_missing", param="card"
    )


def amount_below_minimum() -> StripeError:
    """400 parameter_invalid_integer: a payment intent of nothing; the two spaces are Stripe's [recorded]."""
    return StripeError(
        "The amount must be greater than or equal to the minimum charge amount allowed for your account and the "
        "currency set (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to save a "
        "Payment Method for future use without an immediate payment, use a Setup Intent instead: "
        "https://docs.stripe.com/payments/setup-intents",
        code="parameter_invalid_integer",
        param="amount",
    )


def card_error(
    message: str = "Your card was declined.",
    code: str = "card_declined",
    *,
    decline_code: str | None = "generic_decline",
    param: str | None = None,
    **details: Any,
) -> StripeError:
    """402 card_error: the bank said no, and what the attempt made is kept.

    [recorded: attaching a card that declines has `param` "", a failed payment names its charge and payment intent;
    newest versions add advice_code `try_again_later` and network_decline_code `01` to a generic decline]
    """
    if decline_code is not None:
        details["decline_code"] = decline_code
    return StripeError(
        message, status=402, type="card_error", code=code, param=param, details=details, keeps_changes=True
    )


def idempotency_key_too_long(longest: int) -> StripeError:
    """400 idempotency_error: a key of more characters than Stripe keeps. [documented; sentence inferred]"""
    return StripeError(f"Idempotency keys can be at most {longest} characters long.", type="idempotency_error")


def our_bug(trace: str) -> StripeError:
    """500: something pinstripe did not foresee, said as what it is."""
    return StripeError(
        "This is a bug in pinstripe and not an answer Stripe would give. Nothing of this request was kept. GET "
        f"/_pinstripe/replay?key=... lists the requests that led here; please report them with this trace: {trace}",
        status=500,
        type="api_error",
        code="pinstripe_bug",
        headers={"Stripe-Should-Retry": "false"},
    )
