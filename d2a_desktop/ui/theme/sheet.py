"""The style sheet of the whole desktop, written from the tokens."""

from __future__ import annotations

from collections.abc import Callable

from d2a_desktop.ui.theme.tokens import Tokens

Scale = Callable[[float], int]


def style_sheet(tokens: Tokens, px: Scale) -> str:
    """Return the application's style sheet; `px` scales a size at 100 % to the chosen text size."""
    parts = (_text, _buttons, _inputs, _frames, _lists, _bars, _tags)
    return "\n".join(part(tokens, px) for part in parts)


def _text(t: Tokens, px: Scale) -> str:
    tones = "\n".join(
        f"""QLabel[tone="{tone}"] {{ color: {t.tone_text(tone)}; font-weight: 600; }}"""
        for tone in _TONES
    )
    return f"""
QWidget {{ color: {t.text}; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {px(23)}px; font-weight: 700; }}
QLabel[role="heading"] {{ font-size: {px(16)}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="quiet"] {{ color: {t.text_quiet}; font-size: {px(13)}px; }}
QLabel[role="fact"] {{ font-size: {px(13)}px; font-weight: 500; }}
QLabel[role="small"] {{ color: {t.text_quiet}; font-size: {px(12)}px; }}
QLabel[role="error"] {{ color: {t.bad_text}; font-size: {px(13)}px; font-weight: 600; }}
QLabel[role="warn"] {{ color: {t.warn_text}; font-size: {px(13)}px; font-weight: 600; }}
QLabel[role="link"] {{ color: {t.link}; }}
QToolTip {{ background: {t.text}; color: {t.surface}; border: 0; padding: {px(6)}px; }}
{tones}
"""


def _buttons(t: Tokens, px: Scale) -> str:
    return f"""
QPushButton {{ background: {t.surface}; color: {t.link}; border: 1px solid {t.line};
  border-radius: 4px; padding: {px(7)}px {px(13)}px; font-weight: 600; }}
QPushButton:hover {{ background: {t.surface_low}; border-color: {t.link}; }}
QPushButton:pressed {{ background: {t.row_chosen.ground}; }}
QPushButton:checked {{ background: {t.chip_chosen.ground}; color: {t.chip_chosen.text}; }}
QPushButton::menu-indicator {{ width: 0; image: none; }}
QPushButton:disabled {{ color: {t.text_quiet}; background: {t.surface_low}; border-style: dashed; }}
QPushButton[kind="primary"] {{ background: {t.primary.ground}; color: {t.primary.text};
  border: 1px solid {t.primary.ground}; border-bottom: 2px solid {t.primary_edge}; }}
QPushButton[kind="primary"]:hover {{ border-color: {t.primary_edge}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.surface_low}; color: {t.text_quiet};
  border: 1px dashed {t.line}; border-bottom-width: 2px; }}
QPushButton[kind="danger"] {{ background: {t.danger.ground}; color: {t.danger.text};
  border: 1px solid {t.danger.ground}; }}
QPushButton[kind="accent"] {{ background: {t.chip_chosen.ground}; color: {t.chip_chosen.text};
  border: 1px solid {t.chip_chosen.ground}; }}
QPushButton[kind="accent"]:disabled, QPushButton[kind="danger"]:disabled {{
  background: {t.surface_low}; color: {t.text_quiet}; border: 1px dashed {t.line}; }}
QPushButton[kind="link"] {{ background: transparent; border: 0; padding: {px(4)}px {px(6)}px;
  text-decoration: underline; }}
QPushButton[kind="chip"] {{ color: {t.text}; background: {t.surface}; font-size: {px(13)}px;
  border: 1px solid {t.line}; border-radius: {px(14)}px;
  padding: {px(6)}px {px(13)}px; font-weight: 500; }}
QPushButton[kind="chip"]:hover {{ border-color: {t.link}; }}
QPushButton[kind="chip"]:checked {{ background: {t.chip_chosen.ground}; color: {t.chip_chosen.text};
  border-color: {t.chip_chosen.ground}; font-weight: 600; }}
QPushButton[kind="tab"] {{ background: transparent; border: 0; border-radius: 0; color: {t.text};
  border-bottom: 3px solid transparent; padding: {px(8)}px {px(4)}px; font-weight: 500; }}
QPushButton[kind="tab"]:checked {{ background: transparent; color: {t.link};
  border-bottom: 3px solid {t.link};  font-weight: 600; }}
"""


