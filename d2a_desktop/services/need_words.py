"""Need levels in words, as offers and packs show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from d2a_desktop.domain.code_lists import need_groups


def need_words(needs: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return need levels in words, as (need, level), in the order of the code list."""
    words = []
    for name, group in need_groups().items():
        value = needs.get(name)
        if value is not None:
            words.append((group.label, level_label(name, str(value))))
    for name, label in (("night_calls", "Calls at night"), ("left_alone_hours", "Left alone (h)")):
        if needs.get(name) is not None:
            words.append((label, str(needs[name])))
    return tuple(words)


def level_label(group: str, code: str) -> str:
    """Return the label of one level of a need; an unknown code as it is."""
    levels = {level.code: level.label for level in need_groups()[group].levels}
    return levels.get(code, code)


def level_labels(group: str, codes: list[str] | None) -> tuple[str, ...]:
    """Return the labels of several levels of a need."""
    return tuple(level_label(group, code) for code in codes or ())
