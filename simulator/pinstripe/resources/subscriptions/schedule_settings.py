"""What holds in every phase of a schedule that does not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe.resources.params import Params
from pinstripe.resources.payment_methods import payment_methods
from pinstripe.world import Object, Transaction

SETTINGS: Mapping[str, Any] = {
    "application_fee_percent": None,
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_cycle_anchor": "automatic",
    "billing_thresholds": None,
    "collection_method": "charge_automatically",
    "default_payment_method": None,
    "description": None,
    "invoice_settings": {
        "account_tax_ids": None,
        "custom_fields": None,
        "days_until_due": None,
        "description": None,
        "footer": None,
        "issuer": {"type": "self"},
    },
    "on_behalf_of": None,
    "transfer_data": None,
}
"""What holds in every phase that does not say otherwise. [documented]"""


def settled(tx: Transaction, given: Params, customer: Object, known: Mapping[str, Any]) -> dict[str, Any]:
    """The default settings after a request."""
    settings = {**known, **given.pick("billing_cycle_anchor", "collection_method", "description")}
    if "default_payment_method" in given:
        id_ = given.get("default_payment_method")
        name = given.name("default_payment_method")
        settings["default_payment_method"] = id_ and payment_methods.of_customer(tx, id_, customer, name).id
    said = given.hash("invoice_settings").pick("days_until_due")
    return {**settings, "invoice_settings": {**known["invoice_settings"], **said}}
