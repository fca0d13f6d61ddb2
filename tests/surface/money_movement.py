"""What the operations of top-ups, transfers and payouts need."""

from __future__ import annotations

from collections.abc import Mapping

from tests.surface.driver import Driver, Table

AT_ONCE = {
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    "capture_method": "automatic",
}
"""A card payment whose money is booked before the answer."""


def funds(driver: Driver) -> Mapping[str, str]:
    """A hundred dollars, at once."""
    card = {"payment_method": "pm_card_bypassPending", "confirm": True}
    body = {"amount": 10_000, "currency": "usd", **card, **AT_ONCE}
    driver.ok("POST", "/v1/payment_intents", body)
    return {}


def transfer(driver: Driver) -> str:
    """A transfer to a connected account."""
    funds(driver)
    body = {"amount": 1000, "currency": "usd", "destination": driver.make("connected_account")}
    return str(driver.ok("POST", "/v1/transfers", body)["id"])


def payout(driver: Driver) -> str:
    """A payout on its way."""
    funds(driver)
    return str(driver.ok("POST", "/v1/payouts", {"amount": 1000, "currency": "usd"})["id"])


def _paid_payout(driver: Driver) -> Mapping[str, str]:
    """A payout whose day has come."""
    id_ = payout(driver)
    driver.advance(driver.ok("GET", f"/v1/payouts/{id_}")["arrival_date"])
    return {"payout": id_}


TABLE = Table(
    requests={
        "POST /v1/topups": {"amount": 1000, "currency": "usd"},
        "POST /v1/transfers": {"amount": 1000, "currency": "usd", "destination": "$connected_account"},
        "POST /v1/payouts": {"amount": 1000, "currency": "usd"},
        "POST /v1/balance_settings": {"payments": {"payouts": {"statement_descriptor": "ACME"}}},
    },
    makers={"/v1/transfers/{}": transfer, "/v1/payouts/{}": payout},
    before={
        "POST /v1/payouts": funds,
        "POST /v1/payouts/{payout}/reverse": _paid_payout,
        "POST /v1/transfers": funds,
    },
)
