"""Who a person is: NHS number, postcode, name as the banner shows it, age."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.display import display_name, display_nhs_number

_NHS_LABEL = re.compile(r"^\s*nhs\s*(?:number|num|no)?\s*[.:#]?\s*", re.IGNORECASE)
_NHS_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]")
_EXCEL = re.compile(r"^\d(?:[.,]\d+)?e\+?\d+$", re.IGNORECASE)
_DIGITS = re.compile(r"^[0-9]+$")


def check_digit(nine_digits: str) -> int | None:
    """Return the tenth digit of an NHS number, or None when no number has these nine.

    Weights 10 to 2, sum modulo 11, 11 minus the rest; 11 is 0 and 10 is none (DOMAIN 3.4).
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(nine_digits, range(10, 1, -1), strict=True)
    )
    digit = 11 - total % 11
    if digit == 11:
        return 0
    return None if digit == 10 else digit


@dataclass(frozen=True)
class NhsNumber:
    """A valid NHS number, ten digits without spaces."""

    value: str

    @classmethod
    def parse(cls, text: str) -> NhsNumber:
        """Return the number in `text`, pasted in any usual form.

        Spaces, dashes and a leading "NHS No:" are dropped; nothing else is guessed at.

        Raises:
            UsageError: with the reason in `code`: nhs_number_blank, nhs_number_excel,
                nhs_number_characters, nhs_number_length, nhs_number_equal_digits,
                nhs_number_check_digit.
        """
        plain = _NHS_LABEL.sub("", unicodedata.normalize("NFKC", text))
        digits = _NHS_SEPARATORS.sub("", plain)
        problem = _nhs_problem(digits)
        if problem is not None:
            code, words, advice = problem
            raise UsageError(words, what_to_do=advice, code=f"nhs_number_{code}")
        return cls(digits)

    @property
    def display(self) -> str:
        """The number in three groups, `943 476 5919` (NUM-0001)."""
        return display_nhs_number(self.value)

    @property
    def is_test(self) -> bool:
        """Whether it is of the range 999, reserved for test data."""
        return self.value.startswith("999")

    def __str__(self) -> str:
        return self.display


_CHECK_AGAIN = "Check it against the hospital's record."


def _nhs_problem(digits: str) -> tuple[str, str, str] | None:
    if not digits:
        return "blank", "There is no NHS number here.", "Leave it blank with status 07."
    if _EXCEL.match(digits):
        return (
            "excel",
            "A spreadsheet has turned this NHS number into a rounded figure such as 9.43E+09.",
            "Export the column again as text.",
        )
    if not _DIGITS.match(digits):
        return (
            "characters",
            "An NHS number has digits only; this has other characters.",
            "An old-format or temporary number is not an NHS number.",
        )
    if len(digits) != 10:
        return "length", f"An NHS number has 10 digits; this has {len(digits)}.", _CHECK_AGAIN
    if len(set(digits)) == 1:
        return "equal_digits", "Ten equal digits are not an NHS number.", _CHECK_AGAIN
    if check_digit(digits[:9]) != int(digits[9]):
        return "check_digit", "The check digit of this NHS number is wrong.", _CHECK_AGAIN
    return None


_POSTCODE = re.compile(r"^(GIR 0AA|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2})$")

# Used where there is no address; they fail the pattern on purpose (DOMAIN 3.4).
PSEUDO_POSTCODES = {
    "ZZ99 3VZ": "No fixed abode",
    "ZZ99 3WZ": "Address not known",
    "ZZ99 3CZ": "England, not otherwise specified",
}


@dataclass(frozen=True)
class Postcode:
    """A postcode in capitals with one space before its last three characters."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Postcode:
        """Return the postcode in `text`, in any case and spacing.

        Raises:
            UsageError: it has not the form of one ("postcode").
        """
        packed = "".join(unicodedata.normalize("NFKC", text).split()).upper()
        value = f"{packed[:-3]} {packed[-3:]}"
        if not _POSTCODE.match(value) and value not in PSEUDO_POSTCODES:
            raise UsageError(
                "This does not have the form of a postcode.",
                what_to_do="Write it like PO6 3LY; with no fixed abode use ZZ99 3VZ.",
                code="postcode",
            )
        return cls(value)

    @property
    def outward(self) -> str:
        """The first half, all of an address that an open offer may show."""
        return self.value.split(" ")[0]

    @property
    def is_pseudo(self) -> bool:
        """Whether it stands for no known address."""
        return self.value in PSEUDO_POSTCODES


@dataclass(frozen=True)
class PersonName:
    """A person's name; only the family name is always there."""

    family: str
    given: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        for part in (self.family, self.given, self.title):
            if any(unicodedata.category(character) == "Cc" for character in part):
                raise UsageError(
                    "A name has control characters in it.",
                    what_to_do="Type it again.",
                    code="name_characters",
                )
        if not self.family.strip():
            raise UsageError("The surname is missing.", code="surname_missing")

    @property
    def display(self) -> str:
        """The name as every banner and list shows it: `SMITH, Fredrica (Mrs)` (PAB-0049 ff)."""
        return display_name(family=self.family, given=self.given, title=self.title)


def age_on(born: date, day: date) -> int:
    """Return the age in completed years; one born on 29 February is older on 1 March.

    Raises:
        UsageError: the birth is after the day ("born_in_future").
    """
    if born > day:
        raise UsageError(
            "The date of birth is in the future.",
            what_to_do="Correct the date of birth.",
            code="born_in_future",
        )
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


OLDEST_BAND = "90+"


def age_band(age: int) -> str:
    """Return the five-year band `80-84`; from 90 on one open band `90+` (DECISIONS)."""
    if age >= 90:
        return OLDEST_BAND
    low = age - age % 5
    return f"{low}-{low + 4}"
