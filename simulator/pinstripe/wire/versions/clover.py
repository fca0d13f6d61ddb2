"""Clover, September 2025 to February 2026: what it changed for those who spoke basil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions import usage_values
from pinstripe.wire.versions.ladder import Descent, Members, Release, Rung, with_fields
from pinstripe.wire.versions.of_their_day import TellAuthorizationCodes, TellTypesOfRefusedMethods
from pinstripe_contracts.types import Enum, Hash, Scalar

CREATE_SUBSCRIPTION = "POST /v1/subscriptions"
UPDATE_SUBSCRIPTION = "POST /v1/subscriptions/{subscription_exposed_id}"
CREATE_PROMOTION_CODE = "POST /v1/promotion_codes"
CREATE_LINK, CREATE_SESSION = "POST /v1/payment_links", "POST /v1/checkout/sessions"
PREVIEW = "POST /v1/invoices/create_preview"
SCHEDULES = ("POST /v1/subscription_schedules", "POST /v1/subscription_schedules/{schedule}")
CLASSIC = "_classic"
MODES: Mapping[str, Sequence[str]] = {
    CREATE_SESSION: ("subscription_data",),
    CREATE_SUBSCRIPTION: (),
    PREVIEW: (),
    "POST /v1/quotes": ("subscription_data",),
    SCHEDULES[0]: (),
}
"""Where the billing mode of a subscription stands that is to be; in previews that depends."""
NOT_NEW: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(MODES, frozenset[str]()),
    PREVIEW: frozenset(("schedule", "subscription")),
    "POST /v1/quotes": frozenset(("from_quote",)),
    SCHEDULES[0]: frozenset(("from_subscription",)),
}
"""Parameters by which there is a billing mode already."""


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

    [documented: changelog of 2025-09-30.clover, "billing mode", of subscriptions, schedules, quotes, Checkout Sessions
    and previews; that the version decides for payment links too; inferred: the one that makes the link]
    """

    def carried(self, operation: str, params: Hash) -> Hash:
        """What a payment link has no parameter for."""
        return with_fields(params, (), {CLASSIC: Enum(("true",))}) if operation == CREATE_LINK else params

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Say `classic` where nothing is said of a subscription that is to be."""
        if operation == CREATE_LINK:
            return {**params, CLASSIC: "true"}
        if operation not in MODES or not NOT_NEW[operation].isdisjoint(params):
            return params
        if operation == PREVIEW:
            for name, needed in (("schedule_details", "phases"), ("subscription_details", "items")):
                details = params.get(name)
                if isinstance(details, dict) and needed in details:
                    return _classic(params, (name,))
            return params
        if operation == CREATE_SESSION and params.get("mode") != "subscription":
            return params
        return _classic(params, MODES[operation])


def _classic(params: Mapping[str, Tree], at: Sequence[str]) -> Mapping[str, Tree]:
    """Parameters that say `classic` in the hash at a path, unless something is said of it."""
    if not at:
        return {"billing_mode": {"type": "classic"}, **params}
    inner = params.get(at[0], {})
    return {**params, at[0]: dict(_classic(inner, at[1:]))} if isinstance(inner, dict) else params


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
    Release("2025-12-15.clover", (TellTypesOfRefusedMethods(),)),
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
