"""What a person reads after an action: what was done, what closed with it, what it waits for."""

from __future__ import annotations

from d2a_desktop.domain.codes import Stage
from d2a_desktop.services.results import ActionResult
from d2a_desktop.ui.formats.language import tr

# These are promises between organisations: until the shared database has them they are asked for,
# not made (PRODUCT section 3, "Server time and server truth for promises").
_PROMISES = frozenset({"offer", "accept", "decline", "hand-back", "withdraw", "allocate", "end"})
REQUESTED = "Requested: the shared database confirms at the next sync."


def result_words(done: str, result: object, *, shared: bool) -> str:
    """Return the toast after an action; `shared`: this desk has a shared database."""
    parts = [f"{done}."]
    if isinstance(result, ActionResult):
        if result.stage and result.action not in ("note", "task", "barrier", "update"):
            parts.append(tr("Stage: {stage}.", stage=tr(Stage(result.stage).label)))
        if result.cascaded:
            parts.append(tr("Also: {closed}.", closed="; ".join(result.cascaded)))
        if shared and result.action in _PROMISES and not result.confirmed:
            parts.append(tr(REQUESTED))
    return " ".join(parts)
