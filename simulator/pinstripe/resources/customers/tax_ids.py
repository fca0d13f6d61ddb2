"""Tax ids of customers and of the account: kept, shown on invoices, and verified as Stripe's test mode does.

Stripe asks European, British and Australian registers whether a number exists, and takes a while for it: it begins
`pending`. [documented] In test mode 000000000 turns out verified, 111111111 unverified; any other number stays
pending. [documented: the two; inferred: the rest] A register's answer comes with the next move of the clock. [inferred]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import tax_id_formats
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Listing, Resource, addressed, deleted, list_object, named, shaped
from pinstripe.world import Kind, Object, Transaction
from pinstripe.world.kinds import by

MOST = 5
"""Tax ids of one customer. [documented]"""

VERIFIED_TYPES = frozenset({"au_abn", "eu_vat", "gb_vat"})
"""The types Stripe verifies. [documented]"""

OUTCOMES = {"000000000": "verified", "111111111": "unverified"}
"""What comes of the magic numbers. [documented]"""


def make(tx: Transaction, customer: Object | None, type_: str, value: str, param: str) -> Object:
    """A new tax id of a customer, or of the account."""
    if not tax_id_formats.fits(type_, value):
        raise refusals.tax_id_invalid(type_, param)
    if customer is not None and len(tx.find("tax_id", "customer", customer.id)) >= MOST:
        raise refusals.too_many_tax_ids(MOST)
    owner = {"customer_account": None, "type": "self"}
    if customer is not None:
        owner = {"customer": customer.id, "customer_account": None, "type": "customer"}
    verifies = customer is not None and type_ in VERIFIED_TYPES
    status = "pending" if verifies else "unavailable"
    tax_id = tx.new(
        "tax_id",
        {
            "country": _country(type_, value),
            "created": tx.now(),
            "customer": None if customer is None else customer.id,
            "customer_account": None,
            "livemode": False,
            "owner": owner,
            "type": type_,
            "value": value,
            "verification": customer and {"status": status, "verified_address": None, "verified_name": None},
            "_outcome": OUTCOMES.get(_digits(value)) if verifies else None,
        },
    )
    if customer is not None:
        tx.emit("customer.tax_id.created", tax_id)
    return tax_id


def _digits(value: str) -> str:
    """The number without its country and its spaces."""
    return "".join(letter for letter in value if letter.isdigit())


def _country(type_: str, value: str) -> str | None:
    """The country a type belongs to; a European number says its own. [documented by the samples]"""
    if type_ == "eu_vat":
        prefix = value.strip()[:2].upper()
        return {"EL": "GR"}.get(prefix, prefix) if prefix.isalpha() else None
    return None if type_ == "eu_oss_vat" else type_.partition("_")[0].upper()


def given(tx: Transaction, rows: Sequence[Params], customer: Object) -> None:
    """`tax_id_data` of a new customer."""
    for row in rows:
        make(tx, customer, row.get("type"), row.get("value"), row.name("value"))


def of_account(tx: Transaction, params: Params) -> dict[str, Any]:
    """`account_tax_ids`, if a request names them: the account's own, which its invoices show. [documented]"""
    if "account_tax_ids" not in params:
        return {}
    ids = params.get("account_tax_ids")
    for place, id_ in enumerate(ids or ()):
        param = f"{params.name('account_tax_ids')}[{place}]"
        if named(tx, "tax_id", id_, param)["customer"] is not None:
            raise errors.no_such("tax_id", id_, param=param)
    return {"account_tax_ids": ids or None}


def create_of_customer(call: Call) -> Answer:
    """POST /v1/customers/{customer}/tax_ids."""
    customer = addressed(call, "customer", param="customer")
    return make(call.tx, customer, call.params.get("type"), call.params.get("value"), "value")


def create(call: Call) -> Answer:
    """POST /v1/tax_ids: of a customer or of the account itself."""
    return make(call.tx, _owner(call), call.params.get("type"), call.params.get("value"), "value")


def _owner(call: Call) -> Object | None:
    """The customer the request names; None for the account itself."""
    owner = call.params.hash("owner")
    type_ = owner.get("type", "self")
    if type_ not in ("self", "customer"):
        raise errors.unsupported_parameter(call.operation, "owner[type]", f" with the value {type_}")
    if type_ == "self":
        return None
    if "customer" not in owner:
        raise errors.missing_parameter("owner[customer]")
    return named(call.tx, "customer", owner.get("customer"), "owner[customer]")


def _addressed(call: Call) -> Object:
    """The tax id in the path, below its customer if one is named."""
    tax_id = call.tx.get("tax_id", call.path["id"])
    if tax_id is None or call.path.get("customer", tax_id["customer"]) != tax_id["customer"]:
        raise errors.no_such("tax_id", call.path["id"], param="id", in_path=True)
    return tax_id


def delete(call: Call) -> Answer:
    """DELETE a tax id."""
    tax_id = _addressed(call)
    call.tx.delete(tax_id)
    if tax_id["customer"] is not None:
        call.tx.emit("customer.tax_id.deleted", tax_id)
    return deleted(tax_id)


def list_of_customer(call: Call) -> Answer:
    """GET /v1/customers/{customer}/tax_ids."""
    customer = addressed(call, "customer", param="customer")
    return Listing(list(reversed(call.tx.find("tax_id", "customer", customer.id))))


def list_all(call: Call) -> Answer:
    """GET /v1/tax_ids: the account's own unless a customer is named. [documented]"""
    owner = _owner(call)
    wanted = None if owner is None else owner.id
    rows = [tax_id for tax_id in call.tx.all("tax_id") if tax_id["customer"] == wanted]
    return Listing(rows)


def alarm(tax_id: Object) -> int | None:
    """When the register answers."""
    return None if tax_id["_outcome"] is None else int(tax_id["created"])


def ring(tx: Transaction, tax_id: Object) -> None:
    """The register has answered."""
    verification = {**tax_id["verification"], "status": tax_id["_outcome"]}
    after = tx.put(tax_id, verification=verification, _outcome=None)
    tx.emit("customer.tax_id.updated", after, before=tax_id)


def of_customer(tx: Transaction, customer: Object) -> dict[str, Any]:
    """The tax ids of a customer, which show only when asked for. [recorded]"""
    rows = [shaped("tax_id", tax_id) for tax_id in reversed(tx.find("tax_id", "customer", customer.id))]
    return list_object(f"/v1/customers/{customer.id}/tax_ids", rows)


def on_invoice(tx: Transaction, customer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tax ids as an invoice keeps them. [documented]"""
    return [{"type": row["type"], "value": row["value"]} for row in tx.find("tax_id", "customer", customer["id"])]


TAX_IDS = Resource(
    Kind("tax_id", "txi", indexes={"customer": by("customer")}, alarm=alarm, ring=ring),
    {
        "POST /v1/customers/{customer}/tax_ids": create_of_customer,
        "GET /v1/customers/{customer}/tax_ids": list_of_customer,
        "GET /v1/customers/{customer}/tax_ids/{id}": _addressed,
        "DELETE /v1/customers/{customer}/tax_ids/{id}": delete,
        "POST /v1/tax_ids": create,
        "GET /v1/tax_ids": list_all,
        "GET /v1/tax_ids/{id}": _addressed,
        "DELETE /v1/tax_ids/{id}": delete,
    },
)
