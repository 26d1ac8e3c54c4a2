"""Keeps the directory of organisations and people with their deputies; of 22-Nov-2026."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"

_TEXTS = (
    *("organisation", "role_title", "phone", "alternate_phone", "email", "alternate_name", "note"),
    *("verified_by", "hours", "verified_on", "away_from", "away_to", "voided_at"),
)


def upgrade() -> None:
    """Create the table of directory entries."""
    op.create_table(
        "directory_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("hlc", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _TEXTS),
        sa.PrimaryKeyConstraint("id", name="pk_directory_entry"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_directory_entry_scope_id", "directory_entry", ["scope_id"])
