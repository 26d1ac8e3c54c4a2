"""The real engines in the test's own process: the plan is what is tested, not the pipe."""

from __future__ import annotations

from typing import Any

from d2a_desktop.matching.engine import solve_document as match
from d2a_desktop.matching.unlock import unlocked_by_one_more
from d2a_desktop.scheduling.engine import solve_document as schedule


class EngineHere:
    """Solves where it is asked."""

    def match(self, document: dict[str, Any], **told: Any) -> dict[str, Any]:
        return match(document, on_progress=told.get("on_progress"))

    def schedule(self, document: dict[str, Any], **told: Any) -> dict[str, Any]:
        return schedule(document, on_progress=told.get("on_progress"))

    def unlock(self, document: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"rows": unlocked_by_one_more(document)}
