"""A move taken back is a new command with its own audit; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.services.results import ActionResult
from tests.ui.boards.local_desk import add_assessor, at_home
from tests.ui.open_desks import OpenDesk, open_desk_in


class Ward:
    """One person at a desk of its own."""

    def __init__(self, folder: Path) -> None:
        self.desk = open_desk_in(folder, role=Role.HUB_CASE_MANAGER)
        self.case = at_home(self.desk)

    def do(self, action: str, **document: Any) -> ActionResult:
        return self.desk.actions.do_document(self.desk.caller, self.case, action, document)

    def back(self, result: ActionResult) -> ActionResult:
        assert result.reversal is not None
        return self.do(result.reversal.action, **result.reversal.document)

    @property
    def view(self) -> CaseView:
        return self.desk.queries.case(self.desk.caller, self.case)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    made = Ward(tmp_path_factory.mktemp("desk"))
    yield made
    made.desk.close()


def open_barriers(ward: Ward) -> list[tuple[str, str, bool]]:
    found = [each for each in ward.view.barriers if each.resolved_at is None]
    return [(each.reason_code, each.owner, each.is_primary) for each in found]


def test_a_barrier_goes_on_as_a_new_one_from_when_it_was_resolved(ward: Ward):
    opened = ward.do("barrier", reason_code="HP05", owner_name="Pat Sample", detail="TTO")
    (barrier,) = ward.view.barriers
    resolved = ward.do("barrier", resolve=barrier.barrier_id)
    assert open_barriers(ward) == []
    again = ward.back(resolved)
    assert open_barriers(ward) == [("HP05", "Pat Sample", True)]
    old, new = sorted(ward.view.barriers, key=lambda each: each.resolved_at is None)
    assert old.resolved_at == new.opened_at  # no hour of delay is counted twice, or lost
    assert new.detail == "TTO"
    ward.back(again)
    assert open_barriers(ward) == []
    with pytest.raises(UsageError):  # the one that was opened first is resolved already
        ward.back(opened)
    assert len(ward.view.barriers) == 2  # nothing is deleted


def test_a_task_done_by_mistake_is_open_again_and_can_be_done_again(ward: Ward):
    opened = ward.do("task", kind="other", title="Ring the GP", owner_kind="ward")

    def open_titles() -> list[str]:
        return [each.title for each in ward.view.tasks if each.status == "open"]

    task = next(each for each in ward.view.tasks if each.title == "Ring the GP")
    done = ward.do("task", done=task.task_id, note="Rang twice")
    assert "Ring the GP" not in open_titles()
    again = ward.back(done)
    assert open_titles().count("Ring the GP") == 1
    with pytest.raises(RefusedError):  # somebody else already did so
        ward.back(done)
    redone = ward.back(again)
    assert "Ring the GP" not in open_titles()
    ward.back(redone)
    with pytest.raises(UsageError):
        ward.back(opened)
    states = [each.status for each in ward.view.tasks if each.title == "Ring the GP"]
    assert sorted(states) == ["done", "done", "open"]


def test_a_task_opened_by_mistake_is_cancelled_with_a_reason(ward: Ward):
    cancelled = ward.back(
        ward.do("task", kind="medicines", title="Wrong person", owner_kind="ward")
    )
    (task,) = [each for each in ward.view.tasks if each.title == "Wrong person"]
    assert (task.status, task.about) == ("cancelled", "Opened by mistake")
    ward.back(cancelled)
    states = [each.status for each in ward.view.tasks if each.title == "Wrong person"]
    assert states.count("open") == 1


def test_a_line_removed_comes_back_as_it_was(ward: Ward):
    line = {"name": "Sam Sampleton", "relationship": "son", "phone": "01632 960111"}
    added = ward.do("update", add={"contact": [line]})
    back = ward.back(added)
    assert not ward.view.lists["contact"]
    ward.back(back)
    (contact,) = ward.view.lists["contact"]
    assert {name: contact[name] for name in line} == line


def test_a_visit_moved_goes_back_and_one_planned_is_voided_but_an_agreement_stays(ward: Ward):
    community = replace(ward.desk.caller, org_kind="community")
    assessor = add_assessor(OpenDesk(**{**vars(ward.desk), "caller": community}))
    first, later = "2026-11-24T10:00+00:00", "2026-11-25T15:00+00:00"
    planned = ward.do("visit", assessor=assessor, starts_at=first, duration_minutes=90)
    moved = ward.do("visit", starts_at=later, duration_minutes=60)
    ward.back(moved)
    (visit,) = ward.view.visits
    assert visit.starts_at.isoformat() == "2026-11-24T10:00:00+00:00"
    assert (visit.ends_at - visit.starts_at).total_seconds() == 90 * 60
    assert ward.do("visit", confirm=True).reversal is None
    assert ward.back(planned).reversal is None
    assert ward.view.visits[0].status == "void"


def test_what_cannot_be_taken_back_offers_nothing(ward: Ward):
    assert ward.do("note", text="Rang the family").reversal is None
    review = ward.do("review", decided_by="Dr Sample", decided_role="consultant")
    assert review.reversal is None


def test_a_barrier_gets_another_owner_and_one_alone_is_the_main_reason(ward: Ward):
    ward.do("barrier", reason_code="HP05", owner_name="Pat Sample", primary=True)
    ward.do("barrier", reason_code="HP06", owner_name="Al Sample")
    first, second = (
        next(b for b in ward.view.barriers if b.reason_code == code and b.resolved_at is None)
        for code in ("HP05", "HP06")
    )
    moved = ward.do("barrier", change=second.barrier_id, owner_name="Mo Sample")
    assert ("HP06", "Mo Sample", False) in open_barriers(ward)
    ward.back(moved)
    assert ("HP06", "Al Sample", False) in open_barriers(ward)
    raised = ward.do("barrier", change=second.barrier_id, primary=True)
    assert sorted(open_barriers(ward)) == [
        ("HP05", "Pat Sample", False),
        ("HP06", "Al Sample", True),
    ]
    ward.back(raised)
    assert ("HP05", "Pat Sample", True) in open_barriers(ward)
    ward.do("barrier", resolve=first.barrier_id)
    with pytest.raises(UsageError):
        ward.do("barrier", change=first.barrier_id, owner_name="Mo Sample")
