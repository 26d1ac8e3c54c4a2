"""One line of a proposed plan that a person may take over: what stands, what would, the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PlanStep:
    """What a line would change, in words, and the action that does it.

    Args:
        about: who or what it is about.
        now: how it stands.
        then: how it would stand.
        action: a name of `domain.commands.ACTIONS`.
        case: the case or the offer that the action is taken on.
        document: the action's document.
        advised: whether it is ticked unless a person unticks it.
    """

    about: str
    now: str
    then: str
    action: str
    case: str
    document: Mapping[str, Any]
    advised: bool = True
