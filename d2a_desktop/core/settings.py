"""Every setting of a desk, declared once: name, type, default, limits and words."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlsplit

from d2a_desktop.core.errors import UnreachableError, UsageError

Value = bool | int | str
Kind = Literal["whole", "yes_no", "choice", "text", "server_url"]

_SECRET_PARAMETERS = {"password", "passfile", "sslpassword", "sslkey"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known of one setting: enough to check a value and to build its row in a form."""

    name: str
    kind: Kind
    default: Value
    label: str
    words: str
    unit: str = ""
    lowest: int = 0
    highest: int = 0
    choices: tuple[str, ...] = ()
    shown: bool = True

    def check(self, value: object) -> Value:
        """Return `value` when it is one this setting can take.

        Raises:
            UsageError: it is not; the words name the setting and its limits.
        """
        if self.kind == "whole":
            return self._check_whole(value)
        if self.kind == "yes_no":
            if isinstance(value, bool):
                return value
            raise self._refusal("is yes or no (true or false)")
        if not isinstance(value, str):
            raise self._refusal("is text")
        if self.kind == "choice" and value not in self.choices:
            raise self._refusal(f"is one of {', '.join(self.choices)}")
        if not value.isprintable() or len(value) > 500:
            raise self._refusal("is one line of at most 500 characters")
        if self.kind == "server_url":
            self._check_url(value)
        return value

    def parse(self, text: str) -> Value:
        """Return the value that a person's `text` stands for.

        Raises:
            UsageError: it stands for none.
        """
        said = text.strip()
        if self.kind == "whole":
            try:
                return self.check(int(said))
            except ValueError:
                raise self._refusal("is a whole number") from None
        if self.kind == "yes_no":
            meant = {"yes": True, "true": True, "no": False, "false": False}.get(said.lower())
            return self.check(meant)
        return self.check(said)

    def _check_whole(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refusal("is a whole number")
        if not self.lowest <= value <= self.highest:
            unit = f" {self.unit}" if self.unit else ""
            raise self._refusal(f"is from {self.lowest} to {self.highest}{unit}")
        return value

    def _check_url(self, value: str) -> None:
        if not value:
            return
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname, parts.port  # a port that is no number raises here
        except ValueError:
            raise self._refusal("is an address such as postgresql://host:5432/d2a") from None
        if parts.scheme not in {"postgresql", "postgres"} or not host:
            raise self._refusal("is an address such as postgresql://host:5432/d2a")
        named = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        if parts.password is not None or named & _SECRET_PARAMETERS:
            raise UsageError(
                f"{self.label} carries a password or the place of one.",
                what_to_do="Leave it out; the password is asked for and kept in the keyring.",
                code="password_in_url",
            )

    def _refusal(self, rule: str) -> UsageError:
        # The value itself stays out of the words: it may be a secret in the wrong field.
        return UsageError(f"{self.label} ({self.name}) {rule}.", code="setting_refused")


def _whole(default: int, limits: tuple[int, int], unit: str, label: str, words: str) -> Any:
    lowest, highest = limits
    about = {"kind": "whole", "lowest": lowest, "highest": highest, "unit": unit}
    return field(default=default, metadata={**about, "label": label, "words": words})


def _points(default: int, label: str, words: str) -> Any:
    # Of an agency's plans (codes/matching_constraints.json); 0 counts nothing.
    return _whole(default, (0, 100), "points", label, words)


def _choice(default: str, choices: tuple[str, ...], label: str, words: str) -> Any:
    about = {"kind": "choice", "choices": choices, "label": label, "words": words}
    return field(default=default, metadata=about)


def _yes_no(default: bool, label: str, words: str, *, shown: bool = True) -> Any:
    about = {"kind": "yes_no", "label": label, "words": words, "shown": shown}
    return field(default=default, metadata=about)


def _text(label: str, words: str, *, kind: Kind = "text", shown: bool = True) -> Any:
    about = {"kind": kind, "label": label, "words": words, "shown": shown}
    return field(default="", metadata=about)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one desk; a value of the wrong kind or beyond its limits cannot be made.

    Raises:
        UsageError: a value is refused.
    """

    # Who sits here; written by `desk init`, not offered in the settings dialog.
    organisation: str = _text("Organisation", "ODS code of this desk's organisation.", shown=False)
    role: str = _text("First view", "The role whose first page this desk opens.", shown=False)
    trial: bool = _yes_no(
        False, "Trial desk", "Shows TRIAL everywhere and honours D2A_NOW as its clock.", shown=False
    )

    server_url: str = _text(
        "Shared database",
        "Address without password, e.g. postgresql://host:5432/d2a; empty works alone.",
        kind="server_url",
    )
    login: str = _text("Login", "The login an administrator gave to this person.")
    server_ca_file: str = _text(
        "Certificate authority",
        "File that proves the server's certificate; empty uses the system's authorities.",
    )

    idle_lock_minutes: int = _whole(
        5, (1, 10), "minutes", "Lock when idle", "The desk covers itself after this long."
    )
    offline_lease_hours: int = _whole(
        0,
        (0, 8760),
        "hours",
        "Shut without the server after",
        "May only shorten what the shared database allows; 0 leaves it at that.",
    )
    assessment_clock_hours: int = _whole(
        48,
        (1, 168),
        "hours",
        "Assess at home within",
        "Elapsed hours from leaving the ward; 48 unless agreed otherwise.",
    )
    arrival_alarm_minutes: int = _whole(
        30,
        (5, 240),
        "minutes",
        "Arrival alarm after",
        "Minutes past the expected arrival before it becomes a red task.",
    )
    ctr_stale_hours: int = _whole(
        24,
        (12, 72),
        "hours",
        "Criteria to reside stale after",
        "A review older than this is shown as stale.",
    )
    offer_response_hours: int = _whole(
        2,
        (1, 72),
        "hours",
        "Answer to an offer within",
        "The agency's hours that a new offer gives it to answer.",
    )
    bank_holidays: str = _choice(
        "England and Wales",
        ("England and Wales", "Scotland", "Northern Ireland"),
        "Bank holidays",
        "Whose bank holidays count where assessors are off; computed, never fetched.",
    )
    points_gender_preferred: int = _points(
        6, "A preferred gender missed", "Points a proposed worker of another gender costs."
    )
    points_language_preferred: int = _points(
        6, "A preferred language missed", "Points each preferred language not spoken costs."
    )
    points_continuity: int = _points(
        10, "Continuity broken", "Points a worker costs who has not cared for this person before."
    )
    points_offer_withdrawn: int = _points(
        8, "A pending proposal dropped", "Points a plan costs that drops the worker proposed."
    )
    points_expiry_soon: int = _points(
        3, "A paper about to run out", "Points a paper costs that ends within 28 days after."
    )

    export_allowed: bool = _yes_no(
        True, "Export lists", "Lists may be written out as files; each export is audited."
    )
    print_allowed: bool = _yes_no(
        True, "Print", "Packs and sheets may be sent to a printer or kept as a file."
    )
    patient_copy_large_print: bool = _yes_no(
        True, "Patient copy in large print", "16 points; off prints it in 12."
    )

    patient_copy_welsh: bool = _yes_no(
        False,
        "Patient copy in Welsh",
        "Only where a Welsh translator has read and approved its words.",
    )

    appearance: str = _choice(
        "system", ("light", "dark", "system"), "Appearance", "Light, dark, or as the system."
    )
    language: str = _choice(
        "system",
        ("system", "english", "cymraeg"),
        "Language",
        "The ward board in English or Welsh, from the next start; all else is in English.",
    )
    text_size_percent: int = _whole(
        100, (90, 200), "%", "Text size", "Size of all text on the screen."
    )
    single_letter_keys: bool = _yes_no(
        True, "Single-letter keys", "One key for the next step on a row; off for voice control."
    )

    def __post_init__(self) -> None:
        for setting in DECLARED:
            setting.check(getattr(self, setting.name))


def _declared() -> tuple[Setting, ...]:
    return tuple(
        Setting(name=each.name, default=cast("Value", each.default), **each.metadata)
        for each in fields(Settings)
    )


DECLARED: tuple[Setting, ...] = _declared()
_BY_NAME: Mapping[str, Setting] = {each.name: each for each in DECLARED}


def declared(name: str) -> Setting:
    """Return the declaration of the setting `name`.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in _BY_NAME:
        raise UsageError(
            "There is no setting of that name.",
            what_to_do=f"Known are: {', '.join(_BY_NAME)}.",
            code="setting_unknown",
        )
    return _BY_NAME[name]


def load(file: Path) -> Settings:
    """Return the settings kept in `file`; the defaults when there is none.

    Raises:
        UsageError: a name or value in it is refused.
        UnreachableError: it cannot be read, or is not JSON.
    """
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise _unreadable() from error
    if not isinstance(held, dict):
        raise _unreadable()
    return Settings(**{name: declared(name).check(value) for name, value in held.items()})  # type: ignore[arg-type]  # each checks its own


def save(file: Path, settings: Settings) -> None:
    """Keep `settings` in `file`, whole or not at all; readable by this person alone.

    Raises:
        UnreachableError: the file cannot be written.
    """
    fresh = file.with_suffix(".new")
    text = json.dumps(asdict(settings), indent=1, ensure_ascii=False) + "\n"
    try:
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise UnreachableError(
            "The settings could not be saved.",
            what_to_do="Check the disk's free space and the right to write to the desk's folder.",
            code="settings_unwritable",
        ) from error


def _unreadable() -> UnreachableError:
    return UnreachableError(
        "The desk's settings file cannot be read.",
        what_to_do="Mend settings.json in the desk's folder, or remove it to begin with defaults.",
        code="settings_unreadable",
    )
