"""The control plane under `/_pinstripe/`: what a test may do that Stripe itself does not offer."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from typing import Any

import orjson

from pinstripe import errors
from pinstripe.billing.settings import SettingError
from pinstripe.errors import StripeError
from pinstripe.http import (
    authentication,
    billing_control,
    card_fates,
    checkout_control,
    delivery_control,
    endpoint_control,
    next_actions,
    onboarding,
    replaying,
    savepoints,
    seeding,
    tax_control,
    usage_control,
)
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.faults import Fault
from pinstripe.http.message import Request, Response
from pinstripe.wire import versions
from pinstripe.wire.rules import RuleError

PREFIX = "/_pinstripe/"
LATEST = 32_503_680_000
"""The year 3000: as far as a clock goes."""

CALLS = {
    "clock": ("GET", "POST"),
    "version": ("GET", "POST"),
    "billing_settings": ("GET", "POST"),
    "usage_settings": ("GET", "POST"),
    "tax_rates": ("GET", "POST", "DELETE"),
    "reset": ("POST",),
    "snapshot": ("GET", "POST", "DELETE"),
    "restore": ("POST",),
    "seed": ("POST",),
    "replay": ("GET",),
    "coverage": ("GET",),
    "accounts": ("GET", "POST"),
    "faults": ("GET", "POST", "DELETE"),
    "misbehaviours": ("GET", "POST", "DELETE"),
    "deliveries": ("GET",),
    "deliveries/hold": ("POST",),
    "deliveries/release": ("POST",),
    "deliveries/now": ("POST",),
    "deliveries/{id}/redeliver": ("POST",),
    "events/{id}/told": ("POST",),
    "delivery_settings": ("GET", "POST"),
    "webhook_endpoints/{id}/roll": ("POST",),
    "checkout/{id}/complete": ("POST",),
    "checkout/{id}/recover": ("POST",),
    "checkout/{id}/choose": ("POST",),
    "payment_links/{id}/open": ("POST",),
    "payment_intents/{id}/authenticate": ("POST",),
    "setup_intents/{id}/authenticate": ("POST",),
    "payment_methods/{id}/fate": ("POST",),
    "accounts/{id}/onboard": ("POST",),
}
"""What can be called, and how."""

TAKES = {
    "clock": ("now",),
    "version": ("api_version",),
    "reset": (),
    "snapshot": ("name",),
    "restore": ("name",),
    "seed": ("fixtures", "_meta", "env"),
    "replay": (),
    "coverage": (),
    "accounts": ("id",),
}
"""What some calls take; the others look at it themselves."""
NAMELESS = ("faults", "misbehaviours", "tax_rates")
"""What takes nothing but where it is posted: all of it is listed, and all of it forgotten."""
DELIVERIES = ("deliveries", "misbehaviours", "delivery_settings", "webhook_endpoints", "events")
"""How the calls begin that can be about a connected account."""

CUSTOMERS = (checkout_control, next_actions, card_fates, onboarding)
"""The parts that play the customer, or the holder of a connected account, each with `match` and `run`."""

ACCOUNT_ID = re.compile(r"acct_[A-Za-z0-9]{1,64}")

log = logging.getLogger("pinstripe")


class ControlError(Exception):
    """A control call that cannot be carried out; the message says why and what would work."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ControlPlane:
    """Carries out control calls, each for the account of one key; `ask` makes requests to the API."""

    def __init__(self, accounts: Accounts, ask: Callable[[Request], Response]) -> None:
        self.accounts = accounts
        self.ask = ask

    def handle(
        self, method: str, path: str, key: str | None, body: bytes, acting_for: str | None = None
    ) -> dict[str, Any]:
        """Carry out one call, of those about deliveries also for a connected account; raises ControlError."""
        call = path.removeprefix(PREFIX)
        if not _exists(method, call):
            known = "; ".join(f"{' and '.join(methods)} {name}" for name, methods in CALLS.items())
            raise ControlError(404, f"There is no {method} {path}; there are {known}.")
        if not key:
            raise ControlError(400, "Name the account: ?key=sk_test_...")
        try:
            authentication.checked(key)
            _check(method, call, _object(body))
            if acting_for is not None:
                return self._of_connected(method, path, key, body, acting_for)
            return self._run(method, path, key, body)
        except StripeError as error:
            raise ControlError(error.status, error.message) from None
        except (RuleError, SettingError, seeding.SeedError, tax_control.RateError) as error:
            raise ControlError(400, str(error)) from None
        except (delivery_control.NotThereError, savepoints.SavepointError) as error:
            raise ControlError(404, str(error)) from None
        except ControlError:
            raise
        except Exception as error:
            raise _bug() from error

    def _run(self, method: str, path: str, key: str, body: bytes) -> dict[str, Any]:
        """Carry out a call that exists."""
        call, account = path.removeprefix(PREFIX), self.accounts.of(key)
        match method, call:
            case "GET", "version":
                return {"api_version": account.version}
            case "GET", "replay":
                return replaying.printed(self.accounts, account)
            case "GET", "coverage":
                return dict(account.asked.shown())
            case "POST", "reset":
                self.accounts.reset(key)
                return {"reset": True}
            case _, "accounts":
                return self._accounts(method, account, path, body)
            case _, "faults":
                return _faults(method, account, body)
            case "POST", "restore":
                shown = savepoints.restore(self.accounts, account, _name(body))
                self.accounts.touch_family(key)
                return shown
        account.catch_up()
        match method, call:
            case "GET", "clock":
                return {"now": account.world.now}
            case "POST", "clock":
                shown = _clock(account, body)
                self.accounts.touch_family(key)
                return shown
            case "POST", "version":
                return _version(account, path, body)
            case "GET", "usage_settings":
                return usage_control.shown(account)
            case "POST", "usage_settings":
                return usage_control.change(account, path, _object(body), body)
            case "GET", "billing_settings":
                return billing_control.shown(account)
            case "POST", "billing_settings":
                return billing_control.change(account, path, _object(body), body)
            case _, "tax_rates":
                return tax_control.run(account, method, path, _object(body), body)
            case _, "snapshot":
                return _snapshot(method, account, body)
            case "POST", "seed":
                return self._seed(account, body)
        played = _played(account, method, path, body)
        return _seen_to(account, account, method, path, body) if played is None else played

    def _of_connected(self, method: str, path: str, key: str, body: bytes, id_: str) -> dict[str, Any]:
        """Carry out a call about the deliveries of a connected account."""
        call = path.removeprefix(PREFIX)
        if call.partition("/")[0] not in DELIVERIES:
            raise ControlError(400, f"{method} {call} is about a whole platform; leave Stripe-Account out.")
        platform = self.accounts.of(key)
        account = self.accounts.connected(platform, id_)
        if account is None:
            raise errors.account_inaccessible(key, id_)
        platform.catch_up()
        return _seen_to(platform, account, method, path, body)

    def _seed(self, account: Account, body: bytes) -> dict[str, Any]:
        """Stock the account from a list of calls: all of them, or none."""
        before = savepoints.Savepoint(account)
        try:
            return {"made": seeding.seed(self.ask, account.key, _object(body))}
        except Exception:
            before.restore(self.accounts, account)
            raise

    def _accounts(self, method: str, platform: Account, path: str, body: bytes) -> dict[str, Any]:
        """Name the connected accounts, or make one there is no object of; an id may be chosen."""
        if method == "POST":
            given = _object(body).get("id") or self.accounts.unused_id(platform)
            if not (isinstance(given, str) and ACCOUNT_ID.fullmatch(given)):
                raise ControlError(400, 'Send {"id": "acct_..."}, or nothing for an id of the simulator\'s choice.')
            platform.begin(_noted(platform, method, path, orjson.dumps({"id": given})))
            platform.registered[given] = None
            return {"id": given}
        return {"platform": platform.id, "accounts": platform.known()}


