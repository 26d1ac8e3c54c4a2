"""The .deb is built, installed into a root of its own, started from there, and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from d2a_desktop import __version__

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="needs Debian and its administrator",
)


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of this checkout's program in place of the bundle, which takes minutes to make."""
    place = tmp_path_factory.mktemp("deb")
    bundle = place / "d2a-desktop"
    (bundle / "_internal").mkdir(parents=True)
    program = bundle / "d2a"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m d2a_desktop "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o700)
    run("sh", str(ROOT / "packaging/linux/build_deb.sh"), str(bundle), str(place / "out"))
    (made,) = (place / "out").glob("*.deb")
    return made


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_package_says_what_it_is_and_runs_nothing_when_installed(deb: Path, tmp_path: Path):
    assert run("dpkg-deb", "-f", str(deb), "Package", "Version").splitlines() == [
        "Package: d2a-desktop",
        f"Version: {__version__}",
    ]
    run("dpkg-deb", "-e", str(deb), str(tmp_path / "control"))
    assert {each.name for each in (tmp_path / "control").iterdir()} == {"control", "md5sums"}
    files = run("dpkg-deb", "-c", str(deb)).splitlines()
    assert all(line.split()[1] == "root/root" for line in files)
    # Nobody but root may change what everybody runs.
    assert all(line[0] == "l" or (line[5], line[8]) == ("-", "-") for line in files)
    paths = {line.split(" -> ")[0].rpartition(" ./")[2] for line in files}
    assert not any(path.startswith(("etc/", "home/", "var/")) for path in paths)


def test_it_is_installed_started_and_removed(deb: Path, tmp_path: Path):
    root = tmp_path / "root"
    for folder in ("updates", "info", "triggers"):
        (root / "var/lib/dpkg" / folder).mkdir(parents=True)
    for file in ("status", "available"):
        (root / "var/lib/dpkg" / file).touch()
    # What it depends on is this machine's, not that root's.
    dpkg = ("dpkg", f"--root={root}", "--force-depends", "--log=/dev/null")
    run(*dpkg, "--install", str(deb))
    assert run(str(root / "usr/bin/d2a"), "--version").strip() == f"d2a {__version__}"
    for file in (
        "usr/share/applications/d2a-desktop.desktop",
        "usr/share/metainfo/uk.d2a.desktop.metainfo.xml",
        "usr/share/icons/hicolor/scalable/apps/d2a-desktop.svg",
        "usr/share/doc/d2a-desktop/examples/policy.toml",
        "usr/share/doc/d2a-desktop/copyright",
    ):
        assert (root / file).is_file(), file
    assert run(*dpkg, "--verify", "d2a-desktop") == ""
    run(*dpkg, "--purge", "d2a-desktop")
    assert not (root / "usr/lib/d2a-desktop").exists()
    assert not (root / "usr/bin/d2a").is_symlink()
