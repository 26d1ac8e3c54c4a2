"""What a command prints: one JSON document, or text for people; problems go to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.core.errors import KnownError, UnreachableError, UsageError


def emit(document: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print a result: the document as JSON, else the text for people (UTF-8)."""
    out = json.dumps(document, ensure_ascii=False, indent=1, default=plain) if as_json else text
    sys.stdout.buffer.write((out.rstrip("\n") + "\n").encode("utf-8"))
    sys.stdout.buffer.flush()


def emit_error(error: KnownError, *, reasons: Sequence[str], as_json: bool) -> None:
    """Tell a refusal: in words on standard error; with --json also as the one document."""
    if as_json:
        document = {
            "error": {
                "code": error.code,
                "message": error.message,
                "what_to_do": error.what_to_do,
                "reasons": list(reasons),
            }
        }
        emit(document, "", as_json=True)
    lines = [str(error), *(f"  - {reason}" for reason in reasons)]
    print("\n".join(lines), file=sys.stderr)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: instants in UTC ISO 8601, durations in minutes."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    return str(value)


def read_json(source: str) -> object:
    """Read one JSON document from a file, or from standard input for `-`.

    Raises:
        UnreachableError: the file cannot be opened. UsageError: it is not JSON.
    """
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UnreachableError(f"The file cannot be read ({error.strerror}).") from None
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise UsageError(f"That is not a JSON document{where}.", code="not_json") from None


def read_object(source: str | None) -> dict[str, Any]:
    """Read one JSON object; none given is an empty one."""
    if source is None:
        return {}
    document = read_json(source)
    if not isinstance(document, dict):
        raise UsageError("The document must be a JSON object.")
    return document


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return text columns, as wide as they must be."""
    if not rows:
        return "(none)"
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = [heads, *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
