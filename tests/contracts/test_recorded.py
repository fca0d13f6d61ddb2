"""Corrections: where recordings know better than the SDKs, the contract follows the recordings."""

from __future__ import annotations

import pytest

from pinstripe_contracts import object_names, shape
from pinstripe_contracts.conformance import is_nullable
from pinstripe_contracts.recorded import CORRECTIONS, NULLS
from pinstripe_contracts.types import Hash, Nullable


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


@pytest.mark.parametrize("name, path", [(name, path) for name, paths in NULLS.items() for path in paths])
def test_a_member_that_is_null_is_always_there(name: str, path: str) -> None:
    """However deep it lies, it is required and may be null."""
    fields = shape(name).fields
    *above, last = path.split(".")
    for part in above:
        kind = fields[part].type
        kind = kind.inner if isinstance(kind, Nullable) else kind
        assert isinstance(kind, Hash)
        fields = kind.fields
    assert (fields[last].required, is_nullable(fields[last].type)) == (True, True)


def test_only_known_objects_are_corrected() -> None:
    """A correction for an object that has gone would correct nothing."""
    assert CORRECTIONS.keys() | NULLS.keys() <= set(object_names())
