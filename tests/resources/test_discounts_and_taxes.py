"""What an invoice comes to with discounts and taxes, case by case, each worked out by hand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.shop import DAY, Shop


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its amount, its own coupons and its own tax rates."""

    amount: int
    own: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Case:
    """An invoice. A coupon is "10%" or "-500", a tax rate "+19" on top or "=19" inside."""

    lines: list[Line]
    coupons: list[str]
    rates: list[str]
    subtotal: int
    off: list[int]
    """What each discount takes off in all, the lines' own first."""
    taxes: list[int]
    total: int
    without_tax: tuple[int, int] | None = None
    """Subtotal and total excluding tax, where tax is inside."""
    exempt: str = "none"


CASES = [
    # --- discounts alone --------------------------------------------------------------------------------------------
    # recorded: 10 % of 2500 is 250
    Case([Line(2500)], ["10%"], [], 2500, [250], [], 2250),
    # recorded: 10.00 off 25.00
    Case([Line(2500)], ["-1000"], [], 2500, [1000], [], 1500),
    # recorded: 50 % of the line's own 1900 is 950, before the subtotal
    Case([Line(1900, ["50%"])], [], [], 950, [950], [], 950),
    # documented: 5.00 over 10.00 and 20.00: floor(166.67) = 166, the last line takes 334
    Case([Line(1000), Line(2000)], ["-500"], [], 3000, [500], [], 2500),
    # documented: an amount clips at zero, 500 are lost
    Case([Line(1000)], ["-1500"], [], 1000, [1000], [], 0),
    # documented: in the order listed, each on the rest: 1000 - 100 = 900, 900 - 100 = 800
    Case([Line(1000)], ["10%", "-100"], [], 1000, [100, 100], [], 800),
    # documented: the other way round: 1000 - 100 = 900, 10 % of 900 = 90
    Case([Line(1000)], ["-100", "10%"], [], 1000, [100, 90], [], 810),
    # documented: the line's own first: 1000 - 100 = 900, then 20 % of 900 = 180
    Case([Line(1000, ["10%"])], ["20%"], [], 900, [100, 180], [], 720),
    # inferred: 499.5 is 500, away from zero
    Case([Line(999)], ["50%"], [], 999, [500], [], 499),
    # documented: two decimals of a share: 333 * 33.25 % = 110.72
    Case([Line(333)], ["33.25%"], [], 333, [111], [], 222),
    # documented: a share is taken line by line: 100 * 33.33 % = 33.33, three times 33
    Case([Line(100), Line(100), Line(100)], ["33.33%"], [], 300, [99], [], 201),
    # inferred: 2 over 1 + 1 + 1: floors 0, 0, 0; the rest from the end, at most what a line is: 0, 1, 1
    Case([Line(1), Line(1), Line(1)], ["-2"], [], 3, [2], [], 1),
    # documented: nothing is taken off a negative line, which is not discountable: 10 % of 2000
    Case([Line(2000), Line(-500)], ["10%"], [], 1500, [200], [], 1300),
    # documented: an amount counts only once on what is left: 1000 - 700 = 300, of 500 only 300
    Case([Line(1000)], ["-700", "-500"], [], 1000, [700, 300], [], 0),
    # documented: own amounts too clip at their line: 300 off 200 is 200; 1000 - 10 % stays out of it
    Case([Line(200, ["-300"]), Line(1000)], ["10%"], [], 1000, [200, 100], [], 900),
    # --- taxes alone ------------------------------------------------------------------------------------------------
    # documented: on top
    Case([Line(1000)], [], ["+20"], 1000, [], [200], 1200),
    # documented sample: 19 % of 799 = 151.81 -> 152
    Case([Line(799)], [], ["+19"], 799, [], [152], 951),
    # documented: 10 % inside 600.00 leaves the total: 60000 - 60000 / 1.1 = 5454.55 -> 5455
    Case([Line(60000)], [], ["=10"], 60000, [], [5455], 60000, (54545, 54545)),
    # documented: 10 % on top of 600.00 makes 660.00
    Case([Line(60000)], [], ["+10"], 60000, [], [6000], 66000),
    # documented: each rate on the same amount: 5 % = 50, 9.975 % = 99.75 -> 100
    Case([Line(1000)], [], ["+5", "+9.975"], 1000, [], [50, 100], 1150),
    # documented: inside first: 1000 * 20 / 120 = 166.67 -> 167, net 833; then on top of it 83.3 -> 83
    Case([Line(1000)], [], ["=20", "+10"], 1000, [], [167, 83], 1083, (833, 833)),
    # documented: two inside share 15 / 115: 86.96 -> 87 and 43.48 -> 43
    Case([Line(1000)], [], ["=10", "=5"], 1000, [], [87, 43], 1000, (870, 870)),
    # documented: a line's own rates replace the default: 5 % of 1000 and 20 % of 1000
    Case([Line(1000, [], ["+5"]), Line(1000)], [], ["+20"], 2000, [], [50, 200], 2250),
    # documented: rounded by line: 3.3 -> 3, three times, where the sum would make 9.9 -> 10
    Case([Line(33), Line(33), Line(33)], [], ["+10"], 99, [], [9], 108),
    # inferred: the half away from zero, by line: 0.5 -> 1, three times
    Case([Line(5), Line(5), Line(5)], [], ["+10"], 15, [], [3], 18),
    # documented: who is exempt pays none
    Case([Line(1000)], [], ["+20"], 1000, [], [0], 1000, exempt="exempt"),
    # documented: nor who owes it himself
    Case([Line(1000)], [], ["+19"], 1000, [], [0], 1000, exempt="reverse"),
    # documented: and what is inside comes off: 1200 - 200
    Case([Line(1200)], [], ["=20"], 1200, [], [0], 1000, (1000, 1000), exempt="exempt"),
    # a rate of nothing is told and adds nothing
    Case([Line(1000)], [], ["+0"], 1000, [], [0], 1000),
    # a credit gives its tax back: 400 - 100
    Case([Line(2000), Line(-500)], [], ["+20"], 1500, [], [300], 1800),
    # 1999 * 7.5 / 107.5 = 139.47 -> 139
    Case([Line(1999)], [], ["=7.5"], 1999, [], [139], 1999, (1860, 1860)),
    # --- both -------------------------------------------------------------------------------------------------------
    # documented: tax is on what the discount leaves: 20 % of 900
    Case([Line(1000)], ["10%"], ["+20"], 1000, [100], [180], 1080),
    # documented: inside too: 600 - 600 / 1.2 = 100; the subtotal before the discount holds 200
    Case([Line(1200)], ["50%"], ["=20"], 1200, [600], [100], 600, (1000, 500)),
    # all of it off leaves no tax
    Case([Line(1000)], ["100%"], ["+20"], 1000, [1000], [0], 0),
    # 1000 - 300 = 700; 50 % = 350; 10 % of 350 = 35
    Case([Line(1000, ["-300"])], ["50%"], ["+10"], 700, [300, 350], [35], 385),
    # 800 and 3000; 1000 over them: floor(210.53) = 210 and 790; 10 % of 590 = 59, of 2210 = 221
    Case([Line(1000, ["20%"]), Line(3000)], ["-1000"], ["+10"], 3800, [200, 1000], [280], 3080),
    # 15 % of 1999 = 299.85 -> 300; 8.875 % of 1699 = 150.79 -> 151
    Case([Line(1999)], ["15%"], ["+8.875"], 1999, [300], [151], 1850),
    # 500 over 600 and 400: 300 and 200; own 19 % of 300 = 57, 7 % inside 200: 13.08 -> 13; 400 holds 26.17 -> 26
    Case([Line(600, [], ["+19"]), Line(400)], ["-500"], ["=7"], 1000, [500], [57, 13], 557, (974, 487)),
    # exempt, with a discount: 1200 - 120 = 1080, of which 180 is not asked for
    Case([Line(1200)], ["10%"], ["=20"], 1200, [120], [0], 900, (1000, 900), exempt="reverse"),
]


