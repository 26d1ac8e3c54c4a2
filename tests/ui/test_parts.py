"""The smaller parts: chips, cards, toast, forms, search, timeline, notices, lock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.form_parts import (
    ErrorSummary,
    LabelledField,
    NhsNumberEdit,
    Section,
    SectionList,
    SectionState,
)
from d2a_desktop.ui.widgets.kpi_card import Kpi, KpiCard, KpiRow
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from d2a_desktop.ui.widgets.peek_panel import PeekFacts, PeekPanel
from d2a_desktop.ui.widgets.progress_line import BusyLine, ProgressRow
from d2a_desktop.ui.widgets.search_palette import Hit, SearchPalette
from d2a_desktop.ui.widgets.stepper import STEPS, STEPS_DONE, Stepper
from d2a_desktop.ui.widgets.sync_pill import SyncFacts, SyncPill, SyncState
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_panel import TimelinePanel
from d2a_desktop.ui.widgets.timeline_scene import BlockKind
from d2a_desktop.ui.widgets.toast import Toast
from tests.ui.literal_rows import NOW, banner, blocks, capacity_page, lanes


@pytest.fixture
def host(bring) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    bring(made)
    return made


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


# ---------------------------------------------------------------- chips, cards, steps, pill


def test_a_chip_keeps_being_chosen_when_counts_change_and_gives_way_when_it_goes(
    theme: Theme, qtbot
):
    chips = FilterChips(theme, name="Views")
    qtbot.addWidget(chips)
    chips.show_chips((Chip("all", "All", 31), Chip("mine", "Mine", 13)))
    assert chips.current == "all"
    with qtbot.waitSignal(chips.chosen) as chosen:
        chips.choose("mine")
    assert chosen.args == ["mine"]
    chips.show_chips((Chip("all", "All", 30), Chip("mine", "Mine", 12)))
    assert chips.current == "mine"
    chips.show_chips((Chip("all", "All", 30),))
    assert chips.current == "all"


def test_left_and_right_move_between_chips(theme: Theme, host: QWidget, qtbot):
    chips = FilterChips(theme, name="Views")
    chips.setParent(host)
    chips.show_chips((Chip("a", "A"), Chip("b", "B"), Chip("c", "C")))
    chips.show()
    first, second, third = chips.findChildren(QPushButton)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Left)
    qtbot.keyClick(first, Qt.Key.Key_Left)
    assert third.hasFocus()


def test_a_measure_says_name_value_and_detail_and_can_be_pressed_by_keyboard(theme: Theme, qtbot):
    row = KpiRow(theme)
    qtbot.addWidget(row)
    row.show_kpis((Kpi("over", "1", "Over 48 h", "oldest 51 h 12 m", Tone.BAD), Kpi("x", "2", "X")))
    card = row._cards[0]
    assert spoken(card) == "Over 48 h: 1, oldest 51 h 12 m"
    with qtbot.waitSignal(row.chosen) as chosen:
        qtbot.keyClick(card, Qt.Key.Key_Space)
    assert chosen.args == ["over"]
    row.show_kpis((Kpi("over", "0", "Over 48 h"),))
    assert [each.accessibleName() for each in row._cards] == ["Over 48 h: 0"]


def test_the_steps_are_said_in_words(theme: Theme, qtbot):
    stepper = Stepper(theme)
    qtbot.addWidget(stepper)
    stepper.set_stage("offered")
    assert stepper.accessibleDescription() == "Done: Referred, Offered, next: Worker agreed"
    stepper.set_stage("assessed")
    assert stepper.accessibleDescription() == "Done: " + ", ".join(STEPS)
    assert not stepper.grab().isNull()


_BEFORE_HOME = (
    *("inpatient", "nctr", "referred", "pathway_confirmed"),
    *("offered", "accepted", "allocated", "discharge_planned"),
)


def test_every_stage_of_a_case_has_its_place_in_the_steps():
    stages = [*_BEFORE_HOME, "at_home", "assessed", "under_review", "closed"]
    assert sorted(STEPS_DONE) == sorted(stages)
    assert [STEPS_DONE[stage] for stage in stages] == sorted(STEPS_DONE[stage] for stage in stages)


@pytest.mark.parametrize("state", list(SyncState))
def test_the_sync_pill_says_its_state_in_words_even_when_only_its_sign_shows(
    theme: Theme, qtbot, state: SyncState
):
    pill = SyncPill(theme)
    qtbot.addWidget(pill)
    pill.show_health(SyncFacts(state, "Offline · 6 changes waiting", "since 12:58"))
    assert pill.text().strip() == "Offline · 6 changes waiting"
    pill.set_tight(True)
    assert pill.text().strip() == ""
    assert spoken(pill) == "Sync: Offline · 6 changes waiting"
    assert pill.property("level") == state.value[0]


# ---------------------------------------------------------------- toast, notice, progress


def test_a_toast_can_be_undone_once(theme: Theme, host: QWidget):
    toast, undone = Toast(theme, host), []
    toast.show_words("Offer sent", undo=lambda: undone.append(1))
    assert toast.isVisible()
    assert toast.undo()
    assert not toast.undo()
    assert undone == [1]
    assert not toast.isVisible()


def test_a_toast_goes_by_itself(theme: Theme, host: QWidget, qtbot):
    toast = Toast(theme, host)
    undone: list[int] = []
    toast.show_words("Saved", undo=lambda: undone.append(1), milliseconds=1)
    qtbot.waitUntil(lambda: not toast.isVisible())
    # A key must not take back on another person's record what nobody names any more.
    assert not toast.undo()
    assert undone == []


def test_a_notice_offers_its_actions(theme: Theme, host: QWidget, qtbot):
    notice, tried = NoticeBar(theme, host), []
    notice.say(
        "Working offline.", "6 changes wait.", actions=(("Try now", lambda: tried.append(1)),)
    )
    assert notice.isVisible()
    assert spoken(notice) == "Working offline. 6 changes wait."
    qtbot.keyClick(notice.findChild(QPushButton), Qt.Key.Key_Space)
    assert tried == [1]
    notice.clear()
    assert not notice.isVisible()


def test_progress_is_told_in_words_and_can_be_cancelled(theme: Theme, qtbot):
    row = ProgressRow(theme, "Importing")
    qtbot.addWidget(row)
    row.show_progress(1200, 10_000, "rows")
    assert row._words.text() == "Importing · rows · 1,200 of 10,000"
    with qtbot.waitSignal(row.cancelled):
        qtbot.keyClick(row.findChild(QPushButton), Qt.Key.Key_Space)


def test_the_busy_line_moves_only_for_work_that_lasts(theme: Theme, qtbot):
    line = BusyLine(theme)
    qtbot.addWidget(line)
    line.set_busy(1)
    assert not line._step.isActive()
    line.set_busy(0)
    assert not line._delay.isActive()
    line.set_busy(2)
    qtbot.waitUntil(line._step.isActive)
    line.set_busy(0)
    assert not line._step.isActive()


# ---------------------------------------------------------------- peek


def test_the_peek_opens_the_record_and_has_no_other_button(theme: Theme, qtbot):
    peek = PeekPanel(theme)
    qtbot.addWidget(peek)
    assert not peek._open.isEnabled()
    peek.show_row(
        PeekFacts(
            row_id="case-1",
            title="KHAN, Mohammed",
            tags=(("Falls risk", Hue.AMBER),),
            stage="offered",
            facts=(("Care", "Live-in"),),
            next_action="Ring",
        )
    )
    assert [each.accessibleName() for each in peek.findChildren(QPushButton)] == ["Open record"]
    with qtbot.waitSignal(peek.open_requested) as asked:
        peek._open.click()
    assert asked.args == ["case-1"]
    peek.clear()
    assert not peek._open.isEnabled()


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("9993102270", "999 310 2270"),
        ("999-310 x2270", "999 310 2270"),
        ("9993", "999 3"),
        ("99931022701", "999 310 2270"),
    ],
)
def test_an_nhs_number_is_set_out_while_typing(host: QWidget, qtbot, typed: str, text: str):
    field = NhsNumberEdit(host)
    qtbot.keyClicks(field, typed)
    assert field.text() == text
    assert field.digits == text.replace(" ", "")


def test_a_digit_can_be_mended_in_the_middle(host: QWidget, qtbot):
    field = NhsNumberEdit(host)
    qtbot.keyClicks(field, "9993102270")
    field.setCursorPosition(3)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, "8")
    assert field.text() == "998 310 2270"
    assert field.cursorPosition() == 3


def test_an_error_reaches_the_eye_the_summary_and_the_screen_reader(theme, host: QWidget, qtbot):
    field = LabelledField(
        theme, "Postcode", QLineEdit(), hint="Where they go home to", required=True, parent=host
    )
    other = LabelledField(theme, "Ward", QComboBox(), parent=host)
    summary = ErrorSummary(theme, host)
    host.show()
    field.show()
    field.set_error("Enter a postcode")
    assert spoken(field.editor) == "Postcode"
    assert field.editor.accessibleDescription() == (
        "Error: Enter a postcode. Where they go home to"
    )
    assert summary.show_fields((field, other))
    assert spoken(summary) == "Postcode: Enter a postcode"
    summary.findChildren(QPushButton)[0].click()
    assert field.editor.hasFocus()
    field.set_error("")
    assert not summary.show_fields((field, other))
    assert not summary.isVisible()
    assert field.editor.accessibleDescription() == "Where they go home to"


def test_an_optional_field_says_so(theme: Theme, host: QWidget):
    from PySide6.QtWidgets import QLabel

    field = LabelledField(theme, "Preferred name", QLineEdit(), parent=host)
    assert "Preferred name (optional)" in [each.text() for each in field.findChildren(QLabel)]


def test_sections_say_their_state_and_keep_the_choice(theme: Theme, qtbot):
    sections = SectionList(theme, name="Sections")
    qtbot.addWidget(sections)
    sections.show_sections((Section("a", "Function", SectionState.DONE), Section("b", "Needs")))
    with qtbot.waitSignal(sections.chosen) as chosen:
        sections.choose("b")
    assert chosen.args == ["b"]
    sections.show_sections(
        (Section("a", "Function"), Section("b", "Needs", SectionState.WRONG), Section("c", "Home"))
    )
    said = [sections.item(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(3)]
    assert said == ["Function, not begun", "Needs, has errors", "Home, not begun"]
    assert sections.currentRow() == 1


def test_a_question_names_its_person_and_wants_its_reason(theme: Theme, qtbot):
    from PySide6.QtWidgets import QLabel

    asked = ConfirmDialog(
        theme,
        Question(
            title="Withdraw this offer?",
            words="The agency is told.",
            action="Withdraw",
            consequences=("The hold on slot 3 ends",),
            reason_label="Reason",
            dangerous=True,
        ),
        person=banner(),
    )
    qtbot.addWidget(asked)
    said = [each.text() for each in asked.findChildren(QLabel)]
    assert "NGUYỄN, Thị Hạnh (Mrs)" in said
    assert "999 310 2270" in said
    assert "• The hold on slot 3 ends" in said
    asked.action.click()
    assert asked.result() == 0
    asked.findChildren(QLineEdit)[0].setText(" No longer needed ")
    asked.action.click()
    assert asked.result() == 1
    assert asked.reason == "No longer needed"


# ---------------------------------------------------------------- search


def test_search_is_opened_moved_in_and_chosen_by_keyboard(theme: Theme, host: QWidget, qtbot):
    palette = SearchPalette(theme, host)
    palette.open()
    assert palette.field.hasFocus()
    with qtbot.waitSignal(palette.asked, check_params_cb=lambda words: words == "kh"):
        qtbot.keyClicks(palette.field, "kh")
    palette.show_hits((Hit("person", "1", "KHAN, Mohammed", "B6"), Hit("page", "2", "Khaki")))
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.field.accessibleDescription() == "page: Khaki"
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen.args[0].key == "2"
    assert not palette.isVisible()


def test_escape_closes_search_and_gives_the_focus_back(theme: Theme, host: QWidget, qtbot):
    before = QLineEdit(host)
    before.show()
    before.setFocus()
    palette = SearchPalette(theme, host)
    palette.open()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert before.hasFocus()
    assert palette.field.text() == ""


# ---------------------------------------------------------------- timeline


@pytest.fixture
def timeline(theme: Theme, bring) -> Timeline:
    made = Timeline(theme, name="Capacity timeline")
    made.show_lanes(lanes(), blocks(), first=date(2026, 11, 22), now=NOW)
    made.resize(1000, 500)
    bring(made)
    return made


def test_arrows_move_by_worker_and_day_and_say_where(timeline: Timeline, qtbot):
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(timeline, key)
    assert timeline.accessibleDescription() == "Hansa D, 24-Nov-2026: Booked Placement 4B"
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.accessibleDescription() == "Hansa D, 22-Nov-2026: nothing planned"


def test_a_clash_is_said_in_words(timeline: Timeline, qtbot):
    for _ in range(6):
        qtbot.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline.accessibleDescription().endswith("Booked Placement 4B, clashes")


def test_enter_opens_the_block_under_the_cursor(timeline: Timeline, qtbot):
    with qtbot.waitSignal(timeline.opened) as opened:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert opened.args == ["a0"]


def test_shift_and_arrows_choose_days_as_a_drag_does(timeline: Timeline, qtbot):
    for _ in range(3):
        qtbot.keyClick(timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(timeline.range_chosen) as by_keys:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert by_keys.args == ["w0", date(2026, 11, 22), date(2026, 11, 26)]
    scene, view = timeline.scene, timeline.viewport()
    y = scene.head_height + scene.lane_height // 2
    start = timeline.viewport().rect().topLeft()
    start.setX(int(scene.name_width + scene.day_width * 0.5))
    start.setY(y)
    end = start + timeline.viewport().rect().topLeft()
    end.setX(int(scene.name_width + scene.day_width * 3.5))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, end)
    with qtbot.waitSignal(timeline.range_chosen) as by_drag:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert by_drag.args == by_keys.args


def test_the_timeline_zooms_between_two_six_and_twelve_weeks(timeline: Timeline):
    seen = [timeline.days]
    for step in (1, 1, -1, -1, -1):
        timeline.zoom(step)
        seen.append(timeline.days)
    assert seen == [42, 84, 84, 42, 14, 14]


def test_the_cursor_stays_in_sight_in_a_long_list(theme: Theme, timeline: Timeline, qtbot):
    timeline.resize(1000, 250)
    qtbot.keyClick(timeline, Qt.Key.Key_PageDown)
    scene = timeline.scene
    bottom = scene.head_height + 10 * scene.lane_height - timeline.verticalScrollBar().value()
    assert bottom <= timeline.viewport().height()


def test_kinds_of_block_differ_in_shape_and_not_in_colour_alone(theme: Theme, timeline: Timeline):
    """Set all kinds in one colour: the pictures of any two kinds still differ."""
    from dataclasses import replace

    tokens, one = theme.tokens, theme.tokens.booked
    grey = replace(tokens, held=one, offer=one, free=one, rest=one)
    theme._tokens = grey
    start = NOW.replace(hour=0, minute=0)
    pictures = {}
    for kind in (BlockKind.BOOKED, BlockKind.HELD, BlockKind.OFFER, BlockKind.LEAVE):
        block = replace(
            blocks()[0],
            kind=kind,
            start=start + timedelta(days=4),
            end=start + timedelta(days=9),
            words="",
        )
        timeline.show_lanes(lanes()[:1], [block], first=date(2026, 11, 22), now=NOW)
        pictures[kind] = timeline.viewport().grab().toImage()
    kinds = list(pictures)
    same = [
        (a.name, b.name)
        for n, a in enumerate(kinds)
        for b in kinds[n + 1 :]
        if pictures[a] == pictures[b]
    ]
    theme._tokens = tokens
    assert same == []


def test_the_timeline_has_a_table_behind_ctrl_alt_t(theme: Theme, actions: Actions, bring, qtbot):
    page = capacity_page(theme, actions)
    bring(page)
    panel = page.findChildren(TimelinePanel)[0]
    panel.timeline.setFocus()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(panel.table_shown):
        qtbot.keyClick(panel.timeline, Qt.Key.Key_T, keys)
    assert panel.shows_table


def test_measures_take_a_second_line_where_their_words_find_no_room_in_one(theme: Theme, qtbot):
    window, kpis = QWidget(), KpiRow(theme)
    column = QVBoxLayout(window)
    column.addWidget(kpis)
    column.addWidget(QWidget(), 1)
    kpis.show_kpis([Kpi(str(n), "12", f"Waiting for number {n}", "the longest") for n in range(5)])
    qtbot.addWidget(window)
    window.resize(1300, 600)
    window.show()
    cards = kpis.findChildren(KpiCard)
    assert len({card.y() for card in cards}) == 1
    theme.set_text_percent(200)
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 2)
    assert all(kpis.rect().contains(card.geometry()) for card in cards)
    assert all(card.width() >= card.minimumSizeHint().width() for card in cards)
