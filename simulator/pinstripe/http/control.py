"""The control plane under `/_pinstripe/`: what a test may do that Stripe itself does not offer."""

from __future__ import annotations

import base64
import logging
import traceback
from typing import Any

import orjson

from pinstripe.errors import StripeError
from pinstripe.http import authentication
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.message import Request

PREFIX = "/_pinstripe/"
LATEST = 32_503_680_000
"""The year 3000: as far as a clock goes."""

REPLAYED_HEADERS = ("content-type", "idempotency-key", "stripe-account", "stripe-context", "stripe-version")
"""The headers that an answer depends on, beside the key."""

log = logging.getLogger("pinstripe")


class ControlError(Exception):
    """A control call that cannot be carried out; the message says why and what would work."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ControlPlane:
    """Carries out control calls: `clock`, `reset`, `replay`, each for the account of one key."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def handle(self, method: str, path: str, key: str | None, body: bytes) -> dict[str, Any]:
        """Carry out one call; raises ControlError."""
        call = method, path.removeprefix(PREFIX)
        if call not in (("GET", "clock"), ("POST", "clock"), ("POST", "reset"), ("GET", "replay")):
            raise ControlError(
                404, f"There is no {method} {path}; there are GET and POST clock, POST reset, GET replay."
            )
        if not key:
            raise ControlError(400, "Name the account: ?key=sk_test_...")
        try:
            authentication.checked(key)
        except StripeError as error:
            raise ControlError(error.status, error.message) from None
        match call:
            case "GET", "clock":
                return {"now": self._up_to_date(key).world.now}
            case "POST", "clock":
                return self._clock(key, body)
            case "POST", "reset":
                self.accounts.reset(key)
                return {"reset": True}
            case _:
                return self._replay(key)

    def _up_to_date(self, key: str) -> Account:
        """The account of a key, with everything done that is due by its clock."""
        account = self.accounts.of(key)
        try:
            account.world.catch_up()
        except Exception as error:
            raise _bug() from error
        return account

    def _clock(self, key: str, body: bytes) -> dict[str, Any]:
        """Turn the account's clock to `now`, in seconds since 1970 UTC."""
        try:
            now = orjson.loads(body)["now"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            now = None
        if not isinstance(now, int) or isinstance(now, bool) or not 0 <= now <= LATEST:
            raise ControlError(400, 'Send {"now": UNIX_SECONDS}, a whole number of seconds before the year 3000.')
        account = self._up_to_date(key)
        try:
            account.set_clock(now)
        except ValueError as error:
            raise ControlError(409, str(error)) from None
        except Exception as error:
            raise _bug() from error
        return {"now": account.world.now}

    def _replay(self, key: str) -> dict[str, Any]:
        """What has been asked of the account, in order: enough to do it again.

        A simulator with this seed, asked with this key, gives the same answers byte for byte if its clock is turned to
        `now` before each request; at `now` of the whole list it stands where this one does. What receivers answered to
        webhooks is not in the list, and so neither is what events say about it. The oldest requests are forgotten when
        there are very many; `forgotten` says how many.
        """
        account = self.accounts.of(key)
        return {
            "seed": self.accounts.seed.value,
            "key": key,
            "now": account.world.now,
            "forgotten": account.requests - len(account.journal),
            "requests": [{"now": now, **_written(request)} for now, request in account.journal],
        }


def _written(request: Request) -> dict[str, Any]:
    """A request as JSON; a body that is no text in base64."""
    written: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name: request.headers[name] for name in REPLAYED_HEADERS if name in request.headers},
    }
    try:
        return {**written, "body": request.body.decode()}
    except UnicodeDecodeError:
        return {**written, "body_base64": base64.b64encode(request.body).decode()}


def _bug() -> ControlError:
    """Something that came due could not be done."""
    trace = traceback.format_exc()
    log.error("A bug in pinstripe: what came due could not be done.\n%s", trace)
    return ControlError(500, f"This is a bug in pinstripe: what came due could not be done. {trace}")
