"""An event once more: what `stripe events resend` asks for."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import owing
from pinstripe.resources.events import KEPT_DAYS
from pinstripe.resources.resource import Answer, Call, addressed, named


def retry(call: Call) -> Answer:
    """POST /v1/events/{id}/retry: owe an event of the last 30 days to an endpoint, or to who listens by command line.

    It is a delivery of its own, with retries of its own. [documented: the two targets and the 30 days; inferred: an
    endpoint gets it whatever it is enabled for, and without anybody listening nothing happens]
    """
    tx, event = call.tx, addressed(call, "event")
    if event["created"] < tx.now() - KEPT_DAYS * 86400:
        raise errors.no_such("event", event.id, param="id", in_path=True)
    if "webhook_endpoint" in call.params:
        listeners = [named(tx, "webhook_endpoint", call.params.get("webhook_endpoint"), "webhook_endpoint")]
    else:
        listeners = [session for session in tx.world.listening if owing.hears(session, event)]
    for listener in listeners:
        owing.owe_to(tx, listener, event)
    return event
