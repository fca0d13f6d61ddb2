"""Trouble on demand: requests that match a rule meet a limit, a failure of Stripe's, a slow or a broken connection.

    {"effect": "rate_limit", "method": "POST", "path": "/v1/customers", "params": {"email": "*@example.com"}}

| effect | the caller gets | the request |
|---|---|---|
| `rate_limit` | 429 `rate_limit` with a `reason` | does nothing |
| `lock_timeout` | 429 `lock_timeout` | does nothing |
| `idempotency_key_in_use` | 409; only where a request carries a key | does nothing |
| `api_error` | 500 `api_error` | does nothing, or its work if `when` is `after` |
| `connection_lost` | no answer: the connection ends | does nothing, or its work if `when` is `after` |
| `concurrent_usage` | 409 in v2, 429 in v1; only where usage is reported | does nothing |
| `latency` | its answer, `seconds` later | does its work |
| `usage_rejected` | its answer, as if all were well | counts no usage; a thin event reports the `code` |

What does nothing is kept under no idempotency key, so a retry runs. After an `api_error` that came `after` the work,
API v1 repeats the 500 to every retry with the same key [documented], and API v2 answers the retry.

A rule is about a `method`, a `path`, `params` (by their names on the wire, `metadata[plan]`) and `headers`; texts may
hold stars. It lets the first matching requests pass up to the `nth`, meets `times` of them, and is gone. Any answer may
come `seconds` late, by the caller's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http.decoding import decoded
from pinstripe.http.message import Request
from pinstripe.wire import rules
from pinstripe.wire.fields import fields
from pinstripe.wire.rules import MOST, RuleError, Waiting

AFTER = frozenset({"api_error", "connection_lost"})
"""Effects that may come after the work is done."""
AS_USUAL = frozenset({"latency", "usage_rejected"})
"""Effects whose request is answered by its rule."""
EFFECTS = (
    *("rate_limit", "lock_timeout", "idempotency_key_in_use", "api_error", "connection_lost"),
    *("latency", "usage_rejected", "concurrent_usage"),
)
METHODS = ("*", "GET", "POST", "DELETE")
REASONS = ("endpoint-rate", "endpoint-concurrency", "global-rate", "global-concurrency", "resource-specific")
"""What `Stripe-Rate-Limited-Reason` may say. [documented]"""
REJECTIONS = (
    *("archived_meter", "meter_event_customer_not_found", "meter_event_dimension_count_too_high"),
    *("meter_event_invalid_value", "meter_event_no_customer_defined", "meter_event_value_not_found"),
    *("meter_event_value_too_many_digits", "missing_dimension_payload_keys", "no_meter"),
    *("timestamp_in_future", "timestamp_too_far_in_past"),
)
"""What an error report about usage may say. [documented]"""
ABOUT_USAGE = frozenset({"usage_rejected", "concurrent_usage"})
"""Effects that only requests about usage meet."""
USAGE = (
    ("POST", "/v1/billing/meter_events"),
    ("POST", "/v2/billing/meter_events"),
    ("POST", "/v2/billing/meter_event_stream"),
)
"""The requests whose usage can be rejected."""
LONGEST_SECONDS = 60.0
"""How long an answer may be kept back."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What requests of a kind will meet."""

    effect: str
    method: str = "*"
    path: str = "*"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    nth: int = 1
    times: int = 1
    when: str = "before"
    seconds: float = 0
    reason: str = "endpoint-rate"
    code: str = "meter_event_customer_not_found"

    @classmethod
    def read(cls, given: object) -> Fault:
        """A fault from its JSON; raises RuleError."""
        fault = cls(**{"effect": "", **rules.words(cls, given, "fault")})
        rules.one_of("effect", fault.effect, EFFECTS)
        rules.one_of("method", fault.method, METHODS)
        if fault.path != "*" and not str(fault.path).startswith(("/v1/", "/v2/")):
            raise RuleError("path begins with /v1/ or /v2/, and may hold stars.")
        rules.texts("params", fault.params)
        rules.texts("headers", fault.headers)
        rules.whole("nth", fault.nth, 1, MOST)
        rules.whole("times", fault.times, 1, MOST)
        if fault.when not in ("before", "after") or (fault.when == "after" and fault.effect not in AFTER):
            raise RuleError(f"when is before, or after for {' and '.join(sorted(AFTER))}.")
        rules.number("seconds", fault.seconds, LONGEST_SECONDS)
        if fault.effect == "latency" and not fault.seconds:
            raise RuleError("latency needs seconds: how late the answer comes.")
        rules.one_of("reason", fault.reason, REASONS)
        rules.one_of("code", fault.code, REJECTIONS)
        return fault

    @property
    def comes_after(self) -> bool:
        """Whether the request does its work first."""
        return self.when == "after"

    @property
    def breaks_off(self) -> bool:
        """Whether the caller gets no answer at all."""
        return self.effect == "connection_lost"

    @property
    def lets_through(self) -> bool:
        """Whether the request is answered as if nothing were wrong."""
        return self.effect in AS_USUAL

    @property
    def rejects_usage(self) -> bool:
        """Whether usage is taken and then not counted."""
        return self.effect == "usage_rejected"

    def is_about(self, request: Request, params: Mapping[str, str], *, has_key: bool) -> bool:
        """Whether a request is one of those that the fault waits for."""
        return (
            self.method in ("*", request.method)
            and rules.fits(self.path, request.path)
            and (has_key or self.effect != "idempotency_key_in_use")
            and (self.effect not in ABOUT_USAGE or (request.method, request.path) in USAGE)
            and all(rules.fits(text, request.headers.get(name.lower(), "")) for name, text in self.headers.items())
            and all(name in params and rules.fits(text, params[name]) for name, text in self.params.items())
        )

    def refusal(self, idempotency_key: str | None, *, is_v2: bool) -> StripeError:
        """What the caller gets."""
        match self.effect:
            case "rate_limit":
                return errors.rate_limited(self.reason)
            case "lock_timeout":
                return errors.lock_timeout()
            case "idempotency_key_in_use":
                return errors.idempotency_key_in_use(idempotency_key or "")
            case "concurrent_usage":
                return errors.concurrent_usage(is_v2=is_v2)
            case _:
                return errors.api_trouble(retry=not self.comes_after)

    def shown(self, *, nth: int | None = None, times: int | None = None) -> Mapping[str, Any]:
        """The fault as JSON, where asked with what is left of it."""
        return asdict(self) | ({} if nth is None else {"nth": nth}) | ({} if times is None else {"times": times})


