"""Where resources and profiles are found."""

import sys
from pathlib import Path

import pytest

from d2a_desktop.core import paths
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile, find_profile, resource


def test_a_checkouts_resources_come_before_the_packages_copy(tmp_path, monkeypatch):
    package = tmp_path / "d2a_desktop"
    for root, text in ((tmp_path, "fresh"), (package, "stale")):
        (root / "resources").mkdir(parents=True)
        (root / "resources" / "list.json").write_text(text)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    monkeypatch.setattr(paths, "_CHECKOUT", tmp_path)

    assert resource("list.json").read_text() == "stale"
    (tmp_path / "pyproject.toml").touch()
    assert resource("list.json").read_text() == "fresh"


def test_an_installed_package_finds_its_own_resources(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "d2a_desktop"
    (package / "resources" / "codes").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    monkeypatch.setattr(paths, "_CHECKOUT", package.parent)
    assert resource("codes") == package / "resources" / "codes"


@pytest.mark.parametrize(
    "name",
    [
        "codes/criteria_to_reside.json",
        "codes/delay_reasons_2024.json",
        "fonts/noto-sans/NotoSans-Regular.ttf",
        "fonts/noto-sans/OFL.txt",
        "fonts/inter/Inter-Regular.otf",
        "fonts/inter/OFL.txt",
    ],
)
def test_what_the_program_reads_is_there(name):
    assert resource(name).stat().st_size > 300


def test_a_missing_resource_is_told_in_words():
    with pytest.raises(UnreachableError, match="Install the program again") as caught:
        resource("codes/of_another_world.json")
    assert caught.value.code == "resource_missing"


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../pyproject.toml", "codes/../../x"])
def test_a_resource_cannot_lie_outside(name):
    with pytest.raises(ValueError, match="below resources"):
        resource(name)


def test_the_asked_profile_wins_over_the_environment(tmp_path):
    env = {"D2A_PROFILE": str(tmp_path / "env"), "HOME": str(tmp_path)}
    assert find_profile(tmp_path / "asked", environ=env).root == tmp_path / "asked"
    assert find_profile(environ=env).root == tmp_path / "env"


@pytest.mark.parametrize(
    ("platform", "env", "place"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/d2a-desktop"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/d2a-desktop"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/D2A Desktop"),
        ("win32", {"LOCALAPPDATA": "/l", "USERPROFILE": "/u"}, "/l/D2A Desktop"),
        ("win32", {"USERPROFILE": "/u"}, "/u/AppData/Local/D2A Desktop"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths are written out")
def test_each_system_has_its_own_default_place(platform, env, place):
    assert find_profile(environ=env, platform=platform).root == Path(place)


def test_looking_for_a_profile_creates_nothing(tmp_path):
    find_profile(tmp_path / "desk")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_a_profile_is_readable_by_its_owner_alone(tmp_path):
    profile = Profile(tmp_path / "desk")
    profile.create()
    profile.create()
    for folder in (profile.root, profile.logs_dir, profile.reports_dir):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_profile_that_cannot_be_made_is_told_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UnreachableError, match="--profile"):
        Profile(tmp_path / "file" / "desk").create()


def test_everything_of_a_desk_lies_in_its_folder(tmp_path):
    profile = Profile(tmp_path)
    places = [
        profile.settings_file,
        profile.key_file,
        profile.logs_dir,
        profile.reports_dir,
    ]
    assert all(place.parent == tmp_path for place in places)
    assert len(set(places)) == len(places)
