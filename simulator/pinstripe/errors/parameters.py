"""What is wrong with the parameters of a request: their form, their types, their limits, the ids they name."""

from __future__ import annotations

from pinstripe.errors.choices import in_order
from pinstripe.errors.envelope import SUPPORT, StripeError

# --- is the request well formed --------------------------------------------------------------------------------------


def malformed_form(reason: str = "") -> StripeError:
    """400: a body or query string that is no form [second-hand: the sentence without a reason in the middle]."""
    why = f": {reason}" if reason else ""
    return StripeError(
        f"Invalid request (check that your POST content type is application/x-www-form-urlencoded){why}. If you have "
        f"any questions, we can help at {SUPPORT}."
    )


def body_too_large(most: int) -> StripeError:
    """413: more than pinstripe reads; Stripe's own limit is not documented."""
    return StripeError(f"Invalid request: pinstripe reads request bodies of at most {most} bytes.", status=413)


def invalid_json(reason: str) -> StripeError:
    """400: a v2 body that is no JSON object [inferred]."""
    return StripeError(f"Invalid request: {reason}.")


def json_expected() -> StripeError:
    """400: a v2 body that says it is something else than JSON [documented: the rule; inferred: the sentence]."""
    return StripeError("Invalid request: API v2 reads bodies of content type application/json.")


def invalid_moment(name: str, value: str) -> StripeError:
    """400, no code: a v2 timestamp that is not RFC 3339 with a zone [inferred]."""
    return StripeError(f"Invalid timestamp: {value}; must be an RFC 3339 date and time with a time zone", param=name)


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


def array_too_long(name: str, maximum: int) -> StripeError:
    """An array with too many elements. [second-hand]"""
    return StripeError(f"Array {name} exceeded maximum {maximum} allowed elements.", param=name)


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

    [recorded; documented: `Invalid payment_method_types[1]: must be one of card, acss_debit, ...`]
    """
    *most, last = in_order(choices)
    if not most:
        words = last
    elif len(most) == 1:
        words = f"{most[0]} or {last}"
    else:
        words = f"{', '.join(most)}, or {last}"
    return StripeError(f"Invalid {name}: must be one of {words}", param=name)


def currency_in_capitals(name: str, key: str) -> StripeError:
    """400, no code: currencies are written small where they are keys; `param` is the whole hash [recorded]."""
    return StripeError(
        f"Currencies must be lowercase when used as keys in a map. Use `{key.lower()}` instead of `{key}`.", param=name
    )


def only_one_parameter(names: list[str], param: str) -> StripeError:
    """400, no code: several of a group of which one may be named [second-hand; param inferred]."""
    return StripeError(f"You may only specify one of these parameters: {', '.join(names)}.", param=param)


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


# --- what is searched for --------------------------------------------------------------------------------------------


def search_unreadable() -> StripeError:
    """400, no code: a query that does not follow the language [second-hand]."""
    return StripeError(
        'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for '
        'metadata or key:"value" to query for other fields.'
    )


def search_field_unsupported(field: str, resource: str) -> StripeError:
    """400, no code: a field that the noun cannot be searched by [second-hand]."""
    return StripeError(
        f"Field `{field}` is an unsupported search field for resource `{resource}`. See "
        f"http://stripe.com/docs/search#query-fields-for-{resource.replace('_', '-')} for a list of supported fields."
    )


def search_mixes_and_with_or() -> StripeError:
    """400, no code: AND and OR in one query [documented: the rule; inferred: the sentence]."""
    return StripeError("We were unable to parse your search query. You can't combine AND and OR in the same query.")


def search_too_long(most: int) -> StripeError:
    """400, no code: more clauses than a query may have [documented: the rule; inferred: the sentence]."""
    return StripeError(f"We were unable to parse your search query. A query can have up to {most} clauses.")


def search_operator_unsupported(operator: str, field: str) -> StripeError:
    """400, no code: an operator that the field's type does not have [documented: the rule; inferred: the sentence]."""
    return StripeError(f"Operator `{operator}` is not supported for field `{field}`.")


def search_number_expected(value: str, field: str) -> StripeError:
    """400, no code: a numeric field compared with text [inferred]."""
    return StripeError(f"Field `{field}` expects a number and received `{value}`.")


def search_part_too_short(shortest: int, field: str) -> StripeError:
    """400, no code: too short a substring [documented: the rule; inferred: the sentence]."""
    return StripeError(f"Substring search on field `{field}` needs at least {shortest} characters.")


def search_page_unknown(token: str) -> StripeError:
    """400, no code: a page that no answer has named [inferred]."""
    return StripeError(f"Invalid page: {token}", param="page")


# --- does what it names exist ----------------------------------------------------------------------------------------


QUOTELESS = frozenset({"checkout.session"})
"""Nouns whose ids Stripe repeats without quotes and without `param` [recorded]."""


def no_such(noun: str, id: str, *, param: str, in_path: bool = False) -> StripeError:  # noqa: A002 - Stripe's word
    """resource_missing: 404 for an id in the path, 400 for an id in a parameter [recorded]."""
    status = 404 if in_path else 400
    if noun in QUOTELESS:
        return StripeError(f"No such {noun}: {id}", status=status, code="resource_missing")
    return StripeError(f"No such {noun}: '{id}'", status=status, code="resource_missing", param=param)
