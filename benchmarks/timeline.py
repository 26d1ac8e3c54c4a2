"""The timeline of 200 workers over 84 days: shown, scrolled, and the cursor moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from benchmarks.figures import Figure, in_turn, timed
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_scene import Block, BlockKind, Lane

WORKERS, DAYS = 200, 84
FRAME_SECONDS = 1 / 60
_SIZE = (1366, 700)
_FIRST = date(2026, 11, 23)
_STEPS = 30


def figures(folder: Path) -> Iterator[Figure]:
    """Measure frames beside the sixtieth of a second that a screen gives for one."""
    theme = make_theme(make_application())
    timeline = Timeline(theme, name="Workers' time")
    timeline.set_days(DAYS)
    bare = QScrollArea()
    bare.setWidget(QWidget())
    for widget in (timeline, bare):
        widget.resize(*_SIZE)
        widget.show()
        QApplication.processEvents()
    lanes, blocks = _workers()
    now = datetime.combine(_FIRST, time(9), UTC)

    def show() -> None:
        timeline.show_lanes(lanes, blocks, first=_FIRST, now=now)
        timeline.viewport().repaint()

    words = "an empty scroll area of the same size, painted"
    shown = in_turn(timed(show), timed(bare.viewport().repaint), times=10)
    yield Figure(
        "timeline", f"timeline of {WORKERS} x {DAYS} days: shown", shown[0], shown[1], words,
        note=f"{len(blocks):,} blocks",
    )  # fmt: skip
    frame = f"a frame at 60 a second, {FRAME_SECONDS * 1000:.1f} ms"
    for what, work in (
        ("  repainted whole", timeline.viewport().repaint),
        ("  scrolled by a line", lambda: _scrolled(timeline)),
        ("  cursor moved by a key", lambda: _moved(timeline)),
    ):
        taken = sorted(timed(work)() for _ in range(_STEPS))
        worst = taken[-2] * 1000
        yield Figure(
            "timeline", what, taken[_STEPS // 2], FRAME_SECONDS, frame, note=f"worst {worst:.1f} ms"
        )
    timeline.close()
    bare.close()


def _scrolled(timeline: Timeline) -> None:
    bar = timeline.verticalScrollBar()
    bar.setValue((bar.value() + bar.singleStep()) % max(bar.maximum(), 1))
    timeline.viewport().repaint()


def _moved(timeline: Timeline) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Down)
    timeline.viewport().repaint()


def _workers() -> tuple[list[Lane], list[Block]]:
    kinds = tuple(BlockKind)
    lanes = [Lane(f"w{n}", f"Exampleworker {n}", "Dementia, hoist") for n in range(WORKERS)]
    blocks = []
    for number, lane in enumerate(lanes):
        for part in range(7):
            start = datetime.combine(_FIRST + timedelta(days=part * 12 + number % 5), time(10), UTC)
            kind = kinds[(number + part) % len(kinds)]
            end = start + timedelta(days=9)
            blocks.append(Block(f"{lane.lane_id}/{part}", lane.lane_id, kind, start, end, "O-7K3Q"))
    return lanes, blocks
