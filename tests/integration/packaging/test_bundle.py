"""What the bundle leaves out, and how a bundled program starts its own engines."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from d2a_desktop import __main__ as program
from d2a_desktop.services import solver_process

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def pruning() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prune_qt", ROOT / "packaging/prune_qt.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt6Quick.dll",
        "PySide6\\QtQml.pyd",
        "PySide6/QtTest.abi3.so",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/platforms/libqlinuxfb.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "pandas/tests/test_api.py",
        "numpy/_core/include/numpy/arrayobject.h",
    ],
)
def test_what_no_desk_opens_is_left_out(pruning: ModuleType, name: str):
    assert pruning.unused(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libQt6Svg.so.6",
        "PySide6/Qt6PrintSupport.dll",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "d2a_desktop/shared_db/schema/0001_roles.sql",
        "d2a_desktop/local_db/migrations/versions/v0001_first_schema.py",
        "d2a_desktop/resources/codes/pathways.json",
        "ortools/.libs/libortools.so.9",
        "sqlcipher3/_sqlite3.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_a_desk_needs_stays(pruning: ModuleType, name: str):
    assert not pruning.unused(name)
    assert pruning.prune([(name, "somewhere", "DATA")]) == [(name, "somewhere", "DATA")]


def test_a_bundle_starts_its_engines_by_its_own_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    windowed, spoken = tmp_path / "d2a-desktop.exe", tmp_path / "d2a.exe"
    monkeypatch.setattr(sys, "executable", str(windowed))
    assert solver_process._own_command() == (str(windowed), "--engines")
    spoken.touch()  # Windows: a program without a console has no pipes to speak over
    assert solver_process._own_command() == (str(spoken), "--engines")


def test_the_program_is_the_engines_when_it_is_told_so():
    command = (sys.executable, "-m", program.__name__.removesuffix(".__main__"), "--engines")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as engines:
        assert isinstance(engines.stdout, io.BufferedReader)
        assert json.loads(engines.stdout.readline())["event"] == "ready"
        assert engines.stdin is not None
        engines.stdin.close()
        assert engines.wait(20) == 0