def _inputs(t: Tokens, px: Scale) -> str:
    boxes = ", ".join(_BOXES)
    return f"""
{boxes} {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.input_line};
  border-radius: 4px; padding: {px(6)}px {px(9)}px;
  selection-background-color: {t.chip_chosen.ground};
  selection-color: {t.chip_chosen.text}; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{ color: {t.text_quiet};
  background: {t.surface_low}; }}
QLineEdit[invalid="true"], QComboBox[invalid="true"], QPlainTextEdit[invalid="true"] {{
  border: 2px solid {t.bad}; }}
QComboBox::drop-down {{ border: 0; width: {px(24)}px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text};
  border: 1px solid {t.input_line}; selection-background-color: {t.row_chosen.ground};
  selection-color: {t.row_chosen.text}; }}
QListWidget::indicator {{ width: {px(15)}px; height: {px(15)}px; }}
QCheckBox, QRadioButton {{ spacing: {px(8)}px; background: transparent; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: {px(6)}px {px(22)}px; border-radius: 3px; }}
QMenu::item:selected {{ background: {t.row_chosen.ground}; color: {t.row_chosen.text}; }}
QMenu::item:disabled {{ color: {t.text_quiet}; }}
"""


def _frames(t: Tokens, px: Scale) -> str:
    return f"""
#page, #pageBody {{ background: {t.page}; }}
QFrame[card="plain"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 6px; }}
#cardHead {{ background: {t.surface_low}; border: 0; border-top-left-radius: 5px;
  border-top-right-radius: 5px; }}
#cardHead[emphasis="blue"] {{ background: {t.booked.ground}; }}
#cardHead[emphasis="blue"] QLabel {{ color: {t.booked.text}; }}
#cardHead[emphasis="amber"] {{ background: {t.held.ground}; }}
#cardHead[emphasis="amber"] QLabel {{ color: {t.held.text}; }}
#notice {{ background: {t.notice.ground}; border: 0; border-bottom: 1px solid {t.warn}; }}
#notice QLabel, #notice QPushButton {{ color: {t.notice.text}; }}
#notice[tone="bad"] {{ background: {t.tags["red"].ground}; border-bottom: 1px solid {t.bad}; }}
#notice[tone="bad"] QLabel, #notice[tone="bad"] QPushButton {{ color: {t.tags["red"].text}; }}
#banner {{ background: {t.surface}; border: 1px solid {t.line};
  border-top: 4px solid {t.booked.ground}; }}
#banner[deceased="true"] {{ background: {t.surface_low}; border-top-color: {t.text_quiet}; }}
#callout {{ background: {t.offer.ground}; border: 0; border-radius: 4px; }}
#callout QLabel {{ color: {t.offer.text}; }}
#errorSummary {{ background: {t.surface}; border: 3px solid {t.bad}; border-radius: 4px; }}
#toast {{ background: {t.text}; border-radius: 6px; }}
#toast QLabel {{ color: {t.surface}; }}
#toast QPushButton {{ background: transparent; border: 1px solid {t.surface};
  color: {t.surface}; }}
#lockCover {{ background: {t.page}; }}
#palette {{ background: {t.surface}; border: 1px solid {t.input_line}; border-radius: 8px; }}
#palette QListWidget {{ border: 0; }}
QDialog {{ background: {t.surface}; }}
QFrame[rule="true"] {{ background: {t.line}; border: 0; max-height: 1px; min-height: 1px; }}
QProgressBar {{ background: {t.track}; border: 0; border-radius: {px(3)}px;
  min-height: {px(6)}px; max-height: {px(6)}px; }}
QProgressBar::chunk {{ background: {t.link}; border-radius: {px(3)}px; }}
"""


