"""How invoices are printed: templates, which only the Dashboard makes, so that an account begins with none."""

from __future__ import annotations

from pinstripe.resources.by_shape.noun import Noun, Verb

NOUNS = (
    Noun(
        "invoice_rendering_template",
        "inrtem",
        "/v1/invoice_rendering_templates",
        aside=("version",),
        verbs={
            "archive": Verb({"status": "archived"}),
            "unarchive": Verb({"status": "active"}),
        },
    ),
)
