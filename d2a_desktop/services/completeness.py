"""How complete a case's referral is against the minimum data set."""

from __future__ import annotations

from d2a_desktop.domain.completeness import MINIMUM_DATA, Completeness, completeness
from d2a_desktop.services.case_rows import CaseRows


def case_completeness(rows: CaseRows) -> Completeness:
    """Measure the case's record; a record of several rows counts by its number of rows."""
    single = {
        "patient": rows.patient,
        "spell": rows.spell,
        "referral": rows.referral,
        "care_need": rows.need,
        "home": rows.home,
        "consent": rows.consent,
    }
    many: dict[str, object] = {
        "medicine": len(rows.medicines),
        "contact": len(rows.contacts),
        "equipment": len(rows.equipment),
        "risk": len(rows.risks),
    }
    values = dict(many)
    for entry in MINIMUM_DATA:
        for name in entry.alternatives:
            entity, _, field = name.partition(".")
            if field:
                values[name] = getattr(single[entity], field, None)
    early = rows.referral is not None and rows.referral.kind == "early"
    return completeness(values, early=early)
