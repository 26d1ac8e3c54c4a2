"""The rules of the PAS import through the service, on a real encrypted store (PRODUCT 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from d2a_desktop.core.errors import InputFileError, NotPermittedError
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.codes import NhsNumberStatus
from d2a_desktop.domain.permissions import Role
from d2a_desktop.interop.report import ImportCancelledError, ImportReport
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.import_batch import ImportBatch
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.setting import Setting
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.context import Context
from d2a_desktop.services.imports import Imports
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.rows import WardBoardRow
from tests.local_stores import COORDINATOR, copied_store, new_clock
from tests.unit.interop.extracts import NOW, extract, person

BLANK = {"nhs_number": "", "nhs_number_status": "07"}
AOIFE = person(discharged_at="")
BRAM = AOIFE | {
    "spell": "SP000002",
    "mrn": "T100002",
    "surname": "Exempla",
    "forename": "Bram",
    "bed": "B13",
    **BLANK,
}


class Ward:
    """A ward's desk with its import; the clock goes on an hour with each extract."""

    def __init__(self, folder: Path) -> None:
        self.clock = new_clock()
        self.clock.set(NOW)
        self.store = copied_store(folder / "desk", clock=self.clock)
        self.context = Context(self.store, self.clock, Settings())
        self.imports = Imports(self.context)
        self._folder = folder

    def take(self, *people: Mapping[str, str], **options: Any) -> ImportReport:
        """Import an extract of these people."""
        return self.take_bytes(extract(*people), **options)

    def take_bytes(self, data: bytes, **options: Any) -> ImportReport:
        """Import a file of these bytes."""
        self.clock.advance(timedelta(hours=1))
        path = self._folder / "extract.csv"
        path.write_bytes(data)
        return self.imports.pas_csv(COORDINATOR, path, **options)

    def do(self, case: str, action: str, **document: Any) -> Any:
        """Take one step by hand."""
        return Actions(self.context).do_document(COORDINATOR, case, action, document)

    def all(self, model: type[Any]) -> list[Any]:
        """Return all rows of a kind."""
        with self.store.read() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def spell(self, number: str = "SP000001") -> Spell:
        """Return the spell of a number."""
        return next(s for s in self.all(Spell) if s.spell_number == number)

    def patient(self, number: str = "SP000001") -> Patient:
        """Return the person of a spell."""
        scope = self.spell(number).id
        return next(p for p in self.all(Patient) if p.scope_id == scope)

    def board(self) -> dict[str, WardBoardRow]:
        """Return the ward board by bed."""
        return {row.bed: row for row in Queries(self.context).ward_board(COORDINATOR).rows}

    def tasks(self, kind: str) -> list[Task]:
        """Return the open tasks of a kind."""
        return [task for task in self.all(Task) if task.kind == kind and task.status == "open"]

    def operations(self) -> dict[str, int]:
        """Return how many operations wait to be sent, by entity."""
        with self.store.read() as session:
            counted = select(OutboxOp.entity, func.count()).group_by(OutboxOp.entity)
            return {entity: int(number) for entity, number in session.execute(counted)}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    one = Ward(tmp_path)
    yield one
    one.store.close()


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.accepted, report.changed, report.unchanged, len(report.refused))


# ------------------------------------------------------------ the same again, and changes


def test_the_same_extract_again_changes_nothing_and_sends_nothing_of_it(ward: Ward) -> None:
    assert counts(ward.take(AOIFE, BRAM)) == (2, 0, 0, 0)
    before = ward.operations()
    assert counts(ward.take(AOIFE, BRAM)) == (0, 0, 2, 0)
    after = ward.operations()
    assert after.pop("import_batch") == before.pop("import_batch") + 1
    assert after == before
    assert len(ward.all(Spell)) == len(ward.all(Patient)) == 2


def test_a_newer_extract_updates_by_field_and_says_which(ward: Ward) -> None:
    ward.take(AOIFE, BRAM)
    report = ward.take(AOIFE | {"bed": "S2", "phone": "01632 960777"}, BRAM)
    assert counts(report) == (0, 1, 1, 0)
    assert sorted(change.column for change in report.changes) == ["bed", "phone"]
    assert {change.case for change in report.changes} == {ward.spell().case_ref}
    assert (ward.spell().bed, ward.patient().phone) == ("S2", "01632 960777")