class Faults:
    """The faults that wait in one account, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Waiting[Fault]] = []

    def add(self, fault: Fault) -> None:
        """Have a fault wait for its requests; raises RuleError."""
        if len(self._waiting) >= MOST:
            raise RuleError(f"{MOST} faults wait already; DELETE them first.")
        self._waiting.append(Waiting(fault, fault.nth - 1, fault.times))

    def take(self, request: Request, *, has_key: bool) -> Fault | None:
        """The fault that a request meets, used up once."""
        if not self._waiting:
            return None
        params = dict(fields(_params(request))) if any(each.rule.params for each in self._waiting) else {}
        return rules.met(self._waiting, lambda fault: fault.is_about(request, params, has_key=has_key))

    def copy(self) -> Faults:
        """The same faults in a list of their own."""
        twin = Faults()
        twin._waiting = list(self._waiting)
        return twin

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def shown(self) -> list[Mapping[str, Any]]:
        """What still waits, with the times that are left."""
        return [each.rule.shown(nth=each.passing + 1, times=each.left) for each in self._waiting]


def _params(request: Request) -> Any:
    """What a request says; nothing where it cannot be read, which its answer will say."""
    try:
        return decoded(request, is_v2=request.path.startswith("/v2/")).params
    except StripeError:
        return {}
