"""An event once more: what `stripe events resend` asks for."""

from __future__ import annotations

from pinstripe import errors
from pinstripe.resources import dialects, owing
from pinstripe.resources.events import kept_since, retrieve
from pinstripe.resources.resource import Answer, Call, named
from pinstripe.world import Object, World


def retry(call: Call) -> Answer:
    """POST /v1/events/{id}/retry: owe an event of the last 30 days to an endpoint, or to who listens by command line.

    It is a delivery of its own, with retries of its own. [documented: the two targets and the 30 days; inferred: an
    endpoint gets it whatever it is enabled for, and without anybody listening nothing happens]
    """
    call.params.get("account")  # the account itself: another's events are not for this rule
    event = retrieve(call)
    assert isinstance(event, Object)
    return _sent(call, event, None)


def retry_theirs(world: World, account: str, call: Call) -> Answer:
    """The same for an event of a connected account, which `account` names: owed to who listens to the platform.

    That is an endpoint with `connect`, which is named, or a command line. [documented]
    """
    call.params.get("account")
    event = world.get("event", call.path["id"])
    if event is None or event["created"] < kept_since(call.tx):
        raise errors.no_such("event", call.path["id"], param="id", in_path=True)
    return _sent(call, dialects.told_elsewhere(world, event, call.tx.world), account)


def _sent(call: Call, event: Object, account: str | None) -> Object:
    """Owe an event to whom the request means."""
    tx = call.tx
    call.params.get("for_stripecli")  # said where no endpoint is named [observed: Stripe CLI 1.52]
    if "webhook_endpoint" in call.params:
        listeners = [named(tx, "webhook_endpoint", call.params.get("webhook_endpoint"), "webhook_endpoint")]
    else:
        listeners = [session for session in tx.world.listening if owing.hears(session, event)]
    for listener in listeners:
        owing.owe_to(tx, listener, event, account)
    return event if account is None else Object({**event, "account": account})
