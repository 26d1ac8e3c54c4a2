"""The lists of the record: tasks and barriers, offers, visits, packs, each with its buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.services.queries.rows import (
    BarrierRow,
    CaseView,
    OfferRow,
    PackRow,
    TaskRow,
    VisitRow,
)
from d2a_desktop.ui.boards.case_record.case_actions import CaseActions
from d2a_desktop.ui.boards.case_record.list_part import ListPart, RowButton
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.case_forms import change_barrier_form, finish_task_form
from d2a_desktop.ui.dialogs.hub_forms import withdraw_offer_form
from d2a_desktop.ui.dialogs.pack_given_dialog import PackGivenDialog
from d2a_desktop.ui.item_models.case_lists import (
    barrier_model,
    case_offer_model,
    case_visit_model,
    pack_model,
    task_model,
)
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import FieldSpec
from d2a_desktop.ui.widgets.empty_state import EmptyWords

Now = Callable[[], datetime]
_PACKS = (PackKind.HANDOVER, PackKind.ASSESSMENT, PackKind.PATIENT)


class _Part(QWidget):
    """A part of the record: lists one below the other, shown from the case's view."""

    def __init__(self, theme: Theme, actions: CaseActions) -> None:
        super().__init__()
        self.deeds = actions
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        theme.keep(self.column.setSpacing, 14)

    def allowed(self, action: str) -> bool:
        """Return whether the case in front allows an action."""
        view = self.deeds.view
        return view is not None and action in view.actions


class FollowUpPart(_Part):
    """Tasks and barriers: what people chase."""

    def __init__(self, theme: Theme, actions: CaseActions, now: Now) -> None:
        super().__init__(theme, actions)
        self.tasks = ListPart[TaskRow](
            theme,
            task_model(now),
            title="Tasks",
            empty=EmptyWords("No tasks", "Open one for what somebody has to chase.", icon="task"),
            buttons=(
                RowButton("Task done", self._finish, _open_task, icon="check"),
                RowButton("Open a task", lambda _: actions.open("task"), self._may("task")),
            ),
        )
        self.barriers = ListPart[BarrierRow](
            theme,
            barrier_model(),
            title="Barriers",
            empty=EmptyWords("No barriers", "Nothing is recorded that delays.", icon="warning"),
            buttons=(
                RowButton("Resolve", self._resolve, _open_barrier, icon="check"),
                RowButton("Change…", self._change, self._changeable, icon="edit"),
                RowButton(
                    "Open a barrier", lambda _: actions.open("barrier"), self._may("barrier")
                ),
            ),
        )
        self.column.addWidget(self.tasks, 3)
        self.column.addWidget(self.barriers, 2)

    def show_case(self, view: CaseView) -> None:
        """Show a case's open work first."""
        self.tasks.show_rows(sorted(view.tasks, key=_pressing))
        self.barriers.show_rows(
            sorted(view.barriers, key=lambda row: (row.resolved_at is not None, not row.is_primary))
        )

    def _may(self, action: str) -> Callable[[object], bool]:
        return lambda _: self.allowed(action)

    def _finish(self, row: TaskRow | None) -> None:
        if row is not None:
            self.deeds.open_form(finish_task_form(row))

    def _changeable(self, row: BarrierRow | None) -> bool:
        return _open_barrier(row) and self.allowed("barrier")

    def _change(self, row: BarrierRow | None) -> None:
        if row is not None:
            self.deeds.open_form(change_barrier_form(row))

    def _resolve(self, row: BarrierRow | None) -> None:
        if row is not None:
            self.deeds.run("barrier", {"resolve": row.barrier_id}, "Barrier resolved")


def _pressing(row: TaskRow) -> tuple[bool, bool]:
    return (row.status != "open", not row.urgent)


def _open_task(row: TaskRow | None) -> bool:
    return row is not None and row.status == "open"


def _open_barrier(row: BarrierRow | None) -> bool:
    return row is not None and row.resolved_at is None


class OffersPart(_Part):
    """The case's offers: send, withdraw, and answers taken for agencies without a desk."""

    def __init__(self, theme: Theme, actions: CaseActions, link: DeskLink, now: Now) -> None:
        super().__init__(theme, actions)
        self._link = link
        self.offers = ListPart[OfferRow](
            theme,
            case_offer_model(now),
            title="Offers",
            empty=EmptyWords(
                "No offers yet",
                "Offers go out when the hub has confirmed pathway 1.",
                icon="offer",
            ),
            buttons=(
                RowButton("Anonymous sheet…", self._sheet, _sent, icon="pack"),
                RowButton("Agency accepts", self._answer("accept"), self._partner("sent")),
                RowButton("Agency declines", self._answer("decline"), self._partner("sent")),
                RowButton("Withdraw offer", self._withdraw, self._withdrawable),
                RowButton(
                    "Send offers",
                    lambda _: actions.open("offer"),
                    lambda _: self.allowed("offer"),
                    kind="accent",
                ),
            ),
        )
        self.column.addWidget(self.offers)

    def show_case(self, view: CaseView) -> None:
        """Show a case's offers."""
        self.offers.show_rows(view.offers)

    def save_sheet(self, row: OfferRow, target: Path) -> None:
        """Print the anonymous sheet of an offer to a file."""
        desk = self._link.desk
        self.deeds.run_work(
            lambda: desk.packs.offer_sheet(desk.caller, row.reference, target),
            "Anonymous sheet saved",
        )

    def _sheet(self, row: OfferRow | None) -> None:
        if row is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the anonymous sheet", f"offer-{row.reference}.pdf", "PDF (*.pdf)"
        )
        if name:
            self.save_sheet(row, Path(name))

    def _answer(self, action: str) -> Callable[[OfferRow | None], object]:
        def ask(row: OfferRow | None) -> None:
            dialog = self.deeds.open(action)
            if dialog is not None and row is not None:
                dialog.put(offer=row.reference)

        return ask

    def _partner(self, state: str) -> Callable[[OfferRow | None], bool]:
        def fits(row: OfferRow | None) -> bool:
            return (
                row is not None
                and row.status == state
                and not row.agency_has_desk
                and self.allowed("accept")
            )

        return fits

    def _withdrawable(self, row: OfferRow | None) -> bool:
        return row is not None and row.status == "sent" and self.allowed("withdraw")

    def _withdraw(self, row: OfferRow | None) -> None:
        if row is not None:
            self.deeds.open_form(withdraw_offer_form(row))


