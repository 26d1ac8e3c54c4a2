"""Sends the anonymous need profile to agencies, with the starts each still has open this week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.display import display_date
from d2a_desktop.services.queries.rows import CapacityWeekRow, CaseView
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

_ANONYMOUS = (
    "The offer carries the need and no identity. The first acceptance that the shared database "
    "confirms wins; the others close as filled."
)


def offer_form(view: CaseView) -> ActionForm:
    """Return the form of sending offers; its agencies come when the weeks are read."""
    need = view.records.get("care_need", {})
    days = need.get("length_days")
    starts = f"Earliest start {display_date(need.get('earliest_start'), null='not recorded')}"
    length = count(days, "day", "days") if days else "length not recorded"
    return ActionForm(
        action="offer",
        title="Send offers",
        button="Send offers",
        done="Offers sent",
        facts=(_ANONYMOUS, f"{starts}, {length}."),
        fields=(
            FieldSpec(key="agencies", words="Agencies", kind=Kind.COLUMN),
            FieldSpec(
                key="others",
                words="Other agencies",
                kind=Kind.WORDS,
                hint="ODS codes, for agencies without a contract in this list.",
            ),
            FieldSpec(
                key="respond_by",
                words="Reply by",
                kind=Kind.MOMENT,
                hint="Blank: by the agency's own hours.",
            ),
        ),
        document=_document,
    )


def _document(values: dict[str, Any]) -> dict[str, Any]:
    agencies = [*values.get("agencies", ()), *(o.upper() for o in values.get("others", ()))]
    rest = {key: value for key, value in values.items() if key == "respond_by"}
    return rest | {"agencies": list(dict.fromkeys(agencies))}


def agency_options(weeks: Sequence[CapacityWeekRow]) -> tuple[tuple[str, str], ...]:
    """Return the agencies with their open starts of this and the next week, most open first."""
    first: dict[str, list[CapacityWeekRow]] = {}
    for week in weeks:
        first.setdefault(week.agency_ods, []).append(week)
    open_now = sorted(first.items(), key=lambda one: -one[1][0].available)
    options = []
    for ods, rows in open_now:
        now, following = rows[0], rows[1].available if len(rows) > 1 else None
        words = f"{now.agency_name}: {count(now.available, 'start', 'starts')} open in {now.week}"
        words += f", {now.held} held"
        if following is not None:
            words += f"; {following} open the week after"
        options.append((ods, words))
    return tuple(options)


class OfferDialog(ActionDialog):
    """Chooses the agencies; the weeks are read in the background."""

    def __init__(
        self, place: DialogPlace, view: CaseView, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(place, offer_form(view), parent=parent)
        desk = place.link.desk
        place.tasks.run_query(lambda: desk.queries.weeks(desk.caller), self._show_weeks, owner=self)

    def _show_weeks(self, weeks: Sequence[CapacityWeekRow]) -> None:
        self.fields.editor("agencies").set_options(agency_options(weeks))
        self.fields.field("agencies").setVisible(bool(weeks))
