"""Invoices and subscriptions whose money is shared with a connected account, and offers that become such."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.connecting import Acting, nets, payee
from tests.resources.tale import CARD, MONTH, Tale


class Market(Tale):
    """A platform that sells for one connected account."""

    def __init__(self) -> None:
        super().__init__()
        self.account = payee(self.stripe)
        self.theirs = Acting(self.stripe, self.account)
        self.to = {"transfer_data": {"destination": self.account}}

    def intent(self) -> Any:
        """The newest payment intent."""
        return self.stripe.get("/v1/payment_intents", {"limit": 1, "expand": ["data.latest_charge"]})["data"][0]


@pytest.fixture
def market() -> Market:
    """A platform of its own."""
    return Market()


def test_a_subscription_shares_every_invoice(market: Market) -> None:
    """15 % of 33.33 is 4.99995, so 5.00; all of it goes to the account, which bears the fee, month after month."""
    issuer = {"issuer": {"type": "account", "account": market.account}}
    made = market.subscribe(
        market.price(3_333),
        **market.to,
        application_fee_percent=15,
        on_behalf_of=market.account,
        invoice_settings=issuer,
    )
    assert (made["application_fee_percent"], made["on_behalf_of"]) == (15, market.account)
    assert made["transfer_data"] == {"amount_percent": None, "destination": market.account}
    assert made["invoice_settings"]["issuer"] == {"account": market.account, "type": "account"}
    (invoice,) = market.invoices()
    assert (invoice["issuer"], invoice["on_behalf_of"]) == (
        {"account": market.account, "type": "account"},
        market.account,
    )
    intent = market.intent()
    assert (intent["application_fee_amount"], intent["transfer_data"]) == (500, {"destination": market.account})
    assert (intent["on_behalf_of"], intent["transfer_group"]) == (market.account, f"group_{intent['id']}")
    assert intent["latest_charge"]["destination"] == market.account
    assert nets(market.theirs) == [("payment", 3_333, 2_833)]
    market.go(MONTH + 3_600)
    assert nets(market.theirs) == [("payment", 3_333, 2_833)] * 2
    old = Client(market.stripe.simulator, version="2024-06-20").get(f"/v1/invoices/{invoice['id']}")
    assert (old["application_fee_amount"], old["transfer_data"]) == (
        500,
        {"amount": None, "destination": market.account},
    )


def test_a_share_in_percent_and_its_end(market: Market) -> None:
    """60 % of 20.00 goes on; after the destination is taken away, nothing does."""
    data = {"destination": market.account, "amount_percent": 60}
    market.subscribe(market.price(2_000), transfer_data=data)
    assert market.intent()["transfer_data"] == {"amount": 1_200, "destination": market.account}
    assert nets(market.theirs) == [("payment", 1_200, 1_200)]
    assert market.change(transfer_data="")["transfer_data"] is None
    market.go(MONTH + 3_600)
    assert nets(market.theirs) == [("payment", 1_200, 1_200)]


def test_the_fee_is_of_what_is_paid(market: Market) -> None:
    """A balance of 5.00 pays a part of 20.00: 10 % of the 15.00 that are left is 1.50."""
    market.stripe.post(f"/v1/customers/{market.customer}/balance_transactions", {"amount": -500, "currency": "usd"})
    market.subscribe(market.price(2_000), **market.to, application_fee_percent=10)
    assert market.intent()["application_fee_amount"] == 150


def test_a_subscription_in_the_account_itself(market: Market) -> None:
    """Of 20.00 Stripe takes 0.88 and the platform a tenth: 17.12 are left."""
    theirs = market.theirs
    customer = theirs.post("/v1/customers", CARD)["id"]
    terms = {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "Gold"}}
    price = theirs.post("/v1/prices", {**terms, "recurring": {"interval": "month"}})["id"]
    body = {"customer": customer, "items": [{"price": price}], "application_fee_percent": 10}
    made = theirs.post("/v1/subscriptions", body)
    assert nets(theirs) == [("charge", 2_000, 1_712)]
    assert nets(market.stripe) == [("application_fee", 200, 200)]
    assert made["application"].startswith("ca_")
    (fee,) = market.stripe.get("/v1/application_fees", {"expand": ["data.application"]})["data"]
    assert fee["application"] == {"id": made["application"], "object": "application", "name": "pinstripe"}


def test_one_leap_brings_the_platform_what_many_small_steps_do() -> None:
    """A subscription in the account is renewed while the platform's clock leaps: the fees have its moments."""

    def lived(steps: int) -> list[tuple[str, int, int]]:
        """Kind, moment and amount of all that came to the platform in sixty days, in so many steps."""
        market = Market()
        theirs = market.theirs
        customer = theirs.post("/v1/customers", CARD)["id"]
        terms = {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "Gold"}}
        price = theirs.post("/v1/prices", {**terms, "recurring": {"interval": "month"}})["id"]
        body = {"customer": customer, "items": [{"price": price}], "application_fee_percent": 10}
        theirs.post("/v1/subscriptions", body)
        account = market.stripe.simulator.accounts.of(market.stripe.key)
        for step in range(1, steps + 1):
            account.set_clock(NOW + 60 * 86_400 * step // steps)
        rows = market.stripe.get("/v1/balance_transactions")["data"]
        told = market.stripe.get("/v1/events")["data"]
        return [(row["type"], row["created"] - NOW, row.get("amount", 0)) for row in [*rows, *told]]

    leap = lived(1)
    assert leap == lived(40)
    renewals = [MONTH + 3_600, MONTH + 31 * 86_400 + 3_600]
    fees = [(kind, at, amount) for kind, at, amount in leap if kind == "application_fee"]
    assert fees == [("application_fee", at, 200) for at in (*reversed(renewals), 0)]


def test_an_invoice_of_its_own(market: Market) -> None:
    """40.00 with a fee of 4.00, set on a draft and changed there; its payment says so."""
    stripe = market.stripe
    customer = {"customer": market.customer}
    draft = stripe.post("/v1/invoices", {**customer, **market.to, "application_fee_amount": 1})
    stripe.post("/v1/invoiceitems", {**customer, "amount": 4_000, "currency": "usd", "invoice": draft["id"]})
    path = f"/v1/invoices/{draft['id']}"
    issuer = {"type": "account", "account": market.account}
    changed = stripe.post(path, {"application_fee_amount": 400, "on_behalf_of": market.account, "issuer": issuer})
    assert (changed["on_behalf_of"], changed["issuer"]["account"]) == (market.account, market.account)
    stripe.post(f"{path}/pay")
    assert nets(market.theirs) == [("payment", 4_000, 3_600)]


def test_a_phase_says_otherwise_than_its_schedule(market: Market) -> None:
    """10 % by the schedule, 20 % in the second phase."""
    phases = [
        {"items": [{"price": market.price(1_000)}], "duration": {"interval": "month"}},
        {"items": [{"price": market.price(2_000)}], "application_fee_percent": 20},
    ]
    usual = {**market.to, "application_fee_percent": 10}
    body = {"customer": market.customer, "start_date": "now", "phases": phases, "default_settings": usual}
    made = market.stripe.post("/v1/subscription_schedules", body)
    assert made["default_settings"]["application_fee_percent"] == 10
    assert [phase["application_fee_percent"] for phase in made["phases"]] == [None, 20]
    market.go(3_600)
    assert market.intent()["application_fee_amount"] == 100
    market.go(MONTH + 7_200)
    assert market.intent()["application_fee_amount"] == 400
    assert nets(market.theirs) == [("payment", 1_000, 900), ("payment", 2_000, 1_600)]


@pytest.mark.parametrize("recurs", [True, False])
def test_an_accepted_quote_shares_as_it_said(market: Market, recurs: bool) -> None:
    """A tenth of a subscription, or 2.00 of what is sold once."""
    stripe = market.stripe
    sold: dict[str, Any] = {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "Gold"}}
    price = stripe.post("/v1/prices", {**sold, **({"recurring": {"interval": "month"}} if recurs else {})})["id"]
    fee = {"application_fee_percent": 10} if recurs else {"application_fee_amount": 200}
    body = {"customer": market.customer, "line_items": [{"price": price}], **market.to, **fee}
    quote = stripe.post("/v1/quotes", body)
    assert quote["transfer_data"] == {"amount": None, "amount_percent": None, "destination": market.account}
    stripe.post(f"/v1/quotes/{quote['id']}/finalize")
    accepted = stripe.post(f"/v1/quotes/{quote['id']}/accept")
    if recurs:
        market.go(3_600)
    else:
        stripe.post(f"/v1/invoices/{accepted['invoice']}/pay")
    assert nets(market.theirs) == [("payment", 2_000, 1_800)]


