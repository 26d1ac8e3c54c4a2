"""Editors of one value each: text, codes, yes or no, numbers, days and moments, read with care."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.core.clock import LONDON
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.local_time import parse_day, parse_moment
from d2a_desktop.domain.person import NhsNumber, Postcode
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.form_parts import NhsNumberEdit
from d2a_desktop.ui.widgets.tick_box import TickBox

Options = Sequence[tuple[str, str]]
YES_NO = (("yes", "Yes"), ("no", "No"))


class Kind(Enum):
    """What a field holds, and so how it is entered."""

    LINE = "line"
    LONG = "long"
    CODE = "code"
    CODES = "codes"
    COLUMN = "column"
    YES_NO = "yes_no"
    TICK = "tick"
    WHOLE = "whole"
    DAY = "day"
    MOMENT = "moment"
    NHS = "nhs"
    POSTCODE = "postcode"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a form: its key, words, kind, and the codes that may be chosen.

    `group` names fields that are shown together only when the form asks for them. `none_words`
    adds a box to a choice of several: an answer of none is not the same as no answer.
    """

    key: str
    words: str
    kind: Kind = Kind.LINE
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hint: str = ""
    group: str = ""
    none_words: str = ""


class Editor(QObject):
    """One value on screen; `read` gives it as the record holds it, None where it is blank.

    Signals:
        edited: the person changed it; never emitted by `put`.
    """

    edited = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget

    def read(self) -> Any:
        """Return the value.

        Raises:
            UsageError: what was typed is no such value.
        """
        raise NotImplementedError

    def put(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def draft(self) -> Any:
        """Return what is on screen as JSON, also where it is no value yet; None for blank."""
        return self.read()

    def put_draft(self, value: Any) -> None:
        """Show again what `draft` gave."""
        self.put(value)

    def set_options(self, options: Options) -> None:
        """Offer other codes; only code editors have any."""


class _Line(Editor):
    """Words on one line, read by `parse` and written by `write`."""

    def __init__(
        self,
        box: QLineEdit,
        parse: Callable[[str], Any],
        write: Callable[[Any], str],
        example: str = "",
    ) -> None:
        super().__init__(box)
        self._box = box
        self._parse = parse
        self._write = write
        box.setPlaceholderText(example)
        box.textEdited.connect(lambda _text: self.edited.emit())

    def read(self) -> Any:
        text = self._box.text().strip()
        return self._parse(text) if text else None

    def draft(self) -> Any:
        return self._box.text() or None

    def put_draft(self, value: Any) -> None:
        self._box.setText("" if value is None else str(value))

    def put(self, value: Any) -> None:
        self._box.setText("" if value is None else self._write(value))


class _PlainText(QPlainTextEdit):
    """Several lines; Tab goes on to the next field."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setTabChangesFocus(True)
        theme.keep(self.setFixedHeight, 74)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Ctrl+Enter go to the window, where it sends."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            event.ignore()
            return
        super().keyPressEvent(event)


class _Long(Editor):
    def __init__(self, theme: Theme) -> None:
        self._box = _PlainText(theme)
        super().__init__(self._box)
        self._putting = False
        self._box.textChanged.connect(self._tell)

    def read(self) -> str | None:
        return self._box.toPlainText().strip() or None

    def put(self, value: Any) -> None:
        self._putting = True
        self._box.setPlainText("" if value is None else str(value))
        self._putting = False

    def _tell(self) -> None:
        if not self._putting:
            self.edited.emit()


class QuietCombo(QComboBox):
    """A list of choices that the mouse wheel does not change: a scroll must not alter a record."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.setMaxVisibleItems(18)
        self.currentTextChanged.connect(self.setToolTip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def showPopup(self) -> None:
        """Show the choices whole: a reason cut in the middle is chosen by guess."""
        longest = self.view().sizeHintForColumn(0) + self._theme.px(30)
        room = self.screen().availableSize().width() - self._theme.px(40)
        self.view().setMinimumWidth(max(self.width(), min(longest, room)))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._theme.px(14)
        left = self.width() - side - self._theme.px(8)
        box = QRectF(left, (self.height() - side) / 2, side, side)
        self._theme.paint_icon(QPainter(self), box, "chevron-down", self._theme.tokens.text_quiet)


class CodeEditor(Editor):
    """One code of a list, shown by its words; blank until one is chosen, never the first."""

    def __init__(self, theme: Theme, options: Options) -> None:
        self.box = QuietCombo(theme)
        super().__init__(self.box)
        self.set_options(options)
        self.box.activated.connect(lambda *_: self.edited.emit())

    def set_options(self, options: Options) -> None:
        """Offer these codes; the chosen one stays where it still exists."""
        chosen = self.box.currentData()
        self.box.clear()
        self.box.addItem("", None)
        for code, words in options:
            self.box.addItem(words, code)
        self.put(chosen)

    def read(self) -> Any:
        return self.box.currentData()

    def put(self, value: Any) -> None:
        place = self.box.findData(value)
        if place < 0 and value not in (None, ""):
            # A code that the list does not have is shown as it stands, never lost.
            self.box.addItem(str(value).replace("_", " ").capitalize(), value)
            place = self.box.count() - 1
        self.box.setCurrentIndex(max(place, 0))

    def choose(self, value: Any) -> None:
        """Choose a code as a person does."""
        self.put(value)
        self.edited.emit()


class _YesNo(CodeEditor):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, YES_NO)

    def read(self) -> bool | None:
        return {"yes": True, "no": False}.get(super().read() or "")

    def put(self, value: Any) -> None:
        super().put(None if value is None else "yes" if value else "no")


class _Tick(Editor):
    def __init__(self, theme: Theme, words: str) -> None:
        self._box = TickBox(theme, words)
        super().__init__(self._box)
        self._box.clicked.connect(lambda *_: self.edited.emit())

    def read(self) -> bool:
        return self._box.isChecked()

    def put(self, value: Any) -> None:
        self._box.setChecked(bool(value))


# One key each for the boxes of a column, e.g. the published order of the criteria to reside.
TICK_KEYS = "123456789AB"


class _Boxes(QWidget):
    """Tick boxes side by side, or one below the other; Up and Down move between them.

    In a column each box has a key of TICK_KEYS, which ticks it from any of them.
    """

    def __init__(self, theme: Theme, *, column: bool) -> None:
        super().__init__()
        self.column = column
        self._of_key: dict[str, QCheckBox] = {}
        self._layout: FlowLayout | QVBoxLayout
        if column:
            self._layout = QVBoxLayout(self)
            self._layout.setContentsMargins(0, 0, 0, 0)
            theme.keep(self._layout.setSpacing, 6)
        else:
            self._layout = FlowLayout(theme, self, gap=14, line_gap=6)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_boxes(self, boxes: Sequence[QCheckBox]) -> None:
        """Take these boxes in place of those before."""
        while (item := self._layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for box in boxes:
            self._layout.addWidget(box)
        self._of_key = dict(zip(TICK_KEYS, boxes, strict=False)) if self.column else {}
        if boxes:
            self.setFocusProxy(boxes[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}.get(Qt.Key(event.key()))
        box = self._of_key.get(event.text().upper()) if event.text() else None
        if box is not None:
            box.click()
        elif step is not None:
            self.focusNextPrevChild(step)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not self.column and self.width() > 0:
            hint.setHeight(self._layout.heightForWidth(self.width()))
        return hint


class _Codes(Editor):
    """Several codes; with `none_words`, no answer is None and the answer none is an empty list."""

    def __init__(
        self, theme: Theme, options: Options, *, column: bool, none_words: str = ""
    ) -> None:
        self._theme = theme
        self._area = _Boxes(theme, column=column)
        super().__init__(self._area)
        self._ticks: dict[str, QCheckBox] = {}
        self._options: Options = ()
        self._none: QCheckBox | None = None
        self._none_words = none_words
        self.set_options(options)

    def set_options(self, options: Options) -> None:
        chosen = {code for code, box in self._ticks.items() if box.isChecked()}
        self._options = options
        keyed = self._area.column and len(options) <= len(TICK_KEYS)
        keys = [f"{key}   " for key in TICK_KEYS] if keyed else [""] * len(options)
        self._ticks = {
            code: TickBox(self._theme, f"{key}{words}")
            for (code, words), key in zip(options, keys, strict=False)
        }
        for code, words in options:
            box = self._ticks[code]
            box.setAccessibleName(words)
            box.setChecked(code in chosen)
            box.clicked.connect(self._ticked)
        boxes = list(self._ticks.values())
        if self._none_words:
            self._none = TickBox(self._theme, self._none_words)
            self._none.clicked.connect(self._none_ticked)
            boxes.append(self._none)
        self._area.show_boxes(boxes)

    def read(self) -> list[str] | None:
        codes = [code for code, box in self._ticks.items() if box.isChecked()]
        unanswered = self._none is not None and not self._none.isChecked()
        return None if unanswered and not codes else codes

    def put(self, value: Any) -> None:
        wanted = list(value or ())
        unknown = [code for code in wanted if code not in self._ticks]
        if unknown:
            self.set_options([*self._options, *((code, str(code)) for code in unknown)])
        for code, box in self._ticks.items():
            box.setChecked(code in wanted)
        if self._none is not None:
            self._none.setChecked(value is not None and not wanted)

    def _ticked(self) -> None:
        if self._none is not None and any(box.isChecked() for box in self._ticks.values()):
            self._none.setChecked(False)
        self.edited.emit()

    def _none_ticked(self) -> None:
        if self._none is not None and self._none.isChecked():
            for box in self._ticks.values():
                box.setChecked(False)
        self.edited.emit()


class _Words(_Line):
    """A few words with commas between them, as a list."""

    def __init__(self) -> None:
        super().__init__(
            QLineEdit(),
            lambda text: [word.strip() for word in text.split(",") if word.strip()],
            lambda value: ", ".join(str(each) for each in value),
            "Separate with commas",
        )


def whole_number(text: str) -> int:
    """Return the whole number in a text.

    Raises:
        UsageError: it is none.
    """
    try:
        return int(text)
    except ValueError:
        raise UsageError("This is not a whole number.", what_to_do="Write digits only.") from None


def day_text(day: date) -> str:
    """Return a day as it is shown and typed, `22-Nov-2026`."""
    return display_date(day)


def moment_text(instant: datetime) -> str:
    """Return an instant as it is shown and typed, `22-Nov-2026 13:10` in Europe/London.

    The hour that autumn repeats carries its offset, so that reading it gives the same instant.
    """
    local = instant.astimezone(LONDON)
    text = f"{display_date(local.date())} {local:%H:%M}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        text = f"{text} {local:%z}"
    return text


def make_editor(spec: FieldSpec, theme: Theme) -> Editor:
    """Return the editor of a field."""
    makers: dict[Kind, Callable[[], Editor]] = {
        Kind.LINE: lambda: _Line(QLineEdit(), str, str),
        Kind.LONG: lambda: _Long(theme),
        Kind.CODE: lambda: CodeEditor(theme, spec.options),
        Kind.CODES: lambda: _Codes(theme, spec.options, column=False, none_words=spec.none_words),
        Kind.COLUMN: lambda: _Codes(theme, spec.options, column=True),
        Kind.YES_NO: lambda: _YesNo(theme),
        Kind.TICK: lambda: _Tick(theme, spec.words),
        Kind.WHOLE: lambda: _Line(QLineEdit(), whole_number, str),
        Kind.DAY: lambda: _Line(QLineEdit(), parse_day, day_text, "22-Nov-2026"),
        Kind.MOMENT: lambda: _Line(
            QLineEdit(), lambda text: parse_moment(text).instant, moment_text, "22-Nov-2026 13:10"
        ),
        Kind.NHS: lambda: _Line(NhsNumberEdit(), lambda text: NhsNumber.parse(text).value, _spaced),
        Kind.POSTCODE: lambda: _Line(QLineEdit(), lambda text: Postcode.parse(text).value, str),
        Kind.WORDS: _Words,
    }
    return makers[spec.kind]()


def _spaced(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}"
