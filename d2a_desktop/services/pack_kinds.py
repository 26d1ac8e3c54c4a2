"""The registry of packs about one person: how each kind gets its content and its paper.

A new kind is one entry here and one name in `PACKS_OF_A_CASE` of `domain/codes.py`: preview,
print, copy, batch, command line and the pages of the window take it from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, Letter, PackResult
from d2a_desktop.packs.handover_content import HandoverContent
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_contents import handover_content

_NOBODY = Header(
    reference="-",
    version=0,
    printed_by="-",
    printed_role="",
    printed_at=datetime(2000, 1, 1, tzinfo=UTC),
)


@dataclass(frozen=True)
class PackRequest:
    """What a content is made from: the case as it is, this issue, when the assessment is due.

    `due_at` is aware UTC. `sees_criteria` is whether the person who prints may see the reviews.
    `letter` is bound in behind a handover pack. `large_print` and `welsh` are for the
    person's own copy.
    """

    rows: CaseRows
    header: Header
    due_at: datetime | None = None
    sees_criteria: bool = True
    letter: Letter | None = None
    large_print: bool = True
    welsh: bool = False


@dataclass(frozen=True)
class PackMaker:
    """One kind: `content` as it is printed, `facts` as issues are compared, `render` to paper.

    `facts` leaves out what every desk derives for itself and what some desks do not hold. Where
    none is given, it is `content` without a due time.
    """

    content: Callable[[PackRequest], Any]
    render: Callable[[Any, BinaryIO], PackResult]
    facts: Callable[[CaseRows], Any] | None = None

    def facts_of(self, rows: CaseRows) -> Any:
        """Return the content whose hash tells whether an earlier issue is still true."""
        if self.facts is not None:
            return self.facts(rows)
        return self.content(PackRequest(rows, _NOBODY, sees_criteria=False))

    def printer(self, request: PackRequest) -> Callable[[BinaryIO], PackResult]:
        """Return what prints this request to a stream."""
        return partial(self.render, self.content(request))


def _handover(request: PackRequest) -> HandoverContent:
    content = handover_content(
        request.rows,
        header=request.header,
        due_at=request.due_at,
        sees_criteria=request.sees_criteria,
    )
    return replace(content, letter=request.letter)


def _handover_facts(rows: CaseRows) -> HandoverContent:
    content = handover_content(rows, header=_NOBODY, sees_criteria=False)
    # Tasks come and go all day, and their board chases them: they do not make a pack untrue.
    return replace(
        content,
        stay=replace(content.stay, criteria_statement=""),
        plan=replace(content.plan, actions=()),
    )


def _assessment(request: PackRequest) -> Any:
    from d2a_desktop.services.pack_contents_other import assessment_content

    return assessment_content(request.rows, header=request.header, due_at=request.due_at)


def _patient(request: PackRequest) -> Any:
    from d2a_desktop.services.pack_contents_other import patient_content

    return patient_content(
        request.rows,
        header=request.header,
        due_at=request.due_at,
        large_print=request.large_print,
        welsh=request.welsh,
    )


def _changeover(request: PackRequest) -> Any:
    from d2a_desktop.services.pack_contents_sheets import changeover_content

    return changeover_content(request.rows, header=request.header)


def _changeover_facts(rows: CaseRows) -> Any:
    content = _changeover(PackRequest(rows, _NOBODY))
    return replace(content, ahead=replace(content.ahead, actions=""))


def _key_sheet(request: PackRequest) -> Any:
    from d2a_desktop.services.pack_contents_sheets import restricted_content

    return restricted_content(request.rows, PackKind.KEY_SHEET, header=request.header)


def _key_sheet_facts(rows: CaseRows) -> Any:
    # Never the number: a hash of four digits tells them. `pack_state` compares the notes' ids.
    content = _key_sheet(PackRequest(rows, _NOBODY))
    return replace(content, notes=replace(content.notes, lines=()))


# The renderers bring reportlab, which no desk needs before its first print.
def _print_handover(content: Any, target: BinaryIO) -> PackResult:
    from d2a_desktop.packs.handover_pack import render_handover_pack

    return render_handover_pack(content, target)


def _print_assessment(content: Any, target: BinaryIO) -> PackResult:
    from d2a_desktop.packs.assessment_pack import render_assessment_pack

    return render_assessment_pack(content, target)


def _print_patient(content: Any, target: BinaryIO) -> PackResult:
    from d2a_desktop.packs.patient_copy import render_patient_copy

    return render_patient_copy(content, target)


def _print_changeover(content: Any, target: BinaryIO) -> PackResult:
    from d2a_desktop.packs.changeover_sheet import render_changeover_sheet

    return render_changeover_sheet(content, target)


def _print_key_sheet(content: Any, target: BinaryIO) -> PackResult:
    from d2a_desktop.packs.restricted_sheet import render_restricted_sheet

    return render_restricted_sheet(content, target)


MAKERS: dict[PackKind, PackMaker] = {
    PackKind.HANDOVER: PackMaker(_handover, _print_handover, _handover_facts),
    PackKind.ASSESSMENT: PackMaker(_assessment, _print_assessment),
    PackKind.PATIENT: PackMaker(_patient, _print_patient),
    PackKind.CHANGEOVER: PackMaker(_changeover, _print_changeover, _changeover_facts),
    PackKind.KEY_SHEET: PackMaker(_key_sheet, _print_key_sheet, _key_sheet_facts),
}
