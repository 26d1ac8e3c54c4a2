"""The base of every table: named constraints, our own column types and the synced columns.

Synced tables carry no foreign keys and no rules of the service. A desk holds a part of the whole:
a purge takes a scope away, an agency sees a placement without its case, and a parent may arrive a
page after its child. A constraint here would wedge a pull for ever; the shared database enforces
the rules once for everybody.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NoReturn

from sqlalchemy import Dialect, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from d2a_desktop.core.errors import BugError

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

STRICT: dict[str, Any] = {"sqlite_strict": True}
STRICT_BY_ID: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


def instant_text(value: datetime) -> str:
    """Return an aware instant as stored and sent: 27 characters, UTC, microseconds, `Z`.

    One width for all, so that text order is time order.

    Raises:
        BugError: the instant has no time zone.
    """
    if value.tzinfo is None:
        raise BugError("an instant without a time zone reached the store")
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_text(value: Any) -> str:
    """Return a JSON document as stored: no spaces, keys in the order given."""
    if isinstance(value, list) and not value:
        return "[]"  # most lists of most records; the encoder takes its time to begin
    return _ENCODER.encode(value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite's own type would come back naive (SYNC 5.2)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Store as text of one width."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read back aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar date, ISO 8601 text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Store as `2026-11-22`."""
        if isinstance(value, datetime):
            raise BugError("an instant was given for a calendar date")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Read back a date."""
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """A yes or no, stored as 1 or 0 (a STRICT table knows no BOOLEAN)."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """Store as an integer."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Read back a bool."""
        return None if value is None else bool(value)


class Json(TypeDecorator[Any]):
    """A JSON document as text; it comes back frozen at its top (see `FrozenList`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store as text; None is NULL."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read back the document."""
        return None if value is None else frozen(json.loads(value))


def frozen(document: Any) -> Any:
    """Return a list or dict that refuses changes in place; anything else as it is."""
    if isinstance(document, list):
        return FrozenList(document)
    return FrozenDict(document) if isinstance(document, dict) else document


def _refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
    raise BugError("a JSON column is changed by assigning a new value, not in place")


class FrozenList(list[Any]):
    """A list read from a row.

    The unit of work sees assignments only; an `append` would be lost without a word.
    """

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse


class FrozenDict(dict[str, Any]):
    """A dict read from a row; see `FrozenList`."""

    update = setdefault = pop = popitem = clear = _refuse
    __setitem__ = __delitem__ = __ior__ = _refuse


class Base(DeclarativeBase):
    """The base of all tables of the store."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: Integer,
        bool: Flag,
        date: Day,
        datetime: Instant,
    }


class Synced(Base):
    """The columns of every record that travels (`fields.BASE_COLUMNS`).

    `scope_id` never changes. `ver` is the shared database's version, 0 while it has not
    confirmed the row. `hlc` is the hybrid logical clock of the last edit.
    """

    __abstract__ = True
    __table_args__ = STRICT_BY_ID

    id: Mapped[str] = mapped_column(primary_key=True, sort_order=-4)
    scope_id: Mapped[str] = mapped_column(index=True, sort_order=-3)
    ver: Mapped[int] = mapped_column(default=0, sort_order=-2)
    hlc: Mapped[int] = mapped_column(default=0, sort_order=-1)
