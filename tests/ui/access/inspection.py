"""Looks at a window as people who do not use a mouse, or do not see colours, would meet it.

Each function returns the faults it finds, in words; an empty list is a pass. The criteria are
those of WCAG 2.2 that DOMAIN 7.5 names.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.page_stack import PageStack

LEAST_TARGET = 24
_MOST_STOPS = 300
_ROLE = QAccessible.Role
_OURS = "d2a_desktop."

# What a control must tell a reader it is; the first that fits counts.
_ROLES: tuple[tuple[type[QWidget], set[QAccessible.Role]], ...] = (
    (QCheckBox, {_ROLE.CheckBox}),
    (QRadioButton, {_ROLE.RadioButton}),
    (QPushButton, {_ROLE.Button, _ROLE.ButtonMenu, _ROLE.CheckBox, _ROLE.RadioButton}),
    (QAbstractButton, {_ROLE.Button, _ROLE.RadioButton, _ROLE.PageTab, _ROLE.CheckBox}),
    (QLineEdit, {_ROLE.EditableText}),
    (QPlainTextEdit, {_ROLE.EditableText}),
    (QTextEdit, {_ROLE.EditableText}),
    (QComboBox, {_ROLE.ComboBox}),
    (QTreeView, {_ROLE.Tree}),
    (QTableView, {_ROLE.Table}),
    (QListView, {_ROLE.List}),
    (QProgressBar, {_ROLE.ProgressBar}),
)


def shown(root: QWidget) -> list[QWidget]:
    """Return the visible widgets of a window, itself among them, without Qt's inner parts."""
    found = [root, *root.findChildren(QWidget)]
    return [each for each in found if each.isVisible() and each.window() is root.window()]


def controls(root: QWidget) -> list[QWidget]:
    """Return what a person can operate: buttons, fields, lists and whatever takes the focus."""
    kinds = tuple(kind for kind, _ in _ROLES if kind is not QProgressBar)
    return [each for each in shown(root) if _is_control(each, kinds)]


def _is_control(widget: QWidget, kinds: tuple[type[QWidget], ...]) -> bool:
    if isinstance(widget, QHeaderView | QScrollBar) or widget.objectName().startswith("qt_"):
        return False
    if isinstance(widget.parent(), QComboBox | QLineEdit):
        return False  # the field inside a choice, the cross inside a field: parts of one control
    return isinstance(widget, kinds) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def said(widget: QWidget) -> str:
    """Return the name a reader says."""
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name).strip()


def where(widget: QWidget) -> str:
    """Name a widget for a list of faults."""
    return f"{type(widget).__name__} {widget.objectName() or said(widget)!r}"


def name_faults(root: QWidget) -> list[str]:
    """Controls, progress bars and painted parts without a name (4.1.2, 1.1.1)."""
    wanted = [*controls(root), *(w for w in shown(root) if isinstance(w, QProgressBar))]
    nameless = [each for each in wanted if not said(each) and not each.focusProxy()]
    silent = [each for each in shown(root) if _is_painted(each) and not _speaks(each)]
    return [f"has no name: {where(each)}" for each in dict.fromkeys([*nameless, *silent])]


def _is_painted(widget: QWidget) -> bool:
    kind = type(widget)
    painted = any("paintEvent" in vars(each) for each in kind.__mro__ if _OURS in each.__module__)
    return painted and not getattr(widget, "decorative", False) and not widget.isWindow()


def _speaks(widget: QWidget) -> bool:
    face = QAccessible.queryAccessibleInterface(widget)
    texts = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
    return any(face.text(each) for each in texts) or bool(widget.accessibleDescription())


def role_faults(root: QWidget) -> list[str]:
    """Controls that tell a reader they are something else, or in another state (4.1.2)."""
    faults = []
    for each in [*controls(root), *(w for w in shown(root) if isinstance(w, QProgressBar))]:
        face = QAccessible.queryAccessibleInterface(each)
        wanted = next((roles for kind, roles in _ROLES if isinstance(each, kind)), None)
        if wanted is not None and face.role() not in wanted:
            faults.append(f"is told as {face.role().name}: {where(each)}")
        state = face.state()
        if bool(state.disabled) == each.isEnabled():
            faults.append(f"does not tell whether it can be used: {where(each)}")
        checkable = isinstance(each, QAbstractButton) and each.isCheckable()
        if checkable and not (state.checkable and bool(state.checked) == each.isChecked()):
            faults.append(f"does not tell whether it is chosen: {where(each)}")
        takes_focus = each.isEnabled() and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        if takes_focus and not state.focusable and not each.focusProxy():
            faults.append(f"is not told to take the focus: {where(each)}")
    return faults


def target_faults(root: QWidget) -> list[str]:
    """Targets of the pointer below 24 by 24 px (2.5.8)."""
    faults = []
    for each in controls(root):
        if isinstance(each, PageStack):
            continue
        if min(each.width(), each.height()) < LEAST_TARGET:
            faults.append(f"is {each.width()} by {each.height()} px: {where(each)}")
    for view in (w for w in shown(root) if isinstance(w, QTableView)):
        header = view.horizontalHeader()
        if header.isVisible() and header.sectionsClickable() and header.height() < LEAST_TARGET:
            faults.append(f"has headings {header.height()} px high: {where(view)}")
        low = [n for n in range(min(view.model().rowCount(), 50)) if view.rowHeight(n) < 24]
        if low:
            faults.append(f"has rows below 24 px: {where(view)}")
    return faults


