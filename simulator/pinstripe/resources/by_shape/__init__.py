"""Nouns without rules of their own: served by their shape, and by what is declared of them here.

`noun` is the vocabulary, `making` turns parameters into members, `calls` are the operations, `routing` finds them in
the contract. Every other file is a table of nouns. What Stripe would work out in ways that are not known here is
refused; `docs/coverage.md` tells these operations from the modelled ones.
"""

from __future__ import annotations

from pinstripe.resources.by_shape import money_movement
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.routing import resources

NOUNS: tuple[Noun, ...] = (*money_movement.NOUNS,)

RESOURCES = resources(NOUNS)
