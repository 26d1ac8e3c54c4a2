"""Identities that tests share, and how a built row is changed by keyword."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import NAMESPACE_DNS, uuid5

from d2a_desktop.models.base import Synced

Row = TypeVar("Row", bound=Synced)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def some_id(word: str) -> str:
    """Return the identity that this word always has."""
    return str(uuid5(NAMESPACE_DNS, word))


CASE = some_id("case")
OFFER = some_id("offer")
CONTRACT = some_id("contract")
SYSTEM = some_id("system")
HOSPITAL = some_id("hospital")
HUB = some_id("hub")
AGENCY = some_id("agency")


def changed(row: Row, given: dict[str, Any]) -> Row:
    """Return the row with some values set."""
    for name, value in given.items():
        setattr(row, name, value)
    return row
