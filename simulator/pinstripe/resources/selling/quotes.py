"""Quotes: an offer drafted, finalized and accepted, which then becomes a subscription or an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.connect import offer_shares
from pinstripe.resources.discounts import offered_discounts, tax_rates
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, listing, merged_metadata, named
from pinstripe.resources.resource import retrieve as retrieved
from pinstripe.resources.selling import breakdowns, checkout_items, quote_acceptance, quote_pdf, quote_totals
from pinstripe.resources.subscriptions import schedule_settings, signup
from pinstripe.resources.taxes import automatic_tax
from pinstripe.resources.usage import usage_records
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

VALID_DAYS = 30
"""How long an offer stands unless it says otherwise. [documented]"""
DAY = 86400
PLAIN = ("description", "footer", "header")
COPIED = (
    *offer_shares.NOTHING,
    *PLAIN,
    "automatic_tax",
    "collection_method",
    "customer",
    "default_tax_rates",
    "invoice_settings",
    "subscription_data",
    "_discounts",
    "_items",
)
"""What a quote takes over from the one it is made from."""


def create(call: Call) -> Answer:
    """POST /v1/quotes: a draft, of which nothing need be known yet. [documented]"""
    tx, params = call.tx, call.params
    clock = params.get("test_clock")
    if clock is not None:
        named(tx, "test_helpers.test_clock", clock, "test_clock", noun="billingclock")
    now = tx.now(clock)
    members: dict[str, Any] = {
        **offer_shares.NOTHING,
        "automatic_tax": automatic_tax.member(enabled=False, names=automatic_tax.OF_OFFERS),
        "collection_method": "charge_automatically",
        "customer": None,
        "default_tax_rates": [],
        "description": None,
        "footer": None,
        "from_quote": None,
        "header": None,
        "invoice_settings": {
            "custom_fields": None,
            "days_until_due": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "metadata": {},
        "subscription_data": {
            "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
            "description": None,
            "effective_date": None,
            "metadata": {},
            "trial_period_days": None,
        },
        "_discounts": [],
        "_items": [],
    }
    if "from_quote" in params:
        members |= _copied(call)
    members |= _given(call, members)
    if members["customer"] is not None:
        clock = tx.read("customer", members["customer"])["test_clock"]
        now = tx.now(clock)
    else:
        clock = params.get("test_clock")
    quote = tx.new(
        "quote",
        {
            **members,
            "created": now,
            "discounts": [],
            "expires_at": _expiry(params, now) or now + VALID_DAYS * DAY,
            "invoice": None,
            "livemode": False,
            "number": None,
            "status": "draft",
            "status_transitions": {"accepted_at": None, "canceled_at": None, "finalized_at": None},
            "subscription": None,
            "subscription_schedule": None,
            "test_clock": clock,
        },
    )
    quote = quote_totals.reckoned(tx, quote)
    tx.emit("quote.created", quote)
    return quote


def _copied(call: Call) -> dict[str, Any]:
    """What a quote takes over from another, each line with an id of its own. [documented]"""
    given = call.params.hash("from_quote")
    other = named(call.tx, "quote", given.get("quote"), given.name("quote"))
    items = [Object({**item, "id": call.tx.new_id("li")}) for item in other["_items"]]
    origin = {"is_revision": bool(given.get("is_revision", False)), "quote": other.id}
    return {**{name: other[name] for name in COPIED}, "from_quote": origin, "_items": items}


def _given(call: Call, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of a draft."""
    tx, params = call.tx, call.params
    members = params.pick("collection_method", *PLAIN)
    if params.get("customer") is not None:
        members["customer"] = named(tx, "customer", params.get("customer"), "customer").id
    if "default_tax_rates" in params:
        members["default_tax_rates"] = tax_rates.chosen(tx, params, "default_tax_rates")
    enabled = automatic_tax.asked(tx, params, call.operation)
    if enabled is not None:
        members["automatic_tax"] = automatic_tax.member(enabled, automatic_tax.OF_OFFERS)
    automatic_tax.refuse_manual({**known, **members})
    if "discounts" in params:
        members["_discounts"] = offered_discounts.read(params)
    if "line_items" in params:
        sold = [item["price"] for item in known["_items"]]
        beside = known["subscription_data"] if known.get("id") else None
        usage_records.require_sellable(call, params.hashes("line_items"), sold, beside=beside)
        members["_items"] = checkout_items.read(tx, params.hashes("line_items"), "quote", known=known["_items"])
    settings = params.hash("invoice_settings")
    said_of_invoices = schedule_settings.of_invoices(tx, settings)
    members["invoice_settings"] = {**known["invoice_settings"], **said_of_invoices}
    members |= offer_shares.said(tx, params, known, ("amount", "amount_percent"))
    data = params.hash("subscription_data")
    said = data.pick("description", "effective_date", "trial_period_days")
    metadata = merged_metadata(known["subscription_data"]["metadata"], data)
    if said.get("effective_date") == "current_period_end":
        why = " of a subscription that a quote updates"
        raise errors.unsupported_parameter(call.operation, "subscription_data[effective_date]", why)
    if data.hash("billing_mode"):
        mode = signup.billing_mode(data.hash("billing_mode"), 0)
        said["billing_mode"] = {name: mode[name] for name in ("flexible", "type") if mode[name] is not None}
    members["subscription_data"] = {**known["subscription_data"], **said, "metadata": metadata}
    members["metadata"] = merged_metadata(known["metadata"], params)
    return members


def _expiry(params: Params, now: int) -> int | None:
    """When the offer ends, if somebody says so: in the future. [documented; the sentence that of other moments]"""
    moment: int | None = params.get("expires_at")
    if moment is not None and moment <= now:
        raise refusals.moment_in_the_past("expires_at")
    return moment


