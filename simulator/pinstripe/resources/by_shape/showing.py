"""How a declared noun is shown: with the lists below it, and other objects inlined where the shape has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pinstripe.resources.by_shape.noun import Below, Noun
from pinstripe.resources.resource import View
from pinstripe.wire import pages
from pinstripe.world import Object, Transaction
from pinstripe_contracts import shape
from pinstripe_contracts.types import ListOf, Nullable, ObjectRef, Type


def view(noun: Noun) -> View:
    """The noun's own view, and around it what the shape asks for; the shape is read when the first one is shown."""

    @cache
    def asked() -> tuple[Mapping[str, str], bool]:
        """The members that stand whole, with their nouns, and whether the object has no id."""
        fields = shape(noun.name).fields
        inlined = {key: name for key, field in fields.items() if (name := _inlined(field.type))}
        return inlined, "id" not in fields

    def show(tx: Transaction, obj: Object) -> Mapping[str, Any]:
        """Ids become the objects they name."""
        inlined, nameless = asked()
        if not inlined and not noun.below and not nameless:
            return noun.view(tx, obj)
        shown = dict(noun.view(tx, obj))
        shown |= {key: _below(tx, obj, rule) for key, rule in noun.below.items()}
        for key, name in inlined.items():
            if key in shown:
                shown[key] = _whole(tx, name, shown[key])
        if nameless:
            shown.pop("id", None)
        return shown

    return show


def _inlined(kind: Type) -> str:
    """The noun that stands whole in a member of this type, alone or in an array."""
    while isinstance(kind, Nullable | ListOf):
        kind = kind.inner
    return kind.name if isinstance(kind, ObjectRef) else ""


def _whole(tx: Transaction, name: str, value: Any) -> Any:
    """The objects that ids name."""
    if isinstance(value, list | tuple):
        return [_whole(tx, name, item) for item in value]
    return tx.world.render(tx, tx.read(name, value)) if isinstance(value, str) else value


def _below(tx: Transaction, obj: Object, rule: Below) -> dict[str, Any]:
    """The newest ten rows below an object, with the number of all that are there where Stripe has it."""
    rows = list(reversed(tx.find(rule.kind, rule.by, obj.id)))
    shown = [tx.world.render(tx, row) for row in rows[: pages.DEFAULT_LIMIT]]
    total = len(rows) if rule.counted else None
    return pages.envelope(rule.url.format(obj.id), shown, len(rows) > len(shown), total)
