"""What the operations of the rest of the platform need; and which objects nothing makes here."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe_contracts.fair.asker import Asker, Table


def nothing(_: Asker) -> str:
    """An id of an object that nothing makes here."""
    return "none_made_here"


def file(asker: Asker) -> str:
    """A picture."""
    return str(asker.ok("POST", "/v1/files", UPLOAD)["id"])


def design(asker: Asker) -> str:
    """A card with a picture."""
    body = {"physical_bundle": BUNDLE, "card_logo": file(asker), "name": "Ours"}
    return str(asker.ok("POST", "/v1/issuing/personalization_designs", body)["id"])


def session(asker: Asker) -> str:
    """A verification that waits for documents."""
    return str(asker.ok("POST", "/v1/identity/verification_sessions", {"type": "document"})["id"])


def value_list(asker: Asker) -> str:
    """A list of addresses."""
    body = {"alias": asker.word(), "name": "Blocked", "item_type": "case_sensitive_string"}
    return str(asker.ok("POST", "/v1/radar/value_lists", body)["id"])


def _secret(asker: Asker) -> Mapping[str, str]:
    """A secret that can be found."""
    asker.ok("POST", "/v1/apps/secrets", {**NAMED, "payload": "hush"})
    return {}


BUNDLE = "ics_NLuXJPDYSTjFON"
UPLOAD = {"purpose": "business_logo", "file": b"\x89PNG and so on"}
NAMED = {"name": "token", "scope": {"type": "account"}}
LATER = 1_900_000_000

UNMADE = (
    "/v1/apps/installs/{}",
    "/v1/climate/orders/{}",
    "/v1/financial_connections/accounts/{}",
    "/v1/financial_connections/transactions/{}",
    "/v1/forwarding/requests/{}",
    "/v1/identity/verification_reports/{}",
    "/v1/issuing/tokens/{}",
    "/v1/reviews/{}",
    "/v1/sigma/scheduled_query_runs/{}",
    "/v1/three_d_secure/authentications/{}",
)
"""Nothing here makes one of these."""

REFERENCE = (
    "/v1/climate/products/{}",
    "/v1/climate/suppliers/{}",
    "/v1/country_specs/{}",
    "/v1/exchange_rates/{}",
    "/v1/reporting/report_types/{}",
    "/v1/tax_codes/{}",
)
"""Stripe's own data, which is not known here, and what hangs below the unmade."""

TABLE = Table(
    requests={
        "GET /v1/apps/secrets": {"scope": {"type": "account"}},
        "GET /v1/apps/secrets/find": NAMED,
        "POST /v1/apps/secrets": {**NAMED, "payload": "hush", "expires_at": LATER},
        "POST /v1/apps/secrets/delete": NAMED,
        "POST /v1/apps/installs": {"app": "com.example.app"},
        "POST /v1/climate/orders": {"product": "climsku_frontier_offtake_portfolio_2027", "amount": 1000},
        "POST /v1/file_links": {"file": "$file"},
        "POST /v1/files": UPLOAD,
        "GET /v1/financial_connections/accounts/{account}/owners": {"ownership": "fcaowns_none"},
        "GET /v1/financial_connections/transactions": {"account": "fca_none"},
        "POST /v1/financial_connections/accounts/{account}/refresh": {"features": ["balance"]},
        "POST /v1/financial_connections/accounts/{account}/subscribe": {"features": ["transactions"]},
        "POST /v1/financial_connections/accounts/{account}/unsubscribe": {"features": ["transactions"]},
        "POST /v1/financial_connections/sessions": {
            "account_holder": {"type": "customer", "customer": "$customer"},
            "permissions": ["balances"],
        },
        "POST /v1/forwarding/requests": {
            "payment_method": "pm_card_visa",
            "url": "https://example.com/pay",
            "request": {"body": "{}"},
            "replacements": ["card_number"],
        },
        "POST /v1/identity/verification_sessions": {"type": "document"},
        "POST /v1/identity/verification_sessions/{session}": {"metadata": {"a": "b"}},
        "POST /v1/issuing/personalization_designs": {"physical_bundle": BUNDLE, "card_logo": "$file"},
        "POST /v1/issuing/personalization_designs/{personalization_design}": {"name": "Yours"},
        "POST /v1/issuing/tokens/{token}": {"status": "suspended"},
        "POST /v1/product_catalog/trial_offers": {
            "price": "$price",
            "duration": {"type": "relative", "relative": {"iterations": 1}},
            "end_behavior": {"transition": {"price": "$price"}},
        },
        "POST /v1/product_catalog/trial_offers/{id}": {"active": False},
        "POST /v1/radar/payment_evaluations": {
            "customer_details": {"email": "ada@example.com"},
            "payment_details": {
                "amount": 1000,
                "currency": "usd",
                "payment_method_details": {"payment_method": "pm_card_visa"},
            },
        },
        "GET /v1/radar/value_list_items": {"value_list": "$value_list"},
        "POST /v1/radar/value_list_items": {"value_list": "$value_list", "value": "Atlantis"},
        "POST /v1/radar/value_lists": {"alias": "$word", "name": "Friends"},
        "POST /v1/radar/value_lists/{value_list}": {"name": "Best friends"},
        "POST /v1/reporting/report_runs": {
            "report_type": "balance.summary.1",
            "parameters": {"interval_start": 1_700_000_000, "interval_end": 1_700_086_400},
        },
        "POST /v1/test_helpers/issuing/personalization_designs/{personalization_design}/reject": {
            "rejection_reasons": {"card_logo": ["other"]}
        },
        "POST /v1/three_d_secure/authentications": {
            "channel": {"type": "three_r_i", "three_r_i": {"previous_authentication": "none", "type": "recurring"}},
            "message_category": "payment_authentication",
        },
    },
    makers={
        **dict.fromkeys((*UNMADE, *REFERENCE), nothing),
        "file": file,
        "value_list": value_list,
        "/v1/issuing/personalization_designs/{}": design,
        "/v1/issuing/physical_bundles/{}": lambda _: BUNDLE,
        "/v1/test_helpers/issuing/personalization_designs/{}": design,
        "/v1/identity/verification_sessions/{}": session,
    },
    before={
        "GET /v1/apps/secrets/find": _secret,
        "POST /v1/apps/secrets/delete": _secret,
    },
)
