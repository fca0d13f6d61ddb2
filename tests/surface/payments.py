"""What the operations of payments need: intents in each state, charges, refunds, disputes, sources, cash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.surface.core import customer
from tests.surface.driver import Driver, Prepare, Table

TEN = {"amount": 1000, "currency": "usd"}
CARDS_ONLY = {"allowed_payment_method_types": ["card"]}


def intent(driver: Driver, **params: Any) -> str:
    """An intent over ten dollars by card."""
    return str(driver.ok("POST", "/v1/payment_intents", {**TEN, **CARDS_ONLY, **params})["id"])


def charge(driver: Driver) -> str:
    """A charge whose money has come."""
    return str(driver.ok("POST", "/v1/charges", {**TEN, "source": "tok_visa"})["id"])


def held(driver: Driver) -> Mapping[str, Any]:
    """An intent whose money is held, and may grow."""
    options = {"card": {"request_incremental_authorization": "if_available"}}
    id_ = intent(
        driver,
        payment_method="pm_card_visa",
        confirm=True,
        capture_method="manual",
        payment_method_options=options,
    )
    return {"intent": id_}


def held_charge(driver: Driver) -> Mapping[str, Any]:
    """A charge that is not captured yet."""
    body = {**TEN, "source": "tok_visa", "capture": False}
    return {"charge": driver.ok("POST", "/v1/charges", body)["id"]}


def confirmable(driver: Driver) -> Mapping[str, Any]:
    """An intent with a card."""
    return {"intent": intent(driver, payment_method="pm_card_visa")}


def unproven(driver: Driver) -> Mapping[str, Any]:
    """An intent that waits for the proof of a bank account."""
    id_ = intent(driver, confirm=True, **_bank_account())
    return {"intent": id_}


def _bank_account() -> dict[str, Any]:
    """A bank account that nobody has proven."""
    account = {"account_number": "000123456789", "routing_number": "110000000", "account_holder_type": "individual"}
    return {
        "allowed_payment_method_types": ["us_bank_account"],
        "payment_method_data": {
            "type": "us_bank_account",
            "us_bank_account": account,
            "billing_details": {"name": "Ada"},
        },
        "mandate_data": {"customer_acceptance": {"type": "offline"}},
    }


def unproven_setup(driver: Driver) -> Mapping[str, Any]:
    """A setup intent that waits for the proof of a bank account."""
    return {"intent": driver.ok("POST", "/v1/setup_intents", {"confirm": True, **_bank_account()})["id"]}


def setup(driver: Driver) -> str:
    """A setup intent that has succeeded."""
    body = {"payment_method": "pm_card_visa", "confirm": True, **CARDS_ONLY}
    return str(driver.ok("POST", "/v1/setup_intents", body)["id"])


def transfer_awaited(driver: Driver) -> Mapping[str, Any]:
    """An intent that waits for a bank transfer, of a customer whose cash would do."""
    buyer = customer(driver)
    driver.ok("POST", f"/v1/customers/{buyer}/cash_balance", {"settings": {"reconciliation_mode": "manual"}})
    body = {
        **TEN,
        "customer": buyer,
        "allowed_payment_method_types": ["customer_balance"],
        "payment_method_data": {"type": "customer_balance"},
        "payment_method_options": {
            "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
        },
        "confirm": True,
    }
    id_ = driver.ok("POST", "/v1/payment_intents", body)["id"]
    fund(driver, buyer)
    return {"intent": id_}


def fund(driver: Driver, buyer: str) -> str:
    """Cash that has come from a customer."""
    return str(driver.ok("POST", f"/v1/test_helpers/customers/{buyer}/fund_cash_balance", TEN)["id"])


def cash_transaction(driver: Driver) -> Mapping[str, Any]:
    """A customer with cash, and how it came."""
    buyer = customer(driver)
    return {"customer": buyer, "transaction": fund(driver, buyer)}


def cash_refund(driver: Driver) -> Mapping[str, Any]:
    """A refund that waits for the customer's answer."""
    buyer = customer(driver)
    fund(driver, buyer)
    body = {**TEN, "origin": "customer_balance", "customer": buyer, "instructions_email": "ada@example.com"}
    return {"refund": driver.ok("POST", "/v1/refunds", body)["id"]}


