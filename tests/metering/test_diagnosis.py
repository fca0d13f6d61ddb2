"""The doctor: each thing that would refuse every event, found before the first one is sent."""

from __future__ import annotations

import pytest
from tests.metering.stage import Stage

from pinstripe_metering import Meter, doctor

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_healthy_meter_has_no_complaints(stage: Stage) -> None:
    """Nothing to say."""
    assert doctor(stage.client, stage.meter) == []


def test_a_missing_meter_is_found(stage: Stage) -> None:
    """The deployment came before the meter."""
    (complaint,) = doctor(stage.client, Meter("tokens"))
    assert "no meter with event name tokens: create it" in complaint


def test_an_inactive_meter_is_found(stage: Stage) -> None:
    """It exists and takes nothing."""
    stage.client.v1.billing.meters.deactivate(stage.stripe_meter.id)
    (complaint,) = doctor(stage.client, stage.meter)
    assert "inactive: reactivate it" in complaint


def test_other_payload_keys_are_found(stage: Stage) -> None:
    """Both keys, with the words to write."""
    complaints = doctor(stage.client, Meter("api_calls", customer_key="who", value_key="n"))
    assert len(complaints) == 2
    assert "make it Meter('api_calls', customer_key='stripe_customer_id')" in complaints[0]
    assert "value_key='value'" in complaints[1]
