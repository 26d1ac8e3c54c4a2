"""Installers and policy templates say the same as the program, and are well formed."""

from __future__ import annotations

import configparser
import re
import struct
import tomllib
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from d2a_desktop.core.policy import FIXABLE, REGISTRY_KEY, narrowest, read_values
from tools import make_package_files

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
NAMESPACE = {"p": make_package_files._SCHEMA}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        (make_package_files.ADMX, make_package_files.admx),
        (make_package_files.ADML, make_package_files.adml),
        (make_package_files.TOML, make_package_files.toml),
    ],
)
def test_the_templates_are_those_of_the_settings(name: str, made):
    held = (PACKAGING / name).read_text(encoding="utf-8")
    assert held == made(), "run: python tools/make_package_files.py"


def policies() -> dict[str, Xml.Element]:
    root = Xml.parse(PACKAGING / make_package_files.ADMX).getroot()
    return {each.get("name", ""): each for each in root.iterfind(".//p:policy", NAMESPACE)}


def test_group_policy_writes_what_the_program_reads():
    assert tuple(policies()) == FIXABLE
    for name, policy in policies().items():
        assert policy.get("key") == REGISTRY_KEY
        assert policy.get("class") == "Machine"
        assert name in {policy.get("valueName"), *_names(policy)}


def _names(policy: Xml.Element) -> set[str | None]:
    return {each.get("valueName") for each in policy.iterfind("p:elements/*", NAMESPACE)}


def test_every_value_that_group_policy_can_write_is_obeyed():
    for name, policy in policies().items():
        for value in _writable(policy):
            obeyed = read_values({name: value}, place="here")
            assert obeyed.problem is None, (name, value)


def _writable(policy: Xml.Element) -> list[object]:
    """Return the ends of what a policy's form lets an administrator enter."""
    values: list[object] = []
    for each in policy.iterfind("p:elements/p:decimal", NAMESPACE):
        values += [int(each.get("minValue", "")), int(each.get("maxValue", ""))]
    for which in ("enabledValue", "disabledValue"):
        for each in policy.iterfind(f"p:{which}/p:decimal", NAMESPACE):
            values.append(int(each.get("value", "")))
    values += [each.text for each in policy.iterfind(".//p:item/p:value/p:string", NAMESPACE)]
    return values


def test_every_word_of_the_template_is_there():
    admx = (PACKAGING / make_package_files.ADMX).read_text(encoding="utf-8")
    root = Xml.parse(PACKAGING / make_package_files.ADML).getroot()
    strings = {each.get("id") for each in root.iterfind(".//p:string", NAMESPACE)}
    forms = {each.get("id") for each in root.iterfind(".//p:presentation", NAMESPACE)}
    assert set(re.findall(r"\$\(string\.(\w+)\)", admx)) == strings
    assert set(re.findall(r"\$\(presentation\.(\w+)\)", admx)) == forms


def test_the_template_for_linux_is_obeyed_as_a_whole_once_its_lines_count():
    text = (PACKAGING / make_package_files.TOML).read_text(encoding="utf-8")
    assert tomllib.loads(text) == {}
    counting = re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE)
    held = tomllib.loads(counting)
    assert tuple(held) == FIXABLE
    assert read_values(held, place="here").problem is None
    assert held["idle_lock_minutes"] >= narrowest("idle_lock_minutes").lowest


def test_the_msi_is_for_every_person_and_leaves_desks_alone():
    text = (PACKAGING / "windows/d2a.wxs").read_text(encoding="utf-8")
    (package,) = (each for each in Xml.fromstring(text) if each.tag.endswith("Package"))
    assert package.get("Scope") == "perMachine"
    assert not re.search(r"RemoveFolderEx|util:|LocalAppData", text)
    for source in re.findall(r'(?:Source|SourceFile)="!\(bindpath\.files\)([^"]+)"', text):
        assert (PACKAGING / source.replace("\\", "/")).is_file(), source


def test_the_inno_installer_is_for_every_person_and_leaves_desks_alone():
    text = (PACKAGING / "windows/d2a.iss").read_text(encoding="utf-8")
    plain = "\n".join(line for line in text.splitlines() if not line.startswith(("#", ";", "  #")))
    script = configparser.RawConfigParser(
        strict=False, allow_no_value=True, delimiters=("=",), comment_prefixes=(";",)
    )
    script.optionxform = str  # type: ignore[assignment]  # keys as they are written
    script.read_string(plain)
    assert script["Setup"]["PrivilegesRequired"] == "admin"
    assert script["Setup"]["AppId"].startswith("{{")
    assert "UninstallDelete" not in script
    assert "Run" not in script  # a silent installation opens no window
    assert "localappdata" not in plain.lower()
    for source in re.findall(r'Source: "(policy[^"]+)"', plain):
        assert (PACKAGING / "windows" / source.replace("\\", "/")).is_file(), source


def test_the_icon_holds_a_picture_for_each_size():
    icon = (PACKAGING / "icons/d2a.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", icon)
    assert (reserved, kind, count) == (0, 1, 5)
    for number in range(count):
        side, _, _, _, _, _, size, place = struct.unpack_from("<BBBBHHII", icon, 6 + 16 * number)
        assert icon[place : place + 8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack_from(">II", icon, place + 16)
        assert (width, height) == ((side or 256),) * 2
        assert place + size <= len(icon)


def test_the_desktop_entry_starts_what_the_package_brings():
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment]  # keys as they are written
    entry.read(PACKAGING / "linux/d2a-desktop.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == "d2a"
    meta = Xml.parse(PACKAGING / "linux/uk.d2a.desktop.metainfo.xml").getroot()
    assert meta.findtext("launchable") == "d2a-desktop.desktop"
    assert meta.findtext("provides/binary") == "d2a"
