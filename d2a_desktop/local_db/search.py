"""Full-text search over names, numbers, places and references (FTS5, inside the encrypted file).

The index holds words and row numbers; the words themselves are stored nowhere else for it, and
`secure-delete` takes them out when a row changes or is purged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from d2a_desktop.models.base import Synced

_MOST_WORDS = 6
_CHUNK = 500


@dataclass(frozen=True)
class _Searched:
    columns: tuple[str, ...]
    by_scope: bool
    """Rows of one scope answer together, so that a name and a ward find one case."""


SEARCHED: dict[str, _Searched] = {
    "spell": _Searched(("case_ref", "mrn", "spell_number", "ward", "bed"), by_scope=True),
    "patient": _Searched(
        ("family_name", "given_name", "preferred_name", "nhs_number"), by_scope=True
    ),
    "referral": _Searched(("reference",), by_scope=True),
    "offer": _Searched(("reference",), by_scope=True),
    "placement": _Searched(("offer_reference",), by_scope=False),
    "worker": _Searched(("first_name", "family_name"), by_scope=False),
    "assessor": _Searched(("name",), by_scope=False),
    "organisation": _Searched(("name", "ods_code"), by_scope=False),
}

# A case is found under its spell, whose id is its scope; an offer likewise under its own.
_SUBJECT_OF_SCOPE = {"spell": "spell", "patient": "spell", "referral": "spell", "offer": "offer"}


@dataclass(frozen=True)
class Document:
    """The words of one row."""

    entity: str
    row_id: str
    scope_id: str
    words: str

    @property
    def subject_id(self) -> str:
        """What a search finds through this row."""
        return self.scope_id if SEARCHED[self.entity].by_scope else self.row_id


@dataclass(frozen=True)
class SearchHit:
    """One thing found: a case as its `spell`, or an offer, placement, worker, ..."""

    entity: str
    row_id: str
    scope_id: str


def document_of(entity: str, row: Synced) -> Document | None:
    """Return the document of a row, or None when its kind is not searched."""
    return document_from(entity, row.__dict__)


def document_from(entity: str, values: Mapping[str, Any]) -> Document | None:
    """Return the document of a row given as values by column name."""
    searched = SEARCHED.get(entity)
    if searched is None:
        return None
    words = " ".join(str(values[name]) for name in searched.columns if values.get(name))
    return Document(entity, values["id"], values["scope_id"], words)


def index_rows(
    connection: Connection, documents: Sequence[Document], *, all_new: bool = False
) -> None:
    """Put documents into the index in place of the earlier ones of the same rows.

    `all_new` skips looking for earlier ones; for rows that were just inserted.
    """
    if not documents:
        return
    if not all_new:
        forget_rows(connection, [document.row_id for document in documents])
    found = connection.exec_driver_sql("SELECT coalesce(max(doc_id), 0) FROM search_doc")
    first = int(found.scalar_one()) + 1
    connection.exec_driver_sql(
        "INSERT INTO search_doc (doc_id, entity, row_id, scope_id, subject_id)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (number, document.entity, document.row_id, document.scope_id, document.subject_id)
            for number, document in enumerate(documents, first)
        ],
    )
    connection.exec_driver_sql(
        "INSERT INTO search (rowid, words) VALUES (?, ?)",
        [(number, document.words) for number, document in enumerate(documents, first)],
    )


def forget_rows(connection: Connection, row_ids: Sequence[str]) -> None:
    """Take rows out of the index."""
    for start in range(0, len(row_ids), _CHUNK):
        part = tuple(row_ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        numbers = connection.exec_driver_sql(
            f"SELECT doc_id FROM search_doc WHERE row_id IN ({marks})", part
        ).all()
        _forget(connection, [tuple(row) for row in numbers])


def forget_scopes(connection: Connection, scope_ids: Sequence[str]) -> None:
    """Take all rows of some scopes out of the index; `optimize` then leaves no trace of them."""
    for start in range(0, len(scope_ids), _CHUNK):
        part = tuple(scope_ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        numbers = connection.exec_driver_sql(
            f"SELECT doc_id FROM search_doc WHERE scope_id IN ({marks})", part
        ).all()
        _forget(connection, [tuple(row) for row in numbers])


def optimize(connection: Connection) -> None:
    """Rewrite the index; remnants survive `secure_delete` until then (SYNC 3.7)."""
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('optimize')")


def _forget(connection: Connection, numbers: Sequence[tuple[Any, ...]]) -> None:
    if numbers:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", list(numbers))
        connection.exec_driver_sql("DELETE FROM search_doc WHERE doc_id = ?", list(numbers))


def find(session: Session, text: str, limit: int) -> tuple[SearchHit, ...]:
    """Return what every word of `text` begins a word of; digits may be spaced (3-3-4)."""
    words = _words(text)
    if not words or limit <= 0:
        return ()
    one = (
        "SELECT d.subject_id FROM search JOIN search_doc d ON d.doc_id = search.rowid"
        " WHERE search MATCH ?"
    )
    every = " INTERSECT ".join([one] * len(words))
    rows = (
        session.connection()
        .exec_driver_sql(
            "SELECT d.entity, d.row_id, d.scope_id, d.subject_id, min(d.doc_id)"
            f" FROM search_doc d WHERE d.subject_id IN ({every})"
            " GROUP BY d.subject_id ORDER BY 5 LIMIT ?",
            (*[f'"{word}"*' for word in words], limit),
        )
        .all()
    )
    return tuple(_hit(str(row[0]), str(row[1]), str(row[2])) for row in rows)


def _hit(entity: str, row_id: str, scope_id: str) -> SearchHit:
    if SEARCHED[entity].by_scope:
        return SearchHit(_SUBJECT_OF_SCOPE[entity], scope_id, scope_id)
    return SearchHit(entity, row_id, scope_id)


def _words(text: str) -> list[str]:
    words = re.findall(r"\w+", text)
    digits = "".join(words)
    # "999 012 3456" is one number; "5 12" is a ward and a bed.
    if digits.isdigit() and len(digits) >= 6:
        return [digits]
    return words[:_MOST_WORDS]


def documents_of(entity: str, rows: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Return the documents of rows given as values, skipping kinds that are not searched."""
    made = (document_from(entity, row) for row in rows)
    return [document for document in made if document is not None]
