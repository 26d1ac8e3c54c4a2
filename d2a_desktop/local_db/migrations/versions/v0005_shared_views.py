"""Keeps the views that a ward or a team shares; of 22-Nov-2026."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"

_REQUIRED = ("page", "definition", "shared_by_login", "shared_at", "name")


def upgrade() -> None:
    """Create the table of shared views."""
    op.create_table(
        "shared_view",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("hlc", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _REQUIRED),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("ward", "voided_at")),
        sa.PrimaryKeyConstraint("id", name="pk_shared_view"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shared_view_scope_id", "shared_view", ["scope_id"])
