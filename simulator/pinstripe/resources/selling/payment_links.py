"""Payment links: a page that anybody may open; each opening makes a Checkout Session of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.connect import offer_shares
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Resource, listing, merged_metadata
from pinstripe.resources.resource import addressed as object_at
from pinstripe.resources.selling import (
    addresses,
    checkout,
    checkout_amounts,
    checkout_completion,
    checkout_invoices,
    checkout_items,
    checkout_members,
    checkout_shipping,
    link_parameters,
)
from pinstripe.resources.selling.asking import ask
from pinstripe.resources.taxes import automatic_tax
from pinstripe.resources.usage import usage_records
from pinstripe.world import Kind, Object, Transaction
from pinstripe_contracts import shape

PATH = "/v1/payment_links"
NOWHERE = "https://stripe.com"
"""Where a session of a link leads when the link does not redirect. [second-hand]"""

PLAIN = (
    "after_completion",
    "allow_promotion_codes",
    "billing_address_collection",
    "consent_collection",
    "custom_fields",
    "custom_text",
    "customer_creation",
    "inactive_message",
    "name_collection",
    "payment_intent_data",
    "payment_method_collection",
    "payment_method_options",
    "payment_method_types",
    "phone_number_collection",
    "restrictions",
    "shipping_address_collection",
    "submit_type",
    "subscription_data",
    "tax_id_collection",
)
"""Members that are kept as given."""

STARTS: Mapping[str, Any] = {
    "active": True,
    "allow_promotion_codes": False,
    "automatic_tax": {"enabled": False, "liability": None},
    "billing_address_collection": "auto",
    "custom_fields": [],
    "custom_text": {},
    "payment_method_collection": "always",
    "phone_number_collection": {"enabled": False},
    "restrictions": None,
    "submit_type": "auto",
    "subscription_data": {
        "invoice_settings": {"issuer": {"type": "self"}},
        "metadata": {},
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    },
    "tax_id_collection": {"enabled": False, "required": "never"},
}
"""What a link is when nothing is said. [second-hand]"""


def create(call: Call) -> Answer:
    """POST /v1/payment_links. What its sessions would refuse is refused here, by opening it once in rehearsal."""
    tx, params = call.tx, call.params
    rows = params.hashes("line_items")
    recurs = any(_recurs(tx, row) for row in rows)
    selling = "subscription" if recurs else "payment"
    usage_records.require_sellable(call, [*rows, *params.hashes("optional_items")])
    items = checkout_items.read(tx, rows, selling, sold_again=True, currency=params.get("currency"))
    if not items:
        raise errors.missing_parameter("line_items")
    checkout_amounts.refuse_beside(params, items)
    id_ = tx.new_id("plink")
    host = f"{tx.world.pages}/b" if tx.world.pages else "https://buy.stripe.com"
    token = tx.world.seed.secret(id_, 24)
    mode = "subscription" if recurs else "payment"
    currency = items[0]["currency"]
    starts = {**STARTS, "customer_creation": "always" if recurs else "if_required"}
    link = tx.new(
        "payment_link",
        {
            **offer_shares.NOTHING,
            **making.filled(_said(call, {}), starts),
            **checkout_items.optional(call, mode, currency),
            "currency": currency,
            "invoice_creation": checkout_invoices.creation(call, mode),
            "livemode": False,
            "metadata": merged_metadata({}, params),
            "shipping_options": checkout_shipping.read(call, mode, currency),
            "url": f"{host}/test_{token}",
            "_classic": params.get("_classic") is not None,  # said by versions whose subscriptions are
            "_items": items,
            "_mode": mode,
        },
        id=id_,
    )
    offer_shares.require_fit(link, recurs=recurs)
    open_page(checkout.rehearsal(tx), link)
    tx.emit("payment_link.created", link)
    return link


def _recurs(tx: Transaction, row: Params) -> bool:
    """Whether a row sells something that recurs; what it names need not exist."""
    if row.peek("price_data"):
        return bool(row.peek("price_data").get("recurring"))
    price = tx.get("price", row.peek("price") or "")
    return price is not None and price["recurring"] is not None


def _said(call: Call, before: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of the link, in the link's words, over what it was."""
    redirect = (call.params.peek("after_completion") or {}).get("redirect") or {}
    addresses.require(Params(redirect, "after_completion[redirect]"), "url")
    said = checkout_members.plain(call, PLAIN, "payment_link") | checkout_members.managed(call)
    enabled = automatic_tax.asked(call.tx, call.params, call.operation)
    if enabled is not None:
        said["automatic_tax"] = automatic_tax.member(enabled, automatic_tax.OF_LINKS)
    if "after_completion" in said:
        kind = said["after_completion"]["type"]
        if kind == "redirect" and "redirect" not in said["after_completion"]:
            raise errors.missing_parameter("after_completion[redirect]")
        if kind == "hosted_confirmation":
            said["after_completion"].setdefault("hosted_confirmation", {"custom_message": None})
    elif not before:
        said["after_completion"] = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": None}}
    if said.get("restrictions"):
        count = ((before.get("restrictions") or {}).get("completed_sessions") or {}).get("count", 0)
        said["restrictions"] = {"completed_sessions": {**said["restrictions"]["completed_sessions"], "count": count}}
    said |= offer_shares.said(call.tx, call.params, before, ("amount",))
    if said.get("payment_intent_data"):
        said["payment_intent_data"] = making.filled(said["payment_intent_data"], {"metadata": {}})
    return said


