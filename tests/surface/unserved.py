"""The operations that answer something else than 2xx to a fair request, each with the reason: the table is the promise.

An operation that begins to answer leaves the table, one that stops comes in with a reason; the test fails either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_UNMADE = "404: nothing here makes one, so none is found; lists are empty"
_STRIPES = "501: Stripe's own data, which is not known here and would be a lie if empty"
_MARKET = "501: apps come from Stripe's marketplace, which knows what they may do"
_CLIMATE = "501: what can be ordered, and at what price, is Stripe's to say"
_NETWORK = "501: it would call a server that is not ours, with a card number"
_MODEL = "501: the score is worked out by a model that only Stripe has"
_BANK = "501: what the card's bank answers cannot be worked out"
_CARD = "501: presenting a card would have to pay by one that is there, which is not modelled"
_APPLE = "501: the link leads to Apple, and how it looks is not known"
_DASHBOARD = "404: financial accounts of API v2 are opened in the Dashboard, and these hang on one; lists are empty"
_NO_ACCOUNT = "400: it moves the money of a financial account, which is opened in the Dashboard and so never here"
_PAYEE = "501: what the recipient's bank answers, and in which words, cannot be worked out"
_UNASKED = "404: no recipient is ever verified"
_FRAUD = "400: no message about fraud is ever sent to a cardholder, so there is none to answer"

_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    _UNMADE: (
        "GET /v1/apps/installs/{id}",
        "POST /v1/apps/installs/{id}",
        "POST /v1/apps/installs/{id}/uninstall",
        "GET /v1/climate/orders/{order}",
        "POST /v1/climate/orders/{order}",
        "POST /v1/climate/orders/{order}/cancel",
        "GET /v1/financial_connections/accounts/{account}",
        "POST /v1/financial_connections/accounts/{account}/disconnect",
        "GET /v1/financial_connections/accounts/{account}/owners",
        "POST /v1/financial_connections/accounts/{account}/refresh",
        "POST /v1/financial_connections/accounts/{account}/subscribe",
        "POST /v1/financial_connections/accounts/{account}/unsubscribe",
        "GET /v1/financial_connections/transactions/{transaction}",
        "GET /v1/forwarding/requests/{id}",
        "GET /v1/identity/verification_reports/{report}",
        "GET /v1/issuing/tokens/{token}",
        "POST /v1/issuing/tokens/{token}",
        "GET /v1/reviews/{review}",
        "POST /v1/reviews/{review}/approve",
        "GET /v1/sigma/scheduled_query_runs/{scheduled_query_run}",
        "GET /v1/three_d_secure/authentications/{authentication}",
        "POST /v1/three_d_secure/authentications/{authentication}/cancel",
        "POST /v1/three_d_secure/authentications/{authentication}/submit",
    ),
    _STRIPES: (
        "GET /v1/climate/products",
        "GET /v1/climate/products/{product}",
        "GET /v1/climate/suppliers",
        "GET /v1/climate/suppliers/{supplier}",
        "GET /v1/country_specs",
        "GET /v1/country_specs/{country}",
        "GET /v1/exchange_rates",
        "GET /v1/exchange_rates/{rate_id}",
        "GET /v1/issuing/physical_bundles",
        "GET /v1/reporting/report_types",
        "GET /v1/reporting/report_types/{report_type}",
        "GET /v1/tax_codes",
        "GET /v1/tax_codes/{id}",
        "GET /v2/money_management/payout_methods_bank_account_spec",
    ),
    _MARKET: ("POST /v1/apps/installs",),
    _CLIMATE: ("POST /v1/climate/orders",),
    _NETWORK: ("POST /v1/forwarding/requests",),
    _MODEL: ("POST /v1/radar/payment_evaluations",),
    _BANK: ("POST /v1/three_d_secure/authentications",),
    _CARD: ("POST /v1/test_helpers/terminal/readers/{reader}/present_payment_method",),
    _APPLE: ("POST /v1/terminal/onboarding_links",),
    _FRAUD: ("POST /v1/test_helpers/issuing/authorizations/{authorization}/fraud_challenges/respond",),
    _DASHBOARD: (
        "GET /v2/money_management/adjustments/{id}",
        "GET /v2/money_management/financial_accounts/{id}",
        "POST /v2/money_management/financial_accounts/{id}",
        "GET /v2/money_management/financial_addresses/{id}",
        "GET /v2/money_management/inbound_transfers/{id}",
        "GET /v2/money_management/outbound_payments/{id}",
        "POST /v2/money_management/outbound_payments/{id}/cancel",
        "GET /v2/money_management/payout_intents/{id}",
        "POST /v2/money_management/payout_intents/{id}",
        "POST /v2/money_management/payout_intents/{id}/cancel",
        "POST /v2/money_management/payout_intents/{id}/confirm",
        "POST /v2/money_management/payout_intents/{id}/refresh_fx_quote",
        "POST /v2/money_management/payout_intents/{id}/refresh_recipient_verification",
        "GET /v2/money_management/received_credits/{id}",
        "POST /v2/money_management/test_helpers/financial_addresses/{id}/credit",
        "GET /v2/money_management/transaction_entries/{id}",
        "GET /v2/money_management/transactions/{id}",
        "POST /v2/money_management/transactions/{id}",
        "POST /v2/money_management/transactions/{id}/refresh_regulatory_receipt",
    ),
    _NO_ACCOUNT: (
        "POST /v2/money_management/financial_addresses",
        "POST /v2/money_management/inbound_transfers",
        "POST /v2/money_management/outbound_payments",
        "POST /v2/money_management/payout_intents",
    ),
    _PAYEE: (
        "POST /v2/money_management/recipient_verifications",
        "POST /v2/test_helpers/money_management/recipient_verifications",
    ),
    _UNASKED: (
        "GET /v2/money_management/recipient_verifications/{id}",
        "POST /v2/money_management/recipient_verifications/{id}/acknowledge",
    ),
}

UNSERVED: Final[Mapping[str, str]] = {name: reason for reason, names in _ROWS.items() for name in names}
"""By operation, the reason, which begins with the status."""

PENDING: Final[frozenset[str]] = frozenset()
"""Operations that are still to be done or decided; nothing is asked of them yet."""
