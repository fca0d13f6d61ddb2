"""Metrics: what an operator's dashboard sees of a run."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from tests.metering.stage import Fault, Stage

from pinstripe_metering import Metrics, Pump


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_run_is_measured(stage: Stage) -> None:
    """Runs, tries by outcome, what is open and how old it is, what needs a person; and no customer in any label."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    pump = Pump(stage.database, stage.pump.sender, clock=stage.clock, metrics=Metrics(provider))
    stage.wire.faults.append(Fault.ERROR_BEFORE)
    stage.record(1)
    stage.record(2)
    stage.turn(seconds=30)
    pump.run_once()
    assert measured(reader) == {
        ("pinstripe.usage.runs", ()): 1,
        ("pinstripe.usage.tries", (("outcome", "retry_wait"),)): 1,
        ("pinstripe.usage.tries", (("outcome", "sent"),)): 1,
        ("pinstripe.usage.open", ()): 1,
        ("pinstripe.usage.oldest_pending_age", ()): 30,
        ("pinstripe.usage.problems", ()): 0,
    }
    provider.shutdown()


def measured(reader: InMemoryMetricReader) -> dict[Any, Any]:
    """Every number by name and labels."""
    data = reader.get_metrics_data()
    assert data is not None
    return {
        (metric.name, tuple(sorted((point.attributes or {}).items()))): getattr(point, "value", None)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
    }
