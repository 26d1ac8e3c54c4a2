"""The window of one action on a case: the person's banner, a few fields, and what refused it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.core.errors import BlockedError, KnownError
from d2a_desktop.domain.commands import parse_command
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.draft_keeper import DraftKeeper
from d2a_desktop.ui.dialogs.fetched_banner import FetchedBanner
from d2a_desktop.ui.dialogs.form_fields import FormFields
from d2a_desktop.ui.dialogs.result_words import result_words
from d2a_desktop.ui.formats.facts import BannerFacts
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.editors import FieldSpec
from d2a_desktop.ui.widgets.focus_ring import FocusRing
from d2a_desktop.ui.widgets.form_parts import ErrorSummary
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from d2a_desktop.ui.widgets.patient_banner import PatientBanner


@dataclass(frozen=True, kw_only=True)
class DialogPlace:
    """What every dialog needs: the look, the task gate, the desk, and whose record it is.

    `case_ref` and `person` are empty for a person who is not on this desk yet. `about` is a case
    whose person is known to the desk and not to the caller: the dialog asks who it is. `scope_id`
    is the case (or offer) with whose purge a draft goes; empty for what is about no record.
    """

    theme: Theme
    tasks: Tasks
    link: DeskLink
    case_ref: str = ""
    person: BannerFacts | None = None
    about: str = ""
    scope_id: str = ""


def as_it_is(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields' values as the command's document."""
    return values


@dataclass(frozen=True, kw_only=True)
class ActionForm:
    """One action as a table: its words, its fields, and how they become a command.

    Args:
        action: a name of `domain.commands.ACTIONS`.
        title, button, done: of the window, of the button, and of the toast.
        facts: lines above the fields, e.g. what will happen.
        defaults: what the fields hold at first.
        document: makes the command's document of the fields' values.
        reveals: a group of fields to show when the action is refused with this error code.
        follows: what other fields propose, of the value of a field that a person chooses.
        draft: names its draft among those about one record; the action and title by themselves.
        dangerous: whether it cannot be taken back by going on.
    """

    action: str
    title: str
    button: str
    done: str
    fields: tuple[FieldSpec, ...]
    facts: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    document: Callable[[dict[str, Any]], dict[str, Any]] = as_it_is
    reveals: Mapping[str, str] = field(default_factory=dict)
    columns: int = 2
    follows: Mapping[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)
    dangerous: bool = False
    draft: str = ""


