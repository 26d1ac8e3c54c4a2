"""A window whose text size or look changes while it is open is the window that starts with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollBar, QTableView, QWidget

from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND
from tests.ui.access.desks import Shown

PERCENT = 160
RECORD = "record"
_OF_THE_AGENCY = ("offers", "matches", "capacity", "roster")
# Each page once; what several desks have is one class.
LOOKED_AT = (
    ("hub", tuple(each.key for each in PAGES_OF_KIND["hub"] if each.key not in _OF_THE_AGENCY)),
    ("agency", _OF_THE_AGENCY),
    ("hospital", ("board_round", RECORD)),
)
Place = tuple[int, int, int, int]


def parts_of(root: QWidget, path: str = "") -> dict[str, Place]:
    """Return where every widget that shows stands, by its place in the tree."""
    found = {}
    kids = [each for each in root.children() if isinstance(each, QWidget) and not each.isWindow()]
    for number, each in enumerate(kid for kid in kids if kid.isVisible()):
        name = f"{path}/{number} {type(each).__name__} {each.objectName()}".rstrip()
        found[name] = cast(Place, each.geometry().getRect())
        found |= parts_of(each, name)
    return found


def laid_out(desk: Shown) -> None:
    """Let every layout be done; each list is at its first row, and nothing has the focus."""
    window = desk.window
    for view in window.findChildren(QTableView):
        if view.isVisible() and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
    if (focus := window.focusWidget()) is not None:
        focus.clearFocus()
    desk.rest()
    for _ in range(4):  # one layout asks for the next
        QApplication.processEvents()
    for bar in window.findChildren(QScrollBar):
        bar.setValue(0)


def bring(desk: Shown, key: str) -> None:
    """Bring a page to the front."""
    if key == RECORD:
        desk.record()
    else:
        desk.page(key)


def seen(desk: Shown, key: str) -> tuple[QImage, dict[str, Place]]:
    """Return the window with a page in front, and where everything stands in it."""
    bring(desk, key)
    laid_out(desk)
    return desk.window.grab().toImage(), parts_of(desk.window)


def test_every_page_is_looked_at():
    assert {key for _, keys in LOOKED_AT for key in keys} == {
        RECORD,
        *(entry.key for entries in PAGES_OF_KIND.values() for entry in entries),
    }


@pytest.mark.parametrize(("kind", "keys"), LOOKED_AT)
def test_a_text_size_and_look_chosen_at_run_time_leave_nothing_of_the_old_ones(
    kind: str, keys: tuple[str, ...], shown: Callable[[str], Shown], theme: Theme
):
    looked = shown(kind)
    for key in keys:
        bring(looked, key)
    theme.set_text_percent(PERCENT)
    theme.set_look(Look.DARK)
    changed = {key: seen(looked, key) for key in keys}
    looked.link.clear()
    looked.window.close()
    started = shown(kind)
    found = []
    for key, (picture, parts) in changed.items():
        other_picture, other_parts = seen(started, key)
        found += [
            f"{key}: {name}: {parts.get(name)}, started so {other_parts.get(name)}"
            for name in sorted({*parts, *other_parts})
            if parts.get(name) != other_parts.get(name)
        ]
        if picture != other_picture:
            found.append(f"{key}: looks different")
    assert not found, "\n".join(found)
