"""The table `search_doc`: which row each entry of the full-text index `search` stands for."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT, Base


class SearchDoc(Base):
    """One indexed row; the words themselves are only in the index.

    Rows with the same `subject_id` answer a search together: the ward of a spell and the name
    of its patient.
    """

    __tablename__ = "search_doc"
    __table_args__ = (
        Index("ix_search_doc_row_id", "row_id"),
        Index("ix_search_doc_subject_id", "subject_id"),
        STRICT,
    )

    doc_id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str]
    row_id: Mapped[str]
    scope_id: Mapped[str]
    subject_id: Mapped[str]
