"""The Qt application: its set-up, one window per desk folder, and what happens to a fault.

`open_desktop` opens one desk, `open_windows` several in one process (the demo).

Nothing heavy is imported here: SQLAlchemy, keyring, psycopg and reportlab come after the first
paint, in the task gate's threads.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtWidgets import QApplication

from d2a_desktop import __version__
from d2a_desktop.core.clock import Clock, SystemClock
from d2a_desktop.core.crash import CrashWatch
from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.core.logs import close_log, open_log
from d2a_desktop.core.paths import Profile, resource
from d2a_desktop.core.policy import find_policy, settings_in_force
from d2a_desktop.core.settings import Settings
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.errors import Reporter, ended_words, show_error, words_for
from d2a_desktop.ui.formats.language import use_language
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.single_instance import SingleInstance, already_open
from d2a_desktop.ui.theme.theme import Look, Theme


def make_application(argv: Sequence[str] = ()) -> QApplication:
    """Return the process's QApplication, made if there is none."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    app = QApplication([*(argv or sys.argv[:1])])
    app.setApplicationName("d2a-desktop")
    app.setApplicationDisplayName("D2A")
    app.setOrganizationName("D2A")
    return app


def make_theme(app: QApplication, *, look: Look = Look.SYSTEM, text_percent: int = 100) -> Theme:
    """Return the theme, with the fonts and icons of the resources, put on the application."""
    try:
        fonts: Path | None = resource("fonts/inter")
    except UnreachableError:
        fonts = None  # the system's fonts serve
    theme = Theme(icons_dir=resource("icons"), fonts_dir=fonts)
    theme.set_look(look)
    theme.set_text_percent(text_percent)
    theme.apply(app)
    return theme


class Desktop:
    """What the windows of this process share: application, theme, actions, reporter.

    Args:
        profile: the desk's folder (for the window lock and bug reports).
        clock, version: for bug reports.
        look, text_percent, single_letters, language: the person's settings.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        clock: Clock,
        version: str,
        look: Look = Look.SYSTEM,
        text_percent: int = 100,
        single_letters: bool = True,
        language: str = "system",
        argv: Sequence[str] = (),
    ) -> None:
        self.app = make_application(argv)
        use_language(self.app, language)
        self.theme = make_theme(self.app, look=look, text_percent=text_percent)
        self.actions = Actions(single_letters=single_letters)
        self.instance = SingleInstance(profile)
        self._crash = CrashWatch(profile.logs_dir)
        self._reports_dir, self._clock, self._version = profile.reports_dir, clock, version
        self.ended_before = ""
        self.reporter = Reporter(
            reports_dir=profile.reports_dir, now=clock.now, version=version, show=show_error
        )

    def start(self) -> bool:
        """Take the desk's folder and the hooks; False when its window is open already."""
        if not self.instance.acquire():
            return False
        self.reporter.install()
        self.ended_before = self._crash.begin(
            self._reports_dir, at=self._clock.now(), version=self._version
        )
        return True

    def run(self, window: MainWindow) -> int:
        """Show the window and run until it is closed; returns Qt's exit code."""

        def come_forward() -> None:
            window.showNormal()
            window.raise_()
            window.activateWindow()

        self.instance.raised.connect(come_forward)
        window.show()
        try:
            return self.app.exec()
        finally:
            self.stop()

    def stop(self) -> None:
        """Give the folder and the hooks back."""
        self._crash.end()
        self.reporter.uninstall()
        self.instance.release()


_STAGGER_PX = 40


def open_desktop(profile: Profile) -> int:
    """Open the desk of a folder, or the page that sets one up; returns the exit code.

    A second start for the same folder raises the first one's window and ends with 0.

    Raises:
        UnreachableError: the folder cannot be made or written to.
    """
    return open_windows([profile])


def open_windows(
    profiles: Sequence[Profile],
    passphrases: Mapping[Path, str] | None = None,
    *,
    database_passwords: Mapping[Path, str] | None = None,
    clock: Clock | None = None,
) -> int:
    """Open one window for each folder, in one process, until the last is closed.

    Returns Qt's exit code; 0 when the first folder's window is open already and came forward, 3
    when it is open and does not answer.

    Args:
        profiles: at least one; the first one's settings give look and text size.
        passphrases: by folder, for desks that nobody types a passphrase into (the demo).
        database_passwords: by folder, likewise.
        clock: another clock than each desk's own.
    """
    for profile in profiles:
        profile.create()
    desktop = _desktop(profiles[0])
    if not desktop.start():
        if desktop.instance.answered:
            return 0
        show_error(words_for(already_open()))
        return already_open().exit_code
    log = open_log(profiles[0].logs_dir)  # one for the process: events name no desk and no person
    others = [SingleInstance(profile) for profile in profiles[1:]]
    taken = [each for each in others if each.acquire()]
    windows = [
        DeskWindow(
            desktop.theme,
            desktop.actions,
            profile,
            take=desktop.reporter.take,
            passphrase=(passphrases or {}).get(profile.root),
            database_password=(database_passwords or {}).get(profile.root),
            clock=clock,
        )
        for profile, instance in zip(profiles, [desktop.instance, *others], strict=True)
        if instance in (desktop.instance, *taken)
    ]
    for place, (window, instance) in enumerate(
        zip(windows, [desktop.instance, *taken], strict=True)
    ):
        _follow(window, windows, instance)
        window.window.move(place * _STAGGER_PX, place * _STAGGER_PX)
        window.show()
    if desktop.ended_before and windows:
        windows[0].ready.connect(
            lambda: windows[0].window.show_problem(ended_words(desktop.ended_before))
        )
    try:
        return desktop.app.exec()
    finally:
        for window in windows:
            window.close()
        for instance in taken:
            instance.release()
        desktop.stop()
        close_log(log)


def _follow(window: DeskWindow, windows: list[DeskWindow], instance: SingleInstance) -> None:
    """Let a second start raise this window, and the one that takes its place at a switch."""
    instance.raised.connect(window.come_forward)

    def taken_over(successor: DeskWindow) -> None:
        windows[windows.index(window)] = successor
        _follow(successor, windows, instance)

    window.switched.connect(taken_over)


def _desktop(profile: Profile) -> Desktop:
    settings = Settings()
    with suppress(KnownError):  # the desk's own window says what is wrong with its settings
        settings = settings_in_force(profile.settings_file)
    desktop = Desktop(
        profile,
        clock=SystemClock(),
        version=__version__,
        look=Look(settings.appearance),
        text_percent=settings.text_size_percent,
        single_letters=settings.single_letter_keys,
        language=settings.language,
    )
    if find_policy().fixes("appearance"):
        desktop.theme.fix_look(Look(settings.appearance))
    return desktop
