"""The `Stripe-Signature` header of a webhook: when it was signed, and with which secrets.

    t=1798761600,v1=5257a869...,v1=...,v0=6ffbb59b...

`v1` is the HMAC-SHA256, in hex, of the time, a dot and the raw body; the key is the secret as text, `whsec_` included.
After a secret was rolled, both the old and the new one sign. [documented; recorded in the SDK's own verifier] `v0` is a
fake that test events have beside it, so that receivers learn to ignore what they do not know. [documented; inferred:
where it stands, and what is in it]
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

HEADER = "Stripe-Signature"
TOLERANCE_SECONDS = 300
FAKE = "v0"
"""What signs where nobody has the key."""


def sign(payload: bytes, secret: str | Sequence[str], timestamp: int) -> str:
    """The header's value for one body: one time, a `v1` for every secret, and the fake."""
    secrets = [secret] if isinstance(secret, str) else list(secret)
    assert secrets, "a webhook is signed with at least one secret"
    signatures = [f"v1={_digest(payload, each, timestamp)}" for each in secrets]
    return ",".join([f"t={timestamp}", *signatures, f"v0={_digest(payload, FAKE, timestamp)}"])


def verify(payload: bytes, header: str, secret: str, now: int, tolerance_seconds: int = TOLERANCE_SECONDS) -> bool:
    """Whether the header was made for this body with this secret, and not too long ago."""
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for key, _, value in parts if key == "t" and value.isascii() and value.isdigit()]
    if len(times) != 1 or len(times[0]) > 20:
        return False
    timestamp = int(times[0])
    expected = _digest(payload, secret, timestamp)
    signed = any(key == "v1" and hmac.compare_digest(value.encode(), expected.encode()) for key, _, value in parts)
    return signed and now - timestamp <= tolerance_seconds


def _digest(payload: bytes, secret: str, timestamp: int) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (timestamp, payload), "sha256").hexdigest()
