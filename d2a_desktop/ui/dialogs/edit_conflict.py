"""The window in which a person writes a third value where two edits met."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from d2a_desktop.domain.field_words import code_options
from d2a_desktop.domain.fields import RECORDS, Type
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictRow

_KINDS = {
    Type.TEXT: Kind.LINE,
    Type.BOOL: Kind.YES_NO,
    Type.INT: Kind.WHOLE,
    Type.DATE: Kind.DAY,
    Type.INSTANT: Kind.MOMENT,
}


class EditConflict(ActionDialog):
    """Asks for the values of the fields that met; they begin with mine."""

    def __init__(self, place: DialogPlace, row: ConflictRow) -> None:
        self._row = row
        form = ActionForm(
            action="resolve",
            title="Write what is right",
            button="Write this",
            done="Written, and sent with the next exchange",
            fields=tuple(_spec(row.entity, each.field, each.label) for each in row.fields),
            facts=tuple(
                f"{each.label}: mine {each.mine}, theirs {each.theirs}"
                f"{f' ({each.who})' if each.who else ''}"
                for each in row.fields
            ),
            defaults={each.field: each.value for each in row.fields},
            columns=1,
            draft=f"resolve: {row.conflict_id}",
        )
        super().__init__(place, form)

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        desk = self.place.link.desk
        blank: dict[str, Any] = {each.field: None for each in self._row.fields}
        return lambda: desk.exchange.resolve(
            desk.caller, self._row.conflict_id, "edit", blank | values
        )


def _spec(entity: str, name: str, words: str) -> FieldSpec:
    field = RECORDS[entity].fields[name]
    options = code_options(entity, name)
    kind = _KINDS.get(field.type, Kind.CODES if field.type is Type.JSON else Kind.CODE)
    if name == "nhs_number":
        kind = Kind.NHS
    if name == "postcode":
        kind = Kind.POSTCODE
    return FieldSpec(
        key=name,
        words=words,
        kind=kind,
        options=options,
        required=field.required,
        none_words="None" if kind is Kind.CODES else "",
    )
