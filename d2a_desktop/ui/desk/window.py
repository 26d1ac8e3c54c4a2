"""One desk and its window, from the first paint to the last: open, lock, exchange, close."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.policy import find_policy, settings_in_force
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.lease import Standing
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.clipboard import ClipboardGuard
from d2a_desktop.ui.desk.alerts_watch import AlertsWatch
from d2a_desktop.ui.desk.door_watch import DoorWatch
from d2a_desktop.ui.desk.facts import facts_before, facts_of
from d2a_desktop.ui.desk.idle_watch import IdleWatch
from d2a_desktop.ui.desk.joins import Joins
from d2a_desktop.ui.desk.list_files import ListFiles
from d2a_desktop.ui.desk.opening import Opening
from d2a_desktop.ui.desk.page_memory import PageMemory
from d2a_desktop.ui.desk.pages import Parts, page_makers, record_maker, set_up_maker
from d2a_desktop.ui.desk.picture_age import PictureAge
from d2a_desktop.ui.desk.search import DeskSearch
from d2a_desktop.ui.desk.session_watch import SessionWatch
from d2a_desktop.ui.desk.sync_loop import Report, SyncLoop
from d2a_desktop.ui.desk.sync_words import check_words, lasting_notice, sync_facts
from d2a_desktop.ui.desk.taskbar import keep_out_of_previews
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.errors import ErrorWords, words_for
from d2a_desktop.ui.formats.sync_facts import progress_words
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.sync_pill import SyncFacts, SyncState
from d2a_desktop.ui.widgets.toast import Toast
from d2a_desktop.ui.widgets.top_bar import DeskFacts

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk
    from d2a_desktop.services.queries.rows import SyncLight, SyncStep

_NO_DESK = "no_desk"
_LOCKS_IN = "This desk locks in"


class DeskWindow(QObject):
    """A folder's desk in a window of its own.

    Args:
        theme, actions: of the process.
        profile: the desk's folder.
        take: makes words of a failure, and a report where it is a bug.
        login: who signs in; the person of the settings where nobody is named.
        passphrase, database_password: said by whoever starts the program (the demo).
        clock: another clock than the desk's own; for the demo and tests.

    Signals:
        closed: the window was closed and everything of the desk with it.
        ready: the desk is open and its boards load.
        switched: another person signs in; the DeskWindow that took this one's place.
    """

    closed = Signal()
    ready = Signal()
    switched = Signal(object)

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        profile: Profile,
        *,
        take: Callable[[BaseException], ErrorWords] = words_for,
        login: str = "",
        passphrase: str | None = None,
        database_password: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self.profile = profile
        self._login, self._clock = login, clock
        self.tasks = Tasks(self)
        self.link = DeskLink(self)
        self.sync = SyncLoop(self.tasks, self.link, self)
        self.idle = IdleWatch(parent=self)
        self.clipboard = ClipboardGuard(self)
        self.session = SessionWatch(self)
        self.door = DoorWatch(self.link, self)
        self._parts = Parts(theme, actions, self.tasks, self.link, profile)
        self._take = take
        self._passphrase = passphrase
        self._covered_for_opening = False
        self._asks_passphrase = True
        self._over = False
        self._notice_s = 0
        self._warning: Toast | None = None
        self._memory: PageMemory | None = None
        self._opening = Opening(
            self.tasks, profile, clock=clock, database_password=database_password, parent=self
        )
        self._join()
        self.window = self._first_window()

    # ------------------------------------------------------------ life

    def show(self) -> None:
        """Show the window; the desk is opened after its first paint."""
        self.window.show()

    def come_forward(self) -> None:
        """Bring the window before all others."""
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Close window, exchange, tasks and store; may be called again."""
        if self._over:
            return
        self._over = True
        self.clipboard.clear()
        self.idle.stop()
        self.session.stop()
        self.sync.stop()
        unsaved = self._memory.take_unsaved() if self._memory is not None else {}
        self.tasks.close()
        for keeper in list(self.link.keepers):
            keeper.write_now()
        desk = self.link.clear()
        if desk is not None and unsaved:
            with suppress(KnownError):  # how lists looked is no reason to keep a desk from closing
                desk.page_states.keep(desk.caller, unsaved)
        for each in (desk, self._opening.take_unclaimed()):
            if each is not None:
                each.close()
        self.window.close()
        self.closed.emit()

    # ------------------------------------------------------------ windows

    def _first_window(self) -> MainWindow:
        if not self.profile.key_file.is_file():
            return self._set_up_window()
        try:
            settings = settings_in_force(self.profile.settings_file)
        except KnownError as problem:
            window = self._make_window(facts_before(Settings()))
            window.show_problem(self._take(problem))
            return window
        window = self._make_window(facts_before(settings))
        window.painted.connect(lambda: QTimer.singleShot(0, self, self._open))
        return window

    def _make_window(self, facts: DeskFacts) -> MainWindow:
        parts = self._parts
        window = MainWindow(
            parts.theme, parts.actions, self.tasks, facts, page_makers(facts.kind, parts)
        )
        window.pages.add(record_maker(parts))
        window.painted.connect(partial(keep_out_of_previews, window))
        window.sync_asked.connect(self.sync.run)
        window.exchange.cancelled.connect(self._cancel_exchange)
        window.lock_asked.connect(self.lock)
        window.unlock_tried.connect(self._try_unlock)
        window.switch_tried.connect(self._try_switch)
        window.switch_user_asked.connect(self.lock)
        window.people_asked.connect(self.show_people)
        window.closed.connect(self.close)
        window.shut_cover.sync_asked.connect(self.sync.run)
        window.shut_cover.password_given.connect(self._take_password)
        window.pages.made.connect(self._page_made)
        joins = Joins(window, parts)
        self._memory = PageMemory(window, parts)
        ListFiles(window, parts)
        AlertsWatch(window, parts)
        PictureAge(window, self.sync, self.link)
        search = DeskSearch(window, self.tasks, self.link)
        search.case_chosen.connect(joins.open_case)
        search.offer_chosen.connect(joins.show_offer)
        self._kind = facts.kind
        return window

    def _set_up_window(self) -> MainWindow:
        parts = self._parts
        window = MainWindow(
            parts.theme,
            parts.actions,
            self.tasks,
            facts_before(Settings()),
            [set_up_maker(parts)],
        )
        window.bar.pill.show_health(SyncFacts(SyncState.OFFLINE, "No desk yet"))
        page = window.pages.page("set_up")
        page.made.connect(self._desk_made)  # type: ignore[attr-defined]  # a SetUpPage
        window.closed.connect(self.close)
        return window

    def _replace_window(self, window: MainWindow) -> None:
        before, self.window = self.window, window
        window.setGeometry(before.geometry())
        window.show()
        before.closed.disconnect(self.close)
        before.close()
        before.deleteLater()

    def _desk_made(self, passphrase: str, database_password: str) -> None:
        """The set-up page made a desk: show its own window and open it."""
        self._passphrase = passphrase or None
        self._opening.database_password = database_password or None
        self._replace_window(self._first_window())

    # ------------------------------------------------------------ opening

    def _join(self) -> None:
        self._opening.opened.connect(self._opened)
        self._opening.passphrase_asked.connect(self._ask_passphrase)
        self._opening.refused.connect(self._refused)
        self.sync.light_changed.connect(self._show_light)
        self.sync.began.connect(self._show_syncing)
        self.sync.progressed.connect(self._show_step)
        self.sync.checked.connect(self._tell_check)
        self.tasks.failed.connect(self._show_failure)
        self.sync.ended.connect(self._follow_door)
        self.door.shut.connect(self._shut)
        self.door.opened.connect(self._reopen)
        self.door.soon.connect(self._tell_soon)
        self.door.calm.connect(self._tell_calm)
        self.idle.locked.connect(self.lock)
        self.session.locked.connect(self.lock)
        self.idle.warned.connect(self._warn)
        self.idle.touched.connect(self._stop_warning)

    def _open(self) -> None:
        self._opening.open(self._passphrase, self._login)

    def _ask_passphrase(self, words: str) -> None:
        if not self.window.locked:
            self._covered_for_opening = True
            self._cover(asks=True)
        if words:
            self.window.cover.refuse(words)

    def _refused(self, problem: KnownError) -> None:
        if problem.code == _NO_DESK:
            self._replace_window(self._set_up_window())
            return
        words = self._take(problem)
        self.window.notice.say(
            words.what_happened,
            words.what_to_do,
            actions=(("Try again", self._try_again),),
            icon="error",
            bad=True,
        )

    def _try_again(self) -> None:
        self.window.notice.clear()
        self._open()

    def _opened(self, desk: Desk) -> None:
        if self._over:
            desk.close()
            return
        facts = facts_of(desk)
        if facts.kind != self._kind:
            self._replace_window(self._make_window(facts))
        self.window.show_facts(facts)
        if self._covered_for_opening:
            self._covered_for_opening = False
            self.window.unlock()
        self.link.set_desk(desk)
        self._watch_idle(desk)
        self.session.watch(self.window)
        self._tell_policy()
        self.ready.emit()

    def _tell_policy(self) -> None:
        """Say that the organisation's policy is broken, and what holds until it is mended."""
        problem = find_policy().problem
        if problem is not None:
            self.window.show_problem(self._take(problem))

    # ------------------------------------------------------------ lock

    def lock(self) -> None:
        """Cover the desk; it stays open below, and its exchange goes on."""
        if self.link.is_open and not self.window.locked:
            self.idle.stop()
            self._stop_warning()
            self.clipboard.clear()
            for keeper in list(self.link.keepers):
                keeper.flush()
            self._cover(asks=self._asks_passphrase)

    def _warn(self) -> None:
        # Over the dialog where one is open, which may hide the window's foot; and a key that
        # answers it must do nothing else, so it names one.
        front = QApplication.activeModalWidget()
        own = front is not None and front in self.window.findChildren(QDialog)
        self._warning = Toast(self._parts.theme, front) if front and own else self.window.toast
        self._warning.show_words(
            f"{_LOCKS_IN} {self._notice_s} seconds. Move the mouse or press Shift to stay.",
            milliseconds=self._notice_s * 1000,
        )
        QApplication.alert(self.window)

    def _stop_warning(self) -> None:
        warning, self._warning = self._warning, None
        if warning is not None and isValid(warning) and warning.words.startswith(_LOCKS_IN):
            warning.hide()
            if warning is not self.window.toast:
                warning.deleteLater()

    def _watch_idle(self, desk: Desk) -> None:
        from d2a_desktop.services.desk_lock import asks_passphrase, idle_lock

        self._asks_passphrase = asks_passphrase(self.profile)
        rule = idle_lock(desk.settings)
        self._notice_s = round(rule.notice.total_seconds())
        self.idle.watch(rule)

    def _try_unlock(self, typed: str) -> None:
        if self._covered_for_opening:
            self._opening.open(typed, self._login)
            return
        self._check(typed, self.link.desk.caller.login, self._unlocked)

    def _check(self, typed: str, login: str, passed: Callable[[None], None]) -> None:
        def check() -> None:
            from d2a_desktop.services.desk_lock import check_passphrase

            check_passphrase(self.profile, typed, login)

        self.tasks.run_query(check, passed, failed=self._stay_locked, owner=self)

    def _cover(self, *, asks: bool) -> None:
        """Cover the window with the names of who may open it; a broken key file tells itself."""
        from d2a_desktop.services.desk_lock import people_at

        people: tuple[tuple[str, str], ...] = ()
        with suppress(KnownError):
            people = people_at(self.profile)
        signed_in = self.link.desk.caller.login if self.link.is_open else self._usual_login()
        self.window.lock(asks=asks, people=people, signed_in=signed_in)

    def _usual_login(self) -> str:
        with suppress(KnownError):
            return self._login or settings_in_force(self.profile.settings_file).login or "local"
        return self._login

    def _try_switch(self, login: str, typed: str) -> None:
        """Another person signs in: nothing of this one's session stays but what is kept."""
        if self._covered_for_opening:
            self._login = login
            self._opening.open(typed, login)
            return
        self._check(typed, login, lambda _nothing: self._switch(login, typed))

    def _switch(self, login: str, passphrase: str) -> None:
        parts = self._parts
        successor = DeskWindow(
            parts.theme,
            parts.actions,
            self.profile,
            take=self._take,
            login=login,
            passphrase=passphrase,
            clock=self._clock,
        )
        successor.window.setGeometry(self.window.geometry())
        self.switched.emit(successor)
        successor.show()
        self.close()  # before the successor's first paint opens the store

    def show_people(self) -> None:
        """Show who can open this desk, to enrol somebody, change a passphrase or remove one."""
        from d2a_desktop.ui.dialogs.people_dialog import PeopleDialog

        if self.link.is_open:
            parts = self._parts
            PeopleDialog(parts.theme, self.tasks, self.link, parent=self.window).open()

    def _unlocked(self, _nothing: None) -> None:
        if self.window.locked:
            self.window.unlock()
            self._watch_idle(self.link.desk)

    def _stay_locked(self, problem: Exception) -> None:
        words = str(problem) if isinstance(problem, KnownError) else self._take(problem).plain
        self.window.cover.refuse(words)

    # ------------------------------------------------------------ the door

    def _follow_door(self) -> None:
        self.window.shut_cover.button.setEnabled(True)
        self.door.follow()

    def _shut(self, standing: Standing) -> None:
        self.window.shut(standing.words, standing.what_to_do)

    def _reopen(self) -> None:
        self.window.reopen()
        # The boards were refused meanwhile, and what they still show may be old.
        self.tasks.changed.emit(ChangeSet(kinds=frozenset(RECORDS)))

    def _tell_soon(self, standing: Standing) -> None:
        self.window.notice.say(
            standing.words, standing.what_to_do, actions=(("Sync now", self.sync.run),)
        )

    def _tell_calm(self, words: str) -> None:
        if self.window.notice.accessibleName().startswith(words):  # and not another notice's
            self.window.notice.clear()

    def _show_failure(self, problem: Exception) -> None:
        if not self.door.explains(problem):
            self.window.show_problem(self._take(problem))

    def _show_on_cover(self, light: SyncLight) -> None:
        standing = self.link.desk.exchange.standing()
        reason = light.reason.removeprefix(standing.told).strip()
        told = f"{reason} {light.what_to_do}".strip()
        self.window.shut_cover.show_exchange(told, asks="password" in told.lower())

    # ------------------------------------------------------------ pages and light

    def _page_made(self, key: str, page: Page) -> None:
        if key == "sync":
            page.sync_asked.connect(self.sync.run)  # type: ignore[attr-defined]  # a SyncPage
            page.password_given.connect(self._take_password)  # type: ignore[attr-defined]  # as above
            page.check_asked.connect(self.sync.check)  # type: ignore[attr-defined]  # as above
            self.sync.light_changed.connect(page.show_light)  # type: ignore[attr-defined]  # as above
            self.sync.progressed.connect(page.show_step)  # type: ignore[attr-defined]  # as above
            self.sync.show_light()

    def _take_password(self, password: str) -> None:
        self._opening.database_password = password
        self.sync.run()

    def _show_light(self, light: SyncLight) -> None:
        # An exchange of a moment changes nothing that one would read; a long one, or one that
        # hangs, is told.
        if self.link.is_open and (
            not self.sync.running or self.sync.long or light.state == "stuck"
        ):
            now = self.link.desk.clock.now()
            facts = sync_facts(light, now=now, has_server=self.sync.has_server)
            self.window.bar.pill.show_health(facts)
            self._show_lasting(light)
            if self.door.is_shut:
                self._show_on_cover(light)
            self.window.nav.set_number("sync", light.conflicts, pressing=bool(light.conflicts))

    def _show_lasting(self, light: SyncLight) -> None:
        now = self.link.desk.clock.now()
        told = lasting_notice(light, now=now, has_server=self.sync.has_server)
        if told is None:
            self.window.lasting.clear()
            return
        deeds = (
            ("See changes", lambda: self.window.show_page("sync")),
            ("Try now", self.sync.run),
        )
        icon = "error" if told.bad else "offline"
        self.window.lasting.say(told.title, told.words, actions=deeds, icon=icon, bad=told.bad)

    def _show_step(self, step: SyncStep | None) -> None:
        """Show on every page how far a long exchange is, with its Cancel."""
        row = self.window.exchange
        row.setVisible(step is not None)
        if step is not None:
            row.show_progress(step.done, step.total or 0, progress_words(step))

    def _cancel_exchange(self) -> None:
        self.sync.cancel()
        self.window.toast.show_words(
            "The exchange stops. What has arrived stays; the rest comes in half a minute, or now"
            " with F5."
        )

    def _tell_check(self, report: Report) -> None:
        self.window.toast.show_words(check_words(report.repaired, cancelled=report.cancelled))

    def _show_syncing(self) -> None:
        if self.door.is_shut:
            self.window.shut_cover.show_exchange("Exchanging", under_way=True)
