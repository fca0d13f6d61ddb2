"""Whom a flag is asked about: a customer, nobody in particular, or everybody.

OpenFeature merges contexts, and its Python SDK takes the wider context's targeting key whenever the narrower one has
none: a logged-out request under a context of the whole process would be answered as that context's customer. A scope is
therefore said in a reserved attribute, which a narrower context always overrides, and the targeting key is believed
only where the scope says `customer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import InvalidContextError

ATTRIBUTE = "pinstripe.scope"
"""The reserved attribute."""


class Kind(StrEnum):
    """What the reserved attribute may say."""

    CUSTOMER = "customer"
    ANONYMOUS = "anonymous"
    GLOBAL = "global"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope as a value: equal scopes share what was read for them, whatever objects they came from."""

    kind: Kind
    subject: str = ""

    @property
    def key(self) -> str:
        """How overrides are filed."""
        return f"{self.kind}:{self.subject}" if self.kind is Kind.CUSTOMER else str(self.kind)


def for_customer(subject: str | int | UUID | None) -> EvaluationContext:
    """A customer of yours, by the id you linked to Stripe's customer, or by Stripe's own while nothing is linked.

    None and "" mean that a customer was expected and is not there: paid flags then answer `TARGETING_KEY_MISSING`.
    """
    given: object = subject  # callers without a type checker pass whole objects, or True
    if isinstance(given, bool) or not isinstance(given, str | int | UUID | None):
        raise TypeError(f"A subject is an id (str, int or UUID), not {type(subject).__name__}.")
    key = "" if subject is None else str(subject).strip()
    if not key:
        return EvaluationContext(attributes={ATTRIBUTE: Kind.MISSING.value})
    return EvaluationContext(targeting_key=key, attributes={ATTRIBUTE: Kind.CUSTOMER.value})


def anonymous() -> EvaluationContext:
    """Somebody who is not logged in: has no plan, is nobody's customer and shares no key with others like him."""
    return EvaluationContext(attributes={ATTRIBUTE: Kind.ANONYMOUS.value})


def for_global() -> EvaluationContext:
    """The product as a whole, for flags that belong to no customer; only overrides of this scope speak here."""
    return EvaluationContext(attributes={ATTRIBUTE: Kind.GLOBAL.value})


def scope_of(context: EvaluationContext | None, *, bare_keys: bool = False) -> Scope:
    """The scope of a merged context; raises InvalidContextError for one that cannot be told.

    A targeting key without the reserved attribute may have been inherited from a wider context and is refused, unless
    `bare_keys` says that this application sets targeting keys for customers only.
    """
    context = context or EvaluationContext()
    said = context.attributes.get(ATTRIBUTE)
    key = (context.targeting_key or "").strip()
    match said:
        case None if not key:
            return Scope(Kind.MISSING)
        case None if bare_keys:
            return Scope(Kind.CUSTOMER, key)
        case None:
            raise InvalidContextError(
                "A targeting key without a scope may be inherited from a wider context. Use for_customer(...),"
                " anonymous() or for_global(), or accept such keys with bare_keys=True."
            )
        case Kind.CUSTOMER:
            return Scope(Kind.CUSTOMER, key) if key else Scope(Kind.MISSING)
        case str() if said in tuple(Kind):
            return Scope(Kind(said))
    raise InvalidContextError(f"{ATTRIBUTE} is one of {', '.join(Kind)}, not {said!r}.")
