"""Nouns without rules of their own: served by their shape, and by what is declared of them here.

`noun` is the vocabulary, `making` turns parameters into members, `calls` are the operations, `routing` finds them in
the contract. Every other file is a table of nouns. What Stripe would work out in ways that are not known here is
refused; `docs/coverage.md` tells these operations from the modelled ones.
"""

from __future__ import annotations

from pinstripe.resources.by_shape import (
    billing_words,
    connect,
    files,
    invoice_rendering,
    issuing,
    issuing_authorizations,
    issuing_transactions,
    money_movement,
    payment_settings,
    platform,
    radar,
    reports,
    sessions,
    tax_products,
    terminal,
    treasury,
    treasury_flows,
    treasury_received,
    v2_core,
    v2_money,
    v2_vault,
)
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.routing import resources

NOUNS: tuple[Noun, ...] = (
    *money_movement.NOUNS,
    *payment_settings.NOUNS,
    *billing_words.NOUNS,
    *connect.NOUNS,
    *sessions.NOUNS,
    *issuing.NOUNS,
    *issuing_authorizations.NOUNS,
    *issuing_transactions.NOUNS,
    *platform.NOUNS,
    *reports.NOUNS,
    *radar.NOUNS,
    *files.NOUNS,
    *invoice_rendering.NOUNS,
    *tax_products.NOUNS,
    *terminal.NOUNS,
    *treasury.NOUNS,
    *treasury_flows.NOUNS,
    *treasury_received.NOUNS,
    *v2_core.NOUNS,
    *v2_vault.NOUNS,
    *v2_money.NOUNS,
)

RESOURCES = resources(NOUNS)
