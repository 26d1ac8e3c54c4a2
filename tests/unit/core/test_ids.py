"""Row identities and the references people read aloud."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.core.ids import new_id, new_reference

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_id_is_a_version_7_uuid_of_its_instant():
    made = uuid.UUID(new_id(AT))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(AT.timestamp() * 1000)


def test_ids_sort_by_time():
    instants = [AT + timedelta(milliseconds=step) for step in range(50)]
    made = [new_id(instant) for instant in instants]
    assert made == sorted(made)


def test_ids_of_one_instant_differ():
    assert len({new_id(AT) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("prefix", ["C", "O", "R"])
def test_a_reference_can_be_read_aloud(prefix):
    for _ in range(200):
        assert re.fullmatch(
            prefix + "-[346789A-HJKMNPQRTWXY]{4}-[346789A-HJKMNPQRTWXY]{4}", new_reference(prefix)
        )


def test_references_differ():
    assert len({new_reference("C") for _ in range(1000)}) == 1000
