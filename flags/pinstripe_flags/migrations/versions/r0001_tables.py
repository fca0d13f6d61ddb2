"""Customers, subscriptions, invoices that failed, and overrides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "pinstripe_flags_0001"
down_revision = None
branch_labels = ("pinstripe_flags",)
depends_on = None


def upgrade() -> None:
    """Make the tables, and finish what an upgrade began that was cut off: SQLite keeps each table at once."""
    op.create_table(
        "pinstripe_flags_customer",
        sa.Column("customer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "pinstripe_flags_subscription",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("customer", sa.String(255), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("collection_paused", sa.Boolean, nullable=False),
        sa.Column("cancel_at_period_end", sa.Boolean, nullable=False),
        sa.Column("cancel_at", sa.BigInteger),
        sa.Column("trial_end", sa.BigInteger),
        sa.Column("current_period_start", sa.BigInteger),
        sa.Column("current_period_end", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("latest_invoice", sa.String(255)),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("lineage", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "pinstripe_flags_invoice",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("subscription", sa.String(255), nullable=False),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("retries_at", sa.BigInteger),
        sa.Column("settled", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "pinstripe_flags_override",
        sa.Column("scope", sa.String(300), primary_key=True),
        sa.Column("flag", sa.String(255), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        if_not_exists=True,
    )
    for table, column in (("customer", "subject"), ("subscription", "customer"), ("invoice", "subscription")):
        name = f"pinstripe_flags_{table}"
        op.create_index(f"ix_{name}_{column}", name, [column], if_not_exists=True)


def downgrade() -> None:
    """Drop the tables; Stripe's events would have to be replayed to fill them again."""
    for table in ("override", "invoice", "subscription", "customer"):
        op.drop_table(f"pinstripe_flags_{table}")
