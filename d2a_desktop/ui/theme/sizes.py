"""Margins, gaps and widths that follow the text size: each is kept on what it was set on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QApplication, QLayout

_KEPT = "kept "
_OF_A_SIZE = ("setIconSize",)  # setters that take one QSize
_NOTHING = 0

LARGE_TEXT = 150
"""From this text size on, in percent, what stands side by side at 100 % goes below one another."""

Px = Callable[[float], int]


def keep(setter: Callable[..., Any], sizes: tuple[float, ...], px: Px) -> None:
    """Set sizes given at 100 %, and remember them on the widget or layout they belong to.

    They are Qt properties of it, so that nothing has to be told when it goes.
    """
    target: QObject = getattr(setter, "__self__")  # noqa: B009  mypy knows callables only
    target.setProperty(_KEPT + setter.__name__, list(sizes))
    _set(setter, sizes, px)


def set_again(px: Px) -> None:
    """Set every size that was kept, of all widgets there are, at another text size."""
    for target in _targets():
        for name in target.dynamicPropertyNames():
            words = bytes(name.data()).decode()
            if words.startswith(_KEPT):
                _set(getattr(target, words.removeprefix(_KEPT)), target.property(words), px)


def _targets() -> Iterator[QObject]:
    for widget in QApplication.allWidgets():
        yield widget
        inner = widget.layout()
        if inner is not None:
            yield inner
            yield from inner.findChildren(QLayout)


def _set(setter: Callable[..., Any], sizes: tuple[float, ...] | list[float], px: Px) -> None:
    pixels = [px(each) if each else _NOTHING for each in sizes]  # px gives a pixel at least
    if setter.__name__ in _OF_A_SIZE:
        setter(QSize(*pixels))
    else:
        setter(*pixels)
