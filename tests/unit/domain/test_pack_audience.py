"""Who a print is for, who may make it, and which restricted text it may carry."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.codes import LISTS, PACKS_OF_A_CASE, PackKind
from d2a_desktop.domain.pack_audience import (
    AUDIENCE,
    CARRIED,
    DEFAULT_PRIVACY,
    MAY_PRINT,
    Audience,
    Carried,
    Privacy,
    RestrictedText,
    carries,
    require_may_print,
    restricted_text,
)
from d2a_desktop.domain.permissions import RESTRICTED_ROLES, Caller, Role


def caller(role: Role, kind: str) -> Caller:
    return Caller("u_aaaaaaaaaaaa", "Pat Example", role, "org", "XXX", kind)


def test_the_table_has_every_kind_and_every_restricted_text():
    assert set(CARRIED) == set(itertools.product(PackKind, RestrictedText))
    assert set(AUDIENCE) == set(PackKind)


def test_restricted_text_is_printed_on_its_own_sheets_and_nowhere_else():
    printed = {place for place, carried in CARRIED.items() if carried is Carried.PRINTED}
    assert printed == {
        (PackKind.KEY_SHEET, RestrictedText.KEY_CODE),
        (PackKind.RESTRICTED, RestrictedText.SAFEGUARDING),
        (PackKind.RESTRICTED, RestrictedText.OTHER),
    }
    for kind, _ in printed:
        assert MAY_PRINT[kind] == RESTRICTED_ROLES


def test_safeguarding_is_not_even_a_sheet_for_worker_person_and_lists():
    for kind in PackKind:
        if AUDIENCE[kind] not in (Audience.ASSESSOR, Audience.PROFESSIONAL):
            assert CARRIED[kind, RestrictedText.SAFEGUARDING] is Carried.LEFT_OUT, kind


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("key_code", RestrictedText.KEY_CODE),
        (" Safeguarding ", RestrictedText.SAFEGUARDING),
        ("something new", RestrictedText.OTHER),
    ],
)
def test_a_note_of_an_unknown_kind_is_restricted_all_the_same(note, expected):
    assert restricted_text(note) is expected
    assert not carries(PackKind.HANDOVER, note)


def test_who_may_make_which_print():
    require_may_print(caller(Role.WARD_COORDINATOR, "hospital"), PackKind.BOARD)
    require_may_print(caller(Role.ANALYST, "hospital"), PackKind.FLOW)
    require_may_print(caller(Role.AGENCY_SCHEDULER, "agency"), PackKind.CONTINGENCY)
    for role, org, kind in (
        (Role.AGENCY_SCHEDULER, "agency", PackKind.BOARD),
        (Role.AGENCY_MANAGER, "agency", PackKind.KEY_SHEET),
        (Role.WARD_COORDINATOR, "hospital", PackKind.HUB_LIST),
        (Role.ANALYST, "hospital", PackKind.WEEKEND),
        (Role.ADMINISTRATOR, "hospital", PackKind.FLOW),
        (Role.WARD_COORDINATOR, "agency", PackKind.HANDOVER),
        (Role.WARD_COORDINATOR, "hospital", PackKind.TRAVEL),
    ):
        with pytest.raises(NotPermittedError):
            require_may_print(caller(role, org), kind)


def test_lists_say_little_unless_asked_but_the_list_for_a_bad_day_has_names():
    assert set(DEFAULT_PRIVACY) == set(LISTS)
    full = {kind for kind, privacy in DEFAULT_PRIVACY.items() if privacy is Privacy.FULL}
    assert full == {PackKind.CONTINGENCY}
    assert not set(LISTS) & set(PACKS_OF_A_CASE)
    assert {AUDIENCE[kind] for kind in LISTS} == {Audience.STAFF, Audience.PUBLIC}


def test_the_page_about_packs_has_the_table_as_it_is():
    page = (Path(__file__).parents[3] / "docs" / "packs.md").read_text("utf-8")
    words = {Carried.OWN_SHEET: "own sheet", Carried.LEFT_OUT: "left out"}
    for kind, roles in MAY_PRINT.items():
        cells = [
            kind.label,
            AUDIENCE[kind].label,
            ", ".join(role.label for role in Role if role in roles),
            *(words.get(CARRIED[kind, text], "printed") for text in RestrictedText),
        ]
        assert f"| {' | '.join(cells)} |" in page
