"""What the operations of Checkout, payment links and the billing portal need."""

from __future__ import annotations

from typing import Any

from pinstripe_contracts.fair.asker import Asker, Table


def session(asker: Asker) -> str:
    """A page that sells a subscription of ten dollars a month."""
    return str(asker.ok("POST", "/v1/checkout/sessions", asker.resolved(SESSION))["id"])


SESSION: dict[str, Any] = {
    "mode": "subscription",
    "line_items": [{"price": "$price", "quantity": 1}],
    "success_url": "https://example.com/thanks",
}
CONFIGURATION: dict[str, Any] = {"features": {"subscription_cancel": {"enabled": True}}}

TABLE = Table(
    requests={
        "POST /v1/checkout/sessions": SESSION,
        "POST /v1/billing_portal/configurations": CONFIGURATION,
        "POST /v1/billing_portal/sessions": {"customer": "$customer"},
        "POST /v1/payment_links": {"line_items": [{"price": "$price", "quantity": 1}]},
    },
    makers={"/v1/checkout/sessions/{}": session},
)
