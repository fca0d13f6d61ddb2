"""The rules of operations that only older versions or no SDK has; which those are stands in `wire/versions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pinstripe import errors
from pinstripe.resources import event_retries, refusals, registry
from pinstripe.resources.by_shape import files
from pinstripe.resources.invoices import previews
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, Listing, addressed
from pinstripe.resources.selling import payment_pages
from pinstripe.resources.usage import usage_record_calls
from pinstripe.world import Object

AUTHORIZE = "POST /v1/test_helpers/issuing/authorizations"
ITEM = "/v1/subscription_items/{subscription_item}"


def upcoming_lines(call: Call) -> Answer:
    """GET /v1/invoices/upcoming/lines: all the lines of the preview."""
    return Listing(list(previews.preview(call)["lines"]))


def authorize(call: Call) -> Answer:
    """POST /v1/issuing/cards/{card}/test/authorizations: what a test helper does today, in its older words."""
    words = {"amount": "held_amount", "currency": "held_currency", "authorization_method": "authorization_method"}
    given = {name: call.params.get(old) for name, old in words.items() if old in call.params}
    params = Params({**given, "card": call.path["card"]})
    return registry.HANDLERS[AUTHORIZE](Call(AUTHORIZE, call.url, {}, params, call.tx))


def refund_of_charge(call: Call) -> Answer:
    """GET /v1/charges/{charge}/refunds/{refund}; one of another charge is not there. [recorded]"""
    refund = addressed(call, "refund", key="refund", param="refund")
    if refund["charge"] != call.path["charge"]:
        raise errors.no_such("refund", refund.id, param="refund", in_path=True)
    return refund


def refund_charge(call: Call) -> Answer:
    """POST /v1/charges/{charge}/refund: a refund, of which the charge itself tells. [recorded]"""
    registry.HANDLERS["POST /v1/refunds"](call)
    return call.tx.read("charge", call.path["charge"])


def dispute_of_charge(call: Call) -> Object:
    """GET /v1/charges/{charge}/dispute: the newest. [recorded]"""
    charge = addressed(call, "charge", key="charge", param="charge")
    disputes = call.tx.find("dispute", "charge", charge.id)
    if not disputes:
        raise refusals.no_dispute(charge.id)
    return disputes[-1]


def for_dispute_of_charge(operation: str) -> Handler:
    """POST /v1/charges/{charge}/dispute, and its /close: what is done to the charge's dispute. [second-hand]"""

    def run(call: Call) -> Answer:
        """Do it to the newest dispute."""
        return registry.HANDLERS[operation](replace(call, path={"dispute": dispute_of_charge(call)["id"]}))

    return run


HANDLERS: Mapping[str, Handler] = {
    "GET /v1/invoices/upcoming": previews.create,
    "GET /v1/invoices/upcoming/lines": upcoming_lines,
    f"GET {ITEM}/usage_record_summaries": usage_record_calls.summaries,
    f"POST {ITEM}/usage_records": usage_record_calls.create,
    **payment_pages.HANDLERS,
    "POST /v1/charges/{charge}/refund": refund_charge,
    "POST /v1/charges/{charge}/refunds": registry.HANDLERS["POST /v1/refunds"],
    "GET /v1/charges/{charge}/refunds": registry.HANDLERS["GET /v1/refunds"],
    "GET /v1/charges/{charge}/refunds/{refund}": refund_of_charge,
    "GET /v1/charges/{charge}/dispute": dispute_of_charge,
    "POST /v1/charges/{charge}/dispute": for_dispute_of_charge("POST /v1/disputes/{dispute}"),
    "POST /v1/charges/{charge}/dispute/close": for_dispute_of_charge("POST /v1/disputes/{dispute}/close"),
    "POST /v1/issuing/cards/{card}/test/authorizations": authorize,
    "GET /v1/files/{file}/contents": files.contents,
    "POST /v1/events/{id}/retry": event_retries.retry,
}
