"""In which order mixed text stands on a line: the Unicode Bidirectional Algorithm (UAX 9).

Without the explicit embeddings and overrides, which never reach paper; with isolates, by which a
name keeps its elements apart. `unicodedata` has the classes; the rules' numbers are UAX 9's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

FIRST_STRONG, END_ISOLATE = "\u2068", "\u2069"
_ISOLATES = {"\u2066": 0, "\u2067": 1, FIRST_STRONG: None}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_LEFT_OUT = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF"})
_DEEPEST = 125
_MOST_OPEN = 63
_SAME_BRACKETS = {"\u2329": "\u3008", "\u232a": "\u3009"}


def resolve(text: str, base: int | None = None) -> list[int]:
    """Return the level of every character; an odd one runs from right to left.

    Args:
        text: one paragraph, in the order of reading.
        base: the paragraph's own level, 0 or 1; without one the first strong character decides.
    """
    levels = [0] * len(text)
    _resolve_span(text, 0, len(text), base_level(text) if base is None else base, levels)
    return levels


def base_level(text: str) -> int:
    """Return the level of a paragraph by its first strong character, isolates passed over (P2)."""
    return _first_strong(text, 0, len(text), default=0)


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the places of a line's characters (or runs) from left to right (L2)."""
    order = list(range(len(levels)))
    if not levels:
        return order
    lowest_odd = min((level for level in levels if level % 2), default=max(levels) + 1)
    for level in range(max(levels), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            if levels[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order


def _first_strong(text: str, start: int, end: int, *, default: int) -> int:
    place = start
    while place < end:
        if text[place] in _ISOLATES:
            place = _isolate_end(text, place, end)
        kind = unicodedata.bidirectional(text[place]) if place < end else ""
        if kind in {"L", "R", "AL"}:
            return int(kind != "L")
        place += 1
    return default


def _isolate_end(text: str, start: int, end: int) -> int:
    """Return the place of the mark that ends the isolate begun at `start`, or `end`."""
    depth = 0
    for place in range(start, end):
        if text[place] in _ISOLATES:
            depth += 1
        elif text[place] == END_ISOLATE:
            depth -= 1
            if not depth:
                return place
    return end


def _resolve_span(text: str, start: int, end: int, level: int, levels: list[int]) -> None:
    """Resolve what stands at one level; what is isolated in it, by itself."""
    places: list[int] = []
    kinds: list[str] = []
    place = start
    while place < end:
        letter = text[place]
        levels[place] = level
        kind = unicodedata.bidirectional(letter) or "L"
        if letter in _ISOLATES:
            stop = _isolate_end(text, place, end)
            wanted = _ISOLATES[letter]
            if wanted is None:
                wanted = _first_strong(text, place + 1, stop, default=0)
            inner = level + 1 if (level + 1) % 2 == wanted else level + 2
            _resolve_span(text, place + 1, stop, min(inner, _DEEPEST), levels)
            places.append(place)
            kinds.append("ON")
            if stop < end:
                levels[stop] = level
                places.append(stop)
                kinds.append("ON")
            place = stop + 1
            continue
        if kind not in _LEFT_OUT:
            places.append(place)
            kinds.append("ON" if letter == END_ISOLATE else kind)
        place += 1
    _resolve_kinds([text[at] for at in places], kinds, level)
    for at, kind in zip(places, kinds, strict=True):
        levels[at] = level + _raised(kind, level)
    _fill_left_out(text, start, end, levels)


def _raised(kind: str, level: int) -> int:
    if level % 2:
        return int(kind in {"L", "EN", "AN"})
    return {"R": 1, "EN": 2, "AN": 2}.get(kind, 0)


def _fill_left_out(text: str, start: int, end: int, levels: list[int]) -> None:
    # A joiner goes with the letter before it.
    for place in range(start + 1, end):
        if unicodedata.bidirectional(text[place]) in _LEFT_OUT:
            levels[place] = levels[place - 1]


def _resolve_kinds(letters: list[str], kinds: list[str], level: int) -> None:
    side = "R" if level % 2 else "L"
    isolates = {n for n, one in enumerate(letters) if one in _ISOLATES or one == END_ISOLATE}
    marks = [n for n, kind in enumerate(kinds) if kind == "NSM"]
    _weak_letters(kinds, isolates, side)
    _weak_numbers(kinds, side)
    _brackets(letters, kinds, side, set(marks))
    _neutrals(kinds, side)


def _weak_letters(kinds: list[str], isolates: set[int], side: str) -> None:
    """Marks take their letter's kind (W1), numbers after Arabic letters are Arabic (W2, W3)."""
    strong = before = side
    for place, given in enumerate(kinds):
        found = given
        if given == "NSM":
            found = "ON" if place - 1 in isolates else before
        if found in {"L", "R", "AL"}:
            strong = found
        elif found == "EN" and strong == "AL":
            found = "AN"
        kinds[place] = before = found
    for place, kind in enumerate(kinds):
        if kind == "AL":
            kinds[place] = "R"


def _weak_numbers(kinds: list[str], side: str) -> None:
    """Separators and signs of numbers (W4 to W6), numbers in left-to-right text (W7)."""
    for place in range(1, len(kinds) - 1):
        around = {kinds[place - 1], kinds[place + 1]}
        if (kinds[place] == "ES" and around == {"EN"}) or (
            kinds[place] == "CS" and around in ({"EN"}, {"AN"})
        ):
            kinds[place] = kinds[place - 1]
    for place, end in _stretches(kinds, frozenset({"ET"})):
        if "EN" in {kinds[place - 1] if place else "", kinds[end] if end < len(kinds) else ""}:
            kinds[place:end] = ["EN"] * (end - place)
    strong = side
    for place, kind in enumerate(kinds):
        if kind in {"ES", "ET", "CS"}:
            kinds[place] = "ON"
        elif kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"


def _brackets(letters: list[str], kinds: list[str], side: str, marks: set[int]) -> None:
    """A pair of brackets goes with what it encloses, or with what stands before it (N0)."""
    for opened, closed in _pairs(letters, kinds):
        inside = {_strong(kind) for kind in kinds[opened + 1 : closed]} - {""}
        if side in inside:
            found = side
        elif inside:
            before = (_strong(kind) for kind in reversed(kinds[:opened]))
            found = next((kind for kind in before if kind), side)
        else:
            continue
        for place in (opened, closed):
            after = place
            while after == place or after in marks:
                kinds[after] = found
                after += 1


def _strong(kind: str) -> str:
    return "R" if kind in {"R", "EN", "AN"} else kind if kind == "L" else ""


def _pairs(letters: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for place, given in enumerate(letters):
        if kinds[place] != "ON":
            continue
        letter = _SAME_BRACKETS.get(given, given)
        category = unicodedata.category(letter) if unicodedata.mirrored(letter) else ""
        if category == "Ps":
            if len(opened) == _MOST_OPEN:
                return sorted(found)
            step = 2 if letter in "[{" else 1
            opened.append((chr(ord(letter) + step), place))
        elif category == "Pe":
            for depth in range(len(opened) - 1, -1, -1):
                if opened[depth][0] == letter:
                    found.append((opened[depth][1], place))
                    del opened[depth:]
                    break
    return sorted(found)


def _neutrals(kinds: list[str], side: str) -> None:
    """What is neutral goes with equal neighbours (N1), else with the paragraph (N2)."""
    for place, end in _stretches(kinds, _NEUTRAL):
        before = _strong(kinds[place - 1]) if place else side
        after = _strong(kinds[end]) if end < len(kinds) else side
        kinds[place:end] = [before if before == after else side] * (end - place)


def _stretches(kinds: list[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Return where neighbours are all of the `wanted` kinds, as start and end."""
    found: list[tuple[int, int]] = []
    for place, kind in enumerate(kinds):
        if kind not in wanted:
            continue
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found