def test_a_quote_of_what_recurs_takes_no_amount(market: Market) -> None:
    """And one of what is sold once no percentage; both are looked at when it is finalized."""
    body = {"customer": market.customer, "line_items": [{"price": market.price(2_000)}], **market.to}
    quote = market.stripe.post("/v1/quotes", {**body, "application_fee_amount": 200})
    error = market.stripe.refused("POST", f"/v1/quotes/{quote['id']}/finalize")[1]
    assert error["param"] == "application_fee_amount"


@pytest.mark.parametrize("recurs", [True, False])
def test_a_payment_link_shares_what_its_sessions_take(market: Market, recurs: bool) -> None:
    """A tenth of a subscription, or 2.00 of what is sold once, as the link says."""
    stripe = market.stripe
    sold: dict[str, Any] = {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "Gold"}}
    price = stripe.post("/v1/prices", {**sold, **({"recurring": {"interval": "month"}} if recurs else {})})["id"]
    fee = {"application_fee_percent": 10} if recurs else {"application_fee_amount": 200}
    row = {"line_items": [{"price": price, "quantity": 1}]}
    link = stripe.post("/v1/payment_links", {**row, **market.to, **fee, "on_behalf_of": market.account})
    assert (link["transfer_data"], link["on_behalf_of"]) == (
        {"amount": None, "destination": market.account},
        market.account,
    )
    control = stripe.simulator.control
    session = control.handle("POST", f"/_pinstripe/payment_links/{link['id']}/open", stripe.key, b"")["id"]
    path = f"/_pinstripe/checkout/{session}/complete"
    control.handle("POST", path, stripe.key, b'{"email": "ada@example.com", "payment_method": "pm_card_visa"}')
    stripe.simulator.accounts.of(stripe.key).set_clock(NOW + 3)
    assert nets(market.theirs) == [("payment", 2_000, 1_800)]


