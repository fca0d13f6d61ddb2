"""Clover, September 2025 to February 2026: what it changed for those who spoke basil."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions import usage_values
from pinstripe.wire.versions.ladder import Descent, Members, Release, Rung, with_fields
from pinstripe.wire.versions.of_their_day import TellAuthorizationCodes
from pinstripe_contracts.types import Hash, Scalar

CREATE_SUBSCRIPTION = "POST /v1/subscriptions"
UPDATE_SUBSCRIPTION = "POST /v1/subscriptions/{subscription_exposed_id}"
CREATE_PROMOTION_CODE = "POST /v1/promotion_codes"
SCHEDULES = ("POST /v1/subscription_schedules", "POST /v1/subscription_schedules/{schedule}")


class NameTheSourceOfADiscount(Rung):
    """A discount names its coupon in `source`; before, the coupon stood in it whole.

    [documented: changelog of 2025-09-30.clover; recorded: coupons inside discounts at 2020-08-27]
    """

    objects = frozenset({"discount"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The coupon in its place; `source` stays, as additions do."""
        if "source" not in members or "coupon" in members:
            return members
        return {**members, "coupon": descent.inlined("coupon", members["source"]["coupon"])}


class NameWhatACodePromotes(Rung):
    """A promotion code says in `promotion` what it gives; before, it was made for a coupon, which stood in it whole.

    [documented: changelog of 2025-09-30.clover; both SDKs]
    """

    objects = frozenset({"promotion_code"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`coupon` becomes `promotion` of the type coupon."""
        if operation != CREATE_PROMOTION_CODE or "promotion" in params:
            return params
        if "coupon" not in params:
            raise errors.missing_parameter("coupon")
        others = {key: value for key, value in params.items() if key != "coupon"}
        return {**others, "promotion": {"type": "coupon", "coupon": params["coupon"]}}

    def lower(self, members: Members, descent: Descent) -> Members:
        """The coupon in its place."""
        if "promotion" not in members or "coupon" in members:
            return members
        return {**members, "coupon": descent.inlined("coupon", members["promotion"]["coupon"])}

    def param(self, operation: str, name: str) -> str:
        """The coupon under its old name."""
        return "coupon" if operation == CREATE_PROMOTION_CODE and name == "promotion[coupon]" else name


class DefaultToFlexibleBilling(Rung):
    """A subscription that does not say how it is billed is flexible; before, it was classic.

    [documented: changelog of 2025-09-30.clover, "billing mode"]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Say `classic` where nothing is said."""
        if operation == CREATE_SUBSCRIPTION and "billing_mode" not in params:
            return {**params, "billing_mode": {"type": "classic"}}
        return params


class ChangeItemsOneByOne(Rung):
    """Subscriptions are changed item by item; older versions also take `plan` and `quantity` of the only one.

    Undocumented. [recorded: `plan` and `quantity` on updates from 2020-08-27 to 2025-02-24.acacia; a billing library
    sends `quantity` at 2025-08-27.basil] That it ends before clover is inferred.
    """

    def carried(self, operation: str, params: Hash) -> Hash:
        """Let them through to the rule, which knows the item."""
        if operation != UPDATE_SUBSCRIPTION:
            return params
        return with_fields(params, (), {"plan": Scalar("str"), "quantity": Scalar("int")})


class MeasurePhasesByDuration(Rung):
    """A schedule's phase lasts for a `duration`; before, for a number of `iterations` of its price's period.

    How long that is only the prices say, so it is the rule that counts. [documented: changelog of 2025-09-30.clover]
    """

    def carried(self, operation: str, params: Hash) -> Hash:
        """A number of iterations in each phase."""
        return with_fields(params, ("phases",), {"iterations": Scalar("int")}) if operation in SCHEDULES else params


RELEASES = (
    Release("2026-02-25.clover"),
    Release("2026-01-28.clover", (usage_values.TakeFractions(),)),
    Release("2025-12-15.clover"),
    Release("2025-11-17.clover"),
    Release("2025-10-29.clover"),
    Release(
        "2025-09-30.clover",
        (
            NameTheSourceOfADiscount(),
            NameWhatACodePromotes(),
            DefaultToFlexibleBilling(),
            ChangeItemsOneByOne(),
            MeasurePhasesByDuration(),
            TellAuthorizationCodes(),
        ),
    ),
)
