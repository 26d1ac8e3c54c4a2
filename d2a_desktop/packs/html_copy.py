"""The copy of a pack for a screen reader or a browser: the same blocks as on paper, as HTML.

One page with headings, tables whose cells name their headers, and the language. It is made from
the very blocks that were printed, so the two cannot say different things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from reportlab.platypus import KeepTogether

from d2a_desktop.packs.banner import Banner
from d2a_desktop.packs.bidi import END_ISOLATE, FIRST_STRONG
from d2a_desktop.packs.flowables import Heading, PackTable, Role, RuledLines, TickBox

_STYLE = """
body{font:1rem/1.5 sans-serif;color:#212b32;max-width:60rem;margin:0 auto;padding:1rem}
header{background:#005eb8;color:#fff;padding:1rem}header dl{margin:0}header dt{float:left;
clear:left;margin-right:.5rem}header dd{margin:0;font-weight:bold}h1{margin:0 0 .5rem}
h2{color:#005eb8;border-bottom:1px solid}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #c9d2d7;padding:.3rem;text-align:start;vertical-align:top}
th[scope=row]{width:30%;font-weight:normal;color:#4c6272}
aside{border-left:.3rem solid #005eb8;background:#e6f0fa;padding:.3rem .8rem;margin:.6rem 0}
.allergies{background:#fbe3e1;padding:.5rem 1rem}.lines{height:4rem;border-bottom:1px solid}
"""


def html_copy(
    *, title: str, banner: Banner, story: Sequence[Any], footer: str, marking: str, draft: bool
) -> str:
    """Return a whole HTML page.

    Args:
        title: of the file; names nobody.
        banner: who, allergies and issue, as on each page.
        story: the blocks as they were handed to the printer of pages.
        footer: markup of the line at the foot of each page.
        marking: the marking line.
        draft: said in the title's place, as the watermark is not seen here.
    """
    state = ", DRAFT" if draft else ""
    body = "\n".join(_flow(story))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}{state}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{_head(banner)}\n<main>\n{body}\n</main>\n"
        f"<footer>\n<p><strong>{escape(marking)}</strong></p>\n<p>{_inline(footer)}</p>\n"
        "</footer>\n</body>\n</html>\n"
    )


def _head(banner: Banner) -> str:
    facts = "\n".join(
        f"<dt>{escape(pair.label)}</dt><dd dir='auto'>{_inline(escape(pair.value))}</dd>"
        for row in banner.rows
        for pair in row
    )
    strip = f'\n<p class="allergies">{_inline(banner.strip)}</p>' if banner.strip else ""
    return (
        f"<header>\n<h1>{_inline(banner.name)}</h1>\n<dl>\n{facts}\n</dl>\n"
        f"<p>{_inline(banner.issue)}</p>\n</header>{strip}"
    )


def _flow(story: Sequence[Any]) -> Iterator[str]:
    """Yield the elements of some blocks; entries of a list are held together."""
    entries: list[str] = []
    for block in story:
        if _style(block) == "bullet":
            entries.append(f'<li dir="auto">{_inline(block.markup)}</li>')
            continue
        if entries and _says(block):
            yield f"<ul>\n{_lines(entries)}\n</ul>"
            entries = []
        yield from _block(block)
    if entries:
        yield f"<ul>\n{_lines(entries)}\n</ul>"


def _block(block: Any) -> Iterator[str]:
    if isinstance(block, KeepTogether):
        yield from _flow(_kept(block))
    elif isinstance(block, Heading):
        yield f"<h2>{_inline(block.words.markup)}</h2>"
    elif isinstance(block, TickBox):
        yield f'<ul>\n<li dir="auto">{_inline(block.words.markup)}</li>\n</ul>'
    elif isinstance(block, PackTable):
        yield from _TABLES[block.role](block.cells)
    elif isinstance(block, RuledLines):
        yield '<div class="lines"></div>'
    elif hasattr(block, "markup"):
        yield _words(block)


def _kept(block: Any) -> Sequence[Any]:
    content: Sequence[Any] = block._content  # noqa: SLF001  reportlab shows it nowhere else
    return content


def _says(block: Any) -> bool:
    return any(True for _ in _block(block))


def _grid(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    rows: list[str] = []
    for row in cells:
        if isinstance(row[0], Heading):
            yield from _block(row[0])
            continue
        for label, value in zip(row[::2], row[1::2], strict=True):
            if label != "":
                rows.append(f'<tr><th scope="row">{_cell(label)}</th>{_data(value)}</tr>')
    yield f"<table>\n<tbody>\n{_lines(rows)}\n</tbody>\n</table>"


def _columns(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in cells[0])
    rows = _lines("<tr>" + "".join(_data(cell) for cell in row) + "</tr>" for row in cells[1:])
    yield (f"<table>\n<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>")


def _plain(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    rows = _lines("<tr>" + "".join(_data(cell) for cell in row) + "</tr>" for row in cells)
    yield f"<table>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _notice(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield f"<aside>\n{_lines(text for row in cells for text in _flow(row))}\n</aside>"


def _ticks(cells: Sequence[Sequence[Any]]) -> Iterator[str]:
    entries = [
        f'<li dir="auto">{_inline(cell.words.markup)}</li>'
        for row in cells
        for cell in row
        if isinstance(cell, TickBox)
    ]
    yield f"<ul>\n{_lines(entries)}\n</ul>"


_TABLES: dict[Role, Callable[[Sequence[Sequence[Any]]], Iterator[str]]] = {
    Role.GRID: _grid,
    Role.COLUMNS: _columns,
    Role.PLAIN: _plain,
    Role.NOTICE: _notice,
    Role.TICKS: _ticks,
}


def _data(cell: Any) -> str:
    return f'<td dir="auto">{_cell(cell)}</td>'


def _cell(cell: Any) -> str:
    """Return what stands in a cell; paper leaves room to write where there is nothing."""
    if isinstance(cell, str):
        return escape(cell)
    if isinstance(cell, (list, tuple)):
        return "".join(_flow(cell))
    if hasattr(cell, "markup"):
        return _inline(cell.markup)
    return "".join(_block(cell))


def _words(block: Any) -> str:
    tag = "h3" if _style(block) == "subheading" else "p"
    return f'<{tag} dir="auto">{_inline(block.markup)}</{tag}>'


def _style(block: Any) -> str:
    return str(getattr(getattr(block, "style", None), "name", ""))


def _inline(markup: str) -> str:
    """Return the markup of paper as HTML: a change of font is emphasis there and here."""
    text = re.sub(r"<font [^>]*>", "<strong>", markup).replace("</font>", "</strong>")
    return text.replace(FIRST_STRONG, "<bdi>").replace(END_ISOLATE, "</bdi>")


def _lines(parts: Iterator[str] | Sequence[str] | Any) -> str:
    return "\n".join(parts)
