"""Records that a printed pack was handed over, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.services.queries.rows import PackRow
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.widgets.editors import FieldSpec


class PackGivenDialog(ActionDialog):
    """Asks to whom; the departure gate waits for it."""

    def __init__(self, place: DialogPlace, pack: PackRow, *, parent: QWidget | None = None) -> None:
        self._pack = pack
        form = ActionForm(
            action="pack",
            title="Pack given",
            button="Record",
            done=f"{PackKind(pack.kind).label} given",
            facts=(f"{pack.reference}, version {pack.version}, {pack.pages} pages.",),
            fields=(FieldSpec(key="to", words="Given to", required=True),),
            columns=1,
        )
        super().__init__(place, form, parent=parent)

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        """Return the giving, done by the packs' own service."""
        desk, case_ref, pack_id = self.place.link.desk, self.place.case_ref, self._pack.pack_id
        to = str(values["to"])
        return lambda: desk.packs.give(desk.caller, case_ref, pack_id, to=to)
