"""Allocates a worker to an accepted offer: who fits, who does not and why, and the override."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from d2a_desktop.core.clock import LONDON
from d2a_desktop.core.errors import BlockedError, KnownError, UsageError
from d2a_desktop.domain.commands import parse_command
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.answer_offer import block_fields
from d2a_desktop.ui.formats.offer_words import must_haves
from d2a_desktop.ui.formats.tones import Hue
from d2a_desktop.ui.item_models.choices_model import choices_model, verdict, why
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.editors import FieldSpec
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Card, label, tag

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import OfferRow, WorkerChoice
    from d2a_desktop.services.queries.worker_time_rows import CoverGap

_OVERRIDE = "override"
_ASK_AGAIN_MS = 300
_HANDOVER = timedelta(days=1)


class AllocateDialog(ActionDialog):
    """The roster with a verdict each; a rule that may be overruled asks for the reason.

    Args:
        place: of the offer; its `case_ref` is the offer's reference.
        offer: the accepted offer.
        starts_at, ends_at: the block proposed at first (aware).
        relief: whether the worker relieves another.
    """

    def __init__(
        self,
        place: DialogPlace,
        offer: OfferRow,
        *,
        starts_at: datetime,
        ends_at: datetime,
        relief: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._offer = offer
        self._kind = "relief" if relief else "main"
        self._proposed = ""
        self.model = choices_model()
        form = ActionForm(
            action="allocate",
            title=f"Allocate {'relief' if relief else 'a worker'} to {offer.reference}",
            button="Allocate",
            done="Relief allocated" if relief else "Worker allocated",
            fields=(*block_fields(), *_override_fields()),
            facts=(offer.needs_summary,),
            defaults={"starts_at": starts_at, "ends_at": ends_at, "expected_at": starts_at},
            reveals={"not_eligible": _OVERRIDE},
            columns=3,
        )
        super().__init__(place, form, parent=parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AGAIN_MS)
        self._timer.timeout.connect(self.load)
        self.fields.edited.connect(self._edited)
        place.theme.keep(self.setMinimumWidth, 900)
        self.load()

    # ------------------------------------------------------------ choices

    def load(self) -> None:
        """Ask who fits the block that the fields hold."""
        block = self._block()
        if block is None:
            return
        desk, reference = self.place.link.desk, self._offer.reference
        self._told.setText("Asking who fits…")
        self.place.tasks.run_query(
            lambda: desk.matches.choices(
                desk.caller, reference, starts_at=block[0], ends_at=block[1]
            ),
            self._show,
            failed=self._not_known,
            owner=self,
            key="worker choices",
        )

    @property
    def chosen(self) -> WorkerChoice | None:
        """The worker that is selected."""
        return self.model.row_of(self.view.current_id)

    def propose(self, worker_id: str) -> None:
        """Select a worker once the roster has come."""
        self._proposed = worker_id

    def choose(self, worker_id: str) -> None:
        """Select a worker, as a person does with the arrow keys."""
        self.view.select_id(worker_id)

    def _block(self) -> tuple[datetime, datetime] | None:
        try:
            starts = self.fields.editor("starts_at").read()
            ends = self.fields.editor("ends_at").read()
        except UsageError:
            return None
        return (starts, ends) if starts and ends and starts < ends else None

    def _show(self, choices: tuple[WorkerChoice, ...]) -> None:
        kept = self.view.current_id or self._proposed
        self.model.show(choices)
        fits = [each for each in choices if each.verdict == "fits"]
        self._told.setText(f"{len(fits)} of {len(choices)} fit. The best stands first; you decide.")
        wanted = kept or (choices[0].worker_id if choices else "")
        if wanted:
            self.view.select_id(wanted)
        self._show_why(self.view.current_id)

    def _not_known(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self._told.setText(str(problem))
        else:
            self.place.tasks.failed.emit(problem)

    def _show_why(self, worker_id: str) -> None:
        row = self.model.row_of(worker_id)
        self._why.setText("" if row is None else _reasons(row))
        may_overrule = row is not None and bool(row.overridable) and row.verdict != "fits"
        self.fields.reveal(_OVERRIDE, shown=may_overrule)

    def _edited(self, key: str) -> None:
        if key in ("starts_at", "ends_at"):
            self._timer.start()

    # ------------------------------------------------------------ doing

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        """Return the allocation of the selected worker."""
        row = self.chosen
        if row is None:
            raise UsageError("Choose a worker.", what_to_do="Use the arrow keys in the list.")
        document = {name: values[name] for name in ("starts_at", "ends_at")}
        document |= {
            "offer": self._offer.reference,
            "worker": row.worker_id,
            "kind": self._kind,
            "expected_at": values.get("expected_at"),
            "overrides": _overrides(row, values),
        }
        command = parse_command("allocate", document)
        desk, reference = self.place.link.desk, self._offer.reference
        return lambda: desk.actions.do(desk.caller, reference, "allocate", command)

    def show_refusal(self, problem: Exception) -> None:
        """Show why not; the override's fields only where the selected rule may be overruled."""
        super().show_refusal(problem)
        if isinstance(problem, BlockedError):
            self._show_why(self.view.current_id)

    def body(self, theme: Theme) -> QWidget:
        middle = super().body(theme)
        card = Card(theme, "Who fits")
        self._told = label("", "quiet")
        self.view = BoardView(
            theme, self.model, columns=self.model.columns, name="Workers for this offer"
        )
        theme.keep(self.view.setMinimumHeight, 230)
        self._why = label("", wrap=True)
        must = QWidget()
        must.setObjectName("clear")
        line = FlowLayout(theme, must, gap=6)
        line.addWidget(label("Must have", "strong"))
        for words in must_haves(self._offer):
            line.addWidget(tag(words, Hue.BLUE))
        for each in (must, self._told, self.view, self._why):
            card.body.addWidget(each)
        column = middle.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.fields) + 1, card)
        self.view.current_changed.connect(self._show_why)
        return middle


