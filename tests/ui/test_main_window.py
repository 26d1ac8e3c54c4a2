"""The frame: navigation, keys, lock, and what it never shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND, NavEntry
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.page_stack import PageMaker
from d2a_desktop.ui.widgets.top_bar import DeskFacts
from tests.ui.literal_rows import LiteralBoard, banner, ward_rows

ENTRIES = (
    NavEntry("ward_board", "Ward board", "board"),
    NavEntry("referrals", "Referrals", "referral"),
    NavEntry("matches", "Matches", "match"),
    NavEntry("capacity", "Capacity", "capacity"),
    NavEntry("sync", "Sync & conflicts", "sync", low=True),
    NavEntry("help", "Help", "help", low=True),
)
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def window(theme: Theme, actions: Actions, tasks: Tasks, bring, made):

    def maker(entry: NavEntry) -> PageMaker:
        def make() -> Page:
            made.append(entry.key)
            if entry.key == "ward_board":
                return LiteralBoard(theme, actions, ward_rows())
            return Page(theme, entry.words)

        return PageMaker(entry, make)

    facts = DeskFacts("hub", "Eastmoor", "Mary Cole", "MC", trial=True)
    frame = MainWindow(theme, actions, tasks, facts, [maker(entry) for entry in ENTRIES])
    bring(frame)
    return frame


def board(window: MainWindow) -> LiteralBoard:
    page = window.pages.page("ward_board")
    assert isinstance(page, LiteralBoard)
    return page


def test_only_the_first_page_is_made_at_the_start(window: MainWindow, made):
    assert made == ["ward_board"]
    window.show_page("matches")
    window.show_page("ward_board")
    assert made == ["ward_board", "matches"]


def test_the_search_box_gives_way_before_the_name_of_the_organisation(window: MainWindow, qapp):
    name = "Sampleshire Care Transfer Hub (demo)"
    window.show_facts(DeskFacts("hub", name, "Mary Cole", "MC", trial=True))
    for width, words in ((1240, "Search"), (1920, "Search patients, referrals, care workers")):
        window.resize(width, 768)
        for _ in range(3):
            qapp.processEvents()
        assert window.bar._place.text().strip() == name
        assert window.bar._search.text().strip() == words
        assert window.bar._search.accessibleName() == "Search patients, referrals, care workers"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("hospital", "ward_board"),
        ("hub", "ward_board"),
        ("agency", "offers"),
        ("assessor", "assessments"),
    ],
)
def test_each_kind_of_desk_has_its_own_pages(kind: str, first: str):
    keys = [entry.key for entry in PAGES_OF_KIND[kind]]
    assert keys[0] == first
    assert keys[-3:] == ["sync", "settings", "help"]
    assert len(keys) == len(set(keys))


def test_alt_and_a_number_go_to_a_page_and_alt_left_goes_back(window: MainWindow, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_3, ALT)
    assert window.pages.current_key == "matches"
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.pages.current_key == "referrals"
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert window.pages.current_key == "matches"
    assert window.nav._buttons["matches"].isChecked()


def test_a_page_that_will_not_leave_stays(window: MainWindow, monkeypatch):
    monkeypatch.setattr(board(window), "leaving", lambda: False)
    assert not window.show_page("matches")
    assert window.pages.current_key == "ward_board"
    assert window.nav._buttons["ward_board"].isChecked()
    assert not window.close()


def test_opening_a_row_asks_the_window_for_the_case(window: MainWindow, qtbot):
    view = board(window).panel.view
    view.setFocus()
    with qtbot.waitSignal(window.case_asked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == ["case-0"]


def test_the_title_and_the_tray_say_nothing_of_a_patient(window: MainWindow, qtbot):
    board(window).panel.view.select_id("case-3")
    assert window.windowTitle() == "D2A · Discharge to Assess · TRIAL"


def test_the_navigation_shows_icons_alone_in_a_narrow_window(window: MainWindow, qtbot):
    window.resize(1400, 800)
    assert window.nav.width() == 208
    window.resize(1100, 800)
    qtbot.waitUntil(lambda: window.nav.width() == 56)
    button = window.nav._buttons["matches"]
    assert button.accessibleName() == "Matches"
    assert button.toolTip() == "Matches"


def test_numbers_beside_pages_are_said(window: MainWindow):
    board(window).badge_changed.emit(31)
    assert window.nav._buttons["ward_board"].accessibleName() == "Ward board, 31"


def test_search_finds_pages_and_commands_and_does_them(window: MainWindow, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.search_palette.isVisible()
    with qtbot.waitSignal(window.search_asked, check_params_cb=lambda words: words == "capa"):
        qtbot.keyClicks(window.search_palette.field, "capa")
    qtbot.keyClick(window.search_palette.field, Qt.Key.Key_Return)
    assert window.pages.current_key == "capacity"
    assert [hit.key for hit in window.command_hits("lock desk")] == ["lock"]


def test_locking_leaves_nothing_to_read_and_no_key_that_works(window: MainWindow, qtbot):
    window.lock()
    assert window.locked
    assert not board(window).isVisible()
    shown = [each for each in window.findChildren(QWidget) if each.isVisible()]
    words = " ".join(getattr(each, "text", lambda: "")() + each.accessibleName() for each in shown)
    assert "KOWALSKA" not in words
    assert "This desk is locked" in words
    qtbot.keyClick(window, Qt.Key.Key_3, ALT)
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.pages.current_key == "ward_board"
    assert not window.search_palette.isVisible()


def test_a_dialog_that_comes_after_the_lock_is_seen_only_after_it(window: MainWindow, qtbot):
    """An agency asks who could take an offer, is called away, and the answer names the person."""
    window.lock()
    field = window.cover.findChild(QLineEdit)
    assert field is not None
    late = QDialog(board(window))
    late.open()
    qtbot.waitUntil(lambda: not late.isVisible())
    qtbot.waitUntil(field.hasFocus)
    window.unlock()
    assert late.isVisible()
    late.reject()
    after = QDialog(window)
    after.open()
    QApplication.processEvents()
    assert after.isVisible()
    after.reject()


@pytest.mark.qt_log_ignore(
    "This plugin does not support", extend=True
)  # offscreen has no keyboard to grab
def test_a_lock_closes_what_pops_up_over_everything(window: MainWindow, qtbot):
    menu = board(window).panel._sort.menu()
    menu.popup(window.mapToGlobal(QPoint(40, 40)))
    qtbot.waitUntil(menu.isVisible)
    window.lock()
    assert not menu.isVisible()
    assert QApplication.activePopupWidget() is None


def test_the_passphrase_is_handed_on_once_and_the_field_is_emptied(window: MainWindow, qtbot):
    window.lock()
    field = window.cover.findChild(QLineEdit)
    assert field is not None
    assert field.hasFocus()
    qtbot.keyClicks(field, "correct horse")
    with qtbot.waitSignal(window.unlock_tried) as tried:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert tried.args == ["correct horse"]
    assert field.text() == ""
    window.cover.refuse("That is not the passphrase.")
    assert field.accessibleDescription() == "That is not the passphrase."
    window.unlock()
    assert board(window).isVisible()


def test_tab_goes_round_inside_the_lock_cover(window: MainWindow, qtbot):
    window.lock()
    stops = []
    for _ in range(7):
        stops.append(window.focusWidget())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert len(set(stops)) in (2, 3)
    assert stops.count(stops[0]) > 1
    assert all(window.cover.isAncestorOf(each) for each in stops)


def test_f6_goes_from_pane_to_pane(window: MainWindow, qtbot):
    board(window).panel.view.setFocus()
    for pane in (window.bar, window.nav, window.pages):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        assert pane.isAncestorOf(window.focusWidget())
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.nav.isAncestorOf(window.focusWidget())


def test_ctrl_z_undoes_what_the_toast_tells(window: MainWindow, qtbot):
    undone: list[int] = []
    board(window).request_toast.emit("Offer sent", lambda: undone.append(1))
    assert window.toast.words == "Offer sent"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert undone == [1]


def test_text_grows_and_shrinks_by_keyboard(window: MainWindow, theme: Theme, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert theme.text_percent == 110
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert theme.text_percent == 100


def test_a_known_failure_is_a_notice_and_not_a_dialog(window: MainWindow):
    window.show_problem(words_for(RefusedError("The offer was withdrawn.", what_to_do="Refresh.")))
    assert window.notice.isVisible()
    assert "The offer was withdrawn." in window.notice.accessibleName()
    assert "Refresh." in window.notice.accessibleName()


def test_the_window_tells_once_that_it_was_painted(theme, actions, tasks, qtbot):
    entry = NavEntry("settings", "Settings", "settings")
    frame = MainWindow(
        theme,
        actions,
        tasks,
        DeskFacts("hub", "E", "M", "M"),
        [PageMaker(entry, lambda: Page(theme, "Settings"))],
    )
    qtbot.addWidget(frame)
    painted: list[int] = []
    frame.painted.connect(lambda: painted.append(1))
    frame.show()
    qtbot.waitUntil(lambda: painted == [1])
    frame.update()
    frame.repaint()
    assert painted == [1]


def test_every_control_that_can_have_the_focus_has_a_name(window: MainWindow):
    for entry in window.nav.entries:
        window.show_page(entry.key)
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if not face.text(QAccessible.Text.Name):
            nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
def test_the_focused_control_has_a_ring_around_it(window: MainWindow, theme, look, size, qtbot):
    theme.set_look(look)
    window.resize(*size)
    window.nav._buttons["capacity"].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(window.ring.isVisible)
    picture = window.grab(window.ring.geometry()).toImage()
    middle = picture.height() // 2
    seen = {picture.pixelColor(x, middle).name() for x in range(picture.width())}
    assert theme.tokens.focus in seen


def test_large_text_in_a_small_window_does_not_push_the_window_out(window: MainWindow, theme):
    theme.set_text_percent(200)
    window.resize(1366, 768)
    assert (window.width(), window.height()) == (1366, 768)
    assert window.nav.narrow


def test_no_patient_banner_stands_on_a_page_of_many_people(window: MainWindow):
    from d2a_desktop.ui.widgets.patient_banner import PatientBanner

    assert board(window).findChildren(PatientBanner) == []
    assert banner().family