def update(call: Call) -> Answer:
    """POST /v1/payment_links/{payment_link}; what it sells stays, and how many of it may change. [documented]"""
    tx, params = call.tx, call.params
    before = object_at(call, "payment_link", param="payment_link")
    checkout_amounts.refuse_beside(params, before["_items"])
    said = making.merge(before, {**_said(call, before), **params.pick("active")}, shape("payment_link"))
    mode, currency = before["_mode"], before["currency"]
    if "invoice_creation" in params:
        said["invoice_creation"] = checkout_invoices.creation(call, mode)
    if "optional_items" in params:
        said |= checkout_items.optional(call, mode, currency)
    if "shipping_options" in params:
        said["shipping_options"] = checkout_shipping.read(call, mode, currency)
    said["metadata"] = merged_metadata(before["metadata"], params)
    said["_items"] = [_changed(params, item) for item in before["_items"]]
    link = tx.put(before, **{name: value for name, value in said.items() if name not in ("id", "object")})
    offer_shares.require_fit(link, recurs=link["_mode"] == "subscription")
    for row in params.hashes("line_items"):
        if row.peek("id") not in {item["id"] for item in before["_items"]}:
            raise errors.no_such("item", row.peek("id"), param=row.name("id"))
    tx.emit("payment_link.updated", link, before=before)
    return link


def _changed(params: Params, item: Object) -> Object:
    """One item with another quantity."""
    for row in params.hashes("line_items"):
        if row.get("id") == item["id"]:
            return checkout_items.requantified(item, row)
    return item


def line_items(call: Call) -> Answer:
    """GET /v1/payment_links/{payment_link}/line_items."""
    return checkout_items.list_all(call, object_at(call, "payment_link", param="payment_link"))


def open_page(tx: Transaction, link: Object, said: Mapping[str, str] | None = None) -> Object:
    """Somebody opens the link: a session of its own, with the link's terms and metadata. [documented]

    `said` is what the address says besides: see link_parameters.py.
    """
    said = said or {}
    if not link["active"]:
        raise refusals.link_is_inactive(link.id)
    checkout_completion.require_room(link)
    subscribes = link["_mode"] == "subscription"
    url = (link["after_completion"].get("redirect") or {}).get("url", NOWHERE)
    same = ("billing_address_collection", "consent_collection", "custom_fields", "custom_text", "name_collection")
    too = ("phone_number_collection", "shipping_address_collection", "submit_type", "tax_id_collection")
    session = ask(
        tx,
        f"POST {checkout.PATH}",
        checkout.create,
        {
            **link_parameters.asked(said),
            **{name: _thawed(link.get(name)) for name in (*same, *too)},
            "allow_promotion_codes": link["allow_promotion_codes"],
            "automatic_tax": {"enabled": True} if automatic_tax.wants(link) else None,
            "currency": link["currency"],
            "allowed_payment_method_types": _thawed(link.get("payment_method_types")),
            "cancel_url": NOWHERE,
            "customer_creation": None if subscribes else link["customer_creation"],
            "invoice_creation": None if subscribes else _invoice_creation(link["invoice_creation"]),
            "line_items": [_row(item) for item in link["_items"]],
            "metadata": link["metadata"],
            "mode": link["_mode"],
            "optional_items": [_row(offer) for offer in link.get("optional_items") or ()] or None,
            "payment_intent_data": None if subscribes else _payment_data(link),
            "payment_method_collection": link["payment_method_collection"] if subscribes else None,
            "payment_method_options": _thawed(link.get("payment_method_options")),
            "shipping_options": [{"shipping_rate": row["shipping_rate"]} for row in link["shipping_options"]] or None,
            "subscription_data": _subscription_data(link) if subscribes else None,
            "success_url": url,
        },
    )
    return link_parameters.applied(tx, tx.put(session, payment_link=link.id), said)


def _invoice_creation(creation: Mapping[str, Any]) -> dict[str, Any] | None:
    """`invoice_creation` as a session's request says it."""
    if not creation["enabled"]:
        return None
    data = {name: value for name, value in _thawed(creation["invoice_data"]).items() if value}
    data.get("rendering_options", {}).pop("template", None)
    return {"enabled": True, **({"invoice_data": data} if data else {})}


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a session's request names it."""
    row = {"adjustable_quantity": item["adjustable_quantity"], "price": item["price"], "quantity": item["quantity"]}
    return {name: _thawed(value) for name, value in row.items() if value is not None}


def _payment_data(link: Object) -> dict[str, Any] | None:
    """The terms of the payment, and how it is shared."""
    shared = offer_shares.of_sale(link, recurs=False)
    return {**(_thawed(link.get("payment_intent_data")) or {}), **shared} or None


def _subscription_data(link: Object) -> dict[str, Any]:
    """The terms of the subscription; those that are as always go without saying."""
    data = _thawed(link["subscription_data"])
    mode = {"billing_mode": {"type": "classic"}} if link["_classic"] else {}
    return {
        name: value for name, value in data.items() if value not in (None, {}, STARTS["subscription_data"].get(name))
    } | {**offer_shares.of_sale(link, recurs=True), **mode}


def _thawed(value: Any) -> Any:
    """A value as a request brings it: what is null was never said."""
    if isinstance(value, Mapping):
        return {name: _thawed(inner) for name, inner in value.items() if inner is not None}
    return [_thawed(inner) for inner in value] if isinstance(value, tuple | list) else value


LINKS = Resource(
    Kind("payment_link", "plink"),
    {
        f"POST {PATH}": create,
        f"GET {PATH}": listing("payment_link", equal=("active",)),
        f"GET {PATH}/{{payment_link}}": lambda call: object_at(call, "payment_link", param="payment_link"),
        f"POST {PATH}/{{payment_link}}": update,
        f"GET {PATH}/{{payment_link}}/line_items": line_items,
    },
    includes={"line_items": lambda tx, row: checkout_items.listed(tx, row, f"{PATH}/{row.id}/line_items")},
)
