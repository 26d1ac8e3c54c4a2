"""What an open offer says of a person is codes: the server takes no word of anybody's own."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.domain.disclosure import NEEDS_IN_PROFILE, need_groups
from tests.integration.shared_db.wire_client import WireClient, at, new
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

_NUMBERS = {"night_calls", "left_alone_hours"}


def test_the_server_s_codes_are_those_of_the_lists(shared: System):
    with shared.superuser() as owner:
        row = owner.execute("SELECT sync.offer_codes()").fetchone()
    assert row is not None
    assert row[0] == {
        name: [level.code for level in need_groups()[name].levels]
        for name in NEEDS_IN_PROFILE
        if name not in _NUMBERS
    }


@pytest.mark.parametrize(
    "needs",
    [
        {},
        [],
        {"personal_care": "some_help", "night_calls": 2, "diet": None, "left_alone_hours": 0.5},
    ],
)
def test_codes_and_numbers_are_taken(shared: System, needs: Any):
    assert _answer(shared, needs) == ("ok", None)


@pytest.mark.parametrize(
    "needs",
    [
        {"personal_care": "Mrs Smith needs help"},
        {"diet": "halal; ask for Ann"},
        {"diet": "some_help"},  # a code, and of another need
        {"diet": ["halal"]},
        {"name": "Smith"},
        {"name": None},
        {"night_calls": "two"},
        {"night_calls": {"of": "Smith"}},
        ["Smith"],
        "Smith",
        7,
    ],
    ids=str,
)
def test_words_are_refused_and_nothing_of_them_is_kept(shared: System, needs: Any):
    assert _answer(shared, needs) == ("rejected", "invalid")
    with shared.superuser() as owner:
        kept = owner.execute(
            "SELECT (SELECT count(*) FROM dc.offer)"
            " + (SELECT count(*) FROM sync.applied_op WHERE result::text LIKE '%Smith%')"
        ).fetchone()
    assert kept == (0,)


def _answer(shared: System, needs: Any) -> tuple[str, str | None]:
    hub, offer = WireClient(shared, "hub"), new()
    op = hub.insert_op(
        "offer", offer, id=offer, agency_org_id=shared.orgs["agency"], sent_by_org_id=hub.org,
        status="sent", respond_by=at(48), reference=f"O-{offer}", needs=needs,
    )  # fmt: skip
    (result,) = hub.push(op)
    return result.status, result.why
