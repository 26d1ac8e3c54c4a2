"""Each person finds the pages as they left them, on the desk they sign in to, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core import policy
from d2a_desktop.core.errors import NotPermittedError, RefusedError
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.services.page_states import MOST_VIEWS
from d2a_desktop.services.upkeep import examine
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk.list_files import ListFiles
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.dialogs.alerts_dialog import AlertsDialog
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.column_arrangement import Arrangement
from d2a_desktop.ui.widgets.labels import Button
from tests.shared_desks import PASSPHRASE
from tests.ui.open_desks import settled

SAMPLE = Path(__file__).resolve().parents[2] / "resources/samples/pas_extract.csv"


@pytest.fixture(scope="module")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the sample's people, made once: each test works on a copy."""
    return tmp_path_factory.mktemp("memory") / "desk"


@pytest.fixture
def profile(made_desk: Path, tmp_path: Path, no_keyring: None) -> Profile:
    import shutil

    if not made_desk.exists():
        first = Profile(made_desk)
        first.create()
        request = DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Pat Sample")
        init_desk(first, request, database_password=None, new_passphrase=lambda: PASSPHRASE)
        with open_desk(first, passphrase=lambda _: PASSPHRASE) as desk:
            desk.imports.pas_csv(desk.caller, SAMPLE)
    shutil.copytree(made_desk, tmp_path / "desk")
    return Profile(tmp_path / "desk")


@pytest.fixture
def open_window(
    theme: Theme, actions: Actions, profile: Profile, qtbot: QtBot
) -> Iterator[Callable[[], DeskWindow]]:
    made: list[DeskWindow] = []

    def make() -> DeskWindow:
        window = DeskWindow(theme, actions, profile, passphrase=PASSPHRASE)
        made.append(window)
        with qtbot.waitSignal(window.ready, timeout=20_000):
            window.show()
        settled(qtbot, lambda: board(window).model.rowCount() > 0)
        return window

    yield make
    for window in made:
        window.close()


def board(window: DeskWindow) -> WardBoardPage:
    page = window.window.pages.page("ward_board")
    assert isinstance(page, WardBoardPage)
    return page


