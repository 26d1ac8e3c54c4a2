"""Every page of every desk: names, roles, states, targets, words beside colours, the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND
from tests.ui.access.desks import CALLERS, Shown
from tests.ui.access.inspection import all_faults


def test_every_kind_of_desk_is_looked_at():
    assert set(CALLERS) == set(PAGES_OF_KIND)


@pytest.mark.parametrize("kind", list(PAGES_OF_KIND))
def test_every_page_can_be_read_and_worked_without_sight_or_mouse(
    kind: str, shown: Callable[[str], Shown], theme: Theme
):
    desk = shown(kind)
    found: list[str] = []
    for entry in PAGES_OF_KIND[kind]:
        page = desk.page(entry.key)
        assert page.isVisible()
        found += [f"{entry.key}: {each}" for each in all_faults(desk.window, theme)]
    # A list that is still on the screen while its window closes is laid out and painted once more.
    desk.link.clear()
    theme.set_text_percent(110)
    desk.window.grab()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", list(PAGES_OF_KIND))
def test_every_part_of_the_record_can_be_read_and_worked_without_sight_or_mouse(
    kind: str, shown: Callable[[str], Shown], theme: Theme
):
    desk = shown(kind)
    record = desk.record()
    found: list[str] = []
    for part, _ in PARTS:
        record.show_part(part)
        desk.rest()
        found += [f"{part}: {each}" for each in all_faults(desk.window, theme)]
    assert not found, "\n".join(found)
