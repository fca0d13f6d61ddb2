"""Discounts of what is offered and not yet bought, such as a quote: read from a request, shown, and asked for later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinstripe.resources.discounts import discounts
from pinstripe.resources.discounts.discounts import Purchase
from pinstripe.resources.params import Params
from pinstripe.world import Transaction

SOURCES = ("coupon", "discount", "promotion_code")

Offer = Mapping[str, Any]
"""One entry of `discounts`, as a request would say it again."""


def read(params: Params) -> list[Offer]:
    """The `discounts` of a request; an empty string clears them."""
    return [row.pick(*SOURCES) for row in params.hashes("discounts")]


def shown(tx: Transaction, offers: Sequence[Offer], purchase: Purchase, at: str, known: Sequence[str]) -> list[str]:
    """The ids of the discounts that these stand for, which count as no redemption; those known stay.

    Whatever redeeming them would refuse is refused at once, named by `at`.
    """
    rows = [Params(dict(offer), f"{at}[{index}]") for index, offer in enumerate(offers)]
    return discounts.redeem(tx, rows, purchase, kept=known)


def asked(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """The same as the parameters of a request, without what was not said."""
    return [{name: id_ for name, id_ in offer.items() if id_ is not None} for offer in offers]