def _sent(row: OfferRow | None) -> bool:
    return row is not None and row.status == "sent"


class VisitsPart(_Part):
    """The case's visits: plan, confirm, void, record what came of them."""

    def __init__(self, theme: Theme, actions: CaseActions, now: Now) -> None:
        super().__init__(theme, actions)
        self.visits = ListPart[VisitRow](
            theme,
            case_visit_model(now),
            title="Assessment visits",
            empty=EmptyWords(
                "No visit planned",
                "Plan it as soon as the departure is planned; it can be moved.",
                icon="assessment",
            ),
            buttons=(
                RowButton("Record outcome", self._outcome, self._is_open("outcome"), icon="check"),
                RowButton("Move", lambda _: actions.open("visit"), self._is_open("visit")),
                RowButton("Confirm", self._confirm, self._unconfirmed),
                RowButton("Void", self._void, self._is_open("visit")),
                RowButton(
                    "Plan a visit",
                    lambda _: actions.open("visit"),
                    lambda _: self.allowed("visit"),
                    kind="accent",
                ),
            ),
        )
        self.column.addWidget(self.visits)

    def show_case(self, view: CaseView) -> None:
        """Show a case's visits, the latest first."""
        self.visits.show_rows(sorted(view.visits, key=lambda row: row.starts_at, reverse=True))

    def _is_open(self, action: str) -> Callable[[VisitRow | None], bool]:
        return lambda row: (
            row is not None and row.status in ("planned", "confirmed") and self.allowed(action)
        )

    def _unconfirmed(self, row: VisitRow | None) -> bool:
        return row is not None and row.status == "planned" and self.allowed("visit")

    def _outcome(self, row: VisitRow | None) -> None:
        dialog = self.deeds.open("outcome")
        if dialog is not None and row is not None:
            dialog.put(visit=row.visit_id)

    def _confirm(self, row: VisitRow | None) -> None:
        if row is not None:
            document: dict[str, object] = {"visit": row.visit_id, "confirm": True}
            self.deeds.run("visit", document, "Visit confirmed")

    def _void(self, row: VisitRow | None) -> None:
        if row is None:
            return
        reason = FieldSpec(key="void_reason", words="Reason", required=True)
        self.deeds.open_form(
            ActionForm(
                action="visit",
                title="Void a visit",
                button="Void visit",
                done="Visit voided",
                fields=(reason,),
                document=lambda values: values | {"visit": row.visit_id},
                dangerous=True,
                draft=f"visit: void {row.visit_id}",
            )
        )


class PacksPart(_Part):
    """Printed packs with their versions; previews and prints are asked of the pack window.

    Signals:
        pack_asked: case reference and kind of the pack to preview or print.
    """

    pack_asked = Signal(str, str)

    def __init__(self, theme: Theme, actions: CaseActions, link: DeskLink) -> None:
        super().__init__(theme, actions)
        self._link = link
        kinds = [
            RowButton[PackRow](
                f"Preview {kind.label.lower()}",
                self._ask(kind.value),
                lambda _: actions.view is not None,
                kind="accent" if kind is PackKind.HANDOVER else "",
                icon="pack",
            )
            for kind in _PACKS
        ]
        self.packs = ListPart[PackRow](
            theme,
            pack_model(),
            title="Packs",
            empty=EmptyWords("Nothing printed yet", "Preview a pack, then print it.", icon="pack"),
            buttons=(RowButton("Given…", self._give, _givable, icon="check"), *kinds),
        )
        self.column.addWidget(self.packs)

    def show_case(self, view: CaseView) -> None:
        """Show a case's prints, the latest first."""
        self.packs.show_rows(sorted(view.packs, key=lambda row: row.printed_at, reverse=True))

    def give(self, row: PackRow) -> PackGivenDialog:
        """Open the window that records to whom a print was handed."""
        dialog = PackGivenDialog(self.deeds.place, row, parent=self)
        dialog.done_with.connect(self.deeds.done)
        dialog.open()
        return dialog

    def _give(self, row: PackRow | None) -> None:
        if row is not None:
            self.give(row)

    def _ask(self, kind: str) -> Callable[[PackRow | None], object]:
        def ask(_row: PackRow | None) -> None:
            if self.deeds.view is not None:
                self.pack_asked.emit(self.deeds.view.case_ref, kind)

        return ask


def _givable(row: PackRow | None) -> bool:
    return row is not None and row.given_at is None and not row.superseded
