"""What basil changed about invoices: how they are paid, what made them, and how the next one is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.basil_lines import tax_amounts
from pinstripe.wire.versions.ladder import Descent, Members, OlderOperation, Rung
from pinstripe_contracts.types import Field, Hash, Scalar

PREVIEW = "POST /v1/invoices/create_preview"


class PayInvoicesByInvoicePayments(Rung):
    """An invoice can have several payments, which are objects; before, it had one intent, and its latest charge.

    A draft had neither. Intents and charges named their invoice. [documented: changelog of 2025-03-31.basil; recorded:
    invoices, intents and charges from 2020-08-27 to 2025-02-24.acacia]
    """

    objects = frozenset({"invoice", "payment_intent", "charge"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The intent, the charge and whether it is paid; or of an intent and a charge the invoice."""
        if members["object"] != "invoice":
            return {**members, "invoice": self._invoice_of(members, descent)}
        payments = [] if members["status"] == "draft" else descent.filed("invoice_payment", "invoice", members["id"])
        intents = [payment for payment in payments if payment["payment"].get("payment_intent")]
        own = next((payment for payment in intents if payment["is_default"]), intents[-1] if intents else None)
        intent = None if own is None else own["payment"]["payment_intent"]
        charge = None
        if members["attempted"]:
            charge = (descent.one("payment_intent", intent) or {}).get("latest_charge")
        paid = members["status"] == "paid"
        came = any(payment["status"] == "paid" for payment in payments)
        return {
            **members,
            "charge": charge,
            "paid": paid,
            "paid_out_of_band": paid and members["amount_paid"] > 0 and not came,
            "payment_intent": intent,
        }

    def _invoice_of(self, members: Members, descent: Descent) -> str | None:
        """The invoice that an intent, or the intent of a charge, is to pay."""
        is_intent = members["object"] == "payment_intent"
        kept = descent.one("payment_intent", members["id"] if is_intent else _id(members.get("payment_intent")))
        return None if kept is None else kept.get("_invoice")


class GiveInvoicesAParent(Rung):
    """An invoice says in `parent` what made it; before, in `subscription`, `subscription_details` and `quote`.

    [documented: changelog of 2025-03-31.basil; recorded: invoices from 2020-08-27 to 2025-02-24.acacia]
    """

    objects = frozenset({"invoice"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The maker in members of its own, and how the invoice is shared, which shows on its payment since."""
        kept = descent.one("invoice", str(members.get("id"))) or {}
        fee, data = kept.get("_application_fee_amount"), kept.get("_transfer_data")
        intent = descent.one("payment_intent", kept.get("_intent"))
        if intent is not None:
            fee, data = intent.get("application_fee_amount"), intent.get("transfer_data")
        parent = members.get("parent") or {}
        made = parent.get("subscription_details") or {}
        date = made.get("subscription_proration_date")
        return {
            **members,
            "application_fee_amount": fee,
            "quote": (parent.get("quote_details") or {}).get("quote"),
            "subscription": made.get("subscription"),
            "subscription_details": {"metadata": made.get("metadata")},
            **({} if date is None else {"subscription_proration_date": date}),
            "transfer_data": data and {"amount": data.get("amount"), "destination": data["destination"]},
        }


class NameTaxesOfInvoices(Rung):
    """An invoice's taxes come in `total_taxes`; before, in `total_tax_amounts`, and as one sum in `tax`.

    Null where no rate applies. [documented: changelog of 2025-03-31.basil; recorded: null without rates]
    """

    objects = frozenset({"invoice"})

    def reshaped(self, members: Members) -> Members:
        """The taxes in the older words."""
        taxes = members.get("total_taxes") or []
        total = sum(tax["amount"] for tax in taxes) if taxes else None
        return {**members, "tax": total, "total_tax_amounts": tax_amounts(taxes)}


class PreviewInvoices(Rung):
    """The next invoice is made by `create_preview` and has an id; before, it was looked up as `upcoming` and had none.

    [documented: changelog of 2025-03-31.basil; SDK types of the time: everything of an invoice but its id]
    """

    objects = frozenset({"invoice"})

    def reshaped(self, members: Members) -> Members:
        """A preview without its id."""
        if not str(members.get("id", "")).startswith("upcoming_in_"):
            return members
        return {key: value for key, value in members.items() if key != "id"}

    def param(self, operation: str, name: str) -> str:
        """A parameter of `subscription_details` under its old name."""
        head, *rest = name.split("[")
        if operation != PREVIEW or head != "subscription_details" or not rest:
            return name
        return "[".join((f"subscription_{rest[0].rstrip(']')}", *rest[1:]))


UPCOMING = "GET /v1/invoices/upcoming"
DETAILS = {
    f"subscription_{name}": name
    for name in (
        "billing_cycle_anchor",
        "cancel_at",
        "cancel_at_period_end",
        "cancel_now",
        "default_tax_rates",
        "items",
        "proration_behavior",
        "proration_date",
        "resume_at",
        "start_date",
        "trial_end",
    )
}
"""The members of `subscription_details`, by the parameters they once were. [SDK types of 2024-06-20]"""


def preview(params: Mapping[str, Tree], _: Mapping[str, str]) -> Mapping[str, Tree]:
    """What was asked of the upcoming invoice, as a preview is asked for."""
    for name in ("subscription_trial_from_plan", "subscription_prorate"):
        if name in params:
            raise errors.unsupported_parameter(UPCOMING, name)
    lifted = {key: value for key, value in params.items() if key not in DETAILS}
    given = {DETAILS[key]: value for key, value in params.items() if key in DETAILS}
    details = lifted.get("subscription_details")
    if given:
        lifted["subscription_details"] = {**(details if isinstance(details, dict) else {}), **given}
    return lifted


PAGED = {"ending_before": "str", "limit": "int", "starting_after": "str"}
REMOVED = (
    OlderOperation("GET", "/v1/invoices/upcoming", "invoice", served_by=PREVIEW, translate=preview),
    OlderOperation(
        "GET",
        "/v1/invoices/upcoming/lines",
        "line_item",
        served_by=PREVIEW,
        translate=preview,
        params=Hash({name: Field(Scalar(kind), required=False) for name, kind in PAGED.items()}),
    ),
)
RUNGS: tuple[Rung, ...] = (
    PayInvoicesByInvoicePayments(),
    GiveInvoicesAParent(),
    NameTaxesOfInvoices(),
    PreviewInvoices(),
)


def _id(given: object) -> str | None:
    """The id of an object that may stand there whole."""
    return given if isinstance(given, str) else given["id"] if isinstance(given, Mapping) else None
