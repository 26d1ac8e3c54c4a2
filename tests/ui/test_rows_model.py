"""The model behind every list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from d2a_desktop.ui.formats.cells import CELL_ROLE, ID_ROLE, ROW_ROLE, SORT_ROLE, PersonCell
from tests.ui.literal_rows import STAGE_TAGS, ward_model, ward_rows

DISPLAY = Qt.ItemDataRole.DisplayRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qapp):
    made = ward_model()
    made.show(ward_rows())
    return made


def ids(model) -> list[str]:
    return [row.case_id for row in model.rows_shown()]


def test_qts_own_tester_passes_empty_filled_changed_filtered_sorted_and_emptied(qtmodeltester):
    model = ward_model()
    # This one listens to every signal from here on, and ends the process at the first fault.
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    listening = QAbstractItemModelTester(model, fatal)
    qtmodeltester.check(model, force_py=False)
    model.show(ward_rows())
    qtmodeltester.check(model, force_py=False)
    model.update_rows([replace(ward_rows()[3], next_action="Ring the daughter")])
    model.set_filter("khan")
    model.sort(1, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(model, force_py=False)
    model.set_filter("")
    model.tick()
    model.refresh(ward_rows(20), hold=True)
    model.apply_waiting()
    qtmodeltester.check(model, force_py=False)
    model.show(())
    qtmodeltester.check(model, force_py=False)
    assert model.rowCount() == 0
    assert listening.model() is model


def test_every_cell_has_words_on_screen_and_for_a_screen_reader(model):
    for line in range(model.rowCount()):
        for number, column in enumerate(model.columns):
            index = model.index(line, number)
            assert isinstance(index.data(DISPLAY), str)
            assert index.data(SPOKEN).startswith(f"{column.heading}: ")
            assert len(index.data(SPOKEN)) > len(column.heading) + 2


def test_a_cell_gives_its_row_its_id_and_what_it_sorts_by(model):
    index = model.index(3, 1)
    assert isinstance(index.data(CELL_ROLE), PersonCell)
    assert index.data(ROW_ROLE).family == "KHAN"
    assert index.data(ID_ROLE) == "case-3"
    assert tuple(index.data(SORT_ROLE)) == ("KHAN", "Mohammed")
    assert model.data(QModelIndex()) is None


def test_a_missing_nhs_number_reads_not_known(model):
    assert "Not known" in model.index(11, 1).data(DISPLAY)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("khan", ["case-3"]),
        ("nguyen", ["case-2"]),
        ("ZOLC", ["case-8"]),
        ("999 661", ["case-3"]),
        ("offer sent smith", ["case-9"]),
        ("nobody", []),
        ("", [f"case-{n}" for n in range(13)]),
    ],
)
def test_the_filter_wants_every_word_whatever_case_and_accents(model, typed: str, found):
    model.set_filter(typed)
    assert ids(model) == found


def test_a_chip_and_the_filter_both_count(model):
    model.set_predicate(lambda row: row.stage == "referred")
    assert len(ids(model)) == model.count(lambda row: row.stage == "referred") == 2
    model.set_filter("evans")
    assert ids(model) == ["case-6"]


def test_sorting_goes_both_ways_and_back_to_the_boards_own_order(model):
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert model.row_at(0).family == "ADEBAYO"
    assert model.sorted_by == ("Patient", False)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert model.row_at(12).family == "ADEBAYO"
    model.sort(-1)
    assert ids(model) == [f"case-{n}" for n in range(13)]


def test_a_changed_row_is_updated_where_it_stands_without_a_reset(model, qtbot):
    changed = replace(ward_rows()[4], stage="offered")
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    with qtbot.waitSignal(model.dataChanged) as blocker:
        model.update_rows([changed, replace(changed, case_id="unknown")])
    assert (blocker.args[0].row(), blocker.args[1].row()) == (4, 4)
    assert model.index(4, 3).data(DISPLAY) == STAGE_TAGS["offered"].words
    assert resets == []


def test_the_same_list_read_again_is_put_in_place_and_a_moved_row_or_one_filtered_out_resets_it(
    model, qtbot
):
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    newer = ward_rows()
    newer[4] = replace(newer[4], next_action="Ring the daughter")
    with qtbot.waitSignal(model.dataChanged) as blocker:
        model.show(newer)
    assert (blocker.args[0].row(), blocker.args[1].row()) == (4, 4)
    model.show(list(newer))  # nothing new
    assert resets == []
    model.set_filter("daughter")
    assert ids(model) == ["case-4"]
    resets.clear()
    model.show(ward_rows())
    assert ids(model) == []
    model.set_filter("")
    resets.clear()
    model.show([newer[1], newer[0], *newer[2:]])
    assert ids(model)[:2] == ["case-1", "case-0"]
    assert resets == [True]


def test_a_changed_row_is_found_by_its_new_words(model):
    model.update_rows([replace(ward_rows()[4], next_action="Ring the daughter")])
    model.set_filter("daughter")
    assert ids(model) == ["case-4"]


def test_arrivals_departures_and_moves_wait_while_the_list_is_in_use(model, qtbot):
    rows = ward_rows(15)
    newer = [replace(rows[0], next_action="Now"), *rows[3:], rows[1]]
    told: list[int] = []
    model.waiting_changed.connect(told.append)
    held = model.refresh(newer, hold=True)
    assert ids(model) == [f"case-{n}" for n in range(13)]
    assert model.row_at(0).next_action == "Now"
    assert held == model.waiting == told[-1] > 3
    model.apply_waiting()
    assert ids(model) == [row.case_id for row in newer]
    assert told[-1] == 0


def test_the_same_view_told_anew_moves_nothing_while_the_list_is_in_use(model):
    model.set_predicate(lambda row: row.case_id != "case-0")
    before = ids(model)
    newer = ward_rows()
    newer[4] = replace(newer[4], stage="closed")
    model.refresh(newer, hold=True)
    model.set_predicate(lambda row: row.stage != "closed", hold=True)
    assert ids(model) == before
    # One goes, one comes, and between them others stand on another line.
    assert model.waiting > 1
    model.apply_waiting()
    assert ids(model) == [f"case-{n}" for n in range(13) if n != 4]
    assert model.waiting == 0


def test_what_would_be_sorted_elsewhere_counts_as_a_change_that_waits(model):
    model.sort(1)
    newer = ward_rows()
    newer[3] = replace(newer[3], family="AAA")
    before = ids(model)
    assert before[0] != "case-3"
    assert model.refresh(newer, hold=True) > 0
    assert ids(model) == before
    model.apply_waiting()
    assert ids(model)[0] == "case-3"


def test_a_refresh_that_moves_nothing_holds_nothing_back(model):
    assert model.refresh(ward_rows(), hold=True) == 0


def test_filter_and_sort_stay_through_a_refresh(model):
    model.set_filter("hoist")
    model.sort(1)
    before = ids(model)
    model.refresh(ward_rows(), hold=False)
    assert ids(model) == before


def test_only_the_clocks_are_told_to_move_with_the_minute(model):
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, *_: told.append((first.column(), last.column())))
    model.tick()
    assert told == [(2, 2)]


def test_rows_are_found_by_id_shown_or_not(model):
    model.set_filter("khan")
    assert model.line_of("case-3") == 0
    assert model.line_of("case-4") == -1
    assert model.row_of("case-4").family == "LLŶR-WYN"
    assert model.row_of("nobody") is None
