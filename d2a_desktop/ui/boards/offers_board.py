"""Offers: the hub follows every answer, an agency answers anonymous need profiles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs import answer_offer
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.allocate import AllocateDialog, allocation, first_block, gap_block
from d2a_desktop.ui.formats.offer_words import waits
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.offers_model import offers_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.offer_detail import Deed, OfferDetail
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import OfferRow, SlotRow, WorkerChoice
    from d2a_desktop.services.queries.worker_time_rows import CoverGap

_KINDS = frozenset(
    {"offer", "offer_link", "placement", "placement_block", "arrival_card", "patient"}
)
_OPENING = EmptyWords("Opening the desk", "The offers come in a moment.", icon="offer")
_NONE_AGENCY = EmptyWords(
    "No offers yet",
    "When a hub offers you a placement, its need profile is shown here without a name.",
    icon="offer",
)
_NONE_HUB = EmptyWords(
    "No offers are out",
    "Open a person's record, confirm the pathway, and send offers to agencies from there.",
    icon="offer",
)


@dataclass(frozen=True)
class _Answering:
    """What the accept form offers."""

    slots: tuple[SlotRow, ...]
    workers: tuple[WorkerChoice, ...]


class OffersBoardPage(Page):
    """One list; an agency answers from the need profile beside it, which never names anybody."""

    hints = hints("move", "open", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Offers")
        self._actions = actions
        self._tasks = tasks
        self._link = link
        self._wanted = self._allocate_for = ""
        self.panel: ListPanel | None = None
        self._opening = EmptyState(theme, _OPENING)
        self.body.addWidget(self._opening, 1)
        self.detail = OfferDetail(theme)
        self.detail.hide()
        self.detail.chosen.connect(self.do)
        link.opened.connect(self._build)
        tasks.changed.connect(self._changed)
        if link.is_open:
            self._build()

    # ------------------------------------------------------------ what the window calls

    def showing(self) -> None:
        self._load()

    def show_offer(self, offer_id: str) -> None:
        """Select an offer, once it has come."""
        self._wanted = offer_id
        self._load()

    def allocate_for(self, case_ref: str) -> None:
        """Open the allocation for a person whose record is disclosed, once the offers have come."""
        self._allocate_for = case_ref
        self._load()

    # ------------------------------------------------------------ building

    @property
    def _is_agency(self) -> bool:
        return self._link.desk.caller.org_kind == "agency"

    def _build(self) -> None:
        if self.panel is not None:
            self._load()
            return
        theme, agency = self.theme, self._is_agency
        self.model = offers_model(self._link.now, for_agency=agency)
        panel = self.panel = ListPanel(
            theme,
            self._actions,
            self.model,
            name="Offers",
            empty=_NONE_AGENCY if agency else _NONE_HUB,
        )
        self.body.removeWidget(self._opening)
        self._opening.deleteLater()
        panel.put_beside(self.detail)
        self.detail.show()
        self.body.addWidget(panel, 1)
        panel.current_changed.connect(self._show_detail)
        panel.opened.connect(self._open)
        panel.chip_chosen.connect(self._show_chip)
        self.first_focus = panel.view
        self._load()

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self.panel is None or not self._link.is_open:
            return
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.offers(desk.caller), self._show, owner=self, key="offers"
        )

    def _show(self, rows: tuple[OfferRow, ...]) -> None:
        panel = self.panel
        if panel is None:
            return
        first = self.model.rowCount() == 0
        panel.refresh(rows, now=first or bool(self._wanted))
        if self._wanted and panel.view.select_id(self._wanted):
            self._wanted = ""
        elif first and rows:
            panel.view.select_id(rows[0].offer_id)
        panel.show_chips(self._chips())
        waiting = self.model.count(_is_open)
        words = f"{count(waiting, 'offer waits', 'offers wait')} for a reply"
        self.set_sub(words, read_at=self._link.now())
        self.badge_changed.emit(waiting)
        self._show_detail(panel.view.current_id)
        self._allocate_wanted(rows)

    def _allocate_wanted(self, rows: tuple[OfferRow, ...]) -> None:
        wanted, self._allocate_for = self._allocate_for, ""
        for row in rows:
            if wanted and row.case_ref == wanted and row.status == "accepted":
                self._allocate(row)

    def _chips(self) -> tuple[Chip, ...]:
        count_of = self.model.count
        return (
            Chip("all", "All", self.model.rowCount()),
            Chip("open", "Waiting for a reply", count_of(_is_open)),
            Chip("accepted", "Accepted", count_of(lambda row: row.status == "accepted")),
            Chip("closed", "Closed", count_of(_is_closed)),
        )

    def _show_chip(self, key: str) -> None:
        keeps = {
            "open": _is_open,
            "accepted": lambda row: row.status == "accepted",
            "closed": _is_closed,
        }
        self.model.set_predicate(keeps.get(key))

    def _show_detail(self, row_id: str) -> None:
        row = self.model.row_of(row_id) if row_id else None
        if row is None or not self._link.is_open:  # the list is laid out while its window closes
            self.detail.clear()
            return
        self.detail.show_offer(row, now=self._link.desk.clock.now(), deeds=self.deeds(row))

    # ------------------------------------------------------------ what can be done

    def deeds(self, row: OfferRow) -> tuple[Deed, ...]:
        """Return what this person may do with an offer now; services have the last word."""
        if self._is_agency:
            return self._agency_deeds(row)
        deeds = [Deed("record", "Open the record", icon="chevron-right")] if row.case_id else []
        if not row.agency_has_desk:
            if _is_open(row):
                deeds += [
                    Deed("partner_accept", "They accept…", kind="primary"),
                    Deed("partner_decline", "They decline…"),
                    Deed("sheet", "Anonymous sheet (PDF)…", icon="pack"),
                ]
            elif row.status == "accepted" and not row.worker and not waits(row):
                deeds.append(Deed("partner_worker", "Their worker…", kind="primary"))
        caller = self._link.desk.caller
        needed = {"sheet": "offer", "partner_accept": "accept", "partner_decline": "decline"}
        needed |= {"partner_worker": "allocate"}
        return tuple(d for d in deeds if d.key not in needed or may(caller, needed[d.key]))

    def _agency_deeds(self, row: OfferRow) -> tuple[Deed, ...]:
        caller = self._link.desk.caller
        deeds: list[Deed] = []
        if _is_open(row) and may(caller, "accept"):
            deeds = [Deed("accept", "Accept…", kind="primary"), Deed("decline", "Decline…")]
        elif row.status == "accepted" and not waits(row):
            allocate = Deed("allocate", "Allocate a worker…", kind="primary")
            relief = Deed("relief", "Allocate relief…")
            can = may(caller, "allocate")
            deeds = [allocate] if can and not row.worker else []
            deeds += [Deed("record", "Open the record", icon="chevron-right")]
            deeds += [relief] if can and row.worker else []
            deeds += [Deed("hand_back", "Hand back…")] if may(caller, "hand-back") else []
        return tuple(deeds)

    def do(self, deed: str) -> None:
        """Do one of the deeds for the selected offer."""
        row = self._current()
        if row is None:
            return
        forms = {
            "decline": answer_offer.decline_form,
            "hand_back": answer_offer.hand_back_form,
            "partner_accept": answer_offer.partner_accept_form,
            "partner_decline": answer_offer.partner_decline_form,
        }
        if deed == "record" and row.case_id is not None:
            self.request_open_case.emit(row.case_id)
        elif deed == "accept":
            self._accept(row)
        elif deed == "allocate":
            self._allocate(row)
        elif deed == "partner_worker":
            self._name_worker(row)
        elif deed == "relief":
            self._relieve(row)
        elif deed == "sheet":
            self._print_sheet(row)
        elif deed in forms:
            self._open_form(row, forms[deed](row))

    def _current(self) -> OfferRow | None:
        return self.model.row_of(self.panel.view.current_id) if self.panel is not None else None

    def _open(self, row_id: str) -> None:
        """Enter on a row: the first thing there is to do with it."""
        row = self.model.row_of(row_id)
        deeds = self.deeds(row) if row is not None else ()
        if deeds:
            self.do(deeds[0].key)

    def _allocate(self, row: OfferRow) -> None:
        starts_at, ends_at = first_block(row, self._link.desk.clock.now())
        self._open_dialog(
            AllocateDialog(self._place(row), row, starts_at=starts_at, ends_at=ends_at, parent=self)
        )

    def _name_worker(self, row: OfferRow) -> None:
        """Ask which worker a partner named: one written down before, or a new one."""
        desk = self._link.desk
        block = first_block(row, desk.clock.now())

        def kept() -> list[tuple[str, str]]:
            if not may(desk.caller, "roster"):
                return []
            found = desk.queries.worker_roster(desk.caller).workers
            return [
                (each.worker_id, each.name)
                for each in found
                if each.status == "active" and each.role_title == row.agency_name
            ]

        self._tasks.run_query(
            kept,
            lambda workers: self._open_form(
                row, answer_offer.partner_worker_form(row, block=block, kept=workers)
            ),
            owner=self,
        )

    def _relieve(self, row: OfferRow) -> None:
        """Allocate for the time in which the placement lacks a worker; else say that it has all."""
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.cover_gaps(desk.caller),
            lambda gaps: self._open_relief(row, [g for g in gaps if g.offer_id == row.offer_id]),
            owner=self,
        )

    def _open_relief(self, row: OfferRow, gaps: list[CoverGap]) -> None:
        if not gaps:
            self.request_toast.emit("This placement has a worker to its end.", None)
            return
        block = gap_block(gaps[0], self._link.desk.clock.now())
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        self._open_dialog(
            allocation(place, row, block=block, relief=not gaps[0].first, parent=self)
        )

    def _accept(self, row: OfferRow) -> None:
        desk = self._link.desk
        starts_at, ends_at = first_block(row, desk.clock.now())
        self._tasks.run_query(
            lambda: _Answering(
                desk.queries.slots(desk.caller),
                desk.matches.choices(
                    desk.caller, row.offer_id, starts_at=starts_at, ends_at=ends_at
                ),
            ),
            lambda found: self._open_form(
                row, answer_offer.accept_form(row, found.slots, found.workers)
            ),
            owner=self,
        )

    def _place(self, row: OfferRow) -> DialogPlace:
        return DialogPlace(
            theme=self.theme,
            tasks=self._tasks,
            link=self._link,
            case_ref=row.reference,
            about=row.case_id or "",
            scope_id=row.case_id or row.offer_id,
        )

    def _open_form(self, row: OfferRow, form: ActionForm) -> None:
        self._open_dialog(ActionDialog(self._place(row), form, parent=self))

    def _open_dialog(self, dialog: ActionDialog) -> None:
        dialog.done_with.connect(lambda words, _result: self._answered(words))
        dialog.open()

    def _answered(self, words: str) -> None:
        self.request_toast.emit(words, None)
        current = self._current()
        self._wanted = current.offer_id if current is not None else ""
        self._load()

    def _print_sheet(self, row: OfferRow) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the anonymous sheet", f"offer-{row.reference}.pdf", "PDF (*.pdf)"
        )
        if not name:
            return
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.packs.offer_sheet(desk.caller, row.reference, Path(name)),
            lambda issued: self.request_toast.emit(f"Saved as {issued.reference}", None),
            owner=self,
        )


def _is_open(row: OfferRow) -> bool:
    return row.status == "sent" and not row.expired


def _is_closed(row: OfferRow) -> bool:
    return row.status not in ("sent", "accepted") or row.expired
