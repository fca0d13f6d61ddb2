"""Where wallets may be shown."""

from __future__ import annotations

from typing import Any

from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Call

WALLETS = ("amazon_pay", "apple_pay", "google_pay", "klarna", "link", "paypal")


def _wallet(call: Call, members: Members) -> Any:
    """A wallet on a domain. [inferred: nobody asks the domain]"""
    del call
    return {"status": "active" if members["enabled"] else "inactive"}


PAYMENT_METHOD_DOMAINS = Noun(
    "payment_method_domain",
    "pmd",
    "/v1/payment_method_domains",
    starts={"enabled": True},
    recomputed=dict.fromkeys(WALLETS, _wallet),
    verbs={"validate": Verb()},
)


NOUNS = (PAYMENT_METHOD_DOMAINS,)
