"""The window that adds or changes one line of a roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace


class RosterDialog(ActionDialog):
    """Asks for one line of a roster and saves it; `row_id` is empty for a new one.

    The form's `action` is a kind of `services.roster.Roster.save`. `fixed` goes with the fields,
    e.g. whose paper it is.
    """

    def __init__(
        self,
        place: DialogPlace,
        form: ActionForm,
        *,
        row_id: str = "",
        fixed: Mapping[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._row_id = row_id
        self._fixed = dict(fixed or {})
        # What was typed about one worker is never offered as the draft of another's.
        whose = " ".join((row_id, *map(str, self._fixed.values())))
        named = replace(form, draft=f"{form.action}: {form.title} {whose}".rstrip())
        super().__init__(place, named, parent=parent)

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        kind, desk = self.form.action, self.place.link.desk
        given = self.form.document(values)
        if self._row_id:
            # A field that was emptied is to be blank in the record too.
            blank = {spec.key: None for spec in self.form.fields if spec.key not in values}
            document = self.form.document(blank | values) | {"id": self._row_id}
        else:
            document = given | self._fixed
        return lambda: desk.roster.save(desk.caller, kind, document)
