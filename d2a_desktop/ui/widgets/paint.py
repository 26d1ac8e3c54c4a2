"""Drawing of tags, clocks, meters and two-line text, shared by lists and widgets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from d2a_desktop.ui.formats.cells import ClockCell, MeterCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.theme.theme import Theme

SEMI = QFont.Weight.DemiBold
BOLD = QFont.Weight.Bold
MEDIUM = QFont.Weight.Medium
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


def draw_words(  # a line of text needs all of these
    painter: QPainter,
    box: QRectF,
    words: str,
    *,
    font: QFont,
    colour: str,
    theme: Theme,
    flags: int = _LEFT,
) -> None:
    """Draw one line, elided at its end where the box is too narrow."""
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(words) > box.width():
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, flags, words)


def halves(box: QRectF, upper: QFont, lower: QFont, gap: float) -> tuple[QRectF, QRectF]:
    """Return the boxes of two lines of these fonts, set in the middle of `box`."""
    first, second = QFontMetrics(upper).height(), QFontMetrics(lower).height()
    top = box.top() + (box.height() - first - second - gap) / 2
    return (
        QRectF(box.left(), top, box.width(), first),
        QRectF(box.left(), top + first + gap, box.width(), second),
    )


def draw_text_cell(painter: QPainter, theme: Theme, box: QRectF, cell: TextCell) -> None:
    """Draw words, with the quiet second line where there is one."""
    tokens = theme.tokens
    strong = cell.strong or cell.tone in ("link", "warn", "bad", "good")
    font = theme.font(13.5, SEMI if strong else QFont.Weight.Normal)
    flags = _RIGHT if cell.right else _LEFT
    colour = tokens.tone_text(cell.tone)
    if not cell.below:
        if QFontMetrics(font).horizontalAdvance(cell.words) > box.width():
            _draw_whole(painter, theme, box, cell.words, font.weight(), colour)
            return
        draw_words(painter, box, cell.words, font=font, colour=colour, theme=theme, flags=flags)
        return
    small = theme.font(12)
    upper, lower = halves(box, font, small, theme.px(1))
    for size in (12.5, 11.5):  # words are set smaller before they are cut
        if QFontMetrics(font).horizontalAdvance(cell.words) > box.width():
            font = theme.font(size, font.weight())
    if QFontMetrics(font).horizontalAdvance(cell.words) > box.width():
        whole = f"{cell.words} · {cell.below}"
        _draw_whole(painter, theme, box, whole, font.weight(), colour)
        return
    draw_words(painter, upper, cell.words, font=font, colour=colour, theme=theme, flags=flags)
    quiet = tokens.text_quiet
    for size in (11.0, 10.0):
        if QFontMetrics(small).horizontalAdvance(cell.below) > box.width():
            small = theme.font(size)
    draw_words(painter, lower, cell.below, font=small, colour=quiet, theme=theme, flags=flags)


_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
# Two lines first; then smaller, on as many as the row has room for.
_WRAPPED_SIZES = (12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)


def _wraps(font: QFont, box: QRectF, words: str) -> bool:
    """Return whether words are whole in a box, on lines of its width."""
    room = QRectF(0, 0, box.width(), 10_000).toRect()
    found = QFontMetrics(font).boundingRect(room, _WRAP, words)
    return found.height() <= box.height() and found.width() <= box.width()


def _draw_whole(
    painter: QPainter, theme: Theme, box: QRectF, words: str, weight: QFont.Weight, colour: str
) -> None:
    """Draw words on several lines, smaller where they must be; the longest of all are elided."""
    fonts = [theme.font(size, weight) for size in _WRAPPED_SIZES]
    font = next((each for each in fonts if _wraps(each, box, words)), None)
    if font is None:
        font = fonts[-1]
        lines = max(1, int(box.height() // QFontMetrics(font).lineSpacing()))
        room = int(box.width() * (lines - 0.3))
        words = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    painter.drawText(box, _WRAP, words)


def draw_identifier(painter: QPainter, theme: Theme, box: QRectF, words: str) -> None:
    """Draw ward and bed, one identifier: on two lines and smaller where needed, never cut."""
    size, wrap = 13.5, int(_LEFT)
    if QFontMetrics(theme.font(size, SEMI)).horizontalAdvance(words) > box.width():
        wrap = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        wrap |= int(Qt.TextFlag.TextWordWrap)
        while size > 8:
            metrics = QFontMetrics(theme.font(size, SEMI))
            room = QRectF(0, 0, box.width(), 10_000).toRect()
            found = metrics.boundingRect(room, wrap, words)
            if found.height() <= box.height() and found.width() <= box.width():
                break
            size -= 0.5
    painter.setFont(theme.font(size, SEMI))
    painter.setPen(theme.colour(theme.tokens.text))
    painter.drawText(box, wrap, words)


def draw_person(painter: QPainter, theme: Theme, box: QRectF, cell: PersonCell) -> None:
    """Draw SURNAME, Forename above the NHS number and age.

    A name too long for one line goes on at the comma (CUI: wrap at element ends), then at a hyphen
    or space of the family name, where the row has room, and is set smaller: it is never cut.
    """
    tokens = theme.tokens
    small = theme.font(12, tabular=True)
    below = QFontMetrics(small).height()
    size, lines = _name_lines(theme, cell, box.width(), box.height() - below)
    bold, plain = theme.font(size, SEMI), theme.font(size)
    height = float(QFontMetrics(bold).height())
    gap = theme.px(1) if len(lines) == 1 else 0
    top = box.top() + (box.height() - len(lines) * height - gap - below) / 2
    for number, (family, given) in enumerate(lines):
        line = QRectF(box.left(), top + number * height, box.width(), height)
        # A space at the end of a line needs no room: with it the name would be cut.
        said = family if given else family.strip()
        if said:
            draw_words(painter, line, said, font=bold, colour=tokens.text, theme=theme)
        if given:
            line.adjust(QFontMetrics(bold).horizontalAdvance(said), 0, 0, 0)
            draw_words(painter, line, given, font=plain, colour=tokens.text, theme=theme)
    if cell.new:
        mark = QPointF(box.left() - theme.px(6), top + height / 2)
        painter.setBrush(theme.colour(tokens.link))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(mark, theme.px(2.5), theme.px(2.5))
    words = "  ·  ".join(part for part in (cell.number, cell.age) if part)
    lower = QRectF(box.left(), top + len(lines) * height + gap, box.width(), below)
    draw_words(painter, lower, words, font=small, colour=tokens.text_quiet, theme=theme)


_LARGEST, _SMALLEST = 14.0, 6.0
_Lines = list[tuple[str, str]]


def _name_lines(
    theme: Theme, cell: PersonCell, width: float, height: float
) -> tuple[float, _Lines]:
    """Return the largest size that fits a name into a room, and its lines of family and given."""
    family = f"{cell.family}, " if cell.given else cell.family
    layouts: list[_Lines] = [[(family, cell.given)]]
    if cell.given:
        layouts.append([(family, ""), ("", cell.given)])
    if at := _break_of(cell.family):
        layouts.append([(family[:at], ""), (family[at:], ""), ("", cell.given)])
        layouts.append([(family[:at], ""), (family[at:], cell.given)])
        if then := _break_of(cell.given):
            given = [("", cell.given[:then].rstrip()), ("", cell.given[then:])]
            layouts.append([(family[:at], ""), (family[at:], ""), *given])
    size = _LARGEST
    while size > _SMALLEST:
        for lines in layouts:
            if _fits(theme, lines, size, width, height):
                return size, lines
        size -= 0.5
    return size, layouts[-1]


def _fits(theme: Theme, lines: _Lines, size: float, width: float, height: float) -> bool:
    bold, plain = (QFontMetrics(theme.font(size, weight)) for weight in (SEMI, QFont.Weight.Normal))
    if len(lines) > 1 and len(lines) * bold.height() > height:
        return False
    return all(
        bold.horizontalAdvance(family if given else family.strip()) + plain.horizontalAdvance(given)
        <= width
        for family, given in lines
    )


def _break_of(family: str) -> int:
    """Return where a family name breaks most evenly, after a hyphen or space; 0 if it does not."""
    places = [at for at in range(1, len(family)) if family[at - 1] in "- "]
    return min(places, key=lambda at: max(at, len(family) - at), default=0)


def number_width(theme: Theme) -> int:
    """Return the width that an NHS number and an age need below a name."""
    return QFontMetrics(theme.font(12, tabular=True)).horizontalAdvance("999 999 9999  ·  100 y")


def person_height(theme: Theme, lines: int = 2) -> int:
    """Return the height of a row in which a name takes so many lines."""
    name, below = QFontMetrics(theme.font(14, SEMI)).height(), QFontMetrics(theme.font(12)).height()
    return lines * name + below + theme.px(8)


def person_widths(theme: Theme, size: float = 14.0) -> Callable[[PersonCell], int]:
    """Return what tells the width that a whole name needs; each part is measured once."""
    family = cache(QFontMetrics(theme.font(size, SEMI)).horizontalAdvance)
    given = cache(QFontMetrics(theme.font(size)).horizontalAdvance)
    return lambda cell: (
        family(f"{cell.family}, " if cell.given else cell.family) + given(cell.given)
    )


def draw_clock(painter: QPainter, theme: Theme, box: QRectF, cell: ClockCell) -> None:
    """Draw a clock's words, a triangle when it is over, and its bar or second line."""
    tokens = theme.tokens
    font = theme.font(13.5, SEMI, tabular=True)
    small = theme.font(12, tabular=True)
    upper, lower = halves(box, font, small, theme.px(1))
    if not cell.below and cell.filled is None:
        upper = box
    colour = tokens.tone_text(cell.tone if cell.tone != "good" else "plain")
    if cell.alarm:
        side = theme.px(15)
        mark = QRectF(upper.left(), upper.center().y() - side / 2, side, side)
        theme.paint_icon(painter, mark, "warning", colour)
        upper = upper.adjusted(side + theme.px(5), 0, 0, 0)
    draw_words(painter, upper, cell.words, font=font, colour=colour, theme=theme)
    if cell.filled is not None:
        height = theme.px(6)
        width = min(lower.width(), theme.px(126))
        track = QRectF(lower.left(), lower.center().y() - height / 2, width, height)
        draw_bar(painter, theme, track, cell.filled, tokens.tone_fill(cell.tone), cell.marks)
    elif cell.below:
        quiet = tokens.text_quiet
        draw_words(painter, lower, cell.below, font=small, colour=quiet, theme=theme)


