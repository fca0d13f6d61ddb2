"""The control plane under `/_pinstripe/`: what a test may do that Stripe itself does not offer."""

from __future__ import annotations

from typing import Any

import orjson

from pinstripe.http.accounts import Accounts

PREFIX = "/_pinstripe/"


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
        if not key:
            raise ControlError(400, "Name the account: ?key=sk_test_...")
        match method, path.removeprefix(PREFIX):
            case "GET", "clock":
                return {"now": self.accounts.of(key).world.now}
            case "POST", "clock":
                return self._clock(key, body)
            case "POST", "reset":
                self.accounts.reset(key)
                return {"reset": True}
            case "GET", "replay":
                return self._replay(key)
        raise ControlError(404, f"There is no {method} {path}; there are GET and POST clock, POST reset, GET replay.")

    def _clock(self, key: str, body: bytes) -> dict[str, Any]:
        """Turn the account's clock to `now`, in seconds since 1970 UTC."""
        try:
            now = orjson.loads(body)["now"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            now = None
        if not isinstance(now, int) or isinstance(now, bool) or now < 0:
            raise ControlError(400, 'Send {"now": UNIX_SECONDS}, a whole number of seconds.')
        account = self.accounts.of(key)
        try:
            account.set_clock(now)
        except ValueError as error:
            raise ControlError(409, str(error)) from None
        return {"now": account.world.now}

    def _replay(self, key: str) -> dict[str, Any]:
        """What has been asked of the account, in order, each with the account's time: enough to do it again."""
        account = self.accounts.of(key)
        return {
            "seed": account.seed.value,
            "requests": [
                {
                    "now": now,
                    "method": request.method,
                    "path": request.path,
                    "query": request.query,
                    "body": request.body.decode(errors="replace"),
                    "idempotency_key": request.headers.get("idempotency-key"),
                }
                for now, request in account.journal
            ],
        }
