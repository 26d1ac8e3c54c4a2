"""The ward board reads less than a single record and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from benchmarks.board_people import fill
from benchmarks.desks import bench_desk
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.queries import ward_board as board_query
from d2a_desktop.services.queries.reads import Queries


def test_a_board_says_the_same_from_light_rows_as_from_whole_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole(session: Session, *, light: bool) -> list[CaseRows]:
        assert light
        return load_board(session)

    with bench_desk(tmp_path / "desk") as desk:
        fill(desk, 63)
        queries = Queries(desk.context)
        light = queries.ward_board(desk.caller)
        monkeypatch.setattr(board_query, "load_board", whole)
        assert queries.ward_board(desk.caller) == light
    assert {row.stage for row in light.rows} == {
        "inpatient", "nctr", "referred", "pathway_confirmed", "offered", "accepted",
        "discharge_planned", "at_home", "assessed",
    }  # fmt: skip
    assert len(light.rows) == 63
