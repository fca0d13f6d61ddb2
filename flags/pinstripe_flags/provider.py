"""The OpenFeature provider: flags computed from the billing state whenever they are asked, never remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, InvalidContextError, ProviderFatalError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagType
from openfeature.provider import AbstractProvider, Metadata

from pinstripe_flags.clock import Clock, unix_seconds, utc_now
from pinstripe_flags.evaluation import Details, Question, fits, refused
from pinstripe_flags.feature import Feature
from pinstripe_flags.policy import Policy
from pinstripe_flags.projection import Change
from pinstripe_flags.scope import Kind, Scope, scope_of
from pinstripe_flags.standing import Facts
from pinstripe_flags.store import Store

NAME = "pinstripe"

_NOTHING = Facts()
"""What there is to know of somebody without a plan."""


class SubscriptionProvider(AbstractProvider):
    """Answers flags from the subscriptions in a store.

    `features` says which plans carry a flag: `{"sso": ["pro", "team"], "seats": {"pro": 5, "team": 50}}`. `bare_keys`
    accepts targeting keys that come without a scope.
    """

    def __init__(
        self,
        store: Store,
        *,
        features: Mapping[str, Feature | Mapping[str, Any] | Collection[str]],
        policy: Policy | None = None,
        clock: Clock = utc_now,
        bare_keys: bool = False,
    ) -> None:
        super().__init__()
        self.store = store
        self.features = {name: Feature.declared(declaration) for name, declaration in features.items()}
        self.policy = Policy.until_dunning_ends() if policy is None else policy
        self.clock = clock
        self.bare_keys = bare_keys
        self._stop: Callable[[], None] | None = None

    def get_metadata(self) -> Metadata:
        """The provider's name, as hooks and telemetry show it."""
        return Metadata(name=NAME)

    def initialize(self, evaluation_context: EvaluationContext) -> None:  # noqa: ARG002 - OpenFeature's signature
        """Look for the tables, and listen to the store."""
        missing = self.store.missing_tables()
        if missing:
            raise ProviderFatalError(f"No {', '.join(missing)}: run pinstripe_flags.upgrade(engine) first.")
        if self._stop is None:
            self._stop = self.store.listen(self._changed)

    def shutdown(self) -> None:
        """Listen no more; the store and its engine are the application's."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _changed(self, change: Change) -> None:
        """Tell OpenFeature which flags a committed change may have touched."""
        flags = {name for name, feature in self.features.items() if change.names & feature.plans.keys()}
        flags |= change.flags & self.features.keys()
        if flags:
            metadata: dict[str, bool | str | int | float] = {"customer": change.owner}
            details = ProviderEventDetails(flags_changed=sorted(flags), metadata=metadata)
            self.emit_provider_configuration_changed(details)

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """A flag of yes and no."""
        return self._resolve(flag_key, default_value, evaluation_context, FlagType.BOOLEAN)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """A flag that is a text."""
        return self._resolve(flag_key, default_value, evaluation_context, FlagType.STRING)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """A flag that is a whole number."""
        return self._resolve(flag_key, default_value, evaluation_context, FlagType.INTEGER)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """A flag that is any number."""
        return self._resolve(flag_key, default_value, evaluation_context, FlagType.FLOAT)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[Any] | Mapping[str, Any],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[Any] | Mapping[str, Any]]:
        """A flag that is a structure."""
        return self._resolve(flag_key, default_value, evaluation_context, FlagType.OBJECT)

    async def resolve_boolean_details_async(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """A flag of yes and no."""
        return await self._resolve_async(flag_key, default_value, evaluation_context, FlagType.BOOLEAN)

    async def resolve_string_details_async(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """A flag that is a text."""
        return await self._resolve_async(flag_key, default_value, evaluation_context, FlagType.STRING)

    async def resolve_integer_details_async(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """A flag that is a whole number."""
        return await self._resolve_async(flag_key, default_value, evaluation_context, FlagType.INTEGER)

    async def resolve_float_details_async(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """A flag that is any number."""
        return await self._resolve_async(flag_key, default_value, evaluation_context, FlagType.FLOAT)

    async def resolve_object_details_async(
        self,
        flag_key: str,
        default_value: Sequence[Any] | Mapping[str, Any],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[Any] | Mapping[str, Any]]:
        """A flag that is a structure."""
        return await self._resolve_async(flag_key, default_value, evaluation_context, FlagType.OBJECT)

    def _resolve(self, flag: str, default: Any, context: EvaluationContext | None, kind: FlagType) -> Details:
        """The answer, after at most one query."""
        question = self._question(flag, default, context, kind)
        if not isinstance(question, Question):
            return question
        known = self._known(question)
        facts = self.store.read(question.scope) if known is None else known
        return self._answer(question, facts, is_cached=known is not None)

    async def _resolve_async(
        self, flag: str, default: Any, context: EvaluationContext | None, kind: FlagType
    ) -> Details:
        """The same answer; a query, if one is needed, runs in a thread and does not hold up the event loop."""
        question = self._question(flag, default, context, kind)
        if not isinstance(question, Question):
            return question
        known = self._known(question)
        facts = await asyncio.to_thread(self.store.read, question.scope) if known is None else known
        return self._answer(question, facts, is_cached=known is not None)

    def _question(
        self, flag: str, default: Any, context: EvaluationContext | None, kind: FlagType
    ) -> Question | Details:
        """The question if it makes sense, else why not. A flag that depends on no plan minds no doubtful context."""
        feature = self.features.get(flag)
        if feature is None:
            return refused(default, ErrorCode.FLAG_NOT_FOUND, f"No feature is called {flag}.")
        if not fits(feature.kind, kind):
            message = f"{flag} is {feature.kind.lower()}, not {kind.lower()}."
            return refused(default, ErrorCode.TYPE_MISMATCH, message)
        try:
            scope = scope_of(context, bare_keys=self.bare_keys)
        except InvalidContextError as error:
            if not feature.constant:
                return refused(default, ErrorCode.INVALID_CONTEXT, str(error))
            scope = Scope(Kind.MISSING)
        return Question(flag, feature, kind, scope, default)

    def _known(self, question: Question) -> Facts | None:
        """The facts, where no query is needed for them."""
        return self.store.cached(question.scope, question.flag) if question.needs_facts else _NOTHING

    def _answer(self, question: Question, facts: Facts, *, is_cached: bool) -> Details:
        """The answer by the facts, at this moment."""
        now = unix_seconds(self.clock())
        return question.answer(facts, self.policy, now, is_cached=is_cached and question.needs_facts)
