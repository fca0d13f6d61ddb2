"""Signatures, as the official SDK reads them."""

from __future__ import annotations

import json

import pytest
import stripe
from freezegun import freeze_time

from pinstripe.wire.signature import sign, verify

PAYLOAD = json.dumps({"id": "evt_1", "object": "event", "note": "é"}).encode()
NOW = 1_798_761_600  # 2027-01-01
SECRET, OLD = "whsec_new", "whsec_old"


def test_sign_is_what_the_official_helper_writes() -> None:
    """The header is the one that the SDK's own helper for tests makes, and a fake beside it. [documented]"""
    helper = stripe.WebhookSignature.generate_signature_header(PAYLOAD.decode(), SECRET, NOW)
    genuine, _, fake = sign(PAYLOAD, SECRET, NOW).rpartition(",v0=")
    assert (genuine, len(fake)) == (helper, 64)


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_sign_satisfies_the_official_verifier(secret: str) -> None:
    """After a roll, receivers with either secret accept the event."""
    header = sign(PAYLOAD, [OLD, SECRET], NOW)
    assert header.count("v1=") == 2
    with freeze_time("2027-01-01 00:05:00"):
        assert stripe.Webhook.construct_event(PAYLOAD, header, secret).id == "evt_1"


@pytest.mark.parametrize(
    "payload, header, secret, now, genuine",
    [
        (PAYLOAD, sign(PAYLOAD, SECRET, NOW), SECRET, NOW, True),
        (PAYLOAD, sign(PAYLOAD, SECRET, NOW), SECRET, NOW + 300, True),
        (PAYLOAD, sign(PAYLOAD, SECRET, NOW), SECRET, NOW + 301, False),
        (PAYLOAD, sign(PAYLOAD, SECRET, NOW), OLD, NOW, False),
        (PAYLOAD + b" ", sign(PAYLOAD, SECRET, NOW), SECRET, NOW, False),
        (PAYLOAD, sign(PAYLOAD, SECRET, NOW).replace("v1=", "v2="), SECRET, NOW, False),
        (PAYLOAD, "t=x,v1=y", SECRET, NOW, False),
        (PAYLOAD, "t=" + "9" * 5_000 + ",v1=y", SECRET, NOW, False),
        (PAYLOAD, f"t={NOW},v1=é", SECRET, NOW, False),
        (PAYLOAD, "", SECRET, NOW, False),
    ],
)
def test_verify_tells_genuine_from_forged(payload: bytes, header: str, secret: str, now: int, genuine: bool) -> None:
    """A header holds for one body, one secret and five minutes."""
    assert verify(payload, header, secret, now) is genuine


def test_sign_needs_a_secret() -> None:
    """A webhook without any secret is a bug of ours."""
    with pytest.raises(AssertionError):
        sign(PAYLOAD, [], NOW)
