"""Laws of the state machines: no dead ends, no way back from the end, no step by strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.core.errors import NotPermittedError, RefusedError
from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.machines import MACHINES

kinds = st.sampled_from(OrgKind)
entities = st.sampled_from(sorted(MACHINES))


@given(entities, st.data())
def test_from_any_walk_an_end_can_still_be_reached(entity, data):
    machine = MACHINES[entity]
    state = machine.initial
    for _ in range(data.draw(st.integers(0, 8))):
        exits = machine.exits(state)
        if not exits:
            break
        state = data.draw(st.sampled_from(exits))
    seen, waiting = set(), [state]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(machine.exits(here))
    assert seen & machine.final


@given(entities, st.data(), kinds, st.booleans(), st.booleans())
def test_a_step_is_taken_exactly_when_it_is_declared_for_that_kind(
    entity, data, kind, hub, on_behalf
):
    machine = MACHINES[entity]
    source = data.draw(st.sampled_from(machine.states))
    target = data.draw(st.sampled_from(machine.states))
    declared = [m for m in machine.moves if (m.source, m.target) == (source, target)]
    may = machine.can_move(source, target, kind, hub=hub, on_behalf=on_behalf)
    if may:
        move = machine.require_move(source, target, kind, hub=hub, on_behalf=on_behalf)
        assert [move] == declared
        assert kind in move.every_kind
    else:
        expected = NotPermittedError if declared else RefusedError
        with pytest.raises(expected) as refused:
            machine.require_move(source, target, kind, hub=hub, on_behalf=on_behalf)
        assert refused.value.what_to_do


@given(entities, st.data())
def test_nothing_leaves_a_final_state(entity, data):
    machine = MACHINES[entity]
    for state in machine.final:
        target = data.draw(st.sampled_from(machine.states))
        assert not any(machine.can_move(state, target, kind, hub=True) for kind in OrgKind)


@given(entities)
def test_acting_for_an_agency_is_never_open_to_an_agency_or_a_council(entity):
    for move in MACHINES[entity].moves:
        assert not move.on_behalf & {OrgKind.AGENCY, OrgKind.COUNCIL}
        assert not move.on_behalf or OrgKind.AGENCY in move.kinds