def test_only_the_changed_fields_are_sent(ward: Ward) -> None:
    ward.take(AOIFE)
    ward.take(AOIFE | {"bed": "S2"})
    with ward.store.read() as session:
        patches = list(session.scalars(select(OutboxOp).where(OutboxOp.kind == "patch")))
    assert [set(op.set_values) for op in patches] == [{"bed", "last_import_id"}]


def test_a_blank_and_a_column_not_carried_blank_nothing(ward: Ward) -> None:
    ward.take(AOIFE)
    report = ward.take(AOIFE | {"phone": "", "forename": "", "nctr_from": "", "edd": ""} | BLANK)
    assert counts(report) == (0, 0, 1, 0)
    patient, spell = ward.patient(), ward.spell()
    assert patient.phone
    assert patient.given_name == "Aoife"
    assert patient.nhs_number == "9990000018"
    assert patient.nhs_number_status == "01"
    assert spell.pas_nctr_from is not None
    assert spell.edd is not None
    few = {name: AOIFE[name] for name in ("surname", "dob", "site", "ward", "admitted_at", "spell")}
    assert counts(ward.take(few, accept_header=True)) == (0, 0, 1, 0)
    assert ward.patient().phone == patient.phone
    assert ward.spell().bed == "B12"


def test_a_day_alone_does_not_replace_a_time_of_that_day(ward: Ward) -> None:
    ward.take(AOIFE)
    first = ward.spell().pas_nctr_from
    assert counts(ward.take(AOIFE | {"nctr_from": "25/11/2026"})) == (0, 0, 1, 0)
    assert ward.spell().pas_nctr_from == first


def test_what_a_person_wrote_is_left_alone_by_an_extract_that_says_nothing_of_it(
    ward: Ward,
) -> None:
    ward.take(AOIFE)
    case = ward.spell().case_ref
    ward.do(case, "update", values={"patient": {"language": "Welsh"}})
    assert counts(ward.take(AOIFE)) == (0, 0, 1, 0)
    assert ward.patient().language == "Welsh"


# ------------------------------------------------------------ not in the extract


def test_a_spell_that_is_missing_is_not_discharged_and_may_come_back(ward: Ward) -> None:
    ward.take(AOIFE, BRAM)
    first = ward.clock.now()
    report = ward.take(AOIFE)
    assert report.not_in_extract == (ward.spell("SP000002").case_ref,)
    missing = ward.board()["B13"]
    assert missing.not_in_extract == "RHU01"
    assert missing.stage == "nctr"
    assert ward.spell("SP000002").last_seen_at == first
    assert ward.spell("SP000002").pas_discharged_at is None
    assert ward.board()["B12"].not_in_extract is None
    # Missing once more: still last seen then.
    assert ward.take(AOIFE).not_in_extract == report.not_in_extract
    assert ward.spell("SP000002").last_seen_at == first
    back = ward.take(AOIFE, BRAM)
    assert back.not_in_extract == ()
    assert ward.board()["B13"].not_in_extract is None


def test_an_extract_of_another_site_says_nothing_of_this_one(ward: Ward) -> None:
    ward.take(AOIFE)
    report = ward.take(BRAM | {"site": "RHU02"})
    assert report.not_in_extract == ()
    assert ward.board()["B12"].not_in_extract is None


def test_who_was_discharged_without_this_program_is_closed_and_waits_no_longer(ward: Ward) -> None:
    ward.take(AOIFE, BRAM)
    assert ward.board()["B13"].waiting_days is not None
    ward.take(AOIFE, BRAM | {"discharged_at": "27/11/2026 10:00"})
    gone = ward.board()["B13"]
    assert (gone.stage, gone.waiting_days, gone.nctr_since) == ("closed", None, None)


def test_a_discharged_spell_is_not_missing(ward: Ward) -> None:
    ward.take(AOIFE, BRAM | {"discharged_at": "27/11/2026 10:00"})
    assert ward.take(AOIFE).not_in_extract == ()


