"""Targets of the pointer stay 24 px where the text is smallest and the rows closest (2.5.8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.access.desks import Shown
from tests.ui.access.dialogs import every_dialog
from tests.ui.access.inspection import target_faults
from tests.ui.access.test_text_size import LOOKED_AT, RECORD, bring

SMALLEST = 90


@pytest.mark.parametrize(("kind", "keys"), LOOKED_AT)
def test_every_target_of_a_page_is_large_enough_at_the_smallest_text(
    kind: str, keys: tuple[str, ...], shown: Callable[[str], Shown], theme: Theme
):
    theme.set_text_percent(SMALLEST)
    theme.set_compact(True)
    desk = shown(kind)
    found: list[str] = []
    for key in keys:
        bring(desk, key)
        parts = [part for part, _ in PARTS] if key == RECORD else [""]
        for part in parts:
            if part:
                desk.window.pages.page(RECORD).show_part(part)
                desk.rest()
            found += [f"{key} {part}: {each}" for each in target_faults(desk.window)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_every_target_of_a_dialog_is_large_enough_at_the_smallest_text(
    shown: Callable[[str], Shown], theme: Theme
):
    theme.set_text_percent(SMALLEST)
    theme.set_compact(True)
    desk = shown("hub")
    found: list[str] = []
    for name, make in every_dialog().items():
        dialog = make(desk)
        dialog.open()
        desk.rest()
        found += [f"{name}: {each}" for each in target_faults(dialog)]
        dialog.close()
        desk.rest()
    assert not found, "\n".join(dict.fromkeys(found))
