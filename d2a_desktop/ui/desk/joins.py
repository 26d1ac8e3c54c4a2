"""Joins boards to one another and to the windows they ask for; boards know of none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.ui.desk.pages import Parts
from d2a_desktop.ui.desk.person_keys import join_person_keys
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.ui.boards.board_round import BoardRoundPage
    from d2a_desktop.ui.boards.capacity_board import CapacityBoardPage
    from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
    from d2a_desktop.ui.boards.matches_board import MatchesBoardPage
    from d2a_desktop.ui.boards.offers_board import OffersBoardPage
    from d2a_desktop.ui.boards.ward_board import WardBoardPage


class Joins(QObject):
    """Joins the pages of one window as they are made."""

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._beginning = False
        window.case_asked.connect(self.open_case)
        parts.actions.attach(window, {"print_page": self.print_current})
        window.pages.made.connect(self._join)
        window.pages.came.connect(self._came)
        if window.pages.current_key:  # the first page was made before anybody listened
            self._join(window.pages.current_key, window.pages.page(window.pages.current_key))

    def open_case(self, case_id: str, *, part: str = "overview", begin: bool = False) -> None:
        """Bring a person's record to the front; `begin` opens its next step once it is read."""
        self._look_at(case_id)
        if self._window.show_page("record"):
            record = cast("CaseRecordPage", self._window.pages.page("record"))
            record.open_case(case_id, part=part, begin=begin)

    def _look_at(self, case_id: str) -> None:
        """Let what changed of this person count as seen, from whichever list they are opened."""
        if self._window.pages.has("ward_board"):
            board = cast("WardBoardPage", self._window.pages.page("ward_board"))
            board.look_at(case_id)

    def show_offer(self, offer_id: str) -> None:
        """Bring the offers to the front with one of them chosen, where this desk has the page."""
        if self._window.show_page("offers"):
            cast("OffersBoardPage", self._window.pages.page("offers")).show_offer(offer_id)

    def show_matches(self, case_id: str) -> None:
        """Bring the plan to the front with a person chosen; a desk without one has the record."""
        if self._window.show_page("matches"):
            cast("MatchesBoardPage", self._window.pages.page("matches")).show_line(case_id)
        else:
            self.open_case(case_id)

    def print_current(self) -> None:
        """Print by Ctrl+P: the page's own print, the pack of the person in front, or a list."""
        if not self._parts.link.is_open:
            return
        key = self._window.pages.current_key
        page = self._window.pages.page(key)
        if page.print_page():
            return
        if key == "record" and (view := cast("CaseRecordPage", page).view) is not None:
            self.preview(view.case_ref)
        else:
            self._print_lists()

    def _print_lists(self) -> None:
        from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog, prints_any

        parts = self._parts
        if prints_any(parts.link.desk.caller):
            SheetDialog(parts.theme, parts.tasks, parts.link, parent=self._window).open()
        else:
            self._window.toast.show_words("This desk has no lists to print.")

    def preview(self, case_ref: str, kind: str = PackKind.HANDOVER.value) -> None:
        """Show a person's pack."""
        from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog

        parts = self._parts
        PackPreviewDialog(
            parts.theme,
            parts.tasks,
            parts.link,
            case_ref,
            kind=PackKind(kind),
            parent=self._window,
        ).open()

    def _join(self, key: str, page: Page) -> None:
        join_person_keys(key, page, self._parts.actions, self)
        if key == "record":
            record = cast("CaseRecordPage", page)
            record.pack_asked.connect(self.preview)
            record.allocate_asked.connect(self._allocate)
            record.board_asked.connect(self._window.pages.back)
        elif key == "capacity":
            cast("CapacityBoardPage", page).offer_asked.connect(self.show_offer)
        elif key == "matches":
            cast("MatchesBoardPage", page).offer_asked.connect(self.show_offer)
        elif key == "ward_board":
            board = cast("WardBoardPage", page)
            board.pack_asked.connect(self.preview)
            board.matches_asked.connect(self.show_matches)
            board.board_round_asked.connect(self._begin_round)
            board.read.connect(self._board_read)

    def _came(self, key: str, page: Page) -> None:
        """A board round chosen in the navigation goes round whom the ward board shows."""
        if key != "board_round" or self._beginning:
            return
        board = cast("WardBoardPage", self._window.pages.page("ward_board"))
        # A board that is still being read has nobody yet: the round begins once it has come.
        if cast("BoardRoundPage", page).view is None and board.is_read:
            board.round.click()

    def _board_read(self) -> None:
        """Begin the round that was chosen while the ward board was still being read."""
        if self._window.pages.current_key == "board_round":
            self._came("board_round", self._window.pages.page("board_round"))

    def _begin_round(self, case_ids: tuple[str, ...]) -> None:
        self._beginning = True
        if self._window.show_page("board_round"):
            cast("BoardRoundPage", self._window.pages.page("board_round")).begin(case_ids)
        self._beginning = False

    def _allocate(self, case_ref: str) -> None:
        if self._window.show_page("offers"):
            cast("OffersBoardPage", self._window.pages.page("offers")).allocate_for(case_ref)
