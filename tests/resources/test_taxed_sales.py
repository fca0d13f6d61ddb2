"""What one sale by a seller in Berlin is taxed with automatic tax, case by case, each worked out by hand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.resources.taxed import BERLIN, ON, PARIS, Taxed


@dataclass(frozen=True, slots=True)
class Case:
    """One sale of a monthly price by a seller in Berlin, registered in Germany and where the case says."""

    amount: int
    address: dict[str, str]
    tax: int
    total: int
    reason: str
    behavior: str = "exclusive"
    code: str = "txcd_10000000"
    registered: list[dict[str, Any]] = field(default_factory=list)
    customer: dict[str, Any] = field(default_factory=dict)
    off: str = ""


IDS = "tax_id_data"
OSS = {"country": "DE", "type": "oss_union"}
CASES = [
    # documented (tax behavior): 19 % on top of 10.00
    Case(1000, BERLIN, 190, 1190, "standard_rated"),
    # documented sample (799 at 19 %): 151.81 -> 152
    Case(799, BERLIN, 152, 951, "standard_rated"),
    # documented: inside, 1190 - 1190 / 1.19 = 190; what is asked for does not change
    Case(1190, BERLIN, 190, 1190, "standard_rated", behavior="inclusive"),
    # documented sample (10000 in Ireland, 23 % inside): 10000 - 10000 / 1.23 = 1869.92 -> 1870
    Case(10000, {"country": "IE"}, 1870, 10000, "standard_rated", "inclusive", registered=[{"country": "IE"}]),
    # documented (zero tax): not registered in France
    Case(1000, PARIS, 0, 1000, "not_collecting"),
    # the same inside: the price stays what it is
    Case(1200, PARIS, 0, 1200, "not_collecting", behavior="inclusive"),
    # documented: one registration for all of the Union: 20 % in France
    Case(1000, PARIS, 200, 1200, "standard_rated", registered=[OSS]),
    # Hungary 27 % of 1999 = 539.73 -> 540
    Case(1999, {"country": "HU"}, 540, 2539, "standard_rated", registered=[OSS]),
    # Finland 25.5 % of 1000 = 255
    Case(1000, {"country": "FI"}, 255, 1255, "standard_rated", registered=[OSS]),
    # Luxembourg 17 % inside 5000: 5000 * 17 / 117 = 726.4957 -> 726
    Case(5000, {"country": "LU"}, 726, 5000, "standard_rated", "inclusive", registered=[OSS]),
    # Switzerland 8.1 % of 1250 = 101.25 -> 101
    Case(1250, {"country": "CH"}, 101, 1351, "standard_rated", registered=[{"country": "CH"}]),
    # the Union's registration does not count in Norway
    Case(1000, {"country": "NO"}, 0, 1000, "not_collecting", registered=[OSS]),
    # inferred: half a cent goes up: 20 % of 1 (GB) = 0.2 -> 0; 10 % of 5 (AU) = 0.5 -> 1
    Case(5, {"country": "AU"}, 1, 6, "standard_rated", registered=[{"country": "AU"}]),
    # documented (zero tax): the code for what is not taxed
    Case(1000, BERLIN, 0, 1000, "not_subject_to_tax", code="txcd_00000000"),
    # documented: an exempt customer
    Case(1000, BERLIN, 0, 1000, "customer_exempt", customer={"tax_exempt": "exempt"}),
    # documented: one who owes it himself
    Case(1000, BERLIN, 0, 1000, "reverse_charge", customer={"tax_exempt": "reverse"}),
    # documented: a business in another country of the Union, by its tax id
    Case(
        1000,
        PARIS,
        0,
        1000,
        "reverse_charge",
        registered=[OSS],
        customer={IDS: [{"type": "eu_vat", "value": "FR12345678901"}]},
    ),
    # documented: a business at home is taxed like anybody
    Case(1000, BERLIN, 190, 1190, "standard_rated", customer={IDS: [{"type": "eu_vat", "value": "DE123456789"}]}),
    # a tax id of another kind says nothing about VAT
    Case(
        1000,
        PARIS,
        200,
        1200,
        "standard_rated",
        registered=[OSS],
        customer={IDS: [{"type": "us_ein", "value": "12-3456789"}]},
    ),
    # documented: the shipping address goes before the billing address: 20 % in France
    Case(
        1000,
        BERLIN,
        200,
        1200,
        "standard_rated",
        registered=[OSS],
        customer={"shipping": {"name": "Ada", "address": PARIS}},
    ),
    # documented: tax is of what the discount leaves: 25 % off 1000 = 750; 19 % of 750 = 142.5 -> 143
    Case(1000, BERLIN, 143, 893, "standard_rated", off="25"),
    # inside too: 1190 - 50 % = 595, which holds 595 * 19 / 119 = 95
    Case(1190, BERLIN, 95, 595, "standard_rated", behavior="inclusive", off="50"),
    # all of it off leaves no tax, with its reason
    Case(1000, BERLIN, 0, 0, "standard_rated", off="100"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_sale_is_taxed(case: Case) -> None:
    """Tax, total and reason are those worked out by hand, on the preview and on the subscription's first invoice."""
    stripe = Taxed()
    for row in case.registered:
        stripe.register(row["country"], **{name: value for name, value in row.items() if name != "country"})
    ada = stripe.customer(case.address, **case.customer)
    price = stripe.price(case.amount, tax_behavior=case.behavior, product_data={"name": "Gold", "tax_code": case.code})
    off = {}
    if case.off:
        off = {"discounts": [{"coupon": stripe.post("/v1/coupons", {"percent_off": case.off})["id"]}]}
    preview = stripe.preview(ada, price, **off)
    body = {"customer": ada, "items": [{"price": price}], "automatic_tax": ON, "expand": ["latest_invoice"], **off}
    billed = stripe.post("/v1/subscriptions", body)["latest_invoice"]
    for invoice in (preview, billed):
        assert invoice["automatic_tax"]["status"] == "complete"
        (tax,) = invoice["total_taxes"]
        assert (tax["amount"], tax["taxability_reason"]) == (case.tax, case.reason)
        assert tax["tax_behavior"] == case.behavior
        assert invoice["total"] == case.total
        assert invoice["lines"]["data"][0]["taxes"] == [tax]
        assert invoice["total_excluding_tax"] == case.total - case.tax
    shown = billed["total_taxes"][0]["tax_rate_details"]
    rate = stripe.get(f"/v1/tax_rates/{shown['tax_rate']}")
    assert (rate["active"], rate["inclusive"]) == (False, case.behavior == "inclusive")
    assert (rate["percentage"] > 0) == (case.reason == "standard_rated")
