"""What a log may and may not tell."""

import logging
import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.core.ids import new_id, new_reference
from d2a_desktop.core.logs import HIDDEN, EventLog, close_log, frames_of, open_log, write_report

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Stage(StrEnum):
    AT_HOME = "at_home"


@pytest.fixture
def written(tmp_path):
    """Return a function that closes the log and gives its text."""
    handler = open_log(tmp_path)

    def text() -> str:
        handler.flush()
        return (tmp_path / "d2a.log").read_text(encoding="utf-8")

    yield text
    close_log(handler)


log = EventLog("d2a_desktop.tests")


def test_an_event_with_ids_counts_and_codes_is_written(written):
    row, case = new_id(AT), new_reference("C")
    log.info("offer:accepted", offer=row, case=case, rows=12, seconds=0.25, stage=Stage.AT_HOME)
    line = written()
    assert f"offer:accepted offer={row} case={case} rows=12 seconds=0.25 stage=at_home" in line
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z info d2a_desktop.tests ", line)


def test_a_name_given_as_a_value_is_not_written(written):
    log.info("patient:opened", who="Margaret", also="khan", note="Fell on the stairs")
    text = written()
    assert "patient:opened" in text
    assert text.count(HIDDEN) == 3
    for word in ("Margaret", "khan", "stairs"):
        assert word not in text


def test_a_name_inside_the_event_word_is_not_written(written):
    log.warning("opened Margaret KHAN")
    assert "KHAN" not in written()
    assert HIDDEN in written()


@pytest.mark.parametrize("number", ["9434765919", "943 476 5919", "943-476-5919", 9434765919])
def test_an_nhs_number_is_not_written(written, number):
    log.error("import:refused", number=number)
    assert "5919" not in written()


def test_a_number_is_hidden_wherever_in_a_line_it_stands(written):
    logging.getLogger("d2a_desktop.tests.943 476 5919").error("a library's own words")
    text = written()
    assert HIDDEN in text
    assert "5919" not in text


@given(said=st.text(min_size=1, max_size=40))
def test_no_free_text_is_written_whatever_it_is(said):
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())
    logger = logging.getLogger("d2a_desktop.tests.free")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        EventLog("d2a_desktop.tests.free").info("event", value=said)
    finally:
        logger.removeHandler(handler)
    assert records == [f"event value={HIDDEN}"]


def test_an_error_is_told_by_type_and_code_without_its_message(written):
    log.error("import:failed", cause=UsageError("Margaret KHAN has no bed", code="no_bed"))
    log.error("import:failed", cause=KeyError("Margaret"))
    text = written()
    assert "cause=UsageError(no_bed)" in text
    assert "cause=KeyError" in text
    assert "Margaret" not in text


def test_a_librarys_text_is_left_out_and_its_place_kept(written):
    logging.getLogger("sqlalchemy.pool").warning("failed for %s", "Margaret KHAN")
    text = written()
    assert "warning sqlalchemy.pool library:test_logs:" in text
    assert "Margaret" not in text


def test_a_traceback_tells_places_and_no_values(written):
    try:
        raise ValueError("Margaret KHAN 9434765919")
    except ValueError:
        logging.getLogger("elsewhere").exception("while opening %s", "Margaret")
    text = written()
    assert "ValueError" in text
    assert "test_logs.py:" in text
    assert "Margaret" not in text
    assert "9434765919" not in text


def test_debug_is_quiet_unless_asked(tmp_path, written):
    log.debug("board:refreshed", rows=3)
    assert written() == ""
    louder = open_log(tmp_path / "more", level=logging.DEBUG)
    log.debug("board:refreshed", rows=3)
    close_log(louder)
    assert "board:refreshed rows=3" in (tmp_path / "more" / "d2a.log").read_text()


def test_a_log_rotates_and_keeps_only_so_many(tmp_path):
    handler = open_log(tmp_path, largest_bytes=500, kept=2)
    for count in range(100):
        log.warning("desk:counted", count=count)
    close_log(handler)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["d2a.log", "d2a.log.1", "d2a.log.2"]
    assert all(each.stat().st_size <= 500 for each in tmp_path.iterdir())


def test_a_closed_log_takes_no_more(tmp_path):
    close_log(open_log(tmp_path))
    log.warning("desk:closed")
    assert (tmp_path / "d2a.log").read_text() == ""


def test_a_log_that_cannot_be_opened_is_told_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UnreachableError, match="free space"):
        open_log(tmp_path / "file" / "logs")


def test_a_full_disk_while_logging_does_not_raise(tmp_path, capsys):
    handler = open_log(tmp_path)

    def full(_text):
        raise OSError(28, "No space left on device")

    handler.stream.write = full
    log.warning("desk:full")
    close_log(handler)
    assert capsys.readouterr().err == ""


def _fail() -> None:
    try:
        {}["Margaret"]
    except KeyError as error:
        raise RuntimeError("for KHAN") from error


def test_a_report_tells_where_and_never_what(tmp_path):
    with pytest.raises(RuntimeError) as caught:
        _fail()
    reference = write_report(caught.value, tmp_path / "reports", at=AT, version="0.1.0")
    text = (tmp_path / "reports" / f"{reference}.txt").read_text()
    assert text.startswith(f"report {reference}\nat 2026-11-22T12:00:00Z\nversion 0.1.0\n")
    assert "RuntimeError" in text
    assert "KeyError" in text
    assert "_fail" in text
    assert "Margaret" not in text
    assert "KHAN" not in text
    assert str(tmp_path) not in text


def test_errors_that_cause_one_another_in_a_circle_end():
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert frames_of(first).splitlines() == ["ValueError", "KeyError"]


def test_a_report_that_cannot_be_written_is_told_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UnreachableError, match="report"):
        write_report(ValueError(), tmp_path / "file" / "x", at=AT, version="0.1.0")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_says_nothing_on_the_persons_terminal(tmp_path, capsys):
    (tmp_path / "d2a.log").symlink_to("/dev/full")
    handler = open_log(tmp_path)
    log.info("desk:opened", rows=12)
    close_log(handler)
    assert capsys.readouterr().err == ""
