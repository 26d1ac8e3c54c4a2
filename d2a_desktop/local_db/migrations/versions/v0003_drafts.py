"""Keeps what people typed and have not sent; of 22-Nov-2026."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    """Create the table of drafts."""
    op.create_table(
        "draft",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login", "scope_id", "form", name="pk_draft"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_scope_id", "draft", ["scope_id"])
