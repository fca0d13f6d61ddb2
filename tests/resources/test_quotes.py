"""Quotes: drafted, offered, accepted for a subscription, an invoice or a day to come, canceled and expired."""

from __future__ import annotations

from typing import Any

from tests.client import NOW, Client
from tests.printed import shown
from tests.resources.tale import DAY, HOUR, Tale

from pinstripe.http import transport


def once(tale: Tale, amount: int) -> str:
    """A one-time price."""
    terms = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Set-up"}}
    return str(tale.stripe.post("/v1/prices", terms)["id"])


def offered(tale: Tale, *items: dict[str, Any], **terms: Any) -> Any:
    """A quote that was finalized."""
    made = tale.stripe.post("/v1/quotes", {"customer": tale.customer, "line_items": list(items), **terms})
    return tale.stripe.post(f"/v1/quotes/{made['id']}/finalize")


def test_a_draft_reckons_what_it_costs() -> None:
    """Two of 10.00 a month and 5.00 once: 25.00 up front, 20.00 again and again."""
    tale = Tale()
    items = [{"price": tale.price(1000), "quantity": 2}, {"price": once(tale, 500), "quantity": 1}]
    draft = tale.stripe.post("/v1/quotes", {"customer": tale.customer, "line_items": items})
    assert (draft["status"], draft["number"], draft["expires_at"]) == ("draft", None, NOW + 30 * DAY)
    assert (draft["amount_total"], draft["computed"]["upfront"]["amount_total"]) == (2500, 2500)
    again = draft["computed"]["recurring"]
    assert (again["amount_total"], again["interval"], again["interval_count"]) == (2000, "month", 1)
    lines = tale.stripe.get(f"/v1/quotes/{draft['id']}/line_items")["data"]
    assert [line["amount_total"] for line in lines] == [2000, 500]


def test_accepted_it_becomes_a_subscription() -> None:
    """Whose first invoice has its hour as a draft."""
    tale = Tale()
    quote = offered(tale, {"price": tale.price(1000), "quantity": 1}, {"price": once(tale, 500), "quantity": 1})
    assert (quote["status"], quote["number"].startswith("QT-")) == ("open", True)
    tale.told()
    accepted = tale.stripe.post(f"/v1/quotes/{quote['id']}/accept")
    assert (accepted["status"], accepted["status_transitions"]["accepted_at"]) == ("accepted", NOW)
    assert tale.told()[-1] == "quote.accepted"
    tale.path = f"/v1/subscriptions/{accepted['subscription']}"
    assert (tale.now()["status"], tale.bill()[0]) == ("active", "draft")
    tale.go(HOUR)
    assert tale.bill() == ("paid", [("Set-up", 500), ("1 \u00d7 Gold (at $10.00 / month)", 1000)])


def test_what_is_sold_once_becomes_an_invoice() -> None:
    """A draft that names the quote it came from."""
    tale = Tale()
    quote = offered(tale, {"price": once(tale, 500), "quantity": 3})
    accepted = tale.stripe.post(f"/v1/quotes/{quote['id']}/accept")
    invoice = tale.stripe.get(f"/v1/invoices/{accepted['invoice']}")
    assert (invoice["status"], invoice["total"], invoice["billing_reason"]) == ("draft", 1500, "quote_accept")
    assert invoice["parent"]["quote_details"] == {"quote": quote["id"]}
    assert accepted["subscription"] is None


def test_a_day_to_come_makes_a_schedule() -> None:
    """The subscription begins when it was offered for."""
    tale = Tale()
    data = {"effective_date": NOW + 10 * DAY}
    quote = offered(tale, {"price": tale.price(1000), "quantity": 1}, subscription_data=data)
    accepted = tale.stripe.post(f"/v1/quotes/{quote['id']}/accept")
    path = f"/v1/subscription_schedules/{accepted['subscription_schedule']}"
    assert tale.stripe.get(path)["status"] == "not_started"
    tale.go(10 * DAY + HOUR)
    assert (tale.stripe.get(path)["status"], tale.bill()[0]) == ("active", "paid")


