r"""What an organisation fixes for every desk of a computer: a policy that goes before settings.

It lies where only an administrator writes: `/etc/d2a/policy.toml`, or on Windows the registry's
`HKLM\Software\Policies\D2A`. Nothing of a person's environment changes where it is looked for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.errors import UsageError
from d2a_desktop.core.settings import DECLARED, Setting, Settings, Value, declared

POLICY_FILE = Path("/etc/d2a/policy.toml")
REGISTRY_KEY = r"Software\Policies\D2A"
SET_BY = "Set by your organisation"

# Who sits here is not a policy; and what lets a person read or work at all is that person's.
NOT_FIXABLE = frozenset(
    {"organisation", "role", "trial", "login", "text_size_percent", "single_letter_keys"}
)
FIXABLE = tuple(each.name for each in DECLARED if each.name not in NOT_FIXABLE)
# Narrower than for a desk: below five minutes people keep a desk awake, above ten it lies open.
_LIMITS: Mapping[str, tuple[int, int]] = {"idle_lock_minutes": (5, 10)}
_SAFE: Mapping[str, Value] = {"idle_lock_minutes": 5, "export_allowed": False}

_UNREADABLE = "It cannot be read, or is not TOML."


@dataclass(frozen=True)
class Policy:
    """The settings that are fixed; `problem` says why a policy there is cannot be obeyed.

    A policy with a problem fixes the safe values: a short idle lock, and no export of lists.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    problem: UsageError | None = None
    place: str = ""

    def fixes(self, name: str) -> bool:
        """Return whether this setting is the organisation's and not the desk's."""
        return name in self.values

    def over(self, settings: Settings) -> Settings:
        """Return the settings as they hold: the policy before the desk's own."""
        return replace(settings, **self.values)  # type: ignore[arg-type]  # each was checked


def find_policy() -> Policy:
    """Return this computer's policy; an empty one where there is none. It never raises."""
    if sys.platform == "win32":
        return read_values(_registry(), place=rf"HKLM\{REGISTRY_KEY}")
    return read_file(POLICY_FILE)


def settings_in_force(file: Path) -> Settings:
    """Return a desk's settings with the policy before them.

    Raises:
        UsageError, UnreachableError: the desk's own file is refused; see `settings.load`.
    """
    return find_policy().over(settings_file.load(file))


def read_file(file: Path) -> Policy:
    """Return the policy of a TOML file: `name = value` for each setting that is fixed."""
    try:
        words = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, ValueError):
        return _broken(str(file), _UNREADABLE)

    import tomllib  # few computers have such a file, and every start would wait for this

    try:
        held = tomllib.loads(words)
    except ValueError:
        return _broken(str(file), _UNREADABLE)
    return read_values(held, place=str(file))


def read_values(held: Mapping[str, object] | None, *, place: str) -> Policy:
    """Return the policy that named values make; all of it is refused when one is wrong."""
    if held is None:
        return Policy()
    values: dict[str, Value] = {}
    for name, value in held.items():
        if name not in FIXABLE:
            # The name is an administrator's own word, not a secret; its value may be one.
            known = name if name in NOT_FIXABLE else "A name in it"
            return _broken(place, f"{known} is no setting that a policy can fix.")
        try:
            values[name] = _checked(name, value)
        except UsageError as refused:
            return _broken(place, refused.message)
    return Policy(values, None, place)


def narrowest(name: str) -> Setting:
    """Return a setting that a policy can fix, with the limits that a policy has for it."""
    setting = declared(name)
    if name in _LIMITS:
        lowest, highest = _LIMITS[name]
        setting = replace(setting, lowest=lowest, highest=highest)
    return setting


def _checked(name: str, value: object) -> Value:
    setting = narrowest(name)
    if setting.kind == "yes_no" and isinstance(value, int) and value in (0, 1):
        value = bool(value)  # the registry knows no yes and no
    return setting.check(value)


def _broken(place: str, why: str) -> Policy:
    problem = UsageError(
        f"Your organisation's policy for this computer is not in order. {why}",
        what_to_do="Lists cannot be exported, and the desk locks after 5 minutes, until your"
        f" administrator has mended {place}.",
        code="policy_refused",
    )
    return Policy(dict(_SAFE), problem, place)


if sys.platform == "win32":
    import winreg

    def _registry() -> Mapping[str, object] | None:
        found: dict[str, object] = {}
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, REGISTRY_KEY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, number)
                    found[name] = value
        except FileNotFoundError:
            return None
        except OSError:
            return {"": None}  # there is a policy that cannot be read: refused, not ignored
        return found

else:

    def _registry() -> Mapping[str, object] | None:
        return None
