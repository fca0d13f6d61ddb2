"""The outbox. A migration repeats what the table was then, and never follows what it has become."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "pinstripe_metering_0001"
down_revision = None
branch_labels = ("pinstripe_metering",)
depends_on = None

TABLE = "pinstripe_usage_outbox"
STATES = ("pending", "leased", "retry_wait", "sent", "duplicate", "confirmed", "rejected", "dead", "written_off")


def upgrade() -> None:
    """Make the table and its indexes."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("identifier", sa.String(100), nullable=False, unique=True),
        sa.Column("namespace", sa.String(100), nullable=False),
        sa.Column("meter", sa.String(100), nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("customer", sa.String(255), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=False),
        sa.Column("customer_key", sa.String(100), nullable=False),
        sa.Column("value_key", sa.String(100), nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("detail", sa.Text),
        sa.Column("queued_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("attempted_at", sa.BigInteger),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("uncertain_since", sa.BigInteger),
        sa.Column("stripe_customer", sa.String(255)),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name=f"ck_{TABLE}_state"),
    )
    _index("due", ["due_at", "id"], "state IN ('pending', 'retry_wait', 'leased')")
    _index("order", ["meter", "customer", "queued_at", "id"], "state IN ('pending', 'retry_wait')")
    _index("one_in_flight", ["meter", "customer"], "state IN ('leased')", unique=True)
    _index("problems", ["state"], "state IN ('rejected', 'dead')")
    op.create_index(f"ix_{TABLE}_period", TABLE, ["meter", "occurred_at"])


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index over the rows in some states only."""
    some = sa.text(where)
    op.create_index(f"ix_{TABLE}_{name}", TABLE, columns, unique=unique, postgresql_where=some, sqlite_where=some)


def downgrade() -> None:
    """Drop the table, with everything recorded in it."""
    op.drop_table(TABLE)
