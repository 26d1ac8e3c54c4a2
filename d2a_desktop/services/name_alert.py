"""Whether a person of this desk could be taken for another one by name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from d2a_desktop.domain.similar_names import Named, similar_names
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell

_LEFT_THE_BOARD = timedelta(days=7)


def alike_on_desk(session: Session, case_ids: Collection[str], *, now: datetime) -> frozenset[str]:
    """Return those of these cases whose ward, or whose name's sharers, hold somebody alike.

    People who were discharged or died over seven days before `now` (aware UTC) are left out, as
    on the ward board.
    """
    if not case_ids:
        return frozenset()
    asked = session.execute(
        select(Spell.site, Spell.ward, func.lower(Patient.family_name))
        .join(Patient, Patient.scope_id == Spell.id)
        .where(Spell.id.in_(case_ids))
    ).all()
    wards = {(site, ward) for site, ward, _ in asked}
    gone = now - _LEFT_THE_BOARD
    beside = session.execute(
        select(Spell.id, Patient.family_name, Patient.given_name, Spell.site, Spell.ward)
        .join(Patient, Patient.scope_id == Spell.id)
        .where(
            Spell.voided_at.is_(None),
            or_(Spell.died_at.is_(None), Spell.died_at > gone),
            or_(Spell.pas_discharged_at.is_(None), Spell.pas_discharged_at > gone),
            or_(
                func.lower(Patient.family_name).in_({family for *_, family in asked}),
                Spell.ward.in_({ward for _, ward in wards}),
            ),
        )
    )
    people = (
        Named(case_id, family, given or "", f"{site} {ward}")
        for case_id, family, given, site, ward in beside
    )
    return similar_names(people) & frozenset(case_ids)
