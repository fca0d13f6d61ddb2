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
    """404: no such URL, or no such method on it; no page of the log is named [recorded]."""
    hint = ""
    if len(path) > 1 and path.endswith("/"):
        hint = (
            "If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, "
            "make sure you passed a valid (non-empty) identifier in your code. "
        )
    return StripeError(
        f"Unrecognized request URL ({method}: {path}). {hint}Please see {DOCS} or we can help at {SUPPORT}.",
        status=404,
        is_logged=False,
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


def account_inaccessible(key: str, account: str) -> StripeError:
    """403 account_invalid: another account than the key's and its connected ones, in no log [recorded]."""
    return StripeError(
        f"The provided key '{masked(key)}' does not have access to account '{account}' (or that account does not "
        "exist). Application access may have been revoked.",
        status=403,
        code="account_invalid",
        is_logged=False,
    )


def accounts_are_the_platforms() -> StripeError:
    """403: a connected account that makes accounts [second-hand, literally]."""
    return StripeError(
        "Connect platforms cannot create new accounts on behalf of their connected accounts.", status=403
    )


def accounts_differ() -> StripeError:
    """400: `Stripe-Account` and `Stripe-Context` name two accounts [inferred]."""
    return StripeError("The Stripe-Account and Stripe-Context headers name different accounts. Please pass only one.")


def version_required() -> StripeError:
    """400: API v2 without a `Stripe-Version` [documented: the rule; inferred: the sentence]."""
    return StripeError("You must provide an API version in the Stripe-Version header for requests to API v2.")


def meter_event_session_expired() -> StripeError:
    """401: the stream's token is older than 15 minutes [documented: status, type and code; inferred: the sentence]."""
    return StripeError(
        "The meter event session has expired. Create a new one.",
        status=401,
        v2={"code": "billing_meter_event_session_expired", "type": "temporary_session_expired"},
    )


def unsupported_version(version: str, served: tuple[str, ...]) -> StripeError:
    """400: an API version pinstripe cannot speak, known to Stripe or not. [recorded: the first sentence]"""
    return StripeError(
        f"Invalid Stripe API version: {version}. pinstripe speaks {', '.join(served)}; it refuses other versions "
        "instead of answering them in the wrong shape.",
        is_logged=False,
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


def idempotency_mismatch_v2(key: str) -> StripeError:
    """409: the same in API v2 [documented: status and code; inferred: the sentence]."""
    return StripeError(
        idempotency_mismatch(key).message, status=409, type="idempotency_error", v2={"code": "idempotency_error"}
    )


def idempotency_key_in_use(key: str) -> StripeError:
    """409: the first request with the key is still under way [second-hand; type and advice inferred]."""
    return StripeError(
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


# --- what Stripe answers in trouble ----------------------------------------------------------------------------------


def rate_limited(reason: str = "endpoint-rate") -> StripeError:
    """429 rate_limit: too many requests [second-hand; documented: the reason header; inferred: the advice]."""
    return StripeError(
        f"Request rate limit exceeded. Learn more about rate limits here {DOCS}/rate-limits.",
        status=429,
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason, "Stripe-Should-Retry": "true"},
        v2={"type": "rate_limit"},
    )


def concurrent_usage(*, is_v2: bool) -> StripeError:
    """Two calls at once for one customer and meter [documented: v2's status and code; inferred: the rest, and v1's]."""
    return StripeError(
        "Only one request at a time may report usage of one customer on one meter. Try again.",
        status=409 if is_v2 else 429,
        code="lock_timeout",
        headers={"Stripe-Should-Retry": "true"},
        v2={"code": "too_many_concurrent_requests"},
    )


def lock_timeout() -> StripeError:
    """429 lock_timeout: somebody else is at the object [recorded; inferred: the advice]."""
    return StripeError(
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
        "it. If you see this error intermittently, retry the request. If you see this error frequently and are making "
        "multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
        status=429,
        code="lock_timeout",
        headers={"Stripe-Should-Retry": "true"},
    )


def api_trouble(*, retry: bool) -> StripeError:
    """500 api_error: Stripe's own trouble [inferred: the sentence and the advice]."""
    return StripeError(
        "An unknown error occurred",
        status=500,
        type="api_error",
        headers={"Stripe-Should-Retry": "true" if retry else "false"},
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
