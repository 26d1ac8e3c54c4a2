"""What every use case needs, handed in once by `bootstrap`: the store, the clock, the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.settings import Settings
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.services.places import Places


@dataclass(frozen=True)
class Context:
    """One desk's parts as the services use them.

    `unfinished` is where files of packs under way are noted, on a desk that has a folder.
    """

    store: LocalStore
    clock: Clock
    settings: Settings
    places: Places = field(default_factory=Places)
    unfinished: Path | None = None