def _override_fields() -> tuple[FieldSpec, ...]:
    return (
        FieldSpec(
            key="override_reason",
            words="Why the rule is overruled",
            group=_OVERRIDE,
            hint="Only rules that may be overruled; kept with your name.",
        ),
        FieldSpec(key="override_by", words="Decided by", group=_OVERRIDE),
        FieldSpec(key="override_role", words="Role", group=_OVERRIDE),
    )


def _overrides(row: WorkerChoice, values: dict[str, Any]) -> list[dict[str, Any]]:
    reason = values.get("override_reason")
    if not reason:
        return []
    if not values.get("override_by") or not values.get("override_role"):
        raise UsageError("Say who decided to overrule the rule, and in which role.")
    by, role = values["override_by"], values["override_role"]
    return [{"reason": reason, "by": by, "role": role, "rule": rule} for rule in row.overridable]


def _reasons(row: WorkerChoice) -> str:
    words = "\n".join(f"• {each}" for each in why(row))
    return f"{row.name}: {verdict(row).words}\n{words}".strip()


def first_block(offer: OfferRow, now: datetime) -> tuple[datetime, datetime]:
    """Return the block to begin with: at 10:00 of the first day asked for, for the length asked.

    A start that is past becomes the next full hour.
    """
    soon = now.astimezone(LONDON).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = soon
    if offer.earliest_start is not None and offer.earliest_start > soon.date():
        start = soon.replace(
            year=offer.earliest_start.year,
            month=offer.earliest_start.month,
            day=offer.earliest_start.day,
            hour=10,
        )
    return start, start + timedelta(days=offer.length_days or 28)


def allocation(
    place: DialogPlace,
    offer: OfferRow,
    *,
    block: tuple[datetime, datetime] | None = None,
    worker_id: str = "",
    relief: bool = False,
    parent: QWidget | None = None,
) -> AllocateDialog:
    """Return the dialog for an accepted offer: for one block, or from its own first day on.

    Args:
        place: the look, the task gate and the desk; whose record it is comes from the offer.
        offer: the accepted offer.
        block: the time to begin with (aware).
        worker_id: whom to propose.
        relief: whether somebody is there already, whom this worker relieves.
        parent: the page.
    """
    starts_at, ends_at = block or first_block(offer, place.link.desk.clock.now())
    whose = replace(
        place,
        case_ref=offer.reference,
        about=offer.case_id or "",
        scope_id=offer.case_id or offer.offer_id,
    )
    dialog = AllocateDialog(
        whose, offer, starts_at=starts_at, ends_at=ends_at, relief=relief, parent=parent
    )
    if worker_id:
        dialog.propose(worker_id)
    return dialog


def gap_block(gap: CoverGap, now: datetime) -> tuple[datetime, datetime]:
    """Return the block that fills a gap: relief comes a day early, for the handover (DOMAIN 4.6).

    A start that is past becomes the next full hour.
    """
    early = gap.starts_at if gap.first else gap.starts_at - _HANDOVER
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return max(early, hour), gap.ends_at
