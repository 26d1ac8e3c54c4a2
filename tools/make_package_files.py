"""Writes what installers need and the program knows: policy templates and the Windows icon.

`python tools/make_package_files.py` after a setting that a policy can fix has come, gone or changed
its words; a test holds the templates against `core/policy.py`.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

from d2a_desktop.core.policy import FIXABLE, POLICY_FILE, REGISTRY_KEY, narrowest
from d2a_desktop.core.settings import Setting

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"
ADMX, ADML = "windows/policy/d2a.admx", "windows/policy/en-GB/d2a.adml"
TOML = "linux/policy.toml"
_SCHEMA = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_REVISION = {"revision": "1.0", "schemaVersion": "1.0"}
_ICON_SIZES = (16, 24, 32, 48, 256)
_SUPPORTED = "SUPPORTED_D2A"


def settings() -> tuple[Setting, ...]:
    """Return the settings that a policy can fix, with a policy's limits."""
    return tuple(narrowest(name) for name in FIXABLE)


def admx() -> str:
    """Return the template of Group Policy: which values of the registry there are."""
    root = Xml.Element("policyDefinitions", _REVISION | {"xmlns": _SCHEMA})
    spaces = Xml.SubElement(root, "policyNamespaces")
    Xml.SubElement(spaces, "target", prefix="d2a", namespace="D2A.Policies.Desktop")
    Xml.SubElement(root, "resources", minRequiredRevision="1.0")
    supported = Xml.SubElement(Xml.SubElement(root, "supportedOn"), "definitions")
    Xml.SubElement(supported, "definition", name=_SUPPORTED, displayName=_string(_SUPPORTED))
    categories = Xml.SubElement(root, "categories")
    Xml.SubElement(categories, "category", name="D2A", displayName=_string("D2A"))
    policies = Xml.SubElement(root, "policies")
    for setting in settings():
        _policy(policies, setting)
    return _text(root)


def adml() -> str:
    """Return the words of the template, in British English."""
    root = Xml.Element("policyDefinitionResources", _REVISION | {"xmlns": _SCHEMA})
    Xml.SubElement(root, "displayName").text = "D2A Desktop"
    Xml.SubElement(root, "description").text = "What an organisation fixes for every desk."
    resources = Xml.SubElement(root, "resources")
    table = Xml.SubElement(resources, "stringTable")
    for name, words in _strings():
        Xml.SubElement(table, "string", id=name).text = words
    shown = Xml.SubElement(resources, "presentationTable")
    for setting in settings():
        if setting.kind != "yes_no":
            _presentation(shown, setting)
    return _text(root)


def toml() -> str:
    """Return the same as a file for Linux, everything left to the desk."""
    lines = [
        f"# Copy this to {POLICY_FILE}, owned by root, and take the # from what is to be fixed",
        "# for every desk of this computer. One refused name or value refuses the whole file.",
    ]
    for setting in settings():
        limits = f" {setting.lowest} to {setting.highest}." if setting.kind == "whole" else ""
        choices = f" One of: {', '.join(setting.choices)}." if setting.choices else ""
        lines += ["", f"# {setting.label}: {setting.words}{limits}{choices}"]
        lines.append(f"#{setting.name} = {_toml_value(setting)}")
    return "\n".join(lines) + "\n"


def icon() -> bytes:
    """Return the icon of the program as Windows has it: one picture for each size."""
    pictures = [_picture(size) for size in _ICON_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(head) + 16 * len(pictures)
    entries = b""
    for size, picture in zip(_ICON_SIZES, pictures, strict=True):
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return head + entries + b"".join(pictures)


def main() -> int:
    """Write the files."""
    for name, made in ((ADMX, admx()), (ADML, adml()), (TOML, toml())):
        (PACKAGING / name).write_text(made, encoding="utf-8", newline="\n")
    (PACKAGING / "icons/d2a.ico").write_bytes(icon())
    return 0


def _policy(policies: Xml.Element, setting: Setting) -> None:
    name = setting.name
    about = {
        "name": name,
        "class": "Machine",
        "displayName": _string(name),
        "explainText": _string(f"{name}_help"),
        "key": REGISTRY_KEY,
    }
    if setting.kind == "yes_no":
        policy = Xml.SubElement(policies, "policy", about | {"valueName": name})
    else:
        policy = Xml.SubElement(
            policies, "policy", about | {"presentation": f"$(presentation.{name})"}
        )
    Xml.SubElement(policy, "parentCategory", ref="D2A")
    Xml.SubElement(policy, "supportedOn", ref=_SUPPORTED)
    if setting.kind == "yes_no":
        for which, value in (("enabledValue", "1"), ("disabledValue", "0")):
            Xml.SubElement(Xml.SubElement(policy, which), "decimal", value=value)
        return
    elements = Xml.SubElement(policy, "elements")
    same = {"id": name, "valueName": name, "required": "true"}
    if setting.kind == "whole":
        limits = {"minValue": str(setting.lowest), "maxValue": str(setting.highest)}
        Xml.SubElement(elements, "decimal", same | limits)
    elif setting.kind == "choice":
        choice = Xml.SubElement(elements, "enum", same)
        for each in setting.choices:
            item = Xml.SubElement(choice, "item", displayName=_string(f"{name}_{_key(each)}"))
            Xml.SubElement(Xml.SubElement(item, "value"), "string").text = each
    else:
        Xml.SubElement(elements, "text", same | {"maxLength": "500"})


def _strings() -> Iterator[tuple[str, str]]:
    yield _SUPPORTED, "D2A Desktop, any version"
    yield "D2A", "D2A Desktop"
    for setting in settings():
        yield setting.name, setting.label
        yield f"{setting.name}_help", f"{setting.words} Not configured: each desk decides."
        for each in setting.choices:
            yield f"{setting.name}_{_key(each)}", each.capitalize()


def _presentation(shown: Xml.Element, setting: Setting) -> None:
    one = Xml.SubElement(shown, "presentation", id=setting.name)
    if setting.kind == "whole":
        default = str(min(max(int(setting.default), setting.lowest), setting.highest))
        box = Xml.SubElement(one, "decimalTextBox", refId=setting.name, defaultValue=default)
        box.text = f"{setting.label} ({setting.unit}):"
    elif setting.kind == "choice":
        box = Xml.SubElement(one, "dropdownList", refId=setting.name, noSort="true")
        box.text = f"{setting.label}:"
    else:
        box = Xml.SubElement(one, "textBox", refId=setting.name)
        Xml.SubElement(box, "label").text = f"{setting.label}:"


def _toml_value(setting: Setting) -> str:
    if setting.kind == "yes_no":
        return "true" if setting.default else "false"
    if setting.kind == "whole":
        return str(min(max(int(setting.default), setting.lowest), setting.highest))
    return f'"{setting.default}"'


def _string(name: str) -> str:
    return f"$(string.{name})"


def _key(choice: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in choice)


def _text(root: Xml.Element) -> str:
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, "unicode") + "\n"


def _picture(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(PACKAGING / "icons/d2a.svg")).render(painter, QRectF(0, 0, size, size))
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt a name
    return bytes(held.data())


if __name__ == "__main__":
    sys.exit(main())
