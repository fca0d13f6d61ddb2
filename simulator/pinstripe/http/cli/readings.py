"""At which version a call of the Stripe CLI is read.

`stripe trigger` names no API version, so the account's speaks; yet its fixtures send what newer versions took away
(`payment_method_types`, `coupon`, the `iterations` of a phase). Real Stripe refuses them in an account of such a
version. [documented: without the header the account's version speaks; recorded: the CLI sends none, and says the same
of itself whichever command runs] Here a call that says it is the Stripe CLI's is read at the newest version that takes
it, the account's before all others; what it answers, and what its events say, stays at the account's. [inferred: it is
a deviation, so that `stripe trigger` works with a server as it comes]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pinstripe.errors import StripeError
from pinstripe.http.message import Request
from pinstripe.wire import versions

CALLS_ITSELF = "Stripe/v1 stripe-cli/"
"""How the `User-Agent` of every command begins. [recorded: 1.52.0]"""

WRITTEN_FOR = "2022-11-15"
"""The newest version in which every fixture that pays ends as it is meant to: intents take cards alone unless they say
otherwise, and a payment is captured at once, so that what it brings can be paid out by the next call. [documented:
changelogs of 2023-08-16 and 2024-04-10]"""

INTENTS = ("POST /v1/payment_intents", "POST /v1/setup_intents")
WAYS = (
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "confirmation_token",
    "payment_method_configuration",
    "return_url",
)
"""What an intent that is confirmed may say of the ways to pay, and of the way back from a redirect."""


def is_the_cli(request: Request) -> bool:
    """Whether a call says that it is the Stripe CLI's, and names no version."""
    headers = request.headers
    return headers.get("user-agent", "").startswith(CALLS_ITSELF) and not headers.get("stripe-version")


def taken(request: Request, own: str, read: Callable[[str], tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The parameters of a call as `read` gives them, with the operation's name, at the first version that takes them.

    Where none does, the refusal is that of the account's own version.
    """
    refusal: StripeError | None = None
    for version in of(request, own):
        try:
            operation, checked = read(version)
        except StripeError as error:
            refusal = refusal or error
            continue
        if fits(request, operation, checked, version, own):
            return checked
    assert refusal is not None, "the oldest version fits, or refuses"
    raise refusal


def of(request: Request, own: str) -> Iterator[str]:
    """The versions at which a call may be read, best first: the account's own, for the CLI then all from the newest."""
    yield own
    if is_the_cli(request):
        yield from (version for version in versions.SERVED if version != own)


def fits(request: Request, operation: str, checked: Mapping[str, Any], version: str, own: str) -> bool:
    """Whether a call whose parameters a version takes is read at it.

    An intent that is confirmed in older words, or without a word on how to pay, was written for what intents did then.
    At a newer version it would be refused for want of a `return_url`, or bring its money too late.
    """
    if operation not in INTENTS or version <= WRITTEN_FOR or not is_the_cli(request):
        return True
    return checked.get("confirm") is not True or (version == own and any(name in checked for name in WAYS))
