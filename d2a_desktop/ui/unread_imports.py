"""Modules are imported without PySide reading their source."""

from __future__ import annotations

from contextlib import suppress


def import_unread() -> None:
    """Let PySide not read the source of every module that is imported after it.

    It looks in each for its own name, to serve `__feature__`, which nobody here uses: a twentieth
    of a start, and all those texts stay in memory. A PySide without this is left as it is.
    """
    with suppress(ImportError, AttributeError):
        import PySide6.QtCore  # noqa: F401  brings the part below
        from shibokensupport import feature  # type: ignore[import-not-found]  # in PySide's library

        feature._mod_uses_pyside = lambda _module: False  # noqa: SLF001  there is no switch for it
