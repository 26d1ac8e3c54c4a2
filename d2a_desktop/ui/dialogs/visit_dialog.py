"""Plans, moves or confirms the assessment at home, with places proposed by the scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.codes import VisitPurpose
from d2a_desktop.domain.display import display_datetime_short
from d2a_desktop.services.queries.rows import AssessorRow, CaseView
from d2a_desktop.services.results import VisitProposal
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.form_kit import codes
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.formats.words import hours_and_minutes, weekday
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


def visit_form(view: CaseView) -> ActionForm:
    """Return the form of planning a visit, or of moving the one that is open."""
    visits = [row for row in view.visits if row.status in ("planned", "confirmed")]
    found = visits[-1] if visits else None
    due = display_datetime_short(view.clock.due_at, null="not known yet")
    approx = "Approx " if view.clock.is_approximate else ""
    return ActionForm(
        action="visit",
        title="Move or confirm the visit" if found else "Plan the assessment at home",
        button="Save visit",
        done="Visit planned",
        facts=(f"The assessment at home is due {approx}{due}.",),
        fields=(
            FieldSpec(
                key="proposal",
                words="Proposed places",
                kind=Kind.CODE,
                hint="Looking for places in the assessors' days …",
            ),
            FieldSpec(key="assessor", words="Assessor", kind=Kind.CODE, required=True),
            FieldSpec(key="starts_at", words="Starts at", kind=Kind.MOMENT, required=True),
            FieldSpec(key="duration_minutes", words="Minutes", kind=Kind.WHOLE, required=True),
            FieldSpec(key="second_assessor", words="Second assessor", kind=Kind.CODE),
            FieldSpec(
                key="purpose",
                words="Purpose",
                kind=Kind.CODE,
                options=codes(VisitPurpose),
                required=True,
            ),
            FieldSpec(key="confirm", words="Agreed with the person or the family", kind=Kind.TICK),
        ),
        defaults={
            "assessor": found.assessor_id if found else None,
            "starts_at": found.starts_at if found else None,
            "duration_minutes": 60,
            "purpose": found.purpose if found else VisitPurpose.FIRST_ASSESSMENT.value,
            "confirm": bool(found and found.status == "confirmed"),
        },
        document=_document,
        columns=1,
    )


def _document(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "proposal"}


class VisitDialog(ActionDialog):
    """Proposals and assessors come in the background; choosing a proposal fills the fields."""

    def __init__(
        self, place: DialogPlace, view: CaseView, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(place, visit_form(view), parent=parent)
        self._proposals: dict[str, VisitProposal] = {}
        self._wanted = {"assessor": self.form.defaults["assessor"]}
        self.fields.edited.connect(self._edited)
        desk, case_ref = place.link.desk, place.case_ref
        place.tasks.run_query(
            lambda: desk.queries.assessors(desk.caller), self._show_assessors, owner=self
        )
        place.tasks.run_query(
            lambda: desk.schedules.proposals(desk.caller, case_ref),
            self.show_proposals,
            failed=self._no_proposals,
            owner=self,
        )

    def show_proposals(self, proposals: Sequence[VisitProposal]) -> None:
        """Offer these places, best first."""
        self._proposals = {str(number): one for number, one in enumerate(proposals)}
        options = [(key, _place_words(one)) for key, one in self._proposals.items()]
        self.fields.editor("proposal").set_options(options)
        hint = f"{len(options)} found, the best first. One that is chosen fills the fields below."
        self.fields.field("proposal").set_hint(hint)
        if not options:
            self._say_none("No place was found; choose assessor and time by hand.")
        elif self.form.defaults["starts_at"] is None:
            self.fields.put({"proposal": "0"})
            self._edited("proposal")

    def _show_assessors(self, rows: Sequence[AssessorRow]) -> None:
        options = [(row.assessor_id, _assessor_words(row)) for row in rows if row.active]
        for key in ("assessor", "second_assessor"):
            self.fields.editor(key).set_options(options)
        self.fields.put(self._wanted)

    def _edited(self, key: str) -> None:
        if key == "assessor":
            self._wanted["assessor"] = self.fields.editor("assessor").read()
        if key != "proposal":
            return
        chosen = self._proposals.get(self.fields.editor("proposal").read() or "")
        if chosen is not None:
            self._wanted["assessor"] = chosen.assessor_id
            minutes = round((chosen.ends_at - chosen.starts_at).total_seconds() / 60)
            self.fields.put(
                {**self._wanted, "starts_at": chosen.starts_at, "duration_minutes": minutes}
            )

    def _no_proposals(self, problem: Exception) -> None:
        self._say_none(f"{words_for(problem).what_happened} Choose assessor and time by hand.")

    def _say_none(self, words: str) -> None:
        self.fields.field("proposal").hide()
        self.refused.setText(words)
        self.refused.show()


def _place_words(one: VisitProposal) -> str:
    """Return one place in a line that fits: when, who, in time or how late, and the way there."""
    late = timedelta(minutes=one.late_by_minutes)
    when = f"{weekday(one.starts_at)} {display_datetime_short(one.starts_at)}"
    fits = f"late by {hours_and_minutes(late)}" if late else "in time"
    return f"{when} · {one.assessor} · {fits} · {one.travel_minutes} min travel"


def _assessor_words(row: AssessorRow) -> str:
    profession = row.profession.replace("_", " ")
    return f"{row.name}, {profession} · today {row.working_today.lower()}"
