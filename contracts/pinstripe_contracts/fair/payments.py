"""What the operations of payments need: intents in each state, charges, refunds, disputes, sources, cash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe_contracts.fair.asker import Asker, Prepare, Table
from pinstripe_contracts.fair.core import customer

TEN = {"amount": 1000, "currency": "usd"}
CARDS_ONLY = {"allowed_payment_method_types": ["card"]}


def intent(asker: Asker, **params: Any) -> str:
    """An intent over ten dollars by card."""
    return str(asker.ok("POST", "/v1/payment_intents", {**TEN, **CARDS_ONLY, **params})["id"])


def charge(asker: Asker) -> str:
    """A charge whose money has come."""
    return str(asker.ok("POST", "/v1/charges", {**TEN, "source": "tok_visa"})["id"])


def held(asker: Asker) -> Mapping[str, Any]:
    """An intent whose money is held, and may grow."""
    options = {"card": {"request_incremental_authorization": "if_available"}}
    id_ = intent(
        asker,
        payment_method="pm_card_visa",
        confirm=True,
        capture_method="manual",
        payment_method_options=options,
    )
    return {"intent": id_}


def held_charge(asker: Asker) -> Mapping[str, Any]:
    """A charge that is not captured yet."""
    body = {**TEN, "source": "tok_visa", "capture": False}
    return {"charge": asker.ok("POST", "/v1/charges", body)["id"]}


def confirmable(asker: Asker) -> Mapping[str, Any]:
    """An intent with a card."""
    return {"intent": intent(asker, payment_method="pm_card_visa")}


def unproven(asker: Asker) -> Mapping[str, Any]:
    """An intent that waits for the proof of a bank account."""
    id_ = intent(asker, confirm=True, **_bank_account())
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


def unproven_setup(asker: Asker) -> Mapping[str, Any]:
    """A setup intent that waits for the proof of a bank account."""
    return {"intent": asker.ok("POST", "/v1/setup_intents", {"confirm": True, **_bank_account()})["id"]}


def setup(asker: Asker) -> str:
    """A setup intent that has succeeded."""
    body = {"payment_method": "pm_card_visa", "confirm": True, **CARDS_ONLY}
    return str(asker.ok("POST", "/v1/setup_intents", body)["id"])


def transfer_awaited(asker: Asker) -> Mapping[str, Any]:
    """An intent that waits for a bank transfer, of a customer whose cash would do."""
    buyer = customer(asker)
    asker.ok("POST", f"/v1/customers/{buyer}/cash_balance", {"settings": {"reconciliation_mode": "manual"}})
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
    id_ = asker.ok("POST", "/v1/payment_intents", body)["id"]
    fund(asker, buyer)
    return {"intent": id_}


def fund(asker: Asker, buyer: str) -> str:
    """Cash that has come from a customer."""
    return str(asker.ok("POST", f"/v1/test_helpers/customers/{buyer}/fund_cash_balance", TEN)["id"])


def cash_transaction(asker: Asker) -> Mapping[str, Any]:
    """A customer with cash, and how it came."""
    buyer = customer(asker)
    return {"customer": buyer, "transaction": fund(asker, buyer)}


def cash_refund(asker: Asker) -> Mapping[str, Any]:
    """A refund that waits for the customer's answer."""
    buyer = customer(asker)
    fund(asker, buyer)
    body = {**TEN, "origin": "customer_balance", "customer": buyer, "instructions_email": "ada@example.com"}
    return {"refund": asker.ok("POST", "/v1/refunds", body)["id"]}


def fraud_warning(asker: Asker) -> str:
    """An issuer's warning, which may come a moment after the payment."""
    paid = asker.ok("POST", "/v1/charges", {**TEN, "source": "tok_createIssuerFraudRecord"})["id"]
    return str(asker.ok("GET", "/v1/radar/early_fraud_warnings", {"charge": paid})["data"][0]["id"])


