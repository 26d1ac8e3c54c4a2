"""Keeps with a conflict who wrote what is there now, and when; of 22-Nov-2026."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    """Add the answer's `by` to conflicts; those of before have none."""
    op.add_column("conflict", sa.Column("theirs_by", sa.Text(), nullable=True))
