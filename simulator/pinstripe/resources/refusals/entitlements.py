"""What is refused about features."""

from __future__ import annotations

from pinstripe.errors import StripeError


def feature_key_taken(key: str) -> StripeError:
    """A lookup key leads to one feature in use. [documented; sentence inferred]"""
    return StripeError(
        f"An active feature with `lookup_key: {key}` already exists.",
        code="resource_already_exists",
        param="lookup_key",
    )


def feature_archived() -> StripeError:
    """An archived feature goes on no product. [documented; sentence inferred]"""
    return StripeError("Archived features cannot be attached to a product.", param="entitlement_feature")


def feature_attached_already() -> StripeError:
    """A product has a feature once. [inferred]"""
    return StripeError(
        "This feature is already attached to the product.",
        code="resource_already_exists",
        param="entitlement_feature",
    )
