"""What is refused about webhook endpoints."""

from __future__ import annotations

from pinstripe.errors import StripeError


def too_many_endpoints(most: int) -> StripeError:
    """How many endpoints an account has. [documented; sentence inferred]"""
    return StripeError(f"You have reached the maximum of {most} test webhook endpoints.")


def invalid_url() -> StripeError:
    """No address to send to. [second-hand; code documented]"""
    return StripeError("Not a valid URL", code="url_invalid", param="url")


def endpoint_version_unsupported(version: str, served: tuple[str, ...]) -> StripeError:
    """An endpoint at a version pinstripe cannot render."""
    return StripeError(
        f"pinstripe cannot render events at API version {version}; it can at {', '.join(served)}.",
        param="api_version",
    )
