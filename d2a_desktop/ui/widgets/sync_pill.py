"""The light that says how fresh this desk's picture is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, restyle


class SyncState(Enum):
    """How the exchange with the shared database stands; value: level, icon."""

    SYNCED = ("", "check")
    SYNCING = ("", "sync")
    STALE = ("warn", "clock")
    OFFLINE = ("warn", "offline")
    CONFLICT = ("warn", "warning")
    ERROR = ("bad", "error")


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What the pill says: a state, short words, and a longer sentence for the tooltip."""

    state: SyncState
    words: str
    detail: str = ""


class SyncPill(Button):
    """A pill in the top bar; pressing it emits `asked` (go to Sync & conflicts)."""

    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", kind="bar", icon="sync", parent=parent)
        self.setObjectName("syncPill")
        self._tight = False
        self.clicked.connect(lambda *_: self.asked.emit())
        self.show_health(SyncFacts(SyncState.SYNCING, "Starting"))

    def show_health(self, facts: SyncFacts) -> None:
        """Show how the exchange stands."""
        level, icon = facts.state.value
        self._facts = facts
        self._set_text("" if self._tight else facts.words)
        self.setAccessibleName(f"Sync: {facts.words}")
        self.setAccessibleDescription(facts.detail)
        self.setToolTip(facts.detail or facts.words)
        self.setProperty("level", level)
        self._icon_name = icon
        restyle(self)
        self._paint_icon()

    def set_tight(self, tight: bool) -> None:
        """Show the sign alone, or sign and words."""
        self._tight = tight
        self._set_text("" if tight else self._facts.words)

    def _icon_colour(self) -> str:
        tokens = self._theme.tokens
        return tokens.held.text if self.property("level") == "warn" else tokens.bar.text
