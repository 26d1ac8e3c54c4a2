"""Where files are: the resources the program reads, and the folder of one desk."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from d2a_desktop.core.errors import UnreachableError

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent


def resource(name: str) -> Path:
    """Return the path of a file or folder below `resources/`, e.g. `codes/pathways.json`.

    A checkout's own folder comes first: an editable install keeps a copy inside the package, and
    that copy goes stale.

    Raises:
        UnreachableError: the installation lacks it.
    """
    asked = PurePosixPath(name)
    if not name or asked.is_absolute() or ".." in asked.parts:
        raise ValueError("a resource is named by its place below resources/")
    for root in _resource_roots():
        path = root.joinpath(*asked.parts)
        if path.exists():
            return path
    raise UnreachableError(
        f"This installation lacks its file {name}.",
        what_to_do="Install the program again.",
        code="resource_missing",
    )


def _resource_roots() -> tuple[Path, ...]:
    inside = _PACKAGE / "resources"
    # Without this look, a folder `resources` that another package left in site-packages would win.
    if (_CHECKOUT / "pyproject.toml").is_file():
        return (_CHECKOUT / "resources", inside)
    return (inside,)


@dataclass(frozen=True)
class Profile:
    """The folder of one desk: its encrypted store, settings, logs and backups."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """Settings, without secrets."""
        return self.root / "settings.json"

    @property
    def key_file(self) -> Path:
        """The store's key wrapped by passphrases, one entry per enrolled person."""
        return self.root / "keys.json"

    @property
    def logs_dir(self) -> Path:
        """Rotating logs."""
        return self.root / "logs"

    @property
    def reports_dir(self) -> Path:
        """Reports of bugs, one file each."""
        return self.root / "reports"

    @property
    def unfinished_dir(self) -> Path:
        """Notes of files under way, so that none stays behind after a crash."""
        return self.root / "unfinished"

    def create(self) -> None:
        """Make the folders, readable by this person alone.

        Raises:
            UnreachableError: the place cannot be written to.
        """
        try:
            for folder in (self.root, self.logs_dir, self.reports_dir):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnreachableError(
                "The desk's folder cannot be made or written to.",
                what_to_do="Choose another place with --profile, or ask for the right to write.",
                code="profile_unwritable",
            ) from error


def find_profile(
    asked: str | Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> Profile:
    """Return the desk that is meant: `--profile`, else `D2A_PROFILE`, else this system's default.

    Nothing is created.
    """
    env = os.environ if environ is None else environ
    named = asked or env.get("D2A_PROFILE")
    root = Path(named).expanduser() if named else _default_root(env, platform)
    return Profile(root.absolute())


def _default_root(env: Mapping[str, str], platform: str) -> Path:
    home = Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
    if platform == "win32":
        # Local, never roaming: a store must not be copied about by the sign-in.
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "D2A Desktop"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "D2A Desktop"
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "d2a-desktop"
