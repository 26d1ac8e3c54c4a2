"""The views of a list, one's own and those that colleagues share: choose, save, share, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.words import UNCONFIRMED, day_and_time
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.form_parts import LabelledField
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk
    from d2a_desktop.services.page_states import SavedView
    from d2a_desktop.services.shared_views import SharedViewRow

_WARD = "views_ward"
"""Where a person's ward is kept among how they have the pages."""


@dataclass(frozen=True)
class ListedView:
    """One view of the list: a person's own (`shared` is None), or one that colleagues share."""

    view_id: str
    name: str
    state: Mapping[str, Any]
    shared: SharedViewRow | None = None


@dataclass(frozen=True)
class _Known:
    """What was read for the dialog."""

    own: tuple[SavedView, ...]
    shared: tuple[SharedViewRow, ...]
    wards: tuple[str, ...]
    ward: str
    start: str


class SavedViewsDialog(Dialog):
    """Enter uses the view that is chosen; the field below names a new one or renames it.

    Args:
        page: whose views: the key of the page.
        state: the list as it stands now, for saving.

    Signals:
        chosen: the ListedView to show.
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
        self._shown: tuple[ListedView, ...] = ()
        self._start, self._ward = "", ""
        caller = link.desk.caller
        self._has_wards = caller.org_kind == "hospital"
        self._may_share = may(caller, "share-view")
        self.setWindowTitle(tr("Saved views"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(tr("Saved views"), "title"))
        outer.addWidget(label(self._about(), "quiet", wrap=True))
        self.ward = QuietCombo(theme)
        self.ward_field = LabelledField(theme, tr("Ward"), self.ward, required=True)
        self.ward_field.setVisible(self._has_wards)
        self.ward.activated.connect(lambda _: self._ward_chosen())
        outer.addWidget(self.ward_field)
        self.views = QListWidget()
        self.views.setAccessibleName(tr("Saved views"))
        self.views.setWordWrap(True)
        self.views.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.views.itemActivated.connect(lambda _: self.use())
        self.views.currentItemChanged.connect(lambda *_: self._offer())
        outer.addWidget(self.views, 1)
        self.none = label(tr("No view is saved yet. Name how the list stands now."), "quiet")
        outer.addWidget(self.none)
        self.told = label("", "quiet", wrap=True)
        self.told.hide()
        outer.addWidget(self.told)
        self.name = QLineEdit()
        self.field = LabelledField(
            theme,
            tr("Name"),
            self.name,
            hint=tr("Never a patient's name or number: others read it."),
            required=True,
        )
        outer.addWidget(self.field)
        self.name.returnPressed.connect(self.save)
        self._buttons(theme, outer)
        self._offer()
        self.resize(theme.px(560), theme.px(600))
        tasks.changed.connect(self._changed)
        self._ask()

    def use(self) -> None:
        """Show the list as the chosen view says."""
        view = self.current
        if view is not None:
            self.chosen.emit(view)
            self.accept()

    def save(self) -> None:
        """Save the list as it stands under the name typed, for this person alone."""
        name = self.name.text()
        self._do(
            lambda desk: desk.page_states.save_view(desk.caller, self._page, name, self._state)
        )

    def rename(self) -> None:
        """Give the chosen view the name typed."""
        view, name = self.current, self.name.text()
        if view is None:
            return
        if view.shared is None:
            self._do(lambda desk: desk.page_states.rename_view(desk.caller, view.view_id, name))
        else:
            self._do(lambda desk: desk.shared_views.rename(desk.caller, view.view_id, name))

    def delete(self) -> None:
        """Delete the chosen view, or take back one whose maker works here no more."""
        view = self.current
        if view is None:
            return
        if view.shared is None:
            self._do(lambda desk: desk.page_states.delete_view(desk.caller, view.view_id))
        else:
            self._do(lambda desk: desk.shared_views.take_back(desk.caller, view.view_id), _taken())

    def share(self) -> None:
        """Share the chosen view with the ward or team; one that is shared becomes one's own."""
        view = self.current
        if view is None:
            return
        if view.shared is not None:
            self._do(lambda desk: _only_me(desk, self._page, view), _taken())
            return
        ward, has_words = self._ward, bool(view.state.get("words"))
        said = tr("Shared. Colleagues find it after the next exchange.")
        if has_words:
            said += " " + tr("The words typed into its filter stay with your own view.")
        self._do(lambda desk: _share(desk, self._page, view, ward, keep=has_words), said)

    def start_with(self) -> None:
        """Begin this list with the chosen view at each sign-in, or no more."""
        view = self.current
        if view is None:
            return
        chosen = "" if view.view_id == self._start else view.view_id
        said = (
            tr("This list begins with it at each sign-in, without typed words.")
            if chosen
            else tr("This list begins as you leave it.")
        )
        self._do(
            lambda desk: desk.start_views.choose(desk.caller, self._page, chosen, view.name), said
        )

    @property
    def current(self) -> ListedView | None:
        """The view that is chosen in the list."""
        line = self.views.currentRow()
        return self._shown[line] if 0 <= line < len(self._shown) else None

    # ------------------------------------------------------------ inside

    def _about(self) -> str:
        shared = (
            tr("Yours follow your login on this desk. A ward's are seen by your hospital.")
            if self._has_wards
            else tr("Yours follow your login on this desk. Shared ones are seen by your team.")
        )
        return tr("A view is a filter, an order and columns.") + " " + shared

    def _do(self, deed: Callable[[Desk], object], said: str = "") -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: deed(desk), lambda _: self._done(said), failed=self._failed, owner=self
        )

    def _done(self, said: str) -> None:
        self.field.set_error("")
        self.name.clear()
        self._tell(said)
        self._ask()

    def _tell(self, said: str) -> None:
        self.told.setText(said)
        self.told.setVisible(bool(said))
        # Read out with the list, where the focus goes next.
        self.views.setAccessibleDescription(said)

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            said = (problem.message, problem.what_to_do or "")
            self.field.set_error(" ".join(tr(each) for each in said if each))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._tasks.failed.emit(problem)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches("shared_view") and self._link.is_open:
            self._ask()

    def _ward_chosen(self) -> None:
        self._ward = str(self.ward.currentData() or "")
        ward, desk = self._ward, self._link.desk
        self._do(lambda _: desk.page_states.keep(desk.caller, {_WARD: {"name": ward}}))

    def _ask(self) -> None:
        desk, page = self._link.desk, self._page
        self._tasks.run_query(
            lambda: _read(desk, page), self._show, owner=self, key=f"views/{id(self)}"
        )

    def _show(self, known: _Known) -> None:
        first_time = not self._shown and self.views.count() == 0
        at = self.current
        self._start, self._ward = known.start, known.ward
        self._show_wards(known)
        own = tuple(ListedView(each.view_id, each.name, each.state) for each in known.own)
        shared = tuple(
            ListedView(each.view_id, each.name, each.state, each)
            for each in known.shared
            if each.ward == known.ward
        )
        self._shown = (*own, *shared)
        self.views.clear()
        for view in self._shown:
            QListWidgetItem(self._words(view), self.views)
        self.none.setVisible(not self._shown)
        ids = [each.view_id for each in self._shown]
        line = ids.index(at.view_id) if at is not None and at.view_id in ids else 0
        self.views.setCurrentRow(line if ids else -1)
        self._offer()
        if first_time or self.focusWidget() is None:
            (self.views if ids else self.name).setFocus(Qt.FocusReason.TabFocusReason)

    def _show_wards(self, known: _Known) -> None:
        self.ward.clear()
        self.ward.addItem(tr("Choose your ward"), "")
        for ward in known.wards:
            self.ward.addItem(ward, ward)
        self.ward.setCurrentIndex(max(0, self.ward.findData(known.ward)))

    def _words(self, view: ListedView) -> str:
        """Return the view's name, who shares it and since when, and whether the list begins so."""
        parts = [view.name]
        if view.shared is not None:
            who = (
                tr("you") if view.shared.mine else view.shared.shared_by or tr("a former colleague")
            )
            parts.append(tr("shared by {who}, {when}", who=who, when=self._when(view.shared)))
            if not view.shared.confirmed:
                parts.append(tr(UNCONFIRMED))
        if view.view_id == self._start:
            parts.append(tr("at each sign-in"))
        return " · ".join(parts)

    def _when(self, shared: SharedViewRow) -> str:
        return day_and_time(shared.shared_at, self._link.desk.clock.now())

    def _offer(self) -> None:
        view = self.current
        shared = None if view is None else view.shared
        for button in (self.use_button, self.start_button):
            button.setEnabled(view is not None)
        self.rename_button.setEnabled(view is not None and (shared is None or self._may_share))
        self.delete_button.setEnabled(view is not None and (shared is None or shared.free))
        self.delete_button.set_words(
            tr("Take back") if shared is not None and shared.free else tr("Delete")
        )
        self._offer_sharing(view)
        on = view is not None and view.view_id == self._start
        self.start_button.set_words(
            tr("Not at sign-in any more") if on else tr("Begin with it at sign-in")
        )

    def _offer_sharing(self, view: ListedView | None) -> None:
        shared = None if view is None else view.shared
        if shared is not None and shared.mine:
            words = tr("Only me")
        else:
            words = tr("Share with this ward") if self._has_wards else tr("Share with this team")
        self.share_button.set_words(words)
        why = ""
        if not self._may_share:
            why = tr("Your role shares no views.")
        elif shared is not None and not shared.mine:
            why = tr("A colleague shares this view.")
        elif shared is None and self._has_wards and not self._ward:
            why = tr("Choose your ward first.")
        self.share_button.setEnabled(view is not None and not why)
        self.share_button.setToolTip(why)
        self.share_button.setAccessibleDescription(why)

    def _buttons(self, theme: Theme, outer: QVBoxLayout) -> None:
        self.save_button = Button(theme, tr("Save as new"), clicked=self.save)
        self.rename_button = Button(theme, tr("Rename"), clicked=self.rename)
        self.delete_button = Button(theme, tr("Delete"), clicked=self.delete)
        self.share_button = Button(theme, "", clicked=self.share)
        self.start_button = Button(theme, "", clicked=self.start_with)
        self.close_button = Button(theme, tr("Close"), clicked=self.reject)
        self.use_button = Button(theme, tr("Show this view"), kind="primary", clicked=self.use)
        for buttons in (
            (self.save_button, self.rename_button, self.delete_button),
            (self.share_button, self.start_button),
            (None, self.close_button, self.use_button),
        ):
            row = QHBoxLayout()
            for button in buttons:
                if button is None:
                    row.addStretch(1)
                else:
                    row.addWidget(button)
            if buttons[0] is not None:
                row.addStretch(1)
            outer.addLayout(row)


