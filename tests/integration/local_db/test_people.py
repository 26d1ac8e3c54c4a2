from __future__ import annotations

from datetime import timedelta

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.local_db import people
from d2a_desktop.local_db.unit_of_work import LocalStore


def test_people_are_enrolled_renewed_and_removed(store: LocalStore, clock: SettableClock):
    with store.apply() as session:
        people.enrol(session, login="u_1", name="Zoe", role="clinician", now=clock.now())
        people.enrol(session, login="u_2", name="Al", role="analyst", now=clock.now())
    enrolled = clock.now()
    clock.advance(timedelta(days=1))
    with store.apply() as session:
        people.enrol(session, login="u_2", name="Alan", role="clinician", now=clock.now())
        people.note_hello(session, "u_2", role="administrator", now=clock.now())
        people.note_hello(session, "u_3", role="administrator", now=clock.now())
    with store.read() as session:
        assert [each.name for each in people.people(session)] == ["Alan", "Zoe"]
        found = people.person(session, "u_2")
        assert found is not None
        assert (found.role, found.enrolled_at, found.last_hello_at) == (
            "administrator",
            enrolled,
            clock.now(),
        )
    with store.apply() as session:
        people.remove(session, "u_2", now=clock.now())
        people.remove(session, "u_3", now=clock.now())
    with store.read() as session:
        assert people.person(session, "u_2") is None
        assert [each.login for each in people.people(session)] == ["u_1"]
    with store.apply() as session:
        people.enrol(session, login="u_2", name="Al", role="analyst", now=clock.now())
        assert people.person(session, "u_2") is not None
