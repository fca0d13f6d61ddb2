"""What basil changed about discounts: one coupon or code became a list that can be stacked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pinstripe import errors
from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Descent, Members, Rung, rows_of, with_fields
from pinstripe_contracts import parse
from pinstripe_contracts.types import Hash

SINGULAR = ("coupon", "promotion_code")
SUBSCRIPTIONS = ("POST /v1/subscriptions", "POST /v1/subscriptions/{subscription_exposed_id}")
CUSTOMERS = ("POST /v1/customers", "POST /v1/customers/{customer}")
ROWS = parse(["unset", ["list", ["hash", {"coupon?": "str", "promotion_code?": "str"}]]])
SCHEDULES = ("POST /v1/subscription_schedules", "POST /v1/subscription_schedules/{schedule}")
PREVIEW = "POST /v1/invoices/create_preview"


class StackDiscounts(Rung):
    """Discounts come as a list; before, `coupon` or `promotion_code` named the one there was, and `discount` was it.

    An empty string took it away. Customers had one too, which newer words cannot give any more. [documented: changelog
    of 2025-03-31.basil; recorded: `coupon` at 2020-08-27, and `discount` beside `discounts` up to 2025-02-24.acacia] Of
    several the last is shown. [inferred]
    """

    objects = frozenset({"subscription", "invoice"})

    def carried(self, operation: str, params: Hash) -> Hash:
        """The discount of a customer, in the words that everything else has for it."""
        return with_fields(params, (), {"discounts": ROWS}) if operation in CUSTOMERS else params

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`coupon=X` becomes `discounts[0][coupon]=X`, and an empty one an empty list."""
        given = [name for name in SINGULAR if name in params]
        if not given or operation not in (*SUBSCRIPTIONS, *CUSTOMERS, PREVIEW):
            return params
        if "discounts" in params or len(given) > 1:
            raise errors.StripeError("You may only specify one of these parameters: coupon, promotion_code, discounts.")
        others = {key: value for key, value in params.items() if key not in SINGULAR}
        value = params[given[0]]
        return {**others, "discounts": "" if value == "" else [{given[0]: value}]}

    def lower(self, members: Members, descent: Descent) -> Members:
        """The one discount there is."""
        discounts = members.get("discounts") or []
        return {**members, "discount": descent.inlined("discount", discounts[-1]) if discounts else None}

    def param(self, operation: str, name: str) -> str:
        """The discount under its old name."""
        found = re.fullmatch(r"discounts\[0\]\[(coupon|promotion_code)\]", name)
        return found[1] if found and operation in (*SUBSCRIPTIONS, *CUSTOMERS, PREVIEW) else name


class StackDiscountsOfPhases(Rung):
    """The phases of a schedule have `discounts`; before, each had one `coupon`.

    [documented: changelog of 2025-03-31.basil; SDK types of the time] Of several the last is shown. [inferred]
    """

    objects = frozenset({"subscription_schedule"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`coupon=X` of a phase becomes `discounts[0][coupon]=X`, and an empty one an empty list."""
        if operation not in SCHEDULES or "phases" not in params:
            return params
        return {**params, "phases": [_stacked(phase) for phase in rows_of(params["phases"])]}

    def reshaped(self, members: Members) -> Members:
        """The coupon of each phase, where its discount is one."""
        return {**members, "phases": [{**phase, "coupon": _coupon(phase)} for phase in members.get("phases") or []]}

    def param(self, operation: str, name: str) -> str:
        """The coupon under its old name."""
        found = re.fullmatch(r"(phases\[\d+\])\[discounts\]\[0\](\[coupon\])", name)
        return f"{found[1]}{found[2]}" if found and operation in SCHEDULES else name


def _stacked(phase: Tree) -> Tree:
    """A phase with its coupon in the list of its discounts."""
    if not isinstance(phase, Mapping) or "coupon" not in phase or "discounts" in phase:
        return phase
    others = {key: value for key, value in phase.items() if key != "coupon"}
    return {**others, "discounts": [{"coupon": phase["coupon"]}] if phase["coupon"] else ""}


def _coupon(phase: Members) -> str | None:
    """The coupon that the last discount of a phase names."""
    given = [row["coupon"] for row in phase.get("discounts") or [] if row.get("coupon")]
    return given[-1] if given else None


RUNGS: tuple[Rung, ...] = (StackDiscounts(), StackDiscountsOfPhases())
