"""Which printer a person used last on this desk, remembered for each login."""

from __future__ import annotations

from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.context import Context


class Printers:
    """Remembers a printer's name in the desk's store: on a shared computer, for each person."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def remembered(self, caller: Caller) -> str:
        """Return the name of the printer this person used last, or ""."""
        return str(self._context.store.setting(_name(caller), ""))

    def remember(self, caller: Caller, printer: str) -> None:
        """Keep the name of the printer just used."""
        if printer and printer != self.remembered(caller):
            self._context.store.put_setting(_name(caller), printer)


def _name(caller: Caller) -> str:
    return f"printer of {caller.login}"
