"""Views that colleagues share, as the server holds them: whose they are and what they may say."""

from __future__ import annotations

import json

import pytest

from d2a_desktop.shared_db import admin
from tests.integration.shared_db.wire_client import WireClient, at
from tests.shared_databases import Person, System
from tests.shared_view_cases import FIT, FIT_NAMES, UNFIT, UNFIT_NAMES, definition

pytestmark = pytest.mark.postgres


def client(shared: System, who: str) -> WireClient:
    made = WireClient(shared, who)
    made.hello()
    return made


def colleague(shared: System, who: str) -> WireClient:
    """Another person of the same organisation."""
    of = shared.people[who]
    with shared.database.admin() as connection:
        made = admin.add_user(connection, ods_code=of.ods, role=of.role, name="Another person")
    shared.people["colleague"] = Person(made.login, made.password, made.org_id, of.ods, of.role)
    return client(shared, "colleague")


def values(shared: System, who: str, **changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "page": "ward_board",
        "ward": "C5" if who == "ward" else None,
        "definition": definition(),
        "shared_by_login": shared.people[who].login,
        "shared_at": at(),
        "name": "Morning",
    }
    return made | changes


def why(desk: WireClient, kind: str, row: str, scope: str, said: dict[str, object]) -> str | None:
    return desk.push(desk.op(kind, "shared_view", row, scope, said))[0].why


def test_the_rule_and_its_twin_say_the_same(shared):
    with shared.superuser() as owner:
        said = [
            owner.execute("SELECT sync.says_view(%s::jsonb)", (json.dumps(value),)).fetchone()
            for value in (*FIT, *UNFIT)
        ]
        named = [
            owner.execute("SELECT sync.is_view_name(%s)", (name,)).fetchone()
            for name in (*FIT_NAMES, *UNFIT_NAMES)
        ]
    assert [row[0] for row in said] == [True] * len(FIT) + [False] * len(UNFIT)
    assert [row[0] for row in named] == [True] * len(FIT_NAMES) + [False] * len(UNFIT_NAMES)


@pytest.mark.parametrize("who", ["ward", "agency", "hub"])
def test_a_view_is_read_and_named_by_its_organisation_alone(shared, who):
    maker = client(shared, who)
    view = maker.insert("shared_view", maker.org, **values(shared, who))
    near = colleague(shared, who)
    near.pull()
    assert near.seen("shared_view")[view]["definition"] == definition()
    assert near.patch("shared_view", view, name="Evening").status == "ok"
    for stranger in {"ward", "ward2", "hub", "council", "agency", "agency2"} - {who}:
        other = client(shared, stranger)
        other.pull()
        assert "shared_view" not in other.entities()
        assert why(other, "patch", view, maker.org, {"name": "Mine"}) == "not_allowed"
        into = values(shared, stranger, ward="C5" if who == "ward" else None)
        assert why(other, "ins", view[:-4] + "abcd", maker.org, into) == "not_allowed"


def test_its_maker_takes_it_back_and_colleagues_when_the_maker_has_left(shared):
    maker = client(shared, "ward")
    view = maker.insert("shared_view", maker.org, **values(shared, "ward"))
    kept = maker.insert("shared_view", maker.org, **values(shared, "ward", name="Kept"))
    near = colleague(shared, "ward")
    near.pull()
    maker.pull()
    assert near.patch("shared_view", view, voided_at=at()).why == "not_allowed"
    assert maker.patch("shared_view", view, voided_at=at()).status == "ok"
    with shared.superuser() as owner:
        owner.execute(
            "UPDATE sync.member SET active = false WHERE rolname = %s",
            (shared.people["ward"].login,),
        )
    assert near.patch("shared_view", kept, voided_at=at()).status == "ok"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"definition": UNFIT[6]}, "invalid"),
        ({"definition": "Sampleton"}, "invalid"),
        ({"name": "NHS 999 123 4567"}, "invalid"),
        ({"ward": "x" * 61}, "invalid"),
        ({"ward": None}, "invalid"),
        ({"page": "Who is ready?"}, "invalid"),
        ({"shared_by_login": "u_another"}, "not_allowed"),
    ],
)
def test_what_a_view_may_not_say_is_refused(shared, changes, word):
    ward = client(shared, "ward")
    row = "018f0000-0000-7000-8000-00000000abcd"
    assert why(ward, "ins", row, ward.org, values(shared, "ward", **changes)) == word


def test_a_team_without_wards_names_none_and_nothing_is_changed_but_the_name(shared):
    agency = client(shared, "agency")
    row = "018f0000-0000-7000-8000-00000000abcd"
    assert why(agency, "ins", row, agency.org, values(shared, "agency", ward="C5")) == "invalid"
    view = agency.insert("shared_view", agency.org, **values(shared, "agency"))
    others = {
        "page": "roster",
        "ward": "C5",
        "definition": FIT[1],
        "shared_by_login": "u_another",
        "shared_at": at(1),
    }
    for name, value in others.items():
        assert why(agency, "patch", view, agency.org, {name: value}) == "fixed", name
    agency.pull()
    assert agency.patch("shared_view", view, name="9991234567").why == "invalid"
