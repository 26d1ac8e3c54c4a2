"""A desk's window in a process of its own, that types a note and is then killed.

Run as `python -m tests.ui.killed_desk FOLDER CASE` by `test_killed_desk.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from d2a_desktop.core.paths import Profile
from d2a_desktop.ui.app import _desktop
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk.window import DeskWindow
from tests.shared_desks import PASSPHRASE

WORDS = "Rang the family; the daughter"
FIRST = 8


def main(folder: Path, case: str) -> None:
    """Open the case's record and type; the process that started this one ends it."""
    profile = Profile(folder)
    desktop = _desktop(profile)
    assert desktop.start()
    life = DeskWindow(desktop.theme, desktop.actions, profile, passphrase=PASSPHRASE)
    look = QTimer(interval=20)

    def type_when_read() -> None:
        page = life.window.pages.page("record")
        assert isinstance(page, CaseRecordPage)
        if page.view is None:
            return
        look.stop()
        dialog = page.open_action("note")
        assert dialog is not None
        field = dialog.fields.editor("text").widget
        dialog.keeper.saved.connect(lambda _words: kept(field))
        QTest.keyClicks(field, WORDS[:FIRST])

    def kept(field: object) -> None:
        QTest.keyClicks(field, WORDS[FIRST:])
        sys.stdout.write("kept\n")
        sys.stdout.flush()

    def opened() -> None:
        life.window.case_asked.emit(case)
        look.start()

    look.timeout.connect(type_when_read)
    life.ready.connect(opened)
    life.show()
    desktop.app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
