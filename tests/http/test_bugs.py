"""A bug of pinstripe's own: said as what it is, with nothing kept and the next request served."""

from __future__ import annotations

import heapq
import json
from functools import partial

import pytest
from tests.http.calls import KEY, NOW, call, error, made

from pinstripe import Simulator
from pinstripe.errors import StripeError
from pinstripe.http.pipeline import Pipeline
from pinstripe.resources import registry
from pinstripe.resources.resource import Answer, Call, Handler
from pinstripe.world import ControlledClock

CREATE = "POST /v1/products"


def simulator_with(handler: Handler, operation: str = CREATE) -> Simulator:
    """A simulator in which one operation is served by a rule of the test's own."""
    simulator = Simulator(now=NOW)
    simulator.pipeline = Pipeline(simulator.accounts, {**registry.HANDLERS, operation: handler})
    return simulator


def broken(call: Call) -> Answer:
    """A rule that makes something and then fails."""
    call.tx.new("customer", {"created": call.tx.now(), "email": "half@example.com"})
    raise LookupError(f"nobody foresaw {call.params.get('name')}")


def _fail(call: Call) -> None:
    broken(call)


def test_a_bug_says_so_and_keeps_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """500 `pinstripe_bug` with the trace, not worth a retry, not kept under its key; the log has it too."""
    simulator = simulator_with(broken)
    answer = call(simulator, "POST", "/v1/products", "name=this", {"Idempotency-Key": "k"})
    refusal = error(answer)
    assert (answer.status, refusal["type"], refusal["code"]) == (500, "api_error", "pinstripe_bug")
    assert "This is a bug in pinstripe" in refusal["message"]
    assert "This request left nothing" in refusal["message"]
    assert "LookupError: nobody foresaw this" in refusal["message"]
    assert answer.headers["Stripe-Should-Retry"] == "false"
    assert "doc_url" not in refusal
    assert "POST /v1/products" in caplog.text
    assert simulator.account(KEY).world.is_empty
    assert len(simulator.account(KEY).idempotency) == 0
    assert made(simulator, "/v1/customers", "name=Ada")["name"] == "Ada"


def test_a_bug_in_what_follows_says_what_was_kept() -> None:
    """Where the request's own changes stand already, the sentence does not claim otherwise."""

    def fails_afterwards(call: Call) -> Answer:
        """A rule whose consequence fails."""
        call.tx.then(partial(_fail, call))
        return registry.HANDLERS[CREATE](call)

    simulator = simulator_with(fails_afterwards)
    assert "This request was kept" in error(call(simulator, "POST", "/v1/products", "name=a"))["message"]
    assert not simulator.account(KEY).world.is_empty


def test_a_bug_in_what_comes_due_is_an_answer_too() -> None:
    """An alarm that fails as the clock catches up is a 500 for whoever asks, and no other account notices."""
    simulator = Simulator(now=NOW)
    world = simulator.account(KEY).world
    heapq.heappush(world.timelines[None].alarms, (NOW + 1, 0, 1, "nonsense", "non_1"))
    assert call(simulator, "GET", "/v1/customers").status == 200
    world.clock = ControlledClock(NOW + 1)
    assert error(call(simulator, "GET", "/v1/customers"))["code"] == "pinstripe_bug"
    other = {"Authorization": "Bearer sk_test_other"}
    assert call(simulator, "GET", "/v1/customers", headers=other).status == 200


def test_a_test_clock_that_meets_a_bug_has_failed_for_good() -> None:
    """The advance is a 500; the clock stands where the bug was, says so, goes nowhere, and can be deleted."""
    simulator = Simulator(now=NOW)
    clock = made(simulator, "/v1/test_helpers/test_clocks", f"frozen_time={NOW}")["id"]
    alarms = simulator.account(KEY).world.timelines[clock].alarms
    heapq.heappush(alarms, (NOW + 60, 0, 1, "nonsense", "non_1"))
    path = f"/v1/test_helpers/test_clocks/{clock}"
    answer = call(simulator, "POST", f"{path}/advance", f"frozen_time={NOW + 3600}")
    assert (answer.status, error(answer)["code"]) == (500, "pinstripe_bug")
    failed = json.loads(call(simulator, "GET", path).body)
    assert (failed["status"], failed["frozen_time"], failed["status_details"]) == ("internal_failure", NOW, {})
    assert call(simulator, "POST", f"{path}/advance", f"frozen_time={NOW + 3600}").status == 400
    told = json.loads(call(simulator, "GET", "/v1/events").body)["data"]
    assert [event["type"].rpartition(".")[2] for event in reversed(told)] == [
        "created",
        "advancing",
        "internal_failure",
    ]
    assert call(simulator, "DELETE", path).status == 200


def test_a_parameter_no_rule_reads_is_refused_before_anything_is_kept() -> None:
    """Also where the rule refuses and keeps what it did: a parameter it ignored would be a wrong answer."""

    def declines(call: Call) -> Answer:
        """A rule that makes something and says no."""
        call.tx.new("customer", {"created": call.tx.now()})
        raise StripeError("Your card was declined.", status=402, type="card_error", keeps_changes=True)

    simulator = simulator_with(declines)
    answer = call(simulator, "POST", "/v1/products", "name=a")
    assert (answer.status, error(answer)["param"]) == (501, "name")
    assert simulator.account(KEY).world.is_empty
