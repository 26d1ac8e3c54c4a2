"""The windows of the actions from the offer to the assessment at home, on a whole desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from d2a_desktop.domain.permissions import Caller
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.dialogs.visit_dialog import VisitDialog
from d2a_desktop.ui.item_models.record_words import home_going_facts
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Shade
from tests.integration.services.walk import (
    AGENCY,
    ASSESSOR,
    HUB_CALLER,
    LEAVES,
    PARTNER,
    RECORD,
    WARD,
    Walk,
)
from tests.roster_builders import make_placement
from tests.ui.open_desks import settled

Open = Callable[[Caller], CaseRecordPage]


def at_stage(page: CaseRecordPage, stage: str) -> bool:
    return page.view is not None and page.view.stage == stage


def test_the_hub_sends_an_offer_and_takes_the_agencys_yes_by_telephone(
    walk: Walk, record: Open, tmp_path: Path, qtbot
):
    walk.refer()
    page = record(HUB_CALLER)
    offers = page.do_next()
    assert offers is not None
    offers.put(others=["axx01"])
    with qtbot.waitSignal(page.request_toast) as told:
        offers.submit()
    assert told.args[0] == "Offers sent. Stage: Offered."
    settled(qtbot, lambda: page.offers.offers.model.rowCount() == 1)
    row = page.offers.offers.model.row_at(0)
    sheet = tmp_path / "sheet.pdf"
    page.offers.save_sheet(row, sheet)
    settled(qtbot, sheet.exists)
    page.show_part("offers")
    page.offers.offers.press("Agency accepts")
    accepts = page.findChild(ActionDialog)
    assert accepts is not None
    assert accepts.fields.editor("offer").read() == row.reference
    accepts.submit()
    assert accepts.fields.field("behalf_spoken").error == "Enter this"
    accepts.put(behalf_spoken="Al Example")
    accepts.submit()
    settled(qtbot, lambda: at_stage(page, "accepted"))


def test_the_ward_names_the_worker_of_an_agency_without_a_desk_from_the_record(
    walk: Walk, record: Open, qtbot
):
    walk.refer()
    reference = walk.offer()
    walk.do(HUB_CALLER, "accept", offer=reference, on_behalf=PARTNER)
    with walk.rows() as rows:
        (offer_id,) = [each.id for each in rows.offers]
    walk.arrives_from_server(
        make_placement(offer_id=offer_id, offer_reference=reference, scope_id=AGENCY)
    )
    page = record(WARD)
    assert page.primary.text() == "Allocate a worker (for a partner)"
    dialog = page.do_next()
    assert dialog is not None
    assert dialog.windowTitle() == "Worker of Seafront Carers"
    dialog.put(first_name="Bo", spoken_to="Al Example")
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    assert told.args[0].startswith("Worker recorded")


def test_an_agency_with_a_desk_answers_there_and_no_menu_leads_nowhere(
    walk: Walk, record: Open, qtbot
):
    walk.refer()
    walk.offer()
    page = record(HUB_CALLER)

    def offered() -> set[str]:
        return {action.text() for action in page.menu.actions()}

    partners = {"Agency accepts (for a partner)", "Agency declines (for a partner)"}
    assert partners <= offered()
    assert page.view is not None
    own = tuple(replace(offer, agency_has_desk=True) for offer in page.view.offers)
    page.show_case(replace(page.view, offers=own))
    assert not partners & offered()
    assert page.open_action("accept") is None


def test_an_offer_is_withdrawn_with_its_reason(walk: Walk, record: Open, qtbot):
    walk.refer()
    walk.offer()
    page = record(HUB_CALLER)
    page.show_part("offers")
    page.offers.offers.press("Withdraw offer")
    dialog = page.findChild(ActionDialog)
    assert dialog is not None
    dialog.submit()
    assert dialog.fields.field("reason").error == "Enter this"
    dialog.put(reason="need_changed")
    dialog.submit()
    settled(qtbot, lambda: page.offers.offers.model.row_at(0).status == "withdrawn")


def test_the_gate_lists_what_is_open_and_an_override_says_who_and_why(
    walk: Walk, record: Open, qtbot
):
    walk.ready_to_leave()
    walk.clock.set(LEAVES + timedelta(minutes=5))
    page = record(WARD)
    dialog = page.do_next()
    assert dialog is not None
    assert dialog.windowTitle() == "Settle the departure gate"
    assert dialog.fields.editor("left_at").read() is None  # settling it says nobody has left
    assert dialog.fields.field("reason").isHidden()
    dialog.put(left_at=walk.clock.now())
    dialog.submit()
    settled(qtbot, lambda: not dialog.fields.field("reason").isHidden())
    assert "Medicines to take home" in dialog.summary.accessibleName()
    assert at_stage(page, "discharge_planned")
    dialog.put(
        reason="Medicines follow by taxi", by="M Example", role="Matron", on_call="J Example"
    )
    dialog.submit()
    settled(qtbot, lambda: at_stage(page, "at_home"))
    assert page.view is not None
    assert page.view.clock.due_at == LEAVES + timedelta(minutes=5, hours=48)


def test_a_departure_that_failed_at_the_door_says_what_became_of_the_clock(
    walk: Walk, record: Open, qtbot
):
    walk.ready_to_leave()
    walk.clock.set(LEAVES + timedelta(minutes=5))
    override = {"reason": "r", "by": "M Example", "role": "Matron", "on_call": "J Example"}
    walk.do(WARD, "depart", left_at=LEAVES.isoformat(), override=override)
    page = record(WARD)
    dialog = page.open_action("turn-back")
    assert dialog is not None
    assert dialog.fields.editor("where").read() == "at_door"
    dialog.put(reason="No one with the key")
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    assert "Also: " in told.args[0]
    settled(qtbot, lambda: not at_stage(page, "at_home"))


def test_arrival_is_recorded_for_the_agency_that_rang(walk: Walk, record: Open, qtbot):
    walk.ready_to_leave()
    walk.clock.set(LEAVES + timedelta(minutes=5))
    override = {"reason": "r", "by": "M Example", "role": "Matron", "on_call": "J Example"}
    walk.do(WARD, "depart", left_at=LEAVES.isoformat(), override=override)
    page = record(HUB_CALLER)
    dialog = page.do_next()
    assert dialog is not None
    assert dialog.fields.editor("what").read() == "arrived_home"
    dialog.put(behalf_org="AXX01", behalf_spoken="Al Example", behalf_channel="phone")
    dialog.submit()
    settled(
        qtbot,
        lambda: (
            page.view is not None
            and any("for Al Example (phone)" in entry.who for entry in page.view.timeline)
        ),
    )


def test_a_visit_is_planned_from_a_proposal(walk: Walk, record: Open, qtbot):
    walk.refer()
    walk.accept(walk.offer())
    walk.do(WARD, "depart", planned_at=LEAVES.isoformat())
    page = record(HUB_CALLER)
    dialog = page.open_action("visit")
    assert isinstance(dialog, VisitDialog)
    settled(
        qtbot,
        lambda: bool(dialog._proposals) or dialog.fields.field("proposal").isHidden(),
        timeout=30_000,
    )
    if dialog.fields.field("proposal").isHidden():
        assert "by hand" in dialog.refused.text()
    dialog.put(assessor=ASSESSOR, starts_at=LEAVES + timedelta(hours=20))
    dialog.submit()
    settled(qtbot, lambda: page.visits.visits.model.rowCount() == 1)
    page.show_part("visits")
    page.visits.visits.press("Confirm")
    settled(qtbot, lambda: page.visits.visits.model.row_at(0).status == "confirmed")


def test_the_outcome_of_the_visit_stops_the_clock(walk: Walk, record: Open, qtbot):
    walk.ready_to_leave()
    walk.clock.set(LEAVES + timedelta(minutes=5))
    override = {"reason": "r", "by": "M Example", "role": "Matron", "on_call": "J Example"}
    walk.do(WARD, "depart", left_at=LEAVES.isoformat(), override=override)
    walk.do(WARD, "arrive", what="arrived_home")
    walk.clock.set(LEAVES + timedelta(hours=22))
    page = record(HUB_CALLER)
    dialog = page.do_next()
    assert dialog is not None
    assert dialog.windowTitle() == "Record the outcome of a visit"
    dialog.submit()
    settled(qtbot, dialog.refused.isVisible)
    assert "need found" in dialog.refused.text()
    dialog.put(need_found="less")
    dialog.submit()
    settled(qtbot, lambda: at_stage(page, "assessed"))
    assert page.view is not None
    assert page.view.clock.kind == "met"
    going = dict(fact[:2] for fact in home_going_facts(page.view))
    assert going["Need found at home"] == "Less than predicted"
    assert going["Need predicted"] == "not recorded"
    assert going["24 hour call"].startswith("due ")
    assert going["Arrived home"]
    assert page.overview.going.isVisibleTo(page.overview)


def test_a_printed_pack_is_marked_as_given(walk: Walk, record: Open, tmp_path: Path, qtbot):
    walk.ready_to_leave()
    page = record(WARD)
    desk = page._link.desk
    desk.packs.issue(desk.caller, walk.case, "handover", tmp_path / "pack.pdf")
    page.showing()
    settled(qtbot, lambda: page.packs.packs.model.rowCount() == 1)
    dialog = page.packs.give(page.packs.packs.model.row_at(0))
    dialog.put(to="The daughter")
    dialog.submit()
    settled(qtbot, lambda: page.packs.packs.model.row_at(0).given_at is not None)


def test_the_referral_can_be_returned_to_the_ward(walk: Walk, record: Open, qtbot):
    walk.do(WARD, "refer", record=RECORD)
    page = record(HUB_CALLER)
    dialog = page.open_action("return")
    assert dialog is not None
    dialog.put(return_reason="Function is not described")
    dialog.submit()
    settled(
        qtbot,
        lambda: any(
            task.kind == "referral_returned" for task in page.follow_up.tasks.model.rows_shown()
        ),
    )
    (task,) = (t for t in page.follow_up.tasks.model.rows_shown() if t.kind == "referral_returned")
    assert task.urgent  # due time and urgency are those of the table of kinds
    assert task.due_at == walk.clock.now() + timedelta(hours=4)


def test_escape_leaves_the_window_and_changes_nothing(walk: Walk, record: Open, qtbot):
    page = record(WARD)
    dialog = page.open_action("note")
    assert dialog is not None
    dialog.put(text="Not to be kept")
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    page.showing()
    with walk.rows() as rows:
        assert rows.notes == []


def test_a_window_whose_action_has_begun_waits_for_its_end(walk: Walk, record: Open, qtbot):
    page = record(WARD)
    dialog = page.open_action("note")
    assert dialog is not None
    dialog.put(text="To be kept")
    with qtbot.waitSignal(dialog.done_with):
        dialog.submit()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()


def test_control_enter_does_the_action_and_enter_goes_to_the_next_field(
    walk: Walk, record: Open, qtbot
):
    page = record(WARD)
    dialog = page.open_action("barrier")
    assert dialog is not None
    dialog.put(reason_code="HP02")
    owner = dialog.fields.editor("owner_name").widget
    qtbot.keyClick(owner, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not dialog.busy
    with qtbot.waitSignal(dialog.done_with):
        qtbot.keyClick(owner, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_returned_referral_is_the_wards_to_complete_and_not_the_hubs_to_decide(
    walk: Walk, record: Open
):
    walk.do(WARD, "refer", record=RECORD)
    walk.do(HUB_CALLER, "pathway", return_reason="Function is not described")
    assert record(WARD).primary.text() == "Complete the referral"
    assert record(HUB_CALLER).primary.text() == "Add a note"


def test_a_dialog_grows_with_what_is_asked_later(walk: Walk, record: Open, qtbot):
    walk.ready_to_leave()
    dialog = record(WARD).open_action("depart")
    assert dialog is not None
    settled(qtbot, dialog.isVisible)
    before = dialog.height()
    dialog.fields.reveal("override")
    settled(qtbot, lambda: dialog.height() > before)
    assert dialog.frameGeometry().bottom() <= dialog.screen().availableGeometry().bottom()


def test_a_number_of_the_record_is_filled_in_when_it_is_picked(walk: Walk, record: Open, qtbot):
    walk.refer()
    page = record(WARD)
    dialog = page.open_action("call")
    assert dialog is not None
    fields = dialog.fields
    box = fields.editor("known").widget
    assert [box.itemText(place) for place in range(1, box.count())][-1] == (
        "Anna Kowalska: 07700 900123"
    )
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert fields.drafts()["number"] == "07700 900123"
    assert fields.drafts()["spoken_to"] == "Anna Kowalska"
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert fields.drafts()["number"] == "07700 900123"  # picking none takes nothing away
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()

    def told() -> set[str]:
        return {each.title for each in page.view.timeline} if page.view is not None else set()

    settled(qtbot, lambda: "Call with Anna Kowalska" in told())


def test_the_window_behind_a_dialog_is_dimmed_as_long_as_it_is_open(
    walk: Walk, record: Open, qtbot
):
    page = record(WARD)
    plain = page.grab().toImage().pixelColor(3, 3).lightness()
    dialog = page.open_action("note")
    assert dialog is not None
    settled(qtbot, dialog.isVisible)
    assert page.grab().toImage().pixelColor(3, 3).lightness() < plain * 0.8
    page.resize(1300, 800)
    (shade,) = page.findChildren(Shade)
    assert shade.size() == page.size()
    dialog.reject()
    settled(qtbot, lambda: page.findChild(Shade) is None)
    assert page.grab().toImage().pixelColor(3, 3).lightness() == plain


def test_the_referral_needs_no_sideways_scroll_at_200_percent_on_a_small_screen(
    walk: Walk, record: Open, theme: Theme, qtbot
):
    page = record(WARD)
    page.show_part("referral")
    grid = page.referral._parts["Person"]._grid
    widest = page.referral._cards["Consent"]
    least = widest.minimumSizeHint().width()
    theme.set_text_percent(200)
    settled(qtbot, lambda: widest.minimumSizeHint().width() > least)  # the new size is laid out
    assert grid.itemAtPosition(0, 1) is None
    assert widest.minimumSizeHint().width() <= 1230 - 440 - 120  # less the list of sections
    assert page.minimumSizeHint().width() <= 1230  # 1366 less the navigation
    theme.set_text_percent(100)
    assert grid.itemAtPosition(0, 1) is not None  # two columns again
