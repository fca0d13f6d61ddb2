"""2022 and what was there before it: 2022-11-15, 2022-08-01, and 2020-08-27, the oldest version served."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions import checkout_2022
from pinstripe.wire.versions.basil_checkout import RenameShippingOfSessions
from pinstripe.wire.versions.ladder import Descent, Members, Release, Rung, page_of, with_fields
from pinstripe.wire.versions.of_their_day import (
    ExplainMore,
    KnowCustomersBeforeTheyPay,
    TakeDescriptorsOfCards,
)
from pinstripe_contracts.types import Enum, Hash


class NameTheLatestCharge(Rung):
    """An intent names its latest charge; before, it held all its charges, and every charge its refunds.

    The newest comes first. [documented: changelog of 2022-11-15; recorded: intents and charges at 2020-08-27]
    """

    objects = frozenset({"payment_intent", "charge"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The charges of an intent; of a charge its refunds, the first ten of them."""
        if members["object"] == "charge":
            rows = descent.filed("refund", "charge", members["id"]) if "refunds" not in members else []
            page = _page(rows, f"/v1/charges/{members['id']}/refunds", descent)
            return {"refunds": page, **members}
        rows = descent.filed("charge", "payment_intent", members["id"])
        return {**members, "charges": _page(rows, f"/v1/charges?payment_intent={members['id']}", descent)}


def _page(rows: object, url: str, descent: Descent) -> Members:
    """The newest ten, with the count of all."""
    assert isinstance(rows, list)
    newest = [descent.body(row) for row in reversed(rows[-10:])]
    return {**page_of(newest, url), "has_more": len(rows) > len(newest), "total_count": len(rows)}


class LeavePendingItemsAlone(Rung):
    """An invoice takes pending items only when told to; before, it took them, and there had to be one.

    [documented: changelog of 2022-08-01; recorded: POST /v1/invoices at 2020-08-27 takes what waits]
    """

    OPERATION = "POST /v1/invoices"
    NAME = "pending_invoice_items_behavior"
    REQUIRE = "include_and_require"

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Include and require where nothing is said."""
        return params if operation != self.OPERATION else {self.NAME: self.REQUIRE, **params}

    def carried(self, operation: str, params: Hash) -> Hash:
        """The word that only these versions know."""
        if operation != self.OPERATION:
            return params
        words = Enum(("exclude", "include", self.REQUIRE))
        return with_fields(params, (), {self.NAME: words})


class RenameTheCurrencyOfCustomers(Rung):
    """The currency a customer is billed in is `currency`; before, `default_currency` said the same beside it.

    [documented: changelog of 2022-08-01; recorded: both at 2020-08-27]
    """

    objects = frozenset({"customer"})

    def reshaped(self, members: Members) -> Members:
        """The currency twice."""
        return {**members, "default_currency": members.get("currency")}


RELEASES = (
    Release("2022-11-15", (NameTheLatestCharge(),)),
    Release(
        "2022-08-01",
        (
            LeavePendingItemsAlone(),
            RenameTheCurrencyOfCustomers(),
            RenameShippingOfSessions(),
            ExplainMore(),
            KnowCustomersBeforeTheyPay(),
            TakeDescriptorsOfCards(),
            *checkout_2022.RUNGS,
        ),
    ),
    Release("2020-08-27"),
)