def _taken() -> str:
    return tr(
        "Taken back. After the next exchange colleagues find it no more; whoever began with it"
        " finds the list as they left it."
    )


def _read(desk: Desk, page: str) -> _Known:
    """Read what the dialog shows, away from the main thread."""
    caller, wards = desk.caller, desk.shared_views.wards(desk.caller)
    kept = desk.page_states.kept(caller).get(_WARD)
    ward = str(kept.get("name", "")) if isinstance(kept, Mapping) else ""
    if ward not in wards:
        ward = wards[0] if len(wards) == 1 else ""
    return _Known(
        own=desk.page_states.views(caller, page),
        shared=desk.shared_views.views(caller, page),
        wards=wards,
        ward=ward,
        start=desk.start_views.chosen(caller, page),
    )


def _share(desk: Desk, page: str, view: ListedView, ward: str, *, keep: bool) -> object:
    """Share a view in place of one's own; what the list began with goes on with the shared one."""
    caller = desk.caller
    done = desk.shared_views.share(caller, page, view.name, view.state, ward=ward)
    if not keep:
        if desk.start_views.chosen(caller, page) == view.view_id:
            desk.start_views.choose(caller, page, str(done.details["id"]), view.name)
        desk.page_states.delete_view(caller, view.view_id)
    return done


def _only_me(desk: Desk, page: str, view: ListedView) -> object:
    """Take a view back and keep it as one's own."""
    caller = desk.caller
    began = desk.start_views.chosen(caller, page) == view.view_id
    mine = desk.page_states.views(caller, page)
    same = {**view.state, "words": ""}
    # The one that stayed with its typed words, where it is the same but for these.
    kept = next((m for m in mine if m.name == view.name and {**m.state, "words": ""} == same), None)
    if kept is None:
        kept = desk.page_states.save_view(caller, page, view.name, view.state)
    if began:
        desk.start_views.choose(caller, page, kept.view_id, kept.name)
    return desk.shared_views.take_back(caller, view.view_id)