def _exists(method: str, call: str) -> bool:
    """Whether there is such a call."""
    if method in CALLS.get(call, ()) or endpoint_control.matches(method, call):
        return True
    named = (delivery_control.redelivered(call), delivery_control.told(call))
    return any(part.match(method, call) for part in CUSTOMERS) or (method == "POST" and any(named))


def _check(method: str, call: str, given: dict[str, Any]) -> None:
    """Refuse a name that a call does not take: what is misspelt would count as left out."""
    takes = () if method != "POST" and call in NAMELESS else TAKES.get(call)
    if delivery_control.told(call) is not None:
        takes = ("api_version",)
    unknown = [name for name in given if takes is not None and name not in takes]
    if unknown:
        known = ", ".join(name for name in takes or () if name[0] != "_") or "nothing"
        raise ControlError(400, f"{method} {call} takes {known}; there is no {', '.join(unknown)}.")


def _played(account: Account, method: str, path: str, body: bytes) -> dict[str, Any] | None:
    """Play the customer of a page; None where a call does not."""
    call = path.removeprefix(PREFIX)
    for part in CUSTOMERS:
        ids = part.match(method, call)
        if ids is not None:
            shown: dict[str, Any] = part.run(account, path, ids, _object(body), body)
            return shown
    return None


def _seen_to(platform: Account, account: Account, method: str, path: str, body: bytes) -> dict[str, Any]:
    """See to the deliveries of an account; what changes anything stands in its platform's journal."""
    call, given = path.removeprefix(PREFIX), _object(body)
    event = delivery_control.told(call)
    if event is not None:
        return delivery_control.in_words(account, event, given.get("api_version"))
    tx = account.world.transaction()
    run = endpoint_control.run if endpoint_control.matches(method, call) else delivery_control.run
    answer = run(tx, method, call, given)
    if method != "GET":
        acting_for = None if account is platform else account.id
        platform.begin(_noted(platform, method, path, body, acting_for))
        tx.commit()
    return answer


