"""Every word of the ward board that is translated, from the source and the code lists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.codes import PACKS_OF_A_CASE, Gender, OwnerKind
from d2a_desktop.domain.display import NOT_KNOWN, NOT_RECORDED
from d2a_desktop.domain.stage import Stage
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.clipboard import COPIED_WORDS
from d2a_desktop.ui.dialogs.alerts_dialog import KINDS, SENTENCES
from d2a_desktop.ui.dialogs.result_words import REQUESTED
from d2a_desktop.ui.formats.words import _DAYS, UNCONFIRMED
from d2a_desktop.ui.item_models.ward_board_model import VIEWS
from d2a_desktop.ui.widgets.stepper import STEPS

ROOT = Path(__file__).resolve().parents[2]
# The ward board: its page, model, filters, peek, clocks and dialogs.
SPOKEN_IN = (
    "ui/boards/ward_board.py",
    "ui/item_models/ward_board_model.py",
    "ui/item_models/clock_cells.py",
    "ui/formats/age.py",
    "ui/formats/cells.py",
    "ui/formats/words.py",
    "ui/formats/clocks.py",
    "ui/widgets/list_panel.py",
    "ui/widgets/page.py",
    "ui/widgets/peek_panel.py",
    "ui/widgets/stepper.py",
    "ui/dialogs/new_case_dialog.py",
    "ui/dialogs/changes_dialog.py",
    "ui/dialogs/last_look.py",
    # What the board opens, and what every window of it is made of.
    "ui/dialogs/saved_views.py",
    "ui/dialogs/import_dialog.py",
    "ui/dialogs/alerts_dialog.py",
    "ui/dialogs/pack_preview.py",
    "ui/dialogs/action_dialog.py",
    "ui/dialogs/draft_keeper.py",
    "ui/dialogs/form_fields.py",
    "ui/dialogs/result_words.py",
    "ui/desk/list_files.py",
    "ui/desk/page_memory.py",
    "ui/widgets/column_chooser.py",
    "ui/widgets/form_parts.py",
    "ui/widgets/kpi_card.py",
    "ui/widgets/key_hints.py",
    "ui/widgets/progress_line.py",
    "ui/widgets/toast.py",
    "ui/widgets/top_bar.py",
)
# Refusals that these windows show, as the services say them.
_REFUSED_IN = ("services/page_states.py", "services/shared_views.py")
_MATCHES = ("Acceptance requested", "Agency accepted", "No agency yet")
_NEEDS = ("One carer", "Two carers")


def _calls(name: str) -> list[list[str]]:
    found = []
    for path in SPOKEN_IN:
        tree = ast.parse((ROOT / "d2a_desktop" / path).read_text(encoding="utf-8"))
        for each in ast.walk(tree):
            if isinstance(each, ast.Call) and getattr(each.func, "id", "") == name:
                texts = [a.value for a in each.args if isinstance(a, ast.Constant)]
                found.append([str(text) for text in texts if isinstance(text, str)])
    return found


def _refusals() -> list[str]:
    """Return what these services refuse in fixed words: what happened, and what to do."""
    found = []
    for path in _REFUSED_IN:
        tree = ast.parse((ROOT / "d2a_desktop" / path).read_text(encoding="utf-8"))
        for each in ast.walk(tree):
            if isinstance(each, ast.Call) and getattr(each.func, "id", "").endswith("Error"):
                values = [*each.args, *(word.value for word in each.keywords)]
                found += [a.value for a in values if isinstance(a, ast.Constant)]
    return [str(each) for each in found]


def next_actions() -> list[str]:
    """Return the words of every next action, as `domain/stage.py` writes them."""
    text = (ROOT / "d2a_desktop/domain/stage.py").read_text(encoding="utf-8")
    offers = ["Send new offers", "Send offers"]
    return offers + re.findall(r'(?:NextAction\(|_always\()\s*"[a-z_]+",\s*"([^"]+)"', text)


def words() -> set[str]:
    """Return every text that needs a translation."""
    said = {call[0] for call in _calls("tr") if call}
    labels = [*(each.label for each in (*Stage, *OwnerKind, *Gender)), *_MATCHES, *_NEEDS]
    labels += [level.label for level in need_groups()["skill"].levels]
    labels += [
        NOT_KNOWN,
        NOT_RECORDED,
        *(each for _, each in VIEWS),
        *STEPS,
        *_DAYS,
        COPIED_WORDS,
        UNCONFIRMED,
        REQUESTED,
        *KINDS.values(),
        *(each for sentences in SENTENCES.values() for each in sentences),
        *("Changed", "Changes", "Look at", "New", "Refused"),  # in the account of an import
        *(each.label for each in PACKS_OF_A_CASE),
        *_refusals(),
        *WardBoardPage.hints,
    ]
    return {each for each in (*said, *labels, *next_actions()) if each}


def counted() -> dict[str, tuple[str, str]]:
    """Return every text with a number: its source, and the English for one and for many."""
    return {f"%n {many}": (one, many) for one, many in (call for call in _calls("plural"))}
