"""State machines as data: which state may follow which, by whose hand, and what it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from d2a_desktop.core.errors import NotPermittedError, RefusedError
from d2a_desktop.domain.codes import OrgKind

_NOBODY: frozenset[OrgKind] = frozenset()


@dataclass(frozen=True)
class Move:
    """One permitted step.

    Args:
        source: the state it leaves.
        target: the state it reaches.
        kinds: kinds of organisation that may make it in their own name.
        requires: what must be given with it, e.g. "reason".
        hub_role: kinds of which only a person in the hub role may make it (a hospital where the
            system has no community organisation).
        on_behalf: kinds that may record it for an agency without a desk, naming the person
            spoken to, the channel and the time.
        cascade: whether the server also makes it as the consequence of something observed
            (departure, death, criteria met again, withdrawal).
    """

    source: str
    target: str
    kinds: frozenset[OrgKind]
    requires: tuple[str, ...] = ()
    hub_role: frozenset[OrgKind] = _NOBODY
    on_behalf: frozenset[OrgKind] = _NOBODY
    cascade: bool = False

    @property
    def every_kind(self) -> frozenset[OrgKind]:
        """Every kind of organisation by whose people the step can be made at all."""
        return self.kinds | self.hub_role | self.on_behalf


@dataclass(frozen=True)
class Machine:
    """The states of one record and the moves between them; checked when it is made.

    Args:
        name: the record in words, e.g. "offer".
        states: all states.
        initial: the states in which a record may begin.
        final: the states nothing leaves.
        moves: the permitted steps.
    """

    name: str
    states: tuple[str, ...]
    initial: str
    final: frozenset[str]
    moves: tuple[Move, ...]
    _by_edge: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = set(self.states)
        named = {self.initial, *self.final}
        named |= {state for move in self.moves for state in (move.source, move.target)}
        edges = {(move.source, move.target): move for move in self.moves}
        if not named <= known:
            raise ValueError(f"{self.name}: unknown states {sorted(named - known)}")
        if len(edges) != len(self.moves):
            raise ValueError(f"{self.name}: a step is declared twice")
        object.__setattr__(self, "_by_edge", edges)

    def exits(self, state: str) -> tuple[str, ...]:
        """Return the states that may follow `state`, in the order of declaration."""
        return tuple(move.target for move in self.moves if move.source == state)

    def reachable(self) -> frozenset[str]:
        """Return every state that can be reached from the initial one."""
        found: set[str] = set()
        waiting = [self.initial]
        while waiting:
            state = waiting.pop()
            if state not in found:
                found.add(state)
                waiting.extend(self.exits(state))
        return frozenset(found)

    def can_move(
        self, source: str, target: str, kind: OrgKind, *, hub: bool = False, on_behalf: bool = False
    ) -> bool:
        """Return whether a person of this kind of organisation may make the step."""
        move = self._by_edge.get((source, target))
        return move is not None and kind in _allowed(move, hub=hub, on_behalf=on_behalf)

    def require_move(
        self,
        source: str,
        target: str,
        kind: OrgKind,
        *,
        hub: bool = False,
        on_behalf: bool = False,
        given: Collection[str] | None = None,
    ) -> Move:
        """Return the move, or refuse it.

        Args:
            source: the present state.
            target: the wanted one.
            kind: kind of the acting organisation.
            hub: whether the person acts in the hub role.
            on_behalf: whether it is recorded for an agency without a desk.
            given: names of what came with the request; None leaves `requires` to the caller.

        Raises:
            RefusedError: there is no such step ("illegal_move"), or something that it requires
                was not given ("incomplete").
            NotPermittedError: the step exists, but not for this kind of organisation.
        """
        move = self._by_edge.get((source, target))
        if move is None:
            raise self._no_such_move(source, target)
        if kind not in _allowed(move, hub=hub, on_behalf=on_behalf):
            raise NotPermittedError(
                f"A {kind.label.lower()} may not make this {self.name} {_plain(target)}.",
                what_to_do=f"It is for: {_list_kinds(move)}.",
            )
        missing = [name for name in move.requires if given is not None and name not in given]
        if missing:
            raise RefusedError(
                f"The {self.name} cannot become {_plain(target)} yet.",
                what_to_do=f"Give: {', '.join(_plain(name) for name in missing)}.",
                code="incomplete",
            )
        return move

    def _no_such_move(self, source: str, target: str) -> RefusedError:
        exits = self.exits(source)
        next_steps = (
            f"From here it can become: {', '.join(_plain(state) for state in exits)}."
            if exits
            else "Nothing follows this state; begin a new one."
        )
        return RefusedError(
            f"This {self.name} is {_plain(source)} and cannot become {_plain(target)}.",
            what_to_do=next_steps,
            code="illegal_move",
        )


def moves(
    sources: Iterable[str],
    target: str,
    kinds: frozenset[OrgKind],
    requires: tuple[str, ...] = (),
    *,
    hub_role: frozenset[OrgKind] = _NOBODY,
    on_behalf: frozenset[OrgKind] = _NOBODY,
    cascade: bool = False,
) -> tuple[Move, ...]:
    """Return the same step from several states."""
    return tuple(
        Move(source, target, kinds, requires, hub_role, on_behalf, cascade) for source in sources
    )


def _allowed(move: Move, *, hub: bool, on_behalf: bool) -> frozenset[OrgKind]:
    if on_behalf:
        return move.on_behalf
    return move.kinds | move.hub_role if hub else move.kinds


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _list_kinds(move: Move) -> str:
    names = [kind.label.lower() for kind in OrgKind if kind in move.kinds]
    names += [f"{kind.label.lower()} in the hub role" for kind in OrgKind if kind in move.hub_role]
    names += [
        f"{kind.label.lower()} on behalf of an agency without a desk"
        for kind in OrgKind
        if kind in move.on_behalf
    ]
    return ", ".join(names) or "the shared database alone"