def coupon(stripe: Client, text: str) -> dict[str, str]:
    """A coupon by its short name."""
    if text.endswith("%"):
        params: dict[str, Any] = {"percent_off": text[:-1], "duration": "forever"}
    else:
        params = {"amount_off": -int(text), "currency": "usd", "duration": "forever"}
    return {"coupon": stripe.post("/v1/coupons", params)["id"]}


def rate(stripe: Client, text: str) -> str:
    """A tax rate by its short name."""
    params = {"display_name": "VAT", "inclusive": text[0] == "=", "percentage": text[1:]}
    return str(stripe.post("/v1/tax_rates", params)["id"])


def drafted(stripe: Client, case: Case) -> Any:
    """The draft of a case; the newest item comes first on an invoice, so they are made from the last."""
    customer = stripe.post("/v1/customers", {"tax_exempt": case.exempt})["id"]
    terms = {
        "discounts": [coupon(stripe, text) for text in case.coupons],
        "default_tax_rates": [rate(stripe, text) for text in case.rates],
    }
    invoice = stripe.post("/v1/invoices", {"customer": customer, **terms})["id"]
    for line in reversed(case.lines):
        own = {
            "discounts": [coupon(stripe, text) for text in line.own],
            "tax_rates": [rate(stripe, text) for text in line.rates],
        }
        stripe.post("/v1/invoiceitems", {"customer": customer, "invoice": invoice, "amount": line.amount, **own})
    return stripe.get(f"/v1/invoices/{invoice}")


