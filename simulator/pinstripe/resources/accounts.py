"""The account itself: who a key belongs to."""

from __future__ import annotations

from pinstripe.resources.resource import Answer, Call, Resource, shaped
from pinstripe.world import Kind


def own(call: Call) -> Answer:
    """GET /v1/account: the account the request acts for, an American one that may do everything. [inferred]

    Its id comes from the key: the same seed and key give the same account.
    """
    return shaped(
        "account",
        {
            "id": call.tx.world.seed.account_id,
            "object": "account",
            "business_type": None,
            "capabilities": {"card_payments": "active", "transfers": "active"},
            "charges_enabled": True,
            "controller": {"type": "account"},
            "country": "US",
            "default_currency": "usd",
            "details_submitted": True,
            "email": None,
            "payouts_enabled": True,
            "type": "standard",
        },
    )


ACCOUNTS = Resource(Kind("account", "acct"), {"GET /v1/account": own})
