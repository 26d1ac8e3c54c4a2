"""The look and the keys of the journeys' windows."""

from __future__ import annotations

from tests.ui.conftest import _session_theme, actions, theme

__all__ = ["_session_theme", "actions", "theme"]
