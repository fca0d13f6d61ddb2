"""What the operations of top-ups, transfers and payouts need."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table

AT_ONCE = {
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    "capture_method": "automatic",
}
"""A card payment whose money is booked before the answer."""


def funds(asker: Asker) -> Mapping[str, str]:
    """A hundred dollars, at once."""
    card = {"payment_method": "pm_card_bypassPending", "confirm": True}
    body = {"amount": 10_000, "currency": "usd", **card, **AT_ONCE}
    asker.ok("POST", "/v1/payment_intents", body)
    return {}


def transfer(asker: Asker) -> str:
    """A transfer to a connected account."""
    funds(asker)
    body = {"amount": 1000, "currency": "usd", "destination": asker.make("payee")}
    return str(asker.ok("POST", "/v1/transfers", body)["id"])


def fee(asker: Asker) -> str:
    """A fee that a payment for a connected account has brought."""
    payment = {"payment_method": "pm_card_visa", "confirm": True, "expand": ["latest_charge"], **AT_ONCE}
    shared = {"application_fee_amount": 100, "transfer_data": {"destination": asker.make("payee")}}
    made = asker.ok("POST", "/v1/payment_intents", {"amount": 1000, "currency": "usd", **payment, **shared})
    return str(made["latest_charge"]["application_fee"])


def payout(asker: Asker) -> str:
    """A payout on its way."""
    funds(asker)
    return str(asker.ok("POST", "/v1/payouts", {"amount": 1000, "currency": "usd"})["id"])


def _paid_payout(asker: Asker) -> Mapping[str, str]:
    """A payout whose day has come."""
    id_ = payout(asker)
    asker.advance(asker.ok("GET", f"/v1/payouts/{id_}")["arrival_date"])
    return {"payout": id_}


TABLE = Table(
    requests={
        "POST /v1/topups": {"amount": 1000, "currency": "usd"},
        "POST /v1/transfers": {"amount": 1000, "currency": "usd", "destination": "$payee"},
        "POST /v1/payouts": {"amount": 1000, "currency": "usd"},
        "POST /v1/balance_settings": {"payments": {"payouts": {"statement_descriptor": "ACME"}}},
    },
    makers={"/v1/transfers/{}": transfer, "/v1/payouts/{}": payout, "/v1/application_fees/{}": fee},
    before={
        "POST /v1/payouts": funds,
        "POST /v1/payouts/{payout}/reverse": _paid_payout,
        "POST /v1/transfers": funds,
    },
)
