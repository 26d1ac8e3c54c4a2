"""How each dialog of the desktop is made for a test; a new class without a maker fails one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import timedelta

from PySide6.QtWidgets import QDialog, QWidget

from d2a_desktop import ui
from d2a_desktop.domain.plan_steps import PlanStep
from d2a_desktop.services.queries.alert_rows import AlertRow
from d2a_desktop.services.queries.roster_rows import RosterWorker
from d2a_desktop.services.queries.rows import ConflictField, ConflictRow, OfferRow, PackRow
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.alerts_dialog import AlertsDialog
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.dialogs.case_forms import FORMS, form_for
from d2a_desktop.ui.dialogs.caseload_dialog import CaseloadDialog
from d2a_desktop.ui.dialogs.changes_dialog import ChangedRow, ChangesDialog
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.dialogs.contracts_dialog import ContractsDialog
from d2a_desktop.ui.dialogs.directory_dialog import DirectoryDialog, deputy_form, entry_form
from d2a_desktop.ui.dialogs.edit_conflict import EditConflict
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.import_dialog import ImportDialog
from d2a_desktop.ui.dialogs.key_sheet import KeySheet
from d2a_desktop.ui.dialogs.new_case_dialog import new_case_form
from d2a_desktop.ui.dialogs.offer_dialog import OfferDialog
from d2a_desktop.ui.dialogs.outcome_dialog import OutcomeDialog
from d2a_desktop.ui.dialogs.pack_batch import PackBatchDialog
from d2a_desktop.ui.dialogs.pack_given_dialog import PackGivenDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.dialogs.people_dialog import PeopleDialog
from d2a_desktop.ui.dialogs.plan_dialog import PlanDialog
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.dialogs.roster_forms import (
    assessor_form,
    assessor_time_form,
    contract_form,
    days_form,
    paper_form,
    worker_form,
)
from d2a_desktop.ui.dialogs.saved_views import SavedViewsDialog
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.dialogs.take_over_dialog import TakeOverDialog
from d2a_desktop.ui.dialogs.visit_dialog import VisitDialog
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.item_models.ward_board_model import ward_columns
from d2a_desktop.ui.widgets.column_arrangement import Arrangement
from d2a_desktop.ui.widgets.column_chooser import ColumnChooser
from d2a_desktop.ui.widgets.dialog import Dialog
from tests.ui.access.desks import Shown
from tests.ui.made_rows import NOW, made_row

Maker = Callable[[Shown], QDialog]


def dialog_classes() -> set[type[QDialog]]:
    """Return every class of dialog in the desktop."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        importlib.import_module(module.name)
    found, queue = set(), [QDialog]
    while queue:
        for each in queue.pop().__subclasses__():
            queue.append(each)
            if each.__module__.startswith(f"{ui.__name__}.") and each is not Dialog:
                found.add(each)
    return found


def place(desk: Shown) -> DialogPlace:
    """Return what a dialog about the person who leaves soon is handed."""
    view = desk.link.desk.queries.case(desk.link.desk.caller, desk.walk.case_id)
    return DialogPlace(
        theme=desk.parts.theme,
        tasks=desk.parts.tasks,
        link=desk.link,
        case_ref=view.case_ref,
        person=banner_facts(view, now=desk.link.desk.clock.now()),
    )


def asked(desk: Shown) -> Asked:
    """Return for whom a form is made."""
    caller, now = desk.link.desk.caller, desk.link.desk.clock.now()
    return Asked(desk.link.desk.queries.case(caller, desk.walk.case_id), caller, now)


def _three(desk: Shown) -> tuple[object, object, object]:
    return desk.parts.theme, desk.parts.tasks, desk.link


def _allocate(desk: Shown) -> QDialog:
    now = desk.link.desk.clock.now()
    return AllocateDialog(
        place(desk),
        made_row(OfferRow, 1),
        starts_at=now,
        ends_at=now + timedelta(days=28),
        parent=desk.window,
    )


def _confirm(desk: Shown) -> QDialog:
    question = Question(
        title="Withdraw the offer",
        words="The agency is told.",
        action="Withdraw",
        consequences=("The held start is free again.",),
        reason_label="Reason",
        dangerous=True,
    )
    person = place(desk).person
    return ConfirmDialog(desk.parts.theme, question, person=person, parent=desk.window)


def _conflict(desk: Shown) -> QDialog:
    field = ConflictField("family_name", "Family name", "A", "B", "C", "Pat", None, "B")
    row = made_row(ConflictRow, 1)
    changed = {"entity": "patient", "fields": (field,)}
    dialog = EditConflict(place(desk), type(row)(**{**vars(row), **changed}))
    dialog.setParent(desk.window, dialog.windowFlags())
    return dialog


def _plan(desk: Shown) -> QDialog:
    today = desk.link.desk.clock.now().date()
    return PlanDialog(place(desk), today, today + timedelta(days=6), parent=desk.window)


