"""What a plan contains: a feature names the prices or products that carry it, and its value under each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from openfeature.flag_evaluation import FlagType

UNSET: Any = object()
"""The caller's own default stands."""

KINDS: Mapping[type, FlagType] = {
    bool: FlagType.BOOLEAN,
    int: FlagType.INTEGER,
    float: FlagType.FLOAT,
    str: FlagType.STRING,
    dict: FlagType.OBJECT,
    list: FlagType.OBJECT,
}


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A value that grows with the quantity of the item: `{"team": PerUnit(1)}` is one seat for each that is paid."""

    amount: int

    def times(self, quantity: int | None) -> int:
        """The value for a quantity; an item without one counts once."""
        return self.amount * (1 if quantity is None else quantity)


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that a plan carries, and its weight against other plans' values."""

    plan: str
    value: Any
    weight: float


@dataclass(frozen=True, slots=True)
class Feature:
    """A flag that follows subscriptions, or holds for everybody.

    `plans` maps lookup keys, products or prices to values. Where several of them are paid, the largest number wins, and
    among other values the plan that is named last. `otherwise` is the value without a plan; where it is unset, a
    feature of yes and no answers no, and any other the caller's default.
    """

    plans: Mapping[str, Any]
    otherwise: Any = UNSET
    constant: bool = False

    def __post_init__(self) -> None:
        values = [1 if isinstance(value, PerUnit) else value for value in self.plans.values()]
        values += [] if self.otherwise is UNSET else [self.otherwise]
        kinds = {KINDS.get(type(value)) for value in values}
        if None in kinds or len(kinds) != 1:
            raise TypeError(f"The values of a feature are of one type that OpenFeature knows, not {values!r}.")
        if not all(type(name) is str and name for name in self.plans):
            raise TypeError(f"Plans are lookup keys, products or prices, not {list(self.plans)!r}.")

    @classmethod
    def always(cls, value: Any) -> Self:
        """A feature that depends on no plan and holds for anybody, logged in or not."""
        return cls({}, otherwise=value, constant=True)

    @classmethod
    def declared(cls, declaration: Feature | Mapping[str, Any] | Collection[str]) -> Feature:
        """The feature that a line of `features={...}` means: a list of plans, values by plan, or a `Feature`."""
        match declaration:
            case Feature():
                return declaration
            case Mapping():
                return cls(dict(declaration))
            case list() | tuple() | set() | frozenset():
                names = sorted(declaration) if isinstance(declaration, set | frozenset) else declaration
                return cls(dict.fromkeys(names, True))
        raise TypeError(f"A feature is a list of plans, values by plan, or Feature.always(...), not {declaration!r}.")

    @property
    def kind(self) -> FlagType:
        """The OpenFeature type of its values."""
        value = next(iter(self.plans.values()), self.otherwise)
        return FlagType.INTEGER if isinstance(value, PerUnit) else KINDS[type(value)]

    def without_plan(self, default: Any) -> Any:
        """The value for somebody whose plan does not have it."""
        if self.otherwise is not UNSET:
            return self.otherwise
        return False if self.kind is FlagType.BOOLEAN else default

    def offers(self, names: Collection[str], quantity: int | None) -> Iterator[Offer]:
        """What an item that goes by these names carries."""
        for order, (plan, value) in enumerate(self.plans.items()):
            if plan in names:
                worth = value.times(quantity) if isinstance(value, PerUnit) else value
                is_number = isinstance(worth, int | float) and not isinstance(worth, bool)
                yield Offer(plan, worth, worth if is_number else order)
