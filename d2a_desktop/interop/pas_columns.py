"""The columns of the PAS extract: canonical names, synonyms, lengths, and a header's map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from d2a_desktop.core.errors import InputFileError

REFUSED_BECAUSE = "refused_because"
"""The column that a file of refused rows adds; ignored when that file comes back mended."""

REQUIRED = ("surname", "dob", "site", "ward", "admitted_at")
"""Columns and values that every row needs, besides `spell` or `mrn` (PRODUCT section 6)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column: the longest value it takes, and other names it goes by.

    Synonyms are in order of preference: of two that a file carries the first is read.
    """

    limit: int
    synonyms: tuple[str, ...] = ()


def _column(limit: int, synonyms: str = "") -> Column:
    return Column(limit, tuple(synonyms.split()))


# Synonyms are in their folded form: see `fold`.
COLUMNS: MappingProxyType[str, Column] = MappingProxyType(
    {
        "nhs_number": _column(40, "nhsno nhsnum nhs newnhsnumber newnhsno patientnhsnumber"),
        "nhs_number_status": _column(
            80,
            "nhsstatus nhsnostatus nhsnumberstatuscode nhsnumberstatusindicator"
            " nhsnumberstatusindicatorcode nhsnumberverificationstatus",
        ),
        "mrn": _column(
            20,
            "hospitalnumber hospitalno hospnumber hospno hospitalid medicalrecordnumber"
            " localpatientidentifier localpatientid unitnumber unitno pasnumber pasid"
            " districtnumber patientnumber patientid casenotenumber",
        ),
        "surname": _column(35, "familyname lastname patientsurname"),
        "forename": _column(
            35, "forenames givenname givennames firstname firstnames patientforename"
        ),
        "title": _column(35, "salutation"),
        "preferred_name": _column(35, "knownas likestobecalled"),
        "dob": _column(40, "dateofbirth birthdate patientdob born"),
        "sex": _column(
            30,
            "gender sexcode gendercode personstatedgender personstatedgendercode"
            " administrativegender patientsex",
        ),
        "address1": _column(100, "addressline1 addr1 add1 address"),
        "address2": _column(100, "addressline2 addr2 add2"),
        "address3": _column(100, "addressline3 addr3 add3"),
        "address4": _column(100, "addressline4 addr4 add4"),
        "postcode": _column(20, "postalcode patientpostcode"),
        "phone": _column(
            35,
            "phonenumber phoneno telephone telephonenumber telephoneno tel hometelephone homephone"
            " contactnumber",
        ),
        "gp_practice": _column(100, "gppracticecode practicecode registeredpractice gpcode"),
        "admitted_at": _column(
            40,
            "admissiondatetime admissiondateandtime admitdatetime admissiondate admitdate"
            " dateofadmission dateadmitted admitted",
        ),
        "admission_method": _column(60, "admissionmethodcode methodofadmission admissiontype"),
        "specialty": _column(
            100, "speciality specialtycode treatmentfunction treatmentfunctioncode mainspecialty"
        ),
        "consultant": _column(100, "consultantname responsibleconsultant consultantcode"),
        "site": _column(
            60,
            "sitecode odssitecode organisationsitecode hospitalsite hospitalcode sitename hospital",
        ),
        "ward": _column(60, "wardname currentward wardcode"),
        "bed": _column(30, "bedname bednumber bedno bedspace bedcode"),
        "edd": _column(
            40,
            "expecteddischargedate expecteddateofdischarge expecteddischarge estimateddischargedate"
            " estimateddateofdischarge predicteddischargedate",
        ),
        "nctr_from": _column(
            40,
            "nctrdatetime nctrdate datenctr nctrstart nctrstartdate nctrsince"
            " nocriteriatoresidefrom nocriteriatoresidedate",
        ),
        "delay_reason": _column(
            255,
            "delayreasoncode delaycode currentdelaycode currentdelaycodestandard nctrreason"
            " nctrdelayreason reasonfordelay",
        ),
        "discharged_at": _column(
            40,
            "dischargedatetime dischargedateandtime dischargedate dateofdischarge datedischarged"
            " discharged",
        ),
        "discharge_destination": _column(
            255, "dischargedestinationcode destination destinationcode dischargedto"
        ),
        "spell": _column(
            40,
            "spellnumber spellno spellid hospitalspellnumber hospitalproviderspellnumber"
            " hospitalproviderspellno providerspellnumber visitnumber visitid encounternumber"
            " admissionnumber",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """Where the canonical columns stand in a file, and what else it has."""

    header: tuple[str, ...]
    places: MappingProxyType[str, int]
    extra: tuple[str, ...]

    @property
    def mended(self) -> bool:
        """Whether this is the header of a file of refused rows."""
        return any(fold(name) == _KEPT_ASIDE for name in self.header)


def fold(name: str) -> str:
    """Return a heading without what matching ignores: case, blanks, underscores, punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


