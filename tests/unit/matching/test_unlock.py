"""What one more worker would unlock: told per skill that is short, on boards of hand size."""

from __future__ import annotations

from d2a_desktop.engines.cpsat import StopFlag
from d2a_desktop.matching.unlock import unlocked_by_one_more
from tests.unit.matching.instances import part, problem, referral, worker


def test_a_scarce_skill_unlocks_who_waits_for_it_and_a_plain_worker_does_not():
    needs_peg = referral("R2", parts=[part(required_skills=["peg"])])
    rows = unlocked_by_one_more(problem([worker("W1"), worker("W2")], [referral("R1"), needs_peg]))
    assert [(row["skills"], row["placed"], row["referrals"]) for row in rows] == [
        (["peg"], 1, ["R2"]),
        ([], 0, []),
    ]
    assert all(row["proven"] for row in rows)


def test_one_more_plain_worker_takes_days_of_waiting_off_the_others():
    busy = worker("W1", bookings=[{"start": "2027-01-10T10:00", "end": "2027-02-02T10:00"}])
    rows = unlocked_by_one_more(problem([busy], [referral("R1")]))
    # W1 rests until the 3rd; somebody else could come on the 2nd.
    assert [(row["placed"], row["days"], row["weight"]) for row in rows] == [(0, 1, 0)]


def test_two_scarce_skills_of_one_person_are_tried_together():
    person = referral("R1", parts=[part(required_skills=["peg", "stoma"])], needs_driver=True)
    rows = unlocked_by_one_more(problem([worker("W1")], [person]))
    found = {tuple(row["skills"]): row["placed"] for row in rows}
    assert found == {("peg", "stoma"): 1, ("peg",): 0, ("stoma",): 0, (): 0}


def test_a_language_and_a_licence_can_be_what_is_short():
    crew = [worker("W1", driver=False)]
    people = [referral("R1", languages_required=["pl"]), referral("R2", needs_driver=True)]
    rows = unlocked_by_one_more(problem(crew, people))
    assert {(*row["languages"], row["driver"]): row["referrals"] for row in rows} == {
        ("pl", False): ["R1"],
        (True,): ["R2"],
        (False,): [],
    }


def test_a_paper_that_nobody_holds_can_be_what_is_short():
    person = referral("R1", parts=[part(required_certificates=["DBS", "medication"])])
    rows = unlocked_by_one_more(problem([worker("W1")], [person]))
    assert {tuple(row["certificates"]): row["placed"] for row in rows} == {
        (): 0,
        ("medication",): 1,
    }


def test_nobody_waiting_no_workers_and_a_stop_are_answered():
    assert unlocked_by_one_more(problem([], [])) == []
    alone = unlocked_by_one_more(problem([], [referral("R1")]))
    # Of no crew nothing is usual: the paper that the person needs is what is short.
    assert [(row["certificates"], row["placed"]) for row in alone] == [(["DBS"], 1), ([], 0)]
    stop = StopFlag()
    stop.set()
    assert unlocked_by_one_more(problem([worker("W1")], [referral("R1")]), stop=stop) == []
