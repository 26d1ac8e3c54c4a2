"""The ward's day by a person without a mouse: every key goes to where the focus is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.boards.case_record.referral_table import SECTIONS, field_spec
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.widgets.editors import Kind, moment_text
from tests.journeys.at import Keys, typed_values
from tests.journeys.other_desks import accepted_by, allocated, give_assessor, give_on_call_phone
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity, offered

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_ward_day_without_a_mouse(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    type_at: Callable[[SharedDesk], Keys],
    paper: list[QImage],
) -> None:
    give_on_call_phone(shared)
    hub, agency = shared_desk("hub"), shared_desk("agency")
    slot, worker = give_capacity(agency)
    agency.sync()
    ola = give_assessor(hub)
    ward = type_at(shared_desk("ward"))

    takes_a_person_in(ward)
    goes_round(ward)
    fills_the_referral(ward)
    sends_it(ward)
    ward.sync()

    hub.sync()
    assert ward.record.view is not None
    case = ward.record.view.case_ref
    offered(hub, case, "AG001")
    hub.sync()
    allocated(agency, accepted_by(agency, slot, worker), worker)
    hub.sync()
    hub.do(case, "visit", assessor=ola, starts_at=hub.ahead(hours=20), confirm=True)
    hub.sync()

    ward.sync()
    ward.reaches("allocated")
    plans_the_departure(ward)
    prints_the_pack(ward, paper)
    sees_them_off(ward)
    ward.sync()
    hub.sync()
    assert hub.desk.queries.case(hub.desk.caller, case).stage == "at_home"


def takes_a_person_in(ward: Keys) -> None:
    """Nobody is there yet, so the button is reached by Tab; with a list N does it."""
    board = ward.window.pages.page("ward_board")
    assert isinstance(board, WardBoardPage)
    ward.press_button("New person")
    dialog = ward.dialog()
    ward.fill(
        ("Surname", "TESTSTONE"),
        ("Forename", "Aoife"),
        ("Date of birth", "03-Feb-1941"),
        ("Gender", "Female"),
        ("NHS number", "9990012377"),
        ("Hospital number", "T1"),
        ("Hospital site", "XDA01"),
        ("Ward", "C5"),
        ("Bed", "A1"),
    )
    ward.send(dialog)
    ward.settled(lambda: board.model.rowCount() == 1)


def goes_round(ward: Keys) -> None:
    """None of the criteria applies."""
    ward.go("ward_board")
    ward.press_button("Board round")
    page = ward.window.pages.page("board_round")
    assert isinstance(page, BoardRoundPage)
    ward.settled(lambda: page.view is not None)
    ward.fill(("Decided by", "Dr Sample"))
    ward.hit(Qt.Key.Key_Return)
    ward.hit(Qt.Key.Key_0)
    ward.settled(lambda: page.reviewed.recorded == 1)
    assert page.reviewed.refused == ()
    ward.hit(Qt.Key.Key_Escape)
    assert ward.window.pages.current_key == "ward_board"


def fills_the_referral(ward: Keys) -> None:
    record = ward.open_record()
    ward.reaches("nctr")
    ward.hit(Qt.Key.Key_E)
    ward.settled(record.referral.isVisible)
    ward.fill(*keystrokes())
    ward.settled(lambda: not record.referral.unsaved)
    assert not record.referral.wrong_fields
    ward.press_button("Add a contact", back=True)
    dialog = ward.dialog()
    ward.fill(("Name", "Dee Sample"), ("Relationship", "Daughter"), ("Phone", "01632960101"))
    ward.send(dialog)


def keystrokes() -> list[tuple[str, str]]:
    """Return the referral's values by the words of their fields, as a person types them."""
    typed = typed_values()
    names = [name for section in SECTIONS for name in section.names if name in typed]
    assert set(names) == set(typed)
    keys: list[tuple[str, str]] = []
    for name in names:
        spec, value = field_spec(name), typed[name]
        if spec.kind is Kind.CODES:
            assert value == []
            keys.append(("None", "tick"))
        elif spec.kind is Kind.CODE:
            keys.append((spec.words, dict(spec.options)[value]))
        elif spec.kind is Kind.YES_NO:
            keys.append((spec.words, "Yes" if value else "No"))
        elif spec.kind is Kind.DAY:
            keys.append((spec.words, display_date(value)))
        else:
            keys.append((spec.words, ", ".join(value) if isinstance(value, list) else str(value)))
    return keys


def sends_it(ward: Keys) -> None:
    """Ctrl+S in the form asks; Ctrl+Enter sends."""
    record = ward.record
    ward.settled(lambda: record.view is not None and bool(record.view.lists.get("contact")))
    ward.hit(Qt.Key.Key_S, CTRL)
    ward.send(ward.dialog())
    ward.reaches("referred")


def plans_the_departure(ward: Keys) -> None:
    """Out of the form to the part before it; there A does what comes next."""
    now = ward.now
    ward.hit(Qt.Key.Key_PageUp, CTRL)
    assert ward.record.part == "overview"
    ward.hit(Qt.Key.Key_A)
    dialog = ward.dialog()
    ward.fill(
        ("Planned departure", moment_text(now)),
        ("Latest arrival at home", moment_text(now + timedelta(hours=8))),
        ("Transport", "Taxi"),
        ("Transport is", "Ready"),
        ("Medicines to take home", "Ready"),
        ("Equipment at home", "Not needed"),
        ("Key to the home", "Ready"),
    )
    ward.send(dialog)
    ward.reaches("discharge_planned")


def prints_the_pack(ward: Keys, paper: list[QImage]) -> None:
    board = ward.go("ward_board")
    assert isinstance(board, WardBoardPage)
    ward.settled(lambda: bool(board.panel.view.current_id))
    ward.tab_to("Ward board", exact=True)
    ward.hit(Qt.Key.Key_P)
    preview = ward.dialog(PackPreviewDialog)
    ward.settled(preview.print_button.isEnabled)
    ward.press_button("Print…")
    ward.settled(preview.give_button.isEnabled)
    assert len(paper) >= preview.pages.count() >= 1
    ward.fill(("Who took the pack", "Funmi"))
    ward.press_button("Mark as given")
    ward.settled(lambda: not preview.give_button.isEnabled())
    ward.hit(Qt.Key.Key_Escape)
    ward.settled(lambda: not ward.window.findChildren(PackPreviewDialog))


def sees_them_off(ward: Keys) -> None:
    record = ward.open_record()
    ward.settled(lambda: record.view is not None and any(p.given_at for p in record.view.packs))
    ward.hit(Qt.Key.Key_A)
    ward.send(ward.dialog())
    ward.reaches("at_home")
