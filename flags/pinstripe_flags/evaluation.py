"""One question to a flag and its answer in OpenFeature's words: value, reason, variant, metadata."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagType, Reason

from pinstripe_flags.decision import Scalar, decide
from pinstripe_flags.feature import KINDS, Feature
from pinstripe_flags.policy import Policy
from pinstripe_flags.scope import Kind, Scope
from pinstripe_flags.standing import Facts

OVERRIDE = "override"
"""The variant of a value that was set by hand."""

Details = FlagResolutionDetails[Any]

_LOG = logging.getLogger("pinstripe_flags")


@dataclass(frozen=True, slots=True)
class Question:
    """Which flag, of what type, for whom, and what the caller wants if there is no answer."""

    flag: str
    feature: Feature
    kind: FlagType
    scope: Scope
    default: Any

    @property
    def needs_facts(self) -> bool:
        """Whether the database has to be asked: only customers have plans, and only they and the product overrides."""
        return self.scope.kind in (Kind.CUSTOMER, Kind.GLOBAL)

    def answer(self, facts: Facts, policy: Policy, now: int, *, is_cached: bool) -> Details:
        """The answer: an override, else the plan, else the value without a plan.

        Where a customer was expected and is not there, only a flag that depends on no plan has an answer.
        """
        override = facts.overrides.get(self.flag)
        if override is not None and override.holds(now):
            said: Mapping[str, Scalar] = {"expires_at": override.expires_at} if override.expires_at is not None else {}
            return self._details(override.value, Reason.STATIC, OVERRIDE, said, is_cached=is_cached)
        if self.feature.constant:
            return self._details(self.feature.otherwise, Reason.STATIC, None, {}, is_cached=is_cached)
        if self.scope.kind is Kind.MISSING:
            _LOG.warning("%s was asked without a subject; its default was answered", self.flag)
            return refused(self.default, ErrorCode.TARGETING_KEY_MISSING, f"{self.flag} depends on a customer's plan.")
        decision = decide(self.feature, facts.standings, policy, now)
        if decision.granted:
            said = decision.metadata
            return self._details(decision.value, Reason.TARGETING_MATCH, decision.plan, said, is_cached=is_cached)
        value = self.feature.without_plan(self.default)
        return self._details(value, Reason.DEFAULT, None, decision.metadata, is_cached=is_cached)

    def _details(
        self, value: Any, reason: Reason, variant: str | None, metadata: Mapping[str, Scalar], *, is_cached: bool
    ) -> Details:
        """A value with its reason. One that was read earlier in the request is CACHED, and the metadata keeps why."""
        if value is not self.default and not fits(KINDS.get(type(value)), self.kind):
            message = f"{self.flag} is {value!r}, which is no {self.kind.lower()}."
            return refused(self.default, ErrorCode.TYPE_MISMATCH, message)
        if self.kind is FlagType.FLOAT:
            value = float(value)
        if is_cached:
            metadata = {**metadata, "reason": str(reason)}
            reason = Reason.CACHED
        return FlagResolutionDetails(deepcopy(value), reason=reason, variant=variant, flag_metadata=dict(metadata))


def fits(kind: FlagType | None, wanted: FlagType) -> bool:
    """Whether a value of one type may be asked for as another: a whole number is a number."""
    return kind == wanted or (kind is FlagType.INTEGER and wanted is FlagType.FLOAT)


def refused(default: Any, code: ErrorCode, message: str) -> Details:
    """The caller's default, and why there is no answer."""
    return FlagResolutionDetails(default, reason=Reason.ERROR, error_code=code, error_message=message)
