"""The language of the screen: words by Qt's translations, with each language's own plurals.

What is translated is written in English where it is said, so a missing translation reads English.
`resources/i18n` holds the tables; docs/language.md says which screens are in Welsh.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import resource

CONTEXT = "ward_board"
_CODES = {"english": "en", "cymraeg": "cy"}
_WELSH = "cy"


def language_code(wanted: str) -> str:
    """Return `en` or `cy` for the setting; `system` is Welsh where the computer is."""
    if wanted in _CODES:
        return _CODES[wanted]
    return _WELSH if QLocale.system().name().startswith(_WELSH) else "en"


def use_language(app: QCoreApplication, wanted: str) -> None:
    """Speak this language from now on (the setting `language`); before the first window is made."""
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(app)
    try:
        folder = resource("i18n")
    except UnreachableError:
        return  # English, as it is written
    if translator.load(f"d2a_{language_code(wanted)}", str(folder)):
        app.installTranslator(translator)


def tr(words: str, /, **parts: object) -> str:
    """Return words in the language of the screen; `{name}` in them stands for the part named."""
    said = QCoreApplication.translate(CONTEXT, words)
    return said.format(**parts) if parts else said


def plural(number: int, one: str, many: str) -> str:
    """Return `1 person`, `31 people` in the language of the screen, by its own plural forms."""
    source = f"%n {many}"
    said = QCoreApplication.translate(CONTEXT, source, None, number)
    if said == source.replace("%n", str(number)):  # nobody translated it: English has two forms
        return f"{number:,} {one if number == 1 else many}"
    return said
