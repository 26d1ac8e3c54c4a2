"""Titles, toasts and names of files hold nobody (UI.md, PRODUCT section 3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.dialogs.case_forms import FORMS, form_for
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from tests.integration.services.walk import HUB_CALLER, WARD, Walk
from tests.ui.open_desks import settled


def test_no_title_toast_or_proposed_name_tells_of_the_person(
    walk: Walk, record, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
):
    page = record(WARD)
    view = page.view
    secrets = [
        *(view.banner.family_name, view.banner.given_name, str(view.banner.birth_date.year)),
        *(view.banner.nhs_number, view.banner.hospital_number),
    ]
    assert all(secrets)

    def clean(words: str) -> bool:
        plain = words.replace(" ", "").casefold()
        return not any(str(secret).casefold() in plain for secret in secrets)

    assert not clean(page.banner.accessibleName())  # the search finds what there is to find
    proposed: list[str] = []

    def ask(*args: object, **_options: object) -> tuple[str, str]:
        proposed.extend(str(each) for each in args[1:])
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    toasts: list[str] = []
    page.request_toast.connect(lambda words, _undo: toasts.append(words))
    for key, _ in PARTS:
        page.show_part(key)
    page.copy_number()
    dialogs = [page.open_action(action) for action in view.actions]
    preview = PackPreviewDialog(page.theme, page._tasks, page._link, walk.case, parent=page)
    preview.show()
    settled(qtbot, preview.save_button.isEnabled, timeout=20_000)
    preview.save_pack()
    note = next(each for each in dialogs if each is not None and each.form.action == "note")
    note.put(text="Rang the family")
    with qtbot.waitSignal(page.request_toast):
        note.submit()
    titles = [
        words
        for each in QApplication.allWidgets()
        for words in (each.windowTitle(), each.windowIconText(), each.windowFilePath())
        if words
    ]
    assert len(titles) > 3
    assert [name for name in proposed if name.endswith(".pdf")]
    assert toasts
    assert [words for words in (*titles, *proposed, *toasts) if not clean(words)] == []
    asked = Asked(view, HUB_CALLER, walk.clock.now())
    forms = [form_for(action, asked) for action in FORMS]
    told = [words for form in forms for words in (form.title, form.button, form.done)]
    assert [words for words in told if not clean(words)] == []
    for dialog in (*dialogs, preview):
        if dialog is not None:
            dialog.reject()


def test_no_file_of_the_desk_is_named_after_anybody(walk: Walk, tmp_path: Path):
    names = [each.name.casefold() for each in tmp_path.rglob("*")]
    assert names
    assert not [name for name in names if "kowalsk" in name or walk.case.casefold() in name]