def dispute(driver: Driver) -> str:
    """A dispute that wants an answer."""
    intent(driver, payment_method="pm_card_createDispute", confirm=True)
    return str(driver.ok("GET", "/v1/disputes")["data"][0]["id"])


def mandate(driver: Driver) -> str:
    """A mandate for a debit."""
    body = {
        "allowed_payment_method_types": ["sepa_debit"],
        "payment_method_data": {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89370400440532013000"},
            "billing_details": {"name": "Ada", "email": "ada@example.com"},
        },
        "mandate_data": {"customer_acceptance": {"type": "offline"}},
        "confirm": True,
    }
    return str(driver.ok("POST", "/v1/setup_intents", body)["mandate"])


def balance_transaction(driver: Driver) -> str:
    """The money of a charge."""
    return str(driver.ok("GET", f"/v1/charges/{charge(driver)}")["balance_transaction"])


def attached(driver: Driver) -> Mapping[str, Any]:
    """A payment method of a customer."""
    buyer = customer(driver)
    rows = driver.ok("GET", f"/v1/customers/{buyer}/payment_methods")["data"]
    return {"customer": buyer, "payment_method": rows[0]["id"]}


def bank_source(driver: Driver) -> Mapping[str, Any]:
    """A bank account of a customer that is not verified."""
    account = {"account_number": "000123456789", "routing_number": "110000000", "country": "US", "currency": "usd"}
    token = driver.ok("POST", "/v1/tokens", {"bank_account": account})["id"]
    buyer = customer(driver)
    return {"customer": buyer, "id": driver.ok("POST", f"/v1/customers/{buyer}/sources", {"source": token})["id"]}


def coded_source(driver: Driver) -> Mapping[str, Any]:
    """A source that waits for a code."""
    return {"source": driver.ok("POST", "/v1/sources", {"type": "ideal", "flow": "code_verification"})["id"]}


def confirmation_token(driver: Driver) -> str:
    """What a form has collected."""
    body = {"payment_method": "pm_card_visa"}
    return str(driver.ok("POST", "/v1/test_helpers/confirmation_tokens", body)["id"])


def payment_record(driver: Driver) -> str:
    """A payment that was reported."""
    return str(driver.ok("POST", "/v1/payment_records/report_payment", REPORT)["id"])


def attempt_record(driver: Driver) -> str:
    """Its first attempt."""
    return str(driver.ok("GET", f"/v1/payment_records/{payment_record(driver)}")["latest_payment_attempt_record"])


def guaranteed(driver: Driver) -> Mapping[str, Any]:
    """A payment that was reported and is safe."""
    id_ = payment_record(driver)
    path = f"/v1/payment_records/{id_}/report_payment_attempt_guaranteed"
    driver.ok("POST", path, {"guaranteed_at": 1_801_396_800})
    return {"id": id_}


def named(word: str, make: Any) -> Prepare:
    """A preparation that puts one object under one name."""

    def prepare(driver: Driver) -> Mapping[str, Any]:
        """The id under its name."""
        return {word: make(driver)}

    return prepare


MOMENT = 1_801_396_800
REPORT = {
    "amount_requested": {"value": 1000, "currency": "usd"},
    "initiated_at": MOMENT,
    "payment_method_details": {"type": "custom", "custom": {"display_name": "Coins"}},
    "processor_details": {"type": "custom", "custom": {"payment_reference": "42"}},
}
ATTEMPTS = "POST /v1/payment_records/{id}/report_payment_attempt"

