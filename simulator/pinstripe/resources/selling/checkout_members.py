"""What a Checkout Session is before anything is bought: what the request said, and Stripe's defaults for its mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.customers import emails
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call
from pinstripe.resources.selling import addresses, checkout_invoices
from pinstripe.world import Object, Transaction
from pinstripe_contracts import shape

PLAIN = (
    "adaptive_pricing",
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "branding_settings",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "custom_fields",
    "custom_text",
    "excluded_payment_method_types",
    "integration_identifier",
    "locale",
    "name_collection",
    "origin_context",
    "permissions",
    "phone_number_collection",
    "redirect_on_completion",
    "return_url",
    "shipping_address_collection",
    "submit_type",
    "success_url",
    "tax_id_collection",
    "wallet_options",
)
"""Members that are kept as given; they say what the page asks for and how it looks."""

STARTS: Mapping[str, Any] = {
    "adaptive_pricing": {"enabled": False},
    "branding_settings": {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#0074d4",
        "display_name": "pinstripe",
        "font_family": "default",
        "icon": None,
        "logo": None,
    },
    "custom_fields": [],
    "custom_text": {},
    "phone_number_collection": {"enabled": False},
}
"""What these are when nothing is said. [recorded]"""

NOBODY = {"business_name": None, "individual_name": None, "shipping_details": None}


def plain(call: Call, names: Iterable[str], form: str) -> dict[str, Any]:
    """The members that are kept as given, each checked against its place in the shape."""
    given = Params({name: call.params.get(name) for name in names if name in call.params})
    members = making.members_of(call, given, shape(form))
    for name in given.unread():
        raise errors.unsupported_parameter(call.operation, name)
    for index, row in enumerate(members.get("custom_fields", [])):
        if row["type"] == "dropdown" and "dropdown" not in row:  # whose options must be said [inferred: the refusal]
            raise errors.missing_parameter(f"custom_fields[{index}][dropdown]")
    fields = [{"optional": False, row["type"]: {}, **row} for row in members.get("custom_fields", [])]
    _require_fields(fields)
    asked = {who: {"optional": False, **said} for who, said in (members.get("name_collection") or {}).items()}
    return {
        **members,
        **({"custom_fields": fields} if fields else {}),
        **({"name_collection": asked} if asked else {}),
    }


def _require_fields(fields: Sequence[Mapping[str, Any]]) -> None:
    """Each field of a page is known by its key. [documented]"""
    keys = [field["key"] for field in fields]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise refusals.custom_field_twice(f"custom_fields[{index}][key]", key)


def given(call: Call) -> dict[str, Any]:
    """What a request says of the page, over what it is when nothing is said."""
    members = making.filled(plain(call, PLAIN, "checkout.session"), STARTS)
    for name, filling in _FILLINGS.items():
        if members.get(name):
            members[name] = making.filled(members[name], filling)
    return members


def managed(call: Call) -> dict[str, Any]:
    """Whether Stripe sells in its own name, which is not modelled; nothing where nothing is said."""
    given = call.params.hash("managed_payments")
    if given.get("enabled"):
        raise errors.unsupported_parameter(call.operation, given.name("enabled"))
    return {"managed_payments": {"enabled": False}} if given else {}


_FILLINGS: Mapping[str, Mapping[str, Any]] = {
    "after_expiration": {"recovery": {"allow_promotion_codes": False, "expires_at": None, "url": None}},
    "tax_id_collection": {"required": "never"},
}
"""Members of hashes that have a value of their own where the hash was given without them. [documented]"""


def of_mode(call: Call, mode: str, customer: Object | None) -> dict[str, Any]:
    """The members that depend on what the session is for."""
    params = call.params
    for name in NOT_IN[mode]:
        if name in params:
            raise refusals.not_in_mode(name, mode)
    if "customer_creation" in params and customer is not None:
        raise errors.only_one_parameter(["customer", "customer_creation"], "customer_creation")
    creation = params.get("customer_creation")
    collection = params.get("payment_method_collection")
    usual = {"payment": "if_required", "subscription": "always", "setup": "if_required"}[mode]
    paying = mode != "setup"
    return {
        "customer_creation": None if customer else creation or usual,
        "invoice_creation": checkout_invoices.creation(call, mode),
        "payment_method_collection": "if_required" if mode == "payment" else collection or "always",
        "payment_status": "unpaid" if paying else "no_payment_required",
    }


NOT_IN: Mapping[str, tuple[str, ...]] = {
    "payment": ("subscription_data", "setup_intent_data", "payment_method_collection"),
    "setup": (
        "custom_fields",
        "discounts",
        "line_items",
        "optional_items",
        "payment_intent_data",
        "payment_method_collection",
        "saved_payment_method_options",
        "subscription_data",
    ),
    "subscription": ("customer_creation", "payment_intent_data", "setup_intent_data"),
}
"""Parameters that another mode has. [documented]"""


def of_page(call: Call, session_id: str) -> dict[str, Any]:
    """Where the customer pays: on Stripe's page, or on the caller's own, which wants a secret. [documented]"""
    params, tx = call.params, call.tx
    addresses.require(params, "success_url", "cancel_url", "return_url")
    ui_mode = params.get("ui_mode") or "hosted_page"
    if ui_mode == "hosted_page":
        if "success_url" not in params:
            raise errors.missing_parameter("success_url")
        for name in ("return_url", "redirect_on_completion"):
            if name in params:
                raise refusals.not_in_ui_mode(name, ui_mode)
        return {"ui_mode": ui_mode, "client_secret": None, "_open": True}
    for name in ("success_url", "cancel_url"):
        if name in params:
            raise refusals.not_in_ui_mode(name, ui_mode)
    redirect = params.get("redirect_on_completion") or "always"
    if "return_url" not in params and redirect != "never" and ui_mode != "elements":
        raise errors.missing_parameter("return_url")
    secret = f"{session_id}_secret_{tx.world.seed.secret(session_id, 50)}"
    return {"ui_mode": ui_mode, "client_secret": secret, "redirect_on_completion": redirect}


def of_buyer(call: Call, customer: Object | None, mode: str) -> dict[str, Any]:
    """Who buys, as far as it is known. [recorded for setup; second-hand for an email alone]"""
    if customer is not None and "customer_email" in call.params:
        raise errors.only_one_parameter(["customer", "customer_email"], "customer_email")
    emails.require(call.params, "customer_email")
    email = call.params.get("customer_email") if customer is None else customer["email"]
    known = customer is not None or email is not None
    return {
        "collected_information": NOBODY if customer else None,
        "customer": None if customer is None else customer.id,
        "customer_details": details(email=email, tax_exempt=None if mode == "setup" else "none") if known else None,
        "customer_email": None if customer is not None else email,
    }


def details(**said: Any) -> dict[str, Any]:
    """`customer_details` with every member named."""
    names = ("address", "business_name", "email", "individual_name", "name", "phone", "tax_exempt", "tax_ids")
    return {**dict.fromkeys(names), **said}


def session_id(tx: Transaction, items: int, *, takes_codes: bool) -> str:
    """An id of 66 characters.

    [recorded: `a1` with one item, `b1` where codes may be entered, `c1` without items; inferred: `b1` with several]
    """
    kind = "c" if items == 0 else "a" if items == 1 and not takes_codes else "b"
    return f"cs_test_{kind}1{tx.world.seed.secret(tx.new_id('cs'), 56)}"
