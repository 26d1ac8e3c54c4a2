"""What a shared view may hold and may not: one table for the rule here and its twin in SQL."""

from __future__ import annotations

from typing import Any


def definition(**changes: Any) -> dict[str, Any]:
    """Return a definition as a list gives it, with changes; None takes a member away."""
    made: dict[str, Any] = {
        "chip": "ready",
        "sort": "person",
        "descending": True,
        "beside": None,
        "columns": {"shown": ["bed", "person"], "widths": {"bed": 77}},
    }
    return made | changes


def _columns(shown: Any, widths: Any) -> dict[str, Any]:
    return definition(columns={"shown": shown, "widths": widths})


FIT: tuple[Any, ...] = (
    definition(),
    definition(chip="", sort="", descending=False, beside=True),
    _columns(None, {}),
    _columns([], {"a_1": 24, "b": 1200}),
    # The largest there can be.
    _columns(
        [f"{'x' * 38}{n:02d}" for n in range(40)], {f"{'y' * 38}{n:02d}": 999 for n in range(40)}
    )
    | {"chip": "z" * 40, "sort": "z" * 40},
)
UNFIT: tuple[Any, ...] = (
    None,
    [],
    "ready",
    {},
    definition(words=""),
    {name: value for name, value in definition().items() if name != "beside"},
    definition(chip="Amina Sampleton"),
    definition(chip=None),
    definition(chip="x" * 41),
    definition(chip=7),
    definition(sort="NHS"),
    definition(sort=["person"]),
    definition(descending=None),
    definition(descending="yes"),
    definition(beside=0),
    definition(columns=None),
    definition(columns=[]),
    definition(columns={"shown": None}),
    definition(columns={"shown": None, "widths": {}, "words": "Sampleton"}),
    _columns("bed", {}),
    _columns(["bed", "Sampleton"], {}),
    _columns(["bed", None], {}),
    _columns(["bed", {"said": "x"}], {}),
    _columns(["bed"] * 41, {}),
    _columns(None, None),
    _columns(None, ["bed"]),
    _columns(None, {"Bed of Amina": 77}),
    _columns(None, {"bed": "77"}),
    _columns(None, {"bed": 23}),
    _columns(None, {"bed": 1201}),
    _columns(None, {"bed": 77.5}),
    _columns(None, {"bed": -77}),
    _columns(None, {"bed": True}),
    _columns(None, {"bed": 10**9}),
    _columns(None, {f"c{n}": 99 for n in range(41)}),
)
FIT_NAMES = ("Morning", "Leaving by 12", "Ward 4B, bays 1-6", "Ysgol 🙂", "x" * 60, "999 in all")
UNFIT_NAMES = (
    *("", " ", "x" * 61, "two\nlines", "a\ttab", "del\x7f"),
    *("NHS 999 123 4567", "9991234567", "bed 999-123-4567 now"),
)
