"""Shows a pack page by page before it is printed, saved, or marked as given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.domain.codes import PACKS_OF_A_CASE, PackKind
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.fetched_banner import FetchedBanner
from d2a_desktop.ui.dialogs.print_service import PrintService
from d2a_desktop.ui.dialogs.print_steps import PrintSteps
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.tasks import Progress, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.pdf_pages import Found, find_text, page_pictures

if TYPE_CHECKING:
    from d2a_desktop.services.pack_printing import PackIssued

_SCREEN_DPI = 130.0
_ZOOMS = (25, 33, 40, 50, 60, 75, 90, 100, 125, 150, 200)
_THUMB_WIDTH = 96


@dataclass(frozen=True)
class _Preview:
    """A pack as made for the screen, and the printer its person used last."""

    pdf: bytes
    pictures: list[QImage]
    printer: str


class PackPreviewDialog(Dialog):
    """One case's pack, page by page.

    Args:
        theme, tasks, link: the desk's own.
        case: case reference.
        kind: with which pack to begin.
        printing: the door to printers and files.
    """

    def __init__(
        self,
        theme: Theme,
        tasks: Tasks,
        link: DeskLink,
        case: str,
        *,
        kind: PackKind = PackKind.HANDOVER,
        printing: PrintService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._tasks, self._link = theme, tasks, link
        self._case = case
        self._letter: Path | None = None
        self.kind = kind
        self.steps = PrintSteps(self, tasks, link, printing=printing, set_ready=self._set_ready)
        self.problem = self.steps.problem
        self._zoom = 0
        self._pictures: list[QImage] = []
        self._issued: PackIssued | None = None
        self._pdf = b""
        self._found: tuple[Found, ...] = ()
        self._at = 0
        self.setWindowTitle(tr("Pack preview"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.banner = FetchedBanner(theme, tasks, link, case)
        self.banner.known.connect(lambda: self._set_ready(bool(self._pictures)))
        self._make_parts()
        self._lay_out()
        self.resize(theme.px(1060), theme.px(760))
        self.pages.setFocus()
        self.load()

    # ------------------------------------------------------------ building

    def _make_parts(self) -> None:
        theme = self._theme
        self.kinds = FilterChips(theme, name=tr("Kind of pack"))
        self.kinds.show_chips([Chip(each.value, tr(each.label)) for each in PACKS_OF_A_CASE])
        self.kinds.choose(self.kind.value)
        self.kinds.chosen.connect(self._set_kind)
        self.pages = QListWidget()
        self.pages.setAccessibleName(tr("Pages"))
        theme.keep(self.pages.setIconSize, _THUMB_WIDTH, 136)
        theme.keep(self.pages.setFixedWidth, 190)
        self.pages.currentRowChanged.connect(self._show_page)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea()
        self.area.setWidget(self.picture)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(tr("Page"))
        self.state = label(tr("Making the pack…"), "quiet", wrap=True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find in the pack"))
        self.search.setAccessibleName(tr("Find in the pack"))
        self.search.setClearButtonEnabled(True)
        theme.keep(self.search.setFixedWidth, 200)
        self.search.returnPressed.connect(self.find_next)
        self.search.textChanged.connect(self._find)
        self.hits = label("", "quiet")
        self.purpose = QLineEdit()
        self.purpose.setPlaceholderText(tr("Why it is printed, such as: discharge today"))
        self.purpose.setAccessibleName(tr("Why it is printed"))
        self.given_to = QLineEdit()
        self.given_to.setPlaceholderText(tr("Who took it"))
        self.given_to.setAccessibleName(tr("Who took the pack"))
        self.given_to.setEnabled(False)
        self.print_button = Button(theme, tr("Print…"), kind="primary", clicked=self.print_pack)
        self.save_button = Button(theme, tr("Save PDF…"), icon="export", clicked=self.save_pack)
        self.give_button = Button(theme, tr("Mark as given"), icon="check", clicked=self.give)
        self.give_button.setEnabled(False)
        self.letter_button = Button(
            theme, tr("Attach discharge letter…"), clicked=self.attach_letter
        )

    def _lay_out(self) -> None:
        theme = self._theme
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 16, 16, 16, 16)
        theme.keep(outer.setSpacing, 10)
        top = QHBoxLayout()
        top.addWidget(label(tr("Pack preview"), "title"))
        top.addStretch(1)
        smaller = Button(theme, tr("Smaller"), clicked=lambda: self.zoom(-1))
        larger = Button(theme, tr("Larger"), clicked=lambda: self.zoom(1))
        self._zoom_words = label("100 %")
        for each in (smaller, self._zoom_words, larger):
            top.addWidget(each)
        outer.addLayout(top)
        outer.addWidget(self.banner)
        outer.addLayout(self._kind_row())
        second = QHBoxLayout()
        second.addWidget(self.state, 1)
        second.addWidget(self.hits)
        second.addWidget(self.search)
        outer.addLayout(second)
        outer.addWidget(self.problem)
        middle = QHBoxLayout()
        theme.keep(middle.setSpacing, 12)
        middle.addWidget(self.pages)
        middle.addWidget(self.area, 1)
        outer.addLayout(middle, 1)
        foot = QHBoxLayout()
        theme.keep(foot.setSpacing, 8)
        foot.addWidget(self.purpose, 2)
        foot.addWidget(self.save_button)
        foot.addWidget(self.print_button)
        foot.addWidget(self.given_to, 1)
        foot.addWidget(self.give_button)
        foot.addWidget(Button(theme, tr("Close"), clicked=self.close))
        outer.addLayout(foot)
        for keys, slot in (("Ctrl++", lambda: self.zoom(1)), ("Ctrl+-", lambda: self.zoom(-1))):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self.print_pack)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)

    def _kind_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addStretch(1)
        row.addWidget(self.letter_button)
        return row

    # ------------------------------------------------------------ looking

    def load(self) -> None:
        """Make the pack anew and show its pages; recorded as a view."""
        self._set_ready(False)
        self.state.setText(tr("Making the pack…"))
        desk, kind, letter = self._link.desk, self.kind.value, self._letter_for(self.kind)
        self.letter_button.setVisible(self.kind is PackKind.HANDOVER)

        def work(progress: Progress) -> _Preview:
            pdf = desk.packs.preview(desk.caller, self._case, kind, letter=letter)
            stop = progress.stop_if_cancelled
            pictures = list(page_pictures(pdf, dpi=_SCREEN_DPI, stop=stop))
            return _Preview(pdf, pictures, desk.printers.remembered(desk.caller))

        self._tasks.run_long_command(work, self._show, failed=self.steps.failed, owner=self)

    def attach_letter(self) -> None:
        """Choose the discharge letter to bind in behind the handover pack, or take it off."""
        self.problem.hide()
        self._letter = None if self._letter else self.steps.printing.choose_letter(self)
        self.letter_button.setText(
            tr("Take the letter off") if self._letter else tr("Attach discharge letter…")
        )
        self.load()

    def _letter_for(self, kind: PackKind) -> Path | None:
        return self._letter if kind is PackKind.HANDOVER else None

    def _set_kind(self, kind: str) -> None:
        self.kind = PackKind(kind)
        self._issued = None
        self.given_to.setEnabled(False)
        self.give_button.setEnabled(False)
        self.load()

    def _show(self, preview: _Preview) -> None:
        pictures = preview.pictures
        self._pdf, self._pictures = preview.pdf, pictures
        self.steps.remember(preview.printer)
        self.pages.clear()
        for number, picture in enumerate(pictures, start=1):
            item = QListWidgetItem(tr("Page {number}", number=number), self.pages)
            item.setIcon(
                QIcon(
                    QPixmap.fromImage(
                        picture.scaledToWidth(
                            self._theme.px(_THUMB_WIDTH) * 2,
                            Qt.TransformationMode.SmoothTransformation,
                        )
                    )
                )
            )
        if not self._zoom:
            self._fit()
        self.pages.setCurrentRow(0)
        caller = self._link.desk.caller
        self.state.setText(
            tr(
                "{kind} · {pages} · prints carry the name {name}, the time and the version",
                kind=tr(self.kind.label),
                pages=plural(len(pictures), "page", "pages"),
                name=caller.name,
            )
        )
        self._set_ready(True)
        self._find(self.search.text())

    # ------------------------------------------------------------ finding

    def _find(self, wanted: str) -> None:
        pdf = self._pdf
        self._tasks.run_query(
            lambda: find_text(pdf, wanted) if pdf else (),
            self._show_found,
            owner=self,
            key="find in pack",
        )

    def _show_found(self, found: tuple[Found, ...]) -> None:
        self._found, self._at = found, 0
        self._go_to_found()

    def find_next(self) -> None:
        """Go to the next place of the searched text; after the last comes the first."""
        if self._found:
            self._at = (self._at + 1) % len(self._found)
            self._go_to_found()

    def _go_to_found(self) -> None:
        if not self._found:
            self.hits.setText(tr("Not in the pack") if self.search.text().strip() else "")
            self._show_page(self.pages.currentRow())
            return
        self.hits.setText(tr("{done} of {total}", done=self._at + 1, total=len(self._found)))
        page = self._found[self._at].page
        if self.pages.currentRow() == page:
            self._show_page(page)
        else:
            self.pages.setCurrentRow(page)

    def _marked(self, picture: QImage, page: int) -> QImage:
        """Return a page's picture with what was found on it marked, the present place stronger."""
        here = [one for one in self._found if one.page == page]
        if not here:
            return picture
        shown = picture.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(shown)
        width, height = shown.width(), shown.height()
        for one in here:
            present = one is self._found[self._at]
            painter.setPen(QColor("#a2191f") if present else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(255, 184, 28, 130 if present else 70))
            for left, top, right, bottom in one.boxes:
                painter.drawRect(
                    QRectF(
                        left * width, top * height, (right - left) * width, (bottom - top) * height
                    ).adjusted(-2, -2, 2, 2)
                )
        painter.end()
        return shown

    def _set_ready(self, ready: bool) -> None:
        for button in (self.print_button, self.save_button):
            button.setEnabled(ready and bool(self._pictures) and self.banner.is_known)

    def _show_page(self, number: int) -> None:
        if not 0 <= number < len(self._pictures):
            return
        picture = self._marked(self._pictures[number], number)
        ratio = self.devicePixelRatio()
        width = round(picture.width() * self._zoom / 100 * ratio * self._theme.px(100) / 100)
        shown = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(shown))
        self.picture.setAccessibleName(
            tr("Page {number} of {total}", number=number + 1, total=len(self._pictures))
        )
        self.area.verticalScrollBar().setValue(0)

    def _fit(self) -> None:
        """Begin with the largest of the zooms at which a page's width is seen whole."""
        room = self.area.viewport().width() / max(1, self._pictures[0].width()) * 100
        fitting = [each for each in _ZOOMS if each * self._theme.px(100) / 100 <= room]
        self._set_zoom(max(fitting, default=_ZOOMS[0]))

    def _set_zoom(self, zoom: int) -> None:
        self._zoom = zoom
        self._zoom_words.setText(f"{zoom} %")

    def zoom(self, step: int) -> None:
        """Show the page larger (+1) or smaller (-1)."""
        place = _ZOOMS.index(self._zoom) + step if self._zoom else 0
        self._set_zoom(_ZOOMS[max(0, min(len(_ZOOMS) - 1, place))])
        self._show_page(self.pages.currentRow())

    # ------------------------------------------------------------ printing

    def print_pack(self) -> None:
        """Ask for a printer, record the print, then send it."""
        desk, case, kind = self._link.desk, self._case, self.kind.value
        purpose, letter = self.purpose.text().strip(), self._letter_for(self.kind)
        self.steps.print_one(
            lambda: desk.packs.print_out(desk.caller, case, kind, purpose=purpose, letter=letter),
            self._was_issued,
        )

    def save_pack(self) -> None:
        """Record the print and write it to a file."""
        desk, case, kind = self._link.desk, self._case, self.kind.value
        purpose, letter = self.purpose.text().strip(), self._letter_for(self.kind)
        self.steps.save(
            f"{case}-{kind}.pdf",
            lambda out: desk.packs.issue(
                desk.caller, case, kind, out, purpose=purpose, letter=letter
            ),
            self._was_issued,
        )

    def _was_issued(self, issued: PackIssued) -> None:
        self._issued = issued
        words = tr(
            "{reference}, version {version}, {pages}: recorded.",
            reference=issued.reference,
            version=issued.version,
            pages=plural(issued.pages, "page", "pages"),
        )
        if issued.draft:
            words += " " + tr("DRAFT, missing: {parts}.", parts="; ".join(issued.missing))
        self.state.setText(" ".join((words, *issued.warnings)))
        self.given_to.setEnabled(True)
        self.give_button.setEnabled(True)
        self.given_to.setFocus()

    def give(self) -> None:
        """Record that the print just made was handed over."""
        issued, to = self._issued, self.given_to.text().strip()
        if issued is None:
            return
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.packs.give(desk.caller, self._case, issued.pack_id, to=to),
            lambda _changes: self._was_given(to),
            failed=self.steps.failed,
            owner=self,
        )

    def _was_given(self, to: str) -> None:
        self.problem.hide()
        self.state.setText(tr("Recorded as given to {name}.", name=to))
        self.give_button.setEnabled(False)
        self.given_to.setEnabled(False)
