"""What the words of coded columns mean: sex, NHS number status, delay reason, destination, site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from d2a_desktop.domain import code_lists
from d2a_desktop.domain.codes import Gender, NhsNumberStatus

_ODS = re.compile(r"[A-Za-z0-9]{3,10}")
_NOT_ALNUM = re.compile(r"[\W_]+")

_GENDERS = {
    word: gender
    for gender, words in {
        Gender.MALE: "1 m male man boy",
        Gender.FEMALE: "2 f female woman girl",
        Gender.OTHER_SPECIFIC: "o other otherspecific nonbinary",
        Gender.NOT_KNOWN: "0 x u n nk unknown notknown",
        Gender.NOT_SPECIFIED: "9 i indeterminate notspecified",
    }.items()
    for word in words.split()
}


def _squash(text: str) -> str:
    """Return what is left of a label when dashes, blanks and slashes are spelt at will."""
    return _NOT_ALNUM.sub("", code_lists.label_key(text))


def gender(text: str) -> Gender | None:
    """Return the gender of a word, a letter or an NHS Data Dictionary code; None if unknown."""
    return _GENDERS.get(_squash(text))


def nhs_number_status(text: str) -> NhsNumberStatus | None:
    """Return the status of a code (a leading zero may be lost) or of its published label."""
    if text.isdecimal() and text.isascii():
        return next((s for s in NhsNumberStatus if s.value == text.zfill(2)), None)
    wanted = _squash(text)
    return next((s for s in NhsNumberStatus if _squash(s.label) == wanted), None)


def delay_reason(text: str) -> str | None:
    """Return our code of a delay reason given by code or by any spelling of its label.

    "P1" stands for "Pathway 1", and the pathway or the group may be missing (DOMAIN 2.2).
    """
    return _delay_reasons().get(_squash(text))


def destination(text: str) -> str:
    """Return our code of a published destination; any other code or text stays as it is."""
    return _destinations().get(_squash(text), text)


def site(text: str) -> str:
    """Return an ODS site code in capitals (DOMAIN 3.4); a site's name stays as it is."""
    return text.upper() if _ODS.fullmatch(text) else text


@cache
def _delay_reasons() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for known in code_lists.delay_reasons():
        label, group = known.published_label, known.group.label
        short = label.replace("(Pathway ", "(P")
        tails = (known.reason, short.partition("(P")[0], label, short)
        bare = [tail.removeprefix(group).lstrip(" -\u2013\u2014") for tail in tails]
        for spelling in (known.code, *tails, *bare, *(f"{group} - {text}" for text in bare)):
            found[_squash(spelling)] = known.code
    return MappingProxyType(found)


@cache
def _destinations() -> Mapping[str, str]:
    return MappingProxyType(
        {
            _squash(spelling): known.code
            for known in code_lists.destinations()
            for spelling in (known.code, known.published_label)
        }
    )
