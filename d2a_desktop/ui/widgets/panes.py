"""Moves the keyboard focus from one pane of the window to the next (F6)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def go_to_next_pane(panes: Sequence[QWidget], focused: QWidget | None, step: int) -> None:
    """Focus the first stop of the pane `step` places on from the one that holds `focused`."""
    here = -1 if step > 0 else 0
    for number, pane in enumerate(panes):
        if focused is not None and pane.isAncestorOf(focused):
            here = number
    pane = panes[(here + step) % len(panes)]
    stop = first_stop(pane)
    if stop is not None:
        stop.setFocus(Qt.FocusReason.TabFocusReason)


def first_stop(pane: QWidget) -> QWidget | None:
    """Return the first control of a pane that Tab would reach, or None."""
    each = pane.nextInFocusChain()
    while each is not None and each is not pane:
        reachable = each.focusPolicy() & Qt.FocusPolicy.TabFocus
        if reachable and pane.isAncestorOf(each) and each.isVisible() and each.isEnabled():
            return each
        each = each.nextInFocusChain()
    return None
