"""Trouble on demand: the next requests that match meet a rate limit, a failure of Stripe's, or a broken connection.

    {"effect": "rate_limit", "method": "POST", "path": "/v1/customers", "times": 2}

| effect | the caller gets | the request |
|---|---|---|
| `rate_limit` | 429 `rate_limit` | does nothing |
| `lock_timeout` | 429 `lock_timeout` | does nothing |
| `idempotency_key_in_use` | 409; only where a request carries a key | does nothing |
| `api_error` | 500 `api_error` | does nothing, or its work if `when` is `after` |
| `connection_lost` | no answer: the connection ends | does nothing, or its work if `when` is `after` |

What does nothing is kept under no idempotency key, so a retry runs. After an `api_error` that came `after` the work,
API v1 repeats the 500 to every retry with the same key [documented], and API v2 answers the retry. A path may hold
stars; `*` alone is any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError

AFTER = frozenset({"api_error", "connection_lost"})
"""Effects that may come after the work is done."""
EFFECTS = ("rate_limit", "lock_timeout", "idempotency_key_in_use", "api_error", "connection_lost")
METHODS = ("*", "GET", "POST", "DELETE")
MOST = 1_000
"""How many requests one fault may meet, and how many faults may wait."""


class FaultError(ValueError):
    """A fault that makes no sense; the message says what would."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the next requests of a kind will meet."""

    effect: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    when: str = "before"

    @classmethod
    def read(cls, given: object) -> Fault:
        """A fault from its JSON; raises FaultError."""
        names = {field.name: None for field in fields(cls)}
        if not isinstance(given, dict) or not given.keys() <= names.keys():
            raise FaultError(f"A fault is an object with {', '.join(names)}.")
        fault = cls(**{"effect": "", **given})
        if fault.effect not in EFFECTS:
            raise FaultError(f"effect is one of {', '.join(EFFECTS)}.")
        if fault.method not in METHODS:
            raise FaultError(f"method is one of {', '.join(METHODS)}.")
        if fault.path != "*" and not str(fault.path).startswith(("/v1/", "/v2/")):
            raise FaultError("path begins with /v1/ or /v2/, and may hold stars.")
        if type(fault.times) is not int or not 1 <= fault.times <= MOST:
            raise FaultError(f"times is a whole number from 1 to {MOST}.")
        if fault.when not in ("before", "after") or (fault.when == "after" and fault.effect not in AFTER):
            raise FaultError(f"when is before, or after for {' and '.join(sorted(AFTER))}.")
        return fault

    @property
    def comes_after(self) -> bool:
        """Whether the request does its work first."""
        return self.when == "after"

    @property
    def breaks_off(self) -> bool:
        """Whether the caller gets no answer at all."""
        return self.effect == "connection_lost"

    def refusal(self, idempotency_key: str | None) -> StripeError:
        """What the caller gets."""
        match self.effect:
            case "rate_limit":
                return errors.rate_limited()
            case "lock_timeout":
                return errors.lock_timeout()
            case "idempotency_key_in_use":
                return errors.idempotency_key_in_use(idempotency_key or "")
            case _:
                return errors.api_trouble(retry=not self.comes_after)

    def shown(self, times: int | None = None) -> Mapping[str, Any]:
        """The fault as JSON."""
        return asdict(self) | ({} if times is None else {"times": times})


class Faults:
    """The faults that wait in one account, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Have a fault wait for its requests; raises FaultError."""
        if len(self._waiting) >= MOST:
            raise FaultError(f"{MOST} faults wait already; DELETE them first.")
        self._waiting.append((fault, fault.times))

    def take(self, method: str, path: str, *, has_key: bool) -> Fault | None:
        """The fault that a request meets, used up once."""
        for position, (fault, left) in enumerate(self._waiting):
            if fault.method in ("*", method) and fnmatchcase(path, fault.path) and (has_key or not _needs_key(fault)):
                self._waiting[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def shown(self) -> list[Mapping[str, Any]]:
        """What still waits, with the times that are left."""
        return [fault.shown(left) for fault, left in self._waiting]


def _needs_key(fault: Fault) -> bool:
    """Whether only a request with an idempotency key can meet it."""
    return fault.effect == "idempotency_key_in_use"