def draw_bar(
    painter: QPainter,
    theme: Theme,
    track: QRectF,
    filled: float,
    colour: str,
    marks: tuple[float, ...] = (),
) -> None:
    """Draw a rounded bar filled from the left, with gaps at `marks` (fractions of the whole)."""
    round_ = track.height() / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(theme.tokens.track))
    painter.drawRoundedRect(track, round_, round_)
    if filled > 0:
        part = QRectF(track.left(), track.top(), max(track.height(), track.width() * filled), 0)
        part.setHeight(track.height())
        painter.setBrush(theme.colour(colour))
        painter.drawRoundedRect(part, round_, round_)
    painter.setPen(QPen(theme.colour(theme.tokens.surface), theme.px(2)))
    for mark in marks:
        x = track.left() + track.width() * mark
        painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
    painter.restore()


def draw_meter(painter: QPainter, theme: Theme, box: QRectF, cell: MeterCell) -> None:
    """Draw a percentage as words above a bar."""
    tokens = theme.tokens
    font, small = theme.font(13.5, SEMI, tabular=True), theme.font(12)
    upper, lower = halves(box, font, small, theme.px(1))
    draw_words(painter, upper, cell.text, font=font, colour=tokens.text, theme=theme)
    height = theme.px(6)
    width = min(lower.width(), theme.px(110))
    track = QRectF(lower.left(), lower.center().y() - height / 2, width, height)
    draw_bar(painter, theme, track, cell.percent / 100, tokens.tone_fill(cell.tone))


def draw_tag(painter: QPainter, theme: Theme, box: QRectF, cell: TagCell) -> None:
    """Draw a tag at the left of `box`, in its middle."""
    if not cell.words:
        return
    pair = theme.tokens.tags[cell.hue]
    font = theme.font(12, SEMI)
    for size in (11.0, 10.0):  # words are set smaller before they are cut
        if QFontMetrics(font).horizontalAdvance(cell.words) + 2 * theme.px(5) > box.width():
            font = theme.font(size, SEMI)
    metrics = QFontMetrics(font)
    width = min(box.width(), metrics.horizontalAdvance(cell.words) + 2 * theme.px(8))
    height = metrics.height() + 2 * theme.px(4)
    tag = QRectF(box.left(), box.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QPen(theme.colour(pair.text), 1.2) if cell.outlined else QPen(Qt.PenStyle.NoPen)
    painter.setPen(line)
    painter.setBrush(theme.colour(pair.ground))
    painter.drawRoundedRect(tag.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.restore()
    inner = tag.adjusted(theme.px(4), 0, -theme.px(4), 0)
    draw_words(painter, inner, cell.words, font=font, colour=pair.text, theme=theme, flags=_CENTRE)