def test_the_next_sign_in_finds_view_order_columns_density_and_page(
    open_window: Callable[[], DeskWindow], theme: Theme, qtbot: QtBot
):
    first = open_window()
    panel = board(first).panel
    panel.chips.choose("mine")
    panel.view._header_clicked(1)
    panel.view._rearranged(Arrangement(("person", "bed", "clock", "consultant"), {"bed": 77}))
    panel.filter.setText("Sampleton")
    qtbot.keyClick(first.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    first.window.show_page("packs")
    first.close()
    theme.set_compact(False)
    again = open_window()
    settled(qtbot, lambda: again.window.pages.current_key == "packs")
    state = board(again).panel.state
    assert (state.chip, state.sort) == ("mine", "person")
    assert state.arrangement == Arrangement(("person", "bed", "clock", "consultant"), {"bed": 77})
    assert state.words == ""
    assert theme.compact


def test_what_is_kept_lies_in_the_encrypted_store_and_under_the_login(
    open_window: Callable[[], DeskWindow], profile: Profile
):
    window = open_window()
    board(window).panel.view._header_clicked(1)
    caller = window.link.desk.caller
    window.close()
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        assert "ward_board" in desk.page_states.kept(caller)
        assert desk.page_states.kept(replace(caller, login="u_another")) == {}
    inside = [path.read_bytes() for path in profile.root.rglob("*") if path.is_file()]
    assert not [each for each in inside if b"ward_board" in each]


def test_the_next_person_finds_nothing_of_the_one_before(open_window: Callable[[], DeskWindow]):
    window = open_window()
    panel = board(window).panel
    panel.view._rearranged(Arrangement(("person", "bed", "clock"), {}))
    panel.filter.setText("Sampleton")
    desk = window.link.clear()
    assert desk is not None
    assert panel.state.arrangement == Arrangement()
    assert panel.filter.text() == ""
    window.link.set_desk(desk)


def test_a_view_is_saved_chosen_renamed_and_deleted_by_keys(
    open_window: Callable[[], DeskWindow], qtbot: QtBot
):
    window = open_window()
    panel = board(window).panel
    files = window.window.findChild(ListFiles)
    assert files is not None
    panel.chips.choose("ready")
    panel.view.sort_by_key("person", descending=True)
    dialog = files.show_views("ward_board", panel)
    settled(qtbot, dialog.name.hasFocus)
    qtbot.keyClicks(dialog.name, "  Ready  by name ")
    dialog.save_button.click()
    settled(qtbot, lambda: dialog.views.count() == 1)
    assert "Never a patient's name" in dialog.name.accessibleDescription()
    qtbot.keyClicks(dialog.name, "ready by NAME")
    dialog.save_button.click()
    settled(qtbot, lambda: "a view of that name" in dialog.field.error)
    dialog.name.setText("Morning")
    dialog.rename_button.click()
    settled(qtbot, lambda: dialog.views.item(0).text() == "Morning")
    panel.show_all()
    panel.view.sort_by_key("")
    with qtbot.waitSignal(dialog.chosen):
        qtbot.keyClick(dialog.views, Qt.Key.Key_Return)
    assert (panel.state.chip, panel.state.sort, panel.state.descending) == ("ready", "person", True)
    again = files.show_views("ward_board", panel)
    settled(qtbot, lambda: again.views.count() == 1)
    again.delete_button.click()
    settled(qtbot, lambda: again.views.count() == 0)


def test_a_list_is_exported_as_it_is_shown(
    open_window: Callable[[], DeskWindow], tmp_path: Path, qtbot: QtBot
):
    window = open_window()
    panel = board(window).panel
    files = window.window.findChild(ListFiles)
    assert files is not None
    panel.view._rearranged(Arrangement(("person", "bed", "clock", "owner"), {}))
    people = panel.view.model().rowCount()
    target = tmp_path / "list.csv"
    job = files.export(panel, target)
    with qtbot.waitSignal(job.ended):
        pass
    text = target.read_text("utf-8-sig").splitlines()
    assert text[0] == "Patient,Bed,Clock,Owner"
    assert len(text) == people + 1
    told = window.window.toast
    settled(qtbot, told.isVisible)


def test_an_export_that_is_not_allowed_or_cannot_be_recorded_writes_no_file(
    profile: Profile, tmp_path: Path
):
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        desk.exports._context = replace(
            desk.exports._context, settings=replace(desk.settings, export_allowed=False)
        )
        target = tmp_path / "list.csv"
        with pytest.raises(NotPermittedError, match="not be exported"):
            desk.exports.list_csv(
                desk.caller, target, name="Ward board", headings=["a"], lines=[["=1+1"]]
            )
        assert not target.exists()


def test_an_export_keeps_formulas_from_acting_and_counts_each_person_once(
    profile: Profile, tmp_path: Path
):
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        cases = [row.case_id for row in desk.queries.ward_board(desk.caller).rows]
        target = tmp_path / "list.csv"
        lines = [["=1+1"]] * (len(cases) + 1)
        desk.exports.list_csv(
            desk.caller,
            target,
            name="Ward board",
            headings=["a"],
            lines=lines,
            cases=[*cases, cases[0]],
        )
        assert target.read_text("utf-8-sig").splitlines()[1] == "'=1+1"
        with desk._store.read() as session:
            from sqlalchemy import text

            found = session.execute(
                text("SELECT case_id, detail FROM access_log WHERE action = 'list:exported'")
            ).all()
        assert sorted(row.case_id for row in found) == sorted(cases)
        assert {row.detail for row in found} == {f"Ward board: {len(lines)} rows"}


def test_a_broken_policy_is_told_when_the_desk_opens_and_by_the_doctor(
    open_window: Callable[[], DeskWindow],
    profile: Profile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    file = tmp_path / "policy.toml"
    file.write_text("idle_lock_minutes = 45")
    monkeypatch.setattr(policy, "POLICY_FILE", file)
    window = open_window()
    told = window.window.notice.accessibleName()
    assert "from 5 to 10 minutes" in told
    assert "mended" in told
    assert window.link.desk.settings.export_allowed is False
    window.close()
    found = {each.check: each for each in examine(profile)}
    assert not found["Policy"].ok
    file.write_text("idle_lock_minutes = 5")
    assert next(each for each in examine(profile) if each.check == "Policy").ok


def test_the_bell_counts_what_presses_and_opens_the_record(
    open_window: Callable[[], DeskWindow], qtbot: QtBot
):
    window = open_window()
    bell = window.window.bar.findChild(Button, "bell")
    assert bell is not None
    assert bell.accessibleName() == "Alerts: Nothing presses now."
    row, desk = board(window).model.row_at(3), window.link.desk
    done = desk.actions.do_document(
        desk.caller,
        row.case_ref,
        "task",
        {"kind": "other", "title": "Ring the pharmacy", "urgent": True},
    )
    window.tasks.changed.emit(done.changes)
    settled(qtbot, lambda: bell.text().strip() == "1 !")
    assert bell.accessibleName() == "Alerts: 1 alert, 1 urgent"
    control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.window, Qt.Key.Key_A, control)
    panel = window.window.findChild(AlertsDialog)
    assert panel is not None
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    settled(qtbot, lambda: window.window.pages.current_key == "record")
    window.close()
    assert "Nothing" in bell.accessibleName()


def test_there_is_an_end_to_saved_views(profile: Profile):
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        states, caller = desk.page_states, desk.caller
        for number in range(MOST_VIEWS):
            states.save_view(caller, "ward_board/Ward board", f"View {number}", {})
        with pytest.raises(RefusedError, match="already"):
            states.save_view(caller, "ward_board/Ward board", "One more", {})
        with pytest.raises(RefusedError, match="needs a name"):
            states.rename_view(
                caller, states.views(caller, "ward_board/Ward board")[0].view_id, " "
            )


def test_a_list_begins_with_the_view_chosen_for_each_sign_in_and_says_when_it_is_gone(
    open_window: Callable[[], DeskWindow], qtbot: QtBot
):
    first = open_window()
    desk, panel = first.link.desk, board(first).panel
    panel.chips.choose("ready")
    panel.view.sort_by_key("person", descending=True)
    state = panel.state.to_document(words=True)
    state["columns"] = {"shown": ["person", "clock", "bed", "of_next"], "widths": {}}
    (ward, *_) = desk.shared_views.wards(desk.caller)
    shared = desk.shared_views.share(desk.caller, "ward_board", "Morning", state, ward=ward)
    view = str(shared.details["id"])
    desk.start_views.choose(desk.caller, "ward_board", view, "Morning")
    panel.chips.choose("mine")
    panel.view.sort_by_key("")
    first.close()
    again = open_window()
    panel = board(again).panel
    settled(qtbot, lambda: panel.state.chip == "ready")
    assert (panel.state.sort, panel.state.descending) == ("person", True)
    assert panel.state.arrangement.shown == ("person", "clock", "bed")
    told = again.window.toast
    settled(qtbot, lambda: "1 column that this version does not know" in told.accessibleName())
    again.link.desk.shared_views.take_back(again.link.desk.caller, view)
    panel.chips.choose("mine")
    again.close()
    last = open_window()
    told = last.window.toast
    settled(qtbot, lambda: "not shared any more" in told.accessibleName())
    assert board(last).panel.state.chip == "mine"
