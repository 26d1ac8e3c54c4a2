"""Laws of two extracts after one another, on a real encrypted store."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.settings import Settings
from d2a_desktop.interop.csv_import import read_pas_csv
from d2a_desktop.interop.records import VALUE_FIELDS
from d2a_desktop.interop.report import ImportReport
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from d2a_desktop.services.context import Context
from d2a_desktop.services.imports import _PATIENT, _SPELL, Imports
from tests.local_stores import COORDINATOR, copied_store
from tests.unit.interop.extracts import NOW, extract, person

Person = dict[str, str]
Stored = dict[str, dict[str, object]]

_SOME = {
    "ward": st.sampled_from(["Ward C5", "Ward D1"]),
    "bed": st.sampled_from(["", "B1", "S2"]),
    "forename": st.sampled_from(["", "Aoife", "Zoë"]),
    "phone": st.sampled_from(["", "01632 960100", "+44 1632 960101"]),
    "postcode": st.sampled_from(["", "PO6 3LY", "EC1A 1BB"]),
    "sex": st.sampled_from(["", "F", "M"]),
    "edd": st.sampled_from(["", "30/11/2026", "01/12/2026"]),
    "nctr_from": st.sampled_from(["", "25/11/2026", "25/11/2026 10:05", "26/11/2026 08:00"]),
    "discharged_at": st.sampled_from(["", "", "27/11/2026 09:00"]),
    "delay_reason": st.sampled_from(["", "CTH01", "HP06"]),
}
# One number for all three: whose it is must be asked, and the answer must not go back and forth.
_NUMBERS = ("", "9990000018", "9990000026")


@st.composite
def _people(draw: st.DrawFn) -> list[Person]:
    people = []
    for number in sorted(draw(st.sets(st.integers(1, 3), min_size=1))):
        nhs = draw(st.sampled_from(_NUMBERS))
        changed = {name: draw(cells) for name, cells in _SOME.items()}
        status = "01" if nhs else "07"
        keys = {"spell": f"SP{number:06}", "mrn": f"T{number:06}"}
        people.append(person(nhs_number=nhs, nhs_number_status=status, **keys, **changed))
    return people


def _take(store: LocalStore, folder: Path, people: list[Person]) -> ImportReport:
    path = folder / "extract.csv"
    path.write_bytes(extract(*people))
    imports = Imports(Context(store, _clock(), Settings()))
    return imports.pas_csv(COORDINATOR, path)


def _clock() -> SettableClock:
    return SettableClock(NOW)


def _stored(store: LocalStore) -> Stored:
    """Return what is stored of each spell by the extract's columns."""
    with store.read() as session:
        patients = {p.scope_id: p for p in session.scalars(select(Patient))}
        return {
            str(spell.spell_number): {
                column: getattr(spell, _SPELL[column])
                if column in _SPELL
                else getattr(patients[spell.id], _PATIENT[column])
                for column in VALUE_FIELDS
            }
            for spell in session.scalars(select(Spell))
        }


def _said(people: list[Person]) -> dict[str, Mapping[str, object]]:
    rows = read_pas_csv(extract(*people), now=NOW).rows
    return {str(row.spell): row.values() for row in rows}


# Each example is six imports into a store of its own.
@settings(max_examples=settings().max_examples // 4)
@given(first=_people(), second=_people())
def test_two_extracts_leave_what_they_said_whatever_is_repeated(
    first: list[Person], second: list[Person]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        store = copied_store(folder / "desk", clock=_clock())
        try:
            taken = _take(store, folder, first)
            assert (taken.accepted, taken.refused) == (len(first), ())
            after_first = _stored(store)
            again = _take(store, folder, first)
            assert (again.accepted, again.changed, again.unchanged) == (0, 0, len(first))
            assert _stored(store) == after_first

            report = _take(store, folder, second)
            assert report.accepted + report.changed + report.unchanged == len(second)
            after_second = _stored(store)
            _hold_the_laws(after_first, after_second, _said(second))
            repeated = _take(store, folder, second)
            assert (repeated.accepted, repeated.changed) == (0, 0)
            assert repeated.not_in_extract == report.not_in_extract
            assert _stored(store) == after_second
        finally:
            store.close()


def _hold_the_laws(before: Stored, after: Stored, said: dict[str, Mapping[str, object]]) -> None:
    assert set(after) == set(before) | set(said), "nobody vanishes, nobody is merged"
    for spell, now in after.items():
        told = said.get(spell, {})
        for column, value in now.items():
            was = before.get(spell, {}).get(column)
            if column == "nhs_number_status":
                assert value is not None
            elif column not in told:
                assert spell not in before or value == was, f"{column} was blanked or changed"
            elif column in ("nctr_from", "discharged_at"):
                assert value in (told[column], was), "a day alone keeps the time of that day"
            else:
                assert value == getattr(told[column], "value", told[column]), column
