"""Drafts are their person's alone, stay on this desk, and go with the scope they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from d2a_desktop.core.settings import Settings
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.services.context import Context
from d2a_desktop.services.drafts import NO_RECORD, Drafts
from tests.local_stores import COORDINATOR, copied_store, new_clock

CASE, OTHER = "90000000-0000-4000-8000-00000000000a", "90000000-0000-4000-8000-00000000000b"
COLLEAGUE = replace(COORDINATOR, login="u_eeeeeeeeeeee", name="Sam Sample")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = copied_store(tmp_path, clock=new_clock())
    yield made
    made.close()


@pytest.fixture
def drafts(store: LocalStore) -> Drafts:
    return Drafts(Context(store, new_clock(), Settings()))


def words(drafts: Drafts, caller=COORDINATOR, scope: str = CASE, form: str = "note") -> object:
    kept = drafts.kept(caller, scope, form)
    return kept.values if kept else None


def test_a_draft_is_kept_by_person_record_and_form_until_it_is_thrown_away(drafts: Drafts):
    drafts.keep(COORDINATOR, CASE, "note", {"text": "Rang th"})
    drafts.keep(COORDINATOR, CASE, "note", {"text": "Rang the family"})
    drafts.keep(COORDINATOR, CASE, "task", {"title": "TTO"})
    drafts.keep(COORDINATOR, "", "new", {"family_name": "Sampleton"})
    assert words(drafts) == {"text": "Rang the family"}
    assert words(drafts, caller=COLLEAGUE) is None
    assert words(drafts, scope=OTHER) is None
    assert words(drafts, scope=NO_RECORD, form="new") == {"family_name": "Sampleton"}
    drafts.discard(COLLEAGUE, CASE, "note")
    assert words(drafts) is not None
    drafts.discard(COORDINATOR, CASE, "note")
    assert words(drafts) is None
    assert words(drafts, form="task") == {"title": "TTO"}
    drafts.keep(COLLEAGUE, CASE, "note", {"text": "mine"})
    drafts.forget(COORDINATOR.login)
    assert words(drafts, form="task") is None
    assert words(drafts, caller=COLLEAGUE) == {"text": "mine"}


def test_no_draft_is_ever_sent_or_audited(store: LocalStore, drafts: Drafts):
    drafts.keep(COORDINATOR, CASE, "note", {"text": "Rang the family"})
    with store.read() as session:
        for table in ("outbox_op", "audit_entry", "search_doc"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_a_purge_takes_the_drafts_of_its_scope_and_a_lost_role_those_of_its_text(
    store: LocalStore, drafts: Drafts
):
    for scope in (CASE, OTHER):
        drafts.keep(COORDINATOR, scope, "note", {"text": "zebrafinch"})
    drafts.keep(COORDINATOR, OTHER, "update: add restricted_note", {"text": "safeguarding"})
    with store.apply() as session:
        replica.purge_scopes(session, [CASE])
        replica.purge_rows(session, "restricted_note", [CASE])
    assert words(drafts) is None
    assert words(drafts, scope=OTHER) == {"text": "zebrafinch"}
    assert words(drafts, scope=OTHER, form="update: add restricted_note") is None
