"""What changed on the board since this person last looked: marked, stepped through, cleared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.cells import CELL_ROLE
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, desk: OpenDesk, bring, qtbot
) -> WardBoardPage:
    desk.admit("Sampleton", bed="A1", ready_for=8)
    desk.admit("Exampleby", bed="A2", ready_for=1)
    desk.last_looks.look(desk.caller, desk.queries.ward_board(desk.caller).rows)
    desk.admit("Newcomer", bed="A9")
    moved = desk.queries.ward_board(desk.caller).rows[0]
    desk.do(moved.case_ref, "update", values={"spell": {"bed": "B7"}})
    made = WardBoardPage(theme, actions, tasks, link)
    made.resize(1230, 780)
    bring(made)
    settled(qtbot, lambda: made.model.rowCount() == 3)
    return made


def current(page: WardBoardPage) -> str:
    row = page.current_row()
    return row.family_name if row is not None else ""


def marked(page: WardBoardPage) -> dict[str, tuple[str, ...]]:
    rows = page.model.rows_shown()
    cells = [page.model.index(line, 1).data(CELL_ROLE) for line in range(len(rows))]
    assert [cell.new for cell in cells] == [bool(row.changed) for row in rows]
    return {row.family_name: row.changed for row in rows if row.changed}


def test_a_new_row_and_a_changed_one_are_marked_and_say_what_changed(page: WardBoardPage):
    assert marked(page) == {
        "Sampleton": ("Bed: C5 A1 → C5 B7",),
        "Newcomer": ("New on the board",),
    }
    assert page.changes.text().strip() == "2 changed since today 09:30"
    page.panel.view.select_id(page.model.row_at(0).case_id)
    spoken = page.model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("changed since you last looked")


def test_what_was_kept_with_the_names_of_its_fields_is_read_still(desk: OpenDesk):
    desk.admit("Sampleton", bed="A1", ready_for=8)
    rows = desk.queries.ward_board(desk.caller).rows
    desk.last_looks.seen_all(desk.caller, rows)
    name = f"looked:{desk.caller.login}"
    kept = desk.store.setting(name)
    old = {
        case_id: dict(zip(kept["fields"], words, strict=True))
        for case_id, words in kept["seen"].items()
    }
    old[rows[0].case_id]["Bed"] = "C5 A0"
    desk.store.put_setting(name, {"at": kept["at"], "rows": old})
    changed = desk.last_looks.look(desk.caller, rows).changed
    assert changed == {rows[0].case_id: ("Bed: C5 A0 → C5 A1",)}


def test_stepping_by_key_goes_through_them_and_counts_each_as_seen(
    page: WardBoardPage, desk: OpenDesk, qtbot
):
    page.panel.view.setFocus()
    page.panel.view.select_id(page.model.row_at(1).case_id)
    seen = []
    for _ in range(2):
        qtbot.keyClick(page.panel.view, Qt.Key.Key_F8)
        seen.append(current(page))
    assert seen == ["Newcomer", "Sampleton"]
    qtbot.keyClick(page.panel.view, Qt.Key.Key_F8)
    assert marked(page) == {}
    assert not page.changes.isVisible()

    def kept() -> bool:
        rows = desk.queries.ward_board(desk.caller).rows
        return not desk.last_looks.look(desk.caller, rows).changed

    settled(qtbot, kept)


def test_the_list_of_changes_goes_to_a_row_that_a_filter_hides(page: WardBoardPage, qtbot):
    page.panel.chips.choose("ready")
    dialog = page.show_changes()
    assert dialog is not None
    assert dialog.view.select_id(dialog.model.row_at(1).case_id)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    assert current(page) == "Newcomer"
    assert page.panel.chips.current == "all"


def test_all_seen_clears_every_mark_for_this_person_alone(
    page: WardBoardPage, desk: OpenDesk, qtbot
):
    dialog = page.show_changes()
    assert dialog is not None
    dialog.seen_button.click()
    settled(qtbot, lambda: marked(page) == {})
    other = type(desk.caller)(**{**vars(desk.caller), "login": "u_another"})
    rows = desk.queries.ward_board(desk.caller).rows
    assert desk.last_looks.look(other, rows).since is None  # their first look


def test_what_i_did_in_a_record_is_no_news_to_me(page: WardBoardPage, desk: OpenDesk, qtbot):
    row = page.model.row_at(1)
    page._open(row.case_id)
    page.hide()
    desk.do(row.case_ref, "update", values={"spell": {"bed": "C1"}})
    page._tasks.changed.emit(ChangeSet(kinds=frozenset({"spell"})))
    settled(qtbot, lambda: "C1" in {each.bed for each in page.model.rows_shown()})
    page.show()
    page.showing()
    settled(qtbot, lambda: "Exampleby" not in marked(page))


def test_an_old_picture_says_so_in_words_and_colour(page: WardBoardPage, desk: OpenDesk):
    assert page._sub.property("role") == "quiet"
    desk.clock.advance(timedelta(minutes=16))
    page._show_line()
    assert page._sub.text().startswith("Old picture · 3 people")
    assert page._sub.property("role") == "warn"


def test_the_line_states_view_filter_and_order(page: WardBoardPage):
    page.panel.chips.choose("ready")
    page.panel.view.sort_by_key("person")
    page.panel.filter.setText("sample")
    page.model.set_filter("sample")
    page._show_line()
    assert page._sub.text().startswith(
        "1 of 3 people · Ready, filtered by \u201csample\u201d · sorted by Patient · as of"
    )