# ------------------------------------------------------------ whose number


def test_a_number_that_arrives_later_and_is_anothers_makes_a_task_and_no_merge(
    ward: Ward,
) -> None:
    ward.take(AOIFE, BRAM)
    late = BRAM | {"nhs_number": AOIFE["nhs_number"], "nhs_number_status": "01"}
    ward.take(AOIFE, late)
    (task,) = ward.tasks("duplicate_person")
    assert task.scope_id == ward.spell("SP000002").id
    assert ward.patient("SP000002").nhs_number_status == NhsNumberStatus.CONFLICT.value
    assert ward.patient("SP000001").nhs_number_status == "01"
    assert len(ward.all(Spell)) == 2
    assert ward.patient("SP000002").family_name == "Exempla"
    # The same file again neither lifts the conflict nor asks a second time.
    assert counts(ward.take(AOIFE, late)) == (0, 0, 2, 0)
    assert ward.patient("SP000002").nhs_number_status == NhsNumberStatus.CONFLICT.value
    assert len(ward.tasks("duplicate_person")) == 1


def test_two_people_of_one_extract_with_one_number_are_asked_about(ward: Ward) -> None:
    twin = BRAM | {"nhs_number": AOIFE["nhs_number"], "nhs_number_status": "01"}
    ward.take(AOIFE, twin)
    (task,) = ward.tasks("duplicate_person")
    assert task.scope_id == ward.spell("SP000002").id
    assert len(ward.all(Patient)) == 2


# ------------------------------------------------------------ two accounts of one time


def test_another_nctr_time_than_a_persons_makes_a_task_and_moves_nothing(ward: Ward) -> None:
    ward.take(AOIFE | {"nctr_from": ""})
    case = ward.spell().case_ref
    decided = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    ward.do(case, "review", decided_by="Dr Sample", decided_role="consultant",
            decided_at=decided.isoformat())  # fmt: skip
    ward.take(AOIFE)
    (period,) = ward.all(NctrPeriod)
    assert (period.nctr_from, period.source) == (decided, "person")
    assert ward.spell().pas_nctr_from == datetime(2026, 11, 25, 10, 5, tzinfo=UTC)
    (task,) = ward.tasks("times_differ")
    assert "NCTR" in task.title
    assert ward.board()["B12"].nctr_since == decided
    ward.take(AOIFE)
    assert len(ward.tasks("times_differ")) == 1


def test_nearly_the_same_nctr_time_asks_nobody(ward: Ward) -> None:
    ward.take(AOIFE | {"nctr_from": ""})
    ward.do(ward.spell().case_ref, "review", decided_by="Dr Sample", decided_role="consultant",
            decided_at="2026-11-25T10:35:00Z")  # fmt: skip
    ward.take(AOIFE)
    assert ward.tasks("times_differ") == []
    assert len(ward.all(NctrPeriod)) == 1


def test_an_nctr_time_that_only_pas_gives_starts_the_period(ward: Ward) -> None:
    ward.take(AOIFE | {"nctr_from": ""})
    assert ward.board()["B12"].stage == "inpatient"
    ward.take(AOIFE)
    (period,) = ward.all(NctrPeriod)
    assert (period.source, period.nctr_from) == ("pas", ward.spell().pas_nctr_from)
    assert ward.board()["B12"].stage == "nctr"


@pytest.mark.parametrize(
    ("status", "left", "asked"),
    [
        ("left", datetime(2026, 11, 27, 9, 0, tzinfo=UTC), True),
        ("left", datetime(2026, 11, 27, 14, 30, tzinfo=UTC), False),
        ("planned", None, True),
        ("turned_back", None, False),
    ],
)
def test_another_leaving_time_than_the_wards_makes_a_task_and_moves_no_clock(
    ward: Ward, status: str, left: datetime | None, asked: bool
) -> None:
    ward.take(AOIFE)
    scope = ward.spell().id
    with ward.store.write(COORDINATOR, action="departure:changed") as uow:
        uow.add(Departure(scope_id=scope, status=status, planned_at=NOW, left_at=left))
    before = ward.board()["B12"].clock.due_at
    ward.take(AOIFE | {"discharged_at": "27/11/2026 14:00"})
    assert ward.spell().pas_discharged_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    assert [departure.left_at for departure in ward.all(Departure)] == [left]
    assert bool(ward.tasks("times_differ")) is asked
    shown = ward.board().get("B12")
    assert shown is None or shown.clock.due_at == before


