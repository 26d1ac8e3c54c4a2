"""Finding the builder of a record by its name, for tests that go over all records."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from d2a_desktop.models.base import Synced
from tests import builders, roster_builders


def builder_of(entity: str) -> Callable[..., Synced]:
    """Return `make_<entity>`."""
    name = f"make_{entity}"
    where = builders if hasattr(builders, name) else roster_builders
    return cast("Callable[..., Synced]", getattr(where, name))
