"""The whole demo, headless: a real server, seven desks, twelve steps, papers on disk."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.__main__ import main
from d2a_desktop.demo.evidence import STEP_NAMES

pytestmark = [pytest.mark.postgres, pytest.mark.journey]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    out = tmp_path_factory.mktemp("demo") / "out"
    before = dict(os.environ)
    code = main(["demo", "--headless", "--out", str(out), "--seed", "11"])
    assert dict(os.environ) == before
    return code, out


def _steps(out: Path) -> list[dict[str, Any]]:
    document = json.loads((out / "demo.json").read_text(encoding="utf-8"))
    return list(document["steps"])


def test_all_twelve_steps_hold(played: tuple[int, Path]) -> None:
    code, out = played
    failed = {step["name"]: step["evidence"]["failed"] for step in _steps(out) if not step["ok"]}
    assert failed == {}
    assert [(step["n"], step["name"]) for step in _steps(out)] == list(
        enumerate(STEP_NAMES, start=1)
    )
    assert code == 0


def test_the_evidence_was_read_back_from_other_desks(played: tuple[int, Path]) -> None:
    evidence = {step["n"]: step["evidence"] for step in _steps(played[1])}
    assert len(evidence[1]["refused"]) == 3
    assert evidence[6]["found_before_acceptance"] == 0
    assert evidence[6]["found_after_acceptance"] == 1
    assert evidence[6]["second_acceptance"] == ["already_taken"]
    assert evidence[7]["double_booking"] == ["overlap"]
    assert evidence[8]["gate_open_items"]
    assert evidence[10]["clock"] == "met"
    assert evidence[10]["hours_from_leaving"] <= 48
    assert evidence[12]["found_by_the_agency_after"] == 0
    assert set(evidence[12]["stages"]) == {
        "inpatient",
        "nctr",
        "referred",
        "pathway_confirmed",
        "offered",
        "accepted",
        "allocated",
        "discharge_planned",
        "at_home",
        "assessed",
        "under_review",
        "closed",
    }
    assert sum(evidence[12]["stages"].values()) >= 44


def test_packs_report_and_refused_rows_are_there(played: tuple[int, Path]) -> None:
    out = played[1]
    for name in ("handover-pack", "assessment-form", "patient-copy", "offer-sheet"):
        assert (out / f"{name}.pdf").read_bytes().startswith(b"%PDF-")
    report = json.loads((out / "import-report.json").read_text(encoding="utf-8"))
    assert len(report["refused"]) == 3
    assert "refused_because" in (out / "refused-rows.csv").read_text(encoding="utf-8-sig")


def test_no_file_or_folder_is_named_after_a_person(played: tuple[int, Path]) -> None:
    names = " ".join(str(path.relative_to(played[1])) for path in played[1].rglob("*")).lower()
    assert not any(word in names for word in ("testham", "smith", "demoowicz"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_the_demo_secrets_are_for_this_person_alone(played: tuple[int, Path]) -> None:
    for name in ("demo-only-passphrases.json", "demo-only.pgpass"):
        assert stat.S_IMODE((played[1] / name).stat().st_mode) == 0o600


def test_the_server_is_gone_and_the_desks_are_closed(played: tuple[int, Path]) -> None:
    out = played[1]
    assert not (out / "server" / "server.json").exists()
    assert not list((out / "server").glob("*pgpass"))
    again = json.loads((out / "demo-only-passphrases.json").read_text(encoding="utf-8"))
    environment = {
        "D2A_PASSPHRASE": again["ward"],
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        assert main(["--profile", str(out / "desks" / "ward"), "--json", "board"]) == 0


def test_a_folder_with_desks_that_no_demo_made_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "desks" / "real"
    kept.mkdir(parents=True)
    assert main(["demo", "--headless", "--out", str(tmp_path)]) == 3
    assert "Choose another folder" in capsys.readouterr().err
    assert kept.is_dir()


def test_without_windows_the_demo_says_to_play_headless(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from d2a_desktop.cli.main import main as run_command

    code = run_command(["demo", "--out", str(tmp_path / "out")], open_desktop=lambda profile: 0)
    assert code == 3
    assert "--headless" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
