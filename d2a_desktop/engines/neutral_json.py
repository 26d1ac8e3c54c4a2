"""Reading of the neutral JSON format: every refusal names the JSON path that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from d2a_desktop.core.errors import UsageError

T = TypeVar("T")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")
_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:00)?(Z|[+-]\d{2}:\d{2})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Sums of these must stay far inside 64 bits, whatever the number of rows.
LARGEST = 1_000_000
# Years in which instants are reckoned; a certificate may well be valid to 9999.
_YEARS = range(1971, 2201)


class NeutralFormatError(UsageError):
    """A place in the document is not as FORMAT.md says; carries the JSON path and what is wrong."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}", code="bad_problem")
        self.path = path
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document together with its JSON path."""

    value: Any
    path: str = "$"

    def fail(self, problem: str) -> NoReturn:
        """Raise the error that names this node's path."""
        raise NeutralFormatError(self.path, problem)

    def field(self, name: str) -> Node:
        """Return the field `name`, which must be present."""
        if name not in self._object():
            self._child(name).fail("is missing")
        return Node(self.value[name], self._child(name).path)

    def optional(self, name: str) -> Node | None:
        """Return the field `name`, or None where it is absent or null."""
        found = self._object().get(name)
        return None if found is None else Node(found, self._child(name).path)

    def nullable(self, name: str) -> Node | None:
        """Return the field `name`, which must be present, or None where it is null."""
        found = self.field(name)
        return None if found.value is None else found

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield the fields of an object in the document's order."""
        for name, value in self._object().items():
            yield name, Node(value, self._child(name).path)

    def items(self) -> list[Node]:
        """Return the elements of a list."""
        if not isinstance(self.value, list):
            self.fail("must be a list")
        return [Node(value, f"{self.path}[{i}]") for i, value in enumerate(self.value)]

    def several(self, name: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """Read each element of the list `name`, which must be present."""
        return tuple(read(item) for item in self.field(name).items())

    def text(self) -> str:
        """Return a non-empty string."""
        if not isinstance(self.value, str) or not self.value:
            self.fail("must be a non-empty text")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.fail("must be true or false")
        return self.value

    def whole(self, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        number = self.number(least=least)
        if number != int(number):
            self.fail("must be a whole number")
        return int(number)

    def number(self, *, least: float = 0) -> float:
        """Return a finite number of at least `least`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fail("must be a number")
        if not least <= self.value <= LARGEST:
            self.fail(f"must be between {least} and {LARGEST}")
        return self.value

    def day(self) -> date:
        """Return a calendar day written 2026-11-22."""
        text = self.text()
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"must be a day such as 2026-11-22, not {text!r}")

    def near_day(self) -> date:
        """Return a calendar day on which something happens, so of our own two centuries."""
        day = self.day()
        if day.year not in _YEARS:
            self.fail(f"must be between {_YEARS[0]} and {_YEARS[-1]}")
        return day

    def wall_time(self) -> time:
        """Return a time of day written 09:30."""
        text = self.text()
        try:
            if not _TIME.fullmatch(text):
                raise ValueError(text)
            return time.fromisoformat(text)
        except ValueError:
            self.fail(f"must be a time such as 09:30, not {text!r}")

    def instant(self, zone: ZoneInfo) -> datetime:
        """Return a local date and time as an instant in UTC.

        Without an offset the first of two equal wall clock times is meant; an hour that the clocks
        skip is refused (DECISIONS, "Small ones").
        """
        text = self.text()
        match = _LOCAL.fullmatch(text)
        try:
            if match is None:
                raise ValueError(text)
            naive = datetime.fromisoformat(f"{match[1]}T{match[2]}")
            if naive.year not in _YEARS:
                raise ValueError(text)
            if match[4]:
                return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            self.fail(f"must be a date and time such as 2026-11-22T09:30, not {text!r}")
        instant = naive.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != naive:
            self.fail(f"{text} does not exist: the clocks go forward over it")
        return instant

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return {start, end} (or [start, end]) as two instants, the end after the start."""
        if isinstance(self.value, list) and len(self.value) == 2:
            first, last = self.items()
        else:
            first, last = self.field("start"), self.field("end")
        start, end = first.instant(zone), last.instant(zone)
        if end <= start:
            last.fail("must be after the start")
        return start, end

    def zone(self) -> ZoneInfo:
        """Return a time zone by its IANA name."""
        try:
            return ZoneInfo(self.text())
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"is not a known time zone: {self.value!r}")

    def known(self, ids: Mapping[str, object] | frozenset[str], what: str) -> str:
        """Return an id that must be one of `ids`."""
        found = self.text()
        if found not in ids:
            self.fail(f"unknown {what} {found!r}")
        return found

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.fail("must be an object")
        return self.value

    def _child(self, name: str) -> Node:
        step = f".{name}" if _NAME.fullmatch(name) else f"[{name!r}]"
        return Node(None, self.path + step)


def header(root: Node, kind: str) -> str:
    """Check `kind` and `format` of a document and return its id."""
    if root.field("kind").text() != kind:
        root.field("kind").fail(f"must be {kind!r}")
    if root.field("format").whole() != 1:
        root.field("format").fail("must be 1: no other version is known")
    return root.field("id").text()


def unique_ids(rows: Node) -> dict[str, Node]:
    """Return the rows of a list by their `id`; an id that comes twice is refused."""
    found: dict[str, Node] = {}
    for row in rows.items():
        name = row.field("id").text()
        if name in found:
            row.field("id").fail(f"{name!r} is already the id of {found[name].path}")
        found[name] = row
    return found


def minutes_of(instant: datetime) -> int:
    """Return whole UTC minutes since 1970: the engines compare elapsed time, not wall clocks."""
    return int(instant.timestamp() // 60)


def minute_of_wall_clock(day: date, at: time, zone: ZoneInfo) -> int:
    """Return the UTC minute of a wall clock time (the first of two; a skipped one moves on)."""
    return minutes_of(datetime.combine(day, at, tzinfo=zone))


def wall_clock(minute: int, zone: ZoneInfo) -> str:
    """Write a UTC minute as local wall clock; with its offset where the hour comes twice."""
    local = datetime.fromtimestamp(minute * 60, tz=zone)
    if local.fold:
        return local.isoformat(timespec="minutes")
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