def _lists(t: Tokens, px: Scale) -> str:
    return f"""
QTableView, QListView, QTreeView, QListWidget {{ background: {t.surface}; color: {t.text};
  border: 1px solid {t.line}; border-radius: 6px; gridline-color: {t.line};
  selection-background-color: {t.row_chosen.ground};
  selection-color: {t.row_chosen.text}; outline: 0; }}
QListWidget::item {{ padding: {px(7)}px {px(9)}px; border-radius: 4px; }}
QTreeWidget::item {{ padding: {px(7)}px {px(6)}px; min-height: {px(24)}px; }}
QTreeWidget::item:selected {{ background: {t.row_chosen.ground}; color: {t.row_chosen.text}; }}
QListWidget::item:selected {{ background: {t.row_chosen.ground}; color: {t.row_chosen.text}; }}
QHeaderView {{ background: {t.surface_low}; border: 0; border-top-left-radius: 6px;
  border-top-right-radius: 6px; }}
QHeaderView::section {{ background: {t.surface_low}; color: {t.text_quiet}; border: 0;
  border-bottom: 1px solid {t.line}; padding: {px(8)}px {px(10)}px; font-size: {px(12)}px;
  font-weight: 600; }}
QHeaderView::down-arrow, QHeaderView::up-arrow {{ width: 0; height: 0; }}
QScrollArea, #clear {{ background: transparent; border: 0; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
#timeline {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 6px; }}
QScrollBar:vertical {{ background: transparent; width: {px(11)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(11)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 4px; margin: 2px; min-height: 28px;
  min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.input_line}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _bars(t: Tokens, px: Scale) -> str:
    return f"""
#topBar {{ background: {t.bar.ground}; border: 0; }}
#topBar QLabel {{ color: {t.bar.text}; }}
#topBar QLabel#mark {{ background: {_WHITE}; color: {_NHS_BLUE}; border-radius: 4px;
  font-size: {px(17)}px; font-weight: 700; padding: {px(5)}px {px(10)}px; }}
#topBar QLabel#product {{ font-size: {px(17)}px; font-weight: 600; }}
#topBar QLabel#trial {{ background: {t.held.ground}; color: {t.held.text}; border-radius: 4px;
  font-weight: 700; padding: {px(4)}px {px(9)}px; }}
#topBar QPushButton {{ background: {t.bar_raised.ground}; color: {t.bar_raised.text};
  border: 1px solid {t.bar_raised.ground}; border-radius: 5px; padding: {px(6)}px {px(12)}px; }}
#topBar QPushButton:hover {{ border-color: {t.bar.text}; }}
#topBar QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent;
  padding: {px(5)}px; }}
#topBar QPushButton[flat="true"]:hover {{ border-color: {t.bar.text}; }}
#topBar QPushButton::menu-indicator {{ width: 0; }}
#topBar QPushButton#searchBox {{ background: {t.search.ground}; color: {t.search.text};
  font-weight: 400; text-align: left; border: 1px solid {t.search.ground}; }}
#topBar QLabel#searchKeys {{ background: {_PALE}; color: {t.search.text}; border-radius: 3px;
  font-size: {px(12)}px; font-weight: 600; padding: {px(2)}px {px(7)}px; }}
#topBar QPushButton#bell[level="bad"] {{ background: {t.danger.ground}; color: {t.danger.text};
  border-color: {t.danger.text}; }}
#topBar QPushButton#syncPill {{ border-radius: {px(14)}px; font-size: {px(13)}px; }}
#topBar QPushButton#syncPill[level="warn"] {{ background: {t.held.ground}; color: {t.held.text};
  border-color: {t.held.ground}; }}
#topBar QPushButton#syncPill[level="bad"] {{ background: {t.danger.ground};
  color: {t.danger.text}; border-color: {t.danger.text}; }}
#topBar QPushButton#user {{ background: #330072; color: {_WHITE}; border: 0; padding: 0;
  border-radius: {px(34) // 2}px; font-size: {px(12)}px; min-width: {px(34)}px;
  max-width: {px(34)}px; min-height: {px(34)}px; max-height: {px(34)}px; }}
#nav {{ background: {t.surface}; border: 0; border-right: 1px solid {t.line}; }}
#keyHints {{ background: {t.surface_low}; border: 0; border-top: 1px solid {t.line}; }}
#keyHints QLabel {{ color: {t.text_quiet}; font-size: {px(12)}px; }}
"""


def _tags(t: Tokens, px: Scale) -> str:
    return "\n".join(
        f"""QLabel[hue="{hue}"] {{ background: {pair.ground}; color: {pair.text};
  border-radius: 3px; padding: {px(3)}px {px(8)}px; font-size: {px(12)}px; font-weight: 600; }}"""
        for hue, pair in t.tags.items()
    )


_TONES = ("quiet", "link", "good", "warn", "bad")
_WHITE = "#ffffff"
_PALE = "#e8edee"
_NHS_BLUE = "#005eb8"
_BOXES = (
    *("QLineEdit", "QPlainTextEdit", "QTextEdit", "QComboBox", "QSpinBox"),
    *("QDateEdit", "QTimeEdit", "QDateTimeEdit"),
)