def dispute(asker: Asker) -> str:
    """A dispute that wants an answer."""
    intent(asker, payment_method="pm_card_createDispute", confirm=True)
    return str(asker.ok("GET", "/v1/disputes")["data"][0]["id"])


def mandate(asker: Asker) -> str:
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
    return str(asker.ok("POST", "/v1/setup_intents", body)["mandate"])


def balance_transaction(asker: Asker) -> str:
    """The money of a charge."""
    return str(asker.ok("GET", f"/v1/charges/{charge(asker)}")["balance_transaction"])


def attached(asker: Asker) -> Mapping[str, Any]:
    """A payment method of a customer."""
    buyer = customer(asker)
    rows = asker.ok("GET", f"/v1/customers/{buyer}/payment_methods")["data"]
    return {"customer": buyer, "payment_method": rows[0]["id"]}


def bank_source(asker: Asker) -> Mapping[str, Any]:
    """A bank account of a customer that is not verified."""
    account = {"account_number": "000123456789", "routing_number": "110000000", "country": "US", "currency": "usd"}
    token = asker.ok("POST", "/v1/tokens", {"bank_account": account})["id"]
    buyer = customer(asker)
    return {"customer": buyer, "id": asker.ok("POST", f"/v1/customers/{buyer}/sources", {"source": token})["id"]}


def coded_source(asker: Asker) -> Mapping[str, Any]:
    """A source that waits for a code."""
    return {"source": asker.ok("POST", "/v1/sources", {"type": "ideal", "flow": "code_verification"})["id"]}


def confirmation_token(asker: Asker) -> str:
    """What a form has collected."""
    body = {"payment_method": "pm_card_visa"}
    return str(asker.ok("POST", "/v1/test_helpers/confirmation_tokens", body)["id"])


def payment_record(asker: Asker) -> str:
    """A payment that was reported."""
    return str(asker.ok("POST", "/v1/payment_records/report_payment", REPORT)["id"])


def attempt_record(asker: Asker) -> str:
    """Its first attempt."""
    return str(asker.ok("GET", f"/v1/payment_records/{payment_record(asker)}")["latest_payment_attempt_record"])


def guaranteed(asker: Asker) -> Mapping[str, Any]:
    """A payment that was reported and is safe."""
    id_ = payment_record(asker)
    path = f"/v1/payment_records/{id_}/report_payment_attempt_guaranteed"
    asker.ok("POST", path, {"guaranteed_at": 1_801_396_800})
    return {"id": id_}


def named(word: str, make: Any) -> Prepare:
    """A preparation that puts one object under one name."""

    def prepare(asker: Asker) -> Mapping[str, Any]:
        """The id under its name."""
        return {word: make(asker)}

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
        "/v1/radar/early_fraud_warnings/{}": fraud_warning,
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
        "POST /v1/setup_intents/{intent}/confirm": lambda asker: {
            "intent": asker.ok("POST", "/v1/setup_intents", {"payment_method": "pm_card_visa", **CARDS_ONLY})["id"]
        },
        "POST /v1/setup_intents/{intent}/verify_microdeposits": unproven_setup,
        "POST /v1/charges/{charge}/capture": held_charge,
        "POST /v1/refunds/{refund}/cancel": cash_refund,
        "POST /v1/test_helpers/refunds/{refund}/expire": cash_refund,
        "POST /v1/payment_methods/{payment_method}": attached,
        "POST /v1/payment_methods/{payment_method}/detach": attached,
        "GET /v1/customers/{customer}/payment_methods/{payment_method}": attached,
        "GET /v1/customers/{customer}/cash_balance_transactions/{transaction}": cash_transaction,
        "POST /v1/customers/{customer}/sources/{id}/verify": bank_source,
        "POST /v1/sources/{source}/verify": coded_source,
        "POST /v1/payment_records/{id}/report_refund": guaranteed,
    },
)
