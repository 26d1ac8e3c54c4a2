"""The table `import_batch`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class ImportBatch(Synced):
    """One imported file: counts and sums, no patient data."""

    __tablename__ = "import_batch"

    file_sha256: Mapped[str]
    file_kind: Mapped[str]
    imported_by: Mapped[str]
    sites: Mapped[Any] = mapped_column(Json, nullable=True)
    header: Mapped[Any] = mapped_column(Json, nullable=True)
    accepted: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    extract_at: Mapped[datetime]
