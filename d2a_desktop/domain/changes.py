"""What a command or a sync run changed, so that each screen can decide whether to care."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangeSet:
    """The rows that changed, by entity name (`fields.RECORDS`) and id.

    A change too large to list (an import, a first sync) carries its kinds and no ids.
    """

    kinds: frozenset[str] = frozenset()
    ids: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def __or__(self, other: ChangeSet) -> ChangeSet:
        return ChangeSet(kinds=self.kinds | other.kinds, ids=self.ids | other.ids)

    def touches(self, *entities: str) -> bool:
        """Return whether any of these entities changed."""
        return not self.kinds.isdisjoint(entities)


NO_CHANGES = ChangeSet()
