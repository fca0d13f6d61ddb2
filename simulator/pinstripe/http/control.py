"""The control plane under `/_pinstripe/`: what a test may do that Stripe itself does not offer."""

from __future__ import annotations

import base64
import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

import orjson

from pinstripe.errors import StripeError
from pinstripe.http import authentication, checkout_control, next_actions
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.faults import Fault, FaultError
from pinstripe.http.message import Request
from pinstripe.wire import versions

PREFIX = "/_pinstripe/"
LATEST = 32_503_680_000
"""The year 3000: as far as a clock goes."""

CALLS = {
    "clock": ("GET", "POST"),
    "version": ("GET", "POST"),
    "reset": ("POST",),
    "replay": ("GET",),
    "accounts": ("GET", "POST"),
    "faults": ("GET", "POST", "DELETE"),
    "checkout/{id}/complete": ("POST",),
    "payment_links/{id}/open": ("POST",),
    "payment_intents/{id}/authenticate": ("POST",),
    "setup_intents/{id}/authenticate": ("POST",),
}
"""What can be called, and how."""

ACCOUNT_ID = re.compile(r"acct_[A-Za-z0-9]{1,64}")

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
    """Carries out control calls: `clock`, `reset`, `replay`, `accounts`, `faults`, each for the account of one key."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def handle(self, method: str, path: str, key: str | None, body: bytes) -> dict[str, Any]:
        """Carry out one call; raises ControlError."""
        call = method, path.removeprefix(PREFIX)
        bought = checkout_control.match(*call) or next_actions.match(*call)
        if bought is None and method not in CALLS.get(call[1], ()):
            known = "; ".join(f"{' and '.join(methods)} {name}" for name, methods in CALLS.items())
            raise ControlError(404, f"There is no {method} {path}; there are {known}.")
        if not key:
            raise ControlError(400, "Name the account: ?key=sk_test_...")
        try:
            authentication.checked(key)
        except StripeError as error:
            raise ControlError(error.status, error.message) from None
        if bought is not None:
            return self._buy(key, path, bought, body)
        match call:
            case "GET", "clock":
                return {"now": self._up_to_date(key).world.now}
            case "POST", "clock":
                return self._clock(key, body)
            case "GET", "version":
                return {"api_version": self.accounts.of(key).version}
            case "POST", "version":
                return self._version(key, body)
            case "POST", "reset":
                self.accounts.reset(key)
                return {"reset": True}
            case "GET", "replay":
                return self._replay(key)
            case _, "accounts":
                return self._accounts(method, self.accounts.of(key), body)
            case _:
                return _faults(method, self.accounts.of(key), body)

    def _up_to_date(self, key: str) -> Account:
        """The account of a key, with everything done that is due by its clock."""
        account = self.accounts.of(key)
        try:
            account.catch_up()
        except Exception as error:
            raise _bug() from error
        return account

    def _clock(self, key: str, body: bytes) -> dict[str, Any]:
        """Turn the account's clock to `now`, in seconds since 1970 UTC."""
        now = _object(body).get("now")
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

    def _buy(self, key: str, path: str, bought: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Let the customer complete a Checkout Session, open a payment link, or be authenticated."""
        account = self._up_to_date(key)
        part = next_actions if "noun" in bought else checkout_control
        try:
            answer: dict[str, Any] = part.run(account, path, bought, _object(body) if body else {}, body)
        except StripeError as error:
            raise ControlError(error.status, error.message) from None
        except Exception as error:
            raise _bug() from error
        return answer

    def _version(self, key: str, body: bytes) -> dict[str, Any]:
        """Let the account speak another API version from now on, where a request or an endpoint names none."""
        version = _object(body).get("api_version")
        if version not in versions.SERVED:
            raise ControlError(400, f'Send {{"api_version": VERSION}}, one of {", ".join(versions.SERVED)}.')
        self.accounts.of(key).version = version
        return {"api_version": version}

    def _replay(self, key: str) -> dict[str, Any]:
        """What has been asked of the account, in order: enough to do it again.

        A simulator with this seed, asked with this key, gives the same answers byte for byte if it has the same
        `accounts`, its clock is turned to `now` before each request, and a request's `fault` is ordered just before it;
        at `now` of the whole list it stands where this one does. What receivers answered to
        webhooks is not in the list, and so neither is what events say about it. The oldest requests are forgotten when
        there are very many; `forgotten` says how many.
        """
        account = self.accounts.of(key)
        forgotten = account.requests - len(account.journal)
        return {
            "seed": self.accounts.seed.value,
            "key": key,
            "api_version": account.version,
            "now": account.world.now,
            "forgotten": forgotten,
            "accounts": list(account.registered),
            "requests": [
                {"now": now, **_written(request), **_fault(account, number)}
                for number, (now, request) in enumerate(account.journal, forgotten + 1)
            ],
        }

    def _accounts(self, method: str, platform: Account, body: bytes) -> dict[str, Any]:
        """Name the connected accounts, or make one there is no object of; an id may be chosen."""
        if method == "POST":
            given = _object(body).get("id") or self.accounts.unused_id(platform)
            if not (isinstance(given, str) and ACCOUNT_ID.fullmatch(given)):
                raise ControlError(400, 'Send {"id": "acct_..."}, or nothing for an id of the simulator\'s choice.')
            platform.registered[given] = None
            return {"id": given}
        return {"platform": platform.id, "accounts": platform.known()}


def _faults(method: str, account: Account, body: bytes) -> dict[str, Any]:
    """Name the faults that wait, have one more wait, or forget them all."""
    if method == "POST":
        try:
            account.faults.add(Fault.read(_object(body)))
        except FaultError as error:
            raise ControlError(400, str(error)) from None
    elif method == "DELETE":
        account.faults.clear()
    return {"faults": account.faults.shown()}


def _fault(account: Account, number: int) -> dict[str, Any]:
    """What a request met instead of its answer: have it wait again just before doing the request again."""
    fault = account.faulted.get(number)
    return {} if fault is None else {"fault": fault.shown(times=1)}


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; an empty one where there is none."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


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