_SYNONYMS = {
    fold(alias): (column, rank)
    for column, declared in COLUMNS.items()
    for rank, alias in enumerate((column, *declared.synonyms))
}
_KEPT_ASIDE = fold(REFUSED_BECAUSE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def known_headings(cells: Sequence[str]) -> int:
    """Return how many of the cells are headings of this extract."""
    return sum(fold(cell) in _SYNONYMS for cell in cells)


def map_header(cells: Sequence[str], *, saved: Sequence[str] | None = None) -> HeaderMap:
    """Return where each column stands in a header line.

    `saved` is the header that the same site's extract had when its map was last agreed to;
    order, case and the column of refusals may differ from it.

    Raises:
        InputFileError: no header, a column missing or named twice, or changed since `saved`.
    """
    header = tuple(" ".join(cell.split()) for cell in cells)
    if any(_CONTROL.search(cell) for cell in header):
        raise InputFileError(
            "The file is not text: its first line holds control characters.",
            what_to_do="Save the extract as CSV UTF-8 and import that.",
            code="not_text",
        )
    if not known_headings(header):
        raise InputFileError(
            "The file has no header: its first line names no column of a PAS extract.",
            what_to_do="Put the column names in the first line: " + ", ".join(COLUMNS) + ".",
            code="no_header",
        )
    _refuse_repeats(header)
    _refuse_change(header, saved)
    places = _places(header)
    _refuse_gaps(places)
    taken = set(places.values())
    extra = tuple(
        name
        for place, name in enumerate(header)
        if name and place not in taken and fold(name) != _KEPT_ASIDE
    )
    return HeaderMap(header, MappingProxyType(places), extra)


def _places(header: tuple[str, ...]) -> dict[str, int]:
    best: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(header):
        if found := _SYNONYMS.get(fold(name)):
            column, rank = found
            best[column] = min(best.get(column, (rank, place)), (rank, place))
    return {column: best[column][1] for column in COLUMNS if column in best}


def _refuse_repeats(header: tuple[str, ...]) -> None:
    folded = [fold(name) for name in header]
    twice = [n for i, n in enumerate(header) if folded[i] in _SYNONYMS and folded[i] in folded[:i]]
    if twice:
        raise InputFileError(
            f"The header names a column twice: {', '.join(twice)}.",
            what_to_do="Remove or rename one of the two, so that it is clear which one counts.",
            code="repeated_column",
        )


def _refuse_gaps(places: dict[str, int]) -> None:
    missing = [name for name in REQUIRED if name not in places]
    if "spell" not in places and "mrn" not in places:
        missing.append("spell or mrn")
    if missing:
        raise InputFileError(
            f"The file lacks required columns: {', '.join(missing)}.",
            what_to_do="Add them to the extract; other names that are known stand in the guide"
            " to the PAS extract.",
            code="missing_column",
        )


def _refuse_change(header: tuple[str, ...], saved: Sequence[str] | None) -> None:
    if saved is None:
        return
    before = {fold(name): name for name in saved if fold(name) not in {"", _KEPT_ASIDE}}
    now = {fold(name): name for name in header if fold(name) not in {"", _KEPT_ASIDE}}
    gone = [name for key, name in before.items() if key not in now]
    new = [name for key, name in now.items() if key not in before]
    if not gone and not new:
        return
    parts = [f"gone: {', '.join(gone)}"] * bool(gone) + [f"new: {', '.join(new)}"] * bool(new)
    raise InputFileError(
        f"The header changed since this extract's map was saved ({'; '.join(parts)}).",
        what_to_do="Ask whoever makes the extract what changed, then agree to the new header.",
        code="header_changed",
    )