TABLE = Table(
    requests={
        "POST /v1/payment_intents": TEN,
        "POST /v1/payment_intents/{intent}/increment_authorization": {"amount": 1500},
        "POST /v1/payment_intents/{intent}/verify_microdeposits": {"amounts": [32, 45]},
        "POST /v1/setup_intents/{intent}/verify_microdeposits": {"descriptor_code": "SM11AA"},
        "GET /v1/setup_attempts": {"setup_intent": "$setup_intent"},
        "POST /v1/charges": {**TEN, "source": "tok_visa"},
        "POST /v1/refunds": {"charge": "$paid_charge"},
        "POST /v1/tokens": {"pii": {"id_number": "000000000"}},
        "POST /v1/sources": {"type": "card", "token": "tok_visa"},
        "POST /v1/sources/{source}/verify": {"values": ["1"]},
        "POST /v1/payment_methods": {"type": "card", "card": {"token": "tok_visa"}},
        "POST /v1/payment_methods/{payment_method}/attach": {"customer": "$customer"},
        "POST /v1/payment_method_domains": {"domain_name": "example.com"},
        "POST /v1/customers/{customer}/balance_transactions": {"amount": -500, "currency": "usd"},
        "POST /v1/customers/{customer}/sources": {"source": "tok_visa"},
        "POST /v1/customers/{customer}/sources/{id}/verify": {"amounts": [32, 45]},
        "POST /v1/test_helpers/customers/{customer}/fund_cash_balance": TEN,
        "POST /v1/customers/{customer}/funding_instructions": {
            "bank_transfer": {"type": "us_bank_transfer"},
            "currency": "usd",
            "funding_type": "bank_transfer",
        },
        "POST /v1/test_helpers/confirmation_tokens": {"payment_method": "pm_card_visa"},
        "POST /v1/payment_records/report_payment": REPORT,
        ATTEMPTS: {"initiated_at": MOMENT},
        f"{ATTEMPTS}_canceled": {"canceled_at": MOMENT},
        f"{ATTEMPTS}_failed": {"failed_at": MOMENT},
        f"{ATTEMPTS}_guaranteed": {"guaranteed_at": MOMENT},
        "POST /v1/payment_records/{id}/report_refund": {
            "outcome": "refunded",
            "processor_details": {"type": "custom", "custom": {"refund_reference": "43"}},
        },
        "GET /v1/payment_attempt_records": {"payment_record": "$payment_record"},
    },
    makers={
        "paid_charge": charge,
        "setup_intent": setup,
        "payment_record": payment_record,
        "/v1/balance_transactions/{}": balance_transaction,
        "/v1/confirmation_tokens/{}": confirmation_token,
        "/v1/disputes/{}": dispute,
        "/v1/mandates/{}": mandate,
        "/v1/payment_attempt_records/{}": attempt_record,
        "/v1/payment_records/{}": payment_record,
        "/v1/test_helpers/customers/{}": customer,
    },
    before={
        "POST /v1/payment_intents/{intent}/apply_customer_balance": transfer_awaited,
        "POST /v1/payment_intents/{intent}/capture": held,
        "POST /v1/payment_intents/{intent}/confirm": confirmable,
        "POST /v1/payment_intents/{intent}/increment_authorization": held,
        "POST /v1/payment_intents/{intent}/verify_microdeposits": unproven,
        "POST /v1/setup_intents/{intent}/confirm": lambda driver: {
            "intent": driver.ok("POST", "/v1/setup_intents", {"payment_method": "pm_card_visa", **CARDS_ONLY})["id"]
        },
        "POST /v1/setup_intents/{intent}/verify_microdeposits": unproven_setup,
        "POST /v1/charges/{charge}/capture": held_charge,
        "POST /v1/refunds/{refund}/cancel": cash_refund,
        "POST /v1/test_helpers/refunds/{refund}/expire": cash_refund,
        "POST /v1/payment_methods/{payment_method}/detach": attached,
        "GET /v1/customers/{customer}/payment_methods/{payment_method}": attached,
        "GET /v1/customers/{customer}/cash_balance_transactions/{transaction}": cash_transaction,
        "POST /v1/customers/{customer}/sources/{id}/verify": bank_source,
        "POST /v1/sources/{source}/verify": coded_source,
        "POST /v1/payment_records/{id}/report_refund": guaranteed,
    },
)
