"""Before going live: does Stripe have the meter that the application reports to, and does it read the same payload?"""

from __future__ import annotations

import stripe

from pinstripe_metering.meter import Meter
from pinstripe_metering.sdk import billing, find_meter


def doctor(client: stripe.StripeClient, meter: Meter) -> list[str]:
    """What is wrong with a meter, each with what to do; nothing when its events will be taken."""
    found = find_meter(client, meter.event_name)
    if found is None:
        everything = billing(client).meters.list({"limit": 100}).auto_paging_iter()
        if any(other.event_name == meter.event_name for other in everything):
            return [f"The meter {meter.event_name} is inactive: reactivate it, or its events are refused."]
        return [f"Stripe has no meter with event name {meter.event_name}: create it before the first event is sent."]
    pairs = [
        ("customer_key", meter.customer_key, found.customer_mapping.event_payload_key),
        ("value_key", meter.value_key, found.value_settings.event_payload_key),
    ]
    return [
        f"{name} is {ours!r} here and {theirs!r} at Stripe: make it Meter({meter.event_name!r}, {name}={theirs!r})."
        for name, ours, theirs in pairs
        if ours != theirs
    ]