def test_a_trial_has_nothing_up_front_but_what_is_sold_once() -> None:
    """The month is on trial, the set-up is not."""
    tale = Tale()
    items = [{"price": tale.price(1000), "quantity": 1}, {"price": once(tale, 500), "quantity": 1}]
    terms = {"customer": tale.customer, "line_items": items, "subscription_data": {"trial_period_days": 14}}
    draft = tale.stripe.post("/v1/quotes", terms)
    assert (draft["amount_total"], draft["computed"]["recurring"]["amount_total"]) == (500, 1000)
    upfront = tale.stripe.get(f"/v1/quotes/{draft['id']}/computed_upfront_line_items")["data"]
    assert [line["amount_total"] for line in upfront] == [500]


def test_nobody_accepted_it_and_it_expired() -> None:
    """Then it is canceled, and cannot be accepted any more."""
    tale = Tale()
    quote = offered(tale, {"price": tale.price(1000), "quantity": 1}, expires_at=NOW + DAY)
    tale.told()
    tale.go(DAY)
    assert tale.told() == ["quote.canceled"]
    assert tale.stripe.refused("POST", f"/v1/quotes/{quote['id']}/accept")[0] == 400


def test_an_offer_needs_somebody_and_something() -> None:
    """A draft without a customer cannot be finalized; one made from another quote is a revision of it."""
    tale = Tale()
    draft = tale.stripe.post("/v1/quotes", {"line_items": [{"price": tale.price(1000), "quantity": 1}]})
    assert draft["amount_total"] == 1000
    status, error = tale.stripe.refused("POST", f"/v1/quotes/{draft['id']}/finalize")
    assert (status, error["param"]) == (400, "customer")
    revision = tale.stripe.post("/v1/quotes", {"from_quote": {"quote": draft["id"], "is_revision": True}})
    assert (revision["amount_total"], revision["from_quote"]) == (1000, {"is_revision": True, "quote": draft["id"]})
    assert tale.stripe.post(f"/v1/quotes/{revision['id']}/cancel")["status"] == "canceled"


def test_an_offer_can_be_printed() -> None:
    """The official SDK reads a file with the number, the customer, each line and what they come to."""
    tale = Tale(name="Ada (Lovelace)", email="ada@example.com")
    draft = tale.stripe.post("/v1/quotes", {"customer": tale.customer, "line_items": [{"price": once(tale, 1)}]})
    assert tale.stripe.refused("GET", f"/v1/quotes/{draft['id']}/pdf")[0] == 400
    lines = [{"price": tale.price(1000), "quantity": 2}, {"price": once(tale, 123_456), "quantity": 1}]
    quote = offered(tale, *lines, description="A year of gold. " * 20, footer="Caf\u00e9 \u2603")
    stripe = transport.client(tale.stripe.simulator, tale.stripe.key)
    answer = stripe.v1.quotes.pdf(quote["id"])
    assert answer.headers["content-type"] == "application/pdf"
    printed = list(shown(answer.io.read()))
    assert printed[0] == f"Quote {quote['number']}"
    for words in (
        ["Ada (Lovelace)", "ada@example.com", "Valid until 02 Mar 2027"],
        ["2 \u00d7 Gold", "$20.00", "1 \u00d7 Set-up (one time)", "$1,234.56"],
        ["Subtotal", "$1,254.56", "Total", "$1,254.56", "Total every month", "$20.00", "Caf\u00e9 ?"],
    ):
        start = printed.index(words[0])
        assert printed[start : start + len(words)] == words


def test_a_draft_expires_too_and_keeps_its_customer() -> None:
    """Thirty days, also before it was offered; the moment must lie ahead."""
    tale = Tale()
    terms = {"customer": tale.customer, "line_items": [{"price": once(tale, 500)}]}
    draft = tale.stripe.post("/v1/quotes", terms)
    path = f"/v1/quotes/{draft['id']}"
    status, error = tale.stripe.refused("POST", "/v1/quotes", {**terms, "expires_at": NOW})
    assert (status, error["param"]) == (400, "expires_at")
    assert tale.stripe.refused("POST", path, {"expires_at": NOW - 1})[0] == 400
    other = tale.stripe.post("/v1/customers", {"test_clock": tale.clock})["id"]
    assert tale.stripe.refused("POST", path, {"customer": other})[1]["param"] == "customer"
    tale.go(30 * DAY)
    assert tale.stripe.get(path)["status"] == "canceled"


