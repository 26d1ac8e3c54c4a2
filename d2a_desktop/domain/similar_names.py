"""Who on one list could be taken for somebody else by the name (DOMAIN HZ01, ADR 0029)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

SHORTEST_NEAR = 4
"""Letters a family name has at least before one letter's difference counts as alike."""

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})


class Named(NamedTuple):
    """One person of a list; `place` is the ward, empty where there is none."""

    person_id: str
    family: str
    given: str
    place: str = ""


def fold_name(name: str) -> str:
    """Return a name's letters and digits, without case, accents, spaces and signs."""
    if name.isascii() and name.isalnum():
        return name.lower()
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(each for each in plain if each.isalnum())


def similar_names(people: Iterable[Named]) -> frozenset[str]:
    """Return the ids of those who have somebody alike beside them.

    In one place: the same family name; family names one letter apart, or with two neighbouring
    letters swapped, and the same first letter of the given names; or family and given name
    swapped. On the whole list: the same family and given name.
    """
    folded = [
        (each.person_id, fold_name(each.family), fold_name(each.given), each.place)
        for each in people
    ]
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    near: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person_id, family, given, place in folded:
        same["family", place, family].append(person_id)
        same["full", family, given].append(person_id)
        if given:
            pair = (family, given) if family < given else (given, family)
            same["pair", place, *pair].append(person_id)
            near[place, given[0]][family].append(person_id)
    found: set[str] = set()
    for ids in same.values():
        if len(ids) > 1 and len(set(ids)) > 1:
            found.update(ids)
    for families in near.values():
        found |= _near_ones(families)
    return frozenset(found)


def _left_out(family: str) -> Iterable[str]:
    """The name, and the name with each one letter left out: two a letter apart share one."""
    if len(family) < SHORTEST_NEAR:
        return ()
    return {family, *(family[:n] + family[n + 1 :] for n in range(len(family)))}


def _near_ones(families: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    sharing: dict[str, list[str]] = defaultdict(list)
    for family in families:
        for part in _left_out(family):
            sharing[part].append(family)
    for names in sharing.values():
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                if _one_apart(one, other):
                    found.update(families[one], families[other])
    return found


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter is added, left out or changed, or two neighbours are swapped."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or one == other:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(long) > len(short):
        return short[at:] == long[at + 1 :]
    swapped = long[at : at + 2][::-1] == short[at : at + 2]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])