def test_a_session_is_refused_where_its_payment_would_be(market: Market) -> None:
    """A fee without a destination, when the session is made and not when somebody pays."""
    row = {"price_data": {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "T"}}, "quantity": 1}
    body = {"mode": "payment", "success_url": "https://example.com", "line_items": [row]}
    asked = {**body, "payment_intent_data": {"application_fee_amount": 100}}
    status, error = market.stripe.refused("POST", "/v1/checkout/sessions", asked)
    assert (status, error["message"][:42]) == (400, "Can only apply an application_fee_amount w")


BOTH = {"destination": "$", "amount_percent": 5}
NOBODY = {"type": "account", "account": "acct_none"}
REFUSED = [
    ({"application_fee_percent": 10}, "application_fee_percent"),
    ({"application_fee_percent": 101, "transfer_data": {"destination": "$"}}, "application_fee_percent"),
    ({"application_fee_percent": 1.234, "transfer_data": {"destination": "$"}}, "application_fee_percent"),
    ({"transfer_data": {"destination": "acct_none"}}, "transfer_data[destination]"),
    (
        {"application_fee_percent": 1, "transfer_data": {"destination": "$", "amount_percent": 5}},
        "application_fee_percent",
    ),
    (
        {"invoice_settings": {"issuer": {"type": "account", "account": "acct_none"}}},
        "invoice_settings[issuer][account]",
    ),
    ({"on_behalf_of": "acct_none"}, "on_behalf_of"),
]


@pytest.mark.parametrize("terms, param", REFUSED)
def test_terms_of_subscriptions_that_cannot_be(market: Market, terms: Any, param: str) -> None:
    """Refused by name, and no subscription begins."""
    said = {
        name: {key: market.account if item == "$" else item for key, item in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in terms.items()
    }
    body = {"customer": market.customer, "items": [{"price": market.price(1_000)}], **said}
    status, error = market.stripe.refused("POST", "/v1/subscriptions", body)
    assert (status, error["param"], market.invoices()) == (400, param, [])


def test_a_fee_stays_with_its_destination_across_requests(market: Market) -> None:
    """A fee said earlier bears neither a share beside it nor that the destination goes; together both may go."""
    stripe, to = market.stripe, market.to["transfer_data"]
    made = market.subscribe(market.price(2_000), **market.to, application_fee_percent=10)
    path = f"/v1/subscriptions/{made['id']}"
    assert stripe.refused("POST", path, {"transfer_data": ""})[1]["param"] == "transfer_data"
    assert market.change(transfer_data="", application_fee_percent="")["application_fee_percent"] is None
    draft = stripe.post("/v1/invoices", {"customer": market.customer, **market.to, "application_fee_amount": 100})
    path = f"/v1/invoices/{draft['id']}"
    assert stripe.refused("POST", path, {"transfer_data": ""})[1]["param"] == "transfer_data"
    asked = {"transfer_data": {**to, "amount": 50}}
    assert stripe.refused("POST", path, asked)[1]["param"] == "application_fee_amount"


def test_an_invoice_takes_no_fee_of_a_share(market: Market) -> None:
    """5 % of 20.00 are 1.00, of which nobody can take 10.00."""
    market.subscribe(market.price(2_000), transfer_data={"destination": market.account, "amount_percent": 5})
    market.go(MONTH)
    (draft,) = (invoice for invoice in market.invoices() if invoice["status"] == "draft")
    error = market.stripe.refused("POST", f"/v1/invoices/{draft['id']}", {"application_fee_amount": 1_000})[1]
    assert error["param"] == "application_fee_amount"
    market.go(MONTH + 3_600)
    assert nets(market.theirs) == [("payment", 100, 100)] * 2