# ------------------------------------------------------------ refused, changed, cancelled


def test_refused_rows_are_mended_and_go_in_without_anybody_being_missing(
    ward: Ward, tmp_path: Path
) -> None:
    wrong = BRAM | {"nhs_number": "9990000017", "nhs_number_status": "01"}
    refused_to = tmp_path / "refused.csv"
    report = ward.take(AOIFE, wrong, refused_to=refused_to)
    assert counts(report) == (1, 0, 0, 1)
    assert (report.refused[0].line, report.refused[0].column) == (3, "nhs_number")
    mended = refused_to.read_bytes().replace(b"9990000017", b"9990000026")
    second = ward.take_bytes(mended)
    assert counts(second) == (1, 0, 0, 0)
    assert second.not_in_extract == ()
    assert ward.board()["B12"].not_in_extract is None
    assert ward.patient("SP000002").nhs_number == "9990000026"
    # The header of the mended file is not the site's: the next whole extract goes in as before.
    assert counts(ward.take(AOIFE, BRAM)) == (0, 0, 2, 0)


def test_a_changed_header_is_refused_whole_until_it_is_accepted(ward: Ward) -> None:
    ward.take(AOIFE)
    changed = {("location" if name == "bed" else name): value for name, value in AOIFE.items()}
    other = changed | {"ward": "Ward D1"}
    with pytest.raises(InputFileError) as refused:
        ward.take(other)
    assert refused.value.code == "header_changed"
    assert "location" in refused.value.message
    assert ward.spell().ward == "Ward C5"
    assert len(ward.all(ImportBatch)) == 1
    ward.take(other, accept_header=True)
    assert ward.spell().ward == "Ward D1"
    assert counts(ward.take(other)) == (0, 0, 1, 0)
    with pytest.raises(InputFileError):
        ward.take(AOIFE)


def test_a_cancelled_import_leaves_nothing(ward: Ward) -> None:
    people = [BRAM | {"spell": f"SP{n:06}", "mrn": f"T{n:06}"} for n in range(450)]
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(ImportCancelledError):
        ward.take(*people, cancelled=cancelled)
    assert len(asked) == 3
    for model in (Spell, Patient, ImportBatch, NctrPeriod):
        assert ward.all(model) == []
    assert ward.operations() == {}
    with ward.store.read() as session:
        assert session.get(Setting, "pas_csv_header") is None
    assert counts(ward.take(*people)) == (450, 0, 0, 0)


def test_progress_is_told_to_the_end_of_the_file(ward: Ward) -> None:
    told: list[tuple[int, int]] = []
    people = [BRAM | {"spell": f"SP{n:06}", "mrn": f"T{n:06}"} for n in range(450)]
    ward.take(*people, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == len(extract(*people))
    assert told == sorted(told)


def test_a_dry_run_tells_the_same_and_does_nothing(ward: Ward) -> None:
    ward.take(AOIFE)
    before = ward.operations()
    changed = (AOIFE | {"bed": "S2"}, BRAM)
    dry = ward.take(*changed, dry_run=True)
    assert ward.operations() == before
    assert ward.spell().bed == "B12"
    real = ward.take(*changed)
    assert counts(dry) == counts(real) == (1, 1, 0, 0)
    assert dry.changes == real.changes
    assert (dry.dry_run, real.dry_run) == (True, False)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AGENCY_SCHEDULER])
def test_only_a_role_that_may_imports(ward: Ward, role: Role) -> None:
    path = ward._folder / "extract.csv"
    path.write_bytes(extract(AOIFE))
    with pytest.raises(NotPermittedError):
        ward.imports.pas_csv(replace(COORDINATOR, role=role), path)
    assert ward.all(Spell) == []
