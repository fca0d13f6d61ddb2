"""How invoices and subscriptions may be paid: kept as said, and handed to the intent of the invoice."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.tale import MONTH, Tale

IBAN = {"iban": "AT611904300234573201"}
ASKING = "pm_card_threeDSecureOptional"
"""A card whose holder can be asked, and is not unless somebody wants it."""
NONE_SAID = ("acss_debit", "bancontact", "customer_balance", "konbini", "payto", "pix", "sepa_debit", "upi")


@pytest.fixture
def tale() -> Tale:
    """Somebody whose card can be asked for 3D Secure."""
    return Tale(payment_method=ASKING, invoice_settings={"default_payment_method": ASKING})


def _intent(client: Client, invoice: str) -> Any:
    """The intent of an invoice."""
    (row,) = client.get("/v1/invoice_payments", {"invoice": invoice})["data"]
    return client.get(f"/v1/payment_intents/{row['payment']['payment_intent']}")


def _draft(client: Client, customer: str, **terms: Any) -> Any:
    """A draft over 10.00 EUR."""
    draft = client.post("/v1/invoices", {"customer": customer, "currency": "eur", **terms})
    client.post("/v1/invoiceitems", {"customer": customer, "invoice": draft["id"], "amount": 1000, "currency": "eur"})
    return draft


def _mandate(client: Client, invoice: str) -> Any:
    """The mandate under which an invoice was charged."""
    charge = client.get(f"/v1/charges/{_intent(client, invoice)['latest_charge']}")
    return charge["payment_method_details"]["sepa_debit"]["mandate"]


def _debtor(client: Client) -> tuple[str, str]:
    """A customer, and a bank account that is the default."""
    billing = {"name": "Jenny", "email": "jenny@example.com"}
    account = client.post("/v1/payment_methods", {"type": "sepa_debit", "sepa_debit": IBAN, "billing_details": billing})
    customer = client.post("/v1/customers", billing)["id"]
    client.post(f"/v1/payment_methods/{account['id']}/attach", {"customer": customer})
    client.post(f"/v1/customers/{customer}", {"invoice_settings": {"default_payment_method": account["id"]}})
    return customer, account["id"]


def test_a_subscription_that_wants_3d_secure_asks_at_its_beginning_only(tale: Tale) -> None:
    """The first invoice waits for the holder; the renewal, which nobody attends, is paid. [inferred: the latter]"""
    wanted = {"payment_method_options": {"card": {"request_three_d_secure": "any"}}}
    made = tale.subscribe(tale.price(1000), payment_settings=wanted)
    options = made["payment_settings"]["payment_method_options"]
    assert options["card"] == {"network": None, "request_three_d_secure": "any"}
    assert [name for name in NONE_SAID if options[name] is not None] == []
    assert made["status"] == "incomplete"
    invoice = tale.invoices()[0]
    assert invoice["payment_settings"]["payment_method_options"]["card"] == {"request_three_d_secure": "any"}
    intent = _intent(tale.stripe, invoice["id"])
    assert intent["status"] == "requires_action"
    assert intent["payment_method_options"]["card"]["request_three_d_secure"] == "any"
    path = f"/_pinstripe/payment_intents/{intent['id']}/authenticate"
    tale.stripe.simulator.control.handle("POST", path, tale.stripe.key, b"")
    assert tale.now()["status"] == "active"
    tale.go(MONTH + 3600)
    assert [invoice["status"] for invoice in tale.invoices()] == ["paid", "paid"]


def test_what_is_not_said_again_stays(tale: Tale) -> None:
    """Options are by type, and an empty type is unset; types are replaced as a whole."""
    options: dict[str, Any] = {"card": {"request_three_d_secure": "challenge"}}
    settings = {"payment_method_options": options, "payment_method_types": ["card", "us_bank_account"]}
    tale.subscribe(tale.price(0), payment_settings=settings)
    options = {"us_bank_account": {"verification_method": "instant"}}
    kept = tale.change(payment_settings={"payment_method_options": options})["payment_settings"]
    assert kept["payment_method_options"]["card"]["request_three_d_secure"] == "challenge"
    assert kept["payment_method_options"]["us_bank_account"] == {"verification_method": "instant"}
    assert kept["payment_method_types"] == ["card", "us_bank_account"]
    options = {"card": "", "us_bank_account": ""}
    gone = tale.change(payment_settings={"payment_method_options": options, "payment_method_types": ""})
    assert gone["payment_settings"] == {
        "payment_method_options": None,
        "payment_method_types": None,
        "save_default_payment_method": "off",
    }


@pytest.mark.parametrize(
    "types, status, taken",
    [
        (None, "processing", ["card", "sepa_debit"]),
        (["sepa_debit"], "processing", ["sepa_debit"]),
        (["card"], "requires_payment_method", ["card"]),
    ],
)
def test_the_types_named_are_those_of_the_intent(types: list[str] | None, status: str, taken: list[str]) -> None:
    """Without a name it is by card and by what the default is; what is not named is not asked. [documented]"""
    client = Client()
    customer, _ = _debtor(client)
    settings = {} if types is None else {"payment_settings": {"payment_method_types": types}}
    draft = _draft(client, customer, **settings)
    client.post(f"/v1/invoices/{draft['id']}/finalize", {"auto_advance": False})
    client.ask("POST", f"/v1/invoices/{draft['id']}/pay")
    intent = _intent(client, draft["id"])
    assert (intent["status"], intent["payment_method_types"]) == (status, taken)
    assert intent["payment_method_options"].keys() == set(taken)


def test_a_type_that_is_not_named_cannot_be_chosen() -> None:
    """A request to pay with it is refused as an intent refuses it. [second-hand: the sentence]"""
    client = Client()
    customer, account = _debtor(client)
    draft = _draft(client, customer, payment_settings={"payment_method_types": ["card"]})
    client.post(f"/v1/invoices/{draft['id']}/finalize", {"auto_advance": False})
    status, error = client.refused("POST", f"/v1/invoices/{draft['id']}/pay", {"payment_method": account})
    assert (status, error["param"]) == (400, "payment_method")
    assert "sepa_debit" in error["message"]


def test_an_invoice_is_paid_under_the_mandate_it_names() -> None:
    """The charge names it; one that does not exist is refused. [documented]"""
    client = Client()
    customer, account = _debtor(client)
    online = {"ip_address": "127.0.0.1", "user_agent": "x"}
    agreed = {"customer_acceptance": {"type": "online", "online": online}}
    said = {"allowed_payment_method_types": ["sepa_debit"], "payment_method": account, "customer": customer}
    mandate = client.post("/v1/setup_intents", {**said, "confirm": True, "mandate_data": agreed})["mandate"]
    _, error = client.refused(
        "POST", "/v1/invoices", {"customer": customer, "payment_settings": {"default_mandate": "mandate_none"}}
    )
    assert (error["code"], error["param"]) == ("resource_missing", "payment_settings[default_mandate]")
    draft = _draft(client, customer, payment_settings={"default_mandate": mandate})
    assert draft["payment_settings"]["default_mandate"] == mandate
    client.post(f"/v1/invoices/{draft['id']}/pay")
    assert _mandate(client, draft["id"]) == mandate
    client.post("/v1/setup_intents", {**said, "confirm": True, "mandate_data": agreed})
    draft = _draft(client, customer)
    assert client.refused("POST", f"/v1/invoices/{draft['id']}/pay", {"mandate": "none"})[1]["param"] == "mandate"
    client.post(f"/v1/invoices/{draft['id']}/pay", {"mandate": mandate})
    assert _mandate(client, draft["id"]) == mandate


def test_options_are_kept_as_an_invoice_shows_them() -> None:
    """A bank transfer with its country; parts without a plan, which only test cards of Mexico have."""
    client = Client()
    customer = client.post("/v1/customers")["id"]
    transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}}
    cash = {"bank_transfer": transfer, "funding_type": "bank_transfer"}
    options = {"customer_balance": cash, "card": {"installments": {"enabled": True, "plan": ""}}}
    body = {"customer": customer, "payment_settings": {"payment_method_options": options}}
    kept = client.post("/v1/invoices", body)["payment_settings"]["payment_method_options"]
    assert kept["customer_balance"] == cash
    assert kept["card"] == {"installments": {"enabled": True}, "request_three_d_secure": None}
    body["payment_settings"] = {"payment_method_options": {"customer_balance": {"funding_type": "cash"}}}
    assert client.refused("POST", "/v1/invoices", body)[0] == 400
    plan = {"count": 3, "interval": "month", "type": "fixed_count"}
    body["payment_settings"] = {"payment_method_options": {"card": {"installments": {"plan": plan}}}}
    assert client.refused("POST", "/v1/invoices", body)[0] == 501


def test_an_invoice_by_bank_transfer_is_paid_when_the_cash_covers_it() -> None:
    """Never in part; what is over pays the next one as it is finalized, unless cash is applied by hand. [documented]"""
    client = Client()
    customer = client.post("/v1/customers", {"email": "ada@example.com"})["id"]
    transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}}
    cash = {"customer_balance": {"bank_transfer": transfer, "funding_type": "bank_transfer"}}
    settings = {"payment_method_types": ["customer_balance"], "payment_method_options": cash}
    terms = {"collection_method": "send_invoice", "days_until_due": 30, "payment_settings": settings}

    def opened() -> Any:
        draft = _draft(client, customer, **terms)
        return client.post(f"/v1/invoices/{draft['id']}/finalize")

    def left(*, sent: int = 0) -> tuple[str, Any]:
        if sent:
            sum_ = {"amount": sent, "currency": "eur"}
            client.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", sum_)
        balance = client.get(f"/v1/customers/{customer}/cash_balance")["available"]
        return client.get(f"/v1/invoices/{first['id']}")["status"], balance

    first = opened()
    assert left(sent=400) == ("open", {"eur": 400})
    assert left(sent=1800) == ("paid", {"eur": 1200})  # 400 + 1800 - 1000
    assert opened()["status"] == "paid"
    by_hand = {"settings": {"reconciliation_mode": "manual"}}
    client.post(f"/v1/customers/{customer}/cash_balance", by_hand)
    first = opened()
    assert left(sent=1000) == ("open", {"eur": 1200})  # 1200 - 1000 + 1000


def test_a_renewal_is_paid_from_the_cash_that_is_there(tale: Tale) -> None:
    """An hour into the period, when the clock finalizes it. [documented: that cash is applied to invoices]"""
    transfer = {"customer_balance": {"bank_transfer": {"type": "us_bank_transfer"}, "funding_type": "bank_transfer"}}
    settings = {"payment_method_types": ["customer_balance"], "payment_method_options": transfer}
    terms = {"collection_method": "send_invoice", "days_until_due": 30, "payment_settings": settings}
    tale.stripe.post(f"/v1/customers/{tale.customer}", {"email": "ada@example.com"})
    sum_ = {"amount": 1500, "currency": "usd"}
    tale.stripe.post(f"/v1/test_helpers/customers/{tale.customer}/fund_cash_balance", sum_)
    tale.subscribe(tale.price(1000), **terms)
    tale.go(3600)
    assert tale.invoices()[0]["status"] == "paid"
    tale.go(MONTH + 3600)
    assert [invoice["status"] for invoice in tale.invoices()] == ["open", "paid"]  # 500 are left
