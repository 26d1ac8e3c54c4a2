"""Keeps what a person types into a form every two seconds, and offers it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from d2a_desktop.services.drafts import Draft

EVERY_MS = 2_000


class DraftKeeper(QObject):
    """One form's draft, of the person signed in.

    Args:
        form: names the form among those about the same record.
        read: what the fields hold now, as JSON; empty when nothing is typed.
        every_ms: how often it is kept while somebody types.

    Signals:
        saved: words such as "Draft saved 13:09 on this computer".
        found: the Draft kept earlier, after `look`.
    """

    saved = Signal(str)
    found = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        link: DeskLink,
        form: str,
        read: Callable[[], Mapping[str, Any]],
        parent: QObject,
        *,
        every_ms: int = EVERY_MS,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link, self._form, self._read = tasks, link, form, read
        self._scope = ""
        self._touched = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.flush)
        link.keepers.add(self)

    def look(self, scope_id: str) -> None:
        """Take this record (empty for none) and see whether a draft of it is kept."""
        self.flush()
        self._scope, self._touched = scope_id, False
        if not self._link.is_open:
            return
        desk, form = self._link.desk, self._form

        def tell(draft: Draft | None) -> None:
            if draft is not None and scope_id == self._scope:
                self.found.emit(draft)

        self._tasks.run_query(
            lambda: desk.drafts.kept(desk.caller, scope_id, form),
            tell,
            failed=lambda _problem: None,  # a shut desk gives nothing; the form works all the same
            owner=self,
        )

    def touch(self) -> None:
        """Note that something was typed: it is kept two seconds from the first key on."""
        self._touched = True
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Keep what was typed now."""
        self._timer.stop()
        if not self._touched or not self._link.is_open:
            return
        self._touched = False
        if not self._read():
            self.discard()
            return
        self._tasks.run_command(
            self._work(),
            lambda draft: self.saved.emit(
                tr("Draft saved {time} on this computer", time=display_time(draft.saved_at))
            ),
            owner=self,
        )

    def write_now(self) -> None:
        """Keep it before the desk is closed; there is no later."""
        if not shiboken6.isValid(self) or not self._touched or not self._link.is_open:
            return
        self._timer.stop()
        self._touched = False
        with suppress(KnownError):  # a full disk must not keep a desk from closing
            self._work()()

    def discard(self) -> None:
        """Throw the draft away."""
        self._timer.stop()
        self._touched = False
        if self._link.is_open:
            desk, scope, form = self._link.desk, self._scope, self._form
            self._tasks.run_command(
                lambda: desk.drafts.discard(desk.caller, scope, form), lambda _: None
            )

    def offer(
        self, bar: NoticeBar, draft: Draft, use: Callable[[Mapping[str, Any]], object]
    ) -> None:
        """Ask on a bar whether the draft is to be used, and ask again before it is thrown away."""
        when = day_and_time(draft.saved_at, self._link.now())

        def take() -> None:
            bar.clear()
            use(draft.values)
            self.touch()

        def throw() -> None:
            bar.clear()
            self.discard()

        def ask() -> None:
            bar.say(
                tr("You have a draft of this"),
                tr("kept on this computer {when}", when=when),
                actions=((tr("Use it"), take), (tr("Throw it away"), sure)),
            )

        def sure() -> None:
            bar.say(
                tr("Throw the draft away?"),
                tr("It cannot be brought back."),
                actions=((tr("Yes, throw it away"), throw), (tr("Keep it"), ask)),
            )

        ask()

    def _work(self) -> Callable[[], Draft]:
        desk, scope, form = self._link.desk, self._scope, self._form
        values = dict(self._read())
        return lambda: desk.drafts.keep(desk.caller, scope, form, values)
