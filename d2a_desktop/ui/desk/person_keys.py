"""Gives every list of people the keys of UI.md that are about the person of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtGui import QGuiApplication

from d2a_desktop.ui.clipboard import COPIED_WORDS
from d2a_desktop.ui.formats.cells import ROW_ROLE
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.widgets.list_panel import ListPanel

if TYPE_CHECKING:
    from d2a_desktop.ui.actions import Actions
    from d2a_desktop.ui.widgets.page import Page

# Lists whose rows are people; the others (workers, directory) have keys of their own.
_LISTS_OF_PEOPLE = frozenset({"ward_board", "referrals", "packs", "tasks", "out_of_hours"})


class Ways(Protocol):
    """Where the keys lead (`ui/desk/joins.py`)."""

    def open_case(self, case_id: str, *, part: str = "overview", begin: bool = False) -> None:
        """Bring a record to the front."""
        ...

    def show_matches(self, case_id: str) -> None:
        """Bring the plan to the front."""
        ...

    def preview(self, case_ref: str) -> None:
        """Show a pack."""
        ...


def join_person_keys(key: str, page: Page, actions: Actions, ways: Ways) -> None:
    """Attach the keys that a page's own list does not use itself.

    A is the next step of the person (its window opens over their record, under their banner), E
    their referral, O their tasks and who owns them, M their matches, P their pack.
    """
    if key not in _LISTS_OF_PEOPLE:
        return
    for panel in page.findChildren(ListPanel):
        own = {each.objectName() for each in panel.view.actions()}
        deeds = _deeds(panel, page, ways)
        actions.attach(panel.view, {each: deeds[each] for each in deeds if each not in own})


def _deeds(panel: ListPanel, page: Page, ways: Ways) -> Mapping[str, Callable[[], object]]:
    def about(do: Callable[[Any], object]) -> None:
        row = panel.view.currentIndex().data(ROW_ROLE)
        row = getattr(row, "person", row)
        if row is not None:
            do(row)

    def open_at(row: Any, *, part: str = "overview", begin: bool = False) -> None:
        ways.open_case(row.case_id, part=part, begin=begin)

    def copy(row: Any) -> None:
        if row.nhs_number is not None:
            QGuiApplication.clipboard().setText(row.nhs_number)
            page.request_toast.emit(tr(COPIED_WORDS), None)

    return {
        "action_done": partial(about, partial(open_at, begin=True)),
        "edit": partial(about, partial(open_at, part="referral")),
        "set_owner": partial(about, partial(open_at, part="follow_up")),
        "matches": partial(about, lambda row: ways.show_matches(row.case_id)),
        "pack": partial(about, lambda row: ways.preview(row.case_ref)),
        "copy_number": partial(about, copy),
    }
