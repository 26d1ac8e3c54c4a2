"""One desk's window from an empty folder to its closing: set up, unlock, lock, search, close."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core import policy
from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import open_windows
from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.boards.desk_setup import SetUpPage
from d2a_desktop.ui.boards.settings_page import SettingsPage
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.toast import Toast
from tests.shared_desks import PASSPHRASE
from tests.ui.open_desks import settled

ALONE = "Sync: This computer only"
SAMPLE = Path(__file__).resolve().parents[2] / "resources/samples/pas_extract.csv"


@pytest.fixture
def profile(tmp_path: Path, no_keyring: None) -> Profile:
    made = Profile(tmp_path / "desk")
    made.create()
    return made


@pytest.fixture
def window_of(theme: Theme, actions: Actions, qtbot: QtBot) -> Iterator[Callable[..., DeskWindow]]:
    made: list[DeskWindow] = []

    def make(profile: Profile, **options: str) -> DeskWindow:
        window = DeskWindow(theme, actions, profile, **options)
        made.append(window)
        window.show()
        return window

    yield make
    for window in made:
        window.close()


def local_desk(profile: Profile, *, people: bool = False) -> None:
    init_desk(
        profile,
        DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Pat Sample"),
        database_password=None,
        new_passphrase=lambda: PASSPHRASE,
    )
    if people:
        with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
            desk.imports.pas_csv(desk.caller, SAMPLE)


def type_passphrase(window: DeskWindow, words: str, qtbot: QtBot) -> None:
    field = window.window.cover.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_an_empty_folder_is_set_up_and_opened_by_keyboard(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    window = window_of(profile)
    page = window.window.pages.page("set_up")
    assert isinstance(page, SetUpPage)
    settled(qtbot, page.passphrase.isVisible)
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert "Give the organisation's ODS code" in page.errors.accessibleName()
    assert not profile.key_file.exists()
    qtbot.keyClicks(page.ods_code, "rxx01")
    qtbot.keyClicks(page.name, "Pat Sample")
    for field in (page.passphrase, page.again):
        qtbot.keyClicks(field, PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert window.link.desk.identity.org_ods == "RXX01"
    assert window.window.pages.current_key == "ward_board"


def test_a_server_that_does_not_answer_leaves_nothing_behind(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    page = window_of(profile).window.pages.page("set_up")
    assert isinstance(page, SetUpPage)
    settled(qtbot, page.passphrase.isVisible)
    for field, words in (
        (page.ods_code, "RXX01"),
        (page.server_url, "postgresql://127.0.0.1:9/d2a"),
        (page.login, "u_nobody"),
        (page.password, "secret"),
        (page.passphrase, PASSPHRASE),
        (page.again, PASSPHRASE),
    ):
        field.setText(words)
    page.button.click()
    settled(qtbot, page.errors.isVisible, timeout=30_000)
    assert page.button.isEnabled()
    assert not profile.key_file.exists()
    assert not profile.settings_file.exists()


def test_a_wrong_passphrase_is_told_and_the_right_one_opens(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile)
    window = window_of(profile)
    settled(qtbot, lambda: window.window.locked)
    type_passphrase(window, "not the right words", qtbot)
    settled(qtbot, lambda: "passphrase is wrong" in cover_words(window))
    assert not window.link.is_open
    with qtbot.waitSignal(window.ready, timeout=20_000):
        type_passphrase(window, PASSPHRASE, qtbot)
    assert not window.window.locked


def cover_words(window: DeskWindow) -> str:
    field = window.window.cover.findChild(QLineEdit)
    return field.accessibleDescription() if field is not None else ""


def test_a_locked_desk_shows_nobody_and_opens_as_it_was_left(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile, people=True)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    main = window.window
    main.show_page("packs")
    qtbot.keyClick(main, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: main.locked)
    type_passphrase(window, PASSPHRASE, qtbot)
    settled(qtbot, lambda: not main.locked)
    dialog = QDialog(main)
    dialog.open()
    window.idle.locked.emit()  # a dialog is open, and nobody is there
    settled(qtbot, lambda: main.locked)
    assert not dialog.isVisible()
    assert not main.pages.isVisible()
    assert main.windowTitle() == "D2A · Discharge to Assess"
    type_passphrase(window, "not the right words", qtbot)
    settled(qtbot, lambda: "passphrase is wrong" in cover_words(window))
    type_passphrase(window, PASSPHRASE, qtbot)
    settled(qtbot, lambda: not main.locked)
    assert dialog.isVisible()
    assert main.pages.current_key == "packs"
    dialog.reject()


def test_a_lock_of_the_session_covers_the_desk_takes_back_a_copy_and_keeps_what_was_typed(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile, people=True)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    main = window.window
    case, dialog = begin_note(window, "Rang the fam", qtbot)
    QApplication.clipboard().setText("9990012377")
    window.session.locked.emit()
    assert main.locked
    assert not dialog.isVisible()
    assert QApplication.clipboard().text() == ""
    settled(qtbot, lambda: kept_note(window, case) == "Rang the fam")


def begin_note(window: DeskWindow, words: str, qtbot: QtBot) -> tuple[str, ActionDialog]:
    """Type into a note of the first person, which is not kept by itself; return whose it is."""
    desk = window.link.desk
    case = desk.queries.ward_board(desk.caller).rows[0].case_id
    window.window.case_asked.emit(case)
    record = window.window.pages.page("record")
    assert isinstance(record, CaseRecordPage)
    settled(qtbot, lambda: record.view is not None)
    dialog = record.open_action("note")
    assert dialog is not None
    dialog.keeper._timer.setInterval(600_000)
    qtbot.keyClicks(dialog.fields.editor("text").widget, words)
    return case, dialog


def kept_note(window: DeskWindow, case: str) -> str:
    desk = window.link.desk
    draft = desk.drafts.kept(desk.caller, case, "note: Add a note")
    return str(draft.values["text"]) if draft is not None else ""


def test_the_warning_of_the_idle_lock_is_read_over_a_dialog_and_stays_until_the_lock(
    profile: Profile,
    window_of: Callable[..., DeskWindow],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    (tmp_path / "policy.toml").write_text("idle_lock_minutes = 10\n")
    monkeypatch.setattr(policy, "POLICY_FILE", tmp_path / "policy.toml")
    local_desk(profile)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    idle, quiet = window.idle, [0.0]
    began = idle._last
    monkeypatch.setattr(idle, "_elapsed", lambda: began + quiet[0])
    dialog = QDialog(window.window)
    dialog.open()
    quiet[0] = 569
    idle.check()
    assert not warnings_in(window.window)
    quiet[0] = 571
    idle.check()
    (warning,) = warnings_in(dialog)
    assert warning.words == (
        "This desk locks in 30 seconds. Move the mouse or press Shift to stay."
    )
    assert warning.milliseconds_left > 25_000
    qtbot.keyClick(dialog, Qt.Key.Key_Shift)
    assert not warnings_in(dialog)
    began, quiet[0] = idle._last, 0.0
    dialog.reject()
    quiet[0] = 580
    idle.check()
    assert warnings_in(window.window) == [window.window.toast]
    quiet[0] = 601
    idle.check()
    settled(qtbot, lambda: window.window.locked)
    assert not window.window.toast.isVisibleTo(window.window.toast.parentWidget())


def warnings_in(host: QWidget) -> list[Toast]:
    return [each for each in host.findChildren(Toast) if each.isVisible()]


def test_the_search_finds_a_person_and_opens_the_record(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile, people=True)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    desk = window.link.desk
    row = desk.queries.ward_board(desk.caller).rows[0]
    palette = window.window.search_palette
    palette.open()
    qtbot.keyClicks(palette.field, row.family_name)
    settled(qtbot, lambda: first_kind(window) == "person")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.window.pages.current_key == "record"


def first_kind(window: DeskWindow) -> str:
    hits = window.window.search_palette.hits
    return hits.item(0).data(Qt.ItemDataRole.UserRole).kind if hits.count() else ""


def test_settings_are_checked_saved_and_worn_at_once(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot, theme: Theme
):
    local_desk(profile)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    window.window.show_page("settings")
    page = window.window.pages.page("settings")
    assert isinstance(page, SettingsPage)
    page.editors["server_url"].setText("postgresql://u:secret@host/d2a")
    page.save()
    assert "password" in page.errors.accessibleName()
    page.editors["server_url"].setText("")
    page.editors["appearance"].setCurrentIndex(1)
    page.editors["idle_lock_minutes"].setText("90")
    page.save()
    assert "from 1 to 10" in page.errors.accessibleName()
    page.editors["idle_lock_minutes"].setText("2")
    with qtbot.waitSignal(page.request_toast):
        page.save()
    kept = settings_file.load(profile.settings_file)
    assert (kept.appearance, kept.idle_lock_minutes) == ("dark", 2)
    assert kept.organisation == "RXX01"
    assert theme.look is Look.DARK


def test_closing_keeps_what_was_just_typed_and_frees_the_store_for_another_program(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile, people=True)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    case, _ = begin_note(window, "Rang the fam", qtbot)
    with qtbot.waitSignal(window.closed):
        window.window.close()
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        draft = desk.drafts.kept(desk.caller, case, "note: Add a note")
        assert draft is not None
        assert draft.values["text"] == "Rang the fam"


def test_the_window_is_painted_before_the_store_s_libraries_come(profile: Profile):
    local_desk(profile)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from d2a_desktop.core.paths import Profile\n"
        "from d2a_desktop.ui.app import _desktop\n"
        "from d2a_desktop.ui.desk.window import DeskWindow\n"
        f"profile = Profile(Path({str(profile.root)!r}))\n"
        "desktop = _desktop(profile)\n"
        "window = DeskWindow(desktop.theme, desktop.actions, profile)\n"
        "def painted():\n"
        "    print('heavy' if 'sqlalchemy' in sys.modules else 'light')\n"
        "    QTimer.singleShot(0, window.close)\n"
        "    QTimer.singleShot(0, desktop.app.quit)\n"
        "window.window.painted.connect(painted)\n"
        "window.show()\n"
        "desktop.app.exec()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.strip() == "light"
    assert QApplication.instance() is not None


def test_a_board_round_from_the_navigation_goes_round_the_ward(
    profile: Profile, window_of: Callable[..., DeskWindow], qtbot: QtBot
):
    local_desk(profile, people=True)
    window = window_of(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    board = window.window.pages.page("ward_board")
    assert isinstance(board, WardBoardPage)
    settled(qtbot, lambda: board.model.rowCount() > 0)
    board._closed()  # as it is while it is still being read
    window.window.show_page("board_round")
    page = window.window.pages.page("board_round")
    assert isinstance(page, BoardRoundPage)
    assert page.empty.accessibleName().startswith("The records of this desk are being read")
    board.load()
    settled(qtbot, lambda: page.view is not None)


def test_two_desks_open_in_one_process_until_the_last_window_is_closed(
    tmp_path: Path,
    no_keyring: None,
    qapp: QApplication,
):
    profiles = [Profile(tmp_path / name) for name in ("one", "two")]
    for profile in profiles:
        profile.create()
        local_desk(profile)
    seen: list[int] = []

    def close_when_open() -> None:
        windows = [each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow)]
        shown = [each for each in windows if each.isVisible()]
        opened = [each for each in shown if each.bar.pill.accessibleName() == ALONE]
        if len(opened) == 2 and not seen:
            seen.append(len(opened))
            timer.stop()
            for each in opened:
                each.close()

    timer = QTimer()
    timer.timeout.connect(close_when_open)
    timer.start(20)
    late = QTimer(singleShot=True)
    late.timeout.connect(lambda: qapp.exit(1))
    late.start(60_000)
    passphrases = {profile.root: PASSPHRASE for profile in profiles}
    assert open_windows(profiles, passphrases) == 0
    assert seen == [2]
    for profile in profiles:
        open_desk(profile, passphrase=lambda _: PASSPHRASE).close()
