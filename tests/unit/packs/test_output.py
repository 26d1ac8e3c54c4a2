"""A pack reaches its file whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.packs.output import write_whole


def test_a_file_is_replaced_by_the_whole_pack_and_nothing_else_stays(tmp_path: Path) -> None:
    target = tmp_path / "pack.pdf"
    target.write_bytes(b"earlier")
    write_whole(b"whole", target)
    assert target.read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["pack.pdf"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_pack_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    write_whole(b"whole", tmp_path / "pack.pdf")
    assert stat.S_IMODE((tmp_path / "pack.pdf").stat().st_mode) == 0o600


def test_a_full_disk_is_told_and_the_earlier_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "pack.pdf"
    target.write_bytes(b"earlier")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnreachableError, match="disk is full") as caught:
        write_whole(b"whole", target)
    assert (caught.value.code, caught.value.exit_code) == ("disk_full", 3)
    assert target.read_bytes() == b"earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["pack.pdf"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_stream_onto_a_full_device_is_told() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as stream,
        pytest.raises(UnreachableError, match="disk is full"),
    ):
        write_whole(b"whole", stream)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="does not exist") as caught:
        write_whole(b"whole", tmp_path / "nowhere" / "pack.pdf")
    assert caught.value.code == "no_folder"


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "pack.pdf").mkdir()
    with pytest.raises(UnreachableError) as caught:
        write_whole(b"whole", tmp_path / "pack.pdf")
    assert caught.value.what_to_do
    assert [entry.name for entry in tmp_path.iterdir()] == ["pack.pdf"]


def test_a_place_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_self: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(UnreachableError, match="cannot be written to") as caught:
        write_whole(b"whole", tmp_path / "pack.pdf")
    assert caught.value.code == "unwritable"
    assert list(tmp_path.iterdir()) == []
