"""The files around the package: licences, locks, commands and what the pages promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.architecture.tree import PACKAGE, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ["app", "dev"]


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _pins(lock: str) -> list[tuple[Requirement, int]]:
    """Return each pinned requirement of a lock file with the number of its hashes."""
    entries = re.split(r"\n(?=\S)", _text(f"requirements/{lock}.txt").strip())
    return [
        (Requirement(entry.split(" \\")[0].strip()), entry.count("--hash=sha256:"))
        for entry in entries
    ]


# ---- licences


def test_the_licence_is_apache_2():
    text = _text("LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_every_font_lies_beside_its_licence():
    fonts = [
        path for path in (ROOT / "resources/fonts").rglob("*") if path.suffix in {".ttf", ".otf"}
    ]
    assert fonts
    for font in fonts:
        assert "SIL OPEN FONT LICENSE" in (font.parent / "OFL.txt").read_text("utf-8"), font.name


# ---- locked dependencies


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(lock):
    pins = _pins(lock)
    assert len(pins) > 20
    for requirement, hashes in pins:
        assert re.fullmatch(r"==[\w.+!]+", str(requirement.specifier)), requirement
        assert hashes > 0, requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_registry(lock):
    text = _text(f"requirements/{lock}.txt")
    # No address, and of pip's options none but the hashes.
    assert not re.search(r"://|--(?!hash=)", text)


def _declared(lock: str) -> list[Requirement]:
    project = PROJECT["project"]
    wanted = list(project["dependencies"])
    if lock == "dev":
        wanted += project["optional-dependencies"]["demo"]
        groups = PROJECT["dependency-groups"]
        wanted += [each for group in ("test", "lint", "build") for each in groups[group]]
    return [Requirement(each) for each in wanted]


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_declared_is_locked_within_its_limits(lock):
    locked = {requirement.name.lower(): requirement for requirement, _ in _pins(lock)}
    for wanted in _declared(lock):
        assert wanted.name.lower() in locked, f"run tools/compile_requirements.sh: {wanted}"
        version = Version(str(locked[wanted.name.lower()].specifier)[2:])
        assert wanted.specifier.contains(version), wanted


def test_a_desk_runs_on_the_versions_that_were_tested():
    tested = {str(requirement) for requirement, _ in _pins("dev")}
    assert {str(requirement) for requirement, _ in _pins("app")} <= tested


def test_one_kind_of_lock_file_is_enough():
    assert not (ROOT / "uv.lock").exists()
    assert not (ROOT / "poetry.lock").exists()


# ---- layout


def test_the_packaging_folder_is_no_package():
    # It would hide the library `packaging` from whatever runs with the root on its path.
    assert (ROOT / "packaging/README.md").is_file()
    assert not (ROOT / "packaging/__init__.py").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
@pytest.mark.parametrize(
    "script", [".ci/run", "tools/setup.sh", "tools/demo.sh", "tools/compile_requirements.sh"]
)
def test_scripts_can_be_run_and_fail_when_a_step_fails(script):
    assert os.access(ROOT / script, os.X_OK)
    assert re.search(r"^set -eu", _text(script), re.MULTILINE)


def test_continuous_integration_runs_what_people_run():
    steps = re.findall(r"^(?:timeout \d+ )?(make \w+)$", _text(".ci/run"), re.MULTILINE)
    assert {"make check", "make test"} <= set(steps)


# ---- promises of the pages


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))


def test_the_six_commands_exist():
    assert {"setup", "demo", "test", "check", "bench", "soak"} <= _targets()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_make_command_on_a_page_exists(page):
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", _text(page), re.MULTILINE))
    assert named <= _targets()


def _pages() -> list[str]:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]
    return sorted(page.relative_to(ROOT).as_posix() for page in pages)


@pytest.mark.parametrize("page", _pages())
def test_every_link_between_pages_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", _text(page))
    lost = [
        link
        for link in links
        if "://" not in link and not ((ROOT / page).parent / link).resolve().exists()
    ]
    assert not lost


def test_every_d2a_command_of_the_readme_is_understood():
    lines = re.findall(r"^d2a ([^\n]+)", _text("README.md"), re.MULTILINE)
    assert lines
    for line in lines:
        words = [word for word in line.split() if re.fullmatch(r"[a-z][a-z-]*", word)]
        command = _leading_words(line, words)
        shown = subprocess.run(
            [sys.executable, "-m", "d2a_desktop", *command, "--help"],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        assert shown.returncode == 0, (line, shown.stderr)
        for option in re.findall(r"--[a-z-]+", line):
            assert option in shown.stdout, (line, option)


def _leading_words(line: str, words: list[str]) -> list[str]:
    """Return the words of a command before its first option or value: `desk init`."""
    leading = []
    for word in line.split():
        if word not in words:
            break
        leading.append(word)
    return leading


def _paths_of_the_architecture_page() -> list[str]:
    quoted = re.findall(r"`([\w./*-]+)`", _text("docs/architecture.md"))
    return sorted(
        {
            each
            for each in quoted
            if ("/" in each or re.search(r"\.(?:py|md|toml|sh|sql|txt)$", each))
            and "*" not in each
            and not each.startswith("/")
        }
    )


@pytest.mark.parametrize("named", _paths_of_the_architecture_page())
def test_every_path_named_in_the_architecture_exists(named):
    roots = (ROOT, PACKAGE, PACKAGE / "ui")
    assert any((root / named).exists() for root in roots), named
