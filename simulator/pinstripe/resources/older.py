"""The rules of operations that only older versions or no SDK has; which those are stands in `wire/versions`."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.resources import event_retries, registry
from pinstripe.resources.invoices import previews
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, Listing
from pinstripe.resources.selling import payment_pages
from pinstripe.resources.usage import usage_records

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


HANDLERS: Mapping[str, Handler] = {
    "GET /v1/invoices/upcoming": previews.create,
    "GET /v1/invoices/upcoming/lines": upcoming_lines,
    f"GET {ITEM}/usage_record_summaries": usage_records.summaries,
    f"POST {ITEM}/usage_records": usage_records.create,
    **payment_pages.HANDLERS,
    "POST /v1/issuing/cards/{card}/test/authorizations": authorize,
    "POST /v1/events/{id}/retry": event_retries.retry,
}