def _noted(platform: Account, method: str, path: str, body: bytes, acting_for: str | None = None) -> Request:
    """A control call as the journal has it."""
    headers = {"content-type": "application/json"} | ({} if acting_for is None else {"stripe-account": acting_for})
    return Request(method, path, f"key={platform.key}", headers, body)


def _clock(account: Account, body: bytes) -> dict[str, Any]:
    """Turn the account's clock to `now`, in seconds since 1970 UTC."""
    now = _object(body).get("now")
    if not isinstance(now, int) or isinstance(now, bool) or not 0 <= now <= LATEST:
        raise ControlError(400, 'Send {"now": UNIX_SECONDS}, a whole number of seconds before the year 3000.')
    try:
        account.set_clock(now)
    except ValueError as error:
        raise ControlError(409, str(error)) from None
    return {"now": account.world.now}


def _version(account: Account, path: str, body: bytes) -> dict[str, Any]:
    """Let the account speak another API version from now on, where a request or an endpoint names none."""
    version = _object(body).get("api_version")
    if version not in versions.SERVED:
        raise ControlError(400, f'Send {{"api_version": VERSION}}, one of {", ".join(versions.SERVED)}.')
    account.begin(_noted(account, "POST", path, body))
    account.version = version
    return {"api_version": version}


def _snapshot(method: str, account: Account, body: bytes) -> dict[str, Any]:
    """Keep the account as it is under a name, forget what is kept, or name what there is."""
    if method == "POST":
        return savepoints.keep(account, _name(body))
    if method == "DELETE":
        savepoints.found(account, _name(body))
        del account.savepoints[_name(body)]
    return {"snapshots": [kept.shown(name) for name, kept in account.savepoints.items()]}


def _faults(method: str, account: Account, body: bytes) -> dict[str, Any]:
    """Name the faults that wait, have one more wait, or forget them all."""
    if method == "POST":
        account.faults.add(Fault.read(_object(body)))
    elif method == "DELETE":
        account.faults.clear()
    return {"faults": account.faults.shown()}


def _name(body: bytes) -> str:
    """The name of a savepoint; `default` where none is said."""
    name = _object(body).get("name", "default")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise ControlError(400, 'Send {"name": TEXT}, of 1 to 100 characters, or nothing for "default".')
    return name


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; an empty one where there is none. What is no object is no leave to go on: 400."""
    try:
        value = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ControlError(400, "Send a JSON object, or nothing.")
    return value


def _bug() -> ControlError:
    """Something that came due could not be done."""
    trace = traceback.format_exc()
    log.error("A bug in pinstripe: what came due could not be done.\n%s", trace)
    return ControlError(500, f"This is a bug in pinstripe: what came due could not be done. {trace}")