def test_a_line_that_is_named_again_keeps_what_is_not_said() -> None:
    """5.00 once and 3 of 7.00: of the first there are now two, and the second is not named and goes."""
    tale = Tale()
    lines = [{"price": once(tale, 500)}, {"price": once(tale, 700), "quantity": 3}]
    draft = tale.stripe.post("/v1/quotes", {"customer": tale.customer, "line_items": lines})
    path = f"/v1/quotes/{draft['id']}"
    first = tale.stripe.get(f"{path}/line_items")["data"][0]
    assert (first["quantity"], draft["amount_total"]) == (1, 2600)
    after = tale.stripe.post(path, {"line_items": [{"id": first["id"], "quantity": 2}]})
    assert after["amount_total"] == 1000
    (kept,) = tale.stripe.get(f"{path}/line_items")["data"]
    assert (kept["id"], kept["price"]["id"]) == (first["id"], first["price"]["id"])
    assert tale.stripe.refused("POST", path, {"line_items": [{"id": "li_none"}]})[0] == 400


def test_a_clock_that_is_not_there_is_refused() -> None:
    """Like a customer's."""
    status, error = Client().refused("POST", "/v1/quotes", {"test_clock": "clock_nowhere"})
    assert (status, error["message"], error["param"]) == (400, "No such billingclock: 'clock_nowhere'", "test_clock")


def test_what_its_invoices_are_to_say_is_on_every_one() -> None:
    """On a subscription's, on a scheduled one's, and on a single invoice. [documented]"""
    words = {"footer": "Thanks", "description": "Offered", "custom_fields": [{"name": "PO", "value": "7"}]}
    for terms in ({}, {"subscription_data": {"effective_date": NOW + DAY}}, {"once": True}):
        tale = Tale()
        price = once(tale, 500) if terms.pop("once", False) else tale.price(1000)
        quote = offered(tale, {"price": price, "quantity": 1}, invoice_settings=words, **terms)
        tale.stripe.post(f"/v1/quotes/{quote['id']}/accept")
        tale.go(2 * DAY)
        newest = tale.invoices()[0]
        assert {name: newest[name] for name in words} == words


def test_what_is_offered_for_later_is_what_begins_then() -> None:
    """Sent and not charged, on trial first, in classic mode and with its words: the schedule has them all."""
    tale = Tale()
    offer = {
        "collection_method": "send_invoice",
        "customer": tale.customer,
        "invoice_settings": {"days_until_due": 9},
        "line_items": [{"price": tale.price(2000), "quantity": 1}],
        "subscription_data": {
            "billing_mode": {"type": "classic"},
            "description": "Gold for Ada",
            "effective_date": NOW + 5 * DAY,
            "metadata": {"tier": "gold"},
            "trial_period_days": 7,
        },
    }
    quote = tale.stripe.post("/v1/quotes", offer)
    assert quote["subscription_data"]["billing_mode"] == {"type": "classic"}
    tale.stripe.post(f"/v1/quotes/{quote['id']}/finalize")
    schedule = tale.stripe.post(f"/v1/quotes/{quote['id']}/accept")["subscription_schedule"]
    tale.go(5 * DAY)
    made = tale.stripe.get(f"/v1/subscription_schedules/{schedule}", {"expand": ["subscription"]})["subscription"]
    assert (made["status"], made["trial_end"], made["billing_mode"]["type"]) == ("trialing", NOW + 12 * DAY, "classic")
    assert (made["collection_method"], made["days_until_due"]) == ("send_invoice", 9)
    assert (made["description"], made["metadata"]) == ("Gold for Ada", {"tier": "gold"})


def test_an_offer_keeps_its_number_through_its_revisions() -> None:
    """The second of the first, then the first of the second. [documented]"""
    tale = Tale()
    item = {"price": tale.price(1000), "quantity": 1}
    first = offered(tale, item)
    revised = {"from_quote": {"is_revision": True, "quote": first["id"]}}
    again = tale.stripe.post("/v1/quotes", revised)["id"]
    numbers = [first, tale.stripe.post(f"/v1/quotes/{again}/finalize"), offered(tale, item)]
    assert [quote["number"].split("-", 2)[2] for quote in numbers] == ["0001-1", "0001-2", "0002-1"]


def test_an_open_offer_can_be_let_expire_another_day_and_nothing_else() -> None:
    """Its header stays. [documented]"""
    tale = Tale()
    path = f"/v1/quotes/{offered(tale, {'price': tale.price(1000), 'quantity': 1})['id']}"
    assert tale.stripe.post(path, {"expires_at": NOW + 9 * DAY})["expires_at"] == NOW + 9 * DAY
    assert tale.stripe.refused("POST", path, {"header": "Ours"})[0] == 400
