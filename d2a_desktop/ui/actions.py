"""Every action and shortcut of the keyboard map, in one table (UI.md section 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Scope(Enum):
    """Where a key works."""

    WINDOW = "anywhere"
    LIST = "in a list"
    TIMELINE = "in the timeline"
    FORM = "in a form"
    RECORD = "in a person's record"


@dataclass(frozen=True, slots=True)
class Spec:
    """One action: its words, its keys and where they work."""

    key: str
    words: str
    keys: tuple[str, ...]
    scope: Scope
    hint: str = ""

    @property
    def single_letter(self) -> bool:
        """Whether it is a letter or sign alone, which WCAG 2.1.4 lets people turn off."""
        return any(len(each) == 1 for each in self.keys)


_TABLE = (
    Spec("search", "Search people, referrals and commands", ("Ctrl+K",), Scope.WINDOW),
    Spec("next_pane", "Next pane", ("F6",), Scope.WINDOW),
    Spec("previous_pane", "Previous pane", ("Shift+F6",), Scope.WINDOW),
    Spec("back", "Back", ("Alt+Left",), Scope.WINDOW),
    Spec("sync_now", "Sync now", ("F5",), Scope.WINDOW),
    Spec("lock", "Lock this desk", ("Ctrl+L",), Scope.WINDOW),
    Spec("alerts", "Alerts: what presses now", ("Ctrl+Shift+A",), Scope.WINDOW),
    Spec("density", "Rows close or at ease", ("Ctrl+D",), Scope.WINDOW),
    Spec("help", "Help", ("F1",), Scope.WINDOW),
    Spec("keys", "All shortcuts", ("?",), Scope.WINDOW, hint="? all shortcuts"),
    Spec("undo", "Undo", ("Ctrl+Z",), Scope.WINDOW, hint="Ctrl Z undo"),
    Spec("redo", "Redo", ("Ctrl+Shift+Z",), Scope.WINDOW),
    Spec("print_page", "Print this person's pack, or lists", ("Ctrl+P",), Scope.WINDOW),
    Spec("export", "Export this list", ("Ctrl+E",), Scope.WINDOW),
    Spec("bigger_text", "Larger text", ("Ctrl++", "Ctrl+="), Scope.WINDOW),
    Spec("smaller_text", "Smaller text", ("Ctrl+-",), Scope.WINDOW),
    Spec("normal_text", "Normal text size", ("Ctrl+0",), Scope.WINDOW),
    Spec("move", "Move in the list", (), Scope.LIST, hint="↑↓ move"),
    Spec("open", "Open the record", ("Return", "Enter"), Scope.LIST, hint="Enter open"),
    Spec(
        "peek",
        "Show or hide the details beside the list",
        ("Space",),
        Scope.LIST,
        hint="Space peek",
    ),
    Spec("filter", "Filter this list", ("/",), Scope.LIST, hint="/ filter"),
    Spec("columns", "Columns of this list", ("Ctrl+Alt+C",), Scope.LIST),
    Spec("views", "Saved views of this list", ("Ctrl+Alt+V",), Scope.LIST),
    Spec("new_referral", "New referral", ("N",), Scope.LIST, hint="N new referral"),
    Spec("next_change", "Next row that changed since you last looked", ("F8",), Scope.LIST),
    Spec("edit", "Edit", ("E",), Scope.LIST, hint="E change"),
    Spec("matches", "Matches for this person", ("M",), Scope.LIST, hint="M matches"),
    Spec("action_done", "Next action done", ("A",), Scope.LIST, hint="A done"),
    Spec("set_owner", "Set owner", ("O",), Scope.LIST, hint="O owner"),
    Spec("pack", "Preview the pack", ("P",), Scope.LIST, hint="P print pack"),
    Spec("go_back", "Back", ("Backspace",), Scope.LIST),
    Spec("row_menu", "Menu of this row", ("Shift+F10",), Scope.LIST),
    Spec("copy_number", "Copy the NHS number (cleared after 30 s)", ("Ctrl+Shift+C",), Scope.LIST),
    Spec("today", "Go to today", ("T",), Scope.TIMELINE, hint="T today"),
    Spec("zoom_in", "Show fewer weeks", ("+", "="), Scope.TIMELINE, hint="+ - zoom"),
    Spec("zoom_out", "Show more weeks", ("-",), Scope.TIMELINE),
    Spec("move_cell", "Move by worker and day", (), Scope.TIMELINE, hint="↑↓←→ move"),
    Spec("stretch", "Choose several days", (), Scope.TIMELINE, hint="Shift ←→ choose days"),
    Spec(
        "as_table", "Timeline as a table", ("Ctrl+Alt+T",), Scope.WINDOW, hint="Ctrl Alt T as table"
    ),
    Spec("next_step", "Do the next action", ("A",), Scope.RECORD, hint="A next action"),
    Spec("edit_referral", "Edit the referral", ("E",), Scope.RECORD, hint="E edit"),
    Spec("see_packs", "Packs of this person", ("P",), Scope.RECORD, hint="P packs"),
    Spec("note", "Add a note", ("N",), Scope.RECORD, hint="N note"),
    Spec("log_contact", "Log a contact", ("L",), Scope.RECORD, hint="L log contact"),
    Spec("barrier", "Open a barrier", ("B",), Scope.RECORD),
    Spec("task", "Open a task", ("T",), Scope.RECORD),
    Spec("criteria", "Review criteria to reside", ("C",), Scope.RECORD, hint="C criteria"),
    Spec(
        "next_section",
        "Next part of the record",
        ("Ctrl+PgDown",),
        Scope.WINDOW,
        hint="Ctrl PgDn next part",
    ),
    Spec("previous_section", "Previous part of the record", ("Ctrl+PgUp",), Scope.WINDOW),
    Spec("leave_record", "Back to the board", ("Backspace",), Scope.RECORD),
    Spec("save", "Save and send the draft", ("Ctrl+S",), Scope.FORM, hint="Ctrl S save"),
    Spec(
        "close", "Close; the draft is kept", ("Escape",), Scope.FORM, hint="Esc close, keeps draft"
    ),
)

SPECS: Mapping[str, Spec] = {spec.key: spec for spec in _TABLE}
PAGE_KEYS = tuple(f"Alt+{number}" for number in range(1, 8))


def hints(*keys: str) -> tuple[str, ...]:
    """Return the words for the bottom line for these actions, those that have a hint."""
    return tuple(SPECS[key].hint for key in keys if SPECS[key].hint)


LIST_HINTS = hints(
    "move", "open", "peek", "filter", "new_referral", "matches", "pack", "undo", "keys"
)
TIMELINE_HINTS = hints("move_cell", "stretch", "today", "zoom_in", "as_table", "keys")
FORM_HINTS = hints("save", "close")
RECORD_HINTS = hints(
    *("next_step", "edit_referral", "criteria", "note", "see_packs", "next_section", "keys")
)


class Actions(QObject):
    """Makes the QActions of the table and joins them to what they do."""

    def __init__(self, parent: QObject | None = None, *, single_letters: bool = True) -> None:
        super().__init__(parent)
        self._single_letters = single_letters
        self._letters: WeakSet[QAction] = WeakSet()

    @property
    def single_letters(self) -> bool:
        """Whether single letters work at all."""
        return self._single_letters

    def set_single_letters(self, wanted: bool) -> None:
        """Switch the single letters on or off (WCAG 2.1.4)."""
        self._single_letters = wanted
        for action in self._letters:
            action.setShortcuts(self._shortcuts(SPECS[action.objectName()]))

    def attach(
        self, widget: QWidget, slots: Mapping[str, Callable[[], object]]
    ) -> dict[str, QAction]:
        """Give `widget` the actions named in `slots`, each joined to its slot.

        Keys of scope WINDOW work wherever the focus is in the widget's window; all others only
        while `widget` itself has the focus, so that a letter typed into a field stays a letter.
        """
        made = {key: self._make(widget, SPECS[key], slot) for key, slot in slots.items()}
        widget.addActions(list(made.values()))
        return made

    def _make(self, widget: QWidget, spec: Spec, slot: Callable[[], object]) -> QAction:
        action = QAction(spec.words, widget)
        action.setObjectName(spec.key)
        contexts = {
            Scope.WINDOW: Qt.ShortcutContext.WindowShortcut,
            Scope.FORM: Qt.ShortcutContext.WidgetWithChildrenShortcut,
        }
        action.setShortcutContext(contexts.get(spec.scope, Qt.ShortcutContext.WidgetShortcut))
        action.setShortcuts(self._shortcuts(spec))
        action.setAutoRepeat(False)
        action.triggered.connect(lambda *_: slot())
        if spec.single_letter:
            self._letters.add(action)
        return action

    def _shortcuts(self, spec: Spec) -> list[QKeySequence]:
        wanted = self._single_letters
        return [QKeySequence(each) for each in spec.keys if wanted or len(each) > 1]