def _take_over(desk: Shown) -> QDialog:
    steps = [
        PlanStep(f"SAMPLE {n}, Pat", "not asked", "Example Care", "offer", desk.walk.case_id, {})
        for n in range(3)
    ]
    return TakeOverDialog(place(desk), steps, parent=desk.window)


def _changes(desk: Shown) -> QDialog:
    rows = [made_row(ChangedRow, 1), made_row(ChangedRow, 2)]
    return ChangesDialog(desk.parts.theme, rows, since="today 09:30", gone=1, parent=desk.window)


def _columns(desk: Shown) -> QDialog:
    columns = ward_columns(desk.link.now, shared=lambda: True)
    return ColumnChooser(
        desk.parts.theme, columns, Arrangement(), name="Ward board", parent=desk.window
    )


def _keys(desk: Shown) -> QDialog:
    return KeySheet(desk.parts.theme, desk.parts.actions, desk.window)


def _roster(make: Callable[..., ActionForm], *given: object, **more: object) -> Maker:
    return lambda desk: RosterDialog(place(desk), make(*given, **more), parent=desk.window)


def _new_case(desk: Shown) -> QDialog:
    form = new_case_form(now=desk.link.desk.clock.now(), site="Demo Hospital", ward="G5")
    return ActionDialog(place(desk), form, parent=desk.window)


MAKERS: Mapping[type[QDialog], Maker] = {
    ActionDialog: _new_case,
    AlertsDialog: lambda desk: AlertsDialog(
        desk.parts.theme, [made_row(AlertRow, 1), made_row(AlertRow, 2)], parent=desk.window
    ),
    AllocateDialog: _allocate,
    ChangesDialog: _changes,
    ColumnChooser: _columns,
    ContractsDialog: lambda desk: ContractsDialog(place(desk), parent=desk.window),
    CaseloadDialog: lambda desk: CaseloadDialog(*_three(desk), parent=desk.window),
    ConfirmDialog: _confirm,
    DirectoryDialog: lambda desk: DirectoryDialog(place(desk), entry_form(), parent=desk.window),
    EditConflict: _conflict,
    ImportDialog: lambda desk: ImportDialog(*_three(desk), parent=desk.window),
    KeySheet: _keys,
    OfferDialog: lambda desk: OfferDialog(place(desk), asked(desk).view, parent=desk.window),
    OutcomeDialog: lambda desk: OutcomeDialog(
        desk.parts.theme,
        title="Ring the person",
        about="KOWALSKA, Zofia",
        outcomes=(("reached", "Reached"), ("no_answer", "No answer")),
        parent=desk.window,
    ),
    PackBatchDialog: lambda desk: PackBatchDialog(*_three(desk), parent=desk.window),
    PackGivenDialog: lambda desk: PackGivenDialog(
        place(desk), made_row(PackRow, 1), parent=desk.window
    ),
    PackPreviewDialog: lambda desk: PackPreviewDialog(
        *_three(desk), desk.walk.case, parent=desk.window
    ),
    PeopleDialog: lambda desk: PeopleDialog(*_three(desk), parent=desk.window),
    PlanDialog: _plan,
    RosterDialog: _roster(worker_form),
    SavedViewsDialog: lambda desk: SavedViewsDialog(
        *_three(desk), "ward_board", {}, parent=desk.window
    ),
    SheetDialog: lambda desk: SheetDialog(*_three(desk), parent=desk.window),
    TakeOverDialog: _take_over,
    VisitDialog: lambda desk: VisitDialog(place(desk), asked(desk).view, parent=desk.window),
}


def form_maker(action: str) -> Maker:
    """Return how the dialog of an action on a case is made."""

    def make(desk: Shown) -> QDialog:
        return ActionDialog(place(desk), form_for(action, asked(desk)), parent=desk.window)

    return make


# Forms that no action on a case has.
ROSTER_FORMS: Mapping[str, Maker] = {
    "days": _roster(days_form, "Jo Carer", first=NOW.date()),
    "paper": _roster(paper_form, made_row(RosterWorker, 1)),
    "contract": _roster(contract_form, None, today=NOW.date()),
    "partner's contract": _roster(
        contract_form, None, today=NOW.date(), partners=(("AXX01", "A"), ("AXX02", "B"))
    ),
    "assessor": _roster(assessor_form),
    "deputy": _roster(deputy_form, "Pat Example", ("Pat Example", "Sam Sample"), None),
    "assessor time": _roster(assessor_time_form, "Ola Sample", now=NOW),
}


def every_dialog() -> dict[str, Maker]:
    """Return all dialogs by name: each class, and each form of an action."""
    named = {kind.__name__: maker for kind, maker in MAKERS.items()}
    named |= {f"form {action}": form_maker(action) for action in FORMS}
    return named | {f"form of {name}": maker for name, maker in ROSTER_FORMS.items()}


def host(desk: Shown) -> QWidget:
    """Return the window over which dialogs stand."""
    return desk.window
