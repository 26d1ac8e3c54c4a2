"""Takes a person in by hand who is not in the PAS extract yet."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.domain.codes import Gender
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import codes
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


def new_case_form(*, now: datetime, site: str = "", ward: str = "") -> ActionForm:
    """Return the form of a new case; `site` and `ward` are those last used."""
    return ActionForm(
        action="new",
        title="New person",
        button="Add person",
        done="Person added to the board",
        facts=("A hospital number or a spell number is needed beside name, birth and admission.",),
        fields=(
            FieldSpec(key="family_name", words="Surname", required=True),
            FieldSpec(key="given_name", words="Forename"),
            FieldSpec(key="title", words="Title"),
            FieldSpec(key="birth_date", words="Date of birth", kind=Kind.DAY, required=True),
            FieldSpec(
                key="gender",
                words="Gender",
                kind=Kind.CODE,
                options=codes(Gender),
                required=True,
            ),
            FieldSpec(key="nhs_number", words="NHS number", kind=Kind.NHS),
            FieldSpec(key="mrn", words="Hospital number"),
            FieldSpec(key="spell_number", words="Spell number"),
            FieldSpec(key="site", words="Hospital site", required=True),
            FieldSpec(key="ward", words="Ward", required=True),
            FieldSpec(key="bed", words="Bed"),
            FieldSpec(key="admitted_at", words="Admitted at", kind=Kind.MOMENT, required=True),
            FieldSpec(key="edd", words="Expected date of discharge", kind=Kind.DAY),
            FieldSpec(key="address_1", words="Address"),
            FieldSpec(key="postcode", words="Postcode", kind=Kind.POSTCODE),
            FieldSpec(key="phone", words="Telephone"),
        ),
        defaults={"admitted_at": now, "site": site or None, "ward": ward or None},
    )
