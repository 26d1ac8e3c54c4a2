"""A desktop that is killed in the middle of a sentence: what was kept is there for its person."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.ui.single_instance import SingleInstance
from tests.shared_desks import PASSPHRASE
from tests.ui.killed_desk import FIRST, WORDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_was_typed_two_seconds_before_a_kill_is_offered_again_and_the_desk_opens(
    tmp_path: Path, no_keyring: None, qapp: object
):
    profile = Profile(tmp_path / "desk")
    profile.create()
    request = DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Pat Sample")
    init_desk(profile, request, database_password=None, new_passphrase=lambda: PASSPHRASE)
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        sample = ROOT / "resources/samples/pas_extract.csv"
        desk.imports.pas_csv(desk.caller, sample)
        case = desk.queries.ward_board(desk.caller).rows[0].case_id
    quiet = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.killed_desk", str(profile.root), case],
        cwd=ROOT,
        env={**os.environ, **quiet, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as typing:
        assert typing.stdout is not None
        assert typing.stdout.readline() == "kept\n"
        typing.send_signal(signal.SIGKILL)
    window = SingleInstance(profile)
    assert window.acquire()  # the dead window holds the folder no longer
    window.release()
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        draft = desk.drafts.kept(desk.caller, case, "note: Add a note")
        assert draft is not None
        assert draft.values["text"][:FIRST] == WORDS[:FIRST]
