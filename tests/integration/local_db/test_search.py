from __future__ import annotations

import pytest

from d2a_desktop.local_db.replica import purge_scopes, upsert_server_rows
from d2a_desktop.local_db.search import SearchHit
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from tests.builder_ids import AGENCY, CASE
from tests.builders import make_organisation, make_patient, make_spell
from tests.local_stores import COORDINATOR, SCHEDULER
from tests.roster_builders import make_worker

FOUND = SearchHit("spell", CASE, CASE)


@pytest.fixture
def searched(store: LocalStore) -> LocalStore:
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(ward="Willow Ward", bed="12", mrn="M1001", case_ref="C-346A-789B"))
        uow.add(make_patient(family_name="O'Séaghdha", given_name="Ada", nhs_number="9990000018"))
        uow.add(
            make_spell(
                id="other", scope_id="other", ward="Oak", bed="4", mrn=None, case_ref="C-XXXX-YYYY"
            )
        )
        uow.add(
            make_patient(
                id=None, scope_id="other", family_name="Other", given_name="Zed", nhs_number=None
            )
        )
    return store


@pytest.mark.parametrize(
    "text",
    [
        "seaghdha",
        "SÉAG",
        "o'seag ada",
        "ada will",
        "9990000018",
        "999 000 0018",
        "999000",
        "c-346a-789b",
        "346a",
        "m1001",
        "willow 12",
        "  ada  ",
    ],
)
def test_a_case_is_found_by_the_beginnings_of_its_words(searched: LocalStore, text: str):
    assert searched.search(text) == (FOUND,)


@pytest.mark.parametrize("text", ["", " ", "-", '"', "ada oak", "zebra", "* OR ada NOT", "12 oak"])
def test_what_does_not_fit_finds_nothing(searched: LocalStore, text: str):
    assert searched.search(text) == ()


def test_the_number_of_hits_is_limited(searched: LocalStore):
    assert len(searched.search("C")) == 2
    assert len(searched.search("C", limit=1)) == 1
    assert searched.search("C", limit=0) == ()


def test_a_changed_word_replaces_the_old_one(searched: LocalStore):
    with searched.write(COORDINATOR, action="case:changed") as uow:
        uow.session.get_one(Spell, CASE).ward = "Ash"
    assert searched.search("ash ada") == (FOUND,)
    assert searched.search("willow") == ()


def test_a_change_of_something_else_leaves_the_index_alone(searched: LocalStore):
    with searched.write(COORDINATOR, action="patient:changed") as uow:
        uow.session.query(Patient).filter_by(scope_id=CASE).one().phone = "01632 960000"
    assert searched.search("ada") == (FOUND,)


def test_a_worker_is_found_for_herself_and_not_with_her_colleagues(store: LocalStore):
    with store.write(SCHEDULER, action="worker:saved") as uow:
        one = uow.add(make_worker(first_name="Jo", family_name="Carer"))
        uow.add(make_worker(id=None, first_name="Al", family_name="Helper"))
    assert store.search("jo") == (SearchHit("worker", one.id, AGENCY),)
    assert store.search("jo helper") == ()


def test_rows_of_the_shared_database_are_found_and_purged_ones_are_not(store: LocalStore):
    organisation = make_organisation()
    row = {
        "id": organisation.id,
        "scope_id": organisation.scope_id,
        "ver": 1,
        "hlc": 1,
        "ods_code": "AXX01",
        "name": "Kind Hands Agency",
        "kind": "agency",
        "has_desk": True,
        "share_profiles": False,
    }
    with store.apply() as session:
        upsert_server_rows(session, "organisation", [row])
    assert [hit.entity for hit in store.search("kind hands")] == ["organisation"]
    with store.apply() as session:
        upsert_server_rows(session, "organisation", [row | {"name": "Warm Hands"}])
    assert not store.search("kind")
    assert len(store.search("warm")) == 1
    with store.apply() as session:
        purge_scopes(session, [organisation.scope_id])
    assert not store.search("warm")
