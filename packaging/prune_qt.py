"""Says which of the collected files the program never opens, so that the bundle leaves them out.

PyInstaller's `--exclude-module` keeps Python's part of a Qt module away, and not its library: what
is linked by a plugin that nobody loads comes along all the same. Here files are judged by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath

Entry = tuple[str, str, str]
"""An entry of PyInstaller's lists: place in the bundle, place on this machine, kind."""

# QML and all that stands on it; 3D; databases of Qt; tools. The desk is made of widgets alone.
_QT_LIBRARIES = (
    *("Qml", "QmlCore", "QmlLocalStorage", "QmlMeta", "QmlModels", "QmlNetwork", "QmlWorkerScript"),
    *("QmlXmlListModel", "QmlCompiler", "Quick", "QuickControls2", "QuickTemplates2"),
    *("QuickLayouts", "QuickDialogs2", "QuickEffects", "QuickParticles", "QuickShapes"),
    *("QuickTest", "QuickTimeline", "QuickVectorImage", "QuickWidgets", "Sql", "Test", "Help"),
    *("Designer", "DesignerComponents", "UiTools", "LabsAnimation", "LabsFolderListModel"),
    *("LabsPlatform", "LabsQmlModels", "LabsSettings", "LabsSharedImage", "LabsWavefrontMesh"),
    *("VirtualKeyboard", "Pdf", "PdfQuick", "ShaderTools", "JsonRpc", "LanguageServer"),
)
# Folders of plugins, and of those that stay the plugins that no desk starts.
_PLUGIN_FOLDERS = frozenset(
    {"sqldrivers", "qmltooling", "designer", "qmlls", "qmllint", "egldeviceintegrations", "generic"}
)
_PLUGINS = ("egl", "linuxfb", "vnc", "vkkhrdisplay", "minimalegl", "minimal", "webgl", "qtga",
            "qicns", "qtiff", "qwbmp", "qwebp", "qpdf", "qtvirtualkeyboard")  # fmt: skip
_OF_QT = ("pyside6", "qt6", "plugins", "qt")


def unused(name: str) -> bool:
    """Return whether a file, named by its place in the bundle, is of no use to a desk."""
    parts = [part.lower() for part in PureWindowsPath(name).parts]
    return bool(parts) and (_unused_qt(parts) or _unused_elsewhere(parts))


def prune(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that a desk needs, in their order."""
    return [entry for entry in entries if not unused(entry[0])]


def _unused_qt(parts: list[str]) -> bool:
    if "pyside6" not in parts and not any(part.startswith(("libqt6", "qt6")) for part in parts):
        return False
    if "qml" in parts or "translations" in parts or "metatypes" in parts:
        return True
    if "plugins" in parts:
        after = parts[parts.index("plugins") + 1 :]
        return after[0] in _PLUGIN_FOLDERS or _plugin_name(after[-1]).startswith(_PLUGINS)
    stem = _library(parts[-1])
    return stem in {f"qt6{each}".lower() for each in _QT_LIBRARIES} or stem in {
        f"qt{each}".lower() for each in _QT_LIBRARIES
    }


def _plugin_name(file: str) -> str:
    """Return `xcb` of `libqxcb.so` and of `qxcb.dll`."""
    stem = file.split(".", maxsplit=1)[0].removeprefix("lib")
    return stem if stem in _PLUGINS else stem.removeprefix("q")


def _library(file: str) -> str:
    """Return `qt6qml` of `libQt6Qml.so.6` and `Qt6Qml.dll`, `qtqml` of `QtQml.abi3.so`."""
    return file.split(".", maxsplit=1)[0].removeprefix("lib")


def _unused_elsewhere(parts: list[str]) -> bool:
    """Tests, headers and sources of others, and fonts' and plots' data nobody shows."""
    if "tests" in parts[:-1] or "include" in parts[:-1]:
        return True
    return PurePosixPath(parts[-1]).suffix in {".pyi", ".pxd", ".h", ".hpp", ".a", ".lib"}
