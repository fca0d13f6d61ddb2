"""What the pump tells OpenTelemetry; without an SDK installed it tells nobody. No customer ever appears in a label."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.metrics import MeterProvider, get_meter

from pinstripe_metering.claims import Backlog
from pinstripe_metering.outbox import State


class Metrics:
    """The instruments of one pump. `pinstripe.usage.runs` also tells silence from outage."""

    def __init__(self, provider: MeterProvider | None = None) -> None:
        meter = get_meter("pinstripe_metering", meter_provider=provider)
        self._runs = meter.create_counter("pinstripe.usage.runs", description="Runs of the pump")
        self._tries = meter.create_counter("pinstripe.usage.tries", description="Tries, by the state they ended in")
        self._open = meter.create_gauge("pinstripe.usage.open", description="Facts not yet settled")
        self._oldest = meter.create_gauge("pinstripe.usage.oldest_pending_age", unit="s")
        self._problems = meter.create_gauge("pinstripe.usage.problems", description="Facts rejected or dead")

    def ran(self, ended: Mapping[State, int], left: Backlog) -> None:
        """Report one run."""
        self._runs.add(1)
        for state, tries in ended.items():
            self._tries.add(tries, {"outcome": state.value})
        self._open.set(left.open)
        self._oldest.set(left.oldest_seconds)
        self._problems.set(left.problems)
