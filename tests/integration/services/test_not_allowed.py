"""What a desk's settings or an organisation's policy forbid: no print, no export, and no trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.services.context import Context
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.sheets import Sheets, SheetWish
from tests.integration.services.walk import HUB_CALLER, WARD, Walk, new_walk


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = new_walk(tmp_path / "desk")
    made.come_in()
    made.refer()
    yield made
    made.close()


@pytest.fixture
def silent(walk: Walk) -> Context:
    return replace(walk.context, settings=replace(walk.context.settings, print_allowed=False))


def test_nothing_is_printed_or_kept_as_a_file_where_that_is_not_allowed(
    walk: Walk, silent: Context, tmp_path: Path
):
    out = tmp_path / "pack.pdf"
    offer = walk.offer()
    attempts = (
        lambda: Packs(silent).issue(WARD, walk.case, "handover", out),
        lambda: Packs(silent).offer_sheet(HUB_CALLER, offer, out),
        lambda: Sheets(silent).issue(WARD, SheetWish(PackKind.WEEKEND), out),
        lambda: Sheets(silent).restricted(WARD, walk.case, out, given_to="Dr Sample"),
    )
    for attempt in attempts:
        with pytest.raises(NotPermittedError, match="Nothing may be printed") as refused:
            attempt()
        assert refused.value.code == "print_not_allowed"
    assert not out.exists()
    with walk.rows() as rows:
        assert rows.packs == []
    assert Packs(silent).preview(WARD, walk.case, "handover")[:4] == b"%PDF"


def test_the_same_is_printed_where_it_is_allowed(walk: Walk, tmp_path: Path):
    out = tmp_path / "pack.pdf"
    Packs(walk.context).issue(WARD, walk.case, "handover", out)
    assert out.exists()
