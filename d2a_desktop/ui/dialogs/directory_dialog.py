"""The window that adds or changes a directory entry, or says who deputises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.directory import EntryKind
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.form_kit import codes
from d2a_desktop.ui.dialogs.roster_forms import day_fields, day_values, with_hours
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


class DirectoryDialog(ActionDialog):
    """Asks for one entry and saves it; `entry_id` is empty for a new one."""

    def __init__(
        self,
        place: DialogPlace,
        form: ActionForm,
        *,
        entry_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._entry_id = entry_id
        # What was typed about one entry is never offered as the draft of another's.
        named = replace(form, draft=f"{form.action}: {form.title} {entry_id}".rstrip())
        super().__init__(place, named, parent=parent)

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        desk = self.place.link.desk
        blank = {spec.key: None for spec in self.form.fields if spec.key not in values}
        document = self.form.document((blank if self._entry_id else {}) | values)
        if self._entry_id:
            document["id"] = self._entry_id
        return lambda: desk.directory.save(desk.caller, document)


def entry_form(record: Mapping[str, Any] | None = None) -> ActionForm:
    """Return the form of a new entry, or of one whose values are given."""
    values = dict(record or {})
    kinds = tuple(each for each in codes(EntryKind) if each[0] != EntryKind.DEPUTY)
    return ActionForm(
        action="directory",
        title="Add to the directory" if record is None else "Change an entry",
        button="Add" if record is None else "Save",
        done="Added to the directory" if record is None else "Entry changed",
        facts=("No patient's details here: everybody who cares in the system reads it.",),
        fields=(
            FieldSpec(key="name", words="Name", required=True),
            FieldSpec(key="kind", words="What", kind=Kind.CODE, options=kinds, required=True),
            FieldSpec(key="organisation", words="Organisation"),
            FieldSpec(key="role_title", words="Role"),
            FieldSpec(key="phone", words="Telephone"),
            FieldSpec(key="email", words="E-mail"),
            FieldSpec(key="alternate_name", words="Alternate"),
            FieldSpec(key="alternate_phone", words="Alternate's telephone"),
            FieldSpec(key="away_from", words="Away from", kind=Kind.DAY),
            FieldSpec(key="away_to", words="Away to", kind=Kind.DAY),
            FieldSpec(key="note", words="Note", kind=Kind.LONG),
            FieldSpec(key="verified", words="I have verified the numbers today", kind=Kind.TICK),
            *day_fields(),
        ),
        defaults=values | day_values(values.get("hours")),
        document=lambda read: with_hours(read, "hours"),
    )


def deputy_form(
    name: str, colleagues: tuple[str, ...], record: Mapping[str, Any] | None
) -> ActionForm:
    """Return the form by which a colleague says who deputises, and when."""
    others = tuple((each, each) for each in colleagues if each.casefold() != name.casefold())
    return ActionForm(
        action="directory",
        title="Who deputises for you",
        button="Save",
        done="Deputy recorded",
        facts=(f"{name}. While you are away the directory says that your deputy answers.",),
        fields=(
            FieldSpec(
                key="alternate_name",
                words="Deputy",
                kind=Kind.CODE,
                options=others,
                required=True,
            ),
            FieldSpec(key="phone", words="Your telephone"),
            FieldSpec(key="away_from", words="Away from", kind=Kind.DAY),
            FieldSpec(key="away_to", words="Away to", kind=Kind.DAY),
        ),
        defaults=dict(record or {}),
        document=lambda read: read | {"kind": EntryKind.DEPUTY.value, "name": name},
    )