@pytest.mark.parametrize("case", CASES)
def test_an_invoice_with_discounts_and_taxes(case: Case) -> None:
    """Subtotal, discounts, taxes and total are the ones worked out by hand, on the draft and once it is final."""
    stripe = Client()
    invoice = drafted(stripe, case)
    final = stripe.post(f"/v1/invoices/{invoice['id']}/finalize")
    net = case.total - sum(case.taxes) if case.without_tax is None else 0
    for shown in (invoice, final):
        assert shown["subtotal"] == case.subtotal
        assert [row["amount"] for row in shown["total_discount_amounts"]] == case.off
        assert [row["amount"] for row in shown["total_taxes"]] == case.taxes
        assert shown["total"] == case.total
        without = (shown["subtotal_excluding_tax"], shown["total_excluding_tax"])
        assert without == (case.without_tax or (case.subtotal, net))


@pytest.mark.parametrize("case", CASES)
def test_lines_and_sums_agree(case: Case) -> None:
    """What the lines tell of discounts and taxes adds up to what the invoice tells."""
    invoice = drafted(Client(), case)
    lines = invoice["lines"]["data"]
    for of_lines, of_invoice, name in (
        ("discount_amounts", "total_discount_amounts", "discount"),
        ("taxes", "total_taxes", "tax_rate_details"),
    ):
        sums: dict[str, int] = {}
        for row in (row for line in lines for row in line[of_lines]):
            sums[str(row[name])] = sums.get(str(row[name]), 0) + row["amount"]
        assert sums == {str(row[name]): row["amount"] for row in invoice[of_invoice]}
    assert [row["type"] for line in lines for row in line["pretax_credit_amounts"]] == [
        "discount" for line in lines for _ in line["discount_amounts"]
    ]


@dataclass(frozen=True, slots=True)
class Sold:
    """A subscription of monthly items, each an amount with its own coupons and rates, and what its bills come to."""

    items: list[Line]
    coupons: list[dict[str, Any]]
    rates: list[str]
    totals: list[int]
    """The first invoice, and those of the next months."""
    taxes: list[int]
    """What the first invoice's taxes come to, by rate."""