def update(call: Call) -> Answer:
    """POST /v1/quotes/{quote}: a draft, when an open one expires, or the metadata of any. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "quote")
    changes = _given(call, before)
    if "expires_at" in params:
        changes["expires_at"] = _expiry(params, tx.now_of(before))
    if before["customer"] is not None and changes.get("customer", before["customer"]) != before["customer"]:
        raise refusals.quote_has_a_customer()
    always = ("expand", "expires_at", "metadata") if before["status"] == "open" else ("expand", "metadata")
    if before["status"] != "draft" and any(name not in always for name in params):
        raise refusals.quote_is_not_a_draft(before["status"])
    return quote_totals.reckoned(tx, tx.put(before, **changes))


def finalize(call: Call) -> Answer:
    """POST /v1/quotes/{quote}/finalize: it is an offer now, to somebody and for something. [documented]"""
    tx, params = call.tx, call.params
    before = addressed(call, "quote")
    if before["status"] != "draft":
        raise refusals.quote_is_not_a_draft(before["status"])
    if before["customer"] is None or not before["_items"]:
        raise refusals.quote_is_not_finished("customer" if before["customer"] is None else "line_items")
    if before["automatic_tax"]["status"] == "requires_location_inputs":  # [inferred: no offer without its tax]
        raise refusals.tax_location_invalid()
    offer_shares.require_fit(before, recurs=any(checkout_items.recurs(tx, item) for item in before["_items"]))
    now = tx.now_of(before)
    customer = tx.read("customer", before["customer"])
    quote = tx.put(
        before,
        expires_at=_expiry(params, now) or before["expires_at"],
        number=f"QT-{customer['invoice_prefix']}-{_number(tx, before)}",
        status="open",
        status_transitions={**before["status_transitions"], "finalized_at": now},
    )
    tx.emit("quote.finalized", quote)
    return quote


def _number(tx: Transaction, quote: Object) -> str:
    """Which of its customer's quotes it is, and in which revision. [documented]"""
    numbers = [row["number"] for row in tx.find("quote", "customer", quote["customer"])]
    known = [number.rsplit("-", 2)[1:] for number in numbers if number is not None]
    origin = quote["from_quote"]
    revised = tx.read("quote", origin["quote"])["number"] if origin and origin["is_revision"] else None
    if revised is None:
        return f"{max((int(one) for one, _ in known), default=0) + 1:04d}-1"
    sequence = revised.rsplit("-", 2)[1]
    return f"{sequence}-{max(int(revision) for one, revision in known if one == sequence) + 1}"


def accept(call: Call) -> Answer:
    """POST /v1/quotes/{quote}/accept: what was offered comes to be. [documented]"""
    tx = call.tx
    before = addressed(call, "quote")
    if before["status"] != "open":
        raise refusals.quote_is_not_open(before["status"])
    moments = {**before["status_transitions"], "accepted_at": tx.now_of(before)}
    quote = tx.put(before, **quote_acceptance.made(tx, before), status="accepted", status_transitions=moments)
    tx.emit("quote.accepted", quote)
    return quote


def cancel(call: Call) -> Answer:
    """POST /v1/quotes/{quote}/cancel."""
    before = addressed(call, "quote")
    if before["status"] not in ("draft", "open"):
        raise refusals.quote_is_over(before["status"])
    return _canceled(call.tx, before)


def _canceled(tx: Transaction, before: Object) -> Object:
    """The offer stands no more."""
    moments = {**before["status_transitions"], "canceled_at": tx.now_of(before)}
    quote = tx.put(before, status="canceled", status_transitions=moments)
    tx.emit("quote.canceled", quote)
    return quote


def alarm(quote: Object) -> int | None:
    """What nobody accepted expires, also before it was offered. [documented]"""
    return int(quote["expires_at"]) if quote["status"] in ("draft", "open") else None


def ring(tx: Transaction, quote: Object) -> None:
    """It has expired: it is canceled. [documented]"""
    _canceled(tx, quote)


def line_items(call: Call) -> Answer:
    """GET /v1/quotes/{quote}/line_items."""
    return Listing(list(addressed(call, "quote")["_items"]))


def upfront_items(call: Call) -> Answer:
    """GET /v1/quotes/{quote}/computed_upfront_line_items."""
    quote = addressed(call, "quote")
    return Listing([item for item in quote["_items"] if item["id"] in quote["_upfront"]])


QUOTES = Resource(
    Kind(
        "quote",
        "qt",
        indexes={"customer": by("customer"), "test_clock": by("test_clock"), "item": checkout_items.ids},
        alarm=alarm,
        ring=ring,
    ),
    {
        "POST /v1/quotes": create,
        "GET /v1/quotes": listing("quote", by={"customer": "customer", "test_clock": "test_clock"}, equal=("status",)),
        "GET /v1/quotes/{quote}": retrieved("quote"),
        "POST /v1/quotes/{quote}": update,
        "POST /v1/quotes/{quote}/finalize": finalize,
        "POST /v1/quotes/{quote}/accept": accept,
        "POST /v1/quotes/{quote}/cancel": cancel,
        "GET /v1/quotes/{quote}/pdf": quote_pdf.download,
        "GET /v1/quotes/{quote}/line_items": line_items,
        "GET /v1/quotes/{quote}/computed_upfront_line_items": upfront_items,
    },
    includes={
        "line_items": lambda tx, quote: checkout_items.listed(tx, quote, f"/v1/quotes/{quote.id}/line_items"),
        **breakdowns.includes("total_details", "computed.recurring.total_details", "computed.upfront.total_details"),
    },
)
