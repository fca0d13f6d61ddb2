"""Every operation asked at older versions: whatever it answers fits the types of the SDK of that time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from pinstripe_contracts import older, operations, shape
from pinstripe_contracts.conformance import conforms
from pinstripe_contracts.types import Hash
from tests.surface.driver import Driver
from tests.surface.tables import TABLES

INCLUDABLE = "There only when `expand` asks for it, which older declarations could not say."
LOOSER = "A later release declares it optional or nullable, and no changelog tells of a change."
PREVIEW = "An upcoming invoice had no id, and its type was that of an invoice without it."
KNOWN: Mapping[str, Mapping[str, str]] = {
    "account": {
        "business_profile: missing": LOOSER,
        "business_profile.annual_revenue: missing": LOOSER,
        "business_profile.estimated_worker_count: missing": LOOSER,
        "settings: missing": LOOSER,
        "settings.bacs_debit_payments.display_name: null": LOOSER,
    },
    "apps.secret": {"payload: missing": INCLUDABLE},
    "billing.alert": {"filter: missing": LOOSER, "usage_threshold_config: missing": LOOSER},
    "billing_portal.configuration": {"features.subscription_update.products: missing": INCLUDABLE},
    "checkout.session": {"cancel_url: null": LOOSER},
    "identity.verification_session": {"verified_outputs: missing": INCLUDABLE},
    "invoice": {"id: missing": PREVIEW},
    "issuing.authorization": {"transactions[0].purchase_details: missing": INCLUDABLE},
    "issuing.transaction": {"purchase_details: missing": INCLUDABLE},
    "tax.calculation": {"line_items: missing": INCLUDABLE},
    "tax.calculation_line_item": {"tax_breakdown: missing": INCLUDABLE},
    "tax.transaction": {"line_items: missing": INCLUDABLE},
    "terminal.configuration": {"tipping.usd.percentages: missing": LOOSER},
    "topup": {"source: null": LOOSER},
    "treasury.financial_account": {"platform_restrictions: missing": LOOSER},
    "treasury.received_credit": {"linked_flows.source_flow_details: missing": INCLUDABLE},
    "treasury.transaction": {"entries: missing": INCLUDABLE, "flow_details: missing": INCLUDABLE},
    "treasury.transaction_entry": {"flow_details: missing": INCLUDABLE},
}
"""What answers have other than an older SDK declares, and why that is right."""


def told(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in an answer, those inside others too."""
    if isinstance(value, Mapping):
        if isinstance(value.get("object"), str) and not value.get("deleted"):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from told(inner)


def resolve(name: str, release: str) -> Hash:
    """An object by its name, at the release if it was declared there, else the newest."""
    return older.promised(name, release) or shape(name)


@pytest.mark.parametrize("release", ["2020-08-27", "2024-06-20", "2025-02-24.acacia"])
def test_answers_fit_the_types_of_their_time(release: str) -> None:
    """Nothing is missing, null or of another type than the SDK declares; what came later is no violation."""
    known, wrong, answered = set(older.objects(release)), defaultdict(list), 0
    for operation in operations():
        if operation.path.startswith("/v2/"):
            continue  # API v2 began with acacia, and nothing of it has changed since.
        try:
            answer = Driver(TABLES, version=release).fairly(operation)
        except LookupError:
            continue  # What leads there was not to be had at the time.
        if answer.status >= 300:
            continue
        answered += 1
        for body in told(answer.body):
            name = body["object"]
            if name in known:
                rows = conforms(body, resolve(name, release), partial(resolve, release=release))
                for row in rows:
                    if not row.endswith(": unknown") and row not in KNOWN.get(name, {}):
                        wrong[f"{name} {row}"].append(operation.name)
    assert not wrong
    assert answered > 480
