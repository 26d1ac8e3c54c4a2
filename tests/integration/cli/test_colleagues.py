"""Colleagues by command: the directory, a caseload handed over, who opens a desk, shared views."""

from __future__ import annotations

import pytest

from d2a_desktop.bootstrap import Desk, open_desk
from d2a_desktop.core.paths import Profile
from tests.integration.cli.conftest import OpenShell
from tests.integration.cli.shell import PASSPHRASE, Shell, inpatient
from tests.shared_view_cases import definition

PHARMACY = {"kind": "pharmacy", "name": "Oak Pharmacy", "phone": "01632960111", "verified": True}


def desk_of(shell: Shell) -> Desk:
    return open_desk(Profile(shell.folder), passphrase=lambda _: PASSPHRASE)


def with_colleagues(ward: Shell, *names: str) -> None:
    """Let the shared database's list of staff have come, with these names."""
    with desk_of(ward) as desk, desk._store.apply() as session:
        for number, name in enumerate(names):
            session.connection().exec_driver_sql(
                "INSERT INTO staff (id, scope_id, ver, hlc, login, name, role, active)"
                " VALUES (?, ?, 1, 1, ?, ?, 'ward_coordinator', 1)",
                (f"s{number}", desk.caller.org_id, f"u_{number}", name),
            )


def test_an_entry_is_kept_changed_and_found(ward: Shell) -> None:
    kept = ward.run("directory", "save", data=PHARMACY).document["id"]
    ward.run("directory", "save", data={"id": kept, "alternate_name": "Kim Sample"})
    ward.run("directory", "save", data={"kind": "gp", "name": "Elm Surgery"})
    (row,) = ward.run("directory", "list", "--filter", "OAK pharm").document["rows"]
    assert (row["name"], row["alternate"], row["stale"]) == ("Oak Pharmacy", "Kim Sample", False)
    assert row["record"]["phone"] == "01632960111"
    said = ward.text("directory", "list").out
    assert "Elm Surgery" in said
    assert "Never verified" in said
    refused = ward.run("directory", "save", data={"kind": "gp", "colour": "x"}, expect=2)
    assert refused.error["message"] == "$.colour is not known."


def test_deputies_are_listed_with_who_is_away(ward: Shell) -> None:
    ward.run("directory", "save", data=PHARMACY)
    away = {"kind": "deputy", "name": "Sam Sample", "alternate_name": "Kim Sample"}
    ward.run("directory", "save", data=away | {"away_from": "2020-01-01"})
    (row,) = ward.run("directory", "deputies").document["rows"]
    assert (row["name"], row["answers_now"]) == ("Sam Sample", "Away: Kim Sample")


def test_a_caseload_is_shown_handed_over_and_taken_back(ward: Shell) -> None:
    with_colleagues(ward, "Sam Sample", "Kim Sample")
    case = str(ward.run("case", "new", data=inpatient()).document["case"])
    for kind in ("pharmacy", "transport"):
        task = {"kind": kind, "title": f"Ring about {kind}", "owner_name": "Sam Sample"}
        ward.run("case", "do", case, "task", data=task)
    shown = ward.run("caseload", "show", "sam sample").document
    assert len(shown["tasks"]) == 2
    assert shown["colleagues"] == ["Kim Sample", "Sam Sample"]
    over = ("caseload", "hand-over", "--from", "Sam Sample", "--to")
    assert ward.run(*over, "Nobody", expect=1).error["code"] == "no_colleague"
    handed = ward.run(*over, "kim sample").document
    assert (handed["taker"], len(handed["items"]), handed["left"]) == ("Kim Sample", 2, 0)
    assert ward.run(*over, "Kim Sample", expect=1).document["items"] == []
    assert "Ring about pharmacy" in ward.text("caseload", "show", "Kim Sample").out
    done = ward.run("caseload", "take-back", data=handed).document
    assert len(done["items"]) == 2
    again = ward.run("caseload", "take-back", data=handed, expect=1).document
    assert again["left"] == 2
    assert len(ward.run("caseload", "show", "Sam Sample").document["tasks"]) == 2


@pytest.mark.parametrize(
    "changes",
    [{"items": None}, {"items": [{"entity": "patient"}]}, {"giver": 1}, {"field": "nhs_number"}],
)
def test_only_what_was_handed_over_is_taken_back(ward: Shell, changes: dict[str, object]) -> None:
    item = {
        "entity": "spell", "row_id": "x", "case_id": "x", "words": "x",
        "field": str(changes.get("field", "owner_name")),
    }  # fmt: skip
    document = {"giver": "Sam", "taker": "Kim", "items": [item]} | changes
    ward.run("caseload", "take-back", data=document, expect=2)


def test_who_opens_a_desk_is_listed_let_in_and_removed(
    open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = open_shell("ward")
    monkeypatch.setenv("D2A_PASSPHRASE", PASSPHRASE)
    ward.run("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--name", "Pat")
    (me,) = ward.run("people", "list").document["people"]
    assert me["signed_in"]
    add = ("people", "add", "u_1a2b3c4d5e6f", "--name", "Kim Sample", "--role")
    monkeypatch.setenv("D2A_NEWCOMER_PASSPHRASE", "too short")
    assert "at least 12" in ward.run(*add, "clinician", expect=2).error["message"]
    monkeypatch.setenv("D2A_NEWCOMER_PASSPHRASE", "four quite unrelated words")
    assert ward.run(*add, "agency_manager", expect=2).error["message"].startswith("That role")
    assert ward.run(*add, "clinician").document["login"] == "u_1a2b3c4d5e6f"
    assert ward.run(*add, "clinician", expect=1).error["code"] == "enrolled"
    assert "Kim Sample" in ward.text("people", "list").out
    assert ward.run("people", "remove", me["login"], expect=1).error["message"]
    assert ward.run("people", "remove", "u_nobody", expect=1).error["code"] == "not_enrolled"
    ward.run("people", "remove", "u_1a2b3c4d5e6f")
    assert len(ward.run("people", "list").document["people"]) == 1


def test_views_are_listed_without_typed_words_and_taken_back(ward: Shell) -> None:
    ward.run("case", "new", data=inpatient())
    with desk_of(ward) as desk:
        state = definition() | {"words": "Sampleton"}
        own = desk.page_states.save_view(desk.caller, "tasks", "Mine", state)
        desk.start_views.choose(desk.caller, "tasks", own.view_id, own.name)
        shared = desk.shared_views.share(desk.caller, "ward_board", "Ours", state, ward="C5")
    said = ward.run("views", "list")
    assert "Sampleton" not in said.out
    mine, ours = said.document["rows"]
    assert (mine["name"], mine["at_sign_in"], mine["shared"]) == ("Mine", True, False)
    assert (ours["name"], ours["ward"], ours["confirmed"]) == ("Ours", "C5", False)
    assert ours["definition"] == definition()
    (only,) = ward.run("views", "list", "--page", "tasks").document["rows"]
    assert only["id"] == own.view_id
    assert "Ours" in ward.text("views", "list").out
    ward.run("views", "take-back", str(shared.details["id"]))
    assert len(ward.run("views", "list").document["rows"]) == 1
    again = ward.run("views", "take-back", str(shared.details["id"]), expect=1)
    assert "not shared any more" in again.error["message"]
