"""The dates above a timeline: none lies on another, nor under the pill that says now."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_paint import TimelinePainter
from d2a_desktop.ui.widgets.timeline_scene import ZOOMS
from tests.ui.literal_rows import NOW, blocks, lanes


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("days", ZOOMS)
@pytest.mark.parametrize("first", [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 22)])
def test_no_date_lies_on_another_or_under_the_pill(
    theme: Theme, qtbot, percent: int, days: int, first: date
):
    theme.set_text_percent(percent)
    made = Timeline(theme, name="Capacity timeline")
    qtbot.addWidget(made)
    made.show_lanes(lanes(), blocks(), first=first, now=NOW)
    made.set_days(days)
    made.scene.width = 1150
    painter = TimelinePainter(made.scene)
    found, pill = painter.week_dates(), painter.now_pill()
    boxes = [box for box, _ in found]
    assert found
    assert pill is not None
    assert not any(box.intersects(pill) for box in boxes)
    assert all(before.right() < after.left() for before, after in pairwise(boxes))
    assert all(box.right() <= made.scene.width for box in boxes)


def test_before_it_is_known_whose_days_they_are_there_are_no_dates(theme: Theme, qtbot):
    """What is read later has days of its own: those of an empty timeline would be untrue."""
    made, other = (Timeline(theme, name="Capacity timeline") for _ in range(2))
    for each in (made, other):
        qtbot.addWidget(each)
        each.resize(900, 200)
    other.scene.first = date(2026, 11, 16)
    assert made.grab().toImage() == other.grab().toImage()
