"""Corrections: where recordings know better than the SDKs, the contract follows the recordings."""

from __future__ import annotations

import pytest

from pinstripe_contracts import object_names, shape
from pinstripe_contracts.recorded import CORRECTIONS


@pytest.mark.parametrize(
    "name, key, required",
    [
        ("charge", "destination", True),
        ("charge", "dispute", True),
        ("charge", "order", True),
        ("line_item", "subscription", False),
        ("product", "attributes", True),
        ("subscription", "plan", True),
        ("subscription", "quantity", False),
    ],
)
def test_a_correction_is_in_the_shape(name: str, key: str, required: bool) -> None:
    """A key that answers have is known, and whether every answer has it."""
    assert shape(name).fields[key].required is required


def test_only_known_objects_are_corrected() -> None:
    """A correction for an object that has gone would correct nothing."""
    assert CORRECTIONS.keys() <= set(object_names())
