"""Whatever befalls them, desks end with what they may see: the first hundred examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from d2a_desktop.domain.fields import RECORDS
from tests.convergence.ground import Ground
from tests.convergence.machine import SEEDS, Convergence, examine

pytestmark = pytest.mark.postgres


def test_desks_converge(
    ground: Ground, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    written = examine(
        Convergence,
        ground=ground,
        template=template,
        folder=tmp_path,
        first=SEEDS[0],
        patch=monkeypatch,
    )
    assert set(RECORDS) == set(written)
