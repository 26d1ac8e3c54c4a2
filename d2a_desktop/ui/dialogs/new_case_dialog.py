"""Takes a person in by hand who is not in the PAS extract yet."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.domain.codes import Gender
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import codes
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


def new_case_form(*, now: datetime, site: str = "", ward: str = "") -> ActionForm:
    """Return the form of a new case; `site` and `ward` are those last used."""
    return ActionForm(
        action="new",
        title=tr("New person"),
        button=tr("Add person"),
        done=tr("Person added to the board"),
        facts=(
            tr("A hospital number or a spell number is needed beside name, birth and admission."),
        ),
        fields=(
            FieldSpec(key="family_name", words=tr("Surname"), required=True),
            FieldSpec(key="given_name", words=tr("Forename")),
            FieldSpec(key="title", words=tr("Title")),
            FieldSpec(key="birth_date", words=tr("Date of birth"), kind=Kind.DAY, required=True),
            FieldSpec(
                key="gender",
                words=tr("Gender"),
                kind=Kind.CODE,
                options=tuple((code, tr(words)) for code, words in codes(Gender)),
                required=True,
            ),
            FieldSpec(key="nhs_number", words=tr("NHS number"), kind=Kind.NHS),
            FieldSpec(key="mrn", words=tr("Hospital number")),
            FieldSpec(key="spell_number", words=tr("Spell number")),
            FieldSpec(key="site", words=tr("Hospital site"), required=True),
            FieldSpec(key="ward", words=tr("Ward"), required=True),
            FieldSpec(key="bed", words=tr("Bed")),
            FieldSpec(key="admitted_at", words=tr("Admitted at"), kind=Kind.MOMENT, required=True),
            FieldSpec(key="edd", words=tr("Expected date of discharge"), kind=Kind.DAY),
            FieldSpec(key="address_1", words=tr("Address")),
            FieldSpec(key="postcode", words=tr("Postcode"), kind=Kind.POSTCODE),
            FieldSpec(key="phone", words=tr("Telephone")),
        ),
        defaults={"admitted_at": now, "site": site or None, "ward": ward or None},
    )
