"""The saved views of a list: choose one, save how the list stands, rename and delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.form_parts import LabelledField
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.services.page_states import PageStates, SavedView

_WARNING = (
    "Never a patient's name or number: this list is shown to whoever looks over your shoulder."
)


class SavedViewsDialog(QDialog):
    """Enter uses the view that is chosen; the field below names a new one or renames it.

    Args:
        page: whose views: the key of the page and the name of the list.
        state: the list as it stands now, for saving.

    Signals:
        chosen: the SavedView to show.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        tasks: Tasks,
        link: DeskLink,
        page: str,
        state: Mapping[str, Any],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link, self._page, self._state = tasks, link, page, dict(state)
        self._shown: tuple[SavedView, ...] = ()
        self.setWindowTitle("Saved views")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*(theme.px(20),) * 4)
        outer.setSpacing(theme.px(12))
        outer.addWidget(label("Saved views", "title"))
        outer.addWidget(
            label(
                "A view is a filter, an order and columns. Yours are kept on this desk alone and"
                " follow your login.",
                "quiet",
                wrap=True,
            )
        )
        self.views = QListWidget()
        self.views.setAccessibleName("Saved views")
        self.views.itemActivated.connect(lambda _: self.use())
        self.views.currentItemChanged.connect(lambda *_: self._offer())
        outer.addWidget(self.views, 1)
        self.none = label("No view is saved yet. Name how the list stands now.", "quiet")
        outer.addWidget(self.none)
        self.name = QLineEdit()
        self.field = LabelledField(theme, "Name", self.name, hint=_WARNING, required=True)
        outer.addWidget(self.field)
        self.name.returnPressed.connect(self.save)
        outer.addLayout(self._buttons(theme))
        self._offer()
        self.resize(theme.px(460), theme.px(480))
        self._ask()

    def use(self) -> None:
        """Show the list as the chosen view says."""
        view = self.current
        if view is not None:
            self.chosen.emit(view)
            self.accept()

    def save(self) -> None:
        """Save the list as it stands under the name typed."""
        name = self.name.text()
        self._do(lambda states, caller: states.save_view(caller, self._page, name, self._state))

    def rename(self) -> None:
        """Give the chosen view the name typed."""
        view, name = self.current, self.name.text()
        if view is not None:
            self._do(lambda states, caller: states.rename_view(caller, view.view_id, name))

    def delete(self) -> None:
        """Delete the chosen view."""
        view = self.current
        if view is not None:
            self._do(lambda states, caller: states.delete_view(caller, view.view_id))

    @property
    def current(self) -> SavedView | None:
        """The view that is chosen in the list."""
        line = self.views.currentRow()
        return self._shown[line] if line >= 0 else None

    # ------------------------------------------------------------ inside

    def _do(self, deed: Callable[[PageStates, Any], object]) -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: deed(desk.page_states, desk.caller),
            lambda _: self._done(),
            failed=self._failed,
            owner=self,
        )

    def _done(self) -> None:
        self.field.set_error("")
        self.name.clear()
        self._ask()

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self.field.set_error(str(problem))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._tasks.failed.emit(problem)

    def _ask(self) -> None:
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.page_states.views(desk.caller, self._page), self._show, owner=self
        )

    def _show(self, views: tuple[SavedView, ...]) -> None:
        self._shown = views
        self.views.clear()
        for view in views:
            QListWidgetItem(view.name, self.views)
        self.none.setVisible(not views)
        first = self.views if views else self.name
        self.views.setCurrentRow(0 if views else -1)
        self._offer()
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _offer(self) -> None:
        for button in (self.use_button, self.rename_button, self.delete_button):
            button.setEnabled(self.current is not None)

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        self.save_button = Button(theme, "Save as new", clicked=self.save)
        self.rename_button = Button(theme, "Rename", clicked=self.rename)
        self.delete_button = Button(theme, "Delete", clicked=self.delete)
        self.close_button = Button(theme, "Close", clicked=self.reject)
        self.use_button = Button(theme, "Show this view", kind="primary", clicked=self.use)
        for button in (self.save_button, self.rename_button, self.delete_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.use_button)
        return row
