"""Endive, since September 2026."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.spelling import ruby
from pinstripe.wire.versions.ladder import Members, Release, Rung
from pinstripe.wire.versions.of_their_day import NameOrdersInFull

ANCHORS = ("now", "unchanged")


class UnifyBillingCycleAnchor(Rung):
    """Where a subscription's anchor goes is said by an object with a `type`; before, by a word, in previews or a time.

    [documented: changelog of 2026-09-30.endive; both SDKs]
    """

    UPDATES = ("POST /v1/subscriptions/{subscription_exposed_id}", "POST /v1/subscriptions/{subscription}/resume")
    PREVIEW = "POST /v1/invoices/create_preview"

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`now` becomes `{type: now}`; a time becomes `{type: timestamp, timestamp: ...}`."""
        if operation in self.UPDATES:
            return self._anchored(params, "billing_cycle_anchor", may_be_time=False)
        details = params.get("subscription_details")
        if operation == self.PREVIEW and isinstance(details, dict):
            name = "subscription_details[billing_cycle_anchor]"
            return {**params, "subscription_details": self._anchored(details, name, may_be_time=True)}
        return params

    def _anchored(self, params: Mapping[str, Tree], name: str, *, may_be_time: bool) -> dict[str, Tree]:
        """Parameters with the anchor as an object, if there is one."""
        if "billing_cycle_anchor" not in params:
            return dict(params)
        given = params["billing_cycle_anchor"]
        if given == "":
            raise errors.empty_parameter(name)
        if not isinstance(given, str):
            raise errors.invalid_string(name, ruby(given))
        anchor: dict[str, Tree] = {"type": given}
        if may_be_time and given.isdigit():
            anchor = {"type": "timestamp", "timestamp": given}
        elif given not in ANCHORS:
            raise errors.invalid_choice(name, ANCHORS)
        return {**params, "billing_cycle_anchor": anchor}


class NameAllowedPaymentMethodTypes(Rung):
    """Ways to pay are narrowed down by `allowed_payment_method_types`; before, listed in `payment_method_types`.

    [documented: changelog of 2026-09-30.endive; both SDKs; recorded: that a list under the old name is not told under
    the new one; inferred: that one under the new name is not either]
    """

    objects = frozenset({"payment_intent", "setup_intent"})
    OPERATIONS = frozenset(
        {
            "POST /v1/checkout/sessions",
            "POST /v1/payment_intents",
            "POST /v1/payment_intents/{intent}",
            "POST /v1/payment_intents/{intent}/confirm",
            "POST /v1/setup_intents",
            "POST /v1/setup_intents/{intent}",
            "POST /v1/setup_intents/{intent}/confirm",
        }
    )

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """The same list under its new name."""
        if operation not in self.OPERATIONS or "payment_method_types" not in params:
            return params
        names = {"payment_method_types": "allowed_payment_method_types"}
        return {names.get(key, key): value for key, value in params.items()}

    def reshaped(self, members: Members) -> Members:
        """What was allowed stands in `payment_method_types` alone."""
        if "allowed_payment_method_types" not in members:
            return members
        return {**members, "allowed_payment_method_types": None}

    def param(self, operation: str, name: str) -> str:
        """The list under its old name."""
        return name.removeprefix("allowed_") if operation in self.OPERATIONS else name


RELEASES = (
    Release("2026-10-28.endive"),
    Release("2026-09-30.endive", (UnifyBillingCycleAnchor(), NameAllowedPaymentMethodTypes(), NameOrdersInFull())),
)
