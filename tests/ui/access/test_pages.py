"""Every page of every desk: names, roles, states, targets, words beside colours, the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from PySide6.QtCore import QObject, Signal

from d2a_desktop.sync.health import State
from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.desk.picture_age import PictureAge
from d2a_desktop.ui.desk.sync_loop import SyncLoop
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.conflict_panel import ConflictPanel
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND
from d2a_desktop.ui.widgets.page import Page
from tests.ui.access.desks import CALLERS, Shown
from tests.ui.access.inspection import all_faults
from tests.ui.test_sync_words import light

# Pages that show no records; and the ward board, which asks its own store (test_last_look).
ELSEWHERE = {"sync", "settings", "help", "ward_board"}
LONG_AGO = timedelta(hours=3)
LARGE_ROOM = 1366 - 2 * 56 - 24
"""What a ward's screen leaves a page at the largest text, in pixels."""


class Exchange(QObject):
    """An exchange that tells what a test says."""

    light_changed = Signal(object)
    has_server = True

    def tell(self, last_at: datetime) -> None:
        self.light_changed.emit(light(State.SYNCED, last_at=last_at))


@pytest.fixture
def exchanged() -> Callable[[Shown], Exchange]:
    def join(desk: Shown) -> Exchange:
        told = Exchange(desk.window)
        PictureAge(desk.window, cast(SyncLoop, told), desk.link)
        return told

    return join


def age_faults(page: Page) -> list[str]:
    """Return what an old picture does not say, in words and in colour."""
    line = page._sub
    said = line.text().startswith("Old picture · "), "last exchanged 3 h ago" in line.text()
    faults = [] if all(said) else [f"an old picture reads {line.text()!r}"]
    return faults if line.property("role") == "warn" else [*faults, "an old picture is not marked"]


def test_every_kind_of_desk_is_looked_at():
    assert set(CALLERS) == set(PAGES_OF_KIND)


@pytest.mark.parametrize("kind", list(PAGES_OF_KIND))
def test_every_page_can_be_read_and_worked_without_sight_or_mouse(
    kind: str,
    shown: Callable[[str], Shown],
    theme: Theme,
    exchanged: Callable[[Shown], Exchange],
):
    desk = shown(kind)
    told = exchanged(desk)
    told.tell(desk.link.now() - LONG_AGO)
    found: list[str] = []
    for entry in PAGES_OF_KIND[kind]:
        page = desk.page(entry.key)
        assert page.isVisible()
        if entry.key not in ELSEWHERE and page._said:
            found += [f"{entry.key}: {each}" for each in age_faults(page)]
        found += [f"{entry.key}: {each}" for each in all_faults(desk.window, theme)]
    theme.set_text_percent(200)
    for panel in desk.window.findChildren(ConflictPanel):
        panel.show()  # as where two edits met
    desk.rest()
    for entry in PAGES_OF_KIND[kind]:
        layout = desk.window.pages.page(entry.key).layout()
        wide = layout.totalMinimumSize().width() if layout is not None else 0
        if wide > LARGE_ROOM:
            found.append(f"{entry.key}: scrolls sideways at the largest text, {wide} px wide")
    # A list that is still on the screen while its window closes is laid out and painted once more.
    desk.link.clear()
    theme.set_text_percent(110)
    desk.window.grab()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", list(PAGES_OF_KIND))
def test_every_part_of_the_record_can_be_read_and_worked_without_sight_or_mouse(
    kind: str,
    shown: Callable[[str], Shown],
    theme: Theme,
    exchanged: Callable[[Shown], Exchange],
):
    desk = shown(kind)
    told = exchanged(desk)
    told.tell(desk.link.now() - LONG_AGO)
    record = desk.record()
    found = age_faults(record)
    told.tell(desk.link.now())
    if "last exchanged just now" not in record._sub.text():
        found.append("a picture of now reads as if it were old")
    for part, _ in PARTS:
        record.show_part(part)
        desk.rest()
        found += [f"{part}: {each}" for each in all_faults(desk.window, theme)]
    assert not found, "\n".join(found)
