"""`d2a solve`: files and standard input, words and JSON, and the exit codes."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.cli.console import emit_error
from d2a_desktop.cli.solve import add_commands
from d2a_desktop.core.errors import KnownError
from tests.unit.matching.instances import problem, referral, worker
from tests.unit.scheduling.instances import assessor, visit
from tests.unit.scheduling.instances import problem as diary


def d2a(*argv: str) -> int:
    """Run the noun alone; `main` does the same with the errors of every noun."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_commands(parser.add_subparsers())
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except KnownError as refused:
        emit_error(refused, reasons=(), as_json=args.json)
        return refused.exit_code


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board.json"
    people = [referral("R1", priority_weight=2), referral("R2")]
    path.write_text(json.dumps(problem([worker("W1")], people)), encoding="utf-8")
    return path


def test_a_match_is_printed_as_one_json_document(board: Path, capfdbinary: Any):
    assert d2a("--json", "solve", "match", str(board)) == 0
    solution = json.loads(capfdbinary.readouterr().out)
    assert solution["status"] == "optimal"
    assert solution["unplaced"][0]["reasons"] == ["competition"]


def test_a_match_is_told_in_words_with_explanations(board: Path, capfdbinary: Any):
    assert d2a("solve", "match", str(board), "--explain", "--time-limit", "5") == 0
    words = capfdbinary.readouterr().out.decode()
    assert "test: optimal" in words
    assert "priority placed: 2" in words
    assert "R2: competition" in words
    assert "What would place R2" in words
    assert "R1 left unplaced" in words
    assert "R1: nobody else" in words


def test_a_schedule_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch, capfdbinary: Any):
    document = diary([assessor("A1")], [visit("V1", "2027-02-26T12:00")])
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(document).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert d2a("solve", "schedule", "-", "--explain") == 0
    words = capfdbinary.readouterr().out.decode()
    assert "V1     A1        2027-03-01 09:15  1275 min late" in words
    assert "V1: nobody can be there before 2027-03-01 09:15" in words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "$: not JSON at line 1 column 2"),
        ('{"kind": "matching", "kind": "matching"}', "the field 'kind' twice"),
        ('{"kind": "scheduling"}', "$.kind: must be 'matching'"),
        ("[" * 100_000, "nested too deeply"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_what_breaks_the_format_exits_2_and_names_the_path(
    tmp_path: Path, capfdbinary: Any, text: str, told: str
):
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert d2a("solve", "match", str(path)) == 2
    streams = capfdbinary.readouterr()
    assert told in streams.err.decode()
    assert streams.out == b""


def test_a_missing_file_exits_3(tmp_path: Path, capfdbinary: Any):
    assert d2a("solve", "match", str(tmp_path / "none.json")) == 3
    assert b"cannot be read" in capfdbinary.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "1e9"])
def test_a_senseless_time_limit_exits_2(board: Path, seconds: str, capfdbinary: Any):
    with pytest.raises(SystemExit) as end:
        d2a("solve", "match", str(board), "--time-limit", seconds)
    assert end.value.code == 2


def test_questions_are_answered_in_words_and_as_json(board: Path, capfdbinary: Any):
    asked = ["--ask", "pin W1 R2", "--ask", "why-nobody R2", "--ask", "why-not W1 R2 1"]
    assert d2a("solve", "match", str(board), *asked) == 0
    words = capfdbinary.readouterr().out.decode()
    assert "W1 for R2 is possible; it costs R1 would be left without anybody" in words
    assert "why-nobody R2\n  competition: every worker who could is given to others" in words
    assert d2a("--json", "solve", "match", str(board), "--ask", "override gender W1 R1") == 0
    answer = json.loads(capfdbinary.readouterr().out)["answers"][0]
    assert (answer["rule"], answer["used"]) == ("gender", False)


def test_a_signed_override_is_named_in_words(tmp_path: Path, capfdbinary: Any):
    document = problem([worker("W1", driver=False)], [referral("R1", needs_driver=True)])
    document["overrides"] = [
        {
            "rule": "driver", "worker": "W1", "referral": "R1", "role": "registered_manager",
            "reason": "the family drives", "expires": "2027-03-01",
        }
    ]  # fmt: skip
    path = tmp_path / "signed.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert d2a("solve", "match", str(path)) == 0
    assert (
        "Set aside for W1 and R1: driver (does not drive), by registered_manager to 2027-03-01:"
        " the family drives"
    ) in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize("asked", ["who", "pin W1", "why-not W1 R1 0", "why-nobody R1 R2", "'"])
def test_a_question_nobody_can_answer_is_wrong_use(board: Path, asked: str):
    with pytest.raises(SystemExit) as refusal:
        d2a("solve", "match", str(board), "--ask", asked)
    assert refusal.value.code == 2


def test_a_question_about_nobody_names_its_path(board: Path, capfdbinary: Any):
    assert d2a("solve", "match", str(board), "--ask", "pin W9 R1") == 2
    assert "$.questions[0].worker: unknown worker 'W9'" in capfdbinary.readouterr().err.decode()


def test_what_a_promise_costs_is_told_in_words_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "diary.json"
    people = [visit("V1", "2027-02-28T12:00", gender_preferred="F")]
    crew = [assessor("A1"), assessor("A2", gender="M")]
    path.write_text(json.dumps(diary(crew, people)), encoding="utf-8")
    question = ("solve", "schedule", str(path), "--what-if", "V1", "--assessor", "A2")
    assert d2a(*question) == 0
    assert "V1: possible with A2 at 2027-03-01 09:15; costs preference points +5" in (
        capsys.readouterr().out
    )
    assert d2a("--json", *question) == 0
    assert json.loads(capsys.readouterr().out)["answer"]["costs"] == {"preference points": 5}
    assert d2a("solve", "schedule", str(path), "--what-if", "V9", "--assessor", "A2") == 2