class ActionDialog(Dialog):
    """Asks for one action, does it in the background, and stays open when it is refused.

    Signals:
        done: words for the toast, and what the service answered; the window has closed.
    """

    done_with = Signal(str, object)

    def __init__(
        self, place: DialogPlace, form: ActionForm, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.place = place
        self.form = form
        self.busy = False
        theme = place.theme
        self.setWindowTitle(form.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._outer = QVBoxLayout(self)
        theme.keep(self._outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(self._outer.setSpacing, 12)
        self._outer.addWidget(label(form.title, "title"))
        self.banner = self._make_banner(place)
        if self.banner is not None:
            self._outer.addWidget(self.banner)
        self.draft_bar = NoticeBar(theme)
        self._outer.addWidget(self.draft_bar)
        self.summary = ErrorSummary(theme)
        self.refused = label("", "error", wrap=True)
        self.refused.hide()
        self.fields = FormFields(theme, form.fields, columns=form.columns)
        self.fields.put(form.defaults)
        self._suggested = self.fields.drafts()
        self.fields.edited.connect(self._follow)
        self._outer.addWidget(self._scrolled(theme), 1)
        self._outer.addWidget(self.refused)
        self._outer.addLayout(self._buttons(theme))
        self.ring = FocusRing(theme, self)
        self._set_busy(False)
        self.keeper = self._keep_drafts()
        self._fit(theme)

    # ------------------------------------------------------------ for boards and tests

    def put(self, **values: Any) -> None:
        """Fill fields in as a person would."""
        for key, value in values.items():
            if key in self.form.follows:
                self.fields.put({key: value})
                self._follow(key)
        self.fields.put(values)

    def submit(self) -> None:
        """Check the fields and do the action; the window closes when it is done."""
        if self.busy or not self._person_shown:
            return
        self.refused.hide()
        values = self.fields.read()
        if values is None:
            self.summary.show_fields(self.fields.fields)
            self.fields.focus_first()
            return
        self.summary.hide()
        try:
            work = self.work(values)
        except KnownError as problem:
            self.show_refusal(problem)
            return
        self._set_busy(True)
        self.place.tasks.run_command(work, self._done, failed=self._failed, owner=self)

    def work(self, values: dict[str, Any]) -> Callable[[], object]:
        """Return what is to be done in the background.

        Raises:
            KnownError: the values make no command.
        """
        form, desk, case_ref = self.form, self.place.link.desk, self.place.case_ref
        document = form.document(values)
        command = parse_command(form.action, document)
        return lambda: desk.actions.do(desk.caller, case_ref or None, form.action, command)

    def show_refusal(self, problem: Exception) -> None:
        """Show why it was not done, near what was pressed."""
        if isinstance(problem, BlockedError):
            self.summary.show_words(problem.reasons)
            self.facts.hide()  # the reasons say it now
            if problem.code in self.form.reveals:
                self.fields.reveal(self.form.reveals[problem.code])
        self.refused.setText(str(problem))
        self.refused.show()
        self._area.ensureVisible(0, 0)

    # ------------------------------------------------------------ inside

    def _follow(self, key: str) -> None:
        """Propose what goes with the value chosen; what a person wrote over stays."""
        if key not in self.form.follows:
            return
        shown = self.fields.drafts()
        news = self.form.follows[key](self.fields.editor(key).read())
        kept = {name for name in news if shown.get(name) != self._suggested.get(name)}
        self.fields.put({name: value for name, value in news.items() if name not in kept})
        now = self.fields.drafts()
        self._suggested |= {name: now.get(name) for name in news if name not in kept}

    @property
    def _person_shown(self) -> bool:
        """Nothing is done for somebody whose name, birth and number are not on the screen yet."""
        return not isinstance(self.banner, FetchedBanner) or self.banner.is_known

    def body(self, theme: Theme) -> QWidget:
        """Return what stands in the middle; a dialog of its own kind adds to it."""
        middle = QWidget()
        middle.setObjectName("clear")
        column = QVBoxLayout(middle)
        theme.keep(column.setContentsMargins, 0, 0, 8, 0)
        theme.keep(column.setSpacing, 12)
        column.addWidget(self.summary)
        self.facts = _fact("\n\n".join(self.form.facts))
        self.facts.setVisible(bool(self.form.facts))
        column.addWidget(self.facts)
        column.addWidget(self.fields)
        column.addStretch(1)
        return middle

    def _scrolled(self, theme: Theme) -> QScrollArea:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._middle = self.body(theme)
        self._middle.installEventFilter(self)
        self._area.setWidget(self._middle)
        self._area.viewport().setObjectName("clear")
        return self._area

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        kind = "danger" if self.form.dangerous else "primary"
        self.button = Button(theme, self.form.button, kind=kind, clicked=self.submit)
        self.cancel = Button(theme, tr("Cancel"), clicked=self.reject)
        self.foot = label(tr("Ctrl Enter does it, Esc leaves it and keeps a draft"), "small")
        row.addWidget(self.foot, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.button)
        return row

    def _fit(self, theme: Theme) -> None:
        """Be as large as the fields need, and never larger than the screen."""
        screen = QGuiApplication.primaryScreen().availableSize()
        width = min(theme.px(680), screen.width() - 40)
        self.setMinimumWidth(min(theme.px(520), width))
        self._outer.activate()
        around = self._outer.sizeHint().height() - self._area.sizeHint().height()
        around += theme.px(24)  # the banner's second line, where it has one
        wanted = self._middle.sizeHint().height() + around
        self.resize(width, min(wanted, screen.height() - 60))
        self.fields.focus_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with what comes later: choices that are read, an override, what was missing."""
        if watched is self._middle and event.type() == QEvent.Type.LayoutRequest:
            lacks = self._middle.sizeHint().height() - self._area.viewport().height()
            room = self.room().height() - self.height()
            if self.isVisible() and min(lacks, room) > 0:
                self.resize(self.width(), self.height() + min(lacks, room))
                below = self.frameGeometry().bottom() - self.screen().availableGeometry().bottom()
                if below > 0:
                    self.move(self.x(), self.y() - below)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
            return
        if enter:  # Enter in a field goes on; it never does the action by accident
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        if not self.busy:  # what has begun tells its end here
            self.keeper.flush()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keeper.flush()
        event.setAccepted(not self.busy)

    def _keep_drafts(self) -> DraftKeeper:
        place, form = self.place, self.form
        named = form.draft or f"{form.action}: {form.title}"
        keeper = DraftKeeper(place.tasks, place.link, named, self.fields.drafts, self)
        self.fields.edited.connect(keeper.touch)
        keeper.saved.connect(self.foot.setText)
        keeper.found.connect(
            lambda draft: keeper.offer(self.draft_bar, draft, self.fields.put_drafts)
        )
        keeper.look(place.scope_id)
        return keeper

    def _make_banner(self, place: DialogPlace) -> PatientBanner | None:
        if place.person is not None:
            banner = PatientBanner(place.theme)
            banner.show_person(place.person)
            return banner
        if not place.about:
            return None
        fetched = FetchedBanner(place.theme, place.tasks, place.link, place.about)
        fetched.known.connect(lambda: self._set_busy(self.busy))
        return fetched

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.button.setEnabled(not busy and self._person_shown)
        self.cancel.setEnabled(not busy)

    def _done(self, result: object) -> None:
        self._set_busy(False)
        self.keeper.discard()
        shared = bool(self.place.link.is_open and self.place.link.desk.settings.server_url)
        self.done_with.emit(result_words(self.form.done, result, shared=shared), result)
        self.accept()

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        if isinstance(problem, KnownError):
            self.show_refusal(problem)
        else:
            self.place.tasks.failed.emit(problem)


def _fact(words: str) -> QLabel:
    return label(words, "quiet", wrap=True)
