"""The sign of life of the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm.schema.base import Key, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "worker",
        sa.Column("holder", Key(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_worker")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("worker")
