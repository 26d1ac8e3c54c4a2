"""What the forms of the actions share: for whom they are made, and telling for a partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from d2a_desktop.domain.codes import Channel, Labelled
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

Options = tuple[tuple[str, str], ...]
_BEHALF = "behalf"


@dataclass(frozen=True)
class Asked:
    """For whom a form is made: the case as it stands, who is at the desk, and when."""

    view: CaseView
    caller: Caller
    now: datetime


def codes(labelled: type[Labelled]) -> Options:
    """Return the codes of an enumeration with their words."""
    return tuple((each.value, each.label) for each in labelled)


def partners(view: CaseView) -> Options:
    """Return the agencies of this case that have no desk of their own."""
    found = {o.agency_ods: o.agency_name for o in view.offers if not o.agency_has_desk}
    return tuple(found.items())


def behalf_fields(view: CaseView, *, required: bool) -> tuple[FieldSpec, ...]:
    """Return the fields that say for whom, who said it and how."""
    return (
        FieldSpec(
            key="behalf_org",
            words="Recorded for",
            kind=Kind.CODE,
            options=partners(view),
            required=required,
        ),
        FieldSpec(key="behalf_spoken", words="Person spoken to", required=required),
        FieldSpec(
            key="behalf_channel",
            words="How",
            kind=Kind.CODE,
            options=codes(Channel)[:3],
            required=required,
        ),
    )


def behalf_document(values: dict[str, Any]) -> dict[str, Any]:
    """Return the command's document with the partner's part in one member."""
    rest = {key: value for key, value in values.items() if not key.startswith(_BEHALF)}
    org = values.get("behalf_org")
    if not org:
        return rest
    said = {
        "org": org,
        "spoken_to": values.get("behalf_spoken", ""),
        "channel": values.get("behalf_channel", "phone"),
    }
    return rest | {"on_behalf": said}


def told(asked: Asked, form: ActionForm) -> ActionForm:
    """Add who told it, where an agency of the case has no desk and the caller is no agency."""
    if asked.caller.org_kind == "agency" or not partners(asked.view):
        return form
    values = dict(vars(form)) | {
        "fields": (*form.fields, *behalf_fields(asked.view, required=False)),
        "document": behalf_document,
    }
    return ActionForm(**values)
