"""The rules of operations that only older versions or no SDK has; which those are stands in `wire/versions`."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.resources.invoices import previews
from pinstripe.resources.resource import Answer, Call, Handler, Listing
from pinstripe.resources.selling import payment_pages
from pinstripe.resources.usage import usage_records

ITEM = "/v1/subscription_items/{subscription_item}"


def upcoming_lines(call: Call) -> Answer:
    """GET /v1/invoices/upcoming/lines: all the lines of the preview."""
    return Listing(list(previews.preview(call)["lines"]), filters_created=False)


HANDLERS: Mapping[str, Handler] = {
    "GET /v1/invoices/upcoming": previews.create,
    "GET /v1/invoices/upcoming/lines": upcoming_lines,
    f"GET {ITEM}/usage_record_summaries": usage_records.summaries,
    f"POST {ITEM}/usage_records": usage_records.create,
    **payment_pages.HANDLERS,
}
