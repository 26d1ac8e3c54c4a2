"""The wheel: what it carries, and that the program finds its files in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_carries_the_program_its_resources_and_its_licences(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "d2a_desktop/core/paths.py" in names
    for resource in (ROOT / "resources").rglob("*"):
        if resource.is_file():
            inside = f"d2a_desktop/resources/{resource.relative_to(ROOT / 'resources').as_posix()}"
            assert inside in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/resources/fonts/inter/OFL.txt") for name in names)


def test_the_wheel_carries_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"d2a_desktop"}


def test_the_wheel_names_one_command(wheel):
    archive = zipfile.ZipFile(wheel)
    (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "d2a = d2a_desktop.__main__:main" in archive.read(points).decode()


def test_an_unpacked_wheel_finds_its_resources(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    found = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            "from d2a_desktop.core.paths import resource; print(resource('codes/pathways.json'))",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()) == tmp_path / "d2a_desktop/resources/codes/pathways.json"