def cell_faults(root: QWidget) -> list[str]:
    """Cells without words, headings without words, and words that two colours share (1.4.1)."""
    faults = []
    for view in (w for w in shown(root) if isinstance(w, QAbstractItemView)):
        model = view.model()
        if isinstance(view.parent(), QComboBox) or isinstance(view, QHeaderView):
            continue
        faults += [f"{words} in {where(view)}" for words in silent_cells(model)]
        faults += [f"{words} in {where(view)}" for words in shared_colours(model)]
    return faults


def columns(model: QAbstractItemModel) -> int:
    """Return how many columns a list has; Qt keeps the number of a plain list to itself."""
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount()


def cells(model: QAbstractItemModel) -> Iterator[QModelIndex]:
    """Yield the first hundred rows' cells of a list."""
    for line in range(min(model.rowCount(), 100)):
        for column in range(columns(model)):
            yield model.index(line, column)


def silent_cells(model: QAbstractItemModel) -> list[str]:
    """Return cells and headings that a reader passes over in silence."""
    spoken, role = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole
    faults = [
        f"row {index.row() + 1}, column {index.column() + 1} says nothing"
        for index in cells(model)
        if not str(index.data(spoken) or index.data(role) or "").strip()
    ]
    horizontal = Qt.Orientation.Horizontal
    if columns(model) > 1:
        faults += [
            f"column {column + 1} has no heading"
            for column in range(columns(model))
            if not str(model.headerData(column, horizontal, role) or "").strip()
        ]
    return faults


def shared_colours(model: QAbstractItemModel) -> list[str]:
    """Return words that stand in two colours: what the colour says then is said by it alone."""
    from d2a_desktop.ui.formats.cells import CELL_ROLE

    colours: dict[tuple[int, str], set[str]] = {}
    for index in cells(model):
        cell = index.data(CELL_ROLE)
        colour = [getattr(cell, name, None) for name in ("tone", "hue", "stripe")]
        words = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        colours.setdefault((index.column(), words), set()).add(str(colour))
    return [f"{words!r} has several colours" for (_, words), of in colours.items() if len(of) > 1]


# ---------------------------------------------------------------- the keyboard


def tab_stops(root: QWidget) -> list[QWidget]:
    """Return what Tab must reach: visible, usable, and meant for it."""
    return [
        each
        for each in controls(root)
        if each.isEnabled()
        and each.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        and not each.focusProxy()
    ]


def walk_by_tab(window: QWidget, theme: Theme) -> list[str]:
    """Press Tab until the walk is round: it meets all stops, and each shows (2.1.1, 2.4.7)."""
    wanted, met, faults = tab_stops(window), [], []
    if not wanted:
        return []
    _come_forward(window)
    at_first = QApplication.focusWidget()
    if at_first is None or at_first.window() is not window:
        wanted[0].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(_MOST_STOPS):  # a form may make more of itself as one goes through it
        here = QApplication.focusWidget()
        if here is None or here in met:
            break
        met.append(here)
        if not shows_focus(window, here, theme):
            faults.append(f"does not show the focus: {where(here)}")
        QTest.keyClick(here, Qt.Key.Key_Tab)
    missed = [each for each in wanted if each not in met and not _by_its_group(each, met)]
    end = f"the walk ends at {where(met[-1])}"
    return [*faults, *(f"is not reached by Tab, {end}: {where(each)}" for each in missed)]


def _come_forward(window: QWidget) -> None:
    """Make the window active: the lists of choices that were asked for words are windows too."""
    QApplication.processEvents()
    if not window.isActiveWindow():
        window.activateWindow()
        QTest.qWaitForWindowActive(window)


def _by_its_group(widget: QWidget, met: list[QWidget]) -> bool:
    """Of buttons of which one is chosen Tab reaches that one, and arrows the others."""
    if not isinstance(widget, QAbstractButton):
        return False
    group: QButtonGroup | None = widget.group()
    beside: list[QAbstractButton] = group.buttons() if group is not None else []
    parent = widget.parentWidget()
    if widget.autoExclusive() and parent is not None:
        beside = [b for b in parent.findChildren(QAbstractButton) if b.autoExclusive()]
    return any(each in met for each in beside)


def shows_focus(window: QWidget, widget: QWidget, theme: Theme) -> bool:
    """Return whether the colour of the focus is on the screen in or around a widget."""
    QApplication.processEvents()
    box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-6, -6, 6, 6)
    inside = box.intersected(window.rect())
    if inside.isEmpty() or widget.visibleRegion().isEmpty():
        return False  # scrolled out of sight (2.4.11)
    return holds_colour(window.grab(inside).toImage(), theme.tokens.focus)


def holds_colour(picture: QImage, colour: str) -> bool:
    """Return whether a picture has a pixel of `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    raw, wanted = bytes(plain.constBits()), bytes((blue, green, red, 0xFF))
    at = raw.find(wanted)
    while at >= 0 and at % 4:
        at = raw.find(wanted, at + 1)
    return at >= 0


def faults(root: QWidget) -> list[str]:
    """Return every fault that can be seen without pressing a key."""
    return [
        *name_faults(root),
        *role_faults(root),
        *target_faults(root),
        *cell_faults(root),
    ]


def all_faults(window: QWidget, theme: Theme) -> list[str]:
    """Return every fault of a window in front, each once."""
    return list(dict.fromkeys([*faults(window), *walk_by_tab(window, theme)]))