FOR_EVER = {"duration": "forever"}
TWO_MONTHS = {"duration": "repeating", "duration_in_months": 2}
SOLD = [
    # documented: once is the first invoice: 1000 - 25 %, then all of it
    Sold([Line(1000)], [{"percent_off": 25}], [], [750, 1000, 1000], []),
    # documented: two calendar months from 31 January end on 31 March, before that day's invoice
    Sold([Line(1000)], [{"percent_off": 10, **TWO_MONTHS}], [], [900, 900, 1000], []),
    # documented: for ever
    Sold([Line(1000)], [{"amount_off": 300, "currency": "usd", **FOR_EVER}], [], [700, 700, 700], []),
    # documented: in order, each on the rest; once is gone in the second month: 1000 - 100 = 900, half is 450
    Sold([Line(1000)], [{"amount_off": 100, "currency": "usd"}, {"percent_off": 50, **FOR_EVER}], [], [450, 500], []),
    # documented: an item's own first: 1000 - 20 % = 800, and 500; 10 % of each: 720 + 450
    Sold([Line(1000, ["20%"]), Line(500)], [{"percent_off": 10, **FOR_EVER}], [], [1170, 1170], []),
    # documented: an amount of all is spread: 300 over 1000 and 500: 200 and 100
    Sold([Line(1000), Line(500)], [{"amount_off": 300, "currency": "usd", **FOR_EVER}], ["+10"], [1320, 1320], [120]),
    # documented: default rates on every line, each rounded: 19 % of 333 = 63.27 -> 63, twice
    Sold([Line(333), Line(333)], [], ["+19"], [792, 792], [126]),
    # documented: an item's own rates instead of the default: 5 % of 1000 and 20 % of 500
    Sold([Line(1000, [], ["+5"]), Line(500)], [], ["+20"], [1650, 1650], [50, 100]),
    # documented: two rates on top of one amount: 7 % and 3 % of 900
    Sold([Line(1000)], [{"percent_off": 10, **FOR_EVER}], ["+7", "+3"], [990, 990], [63, 27]),
    # documented: inside: 1190 * 19 / 119 = 190; the total stays
    Sold([Line(1190)], [], ["=19"], [1190, 1190], [190]),
    # documented: an amount clips at zero, tax is of nothing; the rest is lost and not kept for the next month
    Sold([Line(400)], [{"amount_off": 1000, "currency": "usd"}], ["+20"], [0, 480], [0]),
]


@pytest.mark.parametrize("case", SOLD)
def test_a_subscription_with_discounts_and_taxes(case: Sold) -> None:
    """Every bill of the first months is the one worked out by hand, and so is the preview of the first."""
    shop = Shop()

    def item(line: Line) -> dict[str, Any]:
        """One item of the request."""
        own = {"discounts": [coupon(shop.stripe, text) for text in line.own]} if line.own else {}
        rates = {"tax_rates": [rate(shop.stripe, text) for text in line.rates]} if line.rates else {}
        return {"price": shop.price(line.amount), **own, **rates}

    items = [item(line) for line in case.items]
    body: dict[str, Any] = {"customer": shop.ada}
    if case.coupons:
        body["discounts"] = [{"coupon": shop.coupon(**terms)} for terms in case.coupons]
    rates = {"default_tax_rates": [rate(shop.stripe, text) for text in case.rates]} if case.rates else {}
    preview = shop.stripe.post(
        "/v1/invoices/create_preview", {**body, "subscription_details": {"items": items, **rates}}
    )
    made = shop.stripe.post("/v1/subscriptions", {**body, "items": items, **rates, "expand": ["latest_invoice"]})
    for invoice in (preview, made["latest_invoice"]):
        assert invoice["total"] == case.totals[0]
        assert [row["amount"] for row in invoice["total_taxes"]] == case.taxes
    ends = [NOW + 28 * DAY, NOW + 59 * DAY]  # 28 February and 31 March
    for end in ends[: len(case.totals) - 1]:
        shop.advance(end + 7200)
    assert shop.totals() == case.totals
