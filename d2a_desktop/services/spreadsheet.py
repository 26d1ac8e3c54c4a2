"""Cells on their way into somebody's spreadsheet: none may act as a formula."""

from d2a_desktop.interop.cells import neutralise as safe_cell

__all__ = ["safe_cell"]
