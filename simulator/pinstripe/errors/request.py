"""Who asks, for what, and whether it was asked before: everything about a request but its parameters."""

from __future__ import annotations

from pinstripe.errors.envelope import BUG_CODE, DOCS, SUPPORT, UNSUPPORTED_CODES, StripeError

# --- who is asking ---------------------------------------------------------------------------------------------------


def masked(key: str) -> str:
    """The key as Stripe repeats it: the first eight and the last four characters stay readable.

    [recorded: keys of twelve characters and fewer come back whole; quoted elsewhere: `sk_test_*ummy`]
    """
    return key[:8] + "*" * (len(key) - 12) + key[-4:] if len(key) > 12 else key


def no_api_key(header: str = "") -> StripeError:
    """401: no key in the header, or no header [second-hand]."""
    if header:
        missing = (
            f'You did not provide an API key, though you did set your Authorization header to "{header}". Using Bearer '
            "auth, your Authorization header should look something like 'Authorization: Bearer YOUR_SECRET_KEY'. "
        )
    else:
        missing = (
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). "
        )
    return StripeError(
        f"{missing}See {DOCS}/api#authentication for details, or we can help at {SUPPORT}.",
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


def secret_key_required() -> StripeError:
    """403: a publishable key [second-hand: the sentence, and 403 since 2025 at the latest; documented: the code]."""
    return StripeError(
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of "
        "your API keys at https://dashboard.stripe.com/account/apikeys.",
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


def unsupported(what: str, message: str, param: str | None = None) -> StripeError:
    """501: Stripe has it and pinstripe does not model it yet: said openly, neither ignored nor made up."""
    assert what in UNSUPPORTED_CODES
    return StripeError(
        f"pinstripe does not model {message} Ask for it in the project's issue tracker.",
        status=501,
        type="api_error",
        code=f"unsupported_{what}",
        param=param,
        headers={"Stripe-Should-Retry": "false"},
    )


def unsupported_operation(method: str, path: str) -> StripeError:
    """501: one of Stripe's operations that pinstripe has no rule for."""
    return unsupported(
        "operation",
        f"{method} {path} yet, so it answers with this error instead of something made up. docs/coverage.md lists what "
        "is served.",
    )


def unsupported_parameter(operation: str, param: str, why: str = "") -> StripeError:
    """501: a parameter Stripe knows and pinstripe would have to ignore."""
    return unsupported(
        "parameter",
        f"the parameter {param} of {operation} yet{why}, so it refuses the request instead of ignoring it.",
        param,
    )


def unsupported_member(operation: str, noun: str, member: str) -> StripeError:
    """501: an answer would need a value that pinstripe does not know how to work out."""
    return unsupported(
        "operation",
        f"what {operation} makes of {member} when the request does not say it, so it refuses instead of making up a "
        f"{noun}.",
    )


def unsupported_header(name: str) -> StripeError:
    """501: a header that asks for another account than the key's."""
    return unsupported(
        "header",
        f"connected accounts yet, so it refuses a request with {name} instead of answering for the wrong account.",
    )


def unsupported_version(version: str, served: tuple[str, ...]) -> StripeError:
    """400: an API version pinstripe cannot speak, known to Stripe or not."""
    return StripeError(
        f"Invalid Stripe API version: {version}. pinstripe speaks {', '.join(served)}; it refuses other versions "
        "instead of answering them in the wrong shape.",
    )


# --- was it asked before ---------------------------------------------------------------------------------------------


def idempotency_key_too_long(longest: int) -> StripeError:
    """400 idempotency_error: a key of more characters than Stripe keeps [documented: the limit; inferred: the rest]."""
    return StripeError(f"Idempotency keys can be at most {longest} characters long.", type="idempotency_error")


def idempotency_other_endpoint(key: str, path: str, first: str) -> StripeError:
    """400 idempotency_error: the key was used before elsewhere [second-hand; inferred: which path comes first]."""
    return StripeError(
        f"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}' vs "
        f"'{first}'). Try using a key other than '{key}' if you meant to execute a different request.",
        type="idempotency_error",
    )


def idempotency_mismatch(key: str) -> StripeError:
    """400 idempotency_error: the key was used before with other parameters [second-hand]."""
    return StripeError(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a "
        f"key other than '{key}' if you meant to execute a different request.",
        type="idempotency_error",
    )


# --- our own ---------------------------------------------------------------------------------------------------------


def our_bug(trace: str, *, kept: bool = False) -> StripeError:
    """500: something pinstripe did not foresee, said as what it is; `kept` where the request's own changes stand."""
    remains = "This request was kept and what follows from it was not finished" if kept else "This request left nothing"
    return StripeError(
        f"This is a bug in pinstripe and not an answer Stripe would give. {remains}. GET /_pinstripe/replay?key=... "
        f"lists the requests that led here; please report them with this trace: {trace}",
        status=500,
        type="api_error",
        code=BUG_CODE,
        headers={"Stripe-Should-Retry": "false"},
    )
