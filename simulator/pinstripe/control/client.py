"""The client of the control plane: over HTTP, or of a simulator in this process."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self

import httpx

from pinstripe.control.values import Accounts, Coverage, Delivery, Order, Snapshot
from pinstripe.http.control import PREFIX, ControlError
from pinstripe.http.faults import Fault
from pinstripe.http.simulator import Simulator
from pinstripe.resources.misbehaviours import Misbehaviour

DEFAULT_KEY = "sk_test_pinstripe"
TIMEOUT_SECONDS = 60.0


class Client:
    """The control plane of one account, by its key: over HTTP, or of a simulator in this process."""

    def __init__(self, where: str | Simulator, key: str = DEFAULT_KEY) -> None:
        self.key = key
        self.account: str | None = None
        """The connected account that the calls are about, if it is not the key's own; see `acting_for`."""
        self._simulator = where if isinstance(where, Simulator) else None
        self._http = None if isinstance(where, Simulator) else _http(where)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._http is not None:
            self._http.close()

    def acting_for(self, account: str) -> Self:
        """The same control plane for the deliveries of a connected account: what its own endpoints are owed."""
        other = copy(self)
        other.account = account
        return other

    # --- time and the whole account ----------------------------------------------------------------------------------

    def now(self) -> int:
        """The account's time, in seconds since 1970 UTC."""
        return int(self._call("GET", "clock")["now"])

    def turn(self, to: int | datetime) -> int:
        """Turn the account's clock, and do what comes due on the way; a moment without a zone is UTC."""
        if isinstance(to, datetime):
            to = int((to if to.tzinfo else to.replace(tzinfo=UTC)).timestamp())
        return int(self._call("POST", "clock", {"now": to})["now"])

    def api_version(self) -> str:
        """The API version that speaks where a request or an endpoint names none."""
        return str(self._call("GET", "version")["api_version"])

    def speak(self, api_version: str) -> None:
        """Let the account speak another API version from now on."""
        self._call("POST", "version", {"api_version": api_version})

    def billing_settings(self, **changes: Any) -> dict[str, Any]:
        """What in Stripe only the Dashboard sets for billing, once these `changes` are made."""
        return self._call("POST", "billing_settings", changes) if changes else self._call("GET", "billing_settings")

    def usage_settings(self, **changes: Any) -> dict[str, Any]:
        """How the account takes usage in, once these `changes` are made: at once, or with delays like Stripe's."""
        return self._call("POST", "usage_settings", changes) if changes else self._call("GET", "usage_settings")

    def delivery_settings(self, **changes: Any) -> dict[str, Any]:
        """How often failed deliveries are tried again, once these `changes` are made: `retries` says it."""
        return self._call("POST", "delivery_settings", changes) if changes else self._call("GET", "delivery_settings")

    def roll_secret(self, endpoint: str, *, expires_in: int = 0) -> str:
        """A webhook endpoint's new secret; the old one signs as well for so many seconds more."""
        answer = self._call("POST", f"webhook_endpoints/{endpoint}/roll", {"expires_in": expires_in})
        return str(answer["secret"])

    def tax_rates(self) -> list[dict[str, Any]]:
        """The tax rates that were declared beside those that pinstripe knows, oldest first."""
        return list(self._call("GET", "tax_rates")["tax_rates"])

    def declare_tax_rate(self, country: str, percentage: str, **place: str) -> list[dict[str, Any]]:
        """Declare a tax rate: `state`, `postal_code`, `tax_code`, `tax_type` say more. All that are declared."""
        return list(
            self._call("POST", "tax_rates", {"country": country, "percentage": percentage, **place})["tax_rates"]
        )

    def forget_tax_rates(self) -> None:
        """Let no declared tax rate count any more."""
        self._call("DELETE", "tax_rates")

    def reset(self) -> None:
        """Forget everything of the account, snapshots included."""
        self._call("POST", "reset")

    def seed(self, fixtures: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
        """Stock the account by calls in the format of the Stripe CLI's fixtures; ids by name. All are made, or none."""
        made: dict[str, str | None] = self._call("POST", "seed", {"fixtures": list(fixtures)})["made"]
        return made

    def accounts(self) -> Accounts:
        """The account's own id, and those connected to it."""
        found = self._call("GET", "accounts")
        return Accounts(found["platform"], tuple(found["accounts"]))

    def connect(self, account: str | None = None) -> str:
        """Make a connected account there is no object of; its id."""
        return str(self._call("POST", "accounts", {} if account is None else {"id": account})["id"])

    def coverage(self) -> Coverage:
        """What was asked since the account began, and what of it is not modelled."""
        return Coverage.read(self._call("GET", "coverage"))

    def replay(self) -> dict[str, Any]:
        """Everything asked of the account, for `redo`: what makes a bug report complete."""
        return self._call("GET", "replay")

    # --- savepoints --------------------------------------------------------------------------------------------------

    def snapshot(self, name: str = "default") -> Snapshot:
        """Keep the account as it is now, under a name."""
        return Snapshot(**self._call("POST", "snapshot", {"name": name}))

    def snapshots(self) -> list[Snapshot]:
        """What is kept."""
        return [Snapshot(**row) for row in self._call("GET", "snapshot")["snapshots"]]

    def restore(self, name: str = "default") -> Snapshot:
        """Take the account back; as often as one likes."""
        return Snapshot(**self._call("POST", "restore", {"name": name}))

    def forget_snapshot(self, name: str = "default") -> None:
        """Keep it no longer."""
        self._call("DELETE", "snapshot", {"name": name})

    @contextlib.contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Take the account back, at the end of the block, to where it stood at its beginning."""
        taken = {kept.name for kept in self.snapshots()}
        name = next(name for name in map("rolled back {}".format, count()) if name not in taken)
        self.snapshot(name)
        try:
            yield
        finally:
            self.restore(name)
            self.forget_snapshot(name)

    # --- faults of the API -------------------------------------------------------------------------------------------

    def fault(self, effect: str, on: str = "*", **matching: Any) -> list[Fault]:
        """Have the next requests meet trouble; `on` is `POST /v1/customers`, a path, or everything. All that wait.

        `matching` are the other members of a fault: `params`, `headers`, `nth`, `times`, `when`, `seconds`, `reason`,
        `code`.
        """
        method, space, path = on.partition(" ")
        where = {"method": method, "path": path} if space else {"path": on}
        return _faults(self._call("POST", "faults", {"effect": effect, **where, **matching}))

    def faults(self) -> list[Fault]:
        """The faults that wait, with the times that are left."""
        return _faults(self._call("GET", "faults"))

    def forget_faults(self) -> None:
        """Let no fault wait any more."""
        self._call("DELETE", "faults")

    # --- deliveries --------------------------------------------------------------------------------------------------

    def deliveries(self, type_: str = "*") -> list[Delivery]:
        """Everything that was ever owed to an endpoint, oldest first; of events of a type, with stars."""
        rows = self._call("GET", "deliveries")["deliveries"]
        found = [Delivery.of(row) for row in rows]
        return found if type_ == "*" else [row for row in found if row.is_of(type_)]

    def hold(self, type_: str = "*") -> list[Delivery]:
        """Keep back what waits to be sent."""
        return self._moved("deliveries/hold", {"type": type_})

    def release(self, type_: str = "*", *, order: Order = "happened", seed: str = "") -> list[Delivery]:
        """Let go what is held, in an order."""
        return self._moved("deliveries/release", {"type": type_, "order": order, "seed": seed})

    def deliver_now(self, type_: str = "*") -> list[Delivery]:
        """Have what waits for its next try be tried now."""
        return self._moved("deliveries/now", {"type": type_})

    def redeliver(self, event: str, effect: str | None = None, **how: Any) -> list[Delivery]:
        """Send an event once more to everybody who was owed it, or one delivery by its id; signed afresh.

        With an `effect` the try misbehaves: `wrong_signature`, `old_timestamp`, `api_version`, `fail`, `answer_lost`.
        """
        return self._moved(f"deliveries/{event}/redeliver", {} if effect is None else {"effect": effect, **how})

    def misbehave(self, effect: str, type_: str = "*", **how: Any) -> list[Misbehaviour]:
        """Have deliveries of events of a type go astray; all rules that wait.

        `how` are the other members of a rule: `endpoint`, `nth`, `times`, `copies`, `seconds`, `api_version`, `status`,
        `tries`.
        """
        return _misbehaviours(self._call("POST", "misbehaviours", {"effect": effect, "type": type_, **how}))

    def misbehaviours(self) -> list[Misbehaviour]:
        """The rules that wait, with what is left of each."""
        return _misbehaviours(self._call("GET", "misbehaviours"))

    def behave(self) -> None:
        """Let no rule wait any more; what is held stays held."""
        self._call("DELETE", "misbehaviours")

    def told(self, event: str, api_version: str) -> dict[str, Any]:
        """An event as it is told in the words of an API version."""
        return self._call("POST", f"events/{event}/told", {"api_version": api_version})

    # --- the customer ------------------------------------------------------------------------------------------------

    def complete_checkout(self, session: str, **typed: Any) -> dict[str, Any]:
        """Pay on the page of a Checkout Session: `payment_method` or `number`, `email` and so on; the session."""
        return self._call("POST", f"checkout/{session}/complete", typed)

    def choose_at_checkout(self, session: str, **chosen: Any) -> dict[str, Any]:
        """Choose what the page leaves to its customer: `quantities`, `optional_items`, `promotion_code` and so on."""
        return self._call("POST", f"checkout/{session}/choose", chosen)

    def recover_checkout(self, session: str) -> dict[str, Any]:
        """Come back to an expired session that can be recovered; the copy that this makes."""
        return self._call("POST", f"checkout/{session}/recover")

    def open_payment_link(self, link: str, **said: str) -> dict[str, Any]:
        """Open a payment link, `client_reference_id` and so on in its address; the Checkout Session that it makes."""
        return self._call("POST", f"payment_links/{link}/open", said)

    def authenticate(self, intent: str, *, succeed: bool = True) -> dict[str, Any]:
        """Come through 3D Secure or a redirect, or fail to; the payment intent or setup intent."""
        noun = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        return self._call("POST", f"{noun}/{intent}/authenticate", {"succeed": succeed})

    def card_fate(self, payment_method: str, **fate: Any) -> dict[str, Any]:
        """Decide what a card does from now on; what it is then."""
        return self._call("POST", f"payment_methods/{payment_method}/fate", fate)

    def onboard(self, account: str) -> dict[str, Any]:
        """Play the holder of a connected account who comes through Stripe's onboarding; the account as it is then."""
        return self._call("POST", f"accounts/{account}/onboard")

    # --- the way there -----------------------------------------------------------------------------------------------

    def _moved(self, call: str, given: Mapping[str, Any]) -> list[Delivery]:
        return [Delivery.of(row) for row in self._call("POST", call, given)["deliveries"]]

    def _call(self, method: str, call: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(given or {}).encode()
        if self._simulator is not None:
            with self._simulator.turn:
                answer = self._simulator.control.handle(method, PREFIX + call, self.key, body, self.account)
            found: dict[str, Any] = json.loads(json.dumps(answer))
            return found
        assert self._http is not None
        headers = {} if self.account is None else {"Stripe-Account": self.account}
        response = self._http.request(method, PREFIX + call, params={"key": self.key}, content=body, headers=headers)
        return _told(response)


def _http(url: str) -> httpx.Client:
    """A connection to a server of this machine, past the proxies it may use."""
    return httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)


def _told(response: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer; raises ControlError for a refusal, and for what no control plane says."""
    try:
        told: Any = response.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or (response.is_error and not isinstance(told.get("error"), str)):
        raise ControlError(response.status_code, f"There is no pinstripe at {response.url.copy_with(query=None)}.")
    if response.is_error:
        raise ControlError(response.status_code, told["error"])
    return told


def _faults(answer: Mapping[str, Any]) -> list[Fault]:
    return [Fault(**row) for row in answer["faults"]]


def _misbehaviours(answer: Mapping[str, Any]) -> list[Misbehaviour]:
    return [Misbehaviour(**row) for row in answer["misbehaviours"]]
