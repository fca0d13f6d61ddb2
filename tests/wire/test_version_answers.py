"""API versions: what older answers say beside the newest, rung by rung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.wire.lowered import LOWERED, invoice
from tests.wire.test_versions import LIFTED, NEWEST, OLDEST, UPDATE

from pinstripe.wire import versions
from pinstripe.wire.forms import Tree


class Kept:
    """A small world for the ladder to look at: one price, one intent and what pays an invoice with it."""

    objects: Mapping[tuple[str, str], Mapping[str, Any]] = {
        ("coupon", "half"): {"id": "half", "object": "coupon", "percent_off": 50},
        ("discount", "di_1"): {"id": "di_1", "object": "discount", "source": {"coupon": "half", "type": "coupon"}},
        ("price", "price_1"): {
            "id": "price_1",
            "object": "price",
            "type": "recurring",
            "recurring": {"interval": "month", "_aggregate_usage": "max"},
        },
        ("plan", "price_1"): {"id": "price_1", "object": "plan"},
        ("tax_rate", "txr_1"): {"id": "txr_1", "object": "tax_rate", "percentage": 20},
        ("payment_method", "pm_named"): {"id": "pm_named", "object": "payment_method", "_named": True},
        ("payment_method", "pm_numbered"): {"id": "pm_numbered", "object": "payment_method", "_named": False},
        ("payment_intent", "pi_1"): {
            "id": "pi_1",
            "object": "payment_intent",
            "latest_charge": "ch_1",
            "_invoice": "in_1",
        },
        ("charge", "ch_1"): {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"},
        ("invoice_payment", "inpay_1"): {
            "invoice": "in_1",
            "is_default": True,
            "payment": {"payment_intent": "pi_1"},
            "status": "paid",
        },
    }

    def one(self, name: str, id_: str) -> Mapping[str, Any] | None:
        """An object as it is kept."""
        return self.objects.get((name, id_))

    def filed(self, name: str, index: str, key: str) -> Sequence[Mapping[str, Any]]:
        """The objects of a kind whose member is this."""
        return [obj for (kind, _), obj in self.objects.items() if kind == name and obj.get(index) == key]

    def shown(self, obj: Mapping[str, Any]) -> Mapping[str, Any]:
        """An object without what nobody is shown."""
        return {key: value for key, value in obj.items() if not key.startswith("_")}


SHORTER = [
    (
        "The amount must be greater than or equal to the minimum charge amount allowed for your account.",
        "This value must be greater than or equal to 1.",
    ),
    (
        "This customer has no attached payment source or default payment method. Please consider adding a default one.",
        "This customer has no attached payment source or default payment method.",
    ),
    ("No such PaymentMethod: 'pm_1'; It's possible that it is elsewhere.", "No such PaymentMethod: 'pm_1'"),
    ("No such customer: 'cus_1'", "No such customer: 'cus_1'"),
]
BEHAVIOR = {
    *("ChangeItemsOneByOne", "MeasurePhasesByDuration", "PreviewInvoices", "NameTheLatestCharge", "ExplainMore"),
    *("MakeCustomersIfRequired", "MakeTheIntentWhenItIsPaid", "SayDiscountsAndShippingInFull", "SellPrices"),
}
"""Rungs with tests of their own below, or in tests/resources/test_checkout_2020.py."""


def test_the_newest_version_climbs_nothing() -> None:
    """At the newest version requests and answers come back as the very same objects."""
    params: dict[str, Tree] = {"billing_cycle_anchor": {"type": "now"}}
    body = {"object": "subscription", "items": {"data": []}}
    assert versions.lift(UPDATE, params, NEWEST) is params
    assert versions.lower(body, NEWEST, Kept()) is body


@pytest.mark.parametrize("rung, version, body, beside", LOWERED)
def test_an_answer_is_lowered(rung: str, version: str, body: dict[str, Any], beside: dict[str, Any]) -> None:
    """What the newest version says another way stands there the older way too, and what came with it stays."""
    assert rung in {type(step).__name__ for step in versions.LADDER.rungs_above(version)}
    lowered = versions.lower(body, version, Kept())
    assert {key: lowered.get(key) for key in beside} == beside
    assert body.keys() <= lowered.keys()


@pytest.mark.parametrize("newest, shorter", SHORTER)
def test_refusals_explained_less(newest: str, shorter: str) -> None:
    """Up to 2020-08-27; from the next release on they say what the newest version says."""
    assert versions.sentence(newest, "2020-08-27") == shorter
    assert versions.sentence(newest, "2022-08-01") == newest


def test_an_intent_held_its_charges() -> None:
    """The newest first, each with its refunds; and in Stripe's order of keys."""
    intent = {"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1"}
    lowered = versions.lower(intent, "2022-08-01", Kept())
    assert list(lowered) == ["id", "object", "charges", "invoice", "latest_charge"]
    assert lowered["charges"]["url"] == "/v1/charges?payment_intent=pi_1"
    (charge,) = lowered["charges"]["data"]
    assert (charge["id"], charge["invoice"], charge["refunds"]["total_count"]) == ("ch_1", "in_1", 0)
    assert "charges" not in versions.lower(intent, "2022-11-15", Kept())


def test_a_preview_had_no_id() -> None:
    """What is upcoming could not be asked for again."""
    preview = invoice(id="upcoming_in_1", status="draft")
    assert "id" not in versions.lower(preview, "2025-02-24.acacia", Kept())
    assert versions.lower(preview, "2025-03-31.basil", Kept())["id"] == "upcoming_in_1"


def test_every_rung_has_a_row_and_says_where_it_is_known_from() -> None:
    """No change goes untested, and its docstring names its source."""
    rungs = versions.LADDER.rungs_above(OLDEST)
    tested = {row[0] for row in LIFTED} | {row[0] for row in LOWERED} | BEHAVIOR
    assert {type(rung).__name__ for rung in rungs} == tested
    for rung in rungs:
        assert any(mark in (type(rung).__doc__ or "") for mark in ("[documented", "[recorded")), type(rung).__name__


@pytest.mark.parametrize("version", versions.SERVED)
def test_additions_show_at_every_version(version: str) -> None:
    """What Stripe only added belongs to the day of the call: a key from December 2025 shows at any earlier version."""
    body = {"id": "pm_1", "object": "payment_method", "customer_account": None}
    assert versions.lower(body, version, Kept()) == body


# --- how the ladder climbs, shown with changes that were never made -------------------------------------------------
